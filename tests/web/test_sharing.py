"""Taking a conversation elsewhere: a read-only address that can be taken back, and a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from tests.builders import BATTERY_QUESTION, GEAR_QUESTION, Builder, Row
from webapp.assistants.models import Assistant, Audience
from webapp.audit.models import Entry
from webapp.chat.models import Conversation, Message, Share
from webapp.knowledge.models import Collection

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Asked, Browser, Page

LATER = "And what about safety in the cage?"


def shared(asked: Asked, **fields: Any) -> str:
    """Share a conversation and return the path of its address."""
    sent = asked.browser.send(f"{asked.path}/share", fields)
    assert sent.status == 303, (sent.status, sent.words("main"))
    return address(asked)


def address(asked: Asked) -> str:
    return urlsplit(asked.browser.read(f"{asked.path}/share").words("#share_link")).path


def read(browser: Browser, path: str) -> Page:
    page = browser.read(path)
    assert page.status == 200, (page.status, page.words("main"))
    return page


def test_whoever_has_the_address_reads_the_conversation(ben: Browser, guest: Browser, tutor: Row) -> None:
    path = shared(ben.begin("tutor", GEAR_QUESTION))
    page = read(guest, path)
    assert page.each("h2.question__text") == [GEAR_QUESTION]
    assert "A strain wave gear has no backlash" in page.words(".answer .prose")
    assert page.each(".source__file")[0] == "handbook.md"
    assert "Gearboxes" in page.words(".source__path")
    assert page.words(".source__quote").startswith("A strain wave gear")
    assert "Ben" not in page.words("main")
    assert not page.tree.css("main form, main textarea, main .composer")


def test_the_address_is_nobody_elses_to_keep(ben: Browser, guest: Browser, tutor: Row) -> None:
    page = read(guest, shared(ben.begin("tutor", GEAR_QUESTION)))
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "noindex" in page.values("meta[name=robots]", "content")[0]


def test_a_name_is_shown_only_where_it_was_chosen(ben: Browser, guest: Browser, tutor: Row) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    path = shared(asked, named="y")
    assert "Ben asked Tutor" in read(guest, path).words("main")
    assert ben.read(f"{asked.path}/share").values("#named", "checked") == [""]
    assert shared(asked) == path
    assert "Ben" not in read(guest, path).words("main")


def test_a_guest_shares_without_a_name(guest: Browser, build: Builder, tutor: Row) -> None:
    asked = guest.begin("tutor", GEAR_QUESTION)
    assert not guest.read(f"{asked.path}/share").tree.css("#named")
    assert "Asked of Tutor" in read(build.browser(), shared(asked, named="y")).words("main")


def test_it_shows_the_conversation_as_it_was_until_it_is_brought_up_to_date(
    ben: Browser, guest: Browser, tutor: Row
) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    path = shared(asked)
    asked.ask(BATTERY_QUESTION)
    ben.send(f"{asked.path}/title", {"title": "My own notes"})
    assert read(guest, path).each("h2.question__text") == [GEAR_QUESTION]
    assert "My own notes" not in read(guest, path).html
    assert "shows 1 question of 2" in ben.read(f"{asked.path}/share").words("main")
    assert shared(asked) == path
    assert read(guest, path).each("h2.question__text") == [GEAR_QUESTION, BATTERY_QUESTION]
    assert read(guest, path).words("h1") == "My own notes"


def test_what_was_asked_anew_is_never_shown(ben: Browser, guest: Browser, tutor: Row) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    path = shared(asked)
    ben.send(f"/messages/{asked.question_id}/edit", {"message": BATTERY_QUESTION})
    ben.wait()
    page = read(guest, path)
    assert page.each("h2.question__text") == []
    assert "Nothing of it is left" in page.words("main")
    assert read(guest, shared(asked)).each("h2.question__text") == [BATTERY_QUESTION]


def test_an_address_that_was_taken_back_is_gone(ben: Browser, guest: Browser, tutor: Row) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    path = shared(asked)
    for _ in range(2):
        assert ben.send(f"{asked.path}/share/removal").status == 303
        assert guest.read(path).status == 404
    assert "taken back" in guest.read(path).words("main")
    assert shared(asked) != path


def test_a_new_address_replaces_the_one_before(ben: Browser, guest: Browser, tutor: Row) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    before = shared(asked)
    assert ben.send(f"{asked.path}/share/address").status == 303
    after = address(asked)
    assert after != before
    assert guest.read(before).status == 404
    assert read(guest, after).each("h2.question__text") == [GEAR_QUESTION]


def test_a_deleted_conversation_takes_its_address_along(ben: Browser, guest: Browser, tutor: Row) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    path = shared(asked)
    ben.send(f"{asked.path}/deletion")
    assert guest.read(path).status == 404


def test_only_ones_own_conversations_can_be_shared_or_taken_back(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser, tutor: Row
) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    path = shared(asked)
    for stranger in (ada, cleo, guest):
        assert stranger.read(f"{asked.path}/share").status == 404
        assert stranger.read(f"{asked.path}/export").status == 404
        for deed in ("share", "share/address", "share/removal"):
            assert stranger.send(f"{asked.path}/{deed}").status == 404
    assert address(asked) == path
    assert read(guest, path)


def test_sharing_never_widens_an_audience(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser, build: Builder, robots: Row, handbook: Row, document: Row
) -> None:
    assistant = build.assistant(robots, "inner", handbook, audience=Audience.ORGANIZATION)
    asked = ben.begin("inner", GEAR_QUESTION)
    assert "members of Robots United" in ben.read(f"{asked.path}/share").words("main")
    path = shared(asked)
    assert read(ada, path)
    assert [browser.read(path).status for browser in (cleo, guest)] == [404, 404]
    for audience, seen in ((Audience.SIGNED_IN, [200, 404]), (Audience.ANYONE, [200, 200])):
        with build.inside() as session:
            session.execute(update(Assistant).where(Assistant.id == assistant.id).values(audience=audience))
            session.commit()
        assert [browser.read(path).status for browser in (cleo, guest)] == seen


def test_a_source_opens_only_for_those_who_may_read_it(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser, build: Builder, tutor: Row, handbook: Row
) -> None:
    path = shared(ben.begin("tutor", GEAR_QUESTION))
    link = "/documents/"
    assert read(ada, path).values("a.source__link", "href")[0].startswith(link)
    assert read(ada, path).values(".prose a.citation", "href")[0].startswith(link)
    for stranger in (cleo, guest):
        page = read(stranger, path)
        assert page.each(".source__file")
        assert link not in page.html
        assert page.tree.css(page.values(".prose a.citation", "href")[0])
    with build.inside() as session:
        session.execute(update(Collection).where(Collection.id == handbook.id).values(published=True))
        session.commit()
    opened = read(guest, path).values("a.source__link", "href")[0]
    assert guest.read(opened).status == 200


def test_words_that_a_question_is_about_are_shown_and_lead_on_only_for_readers(
    ben: Browser, guest: Browser, tutor: Row, document: Row
) -> None:
    words = "A strain wave gear has no backlash."
    fields = {"message": "Why?", "document": str(document.id), "selection": words}
    path = shared(ben.ask_about("tutor", fields))
    assert read(guest, path).words(".question__about") == words
    assert not read(guest, path).tree.css(".question__about a")
    assert read(ben, path).tree.css(".question__about a")


def test_a_removed_source_says_so(ada: Browser, ben: Browser, guest: Browser, tutor: Row, document: Row) -> None:
    path = shared(ben.begin("tutor", GEAR_QUESTION))
    ada.send(f"/documents/{document.id}/deletion")
    page = read(guest, path)
    assert "Source removed" in page.words(".source")
    assert not page.words(".source__quote")


def test_an_emergency_stays_in_sight_and_one_that_came_later_does_not_show(
    ben: Browser, guest: Browser, build: Builder, robots: Row, handbook: Row, document: Row
) -> None:
    build.assistant(robots, "nurse", handbook, preset="medical")
    calm, urgent = "What helps against a headache?", "I have crushing chest pain and cannot breathe."
    asked = ben.begin("nurse", calm)
    path = shared(asked)
    asked.ask(urgent)
    assert asked.page.tree.css("#emergency .urgent")
    assert not read(guest, path).tree.css(".urgent")
    path = shared(asked)
    page = read(guest, path)
    assert page.values("#emergency .urgent a.button--call", "href")
    card = page.words("#emergency")
    asked.ask("I want to die")
    assert read(guest, path).words("#emergency") == card


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_there_is_nothing_to_share_before_the_first_answer(
    state: str, ben: Browser, build: Builder, tutor: Row
) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    with build.inside() as session:
        session.execute(update(Message).where(Message.role == "answer").values(state=state, text=""))
        session.commit()
    page = ben.send(f"{asked.path}/share")
    assert page.status == 422
    assert "no finished answer" in page.words("#errors")
    with build.inside() as session:
        session.execute(update(Message).where(Message.role == "answer").values(state="complete"))
        session.commit()


def test_the_database_alone_opens_nothing(ben: Browser, build: Builder, tutor: Row) -> None:
    path = shared(ben.begin("tutor", GEAR_QUESTION))
    token = path.rpartition("/")[2]
    with build.inside() as session:
        share = session.scalars(select(Share)).one()
        assert token not in repr({column.name: getattr(share, column.name) for column in Share.__table__.c})
    assert token not in ben.get("/profile/export").get_data().decode("latin-1")


def test_under_another_secret_key_the_address_works_and_cannot_be_shown(
    ben: Browser, guest: Browser, build: Builder, tutor: Row, make_app: Callable[..., Flask]
) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    path = shared(asked)
    other = Builder(make_app(secret_key="another key, after the first one leaked")).browser(ben.person)
    page = other.read(f"{asked.path}/share")
    assert "can no longer be shown" in page.words("main")
    assert other.send(f"{asked.path}/share").status == 303
    assert read(other, path)
    other.send(f"{asked.path}/share/address")
    assert guest.read(path).status == 404


def test_sharing_is_a_deed_that_the_organization_can_read_of(ben: Browser, build: Builder, tutor: Row) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    shared(asked)
    ben.send(f"{asked.path}/share/removal")
    with build.inside() as session:
        deeds = session.execute(
            select(Entry.action, Entry.actor, Entry.subject)
            .where(Entry.action.in_(["conversation.shared", "share.taken_back"]))
            .order_by(Entry.created_at)
        ).all()
    assert deeds == [("conversation.shared", "Ben", "Tutor"), ("share.taken_back", "Ben", "Tutor")]


def test_who_guesses_addresses_has_to_wait(guest: Browser, tutor: Row) -> None:
    seen = [guest.read(f"/shared/guess-{number}").status for number in range(121)]
    assert set(seen[:120]) == {404}
    assert seen[120] == 429


# As a file


def exported(asked: Asked) -> tuple[str, str]:
    response = asked.browser.get(f"{asked.path}/export")
    assert response.status_code == 200
    assert response.mimetype == "text/markdown"
    return response.get_data(as_text=True), response.headers["Content-Disposition"]


def test_a_conversation_is_a_markdown_file_with_its_sources(ben: Browser, tutor: Row) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    asked.ask(BATTERY_QUESTION)
    text, disposition = exported(asked)
    assert disposition.startswith("attachment; filename=")
    assert text.startswith("# Does a strain wave gear")
    assert "Tutor, Robots United" in text
    assert "## Question 1\n\n*" in text
    assert f"\n> {BATTERY_QUESTION}\n" in text
    assert "- [1] handbook.md, Robot handbook › Gearboxes: “A strain wave gear has no backlash." in text
    with_answer = text.split("## Answer 2")[1]
    assert "**Sources**" in with_answer


def test_a_file_has_no_messages_that_were_asked_anew(ben: Browser, tutor: Row) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    ben.send(f"/messages/{asked.question_id}/edit", {"message": BATTERY_QUESTION})
    ben.wait()
    text, _ = exported(asked)
    assert BATTERY_QUESTION in text
    assert f"> {GEAR_QUESTION}" not in text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ('../../etc/passwd: "a\\b"?', "etc passwd a b"),
        ("CON", "CON"),
        ("***", "Conversation"),
        ("line\r\nX-Evil: 1", "line X-Evil 1"),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_file_has_a_name_that_every_system_takes(
    title: str, name: str, ben: Browser, build: Builder, tutor: Row
) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    with build.inside() as session:
        conversation = session.get_one(Conversation, asked.id)
        conversation.title = title
        day = f"{conversation.touched_at:%Y-%m-%d}"
        session.commit()
    _, disposition = exported(asked)
    assert disposition in (f'attachment; filename="{name} {day}.md"', f"attachment; filename={name} {day}.md")


def test_a_title_in_any_script_stays_readable(ben: Browser, build: Builder, tutor: Row) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    ben.send(f"{asked.path}/title", {"title": "Frühstück 早餐"})
    assert "filename*=UTF-8''Fr%C3%BChst%C3%BCck%20%E6%97%A9%E9%A4%90%20" in exported(asked)[1]


def test_the_menu_leads_there(ben: Browser, tutor: Row) -> None:
    asked = ben.begin("tutor", GEAR_QUESTION)
    entries = asked.page.each("#more .line")
    assert entries == ["New conversation", "Rename", "Share", "Download as Markdown", "Print", "Delete"]
