"""Every address, asked for by everybody, with ids of an organization that most of them do not belong to.

Ada runs the organization whose things are asked for; Ben and Dora are its members, and what belongs to a person is
Dora's; Cleo runs another organization; Sue runs the deployment.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.browser import Page
from tests.builders import GEAR_QUESTION, Builder, Row
from tests.pictures import png
from webapp.accounts.models import Identity, Passkey, Picture, Session
from webapp.assistants import pictures
from webapp.assistants.models import Assistant, Audience
from webapp.chat.models import Message
from webapp.feedback.models import Gap, Report
from webapp.organizations.models import Invitation, Logo, Organization, Receipt
from webapp.records import now, uuid7
from webapp.scorecards.models import Check, Scorecard
from webapp.web.pictures import recognize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from werkzeug.routing import Rule

    from tests.browser import Browser


class Seen(StrEnum):
    """What somebody gets: the page or the deed, a word that they may not, no such page, or the way to sign in."""

    IN = "in"
    FORBIDDEN = "forbidden"
    NOTHING = "nothing"
    SIGN_IN = "sign in"


IN, FORBIDDEN, NOTHING, SIGN_IN = Seen
EVERYBODY = ("guest", "stranger", "member", "admin", "super_admin")


def everybody(guest: Seen, stranger: Seen, member: Seen, admin: Seen, super_admin: Seen) -> dict[str, Seen]:
    return dict(zip(EVERYBODY, (guest, stranger, member, admin, super_admin), strict=True))


ANYONE = everybody(IN, IN, IN, IN, IN)
PERSON = everybody(SIGN_IN, IN, IN, IN, IN)
ADMIN = everybody(SIGN_IN, NOTHING, FORBIDDEN, IN, IN)
SUPER = everybody(NOTHING, NOTHING, NOTHING, NOTHING, IN)
READER = everybody(NOTHING, NOTHING, IN, IN, IN)
AUDIENCE = everybody(NOTHING, NOTHING, IN, IN, NOTHING)
OWN = everybody(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
OWN_ACCOUNT = everybody(SIGN_IN, NOTHING, NOTHING, NOTHING, NOTHING)
NOBODY = everybody(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING)
SIGN_IN_FIRST = everybody(SIGN_IN, NOTHING, NOTHING, NOTHING, NOTHING)
MEMBER = everybody(SIGN_IN, NOTHING, IN, IN, IN)
IN_PERSON = everybody(SIGN_IN, NOTHING, IN, IN, NOTHING)
DOCUMENTS_ADMIN = everybody(NOTHING, NOTHING, FORBIDDEN, IN, IN)
ATTEMPT = everybody(SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN, SIGN_IN)
RECEIPT = everybody(SIGN_IN, NOTHING, NOTHING, NOTHING, IN)
PICTURED = everybody(SIGN_IN, NOTHING, IN, IN, IN)


@dataclass(frozen=True)
class Route:
    """Who gets what at an address, and what stands for each of its variables."""

    seen: dict[str, Seen]
    things: dict[str, str]


def route(seen: dict[str, Seen], **things: str) -> Route:
    return Route(seen, things)


ROUTES = {
    "accounts.create_other_sessions_end": route(PERSON),
    "accounts.create_person": route(ANYONE),
    "accounts.create_session": route(ANYONE),
    "accounts.create_session_end": route(OWN_ACCOUNT, id="session"),
    "accounts.edit_password": route(PERSON),
    "accounts.index_sessions": route(PERSON),
    "accounts.login": route(ANYONE),
    "accounts.logout": route(ANYONE),
    "accounts.profile": route(PERSON),
    "accounts.signup": route(ANYONE),
    "accounts.update_password": route(PERSON),
    "accounts.update_profile": route(PERSON),
    "admin.analytics": route(SUPER),
    "admin.audit": route(SUPER),
    "admin.audit_table": route(SUPER),
    "admin.create_acting": route(SUPER, slug="organization"),
    "admin.create_acting_end": route(SUPER),
    "admin.create_organization": route(SUPER),
    "admin.create_second_factor_removal": route(SUPER, id="person"),
    "admin.create_sessions_end": route(SUPER, id="person"),
    "admin.index_organizations": route(SUPER),
    "admin.index_people": route(SUPER),
    "admin.new_organization": route(SUPER),
    "admin.new_second_factor_removal": route(SUPER, id="person"),
    "admin.update_super_admin": route(SUPER, id="person"),
    "assistant_guards.create_trial": route(ADMIN, slug="organization", id="assistant_id"),
    "assistant_guards.edit": route(ADMIN, slug="organization", id="assistant_id"),
    "assistant_guards.new_trial": route(ADMIN, slug="organization", id="assistant_id"),
    "assistant_guards.update": route(ADMIN, slug="organization", id="assistant_id"),
    "assistants.index": route(ANYONE),
    "assistants.show": route(AUDIENCE, slug="assistant"),
    "assistants.show_picture": route(AUDIENCE, slug="assistant"),
    "assistants_admin.create_assistant": route(ADMIN, slug="organization"),
    "assistants_admin.create_deletion": route(ADMIN, slug="organization", id="assistant_id"),
    "assistants_admin.edit": route(ADMIN, slug="organization", id="assistant_id"),
    "assistants_admin.index": route(ADMIN, slug="organization"),
    "assistants_admin.new_assistant": route(ADMIN, slug="organization"),
    "assistants_admin.new_deletion": route(ADMIN, slug="organization", id="assistant_id"),
    "assistants_admin.update": route(ADMIN, slug="organization", id="assistant_id"),
    "audit.index": route(ADMIN, slug="organization"),
    "audit.table": route(ADMIN, slug="organization"),
    "books.edit": route(ADMIN, slug="organization", id="collection"),
    "books.search": route(READER, id="collection"),
    "books.show": route(READER, id="collection"),
    "books.update_name": route(ADMIN, slug="organization", id="collection"),
    "books.update_order": route(ADMIN, slug="organization", id="collection"),
    "books.update_place": route(NOBODY, id="document"),
    "books.update_publication": route(ADMIN, slug="organization", id="collection"),
    "chat.create_conversation": route(AUDIENCE, slug="assistant"),
    "chat.create_deletion": route(OWN, id="conversation"),
    "chat.create_edit": route(OWN, id="question"),
    "chat.create_message": route(OWN, id="conversation"),
    "chat.create_retry": route(OWN, id="answer"),
    "chat.create_stop": route(OWN, id="answer"),
    "chat.edit_question": route(OWN, id="question"),
    "chat.edit_title": route(OWN, id="conversation"),
    "chat.index": route(ANYONE),
    "chat.new_deletion": route(OWN, id="conversation"),
    "chat.new_question": route(AUDIENCE, id="document", at="start"),
    "chat.show": route(OWN, id="conversation"),
    "chat.stream": route(OWN, id="answer"),
    "chat.update_title": route(OWN, id="conversation"),
    "figures.show": route(ADMIN, slug="organization"),
    "figures.show_own": route(PERSON),
    "feedback.create_feedback": route(OWN, id="answer"),
    "feedback.create_report": route(OWN, id="answer"),
    "feedback.new_report": route(OWN, id="answer"),
    "gaps.create_dismissal": route(ADMIN, slug="organization", id="gap"),
    "gaps.create_opening": route(ADMIN, slug="organization", id="gap"),
    "gaps.create_piece": route(ADMIN, slug="organization", id="gap"),
    "gaps.create_trial": route(ADMIN, slug="organization", id="gap"),
    "gaps.index": route(ADMIN, slug="organization"),
    "gaps.show": route(ADMIN, slug="organization", id="gap"),
    "health.healthz": route(ANYONE),
    "health.readyz": route(ANYONE),
    "identities.callback": route(NOBODY, provider="provider"),
    "identities.create_identity": route(PERSON),
    "identities.create_removal": route(OWN_ACCOUNT, id="identity"),
    "identities.index": route(PERSON),
    "identities.new_identity": route(PERSON),
    "identities.start": route(NOBODY, provider="provider"),
    "knowledge.create_cancellation": route(DOCUMENTS_ADMIN, id="document"),
    "knowledge.create_deletion": route(DOCUMENTS_ADMIN, id="document"),
    "knowledge.create_documents": route(ADMIN, slug="organization"),
    "knowledge.create_reingestion": route(DOCUMENTS_ADMIN, id="document"),
    "knowledge.file": route(READER, id="document"),
    "knowledge.highlights": route(READER, id="document"),
    "knowledge.index": route(ADMIN, slug="organization"),
    "knowledge.new_deletion": route(DOCUMENTS_ADMIN, id="document"),
    "knowledge.search": route(ADMIN, slug="organization"),
    "knowledge.show": route(READER, id="document"),
    "links.create_email_change": route(PERSON),
    "links.create_reset": route(NOBODY, token="token"),
    "links.create_reset_link": route(ANYONE),
    "links.create_verification": route(NOBODY, token="token"),
    "links.create_verification_link": route(PERSON),
    "links.edit_email": route(PERSON),
    "links.edit_reset": route(NOBODY, token="token"),
    "links.forgot": route(ANYONE),
    "links.forgotten": route(ANYONE),
    "links.show_verification": route(NOBODY, token="token"),
    "mail.index": route(NOBODY),
    "mail.show": route(NOBODY, id="mail"),
    "mail.show_html": route(NOBODY, id="mail"),
    "organization_settings.accent": route(READER, slug="organization"),
    "organization_settings.create_deletion": route(ADMIN, slug="organization"),
    "organization_settings.edit": route(ADMIN, slug="organization"),
    "organization_settings.logo": route(READER, slug="organization"),
    "organization_settings.new_deletion": route(ADMIN, slug="organization"),
    "organization_settings.receipt": route(RECEIPT, id="receipt"),
    "organization_settings.update": route(ADMIN, slug="organization"),
    "organizations.create_acceptance": route(SIGN_IN_FIRST, token="token"),
    "organizations.create_departure": route(IN_PERSON, slug="organization"),
    "organizations.create_invitation": route(ADMIN, slug="organization"),
    "organizations.create_removal": route(ADMIN, slug="organization", id="person"),
    "organizations.create_revocation": route(ADMIN, slug="organization", id="invitation"),
    "organizations.index": route(ADMIN, slug="organization"),
    "organizations.new_departure": route(IN_PERSON, slug="organization"),
    "organizations.new_removal": route(ADMIN, slug="organization", id="person"),
    "organizations.show": route(MEMBER, slug="organization"),
    "organizations.show_invitation": route(NOBODY, token="token"),
    "organizations.update_role": route(ADMIN, slug="organization", id="person"),
    "own_account.create_deletion": route(PERSON),
    "own_account.create_picture_removal": route(PERSON),
    "own_account.data": route(PERSON),
    "own_account.edit_picture": route(PERSON),
    "own_account.new_deletion": route(PERSON),
    "own_account.picture": route(PICTURED, id="person"),
    "own_account.show_export": route(PERSON),
    "own_account.show_receipt": route(NOBODY, token="token"),
    "own_account.update_picture": route(PERSON),
    "own_account.update_theme": route(ANYONE),
    "passkeys.create": route(PERSON),
    "passkeys.create_challenge": route(PERSON),
    "passkeys.create_removal": route(OWN_ACCOUNT, id="passkey"),
    "passkeys.create_session": route(ANYONE),
    "passkeys.create_session_challenge": route(ANYONE),
    "passkeys.index": route(PERSON),
    "plays.create_ending": route(OWN, id="play"),
    "plays.create_hint": route(OWN, id="play"),
    "plays.create_pause": route(OWN, id="play"),
    "plays.create_pause_end": route(OWN, id="play"),
    "plays.create_repetition": route(OWN, id="play"),
    "probes.create_run": route(ADMIN, slug="organization"),
    "probes.index": route(ADMIN, slug="organization"),
    "proofs.create": route(PERSON),
    "proofs.create_by_passkey": route(PERSON),
    "proofs.new": route(PERSON),
    "scenarios.create_deletion": route(ADMIN, slug="organization", id="scenario"),
    "scenarios.create_scenario": route(ADMIN, slug="organization"),
    "scenarios.create_supplied": route(ADMIN, slug="organization"),
    "scenarios.edit": route(ADMIN, slug="organization", id="scenario"),
    "scenarios.index": route(ADMIN, slug="organization"),
    "scenarios.new_deletion": route(ADMIN, slug="organization", id="scenario"),
    "scenarios.new_scenario": route(ADMIN, slug="organization"),
    "scenarios.update": route(ADMIN, slug="organization", id="scenario"),
    "reports.create_correction": route(ADMIN, slug="organization", id="report"),
    "reports.create_resolution": route(ADMIN, slug="organization", id="report"),
    "reports.index": route(ADMIN, slug="organization"),
    "reports.show": route(ADMIN, slug="organization", id="report"),
    "scorecards.create": route(OWN, id="ended_play"),
    "scorecards.create_dispute": route(OWN, id="ended_play", check_id="check"),
    "scorecards.create_replay": route(OWN, id="ended_play"),
    "scorecards.show": route(OWN, id="ended_play"),
    "scorecards.show_in_short": route(OWN, id="ended_play"),
    "scorecards.show_progress": route(AUDIENCE, slug="assistant"),
    "scorecards_admin.create_ruling": route(ADMIN, slug="organization", id="scorecard", check_id="check"),
    "scorecards_admin.index": route(ADMIN, slug="organization"),
    "scorecards_admin.show": route(ADMIN, slug="organization", id="scorecard"),
    "scorecards_admin.show_trainee": route(ADMIN, slug="organization", id="person"),
    "second_factor.create": route(PERSON),
    "second_factor.create_attempt": route(ATTEMPT),
    "second_factor.create_codes": route(PERSON),
    "second_factor.create_confirmation": route(PERSON),
    "second_factor.create_removal": route(PERSON),
    "second_factor.new_attempt": route(PERSON),
    "second_factor.new_codes": route(PERSON),
    "second_factor.new_removal": route(PERSON),
    "second_factor.show": route(PERSON),
    "sharing.create_address": route(OWN, id="conversation"),
    "sharing.create_removal": route(OWN, id="conversation"),
    "sharing.edit": route(OWN, id="conversation"),
    "sharing.export": route(OWN, id="conversation"),
    "sharing.show": route(NOBODY, token="token"),
    "sharing.update": route(OWN, id="conversation"),
    "support.show": route(OWN, id="answer"),
    "trials.create_trial": route(ADMIN, slug="organization", id="assistant_id"),
    "trials.new_trial": route(ADMIN, slug="organization", id="assistant_id"),
}


@pytest.fixture
def world(app: Flask, build: Builder, robots: Row, ada: Browser, document: Row, handbook: Row) -> dict[str, Any]:
    """The ids of everything there is in Ada's organization, by the names that the table above uses."""
    assistant = build.assistant(robots, "tutor", handbook, audience=Audience.ORGANIZATION)
    dora = build.person("Dora")
    build.membership(dora, robots)
    browser = build.browser(dora)
    conversation = browser.begin("tutor", GEAR_QUESTION)
    coach = build.assistant(robots, "coach", preset="trainer", audience=Audience.ORGANIZATION)
    scenario = build.scenario(coach)
    play = browser.play("coach", scenario)
    ada.send("/organizations/robots/invitations", {"email": "new@example.org", "role": "member"})
    with build.inside() as session:
        question, answer = session.scalars(
            select(Message.id).where(Message.conversation_id == conversation.id).order_by(Message.position)
        ).all()
    ended_play = build.ended_play(coach, dora, "I need a car.", "Where do you drive?", "In town.")
    build.mark_waiting()
    with build.inside() as session:
        scorecard, check = session.execute(select(Scorecard.id, Check.id).join(Scorecard.checks).limit(1)).one()
        session.get_one(Check, check).disputed_at = now()
        invitation = session.scalars(select(Invitation.id)).one()
        signed_in = session.scalars(select(Session.id).where(Session.person_id == dora.id)).first()
        identity = Identity(id=uuid7(), person_id=dora.id, issuer="https://issuer.example", subject="dora")
        passkey = Passkey(id=uuid7(), person_id=dora.id, name="Phone", credential_id=b"1", public_key=b"2")
        receipt = Receipt(id=uuid7(), person_id=dora.id, person="Dora", name="Gone", slug="gone", counts={})
        picture = Picture(person_id=dora.id, media_type="image/png", width=64, height=48, data=png())
        report = Report(id=uuid7(), organization_id=robots.id, message_id=answer, note="It is wrong.")
        gap = Gap(id=uuid7(), organization_id=robots.id, assistant_id=assistant.id)
        session.add_all([identity, passkey, receipt, picture, report, gap])
        session.add(Logo(organization_id=robots.id, media_type="image/png", data=png()))
        session.get_one(Organization, robots.id).accent = "#24564d"
        pictures.give(session.get_one(Assistant, assistant.id), recognize(png()))
        session.commit()
        things = {"identity": identity.id, "passkey": passkey.id, "receipt": receipt.id}
        things |= {"report": report.id, "gap": gap.id}
    return things | {
        "organization": "robots",
        "assistant": "tutor",
        "assistant_id": assistant.id,
        "collection": handbook.id,
        "document": document.id,
        "conversation": conversation.id,
        "coach": coach.id,
        "play": play.id,
        "scenario": scenario.id,
        "question": question,
        "answer": answer,
        "ended_play": ended_play,
        "scorecard": scorecard,
        "check": check,
        "invitation": invitation,
        "session": signed_in,
        "person": dora.id,
        "mail": uuid4(),
        "start": 0,
        "token": "nobody-has-it",
        "provider": "nobody",
    }


@pytest.fixture
def people(build: Builder, robots: Row, ada: Browser, ben: Browser, cleo: Browser) -> dict[str, Browser]:
    sue = build.person("Sue", super_admin=True)
    return dict(zip(EVERYBODY, (build.browser(), cleo, ben, ada, build.browser(sue)), strict=True))


def rules(app: Flask) -> dict[str, Rule]:
    return {rule.endpoint: rule for rule in app.url_map.iter_rules()}


def test_every_route_says_who_gets_what(app: Flask) -> None:
    assert set(rules(app)) == set(ROUTES)


def asked(app: Flask, browser: Browser, endpoint: str, world: dict[str, Any], **others: str) -> Seen:
    rule = rules(app)[endpoint]
    values = {name: world[thing] for name, thing in ROUTES[endpoint].things.items()} | others
    with app.test_request_context():
        path = app.url_for(endpoint, **values)
    method = "GET" if "GET" in (rule.methods or ()) else "POST"
    form = {"message": "Hello", "document": str(world["document"]), "assistant": str(world["coach"])}
    answer = browser.open(path, method=method, data=form if method == "POST" else None)
    answer.get_data()
    browser.wait()
    if answer.status_code == 303 and answer.location.partition("?")[0] == "/login":
        return SIGN_IN
    if answer.status_code in {403, 404}:
        return FORBIDDEN if answer.status_code == 403 else NOTHING
    assert answer.status_code < 500, (path, answer.status_code)
    return IN


def reads(app: Flask, endpoint: str) -> bool:
    return "GET" in (rules(app)[endpoint].methods or ())


def test_nobody_gets_what_is_not_theirs(app: Flask, world: dict[str, Any], people: dict[str, Browser]) -> None:
    wrong = []
    for endpoint, row in ROUTES.items():
        for who, expected in row.seen.items():
            if expected != IN and (seen := asked(app, people[who], endpoint, world)) != expected:
                wrong.append(f"{endpoint} as {who}: {seen} instead of {expected}")
    assert not wrong, "\n".join(wrong)


def test_everybody_reads_what_is_theirs(app: Flask, world: dict[str, Any], people: dict[str, Browser]) -> None:
    wrong = []
    for endpoint, row in ROUTES.items():
        for who, expected in row.seen.items():
            if expected == IN and reads(app, endpoint) and (seen := asked(app, people[who], endpoint, world)) != IN:
                wrong.append(f"{endpoint} as {who}: {seen}")
    assert not wrong, "\n".join(wrong)


# What changes something of the organization, or of the deployment: each is tried in a world of its own.
DEEDS = [
    name
    for name, row in ROUTES.items()
    if name.partition(".")[2].startswith(("create", "update"))
    and IN in (row.seen["admin"], row.seen["super_admin"])
    and row.seen["guest"] != IN
]


@pytest.mark.parametrize("endpoint", DEEDS)
def test_whoever_may_do_something_can(
    app: Flask, world: dict[str, Any], people: dict[str, Browser], endpoint: str
) -> None:
    who = next(who for who in ("admin", "super_admin") if ROUTES[endpoint].seen[who] == IN)
    assert asked(app, people[who], endpoint, world) == IN


def test_an_admin_reaches_nothing_of_another_organization_through_their_own(
    app: Flask, world: dict[str, Any], people: dict[str, Browser]
) -> None:
    for endpoint, row in ROUTES.items():
        if {"slug", "id"} <= set(row.things):
            assert asked(app, people["stranger"], endpoint, world, slug="clinic") == NOTHING, endpoint


def test_whoever_it_belongs_to_gets_it(app: Flask, build: Builder, world: dict[str, Any]) -> None:
    dora = Row(world["person"], world["person"])
    for endpoint, row in ROUTES.items():
        if (row.seen is OWN or row.seen is OWN_ACCOUNT) and "GET" in (rules(app)[endpoint].methods or ()):
            assert asked(app, build.browser(dora), endpoint, world) == IN, endpoint


def offered(app: Flask, page: Page) -> Iterator[tuple[str, str, str]]:
    """Yield where a page leads to among our own addresses: how, where, and by what route."""
    adapter = app.url_map.bind("localhost")
    links = [("GET", path) for path in page.values("a[href]", "href")]
    forms = [(form.attributes.get("method") or "get", form.attributes.get("action")) for form in page.tree.css("form")]
    for method, address in [*links, *forms]:
        path = (address or "").partition("#")[0]
        if path.startswith("/") and not path.startswith("/static/"):
            endpoint, _ = adapter.match(path.partition("?")[0], method=method.upper())
            yield method.upper(), path, str(endpoint)


@pytest.mark.parametrize("who", EVERYBODY)
def test_pages_show_a_person_only_what_they_may_do(
    app: Flask, build: Builder, world: dict[str, Any], people: dict[str, Browser], who: str
) -> None:
    with build.inside() as session:
        session.get_one(Assistant, world["assistant_id"]).audience = Audience.ANYONE
        session.commit()
    at_home = "admin" if who == "stranger" else who  # Whoever is a stranger here runs an organization elsewhere.
    wrong, known, waiting = [], set[str](), ["/", "/conversations"]
    while waiting:
        path = waiting.pop()
        answer = people[who].get(path)
        if answer.status_code >= 400:
            wrong.append(f"what is offered at {path} answers {answer.status_code}")
        for method, address, endpoint in offered(app, Page(answer)) if answer.mimetype == "text/html" else ():
            row = ROUTES[endpoint].seen
            if method == "POST" and row not in (OWN, OWN_ACCOUNT, AUDIENCE) and row[at_home] != IN:
                wrong.append(f"{path} offers {endpoint}")
            if method == "GET" and endpoint not in known:
                known.add(endpoint)
                waiting.append(address)
    assert not wrong, "\n".join(wrong)
    assert "chat.index" in known
    assert ("figures.show" in known) == ("audit.index" in known) == (at_home in {"admin", "super_admin"})
    assert ("admin.index_people" in known) == (who == "super_admin")
