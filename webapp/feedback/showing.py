"""What stands below an answer of what its reader said: the thumb, and what became of a report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from webapp.chat.models import Message
from webapp.chat.presentation import Answer, answers_shown
from webapp.extensions import db
from webapp.feedback.models import Feedback, Report


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader said of an answer."""

    thumb: str | None = None
    reason: str | None = None
    words: str = ""
    report_state: str | None = None
    resolution: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer as far as its thumbs show it."""

    id: UUID
    said: Said | None


def judged(answer_id: UUID) -> Judged:
    """Return an answer with what its reader said of it."""
    return Judged(answer_id, _said([answer_id]).get(answer_id))


@answers_shown.connect
def _add(answers: Mapping[UUID, Answer]) -> None:
    for id_, said in _said([id_ for id_, answer in answers.items() if not answer.unfinished]).items():
        answers[id_].said = said


def _said(ids: Iterable[UUID]) -> dict[UUID, Said]:
    """Return what was said of these answers, in one query: of several reports the latest."""
    wanted = list(ids)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Message.id, Feedback, Report)
        .outerjoin(Feedback, Feedback.message_id == Message.id)
        .outerjoin(Report, Report.message_id == Message.id)
        .where(Message.id.in_(wanted), Feedback.message_id.is_not(None) | Report.id.is_not(None))
        .order_by(Report.created_at)
    )
    return {
        id_: Said(
            thumb=pressed.thumb if pressed else None,
            reason=pressed.reason if pressed else None,
            words=pressed.words if pressed else "",
            report_state=report.state if report else None,
            resolution=report.resolution if report else "",
        )
        for id_, pressed, report in rows
    }
