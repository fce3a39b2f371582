"""The customer: knows the scene and the talk and nothing of the documents, and stays who they are."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from webapp.ai import Prompt
from webapp.ai.errors import ProviderError
from webapp.assistants.models import Mode
from webapp.chat.asking import Grounds
from webapp.chat.practice import plays, prompts
from webapp.chat.practice.overhearing import overheard
from webapp.chat.practice.parts import Given, Part, Practised
from webapp.chat.prompts import Brief
from webapp.extensions import settings
from webapp.guard.replies import german
from webapp.knowledge.retrieval import Query

log = structlog.get_logger()

GOODBYE = "goodbye"
ATTEMPTS = 2
RECITED = 40
PUZZLED = "Sorry, I don’t follow you. I came here about something else."
PUZZLED_GERMAN = "Entschuldigung, ich verstehe Sie nicht. Ich bin wegen etwas anderem hier."

_NUMBERS = re.compile(r"[^\S\n]*\[\d[\d\s,–-]*\]")
_PIECES = re.compile(r"\n-? ?|: |(?<=[.!?…]) ")
_END = re.compile(r"(?<=[.!?…])(?=\s)")
# What no customer says, in the languages in which models most often fall out of their part.
_OUT_OF_ROLE = re.compile(
    r"\b(?:large )?language model\b|\bSprachmodell\b|\bmod[eè]le de langage\b|\bmodelo de lenguaje\b"
    r"|\b(?:as|I am|I[’']m) (?:just |only |really |actually )?(?:an? )?"
    r"(?:A\.?I\b|artificial intelligence|chat ?bot|(?:virtual|digital|helpful) assistant|computer program|ChatGPT|GPT)"
    r"|\bich bin (?:nur |eigentlich )?(?:eine? )?(?:KI\b|künstliche Intelligenz|Chatbot|ChatGPT)"
    r"|\b(?:system ?prompt|my (?:instructions|prompt)|meine (?:Anweisungen|Instruktionen)|role[- ]?play|Rollenspiel)\b"
    r"|\b(?:pretend|act)(?:ing)?\b.{0,20}\b(?:customer|character)\b|\bplay(?:ing)? the (?:customer|role|character)\b"
    r"|\bstay(?:ing)? in character\b|\baccording to the (?:documents?|excerpts?)\b"
    r"|\bhow (?:can|may) I (?:help|assist) you\b|\bwie kann ich Ihnen (?:heute )?(?:helfen|behilflich sein)\b",
    re.IGNORECASE,
)


class OutOfRole(Exception):
    """The model has begun to say something that the customer would never say."""


class NobodyToPlay(ProviderError):
    """There is no language model any more."""

    code = "no_model"
    sentence = "The customer is gone: no language model is connected any more."


@dataclass(slots=True)
class Customer(Part):
    """Whoever the scene says. Nothing is searched for them, and nothing is cited."""

    scene: Mapping[str, Any]
    leaves: bool = False

    def queries(self) -> list[Query]:
        """Return nothing: customers have read no documents."""
        return []

    def prompt(self, brief: Brief, grounds: Grounds) -> Prompt:  # noqa: ARG002  They have read no documents.
        """Return what the model is told: the scene and the talk."""
        said_to_them = self.question.replace(f"<{GOODBYE}", f"‹{GOODBYE}")
        return prompts.customer(self.scene, brief, said_to_them, settings().llm_context_tokens)

    def words(self, given: Given) -> Iterator[str]:
        """Yield what the customer says, sentence by sentence, as far as it is something that a customer says.

        A model that falls out of its part before the first sentence is asked once more; then the customer is puzzled.
        """
        if given.ask is None:
            raise NobodyToPlay
        told = self.prompt(given.brief, given.grounds)
        for attempt in range(ATTEMPTS):
            heard: list[str] = []
            said = False
            try:
                for sentence in _in_role(overheard(given.ask(told), GOODBYE, heard), told):
                    yield sentence
                    said = True
            except OutOfRole:
                log.warning("customer_out_of_role", attempt=attempt)
                heard.clear()
                if not said:
                    told = prompts.in_role(told, self.scene)
                    continue
            self.leaves = bool(heard)
            return
        yield PUZZLED_GERMAN if german(self.question) else PUZZLED

    def keep(self) -> None:
        """End the play where the customer has said goodbye."""
        if self.leaves:
            plays.end(self.conversation_id)

    def practice(self) -> Practised:
        """Return whether the play is over with this."""
        return Practised(Mode.ROLEPLAY, over=self.conversation_id if self.leaves else None)


def out_of_role(said: str) -> bool:
    """Tell whether words give away that no customer says them."""
    return bool(_OUT_OF_ROLE.search(said))


def _in_role(pieces: Iterable[str], told: Prompt) -> Iterator[str]:
    """Yield an answer by sentences, without numbers of sources. Raises OutOfRole before one that is not in the part."""
    secret = [line for line in _PIECES.split(told.messages[0].content) if len(line) >= RECITED]
    said = ""
    for sentence in _sentences(pieces):
        said += sentence
        if out_of_role(said) or any(line in said for line in secret):
            raise OutOfRole
        spoken = _NUMBERS.sub("", sentence)
        if spoken:
            yield spoken


def _sentences(pieces: Iterable[str]) -> Iterator[str]:
    held = ""
    for piece in pieces:
        *whole, held = _END.split(held + piece)
        yield from whole
    if held:
        yield held
