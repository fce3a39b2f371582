"""A conversation's read-only address: what it shows, to whom, and how it is taken back.

It shows the conversation as it was when it was shared, until its owner brings it up to date, and never what was asked
or answered anew since. It opens for everybody whom the assistant is for: sharing never widens an audience.

Only the token's digest is stored, as of every token. The token itself is made of the row's id and the deployment's
secret key, so that the owner can see the address again, and nobody who reads the database can open it.
"""

import base64
import hmac
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select

from webapp.accounts.cookies import digest
from webapp.accounts.models import Person
from webapp.accounts.visitor import visitor
from webapp.assistants import access as assistants
from webapp.assistants.models import Assistant
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.chat.models import Conversation, Share
from webapp.chat.turns import Entry, visible_turns
from webapp.extensions import db, settings
from webapp.records import now, uuid7


class NothingToShow(Exception):
    """The conversation has no finished answer yet."""


def share_of(conversation: Conversation) -> Share | None:
    """Return the conversation's share, if it has one."""
    return db.session.scalar(select(Share).where(Share.conversation_id == conversation.id))


def share(conversation: Conversation, by: Person | None, *, named: bool) -> None:
    """Share the conversation as it is now, under its address or a first one. Raises NothingToShow."""
    db.session.refresh(conversation, with_for_update=True)  # Pressed twice at once, it is shared once.
    standing = finished(conversation)
    if not standing:
        raise NothingToShow
    found = share_of(conversation)
    if found is None:
        found = Share(organization_id=conversation.organization_id, conversation_id=conversation.id)
        renew(found)
    found.title = conversation.title
    found.sharer = by.name if by and named else ""
    found.last_position = standing[-1].answer.position
    found.shared_at = now()
    db.session.add(found)
    _note(Action.CONVERSATION_SHARED, conversation, by)


def renew(share: Share) -> None:
    """Give the share another address; the one that it had leads nowhere any more."""
    share.id = uuid7()
    share.token_hash = digest(_token(share.id))


def take_back(conversation: Conversation, by: Person | None) -> None:
    """Let the conversation's address lead nowhere any more. Taking it back twice is harmless."""
    found = share_of(conversation)
    if found:
        db.session.delete(found)
        _note(Action.SHARE_TAKEN_BACK, conversation, by)


def opened(token: str) -> tuple[Share, Assistant] | None:
    """Return what this visitor may see under a token, with its assistant, or None where it leads nowhere for them."""
    found = db.session.scalar(
        select(Share).where(Share.token_hash == digest(token), Share.organization_id.in_(visitor().organizations))
    )
    assistant = assistants.assistant_of(found.conversation.assistant_id) if found else None
    return (found, assistant) if found and assistant else None


def token(share: Share) -> str | None:
    """Return the token of a share; None where it was made under another secret key, and only its holders know it."""
    made = _token(share.id)
    return made if digest(made) == share.token_hash else None


def shown(share: Share) -> list[Entry]:
    """Return the turns that were finished when the conversation was shared, and still stand."""
    return [turn for turn in finished(share.conversation) if turn.answer.position <= share.last_position]


def finished(conversation: Conversation) -> list[Entry]:
    """Return the turns of a conversation whose answers have words, and will have no more."""
    return [turn for turn in visible_turns(conversation.id) if not turn.answer.unfinished and turn.answer.text]


def _token(id_: UUID) -> str:
    made = hmac.new(settings().secret_key.encode(), b"shared conversation " + id_.bytes, sha256).digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def _note(action: Action, conversation: Conversation, by: Person | None) -> None:
    """Note the deed by its assistant: what a conversation is called is its owner's own."""
    note(
        action,
        conversation.organization_id,
        by=by,
        subject=conversation.assistant.name,
        subject_id=conversation.id,
        **({} if by else {"sharer": "a guest"}),
    )
