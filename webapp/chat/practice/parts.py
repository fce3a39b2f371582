"""Who answers in a turn where one practises: a coach, a customer, or whoever whispers beside a play.

A part says what is searched, finds the words, and keeps what else came of them. The turn does everything around it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from webapp.ai import Prompt
from webapp.assistants.models import Mode
from webapp.chat.asking import Grounds
from webapp.chat.prompts import Brief
from webapp.knowledge.retrieval import Place, Query


@dataclass(frozen=True, slots=True)
class Count:
    """How many questions of a coach were answered in a conversation, and how many of them rightly."""

    asked: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class Practised:
    """What an answer is where one practises. Only the latest has a `count`, and knows whether the play is `over`."""

    mode: str
    aside: bool = False
    correction: str | None = None
    count: Count | None = None
    over: UUID | None = None

    @property
    def spoken(self) -> bool:
        """Whether a customer says it."""
        return self.mode == Mode.ROLEPLAY and not self.aside


@dataclass(frozen=True, slots=True)
class Given:
    """What there is to answer with. `ask` streams what the model says to a prompt, and is None without a model."""

    brief: Brief
    grounds: Grounds
    ask: Callable[[Prompt], Iterator[str]] | None


@dataclass(slots=True)
class Part(ABC):
    """Whoever answers a message in place of the assistant itself."""

    conversation_id: UUID
    message_id: UUID
    question: str

    @property
    def place(self) -> Place | None:
        """Where in a document the words stand that it is about."""
        return None

    @property
    def answers_question(self) -> bool:
        """Tell, once the answer is there, whether it answers something that the documents were asked."""
        return False

    @abstractmethod
    def queries(self) -> list[Query]:
        """Return what is searched; nothing where no document is needed."""

    @abstractmethod
    def prompt(self, brief: Brief, grounds: Grounds) -> Prompt:
        """Return everything that a model is told."""

    @abstractmethod
    def words(self, given: Given) -> Iterator[str]:
        """Yield the answer piece by piece. Raises what the model raises."""

    @abstractmethod
    def keep(self) -> None:
        """Store what else came of an answer that is complete, in the transaction that stores it."""

    @abstractmethod
    def practice(self) -> Practised:
        """Return what the answer is now, for its page."""
