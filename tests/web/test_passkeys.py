"""Passkeys: registering, signing in with one, removing them, and what a server must not believe."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyotp
import pytest
from sqlalchemy import func, select, update
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from tests.builders import GEAR_QUESTION, Builder
from tests.fakes.authenticator import Authenticator
from tests.web.test_accounts import DORA, DORA_SIGNS_IN
from webapp.accounts.models import Passkey, Person, Session
from webapp.audit.models import Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Browser, Page
    from tests.builders import Row

PASSKEYS, SIGN_IN = "/profile/security/passkeys", "/login/passkey"
REFUSED = "This passkey did not sign you in."


def register(browser: Browser, device: Authenticator, name: str = "Telephone", **altered: str) -> Page:
    """Make a passkey, with parts of the device's answer altered."""
    options = browser.post(f"{PASSKEYS}/challenge").json
    credential = device.create(options)
    credential["response"] |= altered
    return browser.send(PASSKEYS, {"name": name, "credential": json.dumps(credential)})


def answer(browser: Browser, device: Authenticator, **altered: str) -> dict[str, str]:
    """Return the form with which a device answers a fresh challenge, with parts of it altered."""
    credential = device.get(browser.post(f"{SIGN_IN}/challenge").json)
    credential["response"] |= altered
    return {"credential": json.dumps(credential)}


def rows(build: Builder, model: type) -> int:
    with build.inside() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def names(browser: Browser) -> list[str]:
    return browser.read(PASSKEYS).each("[aria-label='Your passkeys'] .row__name")


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


@pytest.fixture
def dora(guest: Browser, device: Authenticator) -> Browser:
    """Somebody with a password and a passkey on her device."""
    assert guest.send("/signup", DORA).status == 303
    assert register(guest, device).location == PASSKEYS
    return guest


def test_passkeys_are_registered_with_names(dora: Browser, build: Builder) -> None:
    assert register(dora, Authenticator(), "Security key").status == 303
    assert names(dora) == ["Telephone", "Security key"]
    with build.inside() as session:
        entry = session.scalars(select(Entry).order_by(Entry.created_at.desc())).first()
        assert entry
        assert (entry.action, entry.details) == ("second_factor.added", {"kind": "passkey", "name": "Security key"})


def test_registering_asks_for_a_key_that_stays_and_verifies(dora: Browser, device: Authenticator) -> None:
    options: Any = dora.post(f"{PASSKEYS}/challenge").json
    assert options["rp"] == {"name": "Colloquy", "id": "localhost"}
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert [known["id"] for known in options["excludeCredentials"]] == [bytes_to_base64url(device.credential_id)]
    again: Any = dora.post(f"{PASSKEYS}/challenge").json
    assert again["challenge"] != options["challenge"]


@pytest.mark.parametrize(("name", "sentence"), [(" ", "Give it a name"), ("x" * 81, "At most 80 characters.")])
def test_a_passkey_needs_a_good_name(dora: Browser, name: str, sentence: str) -> None:
    page = register(dora, Authenticator(), name)
    assert page.status == 422
    assert sentence in page.error_beside("name")
    assert names(dora) == ["Telephone"]


def test_a_device_is_registered_once(dora: Browser, device: Authenticator, build: Builder) -> None:
    page = register(dora, device, "Again")
    assert (page.status, page.values("#name", "value")) == (422, ["Again"])
    assert "has a passkey here already" in page.words("#errors")
    assert rows(build, Passkey) == 1


def test_signing_in_takes_no_password(dora: Browser, device: Authenticator, build: Builder) -> None:
    browser = build.browser()
    page = browser.send(f"{SIGN_IN}?next=/conversations", answer(browser, device))
    assert page.location == "/conversations"
    assert "Signed in as dora@example.org." in browser.read("/profile").words("main")
    assert "Used" in browser.read(PASSKEYS).words("[aria-label='Your passkeys']")
    with build.inside() as session:
        entry = session.scalars(select(Entry).order_by(Entry.created_at.desc())).first()
        assert entry
        assert (entry.action, entry.details) == ("session.started", {"how": "passkey"})


def test_a_passkey_counts_as_both_factors(dora: Browser, device: Authenticator, build: Builder) -> None:
    factor = "/profile/security/second-factor"
    dora.send(factor)
    secret = dora.read(factor).words("#secret").replace(" ", "")
    assert dora.send(f"{factor}/confirmation", {"code": pyotp.TOTP(secret).at(int(time.time()))}).status == 200
    assert build.browser().send("/login", DORA_SIGNS_IN).location == "/login/second-factor"
    browser = build.browser()
    assert browser.send(SIGN_IN, answer(browser, device)).location == "/"


def test_what_a_guest_asked_comes_along_with_a_passkey(
    dora: Browser, device: Authenticator, tutor: Row, build: Builder
) -> None:
    browser = build.browser()
    asked = browser.begin("tutor", GEAR_QUESTION)
    assert browser.send(SIGN_IN, answer(browser, device)).status == 303
    assert asked.page.status == 200
    assert dora.read(asked.path).status == 200


def refused(page: Page) -> bool:
    return page.status == 422 and REFUSED in page.words("#errors")


def test_a_challenge_is_answered_once(dora: Browser, device: Authenticator, build: Builder) -> None:
    browser = build.browser()
    sent = answer(browser, device)
    cookie = browser.get_cookie("pending_passkey_sign_in")
    assert cookie
    assert browser.send(SIGN_IN, sent).status == 303
    assert browser.get_cookie("pending_passkey_sign_in") is None
    again = build.browser()
    again.set_cookie("pending_passkey_sign_in", cookie.value)
    with build.inside() as session:
        session.execute(update(Passkey).values(sign_count=0))  # Many devices never count.
        session.commit()
    assert refused(again.send(SIGN_IN, sent))
    assert again.read("/profile").status == 303


def test_a_challenge_belongs_to_its_browser(dora: Browser, device: Authenticator, build: Builder) -> None:
    sent = answer(build.browser(), device)
    stranger = build.browser()
    assert refused(stranger.send(SIGN_IN, sent))
    stranger.post(f"{SIGN_IN}/challenge")
    assert refused(stranger.send(SIGN_IN, sent))


def altered_data(credential: dict[str, str], **changes: object) -> dict[str, str]:
    """Return what a device sent, with its client data altered and the signature left as it was."""
    told = json.loads(credential["credential"])
    client = json.loads(base64url_to_bytes(told["response"]["clientDataJSON"])) | changes
    told["response"]["clientDataJSON"] = bytes_to_base64url(json.dumps(client).encode())
    return {"credential": json.dumps(told)}


def test_what_was_altered_is_refused(dora: Browser, device: Authenticator, build: Builder) -> None:
    browser = build.browser()
    for changes in ({"origin": "https://evil.example"}, {"type": "webauthn.create"}, {"crossOrigin": True}):
        assert refused(browser.send(SIGN_IN, altered_data(answer(browser, device), **changes)))
    assert refused(browser.send(SIGN_IN, answer(browser, device, signature=bytes_to_base64url(b"x" * 70))))
    assert refused(browser.send(SIGN_IN, answer(browser, device, userHandle=bytes_to_base64url(uuid4().bytes))))
    assert refused(browser.send(SIGN_IN, answer(browser, device, authenticatorData=bytes_to_base64url(b"x" * 37))))
    assert browser.send(SIGN_IN, answer(browser, device)).status == 303


@pytest.mark.parametrize(
    "credential", ["", "null", "[]", "{}", "nonsense", "[" * 19_000, '{"id":"YQ","rawId":"YQ"}', "x" * 30_000]
)
def test_nonsense_is_refused_without_breaking(dora: Browser, build: Builder, credential: str) -> None:
    browser = build.browser()
    browser.post(f"{SIGN_IN}/challenge")
    assert refused(browser.send(SIGN_IN, {"credential": credential}))
    dora.post(f"{PASSKEYS}/challenge")
    page = dora.send(PASSKEYS, {"name": "Odd", "credential": credential})
    assert page.status == 422
    assert "made no passkey that we could use" in page.words("#errors")
    assert rows(build, Passkey) == 1


@pytest.mark.parametrize("part", ["clientDataJSON", "attestationObject"])
@pytest.mark.parametrize("content", [b"", b"x", b"\xff" * 40, b"{}", b"\xa0", b"\xa1\x61a\x61b"])
def test_a_registration_that_was_altered_is_refused(dora: Browser, build: Builder, part: str, content: bytes) -> None:
    assert register(dora, Authenticator(), **{part: bytes_to_base64url(content)}).status == 422
    assert rows(build, Passkey) == 1


def test_a_device_that_does_not_verify_its_owner_is_refused(dora: Browser, build: Builder) -> None:
    assert register(dora, Authenticator(verifies=False)).status == 422
    assert register(dora, Authenticator(origin="http://evil.example")).status == 422
    assert rows(build, Passkey) == 1


def test_a_passkey_that_nobody_registered_opens_nothing(dora: Browser, build: Builder) -> None:
    browser, stranger = build.browser(), Authenticator()
    assert refused(browser.send(SIGN_IN, answer(browser, stranger)))


def test_a_copied_device_that_counts_less_is_refused(dora: Browser, device: Authenticator, build: Builder) -> None:
    with build.inside() as session:
        session.execute(update(Passkey).values(sign_count=1000))
        session.commit()
    browser = build.browser()
    assert refused(browser.send(SIGN_IN, answer(browser, device)))


def test_a_challenge_for_registering_is_the_persons_own(dora: Browser, ben: Browser, build: Builder) -> None:
    device = Authenticator()
    credential = json.dumps(device.create(dora.post(f"{PASSKEYS}/challenge").json))
    cookie = dora.get_cookie("pending_passkey_registration")
    assert cookie
    ben.set_cookie("pending_passkey_registration", cookie.value)
    assert ben.send(PASSKEYS, {"name": "Telephone", "credential": credential}).status == 422
    assert rows(build, Passkey) == 1


def test_passkeys_are_removed_by_their_person(
    dora: Browser, ben: Browser, device: Authenticator, build: Builder
) -> None:
    [path] = dora.read(PASSKEYS).values("[aria-label='Your passkeys'] form", "action")
    assert ben.send(path).status == 404
    assert ben.send(f"{PASSKEYS}/{uuid4()}/removal").status == 404
    assert dora.send(path).location == PASSKEYS
    assert names(dora) == []
    assert dora.send(path).status == 404
    browser = build.browser()
    assert refused(browser.send(SIGN_IN, answer(browser, device)))


def test_the_only_way_in_stays(dora: Browser, build: Builder) -> None:
    with build.inside() as session:
        session.execute(update(Person).values(password_hash=""))
        session.commit()
    register(dora, Authenticator(), "Second")
    first, second = dora.read(PASSKEYS).values("[aria-label='Your passkeys'] form", "action")
    dora.send(first)
    dora.send(second)
    assert "your only way to sign in" in dora.read(PASSKEYS).words("#flash")
    assert names(dora) == ["Second"]


@pytest.mark.parametrize(
    ("address", "offered"),
    [
        ("http://localhost:8000", True),
        ("https://chat.example.org", True),
        ("http://chat.example.org", False),
        ("http://127.0.0.1:8000", False),
        ("http://[::1]:8000", False),
    ],
)
def test_passkeys_are_offered_where_browsers_allow_them(build: Builder, address: str, offered: bool) -> None:
    browser = build.browser()
    assert bool(browser.read("/login", base_url=address).tree.css_first("passkey-button")) is offered
    assert browser.send("/signup", DORA, base_url=address).status == 303
    page = browser.read(PASSKEYS, base_url=address)
    assert bool(page.tree.css_first("passkey-button")) is offered
    assert ("Browsers allow passkeys only at a secure address" in page.words("main")) is not offered


def test_behind_a_proxy_the_origin_is_the_one_outside(
    app: Flask, make_app: Callable[..., Flask], device: Authenticator
) -> None:
    build = Builder(make_app(trusted_proxies=1))
    browser, outside = build.browser(), Authenticator("https://chat.example.org")
    through = {
        "base_url": "http://chat.example.org",
        "headers": {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"},
    }
    browser.send("/signup", DORA, **through)
    options: Any = browser.post(f"{PASSKEYS}/challenge", **through).json
    assert options["rp"]["id"] == "chat.example.org"
    sent = {"name": "Telephone", "credential": json.dumps(outside.create(options))}
    assert browser.send(PASSKEYS, sent, **through).status == 303
    assert rows(build, Passkey) == 1


def test_the_pages_of_passkeys_are_for_people(guest: Browser, build: Builder) -> None:
    assert guest.read(PASSKEYS).location == f"/login?next={PASSKEYS}"
    for path in (PASSKEYS, f"{PASSKEYS}/challenge", f"{PASSKEYS}/{uuid4()}/removal"):
        assert guest.send(path).location == "/login"
    assert rows(build, Session) == 0
