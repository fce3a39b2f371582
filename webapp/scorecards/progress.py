"""How trainees get on: their plays over time, by scenario and by check.

Wherever an admin has ruled, the ruling is counted and what the machine said is not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from webapp.accounts.models import Person
from webapp.chat.models import Conversation
from webapp.extensions import db
from webapp.scorecards.models import Check, Ruling, Scorecard, State, Verdict

STANDING = func.coalesce(Ruling.verdict, Check.verdict)
MET = func.count().filter(STANDING == Verdict.YES)
TITLE = Conversation.scene["title"].astext
DECIDED = func.count().filter(STANDING != Verdict.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Share:
    """How many checks were met, of those that could be decided."""

    met: int
    decided: int

    @property
    def percent(self) -> int | None:
        """The same in per cent; None where nothing could be decided."""
        return round(100 * self.met / self.decided) if self.decided else None


@dataclass(frozen=True, slots=True)
class Played:
    """One play that was marked."""

    conversation_id: UUID
    scorecard_id: UUID
    title: str
    at: datetime
    share: Share


@dataclass(frozen=True, slots=True)
class Looked:
    """One check over all plays that it was looked for in, with the verdicts in their order."""

    text: str
    share: Share
    verdicts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Trainee:
    """Somebody's plays in an organization."""

    person: Person
    count: int
    latest_at: datetime
    share: Share


def plays(*whose: ColumnElement[bool]) -> list[Played]:
    """Return the plays that were marked, oldest first."""
    columns = Conversation.id, Scorecard.id, TITLE, Conversation.ended_at
    rows = db.session.execute(_of(whose, *columns, MET, DECIDED).group_by(*columns).order_by(*columns[3:], columns[0]))
    return [Played(id_, scorecard, title, at, Share(*shares)) for id_, scorecard, title, at, *shares in rows]


def by_scenario(played: Iterable[Played]) -> list[tuple[str, list[Played]]]:
    """Return plays by the title of what was played, each oldest first."""
    titled = sorted(played, key=lambda play: (play.title.lower(), play.at))
    return [(title, list(group)) for title, group in groupby(titled, key=lambda play: play.title)]


def checks(*whose: ColumnElement[bool]) -> list[Looked]:
    """Return each check that was looked for, those least often met first, and last what could never be decided."""
    verdicts = func.array_agg(aggregate_order_by(STANDING, Conversation.ended_at))
    rows = db.session.execute(_of(whose, Check.text, MET, DECIDED, verdicts).group_by(Check.text)).all()
    found = [Looked(text, Share(met, decided), verdicts) for text, met, decided, verdicts in rows]
    return sorted(found, key=lambda each: (101 if each.share.percent is None else each.share.percent, each.text))


def trainees(organization_id: UUID) -> list[Trainee]:
    """Return who was marked in an organization, by name."""
    latest, count = func.max(Conversation.ended_at), func.count(Scorecard.id.distinct())
    rows = db.session.execute(
        _of((Scorecard.organization_id == organization_id,), Person, count, latest, MET, DECIDED)
        .join(Person, Person.id == Conversation.person_id)
        .group_by(Person.id)
        .order_by(func.lower(Person.name), Person.id)
    )
    return [Trainee(person, count, latest, Share(*shares)) for person, count, latest, *shares in rows]


@dataclass(frozen=True, slots=True)
class Rulings:
    """What became of disputes: the machine was right, or an admin overruled it."""

    upheld: int
    overruled: int


def rulings(organization_id: UUID) -> Rulings:
    """Return how often the machine's verdict stood where an admin looked at it."""
    same = Ruling.verdict == Check.verdict
    row = db.session.execute(
        select(func.count().filter(same), func.count().filter(~same))
        .select_from(Ruling)
        .join(Ruling.check)
        .where(Ruling.organization_id == organization_id)
    ).one()
    return Rulings(*row)


def _of(whose: Sequence[ColumnElement[bool]], *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Scorecard)
        .join(Scorecard.conversation)
        .join(Scorecard.checks)
        .outerjoin(Check.ruling)
        .where(Scorecard.state == State.COMPLETE, *whose)
    )
