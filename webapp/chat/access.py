"""What this visitor may reach of conversations: their own, and no one else's."""

from typing import Any
from uuid import UUID

from flask import abort
from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, or_, select
from sqlalchemy.orm import contains_eager

from webapp.accounts.visitor import visitor
from webapp.assistants.models import Assistant, Audience
from webapp.chat.models import Conversation, Message, Role
from webapp.extensions import db
from webapp.organizations.models import Membership

_THEIRS = or_(
    Conversation.person_id == bindparam("person", type_=Uuid), Conversation.guest_id == bindparam("guest", type_=Uuid)
) & (Conversation.organization_id == any_(bindparam("organizations", type_=ARRAY(Uuid))))


def _mine() -> dict[str, Any]:
    me = visitor()
    return {
        "person": me.person and me.person.id,
        "guest": me.guest and me.guest.id,
        "organizations": list(me.organizations),
    }


def conversations() -> Select[Any]:
    """Return the query for this visitor's conversations; a super admin's are those at hand."""
    me, theirs = visitor(), select(Conversation).where(_THEIRS).params(_mine())
    if me.acting_for:
        return theirs.where(Conversation.organization_id == me.acting_for)
    if me.person and me.person.super_admin:
        joined = select(Membership.organization_id).where(Membership.person_id == me.person.id)
        public = select(Assistant.id).where(Assistant.audience != Audience.ORGANIZATION)
        return theirs.where(or_(Conversation.organization_id.in_(joined), Conversation.assistant_id.in_(public)))
    return theirs


def conversation(id_: UUID) -> Conversation:
    """Return one of this visitor's conversations with its assistant, or answer 404."""
    found = db.session.scalar(_CONVERSATION, _mine() | {"id": id_})
    return found or abort(404)


def message(id_: UUID, role: Role) -> Message:
    """Return a question or an answer in one of this visitor's conversations, or answer 404."""
    found = db.session.scalar(_MESSAGE, _mine() | {"id": id_, "role": role})
    return found or abort(404)


# Statements that every question and answer needs are built once.
_CONVERSATION = (
    select(Conversation)
    .join(Conversation.assistant)
    .join(Assistant.organization)
    .where(_THEIRS, Conversation.id == bindparam("id"))
    .options(
        contains_eager(Conversation.assistant).contains_eager(Assistant.organization),
        contains_eager(Conversation.assistant).undefer(Assistant.document_count),
    )
)
_MESSAGE = (
    select(Message)
    .join(Message.conversation)
    .join(Conversation.assistant)
    .where(_THEIRS, Message.id == bindparam("id"), Message.role == bindparam("role"))
    .options(contains_eager(Message.conversation).contains_eager(Conversation.assistant))
)
