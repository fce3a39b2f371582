"""Relevance: what a cosine and shared words are worth."""

from __future__ import annotations

import pytest

from webapp.knowledge.relevance import MEASURED, answers, percentage

LARGE = "text-embedding-3-large"


def test_relevance_rises_with_nearness_and_with_shared_words() -> None:
    by_nearness = [percentage(MEASURED, step / 20, 0.5) for step in range(-4, 21)]
    by_words = [percentage(MEASURED, 0.5, step / 20) for step in range(21)]
    without_vector = [percentage(MEASURED, None, step / 20) for step in range(21)]
    for scale in (by_nearness, by_words, without_vector):
        assert scale == sorted(scale)
        assert scale[0] < scale[-1]
        assert min(scale) >= 1
        assert max(scale) <= 99


@pytest.mark.parametrize("model", [LARGE, "openai/text-embedding-3-small", "nobody-knows-this"])
def test_a_cosine_of_models_with_low_cosines_is_worth_more(model: str) -> None:
    assert percentage(model, 0.45, 0.5) > percentage(MEASURED, 0.45, 0.5)
    assert answers(model, 0.35, 0.5)
    assert not answers(model, 0.08, 0.3)


def test_a_cosine_of_models_with_high_cosines_is_worth_less() -> None:
    assert percentage("text-embedding-ada-002", 0.75, 0.5) < percentage(MEASURED, 0.75, 0.5)
    assert not answers("text-embedding-ada-002", 0.71, 0.3)
    assert answers("intfloat/e5-base", 0.83, 0.5)


def test_near_passages_answer_and_far_ones_do_not() -> None:
    assert answers(MEASURED, 0.5, 0.5)
    assert not answers(MEASURED, 0.2, 0.3)


def test_all_words_make_up_for_a_low_cosine() -> None:
    assert answers(MEASURED, 0.3, 1.0)
    assert not answers(MEASURED, 0.3, 0.25)


def test_a_passage_without_a_vector_answers_by_its_words() -> None:
    assert answers(MEASURED, None, 0.8)
    assert not answers(MEASURED, None, 0.3)
