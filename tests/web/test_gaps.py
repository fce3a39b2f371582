"""Questions that no document answers: gathered, similar ones together, and closed by what admins write."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from tests.browser import page_and_part_agree
from tests.builders import GEAR_QUESTION, Builder, Row
from tests.web.test_chat import queries
from tests.web.test_own_account import Export
from webapp.audit.models import Entry
from webapp.chat.models import Conversation, Message
from webapp.feedback import gaps
from webapp.feedback.models import Gap, GapQuestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Browser, Page
    from tests.fakes.provider import StandIn

GAPS = "/organizations/robots/gaps"
UNWRITTEN = "How is asthma treated?"
STRAY = "Who won the chess cup?"
WRITTEN = "Anna won the chess cup, in five games."


def titles(page: Page) -> list[str]:
    return page.each("a.row__name")


def only_gap(admin: Browser) -> str:
    """Return the address of the only gap that is open."""
    (path,) = admin.read(GAPS).values("a.row__name", "href")
    return path


def count(build: Builder, model: type) -> int:
    with build.inside() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def stray(ben: Browser, guest: Browser, tutor: Row) -> None:
    """The same question, asked by two in their own words."""
    ben.begin("tutor", STRAY)
    guest.begin("tutor", "Who won the chess cup this year?")


# Gathering


def test_what_no_document_answers_is_gathered_and_what_one_does_is_not(
    ben: Browser, ada: Browser, tutor: Row, build: Builder
) -> None:
    ben.begin("tutor", GEAR_QUESTION)
    assert titles(ada.read(GAPS)) == []
    ben.begin("tutor", STRAY)
    page = page_and_part_agree(ada, GAPS, "results")
    assert titles(page) == [STRAY]
    assert page.words(".gaps__count") == "Asked once"
    assert "Ben" not in page.words("main")


def test_similar_questions_stand_together_under_the_latest_wording(
    ada: Browser, ben: Browser, stray: None, tutor: Row
) -> None:
    ben.begin("tutor", "How deep is the ocean?")
    page = ada.read(GAPS)
    assert titles(page) == ["Who won the chess cup this year?", "How deep is the ocean?"]
    assert page.each(".gaps__count") == ["Asked 2 times", "Asked once"]
    gap = ada.read(page.values("a.row__name", "href")[0])
    assert gap.each(".wording__words") == ["Who won the chess cup this year?", STRAY]
    assert "Asked 2 times of Tutor" in gap.words("main")
    for name in ("Ben", "ben@"):
        assert name not in gap.words("main")


def test_asked_again_by_the_same_person_it_counts_and_answered_again_it_does_not(
    ada: Browser, ben: Browser, tutor: Row
) -> None:
    asked = ben.begin("tutor", STRAY)
    ben.send(f"/messages/{asked.answer_id}/retry")
    ben.wait()
    assert ada.read(GAPS).words(".gaps__count") == "Asked once"
    asked.ask(STRAY)
    assert ada.read(GAPS).words(".gaps__count") == "Asked 2 times"
    assert ada.read(only_gap(ada)).each(".wording__words") == [STRAY]


def test_every_assistant_has_gaps_of_its_own(
    ada: Browser, ben: Browser, stray: None, build: Builder, robots: Row, handbook: Row
) -> None:
    build.assistant(robots, "coach", handbook)
    ben.begin("coach", STRAY)
    assert ada.read(GAPS).each(".gaps__count") == ["Asked 2 times", "Asked once"]


@pytest.mark.parametrize("words", ["Hello!", "Thank you very much", "Good morning", "danke"])
def test_a_greeting_is_no_gap(ada: Browser, ben: Browser, tutor: Row, words: str) -> None:
    ben.begin("tutor", words)
    assert titles(ada.read(GAPS)) == []


def test_a_follow_up_brings_along_what_it_is_about(ada: Browser, ben: Browser, tutor: Row) -> None:
    ben.begin("tutor", STRAY).ask("And who lost it?")
    latest = ada.read(GAPS)
    assert titles(latest)[0] in {f"{STRAY} › And who lost it?", STRAY}
    assert f"{STRAY} › And who lost it?" in ada.read(latest.values("a.row__name", "href")[0]).words("main")


def test_what_a_guard_refuses_is_no_gap(ada: Browser, ben: Browser, build: Builder, robots: Row, handbook: Row) -> None:
    build.assistant(robots, "doctor", handbook, preset="medical")
    assert ben.begin("doctor", STRAY).page.each(".answer")
    assert titles(ada.read(GAPS)) == []


def test_nothing_is_gathered_of_a_conversation_with_an_emergency(
    ada: Browser, ben: Browser, build: Builder, robots: Row, handbook: Row, document: Row
) -> None:
    build.assistant(robots, "doctor", handbook, preset="medical")
    asked = ben.begin("doctor", UNWRITTEN)
    assert titles(ada.read(GAPS)) == [UNWRITTEN]
    asked.ask("My father's face droops on one side and he cannot lift his arm")
    assert titles(ada.read(GAPS)) == []
    asked.ask(UNWRITTEN)
    asked.ask("Please remove this card, I am fine")
    assert count(build, GapQuestion) == 0


def test_what_was_gathered_of_an_emergency_before_is_let_go(
    ada: Browser, ben: Browser, tutor: Row, build: Builder
) -> None:
    asked = ben.begin("tutor", STRAY)
    with build.inside() as session:
        session.get_one(Conversation, asked.id).emergencies = [
            {"kind": "stroke", "language": "en", "answer": str(uuid4())}
        ]
        session.commit()
    with build.inside() as session:
        gaps.forget_empty()
        session.commit()
    assert titles(ada.read(GAPS)) == []
    assert count(build, Gap) == 0


def test_a_coach_has_gaps_too_and_answers_to_the_coach_are_none(
    ada: Browser, ben: Browser, build: Builder, robots: Row, handbook: Row, document: Row, provider: StandIn
) -> None:
    build.assistant(robots, "coach", handbook, preset="trainer")
    provider.answer('The excerpts do not say. Which cup do you mean? <drill answer="none" open="yes">')
    training = ben.ask_about("coach", {"message": STRAY, "mode": "training"})
    assert titles(ada.read(GAPS)) == [STRAY]
    provider.answer('No. And who lost it? <drill answer="wrong" open="yes">')
    training.ask("The silver one of the village club")
    provider.answer('That is no answer. <drill answer="none" open="yes">')
    training.ask("I would rather talk of something else")
    assert titles(ada.read(GAPS)) == [STRAY]
    provider.answer('The excerpts do not say. <drill answer="none" open="no">')
    training.ask("How deep is the ocean?")
    assert sorted(titles(ada.read(GAPS))) == ["How deep is the ocean?", STRAY]


def test_without_documents_without_an_embedder_and_with_a_failure_nothing_is_gathered(
    ada: Browser, ben: Browser, build: Builder, robots: Row, tutor: Row, provider: StandIn
) -> None:
    build.assistant(robots, "new")
    ben.begin("new", STRAY)
    provider.next("fail-500", 9)
    assert ben.begin("tutor", STRAY).state == "failed"
    assert titles(ada.read(GAPS)) == []


def test_without_a_language_model_gaps_are_gathered_as_well(
    make_app: Callable[..., Flask], ada: Browser, ben: Browser, tutor: Row
) -> None:
    quoting = Builder(make_app(llm_api_key=None))
    asked = quoting.browser(ben.person).begin("tutor", STRAY)
    assert "The documents do not say" in asked.answer
    assert titles(ada.read(GAPS)) == [STRAY]


# Closing


def test_a_gap_is_searched_dismissed_and_opened_again(ada: Browser, ben: Browser, stray: None, build: Builder) -> None:
    assert titles(ada.read(f"{GAPS}?q=CHESS")) == ["Who won the chess cup this year?"]
    assert ada.read(f"{GAPS}?q=100%25").words(".empty__title") == "Nothing about “100%”"
    path = only_gap(ada)
    assert ada.send(f"{path}/dismissal").location == GAPS
    assert titles(ada.read(GAPS)) == []
    dismissed = ada.read(f"{GAPS}?state=dismissed")
    assert len(titles(dismissed)) == 1
    assert dismissed.each(".gaps__states .chip") == ["Open 0", "Answered 0", "Dismissed 1"]
    ben.begin("tutor", STRAY)
    assert titles(ada.read(GAPS)) == []
    assert ada.read(f"{GAPS}?state=dismissed").words(".gaps__count") == "Asked 3 times"
    ada.send(f"{path}/opening")
    assert titles(ada.read(GAPS)) == [STRAY]
    with build.inside() as session:
        entries = session.scalars(select(Entry).where(Entry.action == "gap.settled").order_by(Entry.created_at)).all()
        assert [(entry.actor, entry.subject, entry.details["state"]) for entry in entries] == [
            ("Ada", "Tutor", "dismissed"),
            ("Ada", "Tutor", "open"),
        ]


def test_the_missing_piece_is_written_taken_in_and_asked_again(
    ada: Browser, ben: Browser, stray: None, build: Builder
) -> None:
    path = only_gap(ada)
    page = ada.read(path)
    assert page.values("#title", "value") == ["Who won the chess cup this year?"]
    ada.send(f"{path}/trial")
    page = ada.read(path)
    assert "answer 0 of 2 wordings now" in page.words("#flash")
    assert page.each(".wording .status") == ["The documents still do not answer"] * 2
    assert not page.each(".wording__passage")

    sent = ada.send(f"{path}/piece", {"title": "Who won the chess cup?", "text": WRITTEN})
    assert sent.location == f"{path}#main"
    page = ada.read(path)
    assert "Who won the chess cup?: waiting." in page.words("main")
    assert page.values("#title", "value") == ["Who won the chess cup?"]
    assert page.words("#text") == WRITTEN
    build.ingest_waiting()
    page = ada.read(path)
    assert "Who won the chess cup?: searchable." in page.words("main")
    said = count(build, Message)
    assert ada.send(f"{path}/trial").location == path
    page = ada.read(path)
    assert "The documents answer this now. The gap is closed." in page.words("#flash")
    assert page.each(".wording .status") == ["The documents answer now"] * 2
    assert all(WRITTEN in found for found in page.each(".wording__passage"))
    assert count(build, Message) == said, "nobody's conversation was touched"
    assert titles(ada.read(GAPS)) == []
    assert len(titles(ada.read(f"{GAPS}?state=answered"))) == 1
    assert WRITTEN in ben.begin("tutor", STRAY).page.words()


def test_an_answered_gap_that_is_asked_in_vain_is_open_again(
    ada: Browser, ben: Browser, stray: None, build: Builder
) -> None:
    path = only_gap(ada)
    ada.send(f"{path}/piece", {"title": STRAY, "text": WRITTEN})
    build.ingest_waiting()
    ada.send(f"{path}/trial")
    assert titles(ada.read(GAPS)) == []
    ada.send(f"/documents/{build.document_named('Who won the chess cup?').id}/deletion")
    ben.begin("tutor", STRAY)
    assert titles(ada.read(GAPS)) == [STRAY]
    assert not ada.read(path).each(".wording__passage")


def test_a_piece_needs_a_title_and_words(ada: Browser, stray: None) -> None:
    path = only_gap(ada)
    page = ada.send(f"{path}/piece", {"title": "x" * 201, "text": ""})
    assert page.status == 422
    assert "At most 200" in page.error_beside("title")
    assert page.error_beside("text")
    assert page.values("#title", "value") == ["x" * 201]


def test_with_another_embedder_questions_are_given_new_vectors_to_ask_them_again(
    make_app: Callable[..., Flask], ada: Browser, stray: None, build: Builder, provider: StandIn
) -> None:
    path = only_gap(ada)
    asked = len(provider.requests())
    ada.send(f"{path}/trial")
    assert len(provider.requests()) == asked, "their vectors were kept"
    other = Builder(make_app(embedding_model="text-embedding-3-large"))
    assert other.browser(ada.person).send(f"{path}/trial").status == 303
    assert len(provider.requests()) == asked + 1
    other.browser(ada.person).send(f"{path}/trial")
    assert len(provider.requests()) == asked + 1, "the new ones are kept as well"
    provider.next("fail-500", 9)
    failing = Builder(make_app(embedding_model="text-embedding-3-medium")).browser(ada.person)
    assert failing.send(f"{path}/trial").location == path
    assert failing.read(path).each("#flash .flash--negative")


def test_lists_cost_the_same_number_of_queries_however_long_they_are(
    app: Flask, ada: Browser, ben: Browser, tutor: Row, stray: None, build: Builder, robots: Row, handbook: Row
) -> None:
    def costs() -> list[int]:
        return [queries(app, lambda path=path: ada.read(path)) for path in lists]  # type: ignore[misc]

    lists = (GAPS, "/organizations/robots/reports")
    ben.send(f"/messages/{ben.begin('tutor', GEAR_QUESTION).answer_id}/reports", {"note": "It is wrong."})
    before = costs()
    for number in range(3):
        build.assistant(robots, f"coach-{number}", handbook)
        asked = ben.begin(f"coach-{number}", f"How deep is ocean {number}?")
        ben.send(f"/messages/{asked.answer_id}/reports", {"note": "It is wrong."})
    assert len(titles(ada.read(GAPS))) == 4
    assert costs() == before


# Whose it is


def test_members_strangers_and_guests_see_no_gaps(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser, stray: None
) -> None:
    path = only_gap(ada)
    for address in (GAPS, path):
        assert ben.read(address).status == 403
        assert cleo.read(address).status == 404
        assert guest.read(address).location.startswith("/login")
    foreign = path.replace("robots", "clinic")
    assert cleo.read(foreign).status == 404
    for deed in ("piece", "trial", "dismissal", "opening"):
        assert cleo.send(f"{foreign}/{deed}", {"title": "T", "text": "T"}).status == 404
        assert ben.send(f"{path}/{deed}").status == 403
    assert titles(cleo.read("/organizations/clinic/gaps")) == []


def test_a_question_goes_with_its_conversation_and_an_empty_gap_after_it(
    ada: Browser, ben: Browser, tutor: Row, build: Builder
) -> None:
    asked = ben.begin("tutor", STRAY)
    (exported,) = Export(ben).rows("gap_questions")
    assert exported["words"] == STRAY
    assert "embedding" not in exported
    path = only_gap(ada)
    ben.send(f"{asked.path}/deletion")
    assert titles(ada.read(GAPS)) == []
    assert ada.read(GAPS).each(".gaps__states .chip")[0] == "Open 0"
    assert STRAY not in ada.read(path).html
    assert ada.send(f"{path}/trial").status == 303
    with build.inside() as session:
        gaps.forget_empty()
        session.commit()
    assert count(build, Gap) == 0
