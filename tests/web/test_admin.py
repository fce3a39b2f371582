"""The deployment's administration: what super admins see and do, and that nobody else finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.builders import GEAR_QUESTION, Builder
from tests.web.test_accounts import DORA, DORA_SIGNS_IN
from tests.web.test_second_factor import FACTOR, at_the_step, code, recovery_codes
from webapp.accounts.models import Person, Session
from webapp.assistants.models import Audience
from webapp.mail.models import Mail
from webapp.organizations.models import Membership, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from local import Services
    from tests.browser import Browser
    from tests.builders import Row


@pytest.fixture
def root(build: Builder) -> Browser:
    """Somebody who runs the deployment and is in no organization."""
    return build.browser(build.person("Root", super_admin=True))


def super_admins(build: Builder) -> set[str]:
    with build.inside() as session:
        return set(session.scalars(select(Person.name).where(Person.super_admin)))


# Who finds it


def test_for_everybody_else_there_is_nothing(
    app: Flask, build: Builder, ada: Browser, ben: Browser, guest: Browser, root: Browser
) -> None:
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/admin"):
            continue
        values = {"slug": "robots", "id": ada.person.id}
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        for browser in (ada, ben, guest):
            assert browser.open(path, method=method).status_code == 404, path
        if method == "GET":
            assert root.read(path).status == 200, path
        tried += 1
    assert tried >= 11
    assert super_admins(build) == {"Root"}


def test_only_super_admins_are_shown_the_way(ada: Browser, root: Browser) -> None:
    assert "/admin/organizations" in root.read("/").values("#account a", "href")
    assert "/admin/organizations" not in ada.read("/").values("#account a", "href")


# Organizations


def test_organizations_are_listed_with_their_figures(root: Browser, ada: Browser, cleo: Browser, tutor: Row) -> None:
    ada.begin("tutor", GEAR_QUESTION).ask("And how?")
    page = root.read("/admin/organizations")
    assert page.each("[aria-label=Organizations] .row__name") == ["City Clinic", "Robots United"]
    assert page.each(".counts dt")[:6] == [
        "People",
        "Assistants",
        "Documents",
        "Passages",
        "Conversations",
        "Questions",
    ]
    assert page.each(".counts dd") == ["1", "0", "0", "0", "0", "0", "1", "1", "1", "3", "1", "2"]
    assert root.read("/admin/").each(".counts dd") == page.each(".counts dd")
    [_, robots] = page.values("[aria-label=Organizations] a.row__name", "href")
    assert root.read(robots).status == 200


def test_a_wall_that_is_down_is_said(root: Browser, make_app: Callable[..., Flask], services: Services) -> None:
    assert "second wall" not in root.read("/admin/organizations").words("main")
    owner = Builder(make_app(database_url=services.owner_url, database_owner_url=None)).browser(root.person)
    assert "The second wall is off" in owner.read("/admin/organizations").words(".flash--warning")


def made(**changes: str) -> dict[str, str]:
    return {"name": "Harbour Press", "slug": "harbour-press", "email": "dora@example.org", **changes}


def test_an_organization_is_made_for_somebody_with_an_account(root: Browser, cleo: Browser, build: Builder) -> None:
    assert root.read("/admin/organizations/new").status == 200
    sent = root.send("/admin/organizations", made(email="Cleo@example.org"))
    assert sent.location == "/admin/organizations"
    assert "Harbour Press is made, and cleo@example.org runs it." in root.read(sent.location).words("#flash")
    assert cleo.read("/organizations/harbour-press/members").each("[aria-label=Members] .row__name") == ["Cleo (you)"]
    assert cleo.read("/assistants/harbour-press-assistant").status == 200
    told = cleo.read("/organizations/harbour-press/audit").each("#entries td:nth-child(3)")
    assert set(told) == {"Made an organization", "Changed a role"}


def test_an_organization_is_made_for_somebody_who_is_invited(root: Browser, guest: Browser, build: Builder) -> None:
    page = root.send("/admin/organizations", made())
    assert page.status == 200
    link = urlsplit(page.words("#invitation_link")).path
    assert "join as an admin" in guest.read(link).words("main")
    dora = build.browser(build.person("Dora"))
    dora.send(link)
    assert dora.read("/organizations/harbour-press/documents").status == 200


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Say what it is called."),
        ("slug", "Harbour Press", "Small letters"),
        ("slug", "robots", "Another organization has this address."),
        ("email", "dora", "has an @"),
    ],
)
def test_what_is_wrong_with_a_new_organization_is_said(
    root: Browser, robots: Row, field: str, typed: str, said: str
) -> None:
    page = root.send("/admin/organizations", made(**{field: typed}))
    assert page.status == 422
    assert said in page.error_beside(field)
    assert len(root.read("/admin/organizations").each("[aria-label=Organizations] > li")) == 1


# Acting for one of them


def test_a_super_admin_sees_what_it_is_in_unless_it_acts_for_another(
    root: Browser, ada: Browser, build: Builder, robots: Row, clinic: Row, handbook: Row, document: Row
) -> None:
    build.assistant(robots, "inside", handbook, audience=Audience.ORGANIZATION)
    build.membership(root.person, clinic)
    build.assistant(clinic, "nurse", audience=Audience.ORGANIZATION)
    assert root.read("/").each(".hero .composer__text") != []
    assert "/assistants/inside/conversations" not in root.read("/").values("form", "action")
    assert root.read("/assistants/inside").status == 404
    assert root.send("/assistants/inside/conversations", {"message": GEAR_QUESTION}).status == 404

    assert root.send("/admin/organizations/robots/acting").location == "/"
    page = root.read("/")
    assert "You act for Robots United." in page.words(".acting")
    assert "/assistants/inside/conversations" in page.values("form", "action")
    assert "/assistants/nurse/conversations" not in page.values("form", "action")
    asked = root.begin("inside", GEAR_QUESTION)
    assert root.read("/conversations").values(".row__name", "href") == [asked.path]
    assert root.send("/organizations/robots/documents").status != 404

    assert root.send("/admin/acting/end").location == "/admin/organizations"
    page = root.read("/")
    assert page.words(".acting") == ""
    assert page.values(".side .threads a", "href") == []
    assert root.read("/conversations").values(".row__name", "href") == []
    assert root.read("/assistants/inside").status == 404


def test_acting_is_this_browsers_and_ends_with_the_organization(
    root: Browser, ada: Browser, build: Builder, robots: Row
) -> None:
    other = build.browser(root.person)
    root.send("/admin/organizations/robots/acting")
    assert root.read("/").words(".acting")
    assert other.read("/").words(".acting") == ""
    assert root.send("/admin/organizations/nowhere/acting").status == 404
    ada.send("/organizations/robots/deletion", {"slug": "robots"})
    assert root.read("/").words(".acting") == ""


def test_whoever_is_no_super_admin_any_more_acts_for_nobody(root: Browser, ada: Browser, build: Builder) -> None:
    other = build.browser(build.person("Other", super_admin=True))
    other.send("/admin/organizations/robots/acting")
    root.send(f"/admin/people/{other.person.id}/super-admin", {"super_admin": "no"})
    assert other.read("/").words(".acting") == ""
    with build.inside() as session:
        assert session.scalars(select(Session.acting_for_id)).all() == [None] * 3


def test_public_assistants_are_a_super_admins_like_anybodys(root: Browser, tutor: Row) -> None:
    asked = root.begin("tutor", GEAR_QUESTION)
    assert root.read("/conversations").values(".row__name", "href") == [asked.path]


def test_what_a_super_admin_does_stands_in_the_organizations_audit(root: Browser, ada: Browser, document: Row) -> None:
    root.send("/organizations/robots/invitations", {"email": "dora@example.org", "role": "member"})
    root.send(f"/documents/{document.id}/deletion")
    rows = [row for row in ada.read("/organizations/robots/audit").each("#entries tbody tr") if "Root" in row]
    assert "Deleted a document handbook.md" in rows[0]
    assert "Invited dora@example.org" in rows[1]


# People


def test_people_are_listed_and_found(root: Browser, ada: Browser, ben: Browser, cleo: Browser) -> None:
    page = root.read("/admin/people")
    assert [name.split()[0] for name in page.each("[aria-label=People] .row__name")] == ["Ada", "Ben", "Cleo", "Root"]
    ada_row = page.words(f"#person_{ada.person.id.hex}")
    assert "Robots United (admin)" in ada_row
    assert "Last signed in" in ada_row
    assert "In no organization" in page.words(f"#person_{root.person.id.hex}")
    assert root.read("/admin/people?q=CLEO@ex").each("[aria-label=People] .row__name") == ["Cleo"]
    nobody = root.read("/admin/people?q=100%25")
    assert nobody.each(".row__name") == []
    assert "“100%”" in nobody.words("main")


def test_people_come_in_pages(root: Browser, build: Builder) -> None:
    for number in range(55):
        build.person(f"Person{number:02}")
    first, second = root.read("/admin/people"), root.read("/admin/people?page=2")
    assert len(first.each("[aria-label=People] > li")) == 50
    assert len(second.each("[aria-label=People] > li")) == 6
    assert first.values(".pager a", "href") == ["/admin/people?page=2"]
    assert root.read("/admin/people?page=-1").status == root.read("/admin/people?page=x").status == 200


def test_somebody_is_made_a_super_admin_and_unmade(root: Browser, ben: Browser, build: Builder) -> None:
    path = f"/admin/people/{ben.person.id}/super-admin"
    assert root.send(path, {"super_admin": "yes"}).location == "/admin/people"
    assert ben.read("/admin/people").status == 200
    root.send(path, {"super_admin": "yes"})
    root.send(path, {"super_admin": "no"})
    assert ben.read("/admin/people").status == 404
    rows = root.read("/admin/audit").each("#entries tbody tr")
    assert len([row for row in rows if "Changed a role" in row]) == 2
    assert root.send(f"/admin/people/{uuid4()}/super-admin").status == 404


def test_the_deployment_keeps_one_super_admin(root: Browser, build: Builder) -> None:
    root.send(f"/admin/people/{root.person.id}/super-admin", {"super_admin": "no"})
    assert "keeps one super admin" in root.read("/admin/people").words(".flash--negative")
    assert super_admins(build) == {"Root"}
    build.person("Other", super_admin=True)
    assert root.send(f"/admin/people/{root.person.id}/super-admin", {"super_admin": "no"}).location == "/"
    assert super_admins(build) == {"Other"}


def test_all_sessions_of_somebody_are_ended(root: Browser, ben: Browser, build: Builder) -> None:
    second = build.browser(ben.person)
    root.send(f"/admin/people/{ben.person.id}/sessions/end")
    assert "Ben was signed out of 2 browsers." in root.read("/admin/people").words("#flash")
    assert ben.read("/profile").location.startswith("/login")
    assert second.read("/profile").location.startswith("/login")
    other = build.browser(root.person)
    root.send(f"/admin/people/{root.person.id}/sessions/end")
    assert other.read("/profile").location.startswith("/login")
    assert root.read("/admin/audit").each("#entries td:nth-child(3)") == ["Ended sessions", "Ended sessions"]
    assert root.send(f"/admin/people/{uuid4()}/sessions/end").status == 404


@pytest.fixture
def mailing(make_app: Callable[..., Flask], app: Flask) -> Builder:
    """A deployment whose mail stays in the outbox."""
    return Builder(make_app(embedded=True))


def test_a_lost_second_factor_is_taken_away(root: Browser, mailing: Builder) -> None:
    dora, runs = mailing.browser(), mailing.browser(root.person)
    dora.send("/signup", DORA)
    dora.send(FACTOR)
    secret = dora.read(FACTOR).words("#secret").replace(" ", "")
    with mailing.inside() as session:
        id_ = session.scalars(select(Person.id).where(Person.name == "Dora")).one()
    path = f"/admin/people/{id_}/second-factor/removal"
    assert runs.read("/admin/people?q=dora").values(f"#person_{id_.hex} a", "href") == []
    assert "has no second factor" in runs.read(path).words("h1")
    assert runs.send(path).location == "/admin/people?q=dora@example.org"

    codes = recovery_codes(dora.send(f"{FACTOR}/confirmation", {"code": code(secret)}))
    assert path in runs.read("/admin/people?q=dora").values(f"#person_{id_.hex} a", "href")
    waiting = at_the_step(mailing)
    page = runs.read(path)
    assert "Take Dora’s second factor away?" in page.words("h1")
    assert page.values("main form", "action") == [path]
    runs.send(path)
    assert "Dora signs in with the password alone." in runs.read("/admin/people").words("#flash")

    assert dora.read("/profile").location.startswith("/login")
    assert runs.read("/profile").status == 200
    assert waiting.send("/login/second-factor", {"code": codes[0]}).location == "/login"
    assert mailing.browser().send("/login", DORA_SIGNS_IN).location == "/"
    with mailing.inside() as session:
        mail = session.scalars(select(Mail).where(Mail.subject == "Your second factor was taken away")).one()
        assert (mail.recipient, secret in mail.text, FACTOR in mail.text) == ("dora@example.org", False, True)
    rows = runs.read("/admin/audit").each("#entries tbody tr")
    assert ["Removed a second factor" in row and "Root" in row for row in rows].count(True) == 1
    assert "Ended sessions" in " ".join(rows)
    assert runs.read(f"/admin/people/{uuid4()}/second-factor/removal").status == 404
    assert runs.send(f"/admin/people/{uuid4()}/second-factor/removal").status == 404


# Analytics


def test_what_happened_is_counted_by_day(root: Browser, ada: Browser, guest: Browser, tutor: Row) -> None:
    ada.begin("tutor", GEAR_QUESTION).ask("And how?")
    guest.begin("tutor", GEAR_QUESTION)
    page = root.read("/admin/analytics")
    figures = dict(zip(page.each(".figure__label"), page.each(".figure__value"), strict=True))
    assert figures["Questions"] == "3"
    assert figures["New conversations"] == "2"
    assert figures["Documents taken in"] == "1"
    assert figures["New accounts"] == "2"
    assert figures["Answers that failed"] == "0"
    assert len(page.each("#numbers tbody tr")) == 30
    assert page.each("#numbers tbody tr:first-child td") == ["3", "2", "2", "1", "2", "0"]
    bars = page.tree.css(".panel--wide .chart__bar")
    assert len(bars) == 30
    assert bars[-1].attributes["height"] == "7.125rem"
    assert {bar.attributes["height"] for bar in bars[:-1]} == {"0.000rem"}


def test_an_empty_deployment_has_its_charts_too(root: Browser) -> None:
    page = root.read("/admin/analytics")
    assert page.status == 200
    assert page.each(".figure__value")[0] == "0"


def test_membership_follows_from_nothing_but_rows(root: Browser, robots: Row, build: Builder) -> None:
    root.send("/admin/organizations/robots/acting")
    with build.inside() as session:
        assert session.scalars(select(Membership)).all() == []
    build.membership(root.person, robots, Role.MEMBER)
    assert root.read("/organizations/robots/members").status == 200
