"""What was asked and how it was answered, as figures. They count, and say nothing of what anybody wrote.

Every function takes `which` messages are meant. What was asked again in other words counts as well: it was asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar, Self
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Integer, Select, SQLColumnExpression, cast, distinct, exists, func, select

from webapp.assistants.models import Assistant, Mode
from webapp.chat import access
from webapp.chat.models import UNFINISHED, Citation, Conversation, Message, Role, State
from webapp.extensions import db
from webapp.guard.verdict import OURS
from webapp.knowledge.models import Document, Passage
from webapp.organizations.models import Organization
from webapp.records import now

USUAL = 30
MOST_DOCUMENTS = 10


@dataclass(frozen=True, slots=True)
class Period:
    """The last so many days, today among them. Days are those of UTC."""

    LENGTHS: ClassVar[tuple[int, ...]] = (7, 30, 90)

    first: date
    last: date

    @classmethod
    def of(cls, typed: str | None) -> Self:
        """Return the period that was chosen, or the usual one."""
        length = next((days for days in cls.LENGTHS if str(days) == typed), USUAL)
        today = now().date()
        return cls(today - timedelta(days=length - 1), today)

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range(self.length)]


@dataclass(frozen=True, slots=True)
class Day:
    """What was asked on one day, and by how many."""

    day: date
    questions: int
    people: int


@dataclass(frozen=True, slots=True)
class Asked:
    """How much one assistant was asked, and by how many."""

    name: str
    slug: str
    organization: str
    questions: int
    people: int


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of answers, in counts; `first_words` are the milliseconds in which half and nine of ten began.

    Complete answers are `sourced`, where they cite something, `unsourced`, or `ours`, where no model was asked because
    of what the guard decided.
    """

    sourced: int
    unsourced: int
    ours: int
    stopped: int
    interrupted: int
    failed: int
    unfinished: int
    first_words: Sequence[float] | None

    @property
    def total(self) -> int:
        complete = self.sourced + self.unsourced + self.ours
        return complete + self.stopped + self.interrupted + self.failed + self.unfinished

    @property
    def sourced_share(self) -> int | None:
        """Return how many of a hundred answers that could cite something did."""
        could = self.sourced + self.unsourced
        return round(100 * self.sourced / could) if could else None


@dataclass(frozen=True, slots=True)
class Used:
    """What a model read and wrote. Without `model` no model was asked."""

    model: str | None
    answers: int
    read: int
    written: int


@dataclass(frozen=True, slots=True)
class Cited:
    """A document, and how many answers cite it."""

    id: UUID
    name: str
    answers: int


def of_organization(organization: Organization) -> ColumnElement[bool]:
    """Return the condition that a message was written in an organization, by whomever."""
    return Message.organization_id == organization.id


def of_visitor() -> ColumnElement[bool]:
    """Return the condition that a message stands in one of this visitor's own conversations."""
    return Message.conversation_id.in_(access.conversations().with_only_columns(Conversation.id))


def by_day(which: ColumnElement[bool], period: Period) -> list[Day]:
    """Return every day of the period with its questions, the first day first."""
    day = cast(func.timezone("UTC", Message.created_at), Date)
    found = db.session.execute(_questions(which, period, day).group_by(day))
    counted = {day: Day(day, questions, people) for day, questions, people in found}
    return [counted.get(day, Day(day, 0, 0)) for day in period.days]


def by_assistant(which: ColumnElement[bool], period: Period) -> list[Asked]:
    """Return the assistants that were asked, most questions first."""
    named = (Assistant.name, Assistant.slug, Organization.name)
    asked = _questions(which, period, *named).join(Conversation.assistant).join(Assistant.organization)
    found = db.session.execute(
        asked.group_by(Assistant.id, Organization.id).order_by(func.count().desc(), Assistant.name, Assistant.id)
    )
    return [Asked(*row) for row in found]


def answers(which: ColumnElement[bool], period: Period) -> Answers:
    """Return what became of the answers. What a customer said in a play is none."""
    ours = func.coalesce(Message.verdict.in_(OURS), False)
    complete = Message.state == State.COMPLETE
    sourced = exists().where(Citation.message_id == Message.id)
    began = cast(Message.timings["first_words"].astext, Integer)
    counts = {
        "sourced": complete & ~ours & sourced,
        "unsourced": complete & ~ours & ~sourced,
        "ours": complete & ours,
        "stopped": Message.state == State.STOPPED,
        "interrupted": Message.state == State.INTERRUPTED,
        "failed": Message.state == State.FAILED,
        "unfinished": Message.state.in_(UNFINISHED),
    }
    counted = select(
        *(func.count().filter(condition).label(name) for name, condition in counts.items()),
        func.percentile_cont([0.5, 0.9]).within_group(began).filter(~ours).label("first_words"),
    ).join_from(Message, Conversation)
    counted = counted.where(*_written(which, period, Role.ANSWER), Conversation.mode != Mode.ROLEPLAY)
    return Answers(**db.session.execute(counted).mappings().one())


def by_model(which: ColumnElement[bool], period: Period) -> list[Used]:
    """Return what each model read and wrote, as far as its provider told, most answers first."""
    used = (
        select(Message.model, func.count(), _total(Message.prompt_tokens), _total(Message.completion_tokens))
        .where(
            *_written(which, period, Role.ANSWER),
            Message.state.not_in(UNFINISHED),
            Message.question_id.is_not(None),  # Nobody asked for the first line of a play.
        )
        .group_by(Message.model)
        .order_by(func.count().desc(), Message.model)
    )
    return [Used(*row) for row in db.session.execute(used)]


def most_cited(which: ColumnElement[bool], period: Period) -> list[Cited]:
    """Return the documents that most answers cite. What was deleted since is not among them."""
    count = func.count(distinct(Message.id))
    cited = (
        select(Document.id, Document.name, count)
        .join(Passage, Passage.document_id == Document.id)
        .join(Citation, Citation.passage_id == Passage.id)
        .join(Citation.message)
        .where(*_written(which, period, Role.ANSWER), Message.state == State.COMPLETE)
        .group_by(Document.id)
        .order_by(count.desc(), Document.name, Document.id)
    )
    return [Cited(*row) for row in db.session.execute(cited.limit(MOST_DOCUMENTS))]


def _total(column: SQLColumnExpression[Any]) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


def _questions(which: ColumnElement[bool], period: Period, *about: Any) -> Select[Any]:
    """Return the query for how many questions there were, and of how many people and guests, beside other columns."""
    people = func.count(distinct(func.coalesce(Conversation.person_id, Conversation.guest_id)))
    asked = select(*about, func.count(), people).select_from(Message).join(Message.conversation)
    return asked.where(*_written(which, period, Role.QUESTION))


def _written(which: ColumnElement[bool], period: Period, role: Role) -> tuple[ColumnElement[bool], ...]:
    return (which, Message.role == role, Message.created_at >= period.begin)
