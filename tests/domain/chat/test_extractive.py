"""Answers without a language model: what is quoted, and what is not."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from webapp.chat import extractive
from webapp.chat.asking import Grounds
from webapp.knowledge.retrieval import Found, Query

GEARS = "Strain wave gears have almost no backlash, which makes them precise."


class Nowhere:
    """An embedder to whom every sentence is equally near, so that words decide."""

    name, dimensions = "nowhere", 1

    def embed(self, texts: list[str]) -> list[list[float]]:
        return [[0.5] for _ in texts]


def quotations(question: str, *passages: str | list[str]) -> list[str]:
    prose: dict[UUID, list[str]] = {}
    excerpts = []
    for passage in passages:
        paragraphs = [passage] if isinstance(passage, str) else passage
        id_ = uuid4()
        prose[id_] = paragraphs
        text = "\n\n".join(paragraphs)
        excerpts.append(Found(id_, uuid4(), "a.md", "A", (), None, text, 0.8, 1.0, 80, answers=True))
    grounds = Grounds(Query(question, [1.0]), excerpts, ["A"], prose)
    return "".join(extractive.answer(grounds, Nowhere())).split("\n\n")


def test_the_sentence_with_the_asked_words_is_quoted_first_with_the_number_of_its_passage() -> None:
    first, *_ = quotations(
        "How much backlash has a strain wave gear?", "Batteries are charged at night, slowly.", GEARS
    )
    assert first == f"> {GEARS} [2]"


@pytest.mark.parametrize(
    ("question", "term", "definition"),
    [
        ("What is SLAM?", "SLAM", "Mapping while moving, SLAM, estimates where a robot stands."),
        ("what does slam mean", "SLAM", "SLAM draws a map while a robot moves about."),
        ("Was ist ein Getriebe?", "Getriebe", "Das Getriebe tauscht Drehzahl gegen Drehmoment."),
        ("Explain strain wave gears!", "strain wave gears", "Strain wave gears bend a thin ring of steel."),
    ],
)
def test_what_defines_a_term_comes_before_what_only_has_it(question: str, term: str, definition: str) -> None:
    besides = f"Everybody in the workshop talks about {term} today."
    assert quotations(question, [besides, definition])[0] == f"> {definition} [1]"
    assert quotations(f"Who talks about {term}?", [besides, definition])[0] == f"> {besides} [1]"


def test_a_sentence_in_overlapping_passages_is_quoted_once() -> None:
    assert quotations("backlash of strain wave gears", GEARS, GEARS) == [f"> {GEARS} [1]"]


def test_a_sentence_that_leans_on_another_is_quoted_after_it() -> None:
    leaning = "It loses its backlash only when the strain wave is overloaded."
    assert quotations(
        "When does the strain wave lose backlash?", f"The gearbox was built in Zürich by hand. {leaning}"
    )[0] == (f"> The gearbox was built in Zürich by hand. {leaning} [1]")


def test_a_sentence_does_not_lean_on_another_paragraph() -> None:
    leaning = "It loses its backlash only when the strain wave is overloaded."
    assert quotations("When does the strain wave lose backlash?", ["Gears turn and turn and turn every day.", leaning])[
        0
    ] == (f"> {leaning} [1]")


def test_what_was_quoted_along_is_not_quoted_again() -> None:
    before = "A strain wave gear has no backlash when it is new."
    leaning = "It has backlash when a strain wave gear is old and worn."
    assert quotations("When has a strain wave gear backlash?", f"{before} {leaning}") == [f"> {before} {leaning} [1]"]


def test_a_caption_is_not_quoted() -> None:
    caption = "Figure 3.1. Backlash of a strain wave gear over its life."
    assert quotations("backlash of a strain wave gear", [caption, GEARS]) == [f"> {GEARS} [1]"]


def test_a_fragment_yields_to_a_whole_sentence() -> None:
    fragment = "strain wave gears with backlash and without any end"
    assert quotations("backlash of strain wave gears", [fragment, GEARS])[0] == f"> {GEARS} [1]"


def test_what_falls_far_behind_is_left_out() -> None:
    assert (
        len(quotations("backlash of strain wave gears", [GEARS, "Robots are sold in all countries of the world."])) == 1
    )


def test_where_nothing_can_be_quoted_the_answer_says_so() -> None:
    assert quotations("What is said?", "Too short.") == ["The documents do not say. The nearest are *A*."]
    nothing = Grounds(Query("What?", None), [], [], {})
    assert "".join(extractive.answer(nothing, Nowhere())) == "There are no documents to answer from yet."
