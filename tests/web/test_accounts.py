"""Accounts: signing up, signing in and out, and one's own profile."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select, update

from tests.builders import GEAR_QUESTION, Builder, Row
from webapp.accounts.cookies import GUEST_COOKIE, SESSION_COOKIE
from webapp.accounts.models import Guest, HardwareBackground, Person, Session, SoftwareBackground
from webapp.accounts.passwords import NOBODY, matches
from webapp.accounts.sessions import described
from webapp.chat.models import Conversation
from webapp.organizations.models import Membership
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


@pytest.fixture
def dora(guest: Browser) -> Browser:
    """Somebody who signed up through the page."""
    assert guest.send("/signup", DORA).status == 303
    return guest


def count(build: Builder, model: type) -> int:
    with build.inside() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_form_asks_for_both_backgrounds_in_their_own_words(guest: Browser) -> None:
    page = guest.read("/signup")
    assert page.each("#software_background option") == [str(choice) for choice in SoftwareBackground]
    assert page.each("#hardware_background option") == [str(choice) for choice in HardwareBackground]
    assert page.values("form [name]", "name") == [
        "name",
        "email",
        "password",
        "software_background",
        "hardware_background",
    ]


def test_signing_up_keeps_every_field_and_signs_in(guest: Browser, build: Builder) -> None:
    page = guest.send("/signup", DORA | {"email": " Dora@Example.ORG "})
    assert (page.status, page.location) == (303, "/")
    with build.inside() as session:
        person = session.scalars(select(Person)).one()
        assert (person.name, person.email) == ("Dora", "dora@example.org")
        assert (person.software_background, person.hardware_background) == ("Beginner", "Robotics enthusiast")
        assert person.password_hash.startswith("$argon2id$")
        assert not person.super_admin
    assert "Signed in as dora@example.org." in guest.read("/profile").words("main")


def test_the_cookie_holds_only_a_token_and_no_script_can_read_it(guest: Browser, build: Builder) -> None:
    page = guest.send("/signup", DORA)
    cookie = next(cookie for cookie in page.headers.getlist("Set-Cookie") if cookie.startswith(SESSION_COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    token = cookie.partition("=")[2].partition(";")[0]
    with build.inside() as session:
        assert token.encode() != session.scalars(select(Session.token_hash)).one()
        person = session.scalars(select(Person)).one()
        assert str(person.id) not in token
        assert person.id.hex not in token


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Say how we should call you."),
        ("name", "x" * 121, "At most 120 characters."),
        ("email", "", "We need an address to sign you in."),
        ("email", "dora.example.org", "An address has an @ in it"),
        ("email", "dora@example", "This address has no ending"),
        ("password", "", "Choose a password."),
        ("password", "short", "At least 10 characters."),
        ("password", "x" * 201, "At most 200 characters."),
        ("software_background", "Wizard", "Not a valid choice."),
        ("hardware_background", "", "Not a valid choice."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(
    guest: Browser, build: Builder, field: str, value: str, sentence: str
) -> None:
    page = guest.send("/signup", DORA | {field: value})
    assert page.status == 422
    assert sentence in page.error_beside(field)
    kept = {name: given for name, given in DORA.items() if name not in {field, "password"}}
    shown = dict(zip(page.values("input[name]", "name"), page.values("input[name]", "value"), strict=True))
    chosen = {
        name: next(iter(page.values(f"#{name} option[selected]", "value")), "")
        for name in ("software_background", "hardware_background")
    }
    for name, given in kept.items():
        assert (shown | chosen)[name] == given
    assert page.values("#password", "value") in ([], [""])
    assert count(build, Person) == 0


GUESSED = [
    ("password123", "very common password"),
    ("1234567890", "common password"),
    ("qwertyuiop", "common password"),
    ("P@ssw0rd2024", "similar to a commonly used password"),
    ("aaaaaaaaaaaa", "Repeats"),
    ("Dora dora", "At least 10"),
    ("dora@example.org", "Your name and your address are guessed first."),
    ("dora-example", "Your name and your address are guessed first."),
]


@pytest.mark.parametrize(("password", "sentence"), GUESSED)
def test_a_password_that_would_soon_be_guessed_is_refused_with_the_reason(
    guest: Browser, build: Builder, password: str, sentence: str
) -> None:
    page = guest.send("/signup", DORA | {"password": password})
    assert page.status == 422
    assert sentence in page.error_beside("password")
    assert count(build, Person) == 0
    guest.send("/signup", DORA)
    page = guest.send("/profile/security", {"current": DORA["password"], "password": password})
    assert (page.status, sentence in page.error_beside("password")) == (422, True)


@pytest.mark.parametrize(
    "password", ["another sentence", "vR8!kq2-zT", "the heron waits " * 12, "蒼い鷺が川辺で待っている朝"]
)
def test_a_good_password_is_taken_however_it_is_made(guest: Browser, password: str) -> None:
    assert guest.send("/signup", DORA | {"password": password}).status == 303


def test_an_address_has_one_account(guest: Browser, dora: Browser, build: Builder) -> None:
    page = build.browser().send("/signup", DORA | {"email": "DORA@example.org", "name": "Another"})
    assert page.status == 422
    assert "already has an account" in page.error_beside("email")
    assert count(build, Person) == 1


def test_signing_in_needs_the_right_password(dora: Browser, build: Builder) -> None:
    browser = build.browser()
    wrong = browser.send("/login", DORA_SIGNS_IN | {"password": "another sentence"})
    unknown = browser.send("/login", DORA_SIGNS_IN | {"email": "nobody@example.org"})
    assert wrong.status == unknown.status == 422
    assert wrong.error_beside("password") == unknown.error_beside("password")
    assert wrong.values("#email", "value") == [DORA["email"]]
    assert browser.send("/login", DORA_SIGNS_IN).status == 303
    assert browser.read("/profile").status == 200


def test_signing_out_ends_the_session_on_the_server(dora: Browser, build: Builder) -> None:
    cookie = dora.get_cookie(SESSION_COOKIE)
    assert cookie
    assert count(build, Session) == 1
    assert dora.send("/logout").status == 303
    assert count(build, Session) == 0
    dora.set_cookie(SESSION_COOKIE, cookie.value)
    assert dora.read("/profile").location == "/login?next=/profile"


def test_signing_out_twice_is_harmless(dora: Browser) -> None:
    assert dora.send("/logout").status == 303
    assert dora.send("/logout").status == 303


def test_a_session_runs_out(dora: Browser, build: Builder) -> None:
    assert dora.read("/profile").status == 200
    with build.inside() as session:
        session.execute(update(Session).values(expires_at=now() - timedelta(seconds=1)))
        session.commit()
    assert dora.read("/profile").location == "/login?next=/profile"


def test_signing_up_again_while_signed_in_goes_home(dora: Browser) -> None:
    assert dora.read("/signup").location == "/"
    assert dora.read("/login").location == "/"


def test_what_a_guest_asked_comes_along(guest: Browser, build: Builder, tutor: Row) -> None:
    asked = guest.begin("tutor", GEAR_QUESTION)
    other = build.browser().begin("tutor", "Somebody else's question")
    assert guest.send("/signup", DORA).status == 303
    assert guest.get_cookie(GUEST_COOKIE) is None
    assert asked.page.title.startswith("Does a strain wave gear")
    assert guest.read(other.path).status == 404
    with build.inside() as session:
        person = session.scalars(select(Person)).one()
        assert session.scalars(select(Conversation.person_id).where(Conversation.id == asked.id)).one() == person.id


def test_what_a_guest_asked_comes_along_when_they_sign_in(dora: Browser, build: Builder, tutor: Row) -> None:
    browser = build.browser()
    asked = browser.begin("tutor", GEAR_QUESTION)
    assert browser.send("/login", DORA_SIGNS_IN).status == 303
    assert asked.page.status == 200
    assert dora.read(asked.path).status == 200


def test_a_guest_is_a_row_only_after_a_question(guest: Browser, build: Builder, tutor: Row) -> None:
    guest.read("/")
    guest.read("/assistants/tutor")
    assert count(build, Guest) == 0
    guest.begin("tutor", GEAR_QUESTION)
    guest.begin("tutor", GEAR_QUESTION)
    assert count(build, Guest) == 1


def test_the_profile_is_changed_and_answers_know_it(dora: Browser) -> None:
    told = {
        "name": "Dora the Second",
        "software_background": "Full-stack developer",
        "hardware_background": "PCB designer",
        "theme": "dark",
    }
    assert dora.send("/profile", told).location == "/profile"
    page = dora.read("/profile")
    assert "Your profile was saved." in page.words("#flash")
    assert page.values("#name", "value") == ["Dora the Second"]
    assert page.values("html", "data-theme") == ["dark"]
    assert page.values("#software_background option[selected]", "value") == ["Full-stack developer"]


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "x" * 121), ("theme", "pink"), ("software_background", "")]
)
def test_a_profile_that_cannot_be_is_refused(dora: Browser, field: str, value: str) -> None:
    told = {"name": "D", "software_background": "Other", "hardware_background": "Other", "theme": "system"}
    page = dora.send("/profile", told | {field: value})
    assert page.status == 422
    assert page.error_beside(field)
    assert dora.read("/profile").values("#name", "value") == ["Dora"]


def test_the_profile_sends_who_is_signed_out_to_sign_in_and_back(guest: Browser, dora: Browser) -> None:
    guest.send("/logout")
    page = guest.read("/profile")
    assert (page.status, page.location) == (303, "/login?next=/profile")
    assert guest.read(page.location).values("[name=next]", "value") == ["/profile"]
    part = guest.read("/profile", part="main")
    assert (part.status, part.headers["HX-Redirect"]) == (204, "/login")
    back = guest.send("/login", DORA_SIGNS_IN | {"next": "/profile"})
    assert back.location == "/profile"


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\t\\evil.example",
    "/\n/evil.example",
    "/\r\\evil.example",
    "javascript:alert(1)",
    "evil.example",
    " //evil.example",
    "///evil.example",
    "/\x00/evil.example",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
@pytest.mark.parametrize("part", ["", "main"])
def test_signing_in_leads_to_no_other_site(dora: Browser, build: Builder, elsewhere: str, part: str) -> None:
    browser = build.browser()
    page = browser.send("/login", DORA_SIGNS_IN | {"next": elsewhere}, part=part)
    assert page.status == (204 if part else 303)
    assert page.location == "/"


def test_guessing_a_password_ends_after_ten_tries(dora: Browser, build: Builder) -> None:
    browser = build.browser()
    for _ in range(10):
        assert browser.send("/login", DORA_SIGNS_IN | {"password": "wrong"}).status == 422
    page = browser.send("/login", DORA_SIGNS_IN)
    assert page.status == 429
    assert 1 <= int(page.headers["Retry-After"]) <= 61
    assert "seconds" in page.words("main")
    assert browser.send("/login", DORA_SIGNS_IN | {"email": "other@example.org"}).status == 422


def test_guessing_at_many_accounts_ends_for_a_network_and_for_nobody_else(dora: Browser, build: Builder) -> None:
    browser = build.browser()
    for number in range(30):
        guess = {"email": f"somebody{number}@example.org", "password": "wrong"}
        assert browser.send("/login", guess).status == 422
    assert build.browser().send("/login", DORA_SIGNS_IN).status == 429
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.7"}}
    assert build.browser().send("/login", DORA_SIGNS_IN, **elsewhere).status == 303


def test_an_address_without_an_account_costs_as_much_as_a_wrong_password(dora: Browser, build: Builder) -> None:
    def least(email: str) -> float:
        """Return the processor's time of the quickest of some tries; what else goes on can only add to it."""
        spent = []
        for _ in range(5):
            before = time.process_time()
            assert build.browser().send("/login", {"email": email, "password": "wrong"}).status == 422
            spent.append(time.process_time() - before)
        return min(spent)

    hashing = time.process_time()
    matches(NOBODY, "wrong")
    hashing = time.process_time() - hashing
    known, unknown = least(DORA["email"]), least("nobody@example.org")
    assert min(known, unknown) > hashing * 0.7
    assert abs(known - unknown) < hashing * 0.7


# The first account


def make_first(make_app: Callable[..., Flask], address: str = "127.0.0.1", setup: str = "", **settings: Any) -> bool:
    """Sign the first person up and tell whether they run the deployment."""
    app = make_app(**settings)
    build = Builder(app)
    told = DORA | ({"setup": setup} if setup else {})
    page = build.browser().send("/signup", told, environ_overrides={"REMOTE_ADDR": address})
    assert page.status == 303
    with build.inside() as session:
        return session.scalars(select(Person.super_admin)).one()


@pytest.mark.parametrize(
    ("settings", "address", "setup", "expected"),
    [
        ({}, "127.0.0.1", "", False),
        ({"embedded": True}, "127.0.0.1", "", True),
        ({"embedded": True}, "::1", "", True),
        ({"embedded": True}, "192.0.2.7", "", False),
        ({"setup_token": "once-upon-a-time"}, "192.0.2.7", "once-upon-a-time", True),
        ({"setup_token": "once-upon-a-time"}, "127.0.0.1", "another", False),
        ({"setup_token": "once-upon-a-time"}, "127.0.0.1", "", False),
        ({}, "127.0.0.1", "anything", False),
    ],
)
def test_the_first_account_runs_the_deployment_only_where_it_may(
    app: Flask,
    make_app: Callable[..., Flask],
    settings: dict[str, Any],
    address: str,
    setup: str,
    expected: bool,
) -> None:
    assert make_first(make_app, address, setup, **settings) is expected


def test_the_second_account_runs_nothing(app: Flask, make_app: Callable[..., Flask]) -> None:
    assert make_first(make_app, embedded=True)
    build = Builder(make_app(embedded=True))
    assert build.browser().send("/signup", DORA | {"email": "eve@example.org"}).status == 303
    with build.inside() as session:
        assert not session.scalars(select(Person.super_admin).where(Person.email == "eve@example.org")).one()


def test_the_first_account_runs_what_is_there_already(
    app: Flask, robots: Row, clinic: Row, make_app: Callable[..., Flask]
) -> None:
    assert make_first(make_app, embedded=True)
    with Builder(app).inside() as session:
        assert set(session.execute(select(Membership.organization_id, Membership.role)).all()) == {
            (robots.id, "admin"),
            (clinic.id, "admin"),
        }


def test_the_setup_token_survives_a_form_that_was_refused(app: Flask, make_app: Callable[..., Flask]) -> None:
    browser = Builder(make_app(setup_token="once-upon-a-time")).browser()
    assert browser.read("/signup?setup=once-upon-a-time").values("[name=setup]", "value") == ["once-upon-a-time"]
    page = browser.send("/signup", DORA | {"name": "", "setup": "once-upon-a-time"})
    assert page.values("[name=setup]", "value") == ["once-upon-a-time"]


def test_behind_tls_the_cookie_travels_only_there(make_app: Callable[..., Flask], app: Flask) -> None:
    browser = Builder(make_app(trusted_proxies=1)).browser()
    page = browser.send("/signup", DORA, headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"})
    assert "Secure" in next(c for c in page.headers.getlist("Set-Cookie") if c.startswith(SESSION_COOKIE))
    assert page.headers["Strict-Transport-Security"]


# Where one is signed in, and the password


def signed_in_with(build: Builder, person: Row, agent: str) -> Browser:
    """Return another browser of the person, which calls itself so."""
    browser = build.browser(person)
    with build.inside() as session:
        newest = select(Session).where(Session.person_id == person.id).order_by(Session.created_at.desc()).limit(1)
        session.scalars(newest).one().agent = agent
        session.commit()
    return browser


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_sessions_are_listed_and_ended_one_by_one(ada: Browser, ben: Browser, build: Builder) -> None:
    phone, desk = signed_in_with(build, ada.person, "Nokia"), signed_in_with(build, ada.person, FIREFOX)
    page = ada.read("/profile/sessions")
    assert page.each("[aria-label=Browsers] .row__name")[1:] == ["Firefox on Linux", "A browser"]
    assert "This browser" in page.each("[aria-label=Browsers] .row")[0]
    (first, second) = page.values("[aria-label=Browsers] form", "action")
    assert ben.send(first).status == 404
    assert ada.send(first).status == 303
    assert desk.read("/profile").status == 303
    assert phone.read("/profile").status == 200
    assert ada.send("/profile/sessions/end").status == 303
    assert phone.read("/profile").status == 303
    assert ada.read("/profile").status == 200
    assert ben.read("/profile").status == 200
    assert ada.send(second).status == 404


def test_a_new_password_signs_every_other_browser_out(guest: Browser, app: Flask, build: Builder) -> None:
    guest.send("/signup", DORA)
    other = build.browser()
    other.send("/login", DORA_SIGNS_IN)
    wrong = guest.send("/profile/security", {"current": "wrong one", "password": "another sentence"})
    assert (wrong.status, wrong.error_beside("current")) == (422, "This is not your password.")
    short = guest.send("/profile/security", {"current": DORA["password"], "password": "short"})
    assert (short.status, "At least" in short.error_beside("password")) == (422, True)
    assert other.read("/profile").status == 200
    changed = {"current": DORA["password"], "password": "another sentence"}
    assert guest.send("/profile/security", changed).status == 303
    assert guest.read("/profile").status == 200
    assert other.read("/profile").status == 303
    assert other.send("/login", DORA_SIGNS_IN).status == 422
    assert other.send("/login", DORA_SIGNS_IN | {"password": "another sentence"}).status == 303


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0 Safari/537.36", "Chrome on a Mac"),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)  # fmt: skip
def test_a_browser_is_called_what_people_call_it(agent: str, name: str) -> None:
    assert described(agent) == name
