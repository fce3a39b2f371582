"""Our words for models: what is asked, what comes back, and the two ports that adapters fill.

Nothing here knows Flask or a domain, and nothing outside this package sees a vendor's object. Settings come as
constructor arguments. Every failure of an adapter is one of `webapp.ai.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

__all__ = ["ChatMessage", "Embedder", "LanguageModel", "Prompt", "Usage"]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything a model is told for one answer. `model` names another one at the same endpoint."""

    messages: list[ChatMessage]
    temperature: float = 0.2
    max_tokens: int = 1024
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What one answer cost, in the provider's own tokens."""

    prompt_tokens: int
    completion_tokens: int


class LanguageModel(Protocol):
    """Whoever writes answers."""

    @property
    def name(self) -> str:
        """Return the model's name as it is stored beside an answer."""

    def stream(self, prompt: Prompt) -> Generator[str | Usage, None, None]:
        """Yield pieces of text as they arrive, then one `Usage` when the provider gave one.

        Closing the generator closes the provider's response at once. Raises `ProviderError`, also after text.
        """


class Embedder(Protocol):
    """Whoever turns texts into vectors."""

    @property
    def name(self) -> str:
        """Return the model's name; vectors of different names are never compared."""

    @property
    def dimensions(self) -> int:
        """Return how many numbers each vector has."""

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector of unit length for each text, in order. Raises `ProviderError`."""
