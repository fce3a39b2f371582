"""A guard within a conversation: its verdict, the card that stays pinned, and what stands below an answer."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from blinker import Namespace
from sqlalchemy import text

from webapp.chat.models import Message
from webapp.extensions import db, settings
from webapp.guard import Guard, Outcome, Verdict, cards, judge, replies
from webapp.guard.cards import Card
from webapp.guard.countries import numbers

emergency_raised = Namespace().signal(
    "emergency-raised", doc="Sent with the id of the answer to an emergency, in the transaction that pins it."
)

Raised = dict[str, str]
"""An emergency as a conversation keeps it: its `kind`, the `language` it was told in, the id of the `answer` to it."""

STANDING = """\
An emergency was told of in this conversation, and the reader was asked to call {number}. Whatever is said since, \
never say that the call is no longer needed; where it fits, remind the reader of it in one sentence."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What stands below an answer: that a clinician must decide, what the assistant is not, or whom to call.

    `pinned` are the cards of its conversation from then on, the latest first.
    """

    afterwards: str = ""
    disclaimer: str = ""
    card: Card | None = None
    pinned: Sequence[Card] = ()


def judged(question: str, earlier: Sequence[str], guard: Guard) -> Verdict:
    """Return the guard's verdict on a question."""
    return judge(question, earlier, guard)


def pin(answer_id: UUID, question: str, verdict: Verdict) -> Sequence[Raised]:
    """Pin an emergency to the conversation of its answer, commit, and return all. Nothing takes one away again.

    Each of its kinds is kept, the nearest last, as if it was told of after the others.
    """
    if verdict.outcome != Outcome.EMERGENCY:
        return ()
    common = {"language": cards.language(question), "answer": str(answer_id)}
    raised = [{"kind": kind} | common for kind in reversed(verdict.kinds)]
    all_of_them = db.session.scalar(_PIN, {"answer": answer_id, "raised": json.dumps(raised)})
    emergency_raised.send(answer_id)
    db.session.commit()
    return all_of_them or ()


_PIN = text("""
    UPDATE conversations SET emergencies = emergencies || CAST(:raised AS jsonb)
    WHERE id = (SELECT conversation_id FROM messages WHERE id = :answer)
    RETURNING emergencies
""")


def words(question: str, verdict: Verdict) -> str:
    """Return the answer that we give ourselves."""
    if verdict.outcome == Outcome.EMERGENCY:
        return cards.words(cards.cards(verdict.kinds, question, numbers(settings())))
    return numbers(settings()).within(verdict.answer or replies.refusal(question, Guard("this")))


def pinned(emergencies: Sequence[Raised]) -> list[Card]:
    """Return the cards that stay with a conversation, the latest first and each once."""
    latest = {raised["kind"]: raised for raised in emergencies}
    told = sorted(latest.values(), key=emergencies.index, reverse=True)
    return [cards.card(raised["kind"], raised["language"], numbers(settings())) for raised in told]


def raised_by(emergencies: Sequence[Raised], answers: Collection[UUID]) -> list[Raised]:
    """Return which emergencies these answers are to."""
    return [raised for raised in emergencies if UUID(raised["answer"]) in answers]


def instructed(instructions: str, guard: Guard | None, emergencies: Sequence[Raised]) -> str:
    """Return what the model is told of its task, with what the guard adds."""
    standing = STANDING.format(number=numbers(settings()).emergency) if emergencies else None
    added = guard.instruction if guard else None
    return "\n\n".join(filter(None, (instructions.strip(), added, standing)))


def notes(guard: Guard | None, verdict: Verdict | None, emergencies: Sequence[Raised]) -> Notes | None:
    """Return what stands below an answer that is the latest, or None where no guard stood before it."""
    return _notes(guard, verdict.outcome, emergencies, emergencies[-1:]) if guard and verdict else None


def notes_of(answer: Message) -> Notes | None:
    """Return the same of an answer that was stored."""
    if not answer.verdict:
        return None
    conversation = answer.conversation
    guard, emergencies = conversation.assistant.guarded_by, conversation.emergencies
    return _notes(guard, answer.verdict, emergencies, raised_by(emergencies, {answer.id})) if guard else None


def _notes(guard: Guard, outcome: str, emergencies: Sequence[Raised], own: Sequence[Raised]) -> Notes:
    if outcome == Outcome.EMERGENCY:
        return Notes(disclaimer=guard.disclaimer, card=next(iter(pinned(own)), None), pinned=pinned(emergencies))
    return Notes(guard.afterwards if outcome == Outcome.PERSONAL else "", guard.disclaimer)
