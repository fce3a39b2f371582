"""A scorecard, its checks, and what an admin ruled where one of them was disputed."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, String, Text, and_, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from webapp.accounts.models import Person
from webapp.chat.models import Citation, Conversation
from webapp.extensions import Base
from webapp.records import Id, Now, Time, owner


class State(StrEnum):
    """How far the marking is."""

    PENDING = "pending"
    COMPLETE = "complete"
    FAILED = "failed"


class Kind(StrEnum):
    """Where a check comes from: every scorecard, the scenario, or what the documents say."""

    GENERAL = "general"
    SCENARIO = "scenario"
    POLICY = "policy"


class Verdict(StrEnum):
    """What was found: it was done, it was not, or nobody can tell."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class Scorecard(Base):
    """What became of one play. Its trainee is whose conversation it is, and it goes with that."""

    __tablename__ = "scorecards"
    __table_args__ = (Index("ix_scorecards_pending", "asked_at", postgresql_where=text("state = 'pending'")),)

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner()
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=State.PENDING)
    error: Mapped[str | None] = mapped_column(doc="why it could not be marked, as a sentence for the trainee")
    strengths: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    next_step: Mapped[str] = mapped_column(Text, default="", doc="the one thing to try next")
    next_message_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("messages.id", ondelete="SET NULL"), doc="the trainee's line at which to try it", index=True
    )
    model: Mapped[str | None] = mapped_column(doc="the language model that marked")
    asked_at: Mapped[Now] = mapped_column(doc="when marking was asked for last")
    marked_at: Mapped[Time | None]
    created_at: Mapped[Now]

    conversation: Mapped[Conversation] = relationship()
    checks: Mapped[list["Check"]] = relationship(
        back_populates="scorecard", order_by="Check.position", passive_deletes=True
    )

    @property
    def scene(self) -> dict[str, Any]:
        """What was played, as it was then."""
        return self.conversation.scene or {}

    @property
    def met_count(self) -> int:
        """How many checks were met."""
        return self._count(Verdict.YES)

    @property
    def decided_count(self) -> int:
        """How many could be decided."""
        return self._count(Verdict.YES, Verdict.NO)

    def _count(self, *verdicts: Verdict) -> int:
        return sum(check.standing in verdicts for check in self.checks)


class Check(Base):
    """One thing that was looked for. What is quoted stands word for word in the message."""

    __tablename__ = "checks"
    __table_args__ = (
        Index("ix_checks_scorecard_id_position", "scorecard_id", "position", unique=True),
        Index("ix_checks_disputed_at", "disputed_at", postgresql_where=text("disputed_at IS NOT NULL")),
    )

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner()
    scorecard_id: Mapped[UUID] = mapped_column(ForeignKey("scorecards.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text, doc="as a sentence about the trainee; yes is what one hopes for")
    verdict: Mapped[str] = mapped_column(String(10), doc="the machine's")
    quote: Mapped[str] = mapped_column(Text, default="", doc="the trainee's own words; empty where there are none")
    advice: Mapped[str] = mapped_column(Text, default="", doc="why it was marked so, or what would have been better")
    message_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("messages.id", ondelete="SET NULL"), index=True, doc="where the quoted words stand"
    )
    cites: Mapped[int | None] = mapped_column(doc="the number of a citation of that message: what the documents say")
    dispute: Mapped[str | None] = mapped_column(Text, doc="why the trainee thinks that it is wrong")
    disputed_at: Mapped[Time | None]

    scorecard: Mapped[Scorecard] = relationship(back_populates="checks")
    citation: Mapped[Citation | None] = relationship(
        primaryjoin=lambda: and_(
            foreign(Check.message_id) == Citation.message_id, foreign(Check.cites) == Citation.number
        ),
        viewonly=True,
    )
    ruling: Mapped["Ruling | None"] = relationship(back_populates="check", passive_deletes=True)

    @property
    def standing(self) -> str:
        """The verdict that counts: an admin's where there is one."""
        return self.ruling.verdict if self.ruling else self.verdict

    @property
    def open_dispute(self) -> bool:
        """Tell whether the trainee waits for an admin's word."""
        return self.disputed_at is not None and self.ruling is None


class Ruling(Base):
    """What an admin decided about a disputed check. It stands apart, so that it is theirs without the check."""

    __tablename__ = "rulings"

    check_id: Mapped[UUID] = mapped_column(ForeignKey("checks.id", ondelete="CASCADE"), primary_key=True)
    organization_id: Mapped[UUID] = owner()
    verdict: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
    ruled_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Now]

    check: Mapped[Check] = relationship(back_populates="ruling")
    ruled_by: Mapped[Person | None] = relationship()
