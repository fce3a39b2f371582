"""What was said in a play, line by line, and finding words in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from webapp.chat.models import Message, Role
from webapp.chat.practice.prompts import SAY_AGAIN
from webapp.extensions import db


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was said, with its place in the play, counted from 1."""

    number: int
    message_id: UUID
    by_trainee: bool
    text: str


def said(conversation_id: UUID) -> list[Line]:
    """Return what customer and trainee said to each other, oldest first.

    What was said aside is no part of it, and neither is what a press of a button said for the trainee.
    """
    rows = db.session.execute(
        select(Message.id, Message.role, Message.text)
        .where(
            Message.conversation_id == conversation_id,
            Message.superseded_at.is_(None),
            Message.aside.is_(False),
            Message.text != "",
            or_(Message.role == Role.ANSWER, Message.text != SAY_AGAIN),
        )
        .order_by(Message.position)
    )
    return [Line(number, id_, role == Role.QUESTION, text) for number, (id_, role, text) in enumerate(rows, 1)]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the trainee, as they stand there."""

    message_id: UUID
    words: str


def find(words: str, lines: Sequence[Line], number: int | None = None) -> Quote | None:
    """Return where the trainee said these words, in the line of this number first; None where they never did.

    White space and the shape of quotation marks may differ, and nothing else: no word may be cut.
    """
    pattern = _pattern(words)
    if pattern is None:
        return None
    for line in sorted((line for line in lines if line.by_trainee), key=lambda line: line.number != number):
        if found := pattern.search(line.text):
            return Quote(line.message_id, found.group())
    return None


_MARKS = "\"'`´‘’‚‛“”„‟‹›«»"
_PIECE = re.compile(rf"\s+|[{_MARKS}]+|[^\s{_MARKS}]+")


def _pattern(words: str) -> re.Pattern[str] | None:
    bare = words.strip().strip(_MARKS).strip()
    if not re.search(r"\w", bare):
        return None
    return re.compile(rf"(?<!\w){''.join(map(_piece, _PIECE.findall(bare)))}(?!\w)")


def _piece(text: str) -> str:
    if text.isspace():
        return r"\s+"
    return rf"[{_MARKS}]+" if text[0] in _MARKS else re.escape(text)
