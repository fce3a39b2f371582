"""Showing once more who one is, in a browser that was signed in to a while ago."""

import time

import psycopg
import pyotp
import pytest
from playwright.sync_api import Page, StorageState, expect

from tests.journeys.conftest import Visit
from tests.journeys.pages import PASSWORD, Sight, sign_up
from tests.journeys.site import Site, Web
from tests.journeys.test_signing_in import with_a_device

pytestmark = pytest.mark.usefixtures("ada")  # Ada comes first, so that she runs the deployment.
FACTOR = "/profile/security/second-factor"


def let_time_pass(site: Site, email: str) -> None:
    with psycopg.connect(site.services.owner_url) as owner:
        owner.execute(
            "update sessions set proved_at = now() - interval '1 hour' from people"
            " where people.id = person_id and email = %s",
            [email],
        )


def newcomer(page: Page, name: str) -> str:
    email = f"{name.lower()}@example.org"
    sign_up(page, name, email)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ask")
    return email


def test_a_passkey_is_made_after_the_password(quoting: Web, site: Site, visit: Visit, sight: Sight) -> None:
    named = quoting.url.replace("127.0.0.1", "localhost")
    page = visit(f"{named}/signup")
    email = newcomer(page, "Jona")
    with_a_device(page)
    page.goto(f"{named}/profile/security/passkeys")
    let_time_pass(site, email)
    page.get_by_label("Name").fill("Telephone")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password").fill("something else")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This is not your password.")).to_be_visible()
    sight.everywhere(page, "proof-password")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("Telephone")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("list", name="Your passkeys")).to_contain_text("Telephone")

    let_time_pass(site, email)
    page.reload()
    page.get_by_role("link", name="Make a passkey").click()
    sight.everywhere(page, "proof-passkey")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name="Make a passkey")).to_be_visible()


def test_a_second_factor_is_set_up_after_the_password_and_taken_away_once_it_is_lost(
    quoting: Web, site: Site, ada: StorageState, visit: Visit, sight: Sight, script: bool
) -> None:
    page = visit(f"{quoting.url}/signup", script=script)
    email = newcomer(page, f"Kim{'' if script else '-plain'}")
    let_time_pass(site, email)
    page.goto(f"{quoting.url}{FACTOR}")
    page.get_by_role("button", name="Set it up").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Set it up").click()
    app = pyotp.TOTP(page.locator("#secret").inner_text().replace(" ", ""))
    page.get_by_label("Code").fill(app.at(int(time.time())))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("list", name="Recovery codes").get_by_role("listitem")).to_have_count(10)

    runs = visit(f"{quoting.url}/admin/people?q={email}", state=ada, script=script)
    if script:
        sight.everywhere(runs, "admin-people-second-factor")
    runs.get_by_role("link", name="Take second factor away").click()
    if script:
        sight.everywhere(runs, "second-factor-taken")
    runs.get_by_role("button", name="Take it away").click()
    expect(runs.get_by_role("status")).to_contain_text("signs in with the password alone")
    page.goto(f"{quoting.url}/profile")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(f"Signed in as {email}.")).to_be_visible()
