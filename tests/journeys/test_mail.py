"""What begins in a mail: invitations, verified addresses, forgotten passwords. The outbox is the mailbox here."""

from uuid import uuid4

from playwright.sync_api import Page, StorageState, expect

from tests.journeys.conftest import Visit
from tests.journeys.pages import PASSWORD, Sight, sign_up
from tests.journeys.site import Site, Web

MEMBERS = "/organizations/tideway-press/members"
NEW = "quite another sentence"


def new_address(name: str) -> str:
    return f"{name.lower()}-{uuid4().hex[:8]}@example.org"


def open_mail(page: Page, web: Web, recipient: str) -> None:
    """Open the newest mail to an address in the outbox."""
    page.goto(f"{web.url}/outbox")
    page.get_by_role("listitem").filter(has_text=recipient).first.get_by_role("link").click()


def follow(page: Page) -> None:
    """Open the link of the mail on the page."""
    page.get_by_role("region", name="Mail").get_by_role("link").click()


def invite(page: Page, web: Web, email: str) -> None:
    page.goto(f"{web.url}{MEMBERS}")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("on its way by mail")).to_be_visible()


def verified(site: Site, email: str) -> bool:
    [found] = site.look_up("select email_verified_at is not null from people where email = %s", email)
    return bool(found[0])


def test_an_invitation_is_accepted_by_a_new_account(
    quoting: Web, site: Site, ada: StorageState, visit: Visit, script: bool
) -> None:
    email = new_address("Nora")
    invite(visit(quoting.url, state=ada, script=script), quoting, email)
    page = visit(quoting.url, script=script)
    open_mail(page, quoting, email)
    follow(page)
    expect(page.get_by_text(f"Ada invites {email}")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Create an account").click()
    sign_up(page, "Nora", email)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("status").get_by_text("Welcome to Tideway Press.")).to_be_visible()
    assert verified(site, email)


def test_an_invitation_is_accepted_by_an_account_that_is_there(
    quoting: Web, site: Site, ada: StorageState, visit: Visit, script: bool
) -> None:
    email = new_address("Olaf")
    page = visit(f"{quoting.url}/signup", script=script)
    sign_up(page, "Olaf", email)
    expect(page.get_by_text(f"A mail is on its way to {email}")).to_be_visible()
    page.goto(f"{quoting.url}/profile")
    page.get_by_role("button", name="Sign out").click()
    invite(visit(quoting.url, state=ada, script=script), quoting, email)
    open_mail(page, quoting, email)
    follow(page)
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(f"You are signed in as {email}.")).to_be_visible()
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("Welcome to Tideway Press.")).to_be_visible()
    assert verified(site, email)


def test_a_forgotten_password_is_replaced(quoting: Web, visit: Visit, script: bool) -> None:
    email = new_address("Pia")
    elsewhere = visit(f"{quoting.url}/signup", script=script)
    sign_up(elsewhere, "Pia", email)
    expect(elsewhere.get_by_text("A mail is on its way")).to_be_visible()

    page = visit(f"{quoting.url}/login", script=script)
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    page.get_by_role("link", name="Outbox").click()
    page.get_by_role("listitem").filter(has_text=email).first.get_by_role("link").click()
    follow(page)
    page.get_by_label("New password").fill("password12")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("common password")).to_be_visible()
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("Sign in with the new one.")).to_be_visible()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(NEW)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{quoting.url}/profile")
    expect(page.get_by_text("Your address is verified")).to_be_visible()
    elsewhere.goto(f"{quoting.url}/profile")
    expect(elsewhere.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_address_is_verified_and_changed(quoting: Web, site: Site, visit: Visit, script: bool) -> None:
    email, other = new_address("Rosa"), new_address("Rosa")
    page = visit(f"{quoting.url}/signup", script=script)
    sign_up(page, "Rosa", email)
    expect(page.get_by_text("A mail is on its way")).to_be_visible()
    open_mail(page, quoting, email)
    follow(page)
    page.get_by_role("button", name="Yes, it is mine").click()
    expect(page.get_by_text(f"{email} is verified.")).to_be_visible()
    page.get_by_role("link", name="Change your e-mail").click()
    page.get_by_label("New e-mail").fill(other)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("Until then nothing changes.")).to_be_visible()
    open_mail(page, quoting, other)
    follow(page)
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text(f"Signed in as {other}.")).to_be_visible()
    open_mail(page, quoting, email)
    expect(page.get_by_role("heading", name="Your address was changed")).to_be_visible()


def test_the_pages_around_mail(quoting: Web, visit: Visit, sight: Sight) -> None:
    email = new_address("Sam")
    page = visit(f"{quoting.url}/signup")
    sign_up(page, "Sam", email, "password123")
    expect(page.get_by_text("This is a very common password.")).to_be_visible()
    sight.everywhere(page, "signup-weak")
    sign_up(page, "Sam", email)
    expect(page.get_by_text("A mail is on its way")).to_be_visible()
    sight.everywhere(page, "front-after-signup")
    page.goto(f"{quoting.url}/profile")
    sight.everywhere(page, "profile-unverified")
    page.goto(f"{quoting.url}/profile/email")
    sight.everywhere(page, "email")
    open_mail(page, quoting, email)
    sight.everywhere(page, "outbox-mail")
    address = page.get_by_role("region", name="Mail").get_by_role("link").inner_text()
    page.get_by_role("link", name="As a mail program shows it").click()
    expect(page.get_by_role("link", name="Confirm the address")).to_be_visible()
    sight.everywhere(page, "mail-html")
    page.goto(f"{quoting.url}/outbox")
    expect(page.get_by_role("listitem").first).to_be_visible()
    sight.everywhere(page, "outbox")
    page.goto(address)
    sight.everywhere(page, "verify")
    page.get_by_role("button", name="Yes, it is mine").click()
    sight.everywhere(page, "profile-verified")
    page.goto(address)
    sight.everywhere(page, "link-gone")

    guest = visit(f"{quoting.url}/login")
    sight.everywhere(guest, "login")
    guest.get_by_role("link", name="Forgotten your password?").click()
    sight.everywhere(guest, "forgot")
    guest.get_by_label("E-mail").fill(email)
    guest.get_by_role("button", name="Send the link").click()
    expect(guest.get_by_role("heading", name="Look into your mail")).to_be_visible()
    sight.everywhere(guest, "forgotten")
    open_mail(guest, quoting, email)
    follow(guest)
    sight.everywhere(guest, "reset")
