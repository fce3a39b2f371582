"""Vectors through the real adapter, from a provider that behaves and one that does not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from tests.domain.ai.conftest import QUICK
from tests.fakes.provider import KEY, StandIn
from webapp.ai import errors
from webapp.ai.endpoint import Timeouts
from webapp.ai.openai_embeddings import OpenAIEmbeddings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    MakeEmbedder = Callable[..., OpenAIEmbeddings]


@pytest.fixture
def embedder(provider: StandIn) -> Iterator[MakeEmbedder]:
    made: list[OpenAIEmbeddings] = []

    def make(model: str = "text-embedding-3-small", dimensions: int = 1536, **settings: object) -> OpenAIEmbeddings:
        settings = {"api_key": KEY, "base_url": provider.base_url, "timeouts": QUICK, **settings}
        made.append(OpenAIEmbeddings(model=model, dimensions=dimensions, **settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for adapter in made:
        adapter.close()


def nearness(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def test_texts_that_share_words_are_near_each_other(embedder: MakeEmbedder) -> None:
    question, answer, other = embedder().embed(["Where do cats sleep?", "Cats sleep in boxes.", "Invoices are due."])
    assert nearness(question, answer) > nearness(question, other) + 0.2
    assert all(math.isclose(math.hypot(*vector), 1, abs_tol=1e-5) for vector in (question, answer, other))


def test_base64_and_lists_of_numbers_give_the_same(embedder: MakeEmbedder) -> None:
    [packed], [listed] = embedder("good").embed(["Cats sleep."]), embedder("floats").embed(["Cats sleep."])
    assert packed == pytest.approx(listed, abs=1e-7)


def test_texts_go_in_batches_and_come_back_in_order(provider: StandIn, embedder: MakeEmbedder) -> None:
    texts = [f"text {number}" for number in range(7)]
    vectors = embedder(batch=3).embed(texts)
    assert vectors == [vector for text in texts for vector in embedder().embed([text])]
    assert [len(request["body"]["input"]) for request in provider.requests()][:3] == [3, 3, 1]
    assert len({request["connection"] for request in provider.requests()[:3]}) == 1


def test_nothing_to_embed_asks_nobody(provider: StandIn, embedder: MakeEmbedder) -> None:
    assert embedder().embed([]) == []
    assert provider.requests() == []


def test_only_models_that_can_be_shortened_are_asked_to(provider: StandIn, embedder: MakeEmbedder) -> None:
    assert len(embedder("text-embedding-3-large", 256).embed(["one"])[0]) == 256
    embedder("text-embedding-ada-002").embed(["one"])
    assert ["dimensions" in request["body"] for request in provider.requests()] == [True, False]


@pytest.mark.parametrize(
    ("mode", "failure"),
    [
        ("fail-401", errors.WrongKey),
        ("fail-404", errors.UnknownModel),
        ("fail-429", errors.RateLimited),
        ("garbage", errors.Garbage),
        ("short-vectors", errors.WrongDimensions),
    ],
)
def test_failures_are_told_apart(
    provider: StandIn, embedder: MakeEmbedder, mode: str, failure: type[errors.ProviderError]
) -> None:
    with pytest.raises(failure) as caught:
        embedder(mode).embed(["one"])
    assert type(caught.value) is failure
    assert len(provider.requests()) == 1


def test_a_provider_that_recovers_is_not_noticed(provider: StandIn, embedder: MakeEmbedder) -> None:
    assert embedder("fail-429-twice").embed(["one"])
    assert len(provider.requests()) == 3


def test_a_provider_that_never_answers_is_given_up(embedder: MakeEmbedder) -> None:
    with pytest.raises(errors.TimedOut):
        embedder("hang", timeouts=Timeouts(first=0.2)).embed(["one"])
