"""Figures: what an organization's admins see of it, and what people see of themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from tests.builders import BATTERY_QUESTION, GEAR_QUESTION
from tests.web.test_chat import queries
from webapp.assistants.models import Audience
from webapp.chat.models import Message, Role, State

if TYPE_CHECKING:
    from flask import Flask

    from tests.browser import Browser, Page
    from tests.builders import Builder, Row
    from tests.fakes.provider import StandIn

HERE, OWN = "/organizations/robots/analytics", "/profile/figures"


def figures(page: Page) -> dict[str, str]:
    return dict(zip(page.each(".figure__label"), page.each(".figure__value"), strict=True))


def rows(page: Page, title: str) -> list[str]:
    """Return the rows of the table under this title."""
    return [" ".join(row) for row in cells(page, f"[aria-labelledby={title}]")]


def cells(page: Page, table: str) -> list[list[str]]:
    found = page.tree.css(f"{table} tbody tr")
    return [
        [words for cell in row.css("th, td") if (words := " ".join(cell.text(separator=" ").split()))] for row in found
    ]


def days(page: Page) -> list[list[str]]:
    """Return the numbers of each day, the latest day first."""
    return [row[1:] for row in cells(page, "#numbers")]


@pytest.fixture
def inside(build: Builder, robots: Row, handbook: Row) -> Row:
    """An assistant for the members alone."""
    return build.assistant(robots, "inside", handbook, audience=Audience.ORGANIZATION)


def test_an_admin_sees_what_was_asked_and_by_how_many(
    ada: Browser, ben: Browser, guest: Browser, tutor: Row, inside: Row
) -> None:
    ada.begin("tutor", GEAR_QUESTION)
    ben.begin("tutor", GEAR_QUESTION).ask(BATTERY_QUESTION)
    guest.begin("tutor", GEAR_QUESTION)
    ben.begin("inside", GEAR_QUESTION)
    page = ada.read(HERE)
    assert figures(page)["Questions"] == "5"
    assert rows(page, "assistants_title") == ["Tutor 4 3", "Inside 1 1"]
    assert len(days(page)) == 30
    assert days(page)[0] == ["5", "3"]
    assert {tuple(day) for day in days(page)[1:]} == {("0", "0")}
    assert page.values(".side [aria-current]", "href") == [HERE]


def test_an_admin_sees_how_it_was_answered(
    ada: Browser, ben: Browser, build: Builder, tutor: Row, document: Row, provider: StandIn
) -> None:
    ben.begin("tutor", GEAR_QUESTION)
    provider.next("fail-400", times=2)  # The embedding, and then the answer.
    ben.begin("tutor", GEAR_QUESTION)
    provider.answer("The documents do not say.")
    ben.begin("tutor", "Who painted the ceiling of the Sistine Chapel?")
    with build.inside() as session:
        states = session.execute(
            select(Message.state, Message.prompt_tokens, Message.completion_tokens).where(Message.role == Role.ANSWER)
        ).all()
    page = ada.read(HERE)
    assert [state for state, *_ in states].count(State.FAILED) == 1
    assert rows(page, "answers_title") == [
        "cite a document 1",
        "cite nothing: the documents did not say, or nothing was asked of them 1",
        "failed 1",
    ]
    assert figures(page)["Answered with a source"] == "50 %"
    assert figures(page)["Answers that failed"] == "1"
    read, written = (sum(row[at] or 0 for row in states) for at in (1, 2))
    assert read > written > 0
    assert figures(page)["Tokens"] == f"{read + written:,}"
    assert rows(page, "models_title") == [f"stand-in 3 {read:,} {written:,}"]
    assert rows(page, "documents_title") == ["handbook.md 1"]
    assert page.values("[aria-labelledby=documents_title] a", "href") == [f"/documents/{document.id}"]


def test_times_to_the_first_word_are_told_in_seconds(ada: Browser, build: Builder, tutor: Row) -> None:
    for _ in range(3):
        ada.begin("tutor", GEAR_QUESTION)
    with build.inside() as session:
        answers = session.scalars(select(Message.id).where(Message.role == Role.ANSWER)).all()
        for id_, milliseconds in zip(answers, (400, 1500, 9000), strict=True):
            session.execute(update(Message).where(Message.id == id_).values(timings={"first_words": milliseconds}))
        session.commit()
    page = ada.read(HERE)
    assert figures(page)["First word after"] == "1.5 s"
    assert "within 1.5 seconds, nine of ten within 7.5." in page.words(".panel__note")


def test_what_the_guard_said_is_counted_apart(ada: Browser, build: Builder, robots: Row, handbook: Row) -> None:
    build.assistant(robots, "nurse", handbook, preset="medical")
    ada.begin("nurse", "I have crushing chest pain and my left arm is numb.")
    page = ada.read(HERE)
    assert rows(page, "answers_title") == ["were given by the guard 1"]
    assert figures(page)["Answered with a source"] == "none yet"
    assert figures(page)["First word after"] == "none yet"


def test_the_period_is_chosen_by_a_form(ada: Browser, build: Builder, tutor: Row) -> None:
    for ago in (0, 10, 60, 100):
        ada.begin("tutor", GEAR_QUESTION)
        with build.inside() as session:
            latest = session.scalars(select(Message.conversation_id).order_by(Message.id.desc())).first()
            at = datetime.now(UTC) - timedelta(days=ago)
            session.execute(update(Message).where(Message.conversation_id == latest).values(created_at=at))
            session.commit()
    for path in (HERE, OWN):
        page = ada.read(path)
        assert page.values("form[aria-label=Period]", "action") == [path]
        assert page.values("form[aria-label=Period] button", "value") == ["7", "30", "90"]
        assert page.each("form[aria-label=Period] [aria-current]") == ["30 days"]
        for chosen, counted in (("7", 1), ("30", 2), ("90", 3), ("-1", 2), ("x", 2)):
            page = ada.read(f"{path}?days={chosen}")
            assert len(days(page)) == (int(chosen) if chosen in {"7", "30", "90"} else 30)
            assert sum(int(day[0]) for day in days(page)) == counted


def test_an_organization_that_nobody_asked_has_a_page_too(ada: Browser) -> None:
    page = ada.read(HERE)
    assert page.status == 200
    assert "Nobody asked anything" in page.words("main")
    assert figures(page)["Questions"] == "0"
    assert len(page.tree.css(".chart")) == 2


def test_figures_are_for_those_who_run_the_organization(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser, build: Builder, tutor: Row
) -> None:
    ben.begin("tutor", GEAR_QUESTION)
    assert ben.read(HERE).status == 403
    assert cleo.read(HERE).status == 404
    assert guest.read(HERE).location == f"/login?next={HERE}"
    assert build.browser(build.person("Root", super_admin=True)).read(HERE).status == 200
    assert ada.read("/organizations/nowhere/analytics").status == 404


def test_figures_are_of_one_organization_and_say_nothing_of_what_was_written(
    ada: Browser, ben: Browser, cleo: Browser, tutor: Row, clinic: Row, build: Builder
) -> None:
    build.assistant(clinic, "nurse")
    ben.begin("nurse", GEAR_QUESTION)
    page = cleo.read("/organizations/clinic/analytics")
    assert rows(page, "assistants_title") == ["Nurse 1 1"]
    assert "strain wave" not in page.html
    assert "Ben" not in page.words("main")
    assert figures(ada.read(HERE))["Questions"] == "0"


def test_the_page_takes_as_many_queries_for_much_as_for_little(
    app: Flask, ada: Browser, tutor: Row, inside: Row
) -> None:
    few = queries(app, lambda: ada.read(HERE))
    for assistant in ("tutor", "inside"):
        ada.begin(assistant, GEAR_QUESTION).ask(BATTERY_QUESTION)
    assert queries(app, lambda: ada.read(HERE)) == few


def test_people_see_their_own_figures_and_nobody_elses(
    ada: Browser, ben: Browser, build: Builder, tutor: Row, inside: Row, clinic: Row
) -> None:
    build.assistant(clinic, "nurse")
    ada.begin("tutor", GEAR_QUESTION)
    ben.begin("tutor", GEAR_QUESTION).ask(BATTERY_QUESTION)
    ben.begin("nurse", GEAR_QUESTION)
    page = ben.read(OWN)
    assert rows(page, "assistants_title") == ["Tutor Robots United 2", "Nurse City Clinic 1"]
    assert days(page)[0] == ["3"]
    assert rows(page, "models_title")[0].startswith("stand-in 3 ")
    assert rows(ada.read(OWN), "assistants_title") == ["Tutor Robots United 1"]
    assert page.values(".own-pages [aria-current]", "href") == [OWN]


def test_somebody_who_asked_nothing_has_figures_too(cleo: Browser, guest: Browser) -> None:
    assert "You asked nothing in these days." in cleo.read(OWN).words("main")
    assert guest.read(OWN).location == f"/login?next={OWN}"
