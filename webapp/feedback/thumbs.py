"""A reader's thumb for an answer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from webapp.chat.models import Message
from webapp.extensions import db
from webapp.feedback.models import Feedback, Reason, Thumb
from webapp.records import now


def press(answer: Message, thumb: Thumb, reason: Reason | None = None, words: str = "") -> None:
    """Let the answer have this thumb, in place of any before; a reason is kept of one that points down."""
    down = thumb == Thumb.DOWN
    values = {
        "thumb": thumb,
        "reason": reason if down else None,
        "words": words if down and reason == Reason.OTHER else "",
        "created_at": now(),
    }
    db.session.execute(
        insert(Feedback)
        .values(message_id=answer.id, organization_id=answer.organization_id, **values)
        .on_conflict_do_update(index_elements=[Feedback.message_id], set_=values)
    )


def take_back(answer: Message) -> None:
    """Let the answer have no thumb. Twice is harmless."""
    db.session.execute(delete(Feedback).where(Feedback.message_id == answer.id))


def counts(organization_id: UUID, since: datetime) -> dict[str, int]:
    """Return how many thumbs point which way, and how many for which reason: by `up`, `down`, `down.wrong`."""
    rows = db.session.execute(
        select(Feedback.thumb, Feedback.reason, func.count())
        .where(Feedback.organization_id == organization_id, Feedback.created_at >= since)
        .group_by(Feedback.thumb, Feedback.reason)
    )
    counted: dict[str, int] = {}
    for thumb, reason, count in rows:
        counted[thumb] = counted.get(thumb, 0) + count
        if reason:
            counted[f"{thumb}.{reason}"] = count
    return counted
