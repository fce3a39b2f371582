"""The second factor: setting it up, signing in with it, recovery codes, and turning it off."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pyotp
import pytest
from sqlalchemy import func, select, update

from tests.builders import GEAR_QUESTION, Builder
from tests.web.test_accounts import DORA, DORA_SIGNS_IN
from webapp.accounts.models import Person, RecoveryCode, SecondFactor, Session
from webapp.audit.models import Action, Entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Browser, Page
    from tests.builders import Row

FACTOR, STEP = "/profile/security/second-factor", "/login/second-factor"
CODES, REMOVAL = f"{FACTOR}/codes", f"{FACTOR}/removal"


def code(secret: str, steps: int = 0) -> str:
    """Return what the app shows, so many steps of half a minute from now."""
    return pyotp.TOTP(secret).at(int(time.time()), counter_offset=steps)


def recovery_codes(page: Page) -> list[str]:
    return page.each("[aria-label='Recovery codes'] code")


@pytest.fixture
def dora(guest: Browser) -> Browser:
    """Somebody with a password."""
    assert guest.send("/signup", DORA).status == 303
    return guest


@pytest.fixture
def secret(dora: Browser) -> str:
    """The secret that Dora's app was given; nothing has confirmed it yet."""
    assert dora.send(FACTOR).location == FACTOR
    return dora.read(FACTOR).words("#secret").replace(" ", "")


@pytest.fixture
def kept(dora: Browser, secret: str, build: Builder) -> list[str]:
    """Dora's recovery codes. She turned her second factor on so long ago that the app's present code is unused."""
    page = dora.send(f"{FACTOR}/confirmation", {"code": code(secret)})
    assert page.status == 200
    with build.inside() as session:
        session.execute(update(SecondFactor).values(last_step=0))
        session.commit()
    return recovery_codes(page)


def at_the_step(build: Builder, **more: str) -> Browser:
    """Return a browser in which Dora's password was right."""
    browser = build.browser()
    assert browser.send("/login", DORA_SIGNS_IN | more).location == STEP
    return browser


def sessions(build: Builder) -> int:
    with build.inside() as session:
        return session.scalar(select(func.count()).select_from(Session)) or 0


def deeds(build: Builder) -> list[tuple[str, str]]:
    with build.inside() as session:
        found = session.scalars(select(Entry).order_by(Entry.created_at, Entry.id))
        return [(entry.action, entry.details.get("how") or entry.details.get("kind", "")) for entry in found]


def test_setting_up_shows_a_picture_and_a_key_that_no_cache_keeps(dora: Browser, secret: str) -> None:
    page = dora.read(FACTOR)
    assert re.fullmatch(r"[A-Z2-7]{32}", secret)
    assert page.values(".factor__picture", "role") == ["img"]
    assert page.tree.css_first(".factor__picture svg")
    assert "style=" not in page.element("main")
    assert page.headers["Cache-Control"] == "no-store"
    assert dora.read(FACTOR).words("#secret").replace(" ", "") == secret


def test_the_secret_is_stored_encrypted(secret: str, build: Builder) -> None:
    with build.inside() as session:
        assert secret not in session.scalars(select(SecondFactor.secret)).one()


def test_it_counts_only_once_a_code_has_confirmed_it(dora: Browser, secret: str, build: Builder) -> None:
    wrong = dora.send(f"{FACTOR}/confirmation", {"code": "000000" if code(secret) != "000000" else "000001"})
    assert wrong.status == 422
    assert "does not fit" in wrong.error_beside("code")
    assert wrong.words("#secret").replace(" ", "") == secret
    assert dora.send(f"{FACTOR}/confirmation", {"code": ""}).error_beside("code") == "Enter the code."
    assert build.browser().send("/login", DORA_SIGNS_IN).location == "/"


def test_turning_it_on_shows_ten_codes_once(dora: Browser, secret: str, build: Builder) -> None:
    page = dora.send(f"{FACTOR}/confirmation", {"code": code(secret)})
    codes = recovery_codes(page)
    assert len(set(codes)) == 10
    assert page.headers["Cache-Control"] == "no-store"
    again = dora.send(f"{FACTOR}/confirmation", {"code": code(secret, 1)})
    assert (again.status, again.location) == (303, FACTOR)
    shown = dora.read(FACTOR)
    assert "10 recovery codes left" in shown.words("main")
    assert not any(code in shown.html for code in codes)
    assert not shown.tree.css_first("#secret")
    with build.inside() as session:
        digests = b"".join(session.scalars(select(RecoveryCode.digest)))
    assert not any(code.encode() in digests for code in codes)
    assert deeds(build)[-1] == ("second_factor.added", "app")


def test_a_secret_that_is_in_use_stays(dora: Browser, secret: str, kept: list[str], build: Builder) -> None:
    assert dora.send(FACTOR).status == 303
    assert at_the_step(build).send(STEP, {"code": code(secret)}).status == 303


def test_signing_in_takes_both(secret: str, kept: list[str], build: Builder) -> None:
    browser, before = build.browser(), sessions(build)
    assert browser.send("/login", DORA_SIGNS_IN | {"password": "wrong"}).status == 422
    assert browser.send("/login", DORA_SIGNS_IN | {"next": "/conversations"}).location == STEP
    assert sessions(build) == before
    assert browser.read("/profile").status == 303
    assert "One more step" in browser.read(STEP).words("h1")
    assert browser.send(STEP, {"code": ""}).error_beside("code") == "Enter the code."
    assert "does not fit" in browser.send(STEP, {"code": "abc"}).error_beside("code")
    spaced = f"{code(secret)[:3]} {code(secret)[3:]}"
    assert browser.send(STEP, {"code": spaced}).location == "/conversations"
    assert browser.read("/profile").status == 200
    assert browser.read(STEP).location == "/"
    assert deeds(build)[-2:] == [("session.refused", "second factor"), ("session.started", "password and app code")]


def test_the_step_leads_to_no_other_site(secret: str, kept: list[str], build: Builder) -> None:
    browser = at_the_step(build, next="//evil.example/")
    assert browser.send(STEP, {"code": code(secret)}).location == "/"


def test_a_code_is_accepted_once(secret: str, kept: list[str], build: Builder) -> None:
    shown = code(secret)
    assert at_the_step(build).send(STEP, {"code": shown}).status == 303
    assert at_the_step(build).send(STEP, {"code": shown}).status == 422
    assert at_the_step(build).send(STEP, {"code": code(secret, -1)}).status == 422
    assert at_the_step(build).send(STEP, {"code": code(secret, 1)}).status == 303


def test_a_code_of_another_time_is_refused(secret: str, kept: list[str], build: Builder) -> None:
    for steps in (-20, -3, 3, 20):
        assert at_the_step(build).send(STEP, {"code": code(secret, steps)}).status == 422


def test_a_recovery_code_works_once(kept: list[str], build: Builder) -> None:
    browser = at_the_step(build)
    assert browser.send(STEP, {"code": kept[3].upper().replace("-", " ")}).status == 303
    page = browser.read("/profile")
    assert "9 are left" in page.words("#flash")
    assert at_the_step(build).send(STEP, {"code": kept[3]}).status == 422
    assert at_the_step(build).send(STEP, {"code": kept[4]}).status == 303
    assert deeds(build)[-1] == ("session.started", "password and recovery code")


def test_another_persons_codes_open_nothing(kept: list[str], ben: Browser, build: Builder) -> None:
    ben.send(FACTOR)
    theirs = ben.read(FACTOR).words("#secret").replace(" ", "")
    codes = recovery_codes(ben.send(f"{FACTOR}/confirmation", {"code": code(theirs)}))
    browser = at_the_step(build)
    assert browser.send(STEP, {"code": code(theirs)}).status == 422
    assert browser.send(STEP, {"code": codes[0]}).status == 422


def test_the_step_needs_the_password_before_it(kept: list[str], secret: str, build: Builder) -> None:
    browser = build.browser()
    assert browser.read(STEP).location == "/login"
    assert browser.send(STEP, {"code": code(secret)}).location == "/login"
    assert "Enter your password once more." in browser.read("/login").words("#flash")
    browser.set_cookie("pending_second_step", "made.up.cookie")
    assert browser.send(STEP, {"code": code(secret)}).location == "/login"


def test_a_password_that_was_changed_meanwhile_counts_no_more(
    dora: Browser, secret: str, kept: list[str], build: Builder
) -> None:
    browser = at_the_step(build)
    changed = {"current": DORA["password"], "password": "another short sentence"}
    assert dora.send("/profile/security", changed).status == 303
    assert browser.send(STEP, {"code": code(secret)}).location == "/login"


def test_guessing_codes_ends_after_five_tries_in_whatever_browser(kept: list[str], secret: str, build: Builder) -> None:
    for _ in range(5):
        assert at_the_step(build).send(STEP, {"code": "123"}).status == 422
    page = at_the_step(build).send(STEP, {"code": code(secret)})
    assert page.status == 429
    assert "seconds" in page.words("main")


def test_what_a_guest_asked_comes_along_after_the_step(kept: list[str], tutor: Row, build: Builder) -> None:
    browser = build.browser()
    asked = browser.begin("tutor", GEAR_QUESTION)
    assert browser.send("/login", DORA_SIGNS_IN).location == STEP
    assert asked.page.status == 200
    assert browser.send(STEP, {"code": kept[0]}).status == 303
    assert asked.page.status == 200
    assert build.browser().read(asked.path).status == 404


def test_turning_it_off_needs_the_password(dora: Browser, kept: list[str], secret: str, build: Builder) -> None:
    assert dora.read(REMOVAL).values("main input", "name") == ["password"]
    assert dora.send(REMOVAL, {"password": ""}).error_beside("password") == "Enter your password."
    wrong = dora.send(REMOVAL, {"password": "wrong", "code": code(secret)})
    assert (wrong.status, wrong.error_beside("password")) == (422, "This is not your password.")
    assert at_the_step(build).send(STEP, {"code": kept[0]}).status == 303


def test_new_codes_take_the_place_of_the_old(dora: Browser, kept: list[str], build: Builder) -> None:
    assert "work no longer" in dora.read(CODES).words("main")
    new = recovery_codes(dora.send(CODES))
    assert len(new) == 10
    assert not set(new) & set(kept)
    assert at_the_step(build).send(STEP, {"code": kept[0]}).status == 422
    assert at_the_step(build).send(STEP, {"code": new[0]}).status == 303


def test_turned_off_the_password_is_enough_again(dora: Browser, kept: list[str], build: Builder) -> None:
    waiting = at_the_step(build)
    assert dora.send(REMOVAL, {"password": DORA["password"]}).location == FACTOR
    assert "Set it up" in dora.read(FACTOR).words("main")
    assert waiting.send(STEP, {"code": kept[0]}).location == "/login"
    assert build.browser().send("/login", DORA_SIGNS_IN).location == "/"
    assert ("second_factor.removed", "app") in deeds(build)
    with build.inside() as session:
        assert not session.scalars(select(RecoveryCode)).all()
    assert dora.send(REMOVAL).location == FACTOR


def test_what_was_only_begun_is_left_without_a_password(dora: Browser, secret: str, build: Builder) -> None:
    assert dora.send(REMOVAL).location == FACTOR
    assert "Set it up" in dora.read(FACTOR).words("main")
    assert "second_factor.removed" not in dict(deeds(build))


def test_who_has_no_password_shows_a_code(dora: Browser, secret: str, kept: list[str], build: Builder) -> None:
    with build.inside() as session:
        session.execute(update(Person).values(password_hash=""))
        session.commit()
    assert dora.read(REMOVAL).values("main input", "name") == ["code"]
    assert "does not fit" in dora.send(REMOVAL, {"code": "123456", "password": ""}).error_beside("code")
    assert dora.send(REMOVAL, {"code": code(secret)}).location == FACTOR
    assert "Set it up" in dora.read(FACTOR).words("main")


def test_without_a_factor_there_is_nothing_to_change(dora: Browser) -> None:
    for path in (CODES, REMOVAL):
        assert dora.read(path).location == FACTOR
    assert dora.send(CODES).location == FACTOR
    assert dora.send(f"{FACTOR}/confirmation", {"code": "123456"}).location == FACTOR
    assert "Set it up" in dora.read(FACTOR).words("main")


def test_after_a_change_of_the_secret_key_recovery_codes_still_work(
    kept: list[str], secret: str, make_app: Callable[..., Flask]
) -> None:
    changed = Builder(make_app(secret_key="another-key-than-before"))
    assert at_the_step(changed).send(STEP, {"code": code(secret)}).status == 422
    assert at_the_step(changed).send(STEP, {"code": kept[0]}).status == 303


def test_the_pages_of_the_second_factor_are_for_people(guest: Browser) -> None:
    for path in (FACTOR, CODES, REMOVAL):
        assert guest.read(path).location == f"/login?next={path}"
    for path in (FACTOR, CODES, REMOVAL, f"{FACTOR}/confirmation"):
        assert guest.send(path).location == "/login"


def test_what_is_noted_says_who_and_never_what_was_typed(kept: list[str], secret: str, build: Builder) -> None:
    at_the_step(build).send(STEP, {"code": kept[0]})
    with build.inside() as session:
        noted = [
            str(entry.details) for entry in session.scalars(select(Entry).where(Entry.action != Action.PROBES_RUN))
        ]
    assert noted
    assert not any(kept[0] in words or secret in words for words in noted)
