"""A customer to practise with: who they are, what they want, what they hold back, and what is to come of the talk."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.assistants.models import Assistant
from webapp.extensions import Base
from webapp.knowledge.sentences import sentences
from webapp.records import Id, Now, owner

INTRODUCED = 160
"""How many characters of whole sentences tell at first who a customer is."""


class Difficulty(StrEnum):
    """How much a customer asks of a trainee."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Scenario(Base):
    """A customer whom an assistant plays. What they hold back is told to no trainee before the play is over."""

    __tablename__ = "scenarios"
    __table_args__ = (Index("ix_scenarios_assistant_id_position", "assistant_id", "position"),)

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner()
    assistant_id: Mapped[UUID] = mapped_column(ForeignKey("assistants.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(120))
    customer: Mapped[str] = mapped_column(String(80), doc="what the customer is called")
    persona: Mapped[str] = mapped_column(Text, doc="who they are")
    situation: Mapped[str] = mapped_column(Text, doc="where they stand, and why they came")
    mood: Mapped[str] = mapped_column(String(200), default="")
    objections: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, doc="held back until it fits")
    difficulty: Mapped[str] = mapped_column(String(10), default=Difficulty.MEDIUM)
    goal: Mapped[str] = mapped_column(Text, doc="what the trainee is to reach")
    opening_line: Mapped[str] = mapped_column(Text, doc="what the customer says first")
    checks: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, doc="what was done or was not, as sentences about the trainee, for the scorecard"
    )
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Now]

    assistant: Mapped[Assistant] = relationship()

    @property
    def persona_parts(self) -> tuple[str, str]:
        """Who they are in a sentence or two, and the rest of it, if any."""
        ends = [end for _, end in sentences(self.persona)]
        cut = max([end for end in ends if end <= INTRODUCED] or ends[:1] or [0])
        return self.persona[:cut].strip(), self.persona[cut:].strip()

    @property
    def scene(self) -> dict[str, Any]:
        """The scenario as it is now, for a conversation to keep: a later change does not change what was played."""
        return {name: getattr(self, name) for name in SCENE}


SCENE = (
    "title",
    "customer",
    "persona",
    "situation",
    "mood",
    "objections",
    "difficulty",
    "goal",
    "opening_line",
    "checks",
)
