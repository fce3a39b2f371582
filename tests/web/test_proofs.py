"""Showing once more who one is: before what, by what means, for how long, and in which browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from tests.fakes.authenticator import Authenticator
from tests.web.test_accounts import DORA, DORA_SIGNS_IN
from tests.web.test_identities import IDENTITIES, come_back, connected, github, issuer
from tests.web.test_passkeys import PASSKEYS, answer, register
from tests.web.test_second_factor import CODES, FACTOR, code, recovery_codes
from webapp.accounts.models import Identity, Passkey, Person, Session
from webapp.records import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser import Browser
    from tests.builders import Builder
    from tests.fakes.issuer import Issuer

__all__ = ["connected", "github", "issuer"]  # Fixtures.

PROOF = "/profile/security/proof"
LATER = timedelta(minutes=16)
RIGHT = {"password": DORA["password"]}


@pytest.fixture
def later(build: Builder) -> Callable[[], None]:
    """Let more than a quarter of an hour pass for every session."""

    def pass_by() -> None:
        with build.inside() as session:
            session.execute(update(Session).values(proved_at=Session.proved_at - LATER))
            session.commit()

    return pass_by


@pytest.fixture
def dora(guest: Browser) -> Browser:
    assert guest.send("/signup", DORA).status == 303
    return guest


def without_password(build: Builder) -> None:
    with build.inside() as session:
        session.execute(update(Person).values(password_hash=""))
        session.commit()


def count(build: Builder, model: type) -> int:
    with build.inside() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_whoever_signed_in_a_moment_ago_is_asked_nothing(dora: Browser, build: Builder) -> None:
    assert register(dora, Authenticator()).location == PASSKEYS
    assert dora.send(FACTOR).location == FACTOR
    assert "Turn it on" in dora.read(FACTOR).words("main")


@pytest.mark.parametrize(
    ("method", "path", "back"),
    [
        ("POST", PASSKEYS, PASSKEYS),
        ("POST", f"{PASSKEYS}/challenge", PASSKEYS),
        ("POST", FACTOR, FACTOR),
        ("POST", f"{FACTOR}/confirmation", FACTOR),
        ("GET", CODES, CODES),
        ("POST", CODES, CODES),
        ("GET", f"{IDENTITIES}/new", f"{IDENTITIES}/new"),
        ("POST", IDENTITIES, f"{IDENTITIES}/new"),
    ],
)
def test_later_one_shows_first_who_one_is(
    dora: Browser, later: Callable[[], None], method: str, path: str, back: str
) -> None:
    later()
    answered = dora.open(path, method=method)
    assert (answered.status_code, answered.location) == (303, f"{PROOF}?next={back}")
    page = dora.read(answered.location)
    assert "Is it you?" in page.words("h1")
    assert page.values("main input", "name") == ["next", "password"]
    wrong = dora.send(PROOF, {"password": "wrong", "next": back})
    assert (wrong.status, wrong.error_beside("password")) == (422, "This is not your password.")
    assert wrong.values("main input[name=next]", "value") == [back]
    assert dora.open(path, method=method).location == f"{PROOF}?next={back}"
    assert dora.send(PROOF, RIGHT | {"next": back}).location == back
    assert not dora.open(path, method=method).headers.get("Location", "").startswith(PROOF)


def test_it_leads_to_no_other_site(dora: Browser, later: Callable[[], None]) -> None:
    later()
    assert dora.send(PROOF, RIGHT | {"next": "//evil.example/"}).location == "/profile/security"


def test_it_holds_for_a_quarter_of_an_hour_and_in_this_browser(
    dora: Browser, build: Builder, later: Callable[[], None]
) -> None:
    other = build.browser()
    assert other.send("/login", DORA_SIGNS_IN).status == 303
    later()
    dora.send(PROOF, RIGHT)
    assert dora.send(FACTOR).location == FACTOR
    assert other.send(FACTOR).location.startswith(PROOF)
    with build.inside() as session:
        session.execute(update(Session).values(proved_at=now() - timedelta(minutes=14)))
        session.commit()
    assert other.send(FACTOR).location == FACTOR
    later()
    assert dora.send(FACTOR).location.startswith(PROOF)


def test_a_key_that_was_begun_is_shown_only_to_whoever_proved_it(dora: Browser, later: Callable[[], None]) -> None:
    dora.send(FACTOR)
    secret = dora.read(FACTOR).words("#secret")
    assert secret
    later()
    hidden = dora.read(FACTOR)
    assert "Set it up" in hidden.words("main")
    assert secret not in hidden.words("body")
    dora.send(PROOF, RIGHT)
    assert dora.read(FACTOR).words("#secret") == secret


def test_passkeys_are_made_after_proving_it(dora: Browser, build: Builder, later: Callable[[], None]) -> None:
    later()
    page = dora.read(PASSKEYS)
    assert not page.tree.css("passkey-button")
    assert page.values("main .ways a", "href") == [f"{PROOF}?next={PASSKEYS}"]
    dora.send(PROOF, RIGHT)
    assert dora.read(PASSKEYS).values("passkey-button", "ceremony") == ["create"]
    assert register(dora, Authenticator()).location == PASSKEYS
    assert count(build, Passkey) == 1


def test_a_passkey_proves_it_if_it_is_ones_own(
    dora: Browser, ben: Browser, build: Builder, later: Callable[[], None]
) -> None:
    device, bens = Authenticator(), Authenticator()
    register(dora, device)
    register(ben, bens, "Ben's")
    without_password(build)
    later()
    page = dora.read(f"{PROOF}?next={CODES}")
    assert not page.tree.css("input[name=password], input[name=code]")
    assert page.values("passkey-button form", "action") == [f"{PROOF}/passkey?next={CODES}"]
    refused = dora.send(f"{PROOF}/passkey?next={CODES}", answer(dora, bens))
    assert refused.status == 422
    assert "none of yours" in refused.words("#errors")
    assert dora.send(f"{PROOF}/passkey", {"credential": "{}"}).status == 422
    assert dora.send(FACTOR).location.startswith(PROOF)
    before = count(build, Session)
    assert dora.send(f"{PROOF}/passkey?next={CODES}", answer(dora, device)).location == CODES
    assert dora.send(FACTOR).location == FACTOR
    assert count(build, Session) == before


def test_whoever_has_no_password_shows_a_code_of_their_app(
    dora: Browser, build: Builder, later: Callable[[], None]
) -> None:
    dora.send(FACTOR)
    secret = dora.read(FACTOR).words("#secret").replace(" ", "")
    codes = recovery_codes(dora.send(f"{FACTOR}/confirmation", {"code": code(secret)}))
    without_password(build)
    later()
    assert dora.read(PROOF).values("main input", "name") == ["code"]
    assert "does not fit" in dora.send(PROOF, {"code": "123456"}).error_beside("code")
    assert dora.send(PROOF, {"code": codes[0], "next": CODES}).location == CODES
    assert len(recovery_codes(dora.send(CODES))) == 10


def test_an_account_elsewhere_proves_it(connected: Builder, issuer: Issuer, later: Callable[[], None]) -> None:
    browser = connected.browser()
    come_back(browser, issuer)
    later()
    page = browser.read(f"{PROOF}?next={FACTOR}")
    assert page.each("[aria-label='Accounts elsewhere'] a") == ["Continue with the university"]
    [begin] = page.values("[aria-label='Accounts elsewhere'] a", "href")
    assert browser.send(FACTOR).location.startswith(PROOF)
    assert come_back(browser, issuer, begin=begin).location == FACTOR
    assert browser.send(FACTOR).location == FACTOR
    assert count(connected, Session) == 1


def test_somebody_elses_account_elsewhere_proves_nothing(
    connected: Builder, issuer: Issuer, later: Callable[[], None]
) -> None:
    issuer.claim("mallory", email="mallory@example.org", email_verified=True, name="Mallory")
    browser = connected.browser()
    come_back(browser, issuer)
    later()
    assert come_back(browser, issuer, "mallory", begin=f"/auth/oidc?next={FACTOR}").location == f"{IDENTITIES}/new"
    assert browser.send(FACTOR).location.startswith(PROOF)
    assert browser.send(IDENTITIES).location.startswith(PROOF)
    assert count(connected, Identity) == 1


@pytest.mark.parametrize("path", ["/profile/security", "/profile/email", "/profile/deletion"])
def test_where_no_password_can_be_asked_for_one_proves_it_first(
    dora: Browser, build: Builder, later: Callable[[], None], path: str
) -> None:
    later()
    assert dora.send(path).status == 422
    without_password(build)
    assert dora.send(path, {"password": "another short sentence"}).location == f"{PROOF}?next={path}"
    assert build.browser().send("/login", DORA_SIGNS_IN | {"password": "another short sentence"}).status == 422
    assert count(build, Person) == 1


def test_with_nothing_to_show_there_is_a_way_to_a_password(
    dora: Browser, build: Builder, later: Callable[[], None]
) -> None:
    without_password(build)
    later()
    assert "/password/forgot" in dora.read(PROOF).values("main a", "href")
    assert dora.send(PROOF, {"code": "", "password": ""}).status == 422
    assert dora.send(FACTOR).location.startswith(PROOF)


def test_guessing_ends_soon(dora: Browser, later: Callable[[], None]) -> None:
    later()
    for _ in range(5):
        assert dora.send(PROOF, {"password": "wrong"}).status == 422
    assert dora.send(PROOF, RIGHT).status == 429


def test_the_page_is_for_people(guest: Browser) -> None:
    assert guest.read(PROOF).location == f"/login?next={PROOF}"
    assert guest.send(PROOF).location == guest.send(f"{PROOF}/passkey").location == "/login"
