"""Follow-ups: what they are searched with."""

from __future__ import annotations

import pytest

from tests.builders import GEAR_QUESTION, Builder, Row
from webapp.chat import asking


@pytest.mark.parametrize(
    "question",
    [
        "And what is its gain?",
        "How long does it last?",
        "Why?",
        "What about older ones?",
        "Why is that?",
        "Was kostet es?",
        "Und wie lange hält es?",
        "Who invented these?",
    ],
)
def test_pronouns_beginnings_and_few_words_point_back(question: str) -> None:
    assert asking.points_back(question)


@pytest.mark.parametrize(
    "question",
    ["What is a Kalman filter?", "Which battery suits a robot that works outdoors?", "How do I set the gains?"],
)
def test_a_question_that_names_its_subject_does_not(question: str) -> None:
    assert not asking.points_back(question)


def test_the_subject_is_the_last_question_that_stands_alone() -> None:
    assert asking.subject([]) is None
    assert asking.subject(["What is a CAN bus?", "How fast is it?"]) == "What is a CAN bus?"
    assert asking.subject(["How fast is it?"]) == "How fast is it?"
    about = "Integrator windup is this:\nWhat does it mean?"
    assert asking.subject([about, "Explain it more simply.", "Go deeper into it."]) == about


def test_a_follow_up_is_searched_above_all_with_its_subject(build: Builder, robots: Row) -> None:
    with build.inside(robots.id):
        together, typed = asking.queries("How long does it last?", "What is a strain wave gear?")
    assert together.words == "What is a strain wave gear?\nHow long does it last?"
    assert typed.words == "How long does it last?"
    assert together.weight > typed.weight


def test_a_new_topic_is_searched_above_all_as_typed(build: Builder, robots: Row) -> None:
    with build.inside(robots.id):
        typed, together = asking.queries("What is a Kalman filter used for?", "What is a strain wave gear?")
    assert typed.words == "What is a Kalman filter used for?"
    assert typed.weight > together.weight


def test_a_first_question_is_searched_as_typed(build: Builder, robots: Row) -> None:
    with build.inside(robots.id):
        assert [query.words for query in asking.queries("Why?", None)] == ["Why?"]


def test_only_what_is_close_enough_becomes_an_excerpt(
    build: Builder, robots: Row, handbook: Row, document: Row
) -> None:
    with build.inside(robots.id):
        near = asking.grounds(robots.id, [handbook.id], asking.queries(GEAR_QUESTION, None), 5, quoting=True)
        far = asking.grounds(robots.id, [handbook.id], asking.queries("Who won the chess cup?", None), 5, quoting=True)
    assert near.excerpts[0].heading_path == ("Robot handbook", "Gearboxes")
    assert near.prose[near.excerpts[0].passage_id] == [
        "A strain wave gear has no backlash. It wears out when it is overloaded."
    ]
    assert far.excerpts == []
    assert far.nearest == ["Robot handbook"]
