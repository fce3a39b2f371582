"""An assistant's guard, as its admins set it in the browser, and what then becomes of questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from tests.browser import page_and_part_agree
from tests.web.test_assistants import LIST, entries, kept, typed
from webapp.assistants.guard_forms import EMPTY_ONES, MOST_FIXED
from webapp.assistants.models import Assistant
from webapp.guard import MEDICAL

if TYPE_CHECKING:
    from tests.browser import Browser, Page
    from tests.builders import Builder, Row
    from tests.fakes.provider import StandIn

STROKE = "My husband's face is drooping on one side and he can't lift his arm"


@pytest.fixture
def care(build: Builder, robots: Row, handbook: Row) -> Row:
    return build.assistant(robots, "care", handbook, preset="medical")


@pytest.fixture
def gears(build: Builder, robots: Row, handbook: Row) -> Row:
    return build.assistant(robots, "gears", handbook)


def guard_of(assistant: Row) -> str:
    return f"{LIST}/{assistant.id}/guard"


def saved(admin: Browser, assistant: Row, **changes: Any) -> Page:
    """Change some fields on the page of a guard and send it."""
    sent = typed(admin.read(guard_of(assistant))) | {name.replace("__", "-"): value for name, value in changes.items()}
    return admin.send(guard_of(assistant), {name: value for name, value in sent.items() if value is not None})


def tried(admin: Browser, assistant: Row, question: str) -> str:
    return admin.send(f"{guard_of(assistant)}/trial", {"message": question}).words(".trial__found")


def test_a_guard_is_made_in_the_browser_and_then_stands_before_the_model(
    ada: Browser, guest: Browser, build: Builder, gears: Row, provider: StandIn
) -> None:
    assert "No guard stands before this assistant." in tried(ada, gears, "Who won the world cup in 2014?")
    page = saved(
        ada,
        gears,
        guarded="y",
        topic="robots, gears and batteries",
        offer="a gear",
        inside="How does a strain wave gear work?\n\nHow do I charge the battery?\nHow does a strain wave gear work?",
        outside="What does the robot cost?",
        blocked="competitor",
        fixed__0__phrases="opening hours\nwhen are you open",
        fixed__0__answer="From nine to five.",
        disclaimer="No warranty.",
    )
    assert page.status == 303
    assert kept(build, gears.id).guard == {
        "topic": "robots, gears and batteries",
        "offer": "a gear",
        "inside": ["How does a strain wave gear work?", "How do I charge the battery?"],
        "outside": ["What does the robot cost?"],
        "blocked": ["competitor"],
        "fixed": [{"phrases": ["opening hours", "when are you open"], "answer": "From nine to five."}],
        "disclaimer": "No warranty.",
    }
    assert ("assistant.changed", kept(build, gears.id).name) in [entry[:2] for entry in entries(build)]
    assert "guard: topic" in entries(build)[-1][2]["fields"]
    asked = guest.begin("gears", "Who won the world cup in 2014?")
    assert asked.answer.startswith("Here I answer questions about robots, gears and batteries and nothing else.")
    assert not provider.prompts()
    assert "No warranty." in guest.begin("gears", "Does a strain wave gear wear out?").page.words(".answer")


def test_the_page_shows_what_was_saved_and_saving_it_again_changes_nothing(
    ada: Browser, build: Builder, gears: Row
) -> None:
    saved(ada, gears, guarded="y", topic="gears", emergencies="y", fixed__1__phrases="hours", fixed__1__answer="Nine.")
    before = kept(build, gears.id).guard
    assert before == {
        "topic": "gears",
        "emergencies": True,
        "fixed": [{"phrases": ["hours"], "answer": "Nine."}],
    }
    noted = len(entries(build))
    page = ada.read(guard_of(gears))
    assert len(page.each(".pair")) == 1 + EMPTY_ONES
    assert saved(ada, gears).status == 303
    assert kept(build, gears.id).guard == before
    assert len(entries(build)) == noted


def test_a_guard_that_is_switched_off_keeps_its_words(ada: Browser, guest: Browser, build: Builder, gears: Row) -> None:
    saved(ada, gears, guarded="y", topic="gears")
    assert saved(ada, gears, guarded=None).status == 303
    assert kept(build, gears.id).guarded_by is None
    assert "Here I answer" not in guest.begin("gears", "Who won the world cup in 2014?").answer
    assert ada.read(guard_of(gears)).values("#topic", "value") == ["gears"]
    saved(ada, gears, guarded="y")
    assert kept(build, gears.id).guard == {"topic": "gears"}
    saved(ada, gears, guarded=None, topic="")
    assert kept(build, gears.id).guard == {}


def test_a_medical_guard_is_added_to_and_never_switched_off(ada: Browser, build: Builder, care: Row) -> None:
    page = ada.read(guard_of(care))
    assert not page.each("#guarded, #emergencies, #health")
    assert f"Empty: “{MEDICAL.topic}”" in page.words("#topic_hint")
    assert (
        saved(ada, care, blocked="homeopathy", disclaimer="Ours.", outside="What is the best hospital?").status == 303
    )
    guard = kept(build, care.id).guarded_by
    assert guard is not None
    assert (guard.topic, guard.blocked, guard.disclaimer) == (MEDICAL.topic, ("homeopathy",), "Ours.")
    assert (guard.emergencies, guard.health) == (True, True)
    assert "Refused." in tried(ada, care, "What is the best hospital here?")
    assert "Refused." in tried(ada, care, "Does homeopathy help against a cold?")


@pytest.mark.parametrize(
    ("field", "typed_", "sentence"),
    [
        ("topic", "", "Say what it answers questions about."),
        ("topic", "x" * 201, "At most 200 characters."),
        ("inside", "\n".join(f"Why {number}?" for number in range(61)), "At most 60 questions; these are 61."),
        ("blocked", "x" * 101, "At most 100 characters in a line."),
        ("instruction", "x" * 4001, "At most 4,000 characters."),
        ("fixed-0-phrases", "hours", "What is to be answered?"),
        ("fixed-1-answer", "Nine.", "Which phrases is this the answer to?"),
    ],
)
def test_what_does_not_fit_is_said_beside_it_and_kept(
    ada: Browser, build: Builder, gears: Row, field: str, typed_: str, sentence: str
) -> None:
    page = saved(ada, gears, **{"guarded": "y", "topic": "gears", "offer": "a wheel", field: typed_})
    assert page.status == 422
    assert sentence in page.words(".settings .field__error")
    assert page.values("#offer", "value") == ["a wheel"]
    assert typed(page)[field] == typed_
    assert page.each("#errors")
    assert kept(build, gears.id).guard == {}


def test_more_fixed_answers_than_fit_are_not_taken(ada: Browser, build: Builder, gears: Row) -> None:
    rows = [{"phrases": [f"phrase {number}"], "answer": "Yes."} for number in range(MOST_FIXED)]
    with build.inside() as session:
        session.execute(update(Assistant).values(guard={"topic": "gears", "fixed": rows}))
        session.commit()
    assert len(ada.read(guard_of(gears)).each(".pair")) == MOST_FIXED
    saved(ada, gears, **{f"fixed-{MOST_FIXED}-phrases": "more", f"fixed-{MOST_FIXED}-answer": "No."})
    assert len(kept(build, gears.id).guard["fixed"]) == MOST_FIXED


def test_a_trial_says_what_is_decided_and_why(ada: Browser, care: Row) -> None:
    found = tried(ada, care, STROKE)
    assert "An emergency: stroke." in found
    assert "This can be a stroke. Call 112 now." in found
    assert "signs that must not wait" in found
    assert "Here I answer questions about health and medicine" in tried(ada, care, "Who won the world cup in 2014?")
    assert "Within its scope. It goes to the model." in tried(ada, care, "How is asthma treated?")
    assert "please ask a doctor" in tried(ada, care, "How much ibuprofen can I take for my sore knee?")
    assert "Answered without a model." in tried(ada, care, "Hello there")


def test_a_trial_is_a_page_and_a_part(ada: Browser, care: Row) -> None:
    path = f"{guard_of(care)}/trial"
    page_and_part_agree(ada, path, "trial")
    page, part = (ada.send(path, {"message": STROKE}, **aimed) for aimed in ({}, {"part": "trial"}))
    assert part.element("trial") == page.element("trial")
    empty = ada.send(path, {"message": " "}, part="trial")
    assert empty.status == 422
    assert "Write a question first." in empty.words(".field__error")


def test_only_those_who_look_after_it_see_a_guard(ben: Browser, cleo: Browser, guest: Browser, care: Row) -> None:
    for path in (guard_of(care), f"{guard_of(care)}/trial"):
        assert ben.read(path).status == 403
        assert cleo.read(path).status == 404
        assert guest.read(path).headers["Location"].startswith("/login")
    assert ben.send(guard_of(care), {"topic": "x"}).status == 403
    assert cleo.send(guard_of(care), {"topic": "x"}).status == 404
