"""Whom one asks: a persona with instructions, an audience, and the collections it may use."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, ForeignKey, String, Table, Text, insert, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.extensions import Base, db, settings
from webapp.guard import Guard, guards
from webapp.guard.countries import numbers
from webapp.knowledge.models import Collection
from webapp.organizations.models import Organization
from webapp.records import Id, Now, owner


class Audience(StrEnum):
    """Who may ask an assistant."""

    ORGANIZATION = "organization"
    SIGNED_IN = "signed_in"
    ANYONE = "anyone"


assistant_collections = Table(
    "assistant_collections",
    Base.metadata,
    Column("assistant_id", ForeignKey("assistants.id", ondelete="CASCADE"), primary_key=True),
    Column("collection_id", ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("organization_id", ForeignKey("organizations.id", ondelete="CASCADE"), nullable=False, index=True),
)


class Assistant(Base):
    """A persona. It answers from its collections and from nothing else."""

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
    hue: Mapped[str] = mapped_column(default="spruce")
    temperature: Mapped[float] = mapped_column(default=0.2)
    passage_limit: Mapped[int] = mapped_column(default=5)
    history_limit: Mapped[int] = mapped_column(default=10)
    guard: Mapped[dict[str, Any]] = mapped_column(
        JSONB,
        default=dict,
        server_default=text("'{}'"),
        doc="what is added to the guard of its preset",
    )
    created_at: Mapped[Now]

    organization: Mapped[Organization] = relationship()
    collections: Mapped[list[Collection]] = relationship(secondary=assistant_collections, viewonly=True)

    @property
    def guarded_by(self) -> Guard | None:
        """The guard that stands before its answers."""
        return guards.of(self.preset, self.guard or {})

    @property
    def entry_notice(self) -> str:
        """What is to be read before the first question; empty without a guard."""
        guard = self.guarded_by
        return guard.entry.replace("{number}", numbers(settings()).emergency) if guard else ""

    def search_in(self, collection: Collection) -> None:
        """Let the assistant answer from a collection of its organization."""
        db.session.execute(
            insert(assistant_collections).values(
                assistant_id=self.id, collection_id=collection.id, organization_id=self.organization_id
            )
        )
