"""The hint beside a play: what may be behind the customer's last words, and what the documents have for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from webapp.ai import Prompt
from webapp.assistants.models import Mode
from webapp.chat import asking, extractive
from webapp.chat.asking import Grounds
from webapp.chat.models import Message, Role
from webapp.chat.practice import prompts
from webapp.chat.practice.parts import Given, Part, Practised
from webapp.chat.prompts import Brief
from webapp.extensions import db, embedder
from webapp.knowledge.retrieval import Query


@dataclass(slots=True)
class Prompter(Part):
    """Whoever whispers. The customer does not hear it, and it is no part of the talk."""

    scene: Mapping[str, Any]
    last_words: str

    def queries(self) -> list[Query]:
        """Return what the customer said last, and the same together with what they hold back."""
        return asking.queries(self.last_words, "\n".join(self.scene["objections"]) or None)

    def prompt(self, brief: Brief, grounds: Grounds) -> Prompt:
        """Return what the model is told: the scene, the latest of the talk, and what the documents have."""
        return prompts.hint(self.scene, brief, self.question, grounds.excerpts)

    def words(self, given: Given) -> Iterator[str]:
        """Yield the hint. Without a model it is what the customer holds back, and what the documents say to that."""
        if given.ask:
            yield from given.ask(self.prompt(given.brief, given.grounds))
            return
        held_back = self.scene["objections"]
        if held_back:
            yield f"What may be behind it: {extractive.escaped(extractive.closest(self.last_words, held_back))}\n\n"
        if given.grounds.excerpts or not held_back:
            yield from extractive.answer(given.grounds, embedder())

    def keep(self) -> None:
        """Store nothing: a hint is only its words."""

    def practice(self) -> Practised:
        """Return that nobody else hears it."""
        return Practised(Mode.ROLEPLAY, aside=True)


def last_words(before: Message) -> str:
    """Return what the customer said last before a message."""
    said = select(Message.text).where(
        Message.conversation_id == before.conversation_id,
        Message.position < before.position,
        Message.role == Role.ANSWER,
        ~Message.aside,
        Message.superseded_at.is_(None),
    )
    return db.session.scalar(said.order_by(Message.position.desc()).limit(1)) or ""
