"""What a coach has asked in a conversation, and how it was answered: counted from rows, whatever anybody claims."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from webapp.assistants.models import Mode
from webapp.chat.models import Citation, Conversation, Correction, Message, Role
from webapp.chat.practice.parts import Count
from webapp.extensions import db
from webapp.knowledge.models import Passage
from webapp.knowledge.retrieval import Place

_NUMBER = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Opened:
    """A question that waits for an answer: the message that asks it, and where the passage stands that it is about."""

    words: str
    place: Place | None


def count(conversation: Conversation) -> Count | None:
    """Return how many questions were answered, and how many of them rightly; None where nobody trains."""
    return counted(conversation.id) if conversation.mode == Mode.TRAINING else None


def counted(conversation_id: UUID, before: datetime | None = None) -> Count:
    """Return the same of a conversation in which somebody trains, as far as the answers began before a time."""
    asked = func.count(Message.correction)
    right = func.count().filter(Message.correction == Correction.RIGHT)
    standing = Message.conversation_id == conversation_id, Message.superseded_at.is_(None)
    earlier = (Message.created_at < before,) if before else ()
    return Count(*db.session.execute(select(asked, right).where(*standing, *earlier)).one())


def opened(answered_by: Message) -> Opened | None:
    """Return the coach's question that a message answers, if the coach asked one just before it."""
    before = db.session.execute(
        select(Message.id, Message.text, Message.asks)
        .where(
            Message.conversation_id == answered_by.conversation_id,
            Message.role == Role.ANSWER,
            Message.superseded_at.is_(None),
            Message.position < answered_by.position,
        )
        .order_by(Message.position.desc())
        .limit(1)
    ).first()
    return Opened(before.text, _place(before.id, before.text)) if before and before.asks else None


def said(conversation_id: UUID) -> list[str]:
    """Return everything that the coach has said, oldest first: what was asked once is not asked again."""
    standing = Message.conversation_id == conversation_id, Message.role == Role.ANSWER, Message.superseded_at.is_(None)
    return list(db.session.scalars(select(Message.text).where(*standing).order_by(Message.position)))


def _place(message_id: UUID, words: str) -> Place | None:
    """Return where the passage stands that a message cites last."""
    numbers = _NUMBER.findall(words)
    if not numbers:
        return None
    cited = db.session.execute(
        select(Passage.document_id, Passage.start, Passage.end)
        .join(Citation, Citation.passage_id == Passage.id)
        .where(Citation.message_id == message_id, Citation.number == int(numbers[-1]))
    ).first()
    return Place(*cited) if cited else None
