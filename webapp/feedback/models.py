"""What readers said of answers, and what no document answered."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import ARRAY, ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from webapp.assistants.models import Assistant
from webapp.chat.models import Message
from webapp.extensions import Base
from webapp.knowledge.models import Document
from webapp.records import Id, Now, Time, owner


class Thumb(StrEnum):
    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    """Why a thumb points down."""

    MISSING = "missing"
    WRONG = "wrong"
    UNCLEAR = "unclear"
    TOO_LONG = "too_long"
    OTHER = "other"


class Feedback(Base):
    """A reader's thumb for an answer. Pressed again it is taken back, and the row is gone."""

    __tablename__ = "feedback"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    organization_id: Mapped[UUID] = owner()
    thumb: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text, default="", doc="the reason in the reader's own words")
    created_at: Mapped[Now]


class ReportState(StrEnum):
    """What became of a report."""

    OPEN = "open"
    FIXED = "fixed"
    NOT_A_FAULT = "not_a_fault"
    DUPLICATE = "duplicate"


class Report(Base):
    """A reader's word that an answer is inaccurate, and what became of it. An answer has one open report at most."""

    __tablename__ = "reports"
    __table_args__ = (
        Index("ix_reports_organization_id_created_at", "organization_id", "created_at"),
        Index("ix_reports_open", "message_id", unique=True, postgresql_where=text("state = 'open'")),
    )

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner(index=False)
    message_id: Mapped[UUID] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), index=True, doc="the answer"
    )
    note: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default=ReportState.OPEN)
    resolution: Mapped[str] = mapped_column(Text, default="", doc="what the reporter is told, in an admin's words")
    duplicate_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("reports.id", ondelete="SET NULL"), index=True)
    document_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("documents.id", ondelete="SET NULL"), index=True, doc="the correction that was written"
    )
    prompt: Mapped[dict[str, Any] | None] = deferred(
        mapped_column(JSONB(none_as_null=True), doc="what was found and told, built again for the report")
    )
    source_ids: Mapped[list[UUID]] = mapped_column(
        ARRAY(Uuid), default=list, server_default="{}", doc="the documents whose words may stand in the prompt"
    )
    rebuilt_at: Mapped[Time | None] = mapped_column(doc="when the prompt was; with one of its documents it goes again")
    created_at: Mapped[Now]
    resolved_at: Mapped[Time | None]

    message: Mapped[Message] = relationship()
    document: Mapped[Document | None] = relationship()


class GapState(StrEnum):
    """What became of a gap."""

    OPEN = "open"
    DISMISSED = "dismissed"
    ANSWERED = "answered"


class Gap(Base):
    """Questions to one assistant that are alike, and that its documents could not answer."""

    __tablename__ = "gaps"

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner()
    assistant_id: Mapped[UUID] = mapped_column(ForeignKey("assistants.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(20), default=GapState.OPEN)
    document_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("documents.id", ondelete="SET NULL"), index=True, doc="the missing piece that was written"
    )
    created_at: Mapped[Now]

    assistant: Mapped[Assistant] = relationship()
    document: Mapped[Document | None] = relationship()


class GapQuestion(Base):
    """One asking of it: a question of somebody's conversation, with which it goes, as it was searched."""

    __tablename__ = "gap_questions"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    organization_id: Mapped[UUID] = owner()
    gap_id: Mapped[UUID] = mapped_column(ForeignKey("gaps.id", ondelete="CASCADE"), index=True)
    words: Mapped[str] = mapped_column(Text, doc="of a follow-up the question before it as well, on the lines before")
    embedding_model: Mapped[str]
    embedding: Mapped[Any] = deferred(mapped_column(HALFVEC, nullable=False))
    asked_at: Mapped[Now]
    tried_at: Mapped[Time | None] = mapped_column(doc="when an admin asked it again")
    answered: Mapped[bool] = mapped_column(default=False, server_default="false", doc="whether the documents did then")
    relevance: Mapped[int | None] = mapped_column(doc="of the best passage then, per cent")
    passage_id: Mapped[UUID | None] = mapped_column(ForeignKey("passages.id", ondelete="SET NULL"), index=True)
