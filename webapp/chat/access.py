"""What this visitor may reach of conversations: their own, and no one else's."""

from typing import Any
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, Select, false, select
from sqlalchemy.orm import contains_eager

from webapp.accounts.visitor import visitor
from webapp.assistants.models import Assistant
from webapp.chat.models import Conversation, Message, Role
from webapp.extensions import db


def _theirs() -> ColumnElement[bool]:
    me = visitor()
    if me.person:
        mine = Conversation.person_id == me.person.id
    elif me.guest:
        mine = Conversation.guest_id == me.guest.id
    else:
        return false()
    return mine & Conversation.organization_id.in_(me.organizations)


def conversations() -> Select[Any]:
    """Return the query for this visitor's conversations."""
    return select(Conversation).where(_theirs())


def conversation(id_: UUID) -> Conversation:
    """Return one of this visitor's conversations with its assistant, or answer 404."""
    found = db.session.scalar(
        conversations()
        .join(Conversation.assistant)
        .where(Conversation.id == id_)
        .options(contains_eager(Conversation.assistant).joinedload(Assistant.organization))
    )
    if found is None:
        abort(404)
    return found  # type: ignore[no-any-return]


def message(id_: UUID, role: Role) -> Message:
    """Return a question or an answer in one of this visitor's conversations, or answer 404."""
    found = db.session.scalar(
        select(Message)
        .join(Message.conversation)
        .where(Message.id == id_, Message.role == role, _theirs())
        .options(contains_eager(Message.conversation).joinedload(Conversation.assistant))
    )
    return found or abort(404)
