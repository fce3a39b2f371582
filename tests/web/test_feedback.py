"""What readers say of answers: thumbs and reports, and what becomes of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rq import Queue
from sqlalchemy import func, select, update

from tests.builders import BATTERY_QUESTION, GEAR_QUESTION, Builder, Row
from tests.web.test_chat import queries
from tests.web.test_own_account import Export
from webapp.accounts.erasure import erase
from webapp.accounts.models import Person
from webapp.audit.models import Entry
from webapp.chat.models import Citation, Message, State
from webapp.feedback import rebuilding
from webapp.feedback.models import Feedback, Report
from webapp.knowledge.models import Collection, Document
from webapp.mail.models import Mail
from webapp.records import now

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from flask import Flask

    from tests.browser import Asked, Browser, Page
    from tests.fakes.provider import StandIn

QUEUE = "/organizations/robots/reports"
NOTE = "A strain wave gear does wear out without overload."


@pytest.fixture
def asked(ben: Browser, tutor: Row) -> Asked:
    """Ben's question about gears, and its answer."""
    return ben.begin("tutor", GEAR_QUESTION)


def press(browser: Browser, answer_id: UUID, **fields: str) -> Page:
    return browser.send(f"/messages/{answer_id}/feedback", fields)


def pressed(page: Page) -> list[str]:
    """Return whether the thumbs up and down are pressed."""
    return page.values(".thumbs__pair button", "aria-pressed")


def report(browser: Browser, answer_id: UUID, note: str = NOTE) -> Page:
    return browser.send(f"/messages/{answer_id}/reports", {"note": note})


def rebuild(build: Builder) -> None:
    """Build the prompts of reports as the worker does."""
    with build.inside() as session:
        waiting = session.execute(select(Report.organization_id, Report.id)).all()
    for organization_id, id_ in waiting:
        with build.inside(organization_id):
            rebuilding.rebuild(id_)


def the_report(build: Builder) -> Report:
    with build.inside() as session:
        found = session.scalars(select(Report)).one()
        session.expunge(found)
        return found


def only_report(admin: Browser) -> str:
    """Return the address of the only report in the queue."""
    (path,) = admin.read(QUEUE).values("a.row__name", "href")
    return path


def kept_prompt(build: Builder) -> dict[str, Any]:
    with build.inside() as session:
        return session.scalars(select(Report)).one().prompt or {}


def as_sent(provider: StandIn) -> list[dict[str, str]]:
    """Return the messages that the model was sent last."""
    (sent,) = [each["body"]["messages"] for each in provider.requests() if each["path"].endswith("completions")][-1:]
    return [{"role": each["role"], "content": each["content"]} for each in sent]


def put(build: Builder, answer_id: UUID, state: State) -> None:
    """Let an answer be in this state."""
    with build.inside() as session:
        session.execute(update(Message).where(Message.id == answer_id).values(state=state))
        session.commit()


def count(build: Builder, model: Any) -> int:
    with build.inside() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


# Thumbs


def test_a_thumb_is_pressed_turned_and_taken_back(ben: Browser, asked: Asked, build: Builder) -> None:
    answer = asked.answer_id
    assert pressed(asked.page) == ["false", "false"]
    assert press(ben, answer, thumb="up").location == f"{asked.path}#judgement_{answer.hex}"
    assert pressed(asked.page) == ["true", "false"]
    assert asked.page.values(".thumbs__pair button", "value") == ["none", "down"]
    press(ben, answer, thumb="down")
    assert pressed(asked.page) == ["false", "true"]
    assert count(build, Feedback) == 1
    press(ben, answer, thumb="none")
    assert press(ben, answer, thumb="none").status == 303
    assert pressed(asked.page) == ["false", "false"]
    assert count(build, Feedback) == 0


def test_a_thumb_down_can_have_a_reason_and_one_up_has_none(ben: Browser, asked: Asked, build: Builder) -> None:
    answer = asked.answer_id
    assert not asked.page.each(".thumbs__why")
    press(ben, answer, thumb="down")
    reasons = asked.page.values(".thumbs__why .chip[name=reason]", "value")
    assert reasons == ["missing", "wrong", "unclear", "too_long"]
    press(ben, answer, thumb="down", reason="wrong")
    assert asked.page.each(".thumbs__why .chip[aria-pressed=true]") == ["Wrong"]
    press(ben, answer, thumb="down", reason="other", words="It is in French.")
    assert asked.page.values(".thumbs__words [name=words]", "value") == ["It is in French."]
    press(ben, answer, thumb="up", reason="wrong", words="No.")
    with build.inside() as session:
        kept = session.scalars(select(Feedback)).one()
        assert (kept.thumb, kept.reason, kept.words) == ("up", None, "")


def test_with_script_only_the_thumbs_come_back(ben: Browser, asked: Asked) -> None:
    place = f"thumbs_{asked.answer_id.hex}"
    part = ben.send(f"/messages/{asked.answer_id}/feedback", {"thumb": "down"}, part=place)
    assert part.status == 200
    assert "<html" not in part.html
    assert part.element(place) == asked.page.element(place)


def test_a_guest_has_thumbs(guest: Browser, tutor: Row) -> None:
    asked = guest.begin("tutor", GEAR_QUESTION)
    press(guest, asked.answer_id, thumb="up")
    assert pressed(asked.page) == ["true", "false"]


def test_the_finished_form_of_a_streamed_answer_has_thumbs(ben: Browser, asked: Asked) -> None:
    stream = ben.get(f"/messages/{asked.answer_id}/stream").get_data(as_text=True)
    assert f"thumbs_{asked.answer_id.hex}_up" in stream


def test_an_answer_that_was_cut_short_is_judged_as_well(ben: Browser, tutor: Row, build: Builder, asked: Asked) -> None:
    put(build, asked.answer_id, State.INTERRUPTED)
    assert pressed(asked.page) == ["false", "false"]
    assert press(ben, asked.answer_id, thumb="down").status == 303


@pytest.mark.parametrize("fields", [{}, {"thumb": "sideways"}, {"thumb": "down", "reason": "boring"}])
def test_what_is_no_thumb_or_no_reason_is_refused(ben: Browser, asked: Asked, fields: dict[str, str]) -> None:
    assert press(ben, asked.answer_id, **fields).status == 422
    assert pressed(asked.page) == ["false", "false"]


def test_words_that_are_too_long_stay_in_the_field(ben: Browser, asked: Asked) -> None:
    words = "long " * 120
    page = press(ben, asked.answer_id, thumb="down", reason="other", words=words)
    assert page.status == 422
    assert "500" in page.error_beside("words")
    assert page.values("#words", "value") == [words.strip()]
    assert page.title.startswith("Why it was not useful")


def test_an_answer_that_is_still_written_and_a_question_have_no_thumbs(
    ben: Browser, asked: Asked, build: Builder
) -> None:
    assert press(ben, asked.question_id, thumb="up").status == 404
    put(build, asked.answer_id, State.STREAMING)
    assert press(ben, asked.answer_id, thumb="up").status == 404
    assert report(ben, asked.answer_id).status == 404


def test_others_neither_judge_nor_report(asked: Asked, ada: Browser, cleo: Browser, guest: Browser) -> None:
    answer = asked.answer_id
    for browser in (ada, cleo, guest):
        assert press(browser, answer, thumb="up").status == 404
        assert browser.read(f"/messages/{answer}/reports/new").status == 404
        assert report(browser, answer).status == 404
    assert pressed(asked.page) == ["false", "false"]


def test_admins_see_how_thumbs_point_and_nobodys_words(ada: Browser, ben: Browser, asked: Asked) -> None:
    assert not ada.read(QUEUE).words(".pressed")
    press(ben, asked.answer_id, thumb="down", reason="wrong")
    assert ada.read(QUEUE).words(".pressed") == "Useful: 0 Not useful: 1 Wrong: 1 in the last 30 days"
    press(ben, asked.answer_id, thumb="down", reason="other", words="Only for you.")
    page = ada.read(QUEUE)
    assert "Something else: 1" in page.words(".pressed")
    assert "Only for you." not in page.html


# Reports


def test_a_report_says_before_who_will_read_it_and_arrives(
    ben: Browser, ada: Browser, asked: Asked, build: Builder
) -> None:
    path = f"/messages/{asked.answer_id}/reports/new"
    assert path in asked.page.values(".thumbs a", "href")
    page = ben.read(path)
    assert "The admins of Robots United will read this question and its answer" in page.words("main")
    assert page.words(".reported__question") == GEAR_QUESTION
    assert page.words(".reported__answer")
    answer_id = asked.answer_id
    assert report(ben, answer_id).location == f"{asked.path}#judgement_{answer_id.hex}"
    page = asked.page
    assert "you will read here what became of it" in page.words("#flash")
    assert page.words(".thumbs__told") == "You reported this. Nobody has looked at it yet."
    queue = ada.read(QUEUE)
    assert queue.each("a.row__name") == [GEAR_QUESTION]
    assert NOTE in queue.words("main")
    assert "1 waits for somebody to look" in queue.words("main")
    waiting = Queue("default", connection=build.app.extensions["redis"]).jobs
    assert [job.func_name for job in waiting].count("workers.feedback.rebuild") == 1


def test_a_report_needs_words(ben: Browser, asked: Asked, build: Builder) -> None:
    page = report(ben, asked.answer_id, "   ")
    assert page.status == 422
    assert page.error_beside("note").startswith("Say what is inaccurate")
    assert page.words("#errors").endswith("One thing needs another look: what is inaccurate.")
    page = report(ben, asked.answer_id, "x" * 2001)
    assert page.status == 422
    assert page.words("#note") == "x" * 2001
    assert count(build, Report) == 0


def test_reported_again_the_words_are_others_and_the_report_the_same(
    ben: Browser, asked: Asked, build: Builder
) -> None:
    report(ben, asked.answer_id)
    assert ben.read(f"/messages/{asked.answer_id}/reports/new").words("#note") == NOTE
    report(ben, asked.answer_id, "The second sentence is wrong.")
    assert the_report(build).note == "The second sentence is wrong."


def test_an_admin_sees_the_turn_its_passages_and_the_prompt_and_no_more(
    ben: Browser, ada: Browser, asked: Asked, build: Builder
) -> None:
    asked.ask("And how is it charged?")
    answer_id = asked.answer_id
    asked.ask(BATTERY_QUESTION)
    report(ben, answer_id)
    path = only_report(ada)
    assert "A worker is putting it together" in ada.read(path).words("main")
    rebuild(build)
    page = ada.read(path)
    assert page.words(".reported__question") == "And how is it charged?"
    assert page.words(".reported__note") == NOTE
    assert page.each(".hit")
    assert page.each(".told summary strong") == ["system", "user", "assistant", "user"]
    told = page.each(".told__words")
    assert told[0].startswith("You explain robots.")
    assert told[1] == GEAR_QUESTION
    assert told[-1].endswith("Question: And how is it charged?")
    assert '<excerpt number="1">' in told[-1]
    assert BATTERY_QUESTION not in page.html


def test_the_prompt_is_the_one_that_the_model_was_sent(
    ben: Browser, ada: Browser, asked: Asked, build: Builder, provider: StandIn
) -> None:
    asked.ask("And how does it wear out?")
    sent = as_sent(provider)
    report(ben, asked.answer_id)
    rebuild(build)
    assert kept_prompt(build)["messages"] == sent


def test_the_prompt_of_a_lesson_is_the_coachs(
    ben: Browser, build: Builder, robots: Row, handbook: Row, document: Row, provider: StandIn
) -> None:
    build.assistant(robots, "coach", handbook, preset="trainer", history_limit=0)
    provider.answer('A gear has no backlash [1]. Why does it wear out? <drill answer="none" open="yes">')
    training = ben.ask_about("coach", {"message": GEAR_QUESTION, "mode": "training"})
    provider.answer('Right [1]. And how is it charged? <drill answer="right" open="yes">')
    training.ask("It was overloaded.")
    provider.answer('Partly [1]. <drill answer="partly" open="no">')
    training.ask("At room temperature.")
    sent = as_sent(provider)
    answer_id = training.answer_id
    provider.answer('There is no more. <drill answer="none" open="no">')
    training.ask("And now?")
    report(ben, answer_id)
    rebuild(build)
    kept = kept_prompt(build)
    assert kept["messages"] == sent
    assert "they have answered 1 questions, 1 of them rightly" in sent[0]["content"]
    assert "how is it charged?" in sent[-2]["content"]
    with build.inside() as session:
        cited = session.execute(
            select(Citation.passage_id, Citation.relevance).where(Citation.message_id == answer_id)
        ).one()
    assert {each["passage_id"]: each["relevance"] for each in kept["passages"]}[str(cited[0])] == cited[1]


def test_the_prompt_of_a_hint_is_the_hints(
    ben: Browser, ada: Browser, build: Builder, robots: Row, handbook: Row, document: Row, provider: StandIn
) -> None:
    play = ben.play("coach", build.scenario(build.assistant(robots, "coach", handbook, preset="trainer")))
    play.ask("Hello. A gear has no backlash.")
    ben.send(f"{play.path}/hints")
    ben.wait()
    sent, answer_id = as_sent(provider), play.answer_id
    play.ask("And how is it charged?")
    report(ben, answer_id)
    rebuild(build)
    assert kept_prompt(build)["messages"] == sent
    page = ada.read(only_report(ada))
    assert "You watch somebody practise" in page.words(".told")
    assert "differs from" not in page.words("main")
    with build.inside() as session:
        kept = session.scalars(select(Report)).one()
        kept.prompt = {name: value for name, value in (kept.prompt or {}).items() if name != "mode"}
        session.commit()
    assert "This one differs from what the model was told" in ada.read(only_report(ada)).words("main")


def test_with_its_document_the_prompt_is_gone(ben: Browser, ada: Browser, asked: Asked, build: Builder) -> None:
    report(ben, asked.answer_id)
    rebuild(build)
    path = only_report(ada)
    assert "no backlash" in ada.read(path).words(".told:last-of-type")
    ada.send(f"/documents/{build.document_named('handbook.md').id}/deletion")
    page = ada.read(path)
    assert "has been deleted since, and this with it" in page.words("main")
    assert not page.each(".told")
    rebuild(build)
    assert not ada.read(path).each(".told")


@pytest.mark.parametrize(
    ("state", "words"),
    [("fixed", "it was put right"), ("not_a_fault", "found to be right")],
)
def test_a_report_is_dealt_with_and_the_reporter_is_told(
    ben: Browser, ada: Browser, asked: Asked, build: Builder, state: str, words: str
) -> None:
    report(ben, asked.answer_id)
    path = only_report(ada)
    sent = ada.send(f"{path}/resolution", {"state": state, "resolution": "See page 12."})
    assert sent.location == f"{QUEUE}#main"
    told = asked.page.words(".thumbs__told")
    assert words in told
    assert told.endswith("See page 12.")
    page = ada.read(path)
    assert "Ada" in page.words("main")
    assert "They were told: See page 12." in page.words("main")
    with build.inside() as session:
        entry = session.scalars(select(Entry).where(Entry.action == "report.resolved")).one()
        assert (entry.actor, entry.subject, entry.details) == ("Ada", "Tutor", {"state": state})
    assert "Dealt with a report" in ada.read("/organizations/robots/audit").words("main")


def test_the_conversation_is_marked_until_it_is_opened_after_its_report_was_answered(
    app: Flask, guest: Browser, ada: Browser, tutor: Row
) -> None:
    def marked() -> list[str]:
        return guest.read("/conversations").values(".threads .line:has(.news), .row:has(.news) .row__name", "href")

    guest.begin("tutor", BATTERY_QUESTION)
    asked = guest.begin("tutor", GEAR_QUESTION)
    report(guest, asked.answer_id)
    assert marked() == []
    cost = queries(app, lambda: guest.read("/conversations"))
    ada.send(f"{only_report(ada)}/resolution", {"state": "fixed"})
    assert queries(app, lambda: guest.read("/conversations")) == cost
    assert marked() == [asked.path, asked.path]
    assert guest.read("/conversations").each(".news") == ["Your report was answered"] * 2
    assert ada.read(asked.path).status == 404
    assert marked() == [asked.path, asked.path]
    assert asked.page.each(".news") == []
    assert marked() == []


def test_below_an_answer_that_is_out_of_sight_a_report_is_answered_without_a_mark(
    ben: Browser, ada: Browser, asked: Asked
) -> None:
    report(ben, asked.answer_id)
    ben.send(f"/messages/{asked.answer_id}/retry")
    ben.wait()
    ada.send(f"{only_report(ada)}/resolution", {"state": "fixed"})
    assert ben.read("/conversations").each(".news") == []


def test_a_resolution_needs_a_state_and_a_duplicate_the_other_report(
    ben: Browser, ada: Browser, asked: Asked, build: Builder
) -> None:
    report(ben, asked.answer_id)
    path = only_report(ada)
    page = ada.send(f"{path}/resolution", {"resolution": "A word."})
    assert page.status == 422
    assert page.words("#state_error") == "Choose what became of it."
    assert page.words("#resolution") == "A word."
    page = ada.send(f"{path}/resolution", {"state": "duplicate"})
    assert page.status == 422
    assert "Choose the report" in page.error_beside("duplicate_of")
    assert ada.send(f"{path}/resolution", {"state": "open"}).status == 422
    own = path.rpartition("/")[2]
    assert ada.send(f"{path}/resolution", {"state": "duplicate", "duplicate_of": own}).status == 422
    assert the_report(build).state == "open"


def test_a_duplicate_is_put_right_with_the_report_that_it_repeats(
    ben: Browser, guest: Browser, ada: Browser, asked: Asked, tutor: Row
) -> None:
    report(ben, asked.answer_id)
    original = only_report(ada)
    again = guest.begin("tutor", GEAR_QUESTION)
    report(guest, again.answer_id, "Wrong, I think.")
    (path,) = set(ada.read(QUEUE).values("a.row__name", "href")) - {original}
    offered = ada.read(path).values("#duplicate_of option", "value")
    assert offered == ["", original.rpartition("/")[2]]
    ada.send(f"{path}/resolution", {"state": "duplicate", "duplicate_of": offered[1]})
    assert original in ada.read(path).values("main a", "href")
    assert "Somebody else did too" in again.page.words(".thumbs__told")
    ada.send(f"{original}/resolution", {"state": "fixed"})
    assert "put right" in again.page.words(".thumbs__told")
    assert "put right" in asked.page.words(".thumbs__told")


def test_the_open_reports_come_first_the_oldest_before(
    ben: Browser, ada: Browser, asked: Asked, tutor: Row, build: Builder
) -> None:
    report(ben, asked.answer_id)
    for question in (BATTERY_QUESTION, "And a frozen battery?"):
        asked.ask(question)
        report(ben, asked.answer_id)
    assert ada.read(QUEUE).each("a.row__name") == [GEAR_QUESTION, BATTERY_QUESTION, "And a frozen battery?"]
    first = ada.read(QUEUE).values("a.row__name", "href")[0]
    ada.send(f"{first}/resolution", {"state": "not_a_fault"})
    queue = ada.read(QUEUE)
    assert queue.each("a.row__name") == [BATTERY_QUESTION, "And a frozen battery?", GEAR_QUESTION]
    assert queue.each(".row .status") == ["Open", "Open", "Not a fault"]


def test_a_verified_address_is_told_by_mail_and_no_other(
    make_app: Callable[..., Flask], ben: Browser, ada: Browser, asked: Asked, build: Builder
) -> None:
    report(ben, asked.answer_id)
    mailing = Builder(make_app(smtp_url="smtp://127.0.0.1:9", mail_from="Colloquy <no-reply@colloquy.example>"))
    admin, path = mailing.browser(ada.person), only_report(ada)
    admin.send(f"{path}/resolution", {"state": "not_a_fault"})
    assert count(build, Mail) == 0
    with build.inside() as session:
        session.execute(update(Person).where(Person.id == ben.person.id).values(email_verified_at=now()))
        session.commit()
    admin.send(f"{path}/resolution", {"state": "fixed", "resolution": "See\npage 12."})
    with build.inside() as session:
        mail = session.scalars(select(Mail)).one()
        assert (mail.recipient, mail.subject) == ("ben@example.org", "What became of your report")
        for words in (mail.text, mail.html):
            for told in ("Tutor", "Robots United", "it was put right", "See page 12.", asked.path):
                assert told in words
            assert NOTE not in words


# Corrections


def test_a_correction_is_taken_in_and_answers_from_then_on(
    ben: Browser, ada: Browser, asked: Asked, build: Builder, tutor: Row
) -> None:
    report(ben, asked.answer_id)
    path = only_report(ada)
    assert ada.read(path).values("#title", "value") == [
        "Does a strain wave gear have no backlash, and when does it wear …"
    ]
    text = "A strain wave gear wears out after 10,000 hours, also without any overload."
    sent = ada.send(f"{path}/correction", {"title": "When does a strain wave gear wear out?", "text": text})
    assert sent.location == f"{path}#main"
    assert the_report(build).state == "fixed"
    assert "put right" in asked.page.words(".thumbs__told")
    build.ingest_waiting()
    correction = build.document_named("When does a strain wave gear wear out?")
    assert [passage.text for passage in build.passages(correction)] == [text]
    assert f"/documents/{correction.id}" in ada.read(path).values("main a", "href")
    assert "wears out after 10,000 hours" in ben.begin("tutor", "When does a strain wave gear wear out?").page.words()
    with build.inside() as session:
        home = session.get_one(Document, correction.id).collection
        assert (home.name, home.published) == ("Corrections", False)


def test_corrections_share_a_collection_and_the_same_title_is_a_new_version(
    ben: Browser, ada: Browser, asked: Asked, build: Builder
) -> None:
    report(ben, asked.answer_id)
    path = only_report(ada)
    for title, text in (("Wear / tear", "One."), ("Wear / tear", "Two."), ("Other", "Three.")):
        assert ada.send(f"{path}/correction", {"title": title, "text": text}).status == 303
        build.ingest_waiting()
    assert [p.text for p in build.passages(build.document_named("Wear - tear"))] == ["Two."]
    with build.inside() as session:
        assert session.scalars(select(Collection.name).order_by(Collection.name)).all() == ["Corrections", "Handbook"]
        changed = session.scalars(select(Entry).where(Entry.action == "assistant.changed")).all()
        assert [entry.details for entry in changed] == [{"fields": ["collections"]}]


def test_what_was_written_last_stands_in_the_form_to_be_written_anew(
    ben: Browser, ada: Browser, asked: Asked, build: Builder
) -> None:
    report(ben, asked.answer_id)
    path = only_report(ada)
    for text in ("It wears out.\n\n# After 10,000 hours\n\nOr earlier.", "It does not."):
        ada.send(f"{path}/correction", {"title": "Wear / tear", "text": text})
        page = ada.read(path)
        assert page.values("#title", "value") == ["Wear / tear"]
        assert page.words("#text") == " ".join(text.split())
    written = build.document_named("Wear - tear")
    with build.inside() as session:
        home = session.get_one(Document, written.id).collection_id
    build.upload(Row(home, written.organization_id), written.name, "Another file.")
    page = ada.read(path)
    assert page.values("#title", "value") == ["Wear - tear"]
    assert page.words("#text") == "Another file."


def test_a_correction_needs_a_title_and_words(ben: Browser, ada: Browser, asked: Asked, build: Builder) -> None:
    report(ben, asked.answer_id)
    page = ada.send(f"{only_report(ada)}/correction", {"title": "", "text": "x" * 20_001})
    assert page.status == 422
    assert page.error_beside("title")
    assert "20,000" in page.error_beside("text")
    assert page.words("#text") == "x" * 20_001
    assert the_report(build).state == "open"


# Whose it is


def test_members_strangers_and_guests_see_no_reports(
    ben: Browser, cleo: Browser, guest: Browser, ada: Browser, asked: Asked, clinic: Row
) -> None:
    report(ben, asked.answer_id)
    path = only_report(ada)
    for address in (QUEUE, path):
        assert ben.read(address).status == 403
        assert cleo.read(address).status == 404
        assert guest.read(address).location.startswith("/login")
    assert cleo.read(path.replace("robots", "clinic")).status == 404
    assert cleo.send(path.replace("robots", "clinic") + "/correction", {"title": "T", "text": "T"}).status == 404
    assert cleo.read("/organizations/clinic/reports").each("a.row__name") == []


def test_an_export_has_what_one_said_and_not_the_prompt(
    ben: Browser, ada: Browser, asked: Asked, build: Builder
) -> None:
    press(ben, asked.answer_id, thumb="down", reason="other", words="It is in French.")
    report(ben, asked.answer_id)
    rebuild(build)
    ada.send(f"{only_report(ada)}/resolution", {"state": "fixed", "resolution": "See page 12."})
    found = Export(ben)
    (said,), (written,) = found.rows("feedback"), found.rows("reports")
    assert said["words"] == "It is in French."
    assert (written["note"], written["resolution"]) == (NOTE, "See page 12.")
    assert "prompt" not in written
    assert NOTE not in Export(ada).words


def test_what_one_said_goes_with_the_account_and_with_the_conversation(
    ben: Browser, guest: Browser, asked: Asked, tutor: Row, build: Builder
) -> None:
    other = guest.begin("tutor", GEAR_QUESTION)
    for browser, answer in ((ben, asked.answer_id), (guest, other.answer_id)):
        press(browser, answer, thumb="up")
        report(browser, answer)
    assert (count(build, Feedback), count(build, Report)) == (2, 2)
    guest.send(f"{other.path}/deletion")
    assert (count(build, Feedback), count(build, Report)) == (1, 1)
    with build.inside() as session:
        erase(session.get_one(Person, ben.person.id))
        session.commit()
    assert (count(build, Feedback), count(build, Report)) == (0, 0)
