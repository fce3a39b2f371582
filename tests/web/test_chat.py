"""Conversations: asking, whose they are, and everything one can do with them and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import event, func, select, update

from tests.builders import BATTERY_QUESTION, GEAR_QUESTION, Builder, Row
from webapp.accounts.cookies import GUEST_COOKIE
from webapp.assistants.models import Audience
from webapp.chat.models import Citation, Conversation, Message
from webapp.extensions import db

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Browser, Page
    from tests.fakes.provider import StandIn

LATEST = "input[name=latest]", "value"


def message(build: Builder, id_: Any) -> Message:
    with build.inside() as session:
        found = session.get_one(Message, id_)
        session.expunge(found)
        return found


# Asking


def test_a_guest_asks_at_once(guest: Browser, tutor: Row, document: Row) -> None:
    assert "1 document" in guest.read("/").words("#composer")
    asked = guest.begin("tutor", GEAR_QUESTION)
    assert asked.state == "complete"
    assert "A strain wave gear has no backlash" in asked.answer
    assert asked.page.each("h2.question__text") == [GEAR_QUESTION]


@pytest.mark.parametrize("who", ["ada", "ben", "cleo"])
def test_a_person_asks_an_assistant_that_is_for_anyone(who: str, tutor: Row, request: pytest.FixtureRequest) -> None:
    asked = request.getfixturevalue(who).begin("tutor", GEAR_QUESTION)
    assert asked.state == "complete"


def test_an_assistant_of_an_organization_is_for_its_members(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser, build: Builder, robots: Row, handbook: Row
) -> None:
    build.assistant(robots, "inner", handbook, audience=Audience.ORGANIZATION)
    assert ben.begin("inner", "Hello?").state == "complete"
    for stranger in (cleo, guest):
        assert stranger.read("/assistants/inner").status == 404
        assert stranger.send("/assistants/inner/conversations", {"message": "Hello?"}).status == 404
        assert "Inner" not in stranger.read("/").html


def test_an_assistant_for_people_with_an_account_is_not_for_guests(
    cleo: Browser, guest: Browser, build: Builder, robots: Row, handbook: Row
) -> None:
    build.assistant(robots, "club", handbook, audience=Audience.SIGNED_IN)
    assert cleo.begin("club", "Hello?").state == "complete"
    assert guest.send("/assistants/club/conversations", {"message": "Hello?"}).status == 404


@pytest.mark.parametrize(("length", "status"), [(1, 303), (5000, 303), (5001, 422), (0, 422)])
def test_a_question_has_1_to_5000_characters(guest: Browser, tutor: Row, length: int, status: int) -> None:
    first = guest.send("/assistants/tutor/conversations", {"message": "ü" * length})
    assert first.status == status
    path = guest.wait().begin("tutor", "Hello?").path
    assert guest.send(f"{path}/messages", {"message": "ü" * length}).status == status
    guest.wait()


def test_only_white_space_is_no_question(guest: Browser, tutor: Row, build: Builder) -> None:
    page = guest.send("/assistants/tutor/conversations", {"message": " \r\n\t \u0000"})
    assert page.status == 422
    assert page.error_beside("message") == "Write a question first."
    with build.inside() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 0


@pytest.mark.parametrize("part", ["", "turns"])
def test_a_question_that_is_refused_keeps_its_words(guest: Browser, tutor: Row, part: str) -> None:
    path = guest.begin("tutor", "Hello?").path
    words = "many words " * 500
    page = guest.send(f"{path}/messages", {"message": words}, part=part)
    assert page.status == 422
    assert page.words("textarea") == words.strip()
    assert "At most 5,000 characters" in page.error_beside("message")


@pytest.mark.parametrize("part", ["", "turns"])
def test_while_an_answer_is_written_the_next_question_waits_with_its_words(
    guest: Browser, tutor: Row, part: str
) -> None:
    sent = guest.send("/assistants/tutor/conversations", {"message": GEAR_QUESTION})
    page = guest.send(f"{sent.location}/messages", {"message": "And then?"}, part=part)
    assert page.status == 422
    assert page.words("textarea") == "And then?"
    assert "still being written" in page.error_beside("message")
    guest.wait()
    assert guest.send(f"{sent.location}/messages", {"message": "And then?"}).status == 303
    guest.wait()
    assert guest.read(sent.location).each("h2.question__text") == [GEAR_QUESTION, "And then?"]


def test_a_page_that_does_not_know_the_answer_that_is_written_gets_its_turn(guest: Browser, tutor: Row) -> None:
    asked = guest.begin("tutor", GEAR_QUESTION)
    (stale,) = asked.page.values(*LATEST)
    assert stale == str(asked.answer_id)
    guest.send(f"{asked.path}/messages", {"message": "Asked in another tab"})
    (followed,) = guest.read(asked.path).values(*LATEST)
    for latest, targets in ((stale, ["#turns", "#composer"]), (followed, ["#composer"])):
        page = guest.send(f"{asked.path}/messages", {"message": "And then?", "latest": latest}, part="turns")
        assert page.status == 422
        assert page.values("hx-partial", "hx-target") == targets
        assert page.each("h2.question__text") == ["Asked in another tab"][: len(targets) - 1]
        assert page.values(*LATEST) == [followed]
        assert page.words("textarea") == "And then?"
    guest.wait()


def test_htmx_gets_the_turn_and_the_composer_in_parts(guest: Browser, tutor: Row) -> None:
    path = guest.begin("tutor", "Hello?").path
    page = guest.send(f"{path}/messages", {"message": BATTERY_QUESTION}, part="turns")
    assert page.status == 200
    assert page.values("hx-partial", "hx-target") == ["#turns", "#composer", "#flash"]
    assert "hx-sse:connect" in page.html
    assert page.words("textarea") == ""
    guest.wait()
    assert BATTERY_QUESTION in guest.read(path).each("h2.question__text")


def test_words_are_stored_as_they_should_be(guest: Browser, tutor: Row, build: Builder) -> None:
    asked = guest.begin("tutor", "  Cafe\u0301\r\nand\u0000 <b>bold</b>  ")
    assert message(build, asked.question_id).text == "Café\nand <b>bold</b>"
    assert "<b>bold</b>" not in asked.page.html


# Whose conversation it is


PATHS = [
    ("GET", "/conversations/{conversation}"),
    ("GET", "/conversations/{conversation}?live=1"),
    ("POST", "/conversations/{conversation}/messages"),
    ("GET", "/conversations/{conversation}/title"),
    ("POST", "/conversations/{conversation}/title"),
    ("GET", "/conversations/{conversation}/deletion"),
    ("POST", "/conversations/{conversation}/deletion"),
    ("GET", "/messages/{answer}/stream"),
    ("POST", "/messages/{answer}/stop"),
    ("POST", "/messages/{answer}/retry"),
    ("GET", "/messages/{question}/edit"),
    ("POST", "/messages/{question}/edit"),
]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_a_stranger_cannot_reach_a_conversation(
    method: str, path: str, ada: Browser, ben: Browser, cleo: Browser, tutor: Row, build: Builder
) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    other_guest = build.browser()
    other_guest.begin("tutor", "A question of mine")
    address = path.format(conversation=asked.id, answer=asked.answer_id, question=asked.question_id)
    for stranger in (ada, cleo, build.browser(), other_guest):
        sent = stranger.open(address, method=method, data={"message": "Mine now", "title": "Mine now"})
        assert sent.status_code == 404
    assert "Mine now" not in asked.page.html
    assert len(asked.page.each(".turn")) == 1


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_an_unknown_id_is_404(method: str, path: str, ben: Browser, tutor: Row) -> None:
    address = path.format(conversation=uuid4(), answer=uuid4(), question=uuid4())
    assert ben.open(address, method=method, data={"message": "Hello", "title": "x"}).status_code == 404


def test_a_question_has_no_stream_and_an_answer_cannot_be_edited(ben: Browser, tutor: Row) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    assert ben.read(f"/messages/{asked.question_id}/stream").status == 404
    assert ben.send(f"/messages/{asked.question_id}/retry").status == 404
    assert ben.read(f"/messages/{asked.answer_id}/edit").status == 404


# Stop, retry, edit


def test_stop_wins_over_an_answer_that_has_not_begun(
    guest: Browser, tutor: Row, provider: StandIn, build: Builder
) -> None:
    sent = guest.send("/assistants/tutor/conversations", {"message": GEAR_QUESTION})
    answer = guest.read(sent.location).ids(".answer")[0]
    turn = guest.read(sent.location).values(".turn", "id")[0]
    stopped = guest.send(f"/messages/{answer}/stop")
    assert (stopped.status, stopped.location) == (303, f"{sent.location}#{turn}")
    guest.wait()
    page = guest.read(sent.location)
    assert page.values(".answer", "data-state") == ["stopped"]
    assert "before its first word" in page.words(".notice")
    assert [seen for seen in provider.requests() if seen["path"].endswith("completions")] == []


def test_stopping_a_finished_answer_changes_nothing(guest: Browser, tutor: Row) -> None:
    asked = guest.begin("tutor", GEAR_QUESTION)
    assert guest.send(f"/messages/{asked.answer_id}/stop", part="flash").status == 204
    assert asked.state == "complete"


def test_answering_again_keeps_one_answer_in_sight(
    guest: Browser, tutor: Row, provider: StandIn, build: Builder
) -> None:
    provider.answer("The first answer.")
    asked = guest.begin("tutor", GEAR_QUESTION)
    first = asked.answer_id
    provider.answer("The second answer.")
    assert guest.send(f"/messages/{first}/retry").location == asked.latest
    guest.wait()
    assert asked.page.each(".answer .prose") == ["The second answer."]
    assert asked.page.each("h2.question__text") == [GEAR_QUESTION]
    assert message(build, first).superseded_at
    assert message(build, first).text == "The first answer."


def test_a_superseded_answer_is_not_answered_again(guest: Browser, tutor: Row, build: Builder) -> None:
    asked = guest.begin("tutor", GEAR_QUESTION)
    first = asked.answer_id
    for _ in range(2):
        assert guest.send(f"/messages/{first}/retry").status == 303
        guest.wait()
    with build.inside() as session:
        assert session.scalar(select(func.count()).where(Message.role == "answer")) == 2


def test_an_edited_question_takes_the_place_of_the_old_one_and_what_followed(
    guest: Browser, tutor: Row, provider: StandIn
) -> None:
    provider.answer("Fine.")
    asked = guest.begin("tutor", "The first question")
    asked.ask("The second question")
    question = asked.page.ids(".turn")[0]
    form = guest.read(f"/messages/{question}/edit")
    assert form.words("textarea") == "The first question"
    assert guest.send(f"/messages/{question}/edit", {"message": ""}).status == 422
    assert guest.send(f"/messages/{question}/edit", {"message": "A better question"}).location == asked.latest
    assert asked.page.words("#title") == "A better question"
    guest.wait()
    assert asked.page.each("h2.question__text") == ["A better question"]
    assert "The second question" not in str(provider.prompts()[-1])
    assert "The first question" not in str(provider.prompts()[-1])


def test_whatever_is_answered_one_arrives_at_the_latest_turn(guest: Browser, tutor: Row, provider: StandIn) -> None:
    provider.answer("Fine.")
    asked = guest.begin("tutor", "The first question")
    first = asked.latest
    assert guest.send(f"{asked.path}/messages", {"message": "The second question"}).location == asked.latest != first
    guest.wait()
    assert guest.read(f"{asked.path}?live=1").location == asked.latest
    earlier = asked.page.ids(".answer")[0]
    assert guest.send(f"/messages/{earlier}/retry").location == first
    guest.wait()


def test_editing_waits_for_the_answer_that_is_written(guest: Browser, tutor: Row) -> None:
    sent = guest.send("/assistants/tutor/conversations", {"message": GEAR_QUESTION})
    question = guest.read(sent.location).ids(".turn")[0]
    guest.send(f"/messages/{question}/edit", {"message": "Something else"})
    page = guest.read(sent.location)
    assert "still being written" in page.words("#flash")
    assert page.each("h2.question__text") == [GEAR_QUESTION]


# Lists, titles, deletion


def test_the_title_is_the_first_question(guest: Browser, tutor: Row) -> None:
    asked = guest.begin("tutor", "  How does\n a strain wave gear work, and why is it so often used in robot arms? ")
    assert asked.page.words("#title") == "How does a strain wave gear work, and why is it so often used …"
    assert asked.page.title.startswith("How does a strain wave gear work")


def test_a_conversation_is_renamed(guest: Browser, tutor: Row) -> None:
    asked = guest.begin("tutor", GEAR_QUESTION)
    form = guest.read(f"{asked.path}/title")
    assert form.values("#title", "value")[0].startswith("Does a strain wave gear")
    refused = guest.send(f"{asked.path}/title", {"title": " "})
    assert refused.status == 422
    assert refused.error_beside("title")
    assert guest.send(f"{asked.path}/title", {"title": "x" * 201}).status == 422
    assert guest.send(f"{asked.path}/title", {"title": "Gears & <i>more</i>"}).location == asked.path
    assert asked.page.words("#title") == "Gears & <i>more</i>"


def test_conversations_are_found_by_title_question_and_answer(
    ben: Browser, tutor: Row, provider: StandIn, build: Builder
) -> None:
    from tests.browser import page_and_part_agree

    provider.answer("It hums like a bee.")
    ben.begin("tutor", GEAR_QUESTION)
    provider.answer("Fine.")
    ben.begin("tutor", "100% sure_thing?")
    build.browser().begin("tutor", "Somebody else asks of the strain wave")
    everything = page_and_part_agree(ben, "/conversations", "results")
    assert len(everything.each(".row")) == 2
    for query, found in (("strain WAVE", 1), ("bee", 1), ("100%", 1), ("e_t", 1), ("%", 1), ("zebra", 0)):
        page = page_and_part_agree(ben, f"/conversations?q={query.replace('%', '%25')}", "results")
        assert len(page.each(".row")) == found, query
    assert "Nothing about “zebra”" in ben.read("/conversations?q=zebra").words("#results")


def test_superseded_words_are_not_found(ben: Browser, tutor: Row) -> None:
    asked = ben.begin("tutor", "Where is the zebra?")
    ben.send(f"/messages/{asked.question_id}/edit", {"message": "Where is the horse?"})
    ben.wait()
    ben.send(f"{asked.path}/title", {"title": "Animals"})
    assert ben.read("/conversations?q=zebra").each(".row") == []


def test_a_conversation_is_deleted_with_everything_in_it(ben: Browser, tutor: Row, build: Builder) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    assert "Delete this conversation?" in ben.read(f"{asked.path}/deletion").words("main")
    assert asked.page.status == 200
    assert ben.send(f"{asked.path}/deletion").location == "/conversations"
    assert "was deleted" in ben.read("/conversations").words("#flash")
    assert ben.read(asked.path).status == 404
    with build.inside() as session:
        for model in (Conversation, Message, Citation):
            assert session.scalar(select(func.count()).select_from(model)) == 0


def test_deleting_while_the_answer_is_written_is_harmless(ben: Browser, tutor: Row) -> None:
    sent = ben.send("/assistants/tutor/conversations", {"message": GEAR_QUESTION})
    assert ben.send(f"{sent.location}/deletion").status == 303
    ben.wait()
    assert ben.read(sent.location).status == 404


def queries(app: Flask, read: Callable[[], Page]) -> int:
    """Return how many statements a page costs, settings of the second wall aside."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "set_config" not in statement:
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert read().status == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_pages_cost_the_same_number_of_queries_however_long_they_are(
    app: Flask, ada: Browser, tutor: Row, build: Builder, handbook: Row, provider: StandIn
) -> None:
    provider.answer("It has no backlash [1].")
    asked = ada.begin("tutor", GEAR_QUESTION)
    pages = (
        "/",
        "/conversations",
        asked.path,
        "/organizations/robots/documents",
        "/organizations/robots/search?q=gear",
    )
    before = [queries(app, lambda path=path: ada.read(path)) for path in pages]  # type: ignore[misc]
    for number in range(4):
        asked.ask(f"And {number}?")
        ada.begin("tutor", f"Question {number}")
        build.document(handbook, f"more-{number}.md")
    after = [queries(app, lambda path=path: ada.read(path)) for path in pages]  # type: ignore[misc]
    assert after == before
    assert dict(zip(pages, after, strict=True)) == dict(zip(pages, BUDGET, strict=True))


BUDGET = (5, 3, 6, 4, 4)


# Limits


def ask_until_refused(browser: Browser, most: int, **options: Any) -> Page:
    for _ in range(most):
        assert browser.send("/assistants/tutor/conversations", {"message": "Hello?"}, **options).status == 303
    return browser.send("/assistants/tutor/conversations", {"message": "Hello?"}, **options)


@pytest.fixture
def limited(make_app: Callable[..., Flask], app: Flask) -> Builder:
    return Builder(make_app(questions_per_minute=3, guest_questions_per_minute_and_address=5))


def assert_too_fast(page: Page) -> None:
    assert page.status == 429
    wait = int(page.headers["Retry-After"])
    assert 1 <= wait <= 61
    assert f"Wait {wait} seconds" in page.words("body")


def test_a_person_may_ask_so_often_a_minute(limited: Builder, ben: Browser, ada: Browser, tutor: Row) -> None:
    browser = limited.browser(ben.person)
    assert_too_fast(ask_until_refused(browser, 3))
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.9"}}
    assert_too_fast(browser.send("/assistants/tutor/conversations", {"message": "Hello?"}, **elsewhere))
    assert limited.browser(ada.person).begin("tutor", "Hello?").state == "complete"
    browser.wait()


def test_a_guest_is_counted_by_cookie_and_guests_by_address(limited: Builder, tutor: Row) -> None:
    one, another = limited.browser(), limited.browser()
    one.begin("tutor", "Hello?")
    another.begin("tutor", "Hello?")
    assert_too_fast(ask_until_refused(one, 3))
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.9"}}
    assert_too_fast(one.send("/assistants/tutor/conversations", {"message": "Hello?"}, **elsewhere))
    assert_too_fast(another.send("/assistants/tutor/conversations", {"message": "Hello?"}))
    assert another.send("/assistants/tutor/conversations", {"message": "Hello?"}, **elsewhere).status == 303
    another.wait()


def test_throwing_the_cookie_away_does_not_help_a_guest(limited: Builder, tutor: Row) -> None:
    statuses = []
    for _ in range(7):
        browser = limited.browser()
        statuses.append(browser.send("/assistants/tutor/conversations", {"message": "Hello?"}).status)
        assert (browser.get_cookie(GUEST_COOKIE) is not None) == (statuses[-1] == 303)
        browser.wait()
    assert 429 in statuses
    assert statuses[-1] == 429


def test_answering_again_and_editing_count_as_asking(limited: Builder, tutor: Row) -> None:
    browser = limited.browser()
    asked = browser.begin("tutor", "Hello?")
    for _ in range(2):
        browser.send(f"/messages/{asked.answer_id}/retry")
        browser.wait()
    assert browser.send(f"/messages/{asked.answer_id}/retry").status in {303, 429}
    browser.wait()
    assert_too_fast(browser.send(f"/messages/{asked.answer_id}/retry"))
    assert_too_fast(browser.send(f"/messages/{asked.question_id}/edit", {"message": "x"}))
    assert_too_fast(browser.send(f"{asked.path}/messages", {"message": "x"}))
    assert asked.page.status == 200


def test_who_is_too_fast_hears_it_beside_the_composer(limited: Builder, ben: Browser, tutor: Row) -> None:
    browser = limited.browser(ben.person)
    asked = browser.begin("tutor", "Hello?")
    asked.ask("1")
    asked.ask("2")
    page = browser.send(f"{asked.path}/messages", {"message": "3"}, part="turns")
    assert_too_fast(page)
    assert page.headers["HX-Retarget"] == "#flash"


def test_a_process_that_is_ending_takes_no_more_questions(
    app: Flask, guest: Browser, tutor: Row, build: Builder
) -> None:
    asked = guest.begin("tutor", "Hello?")
    app.extensions["live_answers"].draining = True
    for path in ("/assistants/tutor/conversations", f"{asked.path}/messages"):
        page = guest.send(path, {"message": "Hello?"})
        assert (page.status, page.headers["Retry-After"]) == (503, "5")
    assert len(asked.page.each(".turn")) == 1


def test_an_answer_of_a_dead_process_is_interrupted_when_it_is_read(guest: Browser, tutor: Row, build: Builder) -> None:
    asked = guest.begin("tutor", GEAR_QUESTION)
    with build.inside() as session:
        session.execute(
            update(Message)
            .where(Message.id == asked.answer_id)
            .values(state="streaming", text="", created_at=func.now() - func.make_interval(0, 0, 0, 0, 0, 0, 60))
        )
        session.commit()
    page = asked.page
    assert page.values(".answer", "data-state") == ["interrupted"]
    assert page.each(".notice button") == ["Answer again"]
