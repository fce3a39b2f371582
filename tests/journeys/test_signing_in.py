"""Signing in otherwise than with a password alone: an account elsewhere, a second factor, a passkey."""

import re
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Page, StorageState, ViewportSize, expect

from tests.fakes.issuer import Issuer
from tests.journeys.conftest import Visit
from tests.journeys.pages import PASSWORD, Sight, sign_up
from tests.journeys.site import Site, Web

WIDE = ViewportSize(width=1280, height=800)
# Chromium complains of a transition between pages that it gives up where a redirect leads to another site.
CALM = {"reduced_motion": "reduce"}


@pytest.fixture(autouse=True)
def _after_ada(ada: StorageState) -> None:
    """Come after Ada, whose account is the first one."""


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer() as issuer:
        yield issuer


@pytest.fixture(scope="module")
def open_web(site: Site, issuer: Issuer) -> Iterator[Web]:
    """A web process that offers other ways in."""
    web = site.web(
        OIDC_ISSUER=issuer.url, OIDC_CLIENT_ID="colloquy", OIDC_CLIENT_SECRET="x", OIDC_NAME="the university"
    )
    yield web
    web.stop()


def at_the_issuer(page: Page, subject: str) -> None:
    """Sign in at the issuer's own page."""
    page.get_by_placeholder("sub").fill(subject)
    page.get_by_role("button", name="Authorize").click()


def sign_in(page: Page, email: str, web: Web | None = None, query: str = "") -> None:
    """Sign in with the password, on the page in hand or on that of a web process."""
    if web:
        page.goto(f"{web.url}/login{query}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page, web: Web) -> None:
    """Sign out, by whatever name of this machine the page came from."""
    page.goto(f"http://{urlsplit(page.url).hostname}:{web.port}/profile")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_with_an_account_elsewhere(open_web: Web, issuer: Issuer, visit: Visit, script: bool, sight: Sight) -> None:
    somebody = f"frida-{'script' if script else 'plain'}"
    issuer.claim(somebody, email=f"{somebody}@example.org", email_verified=True, name="Frida")
    page = visit(f"{open_web.url}/login?next=/profile", script=script, **CALM)
    page.context.route("**/*jsdelivr*/**", lambda route: route.abort())
    if script:
        sight.everywhere(page, "login-other-ways")
        page.set_viewport_size(WIDE)
    page.get_by_role("link", name="Continue with the university").click()
    at_the_issuer(page, somebody)
    expect(page.get_by_text(f"Signed in as {somebody}@example.org.")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Say what you know")).to_be_visible()
    page.get_by_role("navigation", name="Your account").get_by_role("link", name="Security").click()
    page.get_by_role("link", name="Accounts elsewhere").click()
    expect(page.get_by_role("list", name="Linked accounts")).to_contain_text("the university")
    page.get_by_role("button", name="Unlink the university").click()
    expect(page.get_by_text("It is your only way to sign in.")).to_be_visible()
    if script:
        sight.everywhere(page, "identities")


def test_an_account_elsewhere_is_linked(
    open_web: Web, issuer: Issuer, visit: Visit, script: bool, sight: Sight
) -> None:
    somebody = f"gustav-{'script' if script else 'plain'}"
    issuer.claim(somebody, email=f"{somebody}@example.org", email_verified=True, name="Gustav")
    page = visit(f"{open_web.url}/signup", script=script, **CALM)
    page.context.route("**/*jsdelivr*/**", lambda route: route.abort())
    sign_up(page, "Gustav", f"{somebody}@example.org")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ask")
    sign_out(page, open_web)
    page.goto(f"{open_web.url}/login")
    page.get_by_role("link", name="Continue with the university").click()
    at_the_issuer(page, somebody)
    expect(page.get_by_text("Sign in to it once, and the university is linked.")).to_be_visible()
    if script:
        sight.everywhere(page, "login-to-link")
        page.set_viewport_size(WIDE)
    sign_in(page, f"{somebody}@example.org")
    expect(page.get_by_role("heading", name="Link the university to your account?")).to_be_visible()
    if script:
        sight.everywhere(page, "identity-new")
        page.set_viewport_size(WIDE)
    page.get_by_role("button", name="Link it").click()
    expect(page.get_by_text("You can sign in with the university from now on.")).to_be_visible()
    page.goto(f"{open_web.url}/auth/oidc")
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading", name="That was declined.")).to_be_visible()
    if script:
        sight.everywhere(page, "identity-denied")


def begin(page: Page, web: Web) -> pyotp.TOTP:
    """Begin with a second factor; return the app that knows its key."""
    page.goto(f"{web.url}/profile/security")
    page.get_by_role("link", name="Second factor").click()
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("img", name="The key as a picture")).to_be_visible()
    return pyotp.TOTP(page.locator("code").inner_text().replace(" ", ""))


def finish(page: Page, app: pyotp.TOTP) -> str:
    """Turn the second factor on; return one of the recovery codes."""
    page.get_by_label("Code").fill(app.at(int(time.time())))
    page.get_by_role("button", name="Turn it on").click()
    codes = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(codes).to_have_count(10)
    return codes.nth(4).inner_text()


def test_a_second_factor_is_set_up(quoting: Web, visit: Visit, sight: Sight) -> None:
    page = visit(f"{quoting.url}/signup")
    sign_up(page, "Hanna", "hanna@example.org")
    page.goto(f"{quoting.url}/profile/security/second-factor")
    sight.everywhere(page, "second-factor-none")
    app = begin(page, quoting)
    page.get_by_label("Code").fill("000")
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_text("This code does not fit")).to_be_visible()
    sight.everywhere(page, "second-factor-setup")
    finish(page, app)
    sight.everywhere(page, "recovery-codes")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes left")).to_be_visible()
    sight.everywhere(page, "second-factor-on")
    page.get_by_role("link", name="New recovery codes").click()
    sight.everywhere(page, "new-codes")
    page.goto(f"{quoting.url}/profile/security/second-factor/removal")
    sight.everywhere(page, "second-factor-removal")
    page.set_viewport_size(WIDE)
    sign_out(page, quoting)
    sign_in(page, "hanna@example.org", quoting)
    page.get_by_label("Code").fill("123 456")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("This code does not fit")).to_be_visible()
    sight.everywhere(page, "second-step")


def test_with_a_second_factor(quoting: Web, visit: Visit, script: bool) -> None:
    email = f"isaac-{'script' if script else 'plain'}@example.org"
    page = visit(f"{quoting.url}/signup", script=script)
    sign_up(page, "Isaac", email)
    app = begin(page, quoting)
    kept = finish(page, app)

    sign_out(page, quoting)
    sign_in(page, email, quoting, "?next=/profile/sessions")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_label("Code").fill(app.at(int(time.time()), counter_offset=1))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Where you are signed in")).to_be_visible()

    sign_out(page, quoting)
    sign_in(page, email, quoting)
    page.get_by_label("Code").fill(kept)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("That recovery code is used up; 9 are left.")).to_be_visible()
    page.goto(f"{quoting.url}/profile/security/second-factor")
    page.get_by_role("link", name="Turn it off").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Turn it off").click()
    expect(page.get_by_role("button", name="Set it up")).to_be_visible()


def with_a_device(page: Page, *, verifies: bool = True) -> None:
    """Give the browser a device that keeps passkeys, and a person who touches it."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_with_a_passkey(quoting: Web, visit: Visit, sight: Sight) -> None:
    named = quoting.url.replace("127.0.0.1", "localhost")
    page = visit(f"{named}/signup")
    sign_up(page, "Ida", "ida@example.org")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ask")
    with_a_device(page)
    page.goto(f"{named}/profile/security")
    sight.everywhere(page, "security-more")
    page.get_by_role("link", name="Passkeys").click()
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("Give it a name")).to_be_visible()
    page.get_by_label("Name").fill("Ida’s telephone")
    page.get_by_role("button", name="Make a passkey").click()
    mine = page.get_by_role("list", name="Your passkeys")
    expect(mine).to_contain_text("Ida’s telephone")
    sight.everywhere(page, "passkeys")
    page.set_viewport_size(WIDE)
    page.get_by_label("Name").fill("The same once more")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="has a passkey here already")).to_be_visible()

    sign_out(page, quoting)
    page.goto(f"{named}/login?next=/profile")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Signed in as ida@example.org.")).to_be_visible()
    page.goto(f"{named}/profile/security/passkeys")
    expect(mine).to_contain_text("Used")
    page.get_by_role("button", name="Remove Ida’s telephone").click()
    expect(page.get_by_text("signs you in no longer")).to_be_visible()

    sign_out(page, quoting)
    page.goto(f"{named}/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This passkey did not sign you in.")).to_be_visible()
    sight.everywhere(page, "login-passkey-refused")


def test_a_passkey_that_is_not_there(quoting: Web, visit: Visit, sight: Sight) -> None:
    page = visit(f"{quoting.url.replace('127.0.0.1', 'localhost')}/login")
    with_a_device(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="No passkey was used.")).to_be_visible()
    sight(page, "login-passkey-none")


def test_without_script_or_a_name_there_is_no_passkey_button(quoting: Web, visit: Visit) -> None:
    plain = visit(f"{quoting.url.replace('127.0.0.1', 'localhost')}/login", script=False)
    expect(plain.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(plain.get_by_role("button", name=re.compile("passkey"))).to_be_hidden()
    nameless = visit(f"{quoting.url}/login")
    expect(nameless.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(nameless.get_by_role("button", name=re.compile("passkey"))).to_have_count(0)
