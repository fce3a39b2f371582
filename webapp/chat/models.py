"""A conversation, its messages, and the citations that lead from an answer to its sources."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.assistants.models import Assistant, Mode
from webapp.extensions import Base
from webapp.knowledge.models import Passage
from webapp.records import Id, Now, Time, owner
from webapp.scenarios.models import Scenario


class Conversation(Base):
    """A thread between a person, or a guest, and an assistant."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_person", "person_id", "touched_at"),
        Index("ix_conversations_guest", "guest_id", "touched_at"),
        Index("ix_conversations_scenario_id", "scenario_id", postgresql_where=text("scenario_id IS NOT NULL")),
    )

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner()
    assistant_id: Mapped[UUID] = mapped_column(ForeignKey("assistants.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    guest_id: Mapped[UUID | None] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200))
    emergencies: Mapped[list[dict[str, str]]] = mapped_column(
        JSONB, default=list, server_default="[]", doc="all that was told of, in order: see `guarding.Raised`"
    )
    mode: Mapped[str] = mapped_column(String(10), default=Mode.CHAT, server_default=Mode.CHAT)
    scenario_id: Mapped[UUID | None] = mapped_column(ForeignKey(Scenario.id, ondelete="SET NULL"))
    scene: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), doc="the scenario of a play as it was when the play began"
    )
    paused_at: Mapped[Time | None]
    ended_at: Mapped[Time | None] = mapped_column(doc="when a play was over; nothing is said in it after")
    message_count: Mapped[int] = mapped_column(default=0, doc="how many positions were given out")
    has_news: Mapped[bool] = mapped_column(
        default=False, server_default="false", doc="a report in it was answered, and it was not opened since"
    )
    created_at: Mapped[Now]
    touched_at: Mapped[Now]

    assistant: Mapped[Assistant] = relationship()
    messages: Mapped[list["Message"]] = relationship(
        back_populates="conversation", order_by="Message.position", passive_deletes=True
    )


class Role(StrEnum):
    QUESTION = "question"
    ANSWER = "answer"


class Correction(StrEnum):
    """What a coach made of the answer to a question of theirs."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"


class State(StrEnum):
    """How far a message is. A question is complete from the start."""

    PENDING = "pending"
    STREAMING = "streaming"
    COMPLETE = "complete"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


UNFINISHED = (State.PENDING, State.STREAMING)
ONE_RUNNING = "ix_messages_running"
"""The unique index by which a conversation has one unfinished answer at most."""


class Message(Base):
    """One entry in a conversation. A message that was edited or asked again is kept, superseded, out of sight."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "position"),
        Index(
            ONE_RUNNING,
            "conversation_id",
            unique=True,
            postgresql_where=text("state IN ('pending', 'streaming')"),
        ),
        Index("ix_messages_organization_id_created_at", "organization_id", "created_at"),
        Index("ix_messages_document_id", "document_id", postgresql_where=text("document_id IS NOT NULL")),
    )

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner(index=False)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    position: Mapped[int]
    role: Mapped[str]
    state: Mapped[str] = mapped_column(default=State.COMPLETE)
    text: Mapped[str] = mapped_column(Text, default="")
    selection: Mapped[str | None] = mapped_column(
        Text, doc="the words in a document that a question is about; empty once the document is gone"
    )
    document_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("documents.id", ondelete="SET NULL", name="fk_messages_document"), doc="where they stand"
    )
    selection_start: Mapped[int | None] = mapped_column(doc="in code points of the document's text, if they were found")
    selection_end: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(doc="what went wrong, as a sentence for the reader")
    verdict: Mapped[str | None] = mapped_column(
        String(20), doc="what a guard decided about the question; none without one"
    )
    aside: Mapped[bool] = mapped_column(
        default=False, server_default="false", doc="said beside a play, where the customer does not hear it"
    )
    asks: Mapped[bool] = mapped_column(default=False, server_default="false", doc="the coach waits for an answer")
    correction: Mapped[str | None] = mapped_column(
        String(10), doc="what the coach made of the answer that this message corrects"
    )
    question_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), index=True, doc="what it answers; none for a first line"
    )
    model: Mapped[str | None] = mapped_column(doc="the language model; none where sentences were quoted")
    prompt_tokens: Mapped[int | None]
    completion_tokens: Mapped[int | None]
    timings: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), doc="milliseconds from the question"
    )
    support: Mapped[list[dict[str, Any]] | None] = mapped_column(
        JSONB(none_as_null=True), doc="of each sentence that cites: its numbers and a verdict; none before it is known"
    )
    superseded_at: Mapped[Time | None]
    created_at: Mapped[Now]
    finished_at: Mapped[Time | None]

    conversation: Mapped[Conversation] = relationship(back_populates="messages")
    citations: Mapped[list["Citation"]] = relationship(
        back_populates="message", order_by="Citation.number", passive_deletes=True
    )

    @property
    def unfinished(self) -> bool:
        """Tell whether the answer is still to come, or coming."""
        return self.state in UNFINISHED


class Citation(Base):
    """A message's link to a passage. With the document gone only its number is left."""

    __tablename__ = "citations"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID] = owner()
    passage_id: Mapped[UUID | None] = mapped_column(ForeignKey("passages.id", ondelete="SET NULL"), index=True)
    rank: Mapped[int]
    relevance: Mapped[int] = mapped_column(doc="per cent, calibrated for the embedding model")

    message: Mapped[Message] = relationship(back_populates="citations")
    passage: Mapped[Passage | None] = relationship()


class Share(Base):
    """A conversation's read-only address, and up to which message it shows."""

    __tablename__ = "shares"

    id: Mapped[Id]
    organization_id: Mapped[UUID] = owner()
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), unique=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    title: Mapped[str] = mapped_column(String(200), doc="the conversation's, as it was when it was shared")
    sharer: Mapped[str] = mapped_column(String(120), default="", doc="the name that is shown; empty where none is")
    last_position: Mapped[int] = mapped_column(doc="of the last message that is shown")
    shared_at: Mapped[Now]

    conversation: Mapped[Conversation] = relationship()
