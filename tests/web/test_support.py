"""Marks behind the sentences that their sources do not quite support."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from rq import Queue
from sqlalchemy import update

from tests.browser import Asked
from tests.builders import GEAR_QUESTION, Builder, Row
from webapp.chat.models import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Browser
    from tests.fakes.provider import StandIn

NOT_FOUND = "Not found in its source"


@pytest.fixture
def answered(guest: Browser, tutor: Row, provider: StandIn) -> Asked:
    provider.answer("A strain wave gear has no backlash [1]. It costs 4711 euros [1].")
    return guest.begin("tutor", GEAR_QUESTION)


def give(build: Builder, asked: Asked, *verdicts: str | None, **values: Any) -> None:
    """Let the two sentences of the answer have these verdicts."""
    kept = [{"numbers": [1], "verdict": verdict} for verdict in verdicts]
    with build.inside() as session:
        session.execute(update(Message).where(Message.id == asked.answer_id).values(support=kept, **values))
        session.commit()


def checks(build: Builder) -> list[list[str]]:
    queue = Queue("default", connection=build.app.extensions["redis"])
    return [list(job.args) for job in queue.jobs if job.func_name == "workers.chat.check_support"]


def test_a_finished_answer_that_cites_is_handed_to_a_worker(build: Builder, answered: Asked, robots: Row) -> None:
    assert checks(build) == [[str(robots.id), str(answered.answer_id)]]


def test_answers_that_end_within_a_moment_go_together(
    build: Builder, guest: Browser, tutor: Row, provider: StandIn, robots: Row
) -> None:
    provider.answer("A strain wave gear has no backlash [1].")
    sent = [guest.send("/assistants/tutor/conversations", {"message": GEAR_QUESTION}).location for _ in range(11)]
    guest.wait()
    answers = {str(Asked(guest, path).answer_id) for path in sent}
    together, alone = checks(build)
    assert (len(together), len(alone)) == (20, 2)
    assert {*together[1::2], *alone[1::2]} == answers
    assert {*together[::2], *alone[::2]} == {str(robots.id)}


def test_an_answer_that_cites_nothing_is_not(build: Builder, guest: Browser, tutor: Row, provider: StandIn) -> None:
    provider.answer("I do not know.")
    asked = guest.begin("tutor", GEAR_QUESTION)
    assert checks(build) == []
    assert not asked.page.values("[hx-get]", "hx-get")


def test_nor_is_a_quotation_or_any_answer_where_checks_are_off(
    tutor: Row, provider: StandIn, make_app: Callable[..., Flask]
) -> None:
    for changes in ({"llm_api_key": None}, {"citation_checks": "off"}):
        there = Builder(make_app(**changes))
        asked = there.browser().begin("tutor", GEAR_QUESTION)
        assert asked.page.tree.css("a.citation")
        assert checks(there) == []
        assert not asked.page.values("[hx-get]", "hx-get")


def test_a_sentence_that_is_not_supported_is_marked(build: Builder, answered: Asked) -> None:
    plain = answered.page
    assert not plain.tree.css(".support")
    give(build, answered, "supported", "unsupported")
    page = answered.page
    assert page.values(".prose .support", "title") == [NOT_FOUND]
    assert page.words(".prose") == f"A strain wave gear has no backlash 1. It costs 4711 euros 1 ({NOT_FOUND})."
    assert NOT_FOUND in page.words(".legend")
    give(build, answered, "supported", "supported")
    assert not answered.page.tree.css(".support, .legend")


def test_the_marks_come_with_a_request_after_the_answer(build: Builder, answered: Asked) -> None:
    (path,) = answered.page.values("[hx-get]", "hx-get")
    give(build, answered, "weak", "supported")
    page = answered.browser.read(path, part="x")
    name = f"answer_{answered.answer_id.hex}"
    assert page.values("hx-partial", "hx-target") == [f"#{name}_text", f"#{name}_support"]
    assert page.words(".legend").startswith("Only partly supported by its source")
    assert answered.page.element(f"{name}_support") == page.element(f"{name}_support")
    assert not answered.page.values("[hx-get]", "hx-get")


def test_a_page_asks_three_times_and_later_each_time(answered: Asked) -> None:
    page, seen = answered.page, []
    while True:
        seen += page.values("[hx-get]", "hx-trigger")
        page = answered.browser.read(page.values("[hx-get]", "hx-get")[0], part="x")
        if page.status == 204:
            break
    assert seen == ["load delay:4s", "load delay:8s", "load delay:16s"]


@pytest.mark.parametrize("again", ["?again=99", "?again=-9", "?again=x", ""])
def test_nobody_asks_for_ever(answered: Asked, again: str) -> None:
    assert answered.browser.read(f"/messages/{answered.answer_id}/support{again}", part="x").status == 204


def test_without_script_its_address_leads_to_the_conversation(answered: Asked) -> None:
    page = answered.browser.read(f"/messages/{answered.answer_id}/support")
    assert (page.status, page.location) == (303, answered.path)


def test_nobody_waits_for_a_check_that_was_lost(build: Builder, answered: Asked) -> None:
    with build.inside() as session:
        session.execute(update(Message).values(finished_at=Message.created_at - timedelta(hours=1)))
        session.commit()
    assert not answered.page.values("[hx-get]", "hx-get")


def test_the_marks_of_others_are_nobodys(answered: Asked, cleo: Browser, ada: Browser) -> None:
    for stranger in (cleo, ada):
        assert stranger.read(f"/messages/{answered.answer_id}/support", part="x").status == 404
        assert stranger.read(f"/messages/{UUID(int=0)}/support", part="x").status == 404


def test_a_file_and_a_shared_conversation_tell_of_them_too(build: Builder, answered: Asked, cleo: Browser) -> None:
    give(build, answered, "weak", "unsupported")
    text = answered.browser.get(f"{answered.path}/export").get_data(as_text=True)
    assert "Of 2 sentences that cite, checked automatically: 1 only partly supported, 1 not found" in text
    answered.browser.send(f"{answered.path}/share")
    address = answered.browser.read(f"{answered.path}/share").words("#share_link").rpartition("/")[2]
    assert len(cleo.read(f"/shared/{address}").tree.css(".prose .support")) == 2
