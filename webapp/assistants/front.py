"""An assistant's front: what stands there before the first question, and how one can practise with it."""

from dataclasses import dataclass
from typing import Any

from blinker import Namespace
from flask import Response

from webapp.assistants import access
from webapp.assistants.forms import MessageForm
from webapp.assistants.models import Assistant, Mode
from webapp.extensions import language_model
from webapp.web.fragments import page

practising = Namespace().signal("practising", doc="Sent with an assistant; receivers return whom it can play.")


@dataclass(frozen=True, slots=True)
class Practice:
    """How one can practise with an assistant: the mode chosen first, and the scenarios that can be played.

    A customer is never played without a language model, so that `playable` is false there.
    """

    mode: Mode
    scenarios: list[Any]
    playable: bool


def practice(assistant: Assistant, mode: str | None = None) -> Practice | None:
    """Return how one can practise with an assistant, or None where it only answers."""
    if not assistant.modes:
        return None
    chosen = Mode(mode) if mode in assistant.modes else assistant.modes[0]
    scenarios = [scenario for _receiver, found in practising.send(assistant) for scenario in found]
    return Practice(chosen, scenarios, playable=language_model() is not None)


def front(assistant: Assistant, form: MessageForm, mode: str | None = None, status: int = 200) -> Response:
    """Answer with the assistant's front."""
    return page(
        "assistants/show.html",
        status=status,
        assistant=assistant,
        books=access.books(assistant),
        practice=practice(assistant, mode),
        form=form,
    )
