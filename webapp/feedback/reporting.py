"""Reports of inaccuracies: how they come in, and what becomes of them."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from webapp.accounts.models import Person
from webapp.assistants.models import Assistant
from webapp.audit.models import Action, Entry
from webapp.audit.trail import note
from webapp.chat.models import Conversation, Message
from webapp.extensions import db
from webapp.feedback import correcting, letters, rebuilding
from webapp.feedback.correcting import Piece
from webapp.feedback.models import Report, ReportState
from webapp.organizations.models import Organization
from webapp.records import now, uuid7

PER_PAGE = 50
OFFERED = 100
_IS_OPEN = Report.state == ReportState.OPEN


@dataclass(frozen=True, slots=True)
class Row:
    """A report as the queue shows it."""

    report: Report
    question: str
    assistant: str


def report(answer: Message, words: str) -> None:
    """Report an answer; while nobody has looked at a report of it, these words take the place of the earlier ones."""
    made = db.session.scalars(
        insert(Report)
        .values(
            id=uuid7(), organization_id=answer.organization_id, message_id=answer.id, note=words,
            state=ReportState.OPEN, resolution="", created_at=now(),
        )
        .on_conflict_do_update(index_elements=[Report.message_id], index_where=_IS_OPEN, set_={"note": words})
        .returning(Report)
    ).one()  # fmt: skip
    if made.rebuilt_at is None:
        rebuilding.rebuild_later(made)


def open_report(answer: Message) -> Report | None:
    """Return the report of an answer that nobody has looked at yet."""
    return db.session.scalar(select(Report).where(Report.message_id == answer.id, _IS_OPEN))


def queue(organization: Organization, number: int) -> tuple[list[Row], bool]:
    """Return a page of the reports, the open ones first and the oldest of them before, and whether more follow."""
    found = _rows(organization, (number - 1) * PER_PAGE, PER_PAGE + 1)
    return found[:PER_PAGE], len(found) > PER_PAGE


def others(of: Report, organization: Organization) -> list[Row]:
    """Return the reports that one may be a duplicate of: those that are none themselves."""
    return [
        row
        for row in _rows(organization, 0, OFFERED)
        if row.report.id != of.id and row.report.state != ReportState.DUPLICATE
    ]


def _rows(organization: Organization, offset: int, limit: int) -> list[Row]:
    question = aliased(Message)
    found = db.session.execute(
        select(Report, question.text, Assistant.name)
        .join(Report.message)
        .join(question, question.id == Message.question_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Assistant, Assistant.id == Conversation.assistant_id)
        .where(Report.organization_id == organization.id)
        .order_by(_IS_OPEN.desc(), case((_IS_OPEN, Report.created_at)), Report.created_at.desc(), Report.id)
        .offset(offset)
        .limit(limit)
    )
    return [Row(report, text, name) for report, text, name in found]


def resolve(report: Report, state: ReportState, words: str, by: Person, duplicate_of: Report | None = None) -> None:
    """Let a report have been dealt with, and tell whoever wrote it; where it is put right, also those of duplicates."""
    report.resolution = words
    report.duplicate_of_id = duplicate_of.id if duplicate_of else None
    _settle(report, state)
    if state == ReportState.FIXED:
        for duplicate in db.session.scalars(select(Report).where(Report.duplicate_of_id == report.id)):
            _settle(duplicate, state)
    note(
        Action.REPORT_RESOLVED,
        report.organization_id,
        by=by,
        subject=report.message.conversation.assistant.name,
        subject_id=report.id,
        state=state,
    )


def correct(report: Report, piece: Piece, by: Person) -> None:
    """Write a correction for the assistant of the reported answer, and let the report be fixed by it.

    Writing it anew is no news to whoever reported it.
    """
    report.document_id = correcting.write(report.message.conversation.assistant, piece, by).id
    if report.state != ReportState.FIXED:
        resolve(report, ReportState.FIXED, "", by)


def _settle(report: Report, state: ReportState) -> None:
    report.state, report.resolved_at = state, now()
    if report.message.superseded_at is None:  # Below an answer that is out of sight nobody would find it.
        report.message.conversation.has_news = True
    letters.resolved(report)


def resolver(report: Report) -> str:
    """Return who dealt with a report last, by the name that the audit has for them."""
    entries = select(Entry.actor).where(
        Entry.organization_id == report.organization_id,
        Entry.subject_id == report.id,
        Entry.action == Action.REPORT_RESOLVED,
    )
    return db.session.scalar(entries.order_by(Entry.created_at.desc()).limit(1)) or ""


def open_count(organization: Organization) -> int:
    """Return how many reports nobody has looked at yet."""
    return (
        db.session.scalar(
            select(func.count()).select_from(Report).where(Report.organization_id == organization.id, _IS_OPEN)
        )
        or 0
    )
