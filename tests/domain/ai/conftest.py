"""The stand-in provider, and adapters that talk to it over real sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.provider import KEY, StandIn
from webapp.ai import ChatMessage, Prompt, Usage
from webapp.ai.endpoint import Timeouts
from webapp.ai.openai_chat import OpenAIChat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

QUICK = Timeouts(connect=1, first=5, between=5)


@pytest.fixture(scope="session")
def stand_in() -> Iterator[StandIn]:
    with StandIn(first_ms=1, every_ms=1, tokens=40) as server:
        yield server


@pytest.fixture
def provider(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """A provider that has seen nothing yet, reached without a proxy."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    stand_in.forget()
    return stand_in


@pytest.fixture
def chat(provider: StandIn) -> Iterator[Callable[..., OpenAIChat]]:
    """Make a chat adapter for a model of the stand-in."""
    made: list[OpenAIChat] = []

    def make(model: str = "good", **settings: object) -> OpenAIChat:
        settings = {"api_key": KEY, "base_url": provider.base_url, "timeouts": QUICK, **settings}
        made.append(OpenAIChat(model=model, **settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for model in made:
        model.close()


def ask(question: str = "What purrs?", **settings: object) -> Prompt:
    """Return a prompt with one numbered excerpt."""
    system = ChatMessage("system", "Answer from the excerpts.\n\n[1] Cats purr.")
    return Prompt([system, ChatMessage("user", question)], **settings)  # type: ignore[arg-type]


def listen(model: OpenAIChat, prompt: Prompt | None = None) -> tuple[str, Usage | None]:
    """Return the whole answer and its usage."""
    heard = list(model.stream(prompt or ask()))
    usage = next((piece for piece in heard if isinstance(piece, Usage)), None)
    return "".join(piece for piece in heard if isinstance(piece, str)), usage
