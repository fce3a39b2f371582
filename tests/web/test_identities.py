"""Signing in with an account elsewhere: an issuer of OpenID Connect, and GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from tests.builders import GEAR_QUESTION, Builder
from tests.fakes import github as fake_github
from tests.fakes.github import GitHub
from tests.fakes.issuer import Issuer
from tests.fakes.ports import free_port
from tests.web.test_accounts import DORA, DORA_SIGNS_IN
from webapp.accounts.models import Identity, Person, Session
from webapp.audit.models import Action, Entry
from webapp.records import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

    from tests.browser import Browser, Page
    from tests.builders import Row

IDENTITIES = "/profile/security/identities"
EVE = {"email": "eve@example.org", "email_verified": True, "name": "Eve Example"}


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    with Issuer() as issuer:
        issuer.claim("eve", **EVE)
        yield issuer


@pytest.fixture
def github() -> Iterator[GitHub]:
    with GitHub() as github:
        yield github


@pytest.fixture
def connected(app: Flask, make_app: Callable[..., Flask], issuer: Issuer, github: GitHub) -> Builder:
    """The application with both of them."""
    return Builder(
        make_app(
            oidc_issuer=issuer.url,
            oidc_client_id="colloquy",
            oidc_client_secret="whatever",
            oidc_name="the university",
            github_url=github.url,
            github_client_id=fake_github.CLIENT,
            github_client_secret=fake_github.SECRET,
        )
    )


@pytest.fixture
def visitor(connected: Builder) -> Browser:
    return connected.browser()


def path_of(address: str) -> str:
    """Return an address of ours without its host."""
    return urlsplit(address)._replace(scheme="", netloc="").geturl()


def come_back(browser: Browser, issuer: Issuer, subject: str = "eve", begin: str = "/auth/oidc") -> Page:
    """Go to the issuer, sign in there as somebody, and come back."""
    page = browser.read(begin)
    assert page.status == 303
    return browser.read(path_of(issuer.approve(page.location, subject)))


def come_back_from_github(browser: Browser, github: GitHub) -> Page:
    return browser.read(path_of(github.approve(browser.read("/auth/github").location)))


def rows(build: Builder, model: type) -> int:
    with build.inside() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def deeds(build: Builder) -> list[tuple[str, str]]:
    """Return what was noted of signing in and linking, oldest first."""
    kinds = (Action.SESSION_STARTED, Action.IDENTITY_LINKED, Action.IDENTITY_UNLINKED)
    with build.inside() as session:
        found = session.scalars(select(Entry).where(Entry.action.in_(kinds)).order_by(Entry.created_at, Entry.id))
        return [(entry.action, entry.details.get("how", "")) for entry in found]


def verify(build: Builder, email: str) -> None:
    with build.inside() as session:
        session.execute(update(Person).where(Person.email == email).values(email_verified_at=now()))
        session.commit()


def test_only_what_is_configured_is_offered(guest: Browser, visitor: Browser) -> None:
    for path in ("/login", "/signup"):
        assert "Continue with" not in guest.read(path).words("main")
        page = visitor.read(f"{path}?next=/profile")
        assert page.each("[aria-label='Other ways in'] a") == ["Continue with GitHub", "Continue with the university"]
        assert page.values("[aria-label='Other ways in'] a", "href") == [
            "/auth/github?next=/profile",
            "/auth/oidc?next=/profile",
        ]
    assert visitor.read("/auth/google").status == 404
    assert guest.read("/auth/oidc").status == 404
    assert guest.read("/auth/oidc/callback?code=a&state=b").status == 404


def test_google_is_asked_at_its_own_address(app: Flask, make_app: Callable[..., Flask]) -> None:
    made = make_app(google_client_id="a", google_client_secret="b")
    assert Builder(made).browser().read("/login").each("[aria-label='Other ways in'] a") == ["Continue with Google"]
    assert made.extensions["identity_providers"]["google"].issuer == "https://accounts.google.com"


def test_a_client_without_its_secret_is_not_offered(app: Flask, make_app: Callable[..., Flask]) -> None:
    made = make_app(google_client_id="a", github_client_id="b", oidc_client_id="c", oidc_issuer="http://127.0.0.1:1")
    assert "Continue with" not in Builder(made).browser().read("/login").words("main")


def test_the_way_there_carries_state_nonce_and_a_challenge(visitor: Browser, issuer: Issuer) -> None:
    page = visitor.read("/auth/oidc")
    assert page.location.startswith(f"{issuer.url}/oauth2/authorize?")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page.location).query).items()}
    assert asked["redirect_uri"] == "http://localhost/auth/oidc/callback"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20
    again = {name: values[0] for name, values in parse_qs(urlsplit(visitor.read("/auth/oidc").location).query).items()}
    assert not {asked[name] for name in ("state", "nonce", "code_challenge")} & set(again.values())


def test_somebody_new_gets_an_account_without_a_password(visitor: Browser, issuer: Issuer, connected: Builder) -> None:
    page = come_back(visitor, issuer)
    assert (page.status, page.location) == (303, "/profile")
    profile = visitor.read("/profile")
    assert "Signed in as eve@example.org." in profile.words("main")
    assert "Say what you know" in profile.words("#flash")
    with connected.inside() as session:
        person = session.scalars(select(Person)).one()
        assert (person.name, person.password_hash, person.super_admin) == ("Eve Example", "", False)
        assert person.email_verified_at
        identity = session.scalars(select(Identity)).one()
        assert (identity.issuer, identity.subject) == (issuer.url, "eve")
    assert deeds(connected) == [("identity.linked", ""), ("session.started", "oidc")]
    for password in ("", "a password that nobody has"):
        refused = connected.browser().send("/login", {"email": "eve@example.org", "password": password})
        assert refused.status == 422


def test_coming_again_is_the_same_account(visitor: Browser, issuer: Issuer, connected: Builder) -> None:
    come_back(visitor, issuer)
    issuer.claim("eve", **EVE | {"email": "eve@another.example"})
    try:
        page = come_back(connected.browser(), issuer, begin="/auth/oidc?next=/conversations")
        assert page.location == "/conversations"
        assert (rows(connected, Person), rows(connected, Identity), rows(connected, Session)) == (1, 1, 2)
        assert "eve@another.example" in visitor.read(IDENTITIES).words("main")
    finally:
        issuer.claim("eve", **EVE)


def test_the_next_page_is_one_of_ours(visitor: Browser, issuer: Issuer) -> None:
    assert come_back(visitor, issuer, begin="/auth/oidc?next=//evil.example/").location == "/profile"


def test_what_a_guest_asked_comes_along_from_elsewhere(
    visitor: Browser, issuer: Issuer, tutor: Row, connected: Builder
) -> None:
    asked = visitor.begin("tutor", GEAR_QUESTION)
    come_back(visitor, issuer)
    assert asked.page.status == 200
    assert connected.browser().read(asked.path).status == 404


def test_an_account_with_that_address_is_signed_in_to_first(
    visitor: Browser, issuer: Issuer, connected: Builder
) -> None:
    assert connected.browser().send("/signup", DORA | {"email": "eve@example.org"}).status == 303
    page = come_back(visitor, issuer, begin="/auth/oidc?next=/conversations")
    assert page.location == f"{IDENTITIES}/new"
    login = visitor.read(page.location)
    assert login.location == f"/login?next={IDENTITIES}/new"
    assert "Sign in to it once, and the university is linked." in visitor.read(login.location).words("#flash")
    assert rows(connected, Identity) == 0
    sent = DORA_SIGNS_IN | {"email": "eve@example.org", "next": f"{IDENTITIES}/new"}
    assert visitor.send("/login", sent | {"password": "wrong"}).status == 422
    assert visitor.send("/login", sent).location == f"{IDENTITIES}/new"
    assert "eve@example.org at the university" in visitor.read(f"{IDENTITIES}/new").words("main")
    assert visitor.send(IDENTITIES).location == "/conversations"
    assert come_back(connected.browser(), issuer).location == "/"
    assert (rows(connected, Person), rows(connected, Identity)) == (1, 1)


def test_verified_on_both_sides_is_linked_at_once(visitor: Browser, issuer: Issuer, connected: Builder) -> None:
    connected.browser().send("/signup", DORA | {"email": "eve@example.org"})
    verify(connected, "eve@example.org")
    assert come_back(visitor, issuer).location == "/"
    assert rows(connected, Identity) == 1
    assert deeds(connected)[-2:] == [("identity.linked", ""), ("session.started", "oidc")]


def test_an_issuer_that_verifies_nothing_links_nothing(visitor: Browser, issuer: Issuer, connected: Builder) -> None:
    issuer.claim("silent", email="eve@example.org")
    connected.browser().send("/signup", DORA | {"email": "eve@example.org"})
    verify(connected, "eve@example.org")
    assert come_back(visitor, issuer, "silent").location == f"{IDENTITIES}/new"
    assert rows(connected, Identity) == 0


def test_an_address_that_the_issuer_leaves_open_makes_an_account_that_is_not_verified(
    visitor: Browser, issuer: Issuer, connected: Builder
) -> None:
    issuer.claim("quiet", email="quiet@example.org")
    assert come_back(visitor, issuer, "quiet").status == 303
    with connected.inside() as session:
        person = session.scalars(select(Person)).one()
        assert (person.name, person.email_verified_at) == ("quiet", None)


@pytest.mark.parametrize(
    ("claims", "title"),
    [
        ({}, "We need an address."),
        ({"email": "nonsense"}, "We need an address."),
        ({"email": "x@example.org", "email_verified": False}, "Your address is not verified."),
        ({"email": "x@example.org", "email_verified": "false"}, "Your address is not verified."),
    ],
)
def test_without_a_good_address_there_is_no_account(
    visitor: Browser, issuer: Issuer, connected: Builder, claims: dict[str, object], title: str
) -> None:
    issuer.claim("odd", **claims)
    page = come_back(visitor, issuer, "odd")
    assert (page.status, page.words("h1")) == (422, title)
    assert page.values("main a", "href") == ["/auth/oidc", "/login"]
    assert (rows(connected, Person), rows(connected, Session)) == (0, 0)


def test_being_denied_ends_on_a_page_with_a_way_on(visitor: Browser) -> None:
    visitor.read("/auth/oidc")
    page = visitor.read("/auth/oidc/callback?error=access_denied")
    assert (page.status, page.words("h1")) == (422, "That was declined.")
    assert page.values("main a", "href") == ["/auth/oidc", "/login"]
    assert (
        visitor.read("/auth/oidc/callback?error=server_error").words("h1") == "Signing in with the university failed."
    )


def test_a_sign_in_belongs_to_the_browser_that_began_it(visitor: Browser, issuer: Issuer, connected: Builder) -> None:
    back = path_of(issuer.approve(visitor.read("/auth/oidc").location, "eve"))
    other = connected.browser()
    assert other.read(back).words("h1") == "This sign-in has run out."
    other.read("/auth/oidc")
    assert other.read(back).words("h1") == "This sign-in has run out."
    assert visitor.read("/auth/oidc/callback").status == 422
    assert visitor.read(back.replace("/auth/oidc/", "/auth/github/")).words("h1") == "This sign-in has run out."
    assert rows(connected, Session) == 0
    assert visitor.read(back).status == 303
    assert visitor.read(back).words("h1") == "This sign-in has run out."


def test_an_altered_cookie_is_worth_nothing(visitor: Browser, issuer: Issuer) -> None:
    back = path_of(issuer.approve(visitor.read("/auth/oidc").location, "eve"))
    cookie = visitor.get_cookie("pending_identity_sign_in")
    assert cookie
    visitor.set_cookie("pending_identity_sign_in", cookie.value[:-2] + "xx")
    assert visitor.read(back).words("h1") == "This sign-in has run out."
    visitor.set_cookie("pending_identity_link", cookie.value)
    visitor.delete_cookie("pending_identity_sign_in")
    assert visitor.read(back).words("h1") == "This sign-in has run out."


def test_a_token_for_another_nonce_is_refused(visitor: Browser, issuer: Issuer, connected: Builder) -> None:
    asked = urlsplit(visitor.read("/auth/oidc").location)
    altered = {name: values[0] for name, values in parse_qs(asked.query).items()} | {"nonce": "somebody-elses-nonce"}
    page = visitor.read(path_of(issuer.approve(asked._replace(query=urlencode(altered)).geturl(), "eve")))
    assert (page.status, page.words("h1")) == (422, "Signing in with the university failed.")
    assert rows(connected, Person) == 0


def test_a_code_that_the_issuer_does_not_know_is_refused(visitor: Browser, issuer: Issuer) -> None:
    state = parse_qs(urlsplit(visitor.read("/auth/oidc").location).query)["state"][0]
    page = visitor.read(f"/auth/oidc/callback?code=made-up&state={state}")
    assert (page.status, page.words("h1")) == (422, "Signing in with the university failed.")


def test_an_issuer_that_is_down_ends_on_a_page_with_a_way_on(app: Flask, make_app: Callable[..., Flask]) -> None:
    made = make_app(oidc_issuer=f"http://127.0.0.1:{free_port()}", oidc_client_id="colloquy", oidc_client_secret="x")
    page = Builder(made).browser().read("/auth/oidc")
    assert (page.status, page.words("h1")) == (502, "No answer from OpenID.")
    assert page.values("main a", "href") == ["/auth/oidc", "/login"]


def test_an_issuer_that_describes_another_is_not_believed(
    app: Flask, make_app: Callable[..., Flask], issuer: Issuer
) -> None:
    made = make_app(oidc_issuer=f"{issuer.url}/.", oidc_client_id="colloquy", oidc_client_secret="whatever")
    assert Builder(made).browser().read("/auth/oidc").status == 502


# GitHub


def test_github_signs_in_with_the_verified_address(visitor: Browser, github: GitHub, connected: Builder) -> None:
    github.addresses = [
        {"email": "first@example.org", "primary": True, "verified": False},
        {"email": "octo@example.org", "primary": False, "verified": True},
    ]
    assert come_back_from_github(visitor, github).location == "/profile"
    assert "Signed in as octo@example.org." in visitor.read("/profile").words("main")
    with connected.inside() as session:
        person, identity = session.scalars(select(Person)).one(), session.scalars(select(Identity)).one()
        assert (person.name, identity.issuer, identity.subject) == ("Octo Cat", github.url, "583231")
        assert person.email_verified_at
    assert come_back_from_github(connected.browser(), github).location == "/"
    assert rows(connected, Person) == 1


def test_github_prefers_the_primary_address(visitor: Browser, github: GitHub) -> None:
    github.addresses.insert(0, {"email": "old@example.org", "primary": False, "verified": True})
    come_back_from_github(visitor, github)
    assert "Signed in as octo@example.org." in visitor.read("/profile").words("main")


def test_github_without_a_verified_address_makes_no_account(
    visitor: Browser, github: GitHub, connected: Builder
) -> None:
    github.addresses[0]["verified"] = False
    page = come_back_from_github(visitor, github)
    assert (page.status, page.words("h1")) == (422, "We need an address.")
    assert rows(connected, Person) == 0


def test_github_refuses_a_code_that_is_not_its_own(visitor: Browser, github: GitHub) -> None:
    state = parse_qs(urlsplit(visitor.read("/auth/github").location).query)["state"][0]
    assert visitor.read(f"/auth/github/callback?code=made-up&state={state}").status == 422


def test_github_that_is_down_ends_on_a_page(visitor: Browser, github: GitHub) -> None:
    back = path_of(github.approve(visitor.read("/auth/github").location))
    github.down = True
    assert visitor.read(back).status == 502


def test_github_that_answers_nonsense_ends_on_a_page(visitor: Browser, github: GitHub) -> None:
    github.person = {"message": "something else"}
    assert come_back_from_github(visitor, github).status == 502


# Linking and unlinking


@pytest.fixture
def dora(connected: Builder) -> Browser:
    """Somebody who signed up with a password."""
    browser = connected.browser()
    assert browser.send("/signup", DORA).status == 303
    return browser


def linked(browser: Browser) -> list[str]:
    return browser.read(IDENTITIES).each("[aria-label='Linked accounts'] .row__name")


def test_an_account_is_linked_and_unlinked(dora: Browser, issuer: Issuer, connected: Builder) -> None:
    page = dora.read(IDENTITIES)
    assert page.each("[aria-label='Accounts that can be linked'] a") == ["Link GitHub", "Link the university"]
    assert come_back(dora, issuer, begin=f"/auth/oidc?next={IDENTITIES}").location == f"{IDENTITIES}/new"
    assert linked(dora) == []
    assert dora.send(IDENTITIES).location == IDENTITIES
    assert linked(dora) == ["the university"]
    assert come_back(connected.browser(), issuer).status == 303
    assert rows(connected, Person) == 1
    [unlink] = dora.read(IDENTITIES).values("[aria-label='Linked accounts'] form", "action")
    assert dora.send(unlink).status == 303
    assert linked(dora) == []
    assert dora.send(unlink).status == 404
    assert [deed for deed, _ in deeds(connected)] == [
        "session.started",
        "identity.linked",
        "session.started",
        "identity.unlinked",
    ]


def test_linking_takes_what_was_brought_back(dora: Browser, connected: Builder) -> None:
    assert dora.read(f"{IDENTITIES}/new").location == IDENTITIES
    assert dora.send(IDENTITIES).location == IDENTITIES
    assert "Begin again." in dora.read(IDENTITIES).words("#flash")
    assert rows(connected, Identity) == 0


def test_linking_twice_is_harmless(dora: Browser, issuer: Issuer, connected: Builder) -> None:
    for _ in range(2):
        come_back(dora, issuer)
        assert dora.send(IDENTITIES).status == 303
    assert rows(connected, Identity) == 1


def test_an_identity_belongs_to_one_person(dora: Browser, visitor: Browser, issuer: Issuer, connected: Builder) -> None:
    come_back(visitor, issuer)
    come_back(dora, issuer)
    dora.send(IDENTITIES)
    page = dora.read(IDENTITIES)
    assert "belongs to another person here" in page.words("#flash")
    assert linked(dora) == []
    [theirs] = visitor.read(IDENTITIES).values("[aria-label='Linked accounts'] form", "action")
    assert dora.send(theirs).status == 404
    assert dora.send(f"{IDENTITIES}/{uuid4()}/removal").status == 404
    assert rows(connected, Identity) == 1


def test_the_last_way_in_stays_until_there_is_a_password(visitor: Browser, issuer: Issuer, connected: Builder) -> None:
    come_back(visitor, issuer)
    [unlink] = visitor.read(IDENTITIES).values("[aria-label='Linked accounts'] form", "action")
    assert visitor.send(unlink).status == 303
    assert "your only way to sign in" in visitor.read(IDENTITIES).words("#flash")
    assert linked(visitor) == ["the university"]
    security = visitor.read("/profile/security")
    assert security.values("main input", "name") == ["password"]
    assert visitor.send("/profile/security", {"password": "a short sentence"}).status == 303
    assert visitor.read("/profile/security").values("main input", "name") == ["current", "password"]
    assert visitor.send(unlink).status == 303
    assert linked(visitor) == []
    signs_in = {"email": "eve@example.org", "password": "a short sentence"}
    assert connected.browser().send("/login", signs_in).status == 303


def test_an_issuer_that_is_asked_no_more_is_no_way_in(
    visitor: Browser, issuer: Issuer, github: GitHub, connected: Builder
) -> None:
    come_back(visitor, issuer)
    come_back_from_github(visitor, github)
    visitor.send(IDENTITIES)
    with connected.inside() as session:
        session.execute(update(Identity).where(Identity.issuer == issuer.url).values(issuer="https://gone.example"))
        session.commit()
    page = visitor.read(IDENTITIES)
    assert linked(visitor) == ["https://gone.example", "GitHub"]
    assert "switched off here" in page.words("[aria-label='Linked accounts']")
    old, last = page.values("[aria-label='Linked accounts'] form", "action")
    visitor.send(last)
    assert linked(visitor) == ["https://gone.example", "GitHub"]
    visitor.send(old)
    assert linked(visitor) == ["GitHub"]


def test_the_pages_of_identities_are_for_people(visitor: Browser) -> None:
    for path in (IDENTITIES, f"{IDENTITIES}/new"):
        assert visitor.read(path).location == f"/login?next={path}"
    assert visitor.send(IDENTITIES).location == "/login"
    assert visitor.send(f"{IDENTITIES}/{uuid4()}/removal").location == "/login"


def test_the_first_account_from_elsewhere_runs_an_embedded_deployment(
    app: Flask, make_app: Callable[..., Flask], issuer: Issuer
) -> None:
    made = Builder(make_app(embedded=True, oidc_issuer=issuer.url, oidc_client_id="colloquy", oidc_client_secret="x"))
    come_back(made.browser(), issuer)
    with made.inside() as session:
        assert session.scalars(select(Person.super_admin)).one()
