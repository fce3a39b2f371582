"""Scenarios as admins write, change and delete them, and as trainees meet them at an assistant's front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.builders import Builder, Row
from webapp.audit.models import Entry
from webapp.chat.models import Conversation
from webapp.scenarios.models import Scenario
from webapp.scenarios.supplied import SUPPLIED

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Browser

LIST = "/organizations/robots/scenarios"
FAMILY = SUPPLIED["family"]


@pytest.fixture
def coach(build: Builder, robots: Row, handbook: Row) -> Row:
    """An assistant that one practises with."""
    return build.assistant(robots, "coach", handbook, name="Coach", preset="trainer")


def typed(assistant: Row, **changes: Any) -> dict[str, Any]:
    """Return what a form sends that was filled in well."""
    return {
        "title": "A short visit",
        "assistant": str(assistant.id),
        "difficulty": "hard",
        "goal": "Agree on a second visit.",
        "customer": "Mr Sand",
        "persona": "60, a judge.",
        "situation": "He is waiting for his wife.",
        "mood": "",
        "objections": "He has no time.\n\n He has no money. \nHe has no time.",
        "opening_line": "Good day.",
        "checks": "The trainee asked for his name.",
    } | changes


def kept(build: Builder) -> list[Scenario]:
    with build.inside() as session:
        found = session.scalars(select(Scenario).order_by(Scenario.position)).all()
        session.expunge_all()
        return list(found)


def deeds(build: Builder) -> list[tuple[str, str]]:
    with build.inside() as session:
        found = session.scalars(select(Entry).where(Entry.action.startswith("scenario")).order_by(Entry.created_at))
        return [(entry.action, entry.subject) for entry in found]


# Looking after them


def test_six_customers_come_with_the_product_and_are_added_at_a_press(ada: Browser, build: Builder, coach: Row) -> None:
    assert "No scenarios yet" in ada.read(LIST).words("main")
    sent = ada.send(f"{LIST}/supplied", {"assistant": str(coach.id)})
    assert sent.location == LIST
    page = ada.read(LIST)
    assert page.each("[aria-label='Scenarios of Coach'] .row__name") == [each.title for each in SUPPLIED.values()]
    assert "can play 6 more customers" in page.words(".flash")
    assert len(deeds(build)) == 6
    ada.send(f"{LIST}/supplied", {"assistant": str(coach.id)})
    assert "has all six already" in ada.read(LIST).words(".flash")
    assert len(kept(build)) == 6


def test_those_that_are_missing_are_added_and_the_others_stay_as_they_were_changed(
    ada: Browser, build: Builder, coach: Row
) -> None:
    build.scenario(coach, "family", persona="Somebody else.")
    ada.send(f"{LIST}/supplied", {"assistant": str(coach.id)})
    assert len(kept(build)) == 6
    assert [each.persona for each in kept(build) if each.title == FAMILY.title] == ["Somebody else."]


@pytest.mark.parametrize("key", SUPPLIED)
def test_what_comes_with_the_product_fits_its_own_form(ada: Browser, coach: Row, build: Builder, key: str) -> None:
    supplied = SUPPLIED[key]
    page = ada.read(f"{LIST}/new?from={key}")
    assert supplied.title in page.values("#title", "value")
    sent = ada.send(
        LIST,
        {name: getattr(supplied, name) for name in ("title", "customer", "persona", "situation", "mood", "goal")}
        | {
            "assistant": str(coach.id),
            "difficulty": supplied.difficulty,
            "objections": "\n".join(supplied.objections),
            "opening_line": supplied.opening_line,
            "checks": "\n".join(supplied.checks),
        },
    )
    assert sent.status == 303, sent.words("main")
    (scenario,) = kept(build)
    assert tuple(scenario.objections) == supplied.objections
    assert tuple(scenario.checks) == supplied.checks


def test_a_scenario_is_written_changed_and_deleted(ada: Browser, build: Builder, coach: Row) -> None:
    sent = ada.send(LIST, typed(coach))
    assert sent.status == 303
    (scenario,) = kept(build)
    assert scenario.objections == ["He has no time.", "He has no money."]
    path = f"{LIST}/{scenario.id}"
    assert ada.read(path).words("#objections") == "He has no time. He has no money."
    assert ada.send(path, typed(coach, mood="Sleepy")).status == 303
    assert kept(build)[0].mood == "Sleepy"
    assert "A short visit" in ada.read(f"{path}/deletion").words("main")
    assert ada.send(f"{path}/deletion").location == LIST
    assert kept(build) == []
    assert deeds(build) == [(f"scenario.{done}", "A short visit") for done in ("created", "changed", "deleted")]
    assert ada.read(path).status == 404


def test_a_scenario_can_move_to_another_trainer(ada: Browser, build: Builder, robots: Row, coach: Row) -> None:
    other = build.assistant(robots, "second", name="Second", preset="trainer")
    build.scenario(other)
    scenario = build.scenario(coach, "fleet")
    ada.send(f"{LIST}/{scenario.id}", typed(other))
    assert [(each.assistant_id, each.position) for each in kept(build)] == [(other.id, 0), (other.id, 1)]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "Give it a title."),
        ("customer", " ", "Give the customer a name."),
        ("persona", "", "Say who the customer is."),
        ("situation", "", "Say why the customer has come."),
        ("goal", "", "Say what the trainee is to reach."),
        ("opening_line", "", "Write what the customer says first."),
        ("objections", "\n".join(map(str, range(9))), "At most 8 objections; these are 9."),
        ("objections", "x" * 301, "At most 300 characters in a line."),
        ("checks", "\n".join(map(str, range(11))), "At most 10 checks; these are 11."),
        ("difficulty", "brutal", "Not a valid choice."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_the_words_stay(
    ada: Browser, build: Builder, coach: Row, field: str, value: str, words: str
) -> None:
    scenario = build.scenario(coach)
    for path in (LIST, f"{LIST}/{scenario.id}"):
        page = ada.send(path, typed(coach, **{field: value, "mood": "As typed"}))
        assert page.status == 422
        assert words in page.error_beside(field)
        assert page.values("#mood", "value") == ["As typed"]
    assert [each.title for each in kept(build)] == [FAMILY.title]


def test_only_a_trainer_of_the_organization_can_play(
    ada: Browser, build: Builder, robots: Row, clinic: Row, coach: Row
) -> None:
    for other in (build.assistant(robots, "tutor"), build.assistant(clinic, "theirs", preset="trainer")):
        assert ada.send(LIST, typed(other)).status == 422
        assert ada.send(f"{LIST}/supplied", {"assistant": str(other.id)}).status == 404
    assert kept(build) == []


def test_without_a_trainer_the_way_to_one_is_shown(ada: Browser, handbook: Row) -> None:
    for path in (LIST, f"{LIST}/new", f"{LIST}/new?from=family"):
        link = ada.read(path).values("main a.button--primary", "href")
        assert link == ["/organizations/robots/assistants/new?preset=trainer"]
    assert ada.read(link[0]).status == 200


def test_the_page_of_a_trainer_leads_to_its_scenarios(ada: Browser, build: Builder, robots: Row, coach: Row) -> None:
    page = ada.read(f"/organizations/robots/assistants/{coach.id}")
    assert LIST in page.values("main a", "href")
    assert page.values(f"form[action='{LIST}/supplied'] button", "value") == [str(coach.id)]
    tutor = build.assistant(robots, "tutor")
    assert LIST not in ada.read(f"/organizations/robots/assistants/{tutor.id}").values("main a", "href")


def test_a_scenario_of_another_organization_is_not_there(
    ada: Browser, cleo: Browser, ben: Browser, guest: Browser, build: Builder, coach: Row
) -> None:
    scenario = build.scenario(coach)
    for path in (f"{LIST}/{scenario.id}", f"{LIST}/{scenario.id}/deletion", LIST):
        assert ada.read(path).status == 200
        assert ben.read(path).status == 403
        assert cleo.read(path).status == 404
        assert guest.read(path).location.startswith("/login")
    own = f"/organizations/clinic/scenarios/{scenario.id}"
    assert cleo.read(own).status == cleo.send(own, typed(coach)).status == cleo.send(f"{own}/deletion").status == 404
    assert ada.read(f"{LIST}/{uuid4()}").status == 404


# Meeting them


def test_the_front_shows_whom_one_meets_and_never_what_they_hold_back(ben: Browser, build: Builder, coach: Row) -> None:
    build.scenario(coach)
    page = ben.read("/assistants/coach?mode=roleplay")
    card = page.words(".scenario")
    for shown in (FAMILY.title, FAMILY.customer, "38, an architect", "More about Mrs Falk", "Medium", FAMILY.goal):
        assert shown in card
    for hidden in (*FAMILY.objections, *FAMILY.checks, FAMILY.situation, FAMILY.opening_line):
        assert hidden not in page.html
    first, rest = page.words(".scenario__who"), page.words(".scenario__rest > p")
    assert f"{first} {rest}" == f"{FAMILY.customer}. {FAMILY.persona}"
    assert page.values("input[name=mode]:checked", "value") == ["roleplay"]
    assert ben.read("/assistants/coach").values("input[name=mode]:checked", "value") == ["training"]
    assert ben.read("/assistants/coach?mode=nonsense").values("input[name=mode]:checked", "value") == ["training"]


@pytest.mark.parametrize(
    ("persona", "parts"),
    [
        ("60, a judge.", ("60, a judge.", "")),
        (f"{'A' * 90}. {'B' * 60}. {'C' * 30}.", (f"{'A' * 90}. {'B' * 60}.", f"{'C' * 30}.")),
        (f"{'A' * 300}. Short.", (f"{'A' * 300}.", "Short.")),
    ],
)
def test_who_a_customer_is_begins_with_whole_sentences(persona: str, parts: tuple[str, str]) -> None:
    assert Scenario(persona=persona).persona_parts == parts


def test_only_a_trainer_has_modes(guest: Browser, build: Builder, tutor: Row) -> None:
    build.scenario(tutor)
    for path in ("/", "/assistants/tutor?mode=roleplay"):
        page = guest.read(path)
        assert page.status == 200
        assert not page.values("input[name=mode]", "value")
        assert FAMILY.title not in page.html


@pytest.mark.parametrize("mode", ["training", "roleplay", "sleep"])
def test_another_assistant_does_not_take_a_mode(guest: Browser, build: Builder, tutor: Row, mode: str) -> None:
    scenario = build.scenario(tutor)
    page = guest.send("/assistants/tutor/conversations", {"mode": mode, "message": "Hi", "scenario": str(scenario.id)})
    assert page.status == 422
    assert page.error_beside("message") == "One cannot practise like this here."
    assert page.words("textarea") == "Hi"


def test_a_trainer_takes_no_mode_that_it_does_not_have(guest: Browser, coach: Row, build: Builder) -> None:
    page = guest.send("/assistants/coach/conversations", {"mode": "sleep", "message": "Hi"})
    assert page.status == 422
    assert "One cannot practise" in page.error_beside("message")
    with build.inside() as session:
        assert session.scalars(select(Conversation)).all() == []


def test_a_play_needs_one_of_the_assistants_own_scenarios(
    guest: Browser, build: Builder, robots: Row, clinic: Row, coach: Row
) -> None:
    others = [
        build.scenario(build.assistant(robots, "second", preset="trainer")).id,
        build.scenario(build.assistant(clinic, "theirs", preset="trainer")).id,
        uuid4(),
        "nonsense",
        "",
    ]
    for other in others:
        sent = {"mode": "roleplay", "scenario": str(other)}
        assert guest.send("/assistants/coach/conversations", sent).status == 404, other


def test_without_a_model_nobody_plays_a_customer_and_training_is_offered(
    make_app: Callable[..., Flask], build: Builder, ben: Browser, coach: Row
) -> None:
    scenario = build.scenario(coach)
    there = Builder(make_app(llm_api_key=None)).browser(ben.person)
    page = there.read("/assistants/coach?mode=roleplay")
    assert "none is connected here" in page.words(".practice__roleplay .flash")
    assert page.values(".practice__roleplay .flash a", "href") == ["/assistants/coach?mode=training"]
    assert FAMILY.title in page.words(".scenario")
    assert not page.values(".scenario button", "value")
    refused = there.send("/assistants/coach/conversations", {"mode": "roleplay", "scenario": str(scenario.id)})
    assert refused.status == 422
    assert "none is connected here" in refused.words(".practice__roleplay .flash")
    assert refused.values("input[name=mode]:checked", "value") == ["roleplay"]
    with build.inside() as session:
        assert session.scalars(select(Conversation)).all() == []
