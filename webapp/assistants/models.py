"""Whom one asks: a persona with instructions, an audience, and the collections it may use."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, ForeignKey, LargeBinary, String, Table, Text, func, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from webapp.extensions import Base, db, settings
from webapp.guard import Guard, guards
from webapp.guard.countries import numbers
from webapp.knowledge.models import Collection, Document, State, Version
from webapp.organizations.models import Organization
from webapp.records import Id, Now, owner


class Audience(StrEnum):
    """Who may ask an assistant."""

    ORGANIZATION = "organization"
    SIGNED_IN = "signed_in"
    ANYONE = "anyone"


class Mode(StrEnum):
    """How one talks with an assistant: one asks it, it trains one, or it plays a customer."""

    CHAT = "chat"
    TRAINING = "training"
    ROLEPLAY = "roleplay"


TRAINER = "trainer"
"""The preset of assistants that one practises with: they coach, and they play customers."""


class AnswerLength(StrEnum):
    """How much an assistant writes."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class Hue(StrEnum):
    """What colour an assistant's pages have."""

    SPRUCE = "spruce"
    SEA = "sea"
    INK = "ink"
    PLUM = "plum"
    BRICK = "brick"
    OCHRE = "ochre"
    MOSS = "moss"
    STONE = "stone"


assistant_collections = Table(
    "assistant_collections",
    Base.metadata,
    Column("assistant_id", ForeignKey("assistants.id", ondelete="CASCADE"), primary_key=True),
    Column("collection_id", ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("organization_id", ForeignKey("organizations.id", ondelete="CASCADE"), nullable=False, index=True),
)


class Assistant(Base):
    """A persona. It answers from its collections, and where it may, says what else it knows apart from them."""

    __tablename__ = "assistants"

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner()
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    tagline: Mapped[str] = mapped_column(String(300), default="")
    greeting: Mapped[str] = mapped_column(Text, default="")
    instructions: Mapped[str] = mapped_column(Text, default="")
    suggestions: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    preset: Mapped[str] = mapped_column(default="blank")
    audience: Mapped[str] = mapped_column(default=Audience.ORGANIZATION)
    hue: Mapped[str] = mapped_column(default=Hue.SPRUCE)
    model: Mapped[str] = mapped_column(
        String(200), default="", server_default="", doc="at the deployment's endpoint; empty for the deployment's own"
    )
    temperature: Mapped[float] = mapped_column(default=0.2)
    answer_length: Mapped[str] = mapped_column(default=AnswerLength.MEDIUM, server_default=AnswerLength.MEDIUM)
    answer_tokens: Mapped[int | None] = mapped_column(doc="a limit of its own, in place of the one of the length")
    general_knowledge: Mapped[bool] = mapped_column(
        default=False, server_default="false", doc="may add what no document says, and say so"
    )
    passage_limit: Mapped[int] = mapped_column(default=5)
    history_limit: Mapped[int] = mapped_column(default=10)
    picture: Mapped[str | None] = mapped_column(String(32), doc="digest of its picture; none where a letter stands")
    guard: Mapped[dict[str, Any]] = mapped_column(
        JSONB,
        default=dict,
        server_default=text("'{}'"),
        doc="what is added to the guard of its preset",
    )
    created_at: Mapped[Now]

    organization: Mapped[Organization] = relationship()
    collections: Mapped[list[Collection]] = relationship(secondary=assistant_collections, viewonly=True)
    if TYPE_CHECKING:
        document_count: Mapped[int]

    @property
    def modes(self) -> tuple[Mode, ...]:
        """How one can practise with it; none where one only asks."""
        return (Mode.TRAINING, Mode.ROLEPLAY) if self.preset == TRAINER else ()

    @property
    def guarded_by(self) -> Guard | None:
        """The guard that stands before its answers."""
        return guards.of(self.preset, self.guard or {})

    @property
    def entry_notice(self) -> str:
        """What is to be read before the first question; empty without a guard."""
        guard = self.guarded_by
        return numbers(settings()).within(guard.entry) if guard else ""

    def search_in(self, collection: Collection) -> None:
        """Let the assistant answer from a collection of its organization."""
        db.session.execute(
            insert(assistant_collections).values(
                assistant_id=self.id, collection_id=collection.id, organization_id=self.organization_id
            )
        )


# How many documents it can search now; read where somebody looks at it, or comes to be asked for.
Assistant.document_count = column_property(
    select(func.count())
    .select_from(Document)
    .join(Version, (Version.document_id == Document.id) & (Version.state == State.COMPLETE))
    .join(assistant_collections, assistant_collections.c.collection_id == Document.collection_id)
    .where(assistant_collections.c.assistant_id == Assistant.id, Document.organization_id == Assistant.organization_id)
    .scalar_subquery(),
    deferred=True,
)


class Picture(Base):
    """What an assistant looks like. The bytes stand apart, so that nobody loads them with the assistant."""

    __tablename__ = "assistant_pictures"

    assistant_id: Mapped[UUID] = mapped_column(ForeignKey("assistants.id", ondelete="CASCADE"), primary_key=True)
    organization_id: Mapped[UUID] = owner()
    media_type: Mapped[str] = mapped_column(String(20))
    data: Mapped[bytes] = mapped_column(LargeBinary)
