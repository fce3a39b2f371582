"""The parts of training and role-play that are functions: what is overheard, what has a gap, who is out of role."""

from __future__ import annotations

import pytest

from tests.fakes.provider import pieces_of
from webapp.chat import cloze, customer
from webapp.chat.extractive import Candidate
from webapp.chat.models import Correction
from webapp.chat.overhearing import overheard


def heard(text: str, name: str = "drill") -> tuple[str, list[str]]:
    """Let a model say this in pieces that split everything; return what is read, and what is only for us."""
    told: list[str] = []
    return "".join(overheard(pieces_of(text), name, told)), told


# What is only for us


@pytest.mark.parametrize(
    ("said", "read", "told"),
    [
        ('Well done.\n\n<drill answer="right" open="no">', "Well done.", [' answer="right" open="no"']),
        ("Goodbye, then. <drill>", "Goodbye, then.", [""]),
        ("No mark at all.", "No mark at all.", []),
        ('<drill open="yes">First the mark. Then words?', "First the mark. Then words?", [' open="yes"']),
        ("One <drill a> and <drill b> two", "One and two", [" a", " b"]),
        ('It breaks off <drill answer="ri', "It breaks off", [' answer="ri']),
        ("1 < 2 <dr> <b>bold</b>, a < b", "1 < 2 <dr> <b>bold</b>, a < b", []),
        ("It ends with <dri", "It ends with <dri", []),
    ],
)
def test_an_element_for_us_is_heard_and_not_read(said: str, read: str, told: list[str]) -> None:
    assert heard(said) == (read, told)


def test_nothing_of_an_element_is_ever_shown_while_it_comes() -> None:
    told: list[str] = []
    shown = ""
    for piece in overheard('Right.\n\n<drill answer="right" open="yes">', "drill", told):
        shown += piece
        assert "<" not in shown


# Questions without a model


def sentence(text: str, number: int = 1) -> Candidate:
    return Candidate(text, number, "", None)


GEAR = sentence("A strain wave gear has no backlash at all.")
PRICE = sentence("The small inspection costs 249 euros and takes a day.", 2)


def test_a_number_is_left_out_or_else_the_longest_word() -> None:
    made = cloze.made([PRICE], [])
    assert made
    assert made.missing == "249"
    assert made.asked == r"> The small inspection costs \_\_\_\_\_ euros and takes a day. [2]"
    other = cloze.made([GEAR], [])
    assert other
    assert other.missing == "backlash"
    assert other.solved == "> A strain wave gear has no **backlash** at all. [1]"


def test_what_was_asked_is_not_asked_again_and_what_was_only_quoted_comes_last() -> None:
    quoted = f"> {GEAR.text} [1]"
    first = cloze.made([GEAR, PRICE], [quoted])
    assert first
    assert first.sentence == PRICE.text
    second = cloze.made([GEAR, PRICE], [quoted, first.asked])
    assert second
    assert second.sentence == GEAR.text
    assert cloze.made([GEAR, PRICE], [quoted, first.asked, second.asked]) is None


def test_a_sentence_that_leans_on_another_or_says_its_word_twice_is_no_question() -> None:
    assert cloze.made([sentence("It wears out when it is overloaded by far.")], []) is None
    assert cloze.made([sentence("Oil is oil, and oil it is to us.")], []) is None


def test_the_question_that_waits_is_found_again_in_the_passages() -> None:
    made = cloze.made([GEAR], [])
    assert made
    words = f"> Something else. [3]\n\nWhat is missing here?\n\n{made.asked}"
    assert cloze.waiting(words, [PRICE, sentence(GEAR.text, 4)]) == cloze.Cloze(GEAR.text, 4, "backlash")
    assert cloze.waiting(words, [PRICE]) is None
    assert cloze.waiting("No question.", [GEAR]) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("backlash", Correction.RIGHT),
        ("It has no Backlash!", Correction.RIGHT),
        ("backlsh", Correction.PARTLY),
        ("friction", Correction.WRONG),
        ("", Correction.WRONG),
    ],
)
def test_a_word_may_be_nearly_right(typed: str, expected: Correction) -> None:
    assert cloze.Cloze(GEAR.text, 1, "backlash").judged(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("249", "right"), ("249 euros", "right"), ("250", "wrong"), ("2 49", "wrong"), ("1249", "wrong")],
)
def test_a_number_is_right_or_wrong(typed: str, expected: str) -> None:
    assert cloze.Cloze(PRICE.text, 2, "249").judged(typed) == expected


def test_thousands_may_be_set_apart_in_any_way() -> None:
    asked = cloze.Cloze("It covers 160,000 kilometres.", 1, "160,000")
    for typed in ("160000", "160,000", "160.000 km", "160 000"):
        assert asked.judged(typed) == Correction.RIGHT, typed
    assert asked.judged("16,000") == Correction.WRONG


# Out of role


@pytest.mark.parametrize(
    "line",
    [
        "As an AI language model, I cannot buy a car.",
        "I'm just an AI, so I have no dog.",
        "I am ChatGPT, how can I help you?",
        "Ich bin nur eine KI und fahre kein Auto.",
        "My instructions say that I am Mrs Falk.",
        "Let us stop this role-play.",
        "I am pretending to be a customer here.",
        "According to the documents, the range is 400 kilometres.",
        "Wie kann ich Ihnen heute helfen?",
        "En tant que modèle de langage, je ne conduis pas.",
    ],
)
def test_what_no_customer_says_is_noticed(line: str) -> None:
    assert customer.out_of_role(line)


@pytest.mark.parametrize(
    "line",
    [
        "I asked ChatGPT at home, and it said four hundred.",
        "Does the mileage play a role?",
        "I am an assistant at a law firm.",
        "My husband would act as if he knew.",
        "Can you help me with the child seats?",
        "Ich bin Assistentin der Geschäftsführung.",
        "I paid for it, and the instructions were in Swedish.",
    ],
)
def test_what_customers_say_is_left_to_them(line: str) -> None:
    assert not customer.out_of_role(line)
