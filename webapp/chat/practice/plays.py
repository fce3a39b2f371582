"""A play: a conversation in which the assistant is a customer, from the first line to its end."""

from datetime import datetime
from uuid import UUID

from blinker import Namespace
from sqlalchemy import select, update

from webapp.accounts.models import Guest, Person
from webapp.assistants.models import Assistant, Mode
from webapp.chat import turns
from webapp.chat.models import Conversation
from webapp.extensions import db, language_model
from webapp.records import now, uuid7
from webapp.scenarios.models import Scenario

play_ended = Namespace().signal(
    "play-ended", doc="Sent with the id of a conversation whose play is over, in the transaction that ends it."
)

PAUSED, GOES_ON = "The play is paused.", "The play goes on."
STANDS_STILL = "The play is paused. Press “Go on” first; what you wrote is kept here."
OVER = "The play is over. Start another one to go on practising."
NOBODY = "No language model is connected, so that nobody can play the customer. Training with the coach works."


def begin(assistant: Assistant, scenario: Scenario, *, person: Person | None, guest: Guest | None) -> Conversation:
    """Let a play begin with the customer's first line. It keeps the scenario as it is now."""
    owner = {"person_id": person.id if person else None, "guest_id": guest.id if guest else None}
    conversation = Conversation(
        id=uuid7(),
        organization_id=assistant.organization_id,
        assistant=assistant,
        **owner,
        title=title(assistant.id, scenario.title, **owner),
        mode=Mode.ROLEPLAY,
        scenario_id=scenario.id,
        scene=scenario.scene,
        message_count=1,
    )
    db.session.add(conversation)
    turns.say(conversation, 0, scenario.opening_line)
    db.session.flush()
    return conversation


def title(assistant_id: UUID, scene: str, *, person_id: UUID | None, guest_id: UUID | None) -> str:
    """Return the title of somebody's next play of a scene: after the first one they are numbered."""
    theirs = Conversation.person_id == person_id if person_id else Conversation.guest_id == guest_id
    played = select(Conversation.title).where(
        theirs, Conversation.assistant_id == assistant_id, Conversation.scene["title"].astext == scene
    )
    taken = db.session.scalars(played).all()
    name, number = turns.title_from(scene), len(taken) + 1
    while number > 1 and f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})" if number > 1 else name


def silence(conversation: Conversation, *, aside: bool = False) -> str | None:
    """Return why nothing can be said in a conversation now, or None where one can; `aside`, until a play is over."""
    if conversation.mode != Mode.ROLEPLAY:
        return None
    if conversation.ended_at:
        return OVER
    if aside:
        return None
    if conversation.paused_at:
        return STANDS_STILL
    return None if language_model() else NOBODY


def pause(conversation: Conversation) -> None:
    """Let a play stand still. Pausing twice, or after the end, is harmless. Raises StillAnswering."""
    _stand(conversation, now(), PAUSED)


def go_on(conversation: Conversation) -> None:
    """Let a paused play go on. Raises StillAnswering."""
    _stand(conversation, None, GOES_ON)


def _stand(conversation: Conversation, paused_at: datetime | None, words: str) -> None:
    if conversation.ended_at is None and (conversation.paused_at is None) != (paused_at is None):
        turns.say(conversation, turns.next_position(conversation), words, aside=True)
        conversation.paused_at = paused_at


def end(conversation_id: UUID) -> None:
    """Let a play be over, and tell who waits for it. Ending twice is harmless."""
    ended = db.session.scalar(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.mode == Mode.ROLEPLAY, Conversation.ended_at.is_(None))
        .values(ended_at=now(), paused_at=None)
        .returning(Conversation.id)
    )
    if ended:
        play_ended.send(conversation_id)
