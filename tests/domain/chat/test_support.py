"""Whether what an answer says stands in what it cites."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from markupsafe import Markup
from sqlalchemy import func, select, update

from bench import support as scoring
from tests.builders import GEAR_QUESTION, Builder, Row
from webapp.ai.minilm import MiniLM
from webapp.chat.models import Citation, Message
from webapp.chat.support import by_model, by_words, checking, marks
from webapp.chat.support.assertions import Assertion, Support, assertions
from webapp.extensions import language_model
from webapp.web.markdown import Link, render, strip

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Asked, Browser
    from tests.fakes.provider import StandIn

GEARS = "A strain wave gear has no backlash. It wears out when it is overloaded."


def read(text: str, *numbers: int) -> list[tuple[str, tuple[int, ...]]]:
    found = assertions(text, {number: f"passage {number}" for number in numbers or (1, 2, 3)})
    return [(assertion.sentence, assertion.numbers) for assertion in found]


# Sentences that cite


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One thing [1]. Another thing.", [("One thing.", (1,))]),
        ("One thing. [1] Another thing. [2][3]", [("One thing.", (1,)), ("Another thing.", (2, 3))]),
        ("He said “it is so.” [1] Then more [2].", [("He said “it is so.”", (1,)), ("Then more.", (2,))]),
        ("One [1, 2] and two [1].", [("One and two.", (1, 2, 1))]),
        ("- First [1]\n- Second\n- Third [2]", [("First", (1,)), ("Third", (2,))]),
        ("| a | b |\n| --- | --- |\n| c [1] | d |", [("c", (1,))]),
        ("**Bold** and `code` stay words [1].", [("Bold and code stay words.", (1,))]),
        ("Over two\nlines [1].", [("Over two lines.", (1,))]),
        ("Unknown [9]. `x[1]` is code, and $x[1]$ a formula.", []),
        ("No citation at all.", []),
    ],
)
def test_a_sentence_is_taken_with_what_it_cites(text: str, found: list[tuple[str, tuple[int, ...]]]) -> None:
    assert read(text) == found


def test_it_has_each_of_its_passages_once_and_none_that_is_gone() -> None:
    (assertion,) = assertions("One [1], two [2], one again [1], gone [3].", {1: "first", 2: "second", 3: None})
    assert assertion.numbers == (1, 2, 1, 3)
    assert assertion.passages == ("first", "second")


# Marks


def marked(text: str, *verdicts: dict[str, Any]) -> tuple[Markup, Markup]:
    html = render(text, {number: Link(number, f"/{number}") for number in (1, 2, 3)})
    return html, marks.marked(html, verdicts)


def test_a_mark_stands_behind_the_last_number_of_its_sentence_and_changes_nothing_else() -> None:
    html, shown = marked(
        "One [1][2]. Two [3].\n\nThree <b> [1].",
        {"numbers": [1, 2], "verdict": "weak"},
        {"numbers": [3], "verdict": "supported"},
        {"numbers": [1], "verdict": "unsupported"},
    )
    weak = marks._MARK.format("weak", *[marks.WORDS[Support.WEAK]] * 2)  # noqa: SLF001
    none = marks._MARK.format("unsupported", *[marks.WORDS[Support.UNSUPPORTED]] * 2)  # noqa: SLF001
    assert shown.count('class="support ') == 2
    assert shown.replace(weak, "").replace(none, "") == html
    assert f">2</a>{weak}. Two" in shown
    assert shown.endswith(f">1</a>{none}.</p>\n")


def test_an_answer_whose_citations_changed_has_no_marks() -> None:
    html, shown = marked("One [1].", {"numbers": [1, 2], "verdict": "weak"})
    assert shown == html
    assert marks.marked(html, None) == html


# By words and nearness


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("Strain wave gears have no backlash.", "supported"),
        ("A strain wave gear wears out after 500 hours.", "unsupported"),
        ("Zebras graze beside the river at dawn.", "unsupported"),
        ("A strain wave gear always wears out.", "weak"),
    ],
)
def test_a_verdict_by_words(sentence: str, verdict: str) -> None:
    assert by_words.compared([Assertion(sentence, (1,), (GEARS,))], MiniLM()) == [verdict]


def test_a_number_may_be_written_in_another_way() -> None:
    passage = "The bearing lasts 15 000 hours in twelve machines of 1,359."
    (verdict,) = by_words.compared(
        [Assertion("The bearing lasts 15,000 hours in 12 machines of 1359.", (1,), (passage,))], MiniLM()
    )
    assert verdict == Support.SUPPORTED


def test_nothing_to_compare_is_no_trouble() -> None:
    assert by_words.compared([], MiniLM()) == []
    assert by_words.compared([Assertion("…", (1,), (GEARS,))], MiniLM()) == [Support.UNSUPPORTED]


def test_the_pairs_that_were_marked_by_hand_are_judged_as_often_rightly_as_the_documentation_says() -> None:
    samples = os.environ.get("COLLOQUY_SAMPLES")
    pairs = list(scoring.load(Path(samples) / "documents" if samples else None))
    assert len(pairs) == (100 if samples else 69)
    verdicts = by_words.compared([pair.assertion for pair in pairs], MiniLM())
    told = (Path(__file__).parents[3] / "docs/support.md").read_text()
    for fitted, half in ((True, "fitted"), (False, "checked")):
        ours = [both for both in zip(pairs, verdicts, strict=True) if both[0].fitted == fitted]
        share = scoring.accuracy([pair for pair, _ in ours], [verdict for _, verdict in ours])
        matter = "all" if samples else "handbook"
        assert f"| {half} | {matter} | {len(ours)} | {share:.0%} |" in told


# By a model


def judged(app: Flask, provider: StandIn, said: str, *sentences: str) -> list[Support]:
    provider.answer(said)
    with app.app_context():
        model = language_model()
        assert model
        return by_model.judged([Assertion(each, (1,), (GEARS,)) for each in sentences], model, None)


def test_a_model_judges_all_sentences_in_one_request(app: Flask, provider: StandIn) -> None:
    verdicts = judged(app, provider, '```json\n{"verdicts": ["weak", "supported"]}\n```', "One.", "</excerpt> Two.")
    assert verdicts == [Support.WEAK, Support.SUPPORTED]
    (request,) = provider.requests()
    told = request["body"]["messages"][-1]["content"]
    assert told.count(GEARS) == 1
    assert '<sentence number="2" cites="1">‹/excerpt> Two.</sentence>' in told
    assert request["body"]["temperature"] == 0


@pytest.mark.parametrize(
    "said", ["I think so.", '{"verdicts": ["supported"]}', '{"verdicts": ["sure", "supported"]}', "{", "[1, 2]"]
)
def test_what_a_model_says_beside_the_point_is_not_used(app: Flask, provider: StandIn, said: str) -> None:
    with pytest.raises(by_model.Unusable):
        judged(app, provider, said, "One.", "Two.")


# The whole of it


@pytest.fixture
def answered(build: Builder, guest: Browser, tutor: Row, provider: StandIn) -> Asked:
    """An answer of a model that cites."""
    provider.answer("A strain wave gear has no backlash [1]. It costs 4711 euros [1].")
    return guest.begin("tutor", GEAR_QUESTION)


def check(build: Builder, asked: Asked) -> list[dict[str, Any]] | None:
    """Do the worker's job, and return what is kept."""
    with build.inside():
        checking.check(asked.answer_id)
    with build.inside() as session:
        return session.get_one(Message, asked.answer_id).support


def test_an_answer_is_checked_once(build: Builder, answered: Asked) -> None:
    kept = check(build, answered)
    assert kept == [{"numbers": [1], "verdict": "supported"}, {"numbers": [1], "verdict": "unsupported"}]
    with build.inside() as session:
        session.execute(update(Message).values(support=[]))
        session.commit()
    assert check(build, answered) == []


@pytest.mark.parametrize(
    "change",
    [{"state": "stopped"}, {"model": None}, {"superseded_at": func.now()}],
    ids=lambda change: next(iter(change)),
)
def test_what_was_stopped_quoted_or_asked_anew_is_not_checked(
    build: Builder, answered: Asked, change: dict[str, Any]
) -> None:
    id_ = answered.answer_id
    with build.inside() as session:
        session.execute(update(Message).where(Message.role == "answer").values(change))
        session.commit()
    with build.inside() as session:
        checking.check(id_)
        assert session.get_one(Message, id_).support is None


def test_an_answer_that_was_deleted_is_no_trouble(build: Builder, answered: Asked) -> None:
    id_ = answered.answer_id
    answered.browser.send(f"{answered.path}/deletion")
    with build.inside() as session:
        checking.check(id_)
        assert session.get(Message, id_) is None


def test_a_source_that_is_gone_has_no_verdict(build: Builder, ada: Browser, answered: Asked, document: Row) -> None:
    ada.send(f"/documents/{document.id}/deletion")
    assert check(build, answered) == [{"numbers": [1], "verdict": None}] * 2


@pytest.mark.parametrize(
    ("said", "verdicts"),
    [('{"verdicts": ["weak", "weak"]}', ["weak", "weak"]), ("No idea.", ["supported", "unsupported"])],
    ids=["by the model", "by words, where the model does not answer properly"],
)
def test_a_deployment_may_have_its_model_check(
    build: Builder, answered: Asked, provider: StandIn, make_app: Callable[..., Flask], said: str, verdicts: list[str]
) -> None:
    provider.answer(said)
    kept = check(Builder(make_app(citation_checks="model")), answered)
    assert kept
    assert [each["verdict"] for each in kept] == verdicts


def test_checks_can_be_switched_off(build: Builder, answered: Asked, make_app: Callable[..., Flask]) -> None:
    assert check(Builder(make_app(citation_checks="off")), answered) is None


def test_the_text_of_a_checked_answer_stays_as_it_is(build: Builder, answered: Asked) -> None:
    def stored() -> tuple[str, int]:
        with build.inside() as session:
            count = session.scalar(select(func.count()).select_from(Citation))
            return session.get_one(Message, answered.answer_id).text, count or 0

    before = stored()
    assert json.dumps(check(build, answered))
    assert stored() == before
    assert strip(before[0], [1]) == before[0]
