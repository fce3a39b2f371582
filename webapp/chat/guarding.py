"""A guard within a conversation: its verdict, the card that stays pinned, and what stands below an answer."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from blinker import Namespace
from sqlalchemy import text

from webapp.chat.models import Conversation, Message
from webapp.extensions import db, settings
from webapp.guard import Guard, Outcome, Verdict, cards, judge, replies
from webapp.guard.cards import Card
from webapp.guard.countries import numbers

emergency_raised = Namespace().signal(
    "emergency-raised", doc="Sent with the id of the answer to an emergency, in the transaction that pins it."
)

Raised = dict[str, str]
"""An emergency as a conversation keeps it: `kind`, and the `language` that it was told in."""

STANDING = """\
An emergency was told of in this conversation, and the reader was asked to call {number}. Whatever is said since, \
never say that the call is no longer needed; where it fits, remind the reader of it in one sentence."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What stands below an answer: that a clinician must decide, what the assistant is not, or whom to call."""

    afterwards: str = ""
    disclaimer: str = ""
    card: Card | None = None


def judged(question: str, earlier: Sequence[str], guard: Guard) -> Verdict:
    """Return the guard's verdict on a question."""
    return judge(question, earlier, guard)


def pin(answer_id: UUID, question: str, verdict: Verdict) -> None:
    """Pin an emergency to the conversation of its answer, and commit. Nothing takes it away again."""
    if verdict.outcome == Outcome.EMERGENCY:
        raised = {"kind": verdict.kind, "language": cards.language(question)}
        db.session.execute(_PIN, {"answer": answer_id, "raised": json.dumps(raised)})
        emergency_raised.send(answer_id)
        db.session.commit()


_PIN = text("""
    UPDATE conversations SET emergency = CAST(:raised AS jsonb)
    WHERE id = (SELECT conversation_id FROM messages WHERE id = :answer)
""")


def words(question: str, verdict: Verdict) -> str:
    """Return the answer that we give ourselves."""
    if verdict.outcome == Outcome.EMERGENCY:
        return _card(verdict.kind, question).words
    return numbers(settings()).within(verdict.answer or replies.refusal(question, Guard("this")))


def pinned(conversation: Conversation) -> Card | None:
    """Return the card that stays with a conversation."""
    raised = conversation.emergency
    return cards.card(raised.get("kind"), raised.get("language"), numbers(settings())) if raised else None


def instructed(instructions: str, guard: Guard | None, emergency: Raised | None) -> str:
    """Return what the model is told of its task, with what the guard adds."""
    standing = STANDING.format(number=numbers(settings()).emergency) if emergency else None
    added = guard.instruction if guard else None
    return "\n\n".join(filter(None, (instructions.strip(), added, standing)))


def notes(question: str, guard: Guard | None, verdict: Verdict | None) -> Notes | None:
    """Return what stands below an answer, or None where no guard stood before it."""
    if not guard or not verdict:
        return None
    return _notes(guard, verdict.outcome, lambda: _card(verdict.kind, question))


def notes_of(answer: Message) -> Notes | None:
    """Return the same of an answer that was stored."""
    if not answer.verdict:
        return None
    conversation = answer.conversation
    guard = conversation.assistant.guarded_by
    return _notes(guard, answer.verdict, lambda: pinned(conversation)) if guard else None


def _card(kind: str | None, question: str) -> Card:
    return cards.card(kind, cards.language(question), numbers(settings()))


def _notes(guard: Guard, outcome: str, card: Callable[[], Card | None]) -> Notes | None:
    if outcome == Outcome.EMERGENCY:
        return Notes(card=card())
    if outcome in {Outcome.PERSONAL, Outcome.IN_SCOPE}:
        return Notes(guard.afterwards if outcome == Outcome.PERSONAL else "", guard.disclaimer)
    return None
