"""Assistants as their admins make, change, try and delete them, and as others then meet them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select, update

from tests.browser import Page, page_and_part_agree
from tests.builders import BATTERY_QUESTION, GEAR_QUESTION, Builder, Row
from tests.pictures import JPEG, WEBP, png
from webapp.assistants.models import Assistant, Audience
from webapp.assistants.presets import PRESETS
from webapp.audit.models import Entry
from webapp.chat.models import Conversation, Message
from webapp.extensions import db
from webapp.knowledge.models import Collection

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Browser
    from tests.fakes.provider import StandIn

LIST = "/organizations/robots/assistants"
STRAY = "Who won the chess cup?"


def typed(page: Page, **changes: Any) -> dict[str, Any]:
    """Return what a browser would send of the form on this page, with some of it changed."""
    form = page.tree.css_first("form.settings")
    assert form
    sent: dict[str, Any] = {}
    for field in form.css("input, textarea, select"):
        name, kind = field.attributes.get("name"), field.attributes.get("type")
        if not name or kind == "file" or (kind in {"checkbox", "radio"} and "checked" not in field.attributes):
            continue
        if field.tag == "select":
            sent[name] = next(o.attributes["value"] for o in field.css("option") if "selected" in o.attributes)
        elif field.tag == "textarea":
            sent[name] = field.text().removeprefix("\r\n").removeprefix("\n")
        elif kind == "checkbox":
            sent.setdefault(name, []).append(field.attributes.get("value"))
        else:
            sent[name] = field.attributes.get("value") or ""
    return sent | changes


def made(admin: Browser, preset: str = "tutor", **changes: Any) -> Page:
    """Make an assistant from a preset and return the answer."""
    return admin.send(LIST, typed(admin.read(f"{LIST}/new?preset={preset}"), **changes))


def kept(build: Builder, id_: UUID | str) -> Assistant:
    """Return an assistant as it is stored, with its collections."""
    with build.inside() as session:
        assistant = session.get_one(Assistant, id_)
        assert assistant.collections is not None
        session.expunge_all()
        return assistant


def saved(admin: Browser, assistant: Row, **changes: Any) -> Page:
    """Change some fields on the page of an assistant and send it."""
    path = f"{LIST}/{assistant.id}"
    return admin.send(path, typed(admin.read(path), **changes))


def entries(build: Builder) -> list[tuple[str, str, dict[str, Any]]]:
    with build.inside() as session:
        found = session.scalars(select(Entry).where(Entry.action.startswith("assistant")).order_by(Entry.created_at))
        return [(entry.action, entry.subject, entry.details) for entry in found]


def picture(data: bytes = JPEG, name: str = "me.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


# Making one


def test_there_is_something_to_begin_with_for_everybody(ada: Browser, handbook: Row) -> None:
    page = ada.read(f"{LIST}/new")
    assert page.each(".preset__title") == [preset.title for preset in PRESETS.values()]
    for path in page.values(".preset__title a", "href"):
        assert ada.read(path).status == 200


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_becomes_an_assistant_as_it_stands(ada: Browser, build: Builder, handbook: Row, key: str) -> None:
    preset = PRESETS[key]
    sent = made(ada, key, name=preset.name or "Somebody")
    assert sent.status == 303
    assistant = kept(build, sent.location.rpartition("/")[2])
    for name in ("instructions", "greeting", "tagline", "temperature", "audience", "answer_length", "hue"):
        assert getattr(assistant, name) == getattr(preset, name), name
    assert tuple(assistant.suggestions) == preset.suggestions
    assert assistant.preset == key
    assert assistant.slug == f"robots-{key}"
    assert [collection.name for collection in assistant.collections] == ["Handbook"]
    assert not assistant.general_knowledge
    assert "is ready" in ada.read(sent.location).words(".flash")


def test_a_new_assistant_begins_with_the_oldest_collection(
    ada: Browser, build: Builder, robots: Row, handbook: Row
) -> None:
    build.collection(robots, "A younger one")
    page = ada.read("/organizations/robots/assistants/new?preset=blank")
    assert page.values("[name=collections][checked]", "value") == [str(handbook.id)]


def test_the_first_assistant_of_an_organization_can_bring_its_first_collection(ada: Browser, build: Builder) -> None:
    assert "No assistants yet" in ada.read(LIST).words("main")
    sent = made(ada)
    assert sent.status == 303
    assistant = kept(build, sent.location.rpartition("/")[2])
    assert [collection.name for collection in assistant.collections] == ["Documents"]
    assert ada.read(LIST).each("[aria-label=Assistants] .row__name") == ["Tutor"]


def test_opening_the_form_makes_nothing(ada: Browser, build: Builder) -> None:
    ada.read(f"{LIST}/new?preset=tutor")
    with build.inside() as session:
        assert not session.scalars(select(Collection)).all()


def test_an_address_is_there_once_in_the_deployment(ada: Browser, cleo: Browser, build: Builder, clinic: Row) -> None:
    build.assistant(clinic, "nurse")
    page = made(ada, slug="nurse", instructions="Be very kind.")
    assert page.status == 422
    assert "Another assistant has this address" in page.error_beside("slug")
    assert typed(page)["instructions"] == "Be very kind."
    made_well = made(ada, slug="Nurse-2")
    assert made_well.status == 303
    other = kept(build, made_well.location.rpartition("/")[2])
    page = ada.send(made_well.location, typed(ada.read(made_well.location), slug="nurse", tagline="Kept as typed."))
    assert page.status == 422
    assert "Another assistant has this address" in page.error_beside("slug")
    assert typed(page)["tagline"] == "Kept as typed."
    assert kept(build, other.id).slug == "nurse-2"


def test_a_new_collection_is_made_and_searched(ada: Browser, build: Builder, tutor: Row) -> None:
    page = saved(ada, tutor, collection_name="Handbook")
    assert "There is a collection of this name already" in page.error_beside("collection_name")
    assert saved(ada, tutor, collection_name="Manuals").status == 303
    assert {collection.name for collection in kept(build, tutor.id).collections} == {"Handbook", "Manuals"}
    assert saved(ada, tutor, collections=[]).status == 303
    assert kept(build, tutor.id).collections == []


def test_another_organizations_collection_is_no_choice(
    ada: Browser, build: Builder, clinic: Row, tutor: Row, handbook: Row
) -> None:
    ward = build.collection(clinic, "Ward")
    assert saved(ada, tutor, collections=[str(handbook.id), str(ward.id)]).status == 422
    assert [collection.id for collection in kept(build, tutor.id).collections] == [handbook.id]


# Changing one


def test_everything_is_kept_as_it_was_typed(ada: Browser, build: Builder, tutor: Row) -> None:
    changes = {
        "name": "Guide",
        "slug": "guide",
        "hue": "plum",
        "tagline": "Knows “robots” & <gears>.",
        "greeting": "Hello\nthere",
        "instructions": "  Be kind.\r\nBe brief.  ",
        "suggestions": "Why?\n\n How? \nWhy?",
        "knowledge": "general",
        "answer_length": "long",
        "answer_tokens": "700",
        "model": "openai/gpt-4o:free",
        "temperature": "0,7",
        "passage_limit": "7",
        "history_limit": "0",
        "audience": "signed_in",
    }
    assert saved(ada, tutor, **changes).status == 303
    assistant = kept(build, tutor.id)
    expected = changes | {
        "instructions": "Be kind.\nBe brief.",
        "suggestions": ["Why?", "How?"],
        "answer_tokens": 700,
        "temperature": 0.7,
        "passage_limit": 7,
        "history_limit": 0,
    }
    assert {name: getattr(assistant, name) for name in expected if name != "knowledge"} == {
        name: value for name, value in expected.items() if name != "knowledge"
    }
    assert assistant.general_knowledge
    again = typed(ada.read(f"{LIST}/{tutor.id}"))
    assert again["knowledge"] == "general"
    assert again["temperature"] == "0.7"
    assert saved(ada, tutor, answer_tokens="").status == 303
    assert kept(build, tutor.id).answer_tokens is None


WRONG = [
    ("name", "", "Give it a name."),
    ("name", "x" * 121, "At most 120 characters."),
    ("slug", "", "Give it an address."),
    ("slug", "a/b", "hyphens between them"),
    ("slug", "-a-", "hyphens between them"),
    ("tagline", "x" * 301, "At most 300 characters."),
    ("greeting", "x" * 501, "At most 500 characters."),
    ("instructions", "x" * 8001, "At most 8,000 characters."),
    ("suggestions", "\n".join(map(str, range(9))), "At most 8 questions; these are 9."),
    ("suggestions", "x" * 201, "At most 200 characters in a line."),
    ("temperature", "warm", "Enter a number."),
    ("temperature", "nan", "Between 0 and 2."),
    ("temperature", "2.1", "Between 0 and 2."),
    ("temperature", "", "Enter a number."),
    ("passage_limit", "0", "Between 1 and 9."),
    ("passage_limit", "ten", "Enter a whole number."),
    ("history_limit", "41", "Between 0 and 40."),
    ("answer_tokens", "49", "Between 50 and 8,000."),
    ("answer_tokens", "many", "Enter a whole number."),
    ("model", "two words", "has no spaces"),
]


@pytest.mark.parametrize(("field", "value", "said"), WRONG, ids=lambda value: str(value)[:20])
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_lost(
    ada: Browser, build: Builder, tutor: Row, field: str, value: str, said: str
) -> None:
    others = {"tagline": "Kept as typed.", "instructions": "Kept as well.", "audience": "signed_in"}
    page = saved(ada, tutor, **(others | {field: value}))
    assert page.status == 422
    assert said in page.error_beside(field)
    again = typed(page)
    assert again[field] == value
    assert {name: again[name] for name in others if name != field} == {
        name: others[name] for name in others if name != field
    }
    assert kept(build, tutor.id).tagline == ""


@pytest.mark.parametrize(("field", "value"), [("audience", "nobody"), ("knowledge", "all"), ("hue", "#ff0000")])
def test_a_choice_that_was_not_offered_is_refused(ada: Browser, tutor: Row, field: str, value: str) -> None:
    assert saved(ada, tutor, **{field: value}).status == 422


def test_the_trail_says_who_made_changed_and_deleted_what(ada: Browser, build: Builder, handbook: Row) -> None:
    id_ = made(ada).location.rpartition("/")[2]
    path = f"{LIST}/{id_}"
    ada.send(path, typed(ada.read(path)))
    ada.send(path, typed(ada.read(path), tagline="New", temperature="1", collections=[]))
    ada.send(path, typed(ada.read(path)) | {"picture": picture()})
    ada.begin("robots-tutor", "Hello")
    ada.send(f"{path}/deletion")
    assert entries(build) == [
        ("assistant.created", "Tutor", {"preset": "tutor", "audience": "signed_in"}),
        ("assistant.changed", "Tutor", {"fields": ["tagline", "temperature", "collections"]}),
        ("assistant.changed", "Tutor", {"fields": ["picture"]}),
        ("assistant.deleted", "Tutor", {"conversations": 1}),
    ]


# Deleting one


def test_deleting_says_how_many_conversations_go_along(
    ada: Browser, ben: Browser, guest: Browser, build: Builder, tutor: Row, document: Row
) -> None:
    path = f"{LIST}/{tutor.id}/deletion"
    assert "There are no conversations with it." in ada.read(path).words("main")
    asked = ben.begin("tutor", "Hello")
    assert "1 conversation with it goes along" in ada.read(path).words("main")
    guest.begin("tutor", "Hello")
    assert "2 conversations with it go along" in ada.read(path).words("main")
    assert "2 conversations" in ada.read(LIST).words(".row")
    assert ada.send(path).location == LIST
    assert ben.read(asked.path).status == 404
    assert guest.read("/assistants/tutor").status == 404
    assert ada.read(f"/documents/{document.id}").status == 200
    with build.inside() as session:
        assert not session.scalars(select(Conversation)).all()
        assert not session.scalars(select(Message)).all()
    assert ada.send(path).status == 404


def test_an_answer_that_is_being_written_stops_with_its_assistant(
    app: Flask, ada: Browser, ben: Browser, build: Builder, robots: Row, tutor: Row
) -> None:
    other = build.assistant(robots, "other")
    answers = [ben.begin(assistant.slug, "Hello").answer_id for assistant in (tutor, other)]
    with build.inside() as session:
        session.execute(update(Message).where(Message.id.in_(answers)).values(state="streaming"))
        session.commit()
    lives = app.extensions["live_answers"]
    written = [lives.open(answer_id, robots.id) for answer_id in answers]
    ada.send(f"{LIST}/{tutor.id}/deletion")
    stopped = [live.stopping for live in written]
    for live in written:
        lives.close(live)
    assert stopped == ["stopped", None]


def test_an_answer_that_has_not_begun_ends_with_its_assistant(ada: Browser, ben: Browser, tutor: Row) -> None:
    sent = ben.send("/assistants/tutor/conversations", {"message": "Hello"})
    assert ada.send(f"{LIST}/{tutor.id}/deletion").status == 303
    ada.wait()
    assert ben.read(sent.location).status == 404


# Its picture


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(png(), "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")],
    ids=["png", "jpeg", "webp"],
)
def test_a_picture_takes_the_place_of_the_letter(
    ada: Browser, ben: Browser, guest: Browser, tutor: Row, data: bytes, media_type: str
) -> None:
    assert guest.read("/assistants/tutor").values(".seal img", "src") == []
    assert guest.get("/assistants/tutor/picture").status_code == 404
    assert saved(ada, tutor, picture=picture(data, "no-matter.svg")).status == 303
    ben.begin("tutor", "Hello")
    [address] = guest.read("/assistants/tutor").values(".hero .seal img", "src")
    assert ben.read("/conversations").values(".row .seal img", "src") == [address]
    assert ada.read(LIST).values(".row .seal img", "src") == [address]
    assert guest.read("/assistants/tutor").words(".hero .seal") == "T"
    shown = guest.get(address)
    assert shown.status_code == 200
    assert shown.data == data
    assert shown.mimetype == media_type
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "immutable" in shown.headers["Cache-Control"]
    bare = guest.get("/assistants/tutor/picture")
    assert bare.headers["Cache-Control"] == "private, no-cache"
    assert guest.get("/assistants/tutor/picture", headers={"If-None-Match": bare.headers["ETag"]}).status_code == 304


def test_pictures_stand_in_the_cards_of_the_front_page(guest: Browser, build: Builder, robots: Row, tutor: Row) -> None:
    build.assistant(robots, "other")
    build.picture(tutor)
    cards = guest.read("/").tree.css(".assistant")
    assert [len(card.css(".seal img")) for card in cards] == [1, 0]


def test_a_new_picture_has_a_new_address_and_it_can_be_taken_away(ada: Browser, guest: Browser, tutor: Row) -> None:
    saved(ada, tutor, picture=picture(JPEG))
    before = guest.read("/assistants/tutor").values(".hero .seal img", "src")
    saved(ada, tutor, picture=picture(WEBP))
    after = guest.read("/assistants/tutor").values(".hero .seal img", "src")
    assert before != after
    assert guest.get(after[0]).data == WEBP
    saved(ada, tutor)
    assert guest.read("/assistants/tutor").values(".hero .seal img", "src") == after
    saved(ada, tutor, picture_removal="y")
    assert guest.read("/assistants/tutor").values(".seal img", "src") == []
    assert guest.get(after[0]).status_code == 404


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "no PNG, JPEG or WebP"),
        (JPEG[:200], "damaged"),
        (png(moving=True), "moves"),
        (png(4097, 40), "is the most"),
        (png(padding=1_000_000), "At most 1 MB"),
    ],
    ids=["svg", "half", "moving", "wide", "heavy"],
)
def test_what_is_no_fitting_picture_is_said_beside_the_field(
    ada: Browser, guest: Browser, tutor: Row, data: bytes, said: str
) -> None:
    page = saved(ada, tutor, picture=picture(data, "me.png"), tagline="Kept as typed.")
    assert page.status == 422
    assert said in page.error_beside("picture")
    assert typed(page)["tagline"] == "Kept as typed."
    assert guest.get("/assistants/tutor/picture").status_code == 404


def test_a_picture_that_was_lost_with_an_invalid_form_is_asked_for_again(ada: Browser, tutor: Row) -> None:
    page = saved(ada, tutor, picture=picture(), name="")
    assert page.status == 422
    assert "Choose the picture again" in page.words("#picture_hint")
    assert "Choose the picture again" not in saved(ada, tutor, name="").words("#picture_hint")


def test_a_picture_is_for_whom_the_assistant_is_for(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser, tutor: Row
) -> None:
    saved(ada, tutor, picture=picture(), audience="organization")
    [address] = ben.read("/assistants/tutor").values(".hero .seal img", "src")
    assert ben.get(address).status_code == 200
    assert cleo.get(address).status_code == 404
    assert guest.get(address).status_code == 404


# What it changes in an answer


def test_the_provider_sees_model_temperature_and_limit(
    ada: Browser, guest: Browser, build: Builder, tutor: Row, provider: StandIn
) -> None:
    guest.begin("tutor", GEAR_QUESTION)
    saved(ada, tutor, model="echo", temperature="1.25", answer_length="short", instructions="Speak like a pilot.")
    asked = guest.begin("tutor", GEAR_QUESTION)
    before, after = [request["body"] for request in provider.requests() if "messages" in request["body"]]
    assert (before["model"], before["temperature"], before["max_tokens"]) == ("stand-in", 0.2, 1500)
    assert (after["model"], after["temperature"], after["max_tokens"]) == ("echo", 1.25, 500)
    assert "Speak like a pilot." in after["messages"][0]["content"]
    assert "Be brief" in after["messages"][0]["content"]
    with build.inside() as session:
        assert session.get_one(Message, asked.answer_id).model == "echo"


def test_a_model_that_the_provider_does_not_know_is_said_and_stays_beside_the_answer(
    ada: Browser, guest: Browser, build: Builder, tutor: Row
) -> None:
    saved(ada, tutor, model="fail-404")
    asked = guest.begin("tutor", GEAR_QUESTION)
    assert asked.state == "failed"
    assert "does not know the chosen model" in asked.page.words(".turn")
    with build.inside() as session:
        assert session.get_one(Message, asked.answer_id).model == "fail-404"


def test_passages_and_history_are_as_many_as_were_chosen(
    ada: Browser, guest: Browser, tutor: Row, provider: StandIn
) -> None:
    saved(ada, tutor, passage_limit="1", history_limit="0")
    asked = guest.begin("tutor", GEAR_QUESTION)
    asked.ask("And how does a strain wave gear wear out?")
    told = provider.requests()[-1]["body"]["messages"]
    assert [message["role"] for message in told] == ["system", "user"]
    assert told[-1]["content"].count("<excerpt number=") == 1
    saved(ada, tutor, passage_limit="3", history_limit="2")
    asked.ask("And how does a strain wave gear wear out?")
    told = provider.requests()[-1]["body"]["messages"]
    assert [message["role"] for message in told] == ["system", "user", "assistant", "user"]
    assert told[-1]["content"].count("<excerpt number=") == 3


def test_where_models_are_named_one_is_chosen(
    make_app: Callable[..., Flask], ada: Browser, tutor: Row, provider: StandIn
) -> None:
    choosing = Builder(make_app(llm_models="echo, floats,stand-in")).browser(ada.person)
    path = f"{LIST}/{tutor.id}"
    assert ada.read(path).values("input#model", "name") == ["model"]
    assert choosing.read(path).values("#model option", "value") == ["", "echo", "floats"]
    assert choosing.read(path).words("#model option") == "The deployment’s own, stand-in"
    page = choosing.send(path, typed(choosing.read(path), model="openai/gpt-4o"))
    assert (page.status, page.error_beside("model")) == (422, "Not a valid choice.")
    assert choosing.send(path, typed(choosing.read(path), model="echo")).status == 303
    assert choosing.read(path).values("#model option[selected]", "value") == ["echo"]
    choosing.begin("tutor", GEAR_QUESTION)
    assert provider.requests()[-1]["body"]["model"] == "echo"
    assert choosing.send(path, typed(choosing.read(path), model="stand-in")).status == 303
    assert choosing.read(path).values("#model option[selected]", "value") == [""]


def test_a_model_that_is_offered_no_more_gives_way_to_the_deployments_own(
    make_app: Callable[..., Flask], ada: Browser, build: Builder, tutor: Row, provider: StandIn
) -> None:
    saved(ada, tutor, model="echo")
    narrowed = Builder(make_app(llm_models="floats")).browser(ada.person)
    assert "It had echo, which is offered no more" in narrowed.read(f"{LIST}/{tutor.id}").words("#model_hint")
    asked = narrowed.begin("tutor", GEAR_QUESTION)
    assert provider.requests()[-1]["body"]["model"] == "stand-in"
    with build.inside() as session:
        assert session.get_one(Message, asked.answer_id).model == "stand-in"
    assert "stand-in" in narrowed.send(f"{LIST}/{tutor.id}/trial", {"message": GEAR_QUESTION}).words(".trial__found")
    ada.begin("tutor", GEAR_QUESTION)
    assert provider.requests()[-1]["body"]["model"] == "echo"


def test_general_knowledge_is_told_where_the_documents_are_silent(
    ada: Browser, guest: Browser, tutor: Row, provider: StandIn
) -> None:
    guest.begin("tutor", STRAY)
    assert "do not answer from general knowledge" in provider.requests()[-1]["body"]["messages"][-1]["content"]
    saved(ada, tutor, knowledge="general")
    provider.answer("The documents do not say. Not from the documents: somebody did [1].")
    asked = guest.begin("tutor", STRAY)
    assert "Then answer from general knowledge" in provider.requests()[-1]["body"]["messages"][-1]["content"]
    assert asked.page.values(".citation", "href") == []
    assert "[1]" not in asked.answer


def test_a_turn_asks_the_database_no_more_often_for_its_settings(
    app: Flask, ada: Browser, guest: Browser, tutor: Row
) -> None:
    def statements() -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            guest.begin("tutor", GEAR_QUESTION)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    statements()
    plain = statements()
    saved(ada, tutor, model="echo", knowledge="general", answer_tokens="300", picture=picture())
    assert statements() == plain


# Trying it


def test_a_trial_shows_what_a_turn_then_sends(ada: Browser, tutor: Row, provider: StandIn) -> None:
    saved(ada, tutor, instructions="Speak like a pilot.", model="echo", answer_tokens="300", passage_limit="2")
    page = ada.send(f"{LIST}/{tutor.id}/trial", {"message": GEAR_QUESTION})
    assert page.status == 200
    assert not [request for request in provider.requests() if "messages" in request["body"]]
    assert "The documents may answer this. 2 passages are handed over." in page.words(".trial__found")
    hits = page.each(".trial .hit")
    assert len(hits) == 2
    assert "Gearboxes" in hits[0]
    assert "close enough to answer" in hits[0]
    assert "%" in hits[0]
    assert "echo, temperature 0.2, at most 300 tokens of answer." in page.words(".trial__found")
    ask = page.tree.css_first(".trial__ask")
    assert ask
    action, question = ask.attributes["action"], page.values(".trial__ask button", "value")[0]
    assert ada.ask(str(action), question).state == "complete"
    sent = provider.requests()[-1]["body"]
    roles = [summary.text() for summary in page.tree.css(".told > summary strong")]
    words = [pre.text() for pre in page.tree.css(".told__words")]
    assert [{"role": role, "content": told} for role, told in zip(roles, words, strict=True)] == sent["messages"]
    assert sent["max_tokens"] == 300


def test_a_trial_keeps_nothing_and_says_when_nothing_is_close(ada: Browser, build: Builder, tutor: Row) -> None:
    page = ada.send(f"{LIST}/{tutor.id}/trial", {"message": STRAY})
    assert "Nothing is close enough to answer this. It would say so." in page.words(".trial__found")
    assert "not close enough by itself" in page.words(".trial .hit")
    assert "name the nearest titles: Robot handbook" in page.each(".told__words")[-1]
    saved(ada, tutor, knowledge="general")
    page = ada.send(f"{LIST}/{tutor.id}/trial", {"message": STRAY})
    assert "go on from general knowledge" in page.words(".trial__found")
    with build.inside() as session:
        assert not session.scalars(select(Conversation)).all()


def test_a_trial_without_documents_says_so(ada: Browser, build: Builder, robots: Row) -> None:
    empty = build.assistant(robots, "empty")
    page = ada.send(f"{LIST}/{empty.id}/trial", {"message": "Hello?"})
    assert "There is nothing to search yet." in page.words(".trial__found")


def test_a_trial_is_a_page_and_a_part(ada: Browser, tutor: Row) -> None:
    path = f"{LIST}/{tutor.id}/trial"
    page_and_part_agree(ada, path, "trial")
    page, part = ada.send(path, {"message": GEAR_QUESTION}), ada.send(path, {"message": GEAR_QUESTION}, part="trial")
    assert "<html" not in part.html
    assert part.element("trial") == page.element("trial")
    empty = ada.send(path, {"message": " "}, part="trial")
    assert empty.status == 422
    assert "Write a question first." in empty.error_beside("message")


def test_a_trial_without_a_model_shows_the_quotation(
    make_app: Callable[..., Flask], app: Flask, ada: Browser, tutor: Row
) -> None:
    quoting = Builder(make_app(llm_api_key=None)).browser(ada.person)
    page = quoting.send(f"{LIST}/{tutor.id}/trial", {"message": BATTERY_QUESTION})
    assert "A lithium battery is charged at room temperature." in page.words(".trial__quoted blockquote")
    assert "What a model would be told" in page.words(".trial__found")
    assert "once one is connected" in quoting.read(f"{LIST}/{tutor.id}").words("#model_hint")


# Who may


def test_assistants_are_looked_after_by_the_admins_of_their_organization(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser, build: Builder, tutor: Row
) -> None:
    one = f"{LIST}/{tutor.id}"
    paths = [
        ("GET", LIST),
        ("POST", LIST),
        ("GET", f"{LIST}/new"),
        ("GET", one),
        ("POST", one),
        ("GET", f"{one}/deletion"),
        ("POST", f"{one}/deletion"),
        ("GET", f"{one}/trial"),
        ("POST", f"{one}/trial"),
    ]
    for method, path in paths:
        assert ben.open(path, method=method).status_code == 403, path
        assert cleo.open(path, method=method).status_code == 404, path
        assert guest.open(path, method=method).location.startswith("/login"), path
    for path in (f"{LIST}/{uuid4()}", f"/organizations/clinic/assistants/{tutor.id}"):
        assert ada.read(path).status == 404
        assert ada.send(path).status == 404
    assert cleo.read(f"/organizations/clinic/assistants/{tutor.id}/trial").status == 404
    assert kept(build, tutor.id).name == "Tutor"


def test_the_list_costs_the_same_however_long_it_is(app: Flask, ada: Browser, build: Builder, robots: Row) -> None:
    def statements() -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert ada.read(LIST).status == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    collection = build.collection(robots)
    build.assistant(robots, "first", collection)
    statements()
    few = statements()
    for number in range(5):
        build.assistant(robots, f"more-{number}", collection)
    assert statements() == few


def test_an_assistant_for_the_organization_is_met_by_nobody_else(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser, build: Builder, tutor: Row
) -> None:
    seen = {audience: [] for audience in Audience}  # type: ignore[var-annotated]
    for audience in Audience:
        with build.inside() as session:
            session.execute(update(Assistant).values(audience="organization"))
            session.commit()
        saved(ada, tutor, audience=str(audience))
        seen[audience] = [who.read("/assistants/tutor").status for who in (ben, cleo, guest)]
    assert seen == {"organization": [200, 404, 404], "signed_in": [200, 200, 404], "anyone": [200, 200, 200]}
