"""Who answers a turn: the assistant itself where one only asks, and where one practises whoever has that part."""

from webapp.assistants.models import Mode
from webapp.chat.practice import drills, hints
from webapp.chat.practice.coach import Coach
from webapp.chat.practice.customer import Customer
from webapp.chat.practice.parts import Part
from webapp.chat.turns import Turn
from webapp.extensions import language_model


def cast(turn: Turn) -> Part | None:
    """Return who answers a turn, or None for the assistant. In a plain chat nothing is looked up.

    It knows what was said before, whether the turn begins now or is long over.
    """
    conversation = turn.answer.conversation
    if conversation.mode == Mode.CHAT:
        return None
    common = conversation.id, turn.answer.id, turn.question.text
    if conversation.mode == Mode.TRAINING:
        said = () if language_model() else drills.said(conversation.id)
        count = drills.counted(conversation.id, before=turn.answer.created_at)
        return Coach(*common, drills.opened(turn.question), count, said)
    scene = conversation.scene or {}
    if turn.answer.aside:
        return hints.Prompter(*common, scene, hints.last_words(turn.question))
    return Customer(*common, scene)
