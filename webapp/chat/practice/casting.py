"""Who answers a turn: the assistant itself where one only asks, and where one practises whoever has that part."""

from webapp.assistants.models import Mode
from webapp.chat.practice import drills, hints
from webapp.chat.practice.coach import Coach
from webapp.chat.practice.customer import Customer
from webapp.chat.practice.parts import Part
from webapp.chat.turns import Turn
from webapp.extensions import language_model


def cast(turn: Turn) -> Part | None:
    """Return who answers a turn that begins, or None for the assistant. In a plain chat nothing is looked up."""
    conversation = turn.answer.conversation
    if conversation.mode == Mode.CHAT:
        return None
    common = conversation.id, turn.answer.id, turn.question.text
    if conversation.mode == Mode.TRAINING:
        said = () if language_model() else drills.said(conversation.id)
        return Coach(*common, drills.opened(turn.question), drills.counted(conversation.id), said)
    scene = conversation.scene or {}
    if turn.answer.aside:
        return hints.Prompter(*common, scene, hints.last_words(conversation.id))
    return Customer(*common, scene)
