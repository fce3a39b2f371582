"""What a question only asks with, and what it asks about."""

import time

import pytest

from webapp.knowledge.wording import sought, term


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("What is torque?", "torque"),
        ("what does URDF stand for?", "URDF"),
        ("What’s the meaning of SLAM", "SLAM"),
        ("Please explain the Kalman filter!", "Kalman filter"),
        ("Tell me more about grippers.", "grippers"),
        ("What is the mean time between failures?", "mean time between failures"),
        ("Was versteht man unter einem Getriebe?", "Getriebe"),
        ("Erklär mir den Nullmomentpunkt", "Nullmomentpunkt"),
    ],
)
def test_the_term_of_a_question(question: str, about: str) -> None:
    assert term(question) == sought(question) == about


@pytest.mark.parametrize(
    "question",
    ["How much does it weigh?", "What does a filter do with a measurement?", "Explain", "what is", "Who mean you?", ""],
)
def test_a_question_that_asks_otherwise_is_left_alone(question: str) -> None:
    assert term(question) is None
    assert sought(question) == question


def test_every_line_is_sought_without_what_only_asks() -> None:
    together = "How long is the arm?\nWhat does ZMP mean?"
    assert sought(together) == "How long is the arm?\nZMP"
    assert term(together) is None


def test_a_long_line_without_words_is_read_in_no_time() -> None:
    began = time.perf_counter()
    assert sought("what is " + "!" * 4990 + "a") == "!" * 4990 + "a"
    assert time.perf_counter() - began < 0.1
