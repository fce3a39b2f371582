"""Mailed links: an address is verified or changed, a forgotten password replaced."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update

from tests.builders import Builder
from tests.fakes.mailbox import link_in
from webapp.accounts.models import Link, Person, Session
from webapp.audit.models import Entry
from webapp.mail.models import Mail
from webapp.records import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Browser

DORA = {
    "name": "Dora",
    "email": "dora@example.org",
    "password": "a short sentence",
    "software_background": "Beginner",
    "hardware_background": "Robotics enthusiast",
}
DORA_SIGNS_IN = {"email": DORA["email"], "password": DORA["password"]}
NEW = "quite another sentence"


@pytest.fixture
def build(app: Flask, make_app: Callable[..., Flask]) -> Builder:
    """A deployment whose mail stays in the outbox."""
    return Builder(make_app(embedded=True))


@pytest.fixture
def dora(build: Builder) -> Browser:
    browser = build.browser()
    assert browser.send("/signup", DORA).status == 303
    return browser


def mails(build: Builder, recipient: str = DORA["email"]) -> list[Mail]:
    """Return what was written to an address, oldest first."""
    with build.inside() as session:
        found = session.scalars(select(Mail).where(Mail.recipient == recipient).order_by(Mail.id)).all()
        session.expunge_all()
        return list(found)


def link_to(build: Builder, recipient: str = DORA["email"]) -> str:
    """Return the path of the link in the newest mail to an address."""
    return link_in(mails(build, recipient)[-1].text)


def person(build: Builder) -> Person:
    with build.inside() as session:
        found = session.scalars(select(Person)).one()
        session.expunge(found)
        return found


def actions(build: Builder) -> list[str]:
    with build.inside() as session:
        return list(session.scalars(select(Entry.action).order_by(Entry.id)))


def run_out(build: Builder) -> None:
    with build.inside() as session:
        session.execute(update(Link).values(expires_at=now() - timedelta(seconds=1)))
        session.commit()


def forgotten(build: Builder, email: str = DORA["email"]) -> str:
    """Ask for a new password, and return the path of the link."""
    assert build.browser().send("/password/forgot", {"email": email}).location == "/password/forgot/sent"
    return link_to(build)


# Whose the address is


def test_an_address_is_verified_by_the_button_and_not_by_opening_the_link(dora: Browser, build: Builder) -> None:
    assert f"A mail is on its way to {DORA['email']}" in dora.read("/").words("#flash")
    assert "not verified yet" in dora.read("/profile").words("main")
    link = link_to(build)
    assert link.startswith("/verify/")
    anywhere = build.browser()  # Mails are often read on another device, where nobody is signed in.
    for _ in range(2):
        assert DORA["email"] in anywhere.read(link).words("main")
        assert person(build).email_verified_at is None
    assert anywhere.send(link).location == "/"
    assert person(build).email_verified_at is not None
    assert "dora@example.org is verified." in anywhere.read("/").words("#flash")
    page = dora.read("/profile")
    assert page.words("[aria-label='Your address'] .row__name") == "Your address is verified"
    assert "Send the link again" not in page.words("main")


def test_a_link_works_once_and_runs_out(dora: Browser, build: Builder) -> None:
    link = link_to(build)
    assert dora.send(link).location == "/profile"
    for page in (dora.read(link), dora.send(link)):
        assert (page.status, page.words("h1")) == (404, "This link leads nowhere any more")
    late = forgotten(build)
    run_out(build)
    assert dora.read(late).status == dora.send(late, {"password": NEW}).status == 404
    assert dora.send("/verify/nobody-has-it").status == 404


def test_only_the_digest_of_a_link_is_stored(dora: Browser, build: Builder) -> None:
    token = link_to(build).rpartition("/")[2]
    with build.inside() as session:
        assert token.encode() not in session.scalars(select(Link.token_hash)).one()
        assert len(session.scalars(select(Link.token_hash)).one()) == 32


def test_the_link_is_sent_again_a_few_times_an_hour(dora: Browser, build: Builder) -> None:
    for _ in range(5):
        assert dora.send("/profile/verification").location == "/profile"
    assert "on its way to dora@example.org" in dora.read("/profile").words("#flash")
    assert len(mails(build)) == 6
    assert dora.send("/profile/verification").status == 429
    assert build.browser().send("/profile/verification").location == "/login"
    dora.send(link_to(build))
    assert dora.read(link_in(mails(build)[0].text)).status == 404, "one used link uses up the others"


def test_who_is_verified_is_sent_no_other_link(dora: Browser, build: Builder) -> None:
    dora.send(link_to(build))
    assert dora.send("/profile/verification").status == 303
    assert len(mails(build)) == 1


# A forgotten password


def test_a_forgotten_password_is_replaced_by_mail(dora: Browser, build: Builder) -> None:
    assert build.browser().read("/login").values("main a", "href") == ["/password/forgot"]
    link = forgotten(build)
    browser = build.browser()
    assert "For dora@example.org." in browser.read(link).words("main")
    page = browser.send(link, {"password": NEW})
    assert page.location == "/login"
    assert "Sign in with the new one" in browser.read("/login").words("#flash")
    assert dora.read("/profile").status == 303, "every session has ended"
    assert browser.read("/profile").status == 303, "a link alone signs nobody in"
    assert browser.send("/login", DORA_SIGNS_IN).status == 422
    assert browser.send("/login", DORA_SIGNS_IN | {"password": NEW}).status == 303
    assert person(build).email_verified_at is not None
    assert "password.reset" in actions(build)
    assert browser.send(link, {"password": "yet another sentence"}).status == 404


def test_whether_an_address_has_an_account_is_not_told(dora: Browser, build: Builder) -> None:
    known, unknown = build.browser(), build.browser()
    answers = [
        known.send("/password/forgot", {"email": DORA["email"].upper()}),
        unknown.send("/password/forgot", {"email": "nobody@example.org"}),
    ]
    assert answers[0].status == answers[1].status == 303
    assert answers[0].location == answers[1].location
    assert answers[0].html == answers[1].html
    assert known.read(answers[0].location).words("main") == unknown.read(answers[1].location).words("main")
    assert [mail.subject for mail in mails(build)] == ["Is this your address?", "A new password"]
    assert mails(build, "nobody@example.org") == []


@pytest.mark.parametrize(("email", "said"), [("", "Enter your e-mail"), ("dora", "has an @")])
def test_what_is_no_address_is_said_beside_the_field(build: Builder, email: str, said: str) -> None:
    page = build.browser().send("/password/forgot", {"email": email})
    assert page.status == 422
    assert said in page.error_beside("email")
    assert page.values("#email", "value") == [email]


def test_asking_for_a_password_is_limited_for_an_address_and_for_a_network(dora: Browser, build: Builder) -> None:
    browser = build.browser()
    for email in ["dora@example.org"] * 5:
        assert browser.send("/password/forgot", {"email": email}).status == 303
    assert browser.send("/password/forgot", {"email": "Dora@Example.org "}).status == 429
    for number in range(25):
        assert browser.send("/password/forgot", {"email": f"{number}@example.org"}).status == 303
    assert browser.send("/password/forgot", {"email": "one-more@example.org"}).status == 429
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}
    assert browser.send("/password/forgot", {"email": "one-more@example.org"}, **elsewhere).status == 303
    assert len(mails(build)) == 6


def test_a_new_password_is_looked_at_before_the_link_is_used(dora: Browser, build: Builder) -> None:
    link = forgotten(build)
    for password, said in (("short", "At least 10"), ("dora@example.org", "guessed first"), ("", "Choose a")):
        page = dora.send(link, {"password": password})
        assert (page.status, said in page.error_beside("password")) == (422, True)
    assert dora.send(link, {"password": NEW}).status == 303


def test_a_changed_password_uses_up_the_links_that_were_sent(dora: Browser, build: Builder) -> None:
    change(dora, "new@example.org")
    to_new, to_password = link_to(build, "new@example.org"), forgotten(build)
    dora.send("/profile/security", {"current": DORA["password"], "password": NEW})
    assert dora.read(to_password).status == dora.read(to_new).status == 404
    change(dora, "new@example.org", NEW)
    to_new = link_to(build, "new@example.org")
    assert build.browser().send(forgotten(build), {"password": DORA["password"]}).status == 303
    assert dora.read(to_new).status == 404, "whoever knew the old password may have asked for it"


def test_a_link_of_one_purpose_serves_no_other(dora: Browser, build: Builder) -> None:
    verification, reset = link_to(build), forgotten(build)
    assert dora.read(verification.replace("/verify/", "/password/reset/")).status == 404
    assert dora.send(reset.replace("/password/reset/", "/verify/")).status == 404
    assert person(build).email_verified_at is None


# Another address


def change(browser: Browser, email: str, password: str = DORA["password"]) -> None:
    page = browser.send("/profile/email", {"email": email, "current": password})
    assert (page.status, page.location) == (303, "/profile")


def test_an_address_changes_when_the_link_at_the_new_one_is_used(dora: Browser, build: Builder) -> None:
    to_old = forgotten(build)
    change(dora, "New@Example.org")
    assert "on its way to new@example.org" in dora.read("/profile").words("#flash")
    assert person(build).email == DORA["email"]
    link = link_to(build, "new@example.org")
    assert "no longer to dora@example.org" in dora.read(link).words("main")
    assert dora.send(link).status == 303
    changed = person(build)
    assert (changed.email, changed.email_verified_at is not None) == ("new@example.org", True)
    told = mails(build)[-1]
    assert told.subject == "Your address was changed"
    assert "by new@example.org" in " ".join(told.text.split())
    assert "email.changed" in actions(build)
    assert dora.read("/profile").status == 200
    assert dora.read(to_old).status == 404, "a link at the old address opens the account no more"
    assert build.browser().send("/login", DORA_SIGNS_IN | {"email": "new@example.org"}).status == 303


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"current": "not it at all"}, "current", "This is not your password."),
        ({"current": ""}, "current", "Enter your password."),
        ({"email": "new"}, "email", "has an @"),
        ({"email": "DORA@example.org"}, "email", "This is your address already."),
        ({"email": "eve@example.org"}, "email", "already has an account"),
    ],
)
def test_an_address_that_cannot_be_is_said_beside_the_field(
    dora: Browser, build: Builder, typed: dict[str, str], field: str, said: str
) -> None:
    build.person("Eve")
    told = {"email": "new@example.org", "current": DORA["password"]} | typed
    page = dora.send("/profile/email", told)
    assert page.status == 422
    assert said in page.error_beside(field)
    assert page.values("#email", "value") == [told["email"].lower()]
    assert page.values("#current", "value") in ([], [""])
    assert mails(build, "new@example.org") == []


def test_an_address_that_was_taken_meanwhile_stays_with_who_took_it(dora: Browser, build: Builder) -> None:
    change(dora, "new@example.org")
    build.person("Eve", email="new@example.org")
    page = dora.send(link_to(build, "new@example.org"))
    assert page.location == "/"
    assert "already has an account" in dora.read("/").words(".flash--negative")
    with build.inside() as session:
        assert session.scalar(select(func.count()).select_from(Person).where(Person.email == DORA["email"])) == 1


def test_a_second_change_takes_the_place_of_the_first(dora: Browser, build: Builder) -> None:
    change(dora, "one@example.org")
    change(dora, "two@example.org")
    assert dora.send(link_to(build, "one@example.org")).status == 404
    assert dora.send(link_to(build, "two@example.org")).status == 303
    assert person(build).email == "two@example.org"


def test_ones_own_address_is_changed_signed_in(build: Builder) -> None:
    guest = build.browser()
    assert guest.read("/profile/email").location == "/login?next=/profile/email"
    assert guest.send("/profile/email").location == "/login"


# Where links lead


def test_links_lead_to_the_public_address_or_to_the_host_that_was_asked(
    app: Flask, make_app: Callable[..., Flask]
) -> None:
    asked = Builder(make_app(embedded=True))
    asked.browser().send("/signup", DORA)
    assert "http://localhost/verify/" in mails(asked)[-1].text
    public = Builder(make_app(embedded=True, public_url="https://chat.example.org/"))
    public.browser().send("/password/forgot", {"email": DORA["email"]}, headers={"Host": "evil.example"})
    assert "https://chat.example.org/password/reset/" in mails(public)[-1].text
    assert "evil.example" not in mails(public)[-1].html


def test_where_no_mail_goes_the_pages_say_so(guest: Browser, app: Flask, make_app: Callable[..., Flask]) -> None:
    build = Builder(make_app())
    browser = build.browser()
    browser.send("/signup", DORA)
    assert browser.read("/").words("#flash") == ""
    assert "sends no mail" in browser.read("/password/forgot").words("main")
    assert browser.send("/password/forgot", {"email": DORA["email"]}).status == 422
    assert "sends none" in browser.read("/profile/email").words("main")
    change = {"email": "new@example.org", "current": DORA["password"]}
    assert browser.send("/profile/email", change).status == 422
    assert "Send the link" not in browser.read("/profile").words("main")
    with build.inside() as session:
        assert session.scalar(select(func.count()).select_from(Link)) == 0


def test_ended_sessions_are_those_of_the_person_alone(dora: Browser, build: Builder) -> None:
    eve = build.browser(build.person("Eve"))
    build.browser().send(forgotten(build), {"password": NEW})
    assert eve.read("/profile").status == 200
    with build.inside() as session:
        assert session.scalar(select(func.count()).select_from(Session)) == 1


# The outbox


def test_the_outbox_shows_every_mail_in_both_forms(dora: Browser, build: Builder) -> None:
    forgotten(build)
    guest = build.browser()
    index = guest.read("/outbox")
    assert index.each(".row__name") == ["A new password", "Is this your address?"]
    [first, _] = index.values(".row__name", "href")
    page = guest.read(first)
    [link] = page.values("[aria-label=Mail] a", "href")
    assert link.removeprefix("http://localhost") == link_to(build)
    html = guest.read(f"{first}/html")
    assert link in html.values("a", "href")
    assert "script-src" not in html.headers["Content-Security-Policy"]
    assert "default-src 'none'" in html.headers["Content-Security-Policy"]
    assert guest.read("/outbox/0190a000-0000-7000-8000-000000000000").status == 404


@pytest.mark.parametrize(
    ("settings", "options"),
    [
        ({"embedded": True}, {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}),
        ({"embedded": True}, {"headers": {"Host": "evil.example"}}),
        ({"embedded": True, "smtp_url": "smtp://127.0.0.1:1", "mail_from": "a@example.org"}, {}),
        ({}, {}),
    ],
    ids=["from another machine", "by a name of another", "with a mail server", "on a host"],
)
def test_nobody_else_reads_the_outbox(
    dora: Browser, build: Builder, make_app: Callable[..., Flask], settings: dict[str, Any], options: dict[str, Any]
) -> None:
    [mail] = mails(build)
    other = Builder(make_app(**settings)).browser()
    for path in ("/outbox", f"/outbox/{mail.id}", f"/outbox/{mail.id}/html"):
        assert dora.read(path).status == 200
        assert other.read(path, **options).status == 404
