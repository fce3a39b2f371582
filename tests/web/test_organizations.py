"""An organization: its people, their roles and invitations, what it looks like, and its end."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import gevent
import pytest
from sqlalchemy import func, select, update

from tests.builders import Builder
from tests.fakes.mailbox import link_in
from tests.pictures import JPEG, WEBP, png
from webapp.accounts.models import Person
from webapp.assistants.models import Audience
from webapp.extensions import Base
from webapp.mail.models import Mail
from webapp.organizations.models import Invitation, Membership, Role
from webapp.records import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Browser, Page
    from tests.builders import Row
    from tests.fakes.provider import StandIn

MEMBERS = "/organizations/robots/members"
INVITATIONS = "/organizations/robots/invitations"


def roles(build: Builder, organization: Row) -> dict[UUID, str]:
    with build.inside(organization.id) as session:
        found = session.scalars(select(Membership).where(Membership.organization_id == organization.id))
        return {membership.person_id: membership.role for membership in found}


def invitations(build: Builder) -> list[Invitation]:
    with build.inside() as session:
        return list(session.scalars(select(Invitation)))


def invited(admin: Browser, email: str, role: Role = Role.MEMBER) -> str:
    """Invite an address, and return the path of the link."""
    page = admin.send(INVITATIONS, {"email": email, "role": role})
    assert page.status == 200
    return urlsplit(page.words("#invitation_link")).path


def refused(page: Page) -> bool:
    return "keeps one admin" in page.words(".flash--negative")


def test_people_are_listed_with_their_roles(ada: Browser, ben: Browser) -> None:
    page = ada.read(MEMBERS)
    assert page.each("[aria-label=Members] .row__name") == ["Ada (you)", "Ben"]
    assert page.values("[aria-label=Members] option[selected]", "value") == ["admin", "member"]


def test_a_role_is_changed_and_an_admin_remains(ada: Browser, ben: Browser, build: Builder, robots: Row) -> None:
    assert ada.send(f"{MEMBERS}/{ada.person.id}/role", {"role": "member"}).status == 303
    assert refused(ada.read(MEMBERS))
    ada.send(f"{MEMBERS}/{ben.person.id}/role", {"role": "admin"})
    ada.send(f"{MEMBERS}/{ada.person.id}/role", {"role": "member"})
    assert roles(build, robots) == {ada.person.id: "member", ben.person.id: "admin"}
    assert ada.read(MEMBERS).status == 403
    assert ben.read(MEMBERS).status == 200
    assert ben.send(f"{MEMBERS}/{ben.person.id}/role", {"role": "emperor"}).status == 422


def test_whoever_is_removed_reaches_nothing_any_more(
    ada: Browser, ben: Browser, build: Builder, robots: Row, document: Row
) -> None:
    assert ben.read(f"/documents/{document.id}").status == 200
    assert "Remove Ben?" in ada.read(f"{MEMBERS}/{ben.person.id}/removal").words("h1")
    ada.send(f"{MEMBERS}/{ben.person.id}/removal")
    assert ben.read(f"/documents/{document.id}").status == 404
    assert set(roles(build, robots)) == {ada.person.id}
    ada.send(f"{MEMBERS}/{ada.person.id}/removal")
    assert refused(ada.read(MEMBERS))
    assert ada.send(f"{MEMBERS}/{uuid4()}/removal").status == 404


def test_an_invitation_is_accepted_once_by_somebody_with_an_account(
    ada: Browser, cleo: Browser, build: Builder, robots: Row
) -> None:
    link = invited(ada, "cleo@example.org")
    assert "Ada invites cleo@example.org to join as a member" in cleo.read(link).words("main")
    assert cleo.send(link).status == 303
    assert roles(build, robots)[cleo.person.id] == "member"
    assert cleo.read(link).status == 404
    assert build.browser(build.person("Eve")).send(link).status == 404


def test_an_invitation_is_accepted_by_somebody_new(ada: Browser, guest: Browser, build: Builder, robots: Row) -> None:
    link = invited(ada, "dora@example.org", Role.ADMIN)
    page = guest.read(link)
    assert page.values("main a", "href") == [f"/signup?next={link}", f"/login?next={link}"]
    fields = {
        "name": "Dora",
        "email": "dora@example.org",
        "password": "a short sentence",
        "software_background": "Beginner",
        "hardware_background": "None",
        "next": link,
    }
    assert guest.send("/signup", fields).location == link
    assert guest.send(link).status == 303
    assert "admin" in set(roles(build, robots).values())
    assert guest.read(MEMBERS).each("[aria-label=Members] .row__name") == ["Ada", "Dora (you)"]


def test_an_invitation_can_be_taken_back_and_runs_out(ada: Browser, cleo: Browser, build: Builder) -> None:
    link = invited(ada, "cleo@example.org")
    [invitation] = invitations(build)
    assert ada.read(MEMBERS).each("[aria-label='Open invitations'] .row__name") == ["cleo@example.org"]
    ada.send(f"{INVITATIONS}/{invitation.id}/revocation")
    assert cleo.send(link).status == 404
    late = invited(ada, "cleo@example.org")
    with build.inside() as session:
        session.execute(update(Invitation).values(expires_at=now() - timedelta(seconds=1)))
        session.commit()
    assert cleo.send(late).status == 404


def test_a_second_invitation_takes_the_place_of_the_first(ada: Browser, cleo: Browser, build: Builder) -> None:
    first, second = invited(ada, "cleo@example.org"), invited(ada, "Cleo@Example.org", Role.ADMIN)
    assert cleo.read(first).status == 404
    assert "as an admin" in cleo.read(second).words("main")


def test_an_invitation_never_lowers_a_role(ada: Browser, ben: Browser, build: Builder, robots: Row) -> None:
    link = invited(ada, "elsewhere@example.org", Role.MEMBER)
    ada.send(link)
    assert roles(build, robots)[ada.person.id] == "admin"


@pytest.mark.parametrize(
    ("email", "said"),
    [("", "Enter the address to invite."), ("ben", "has an @"), ("ben@example.org", "is a member already")],
)
def test_who_cannot_be_invited_is_said_beside_the_field(ada: Browser, ben: Browser, email: str, said: str) -> None:
    page = ada.send(INVITATIONS, {"email": email, "role": "member"})
    assert page.status == 422
    assert said in page.error_beside("email")
    assert page.values("#email", "value") == [email]


# By mail


@pytest.fixture
def by_mail(make_app: Callable[..., Flask]) -> Builder:
    """The same deployment, where mail goes to the outbox."""
    return Builder(make_app(embedded=True))


def mailed(build: Builder, recipient: str) -> Mail:
    """Return the newest mail to an address."""
    with build.inside() as session:
        mail = session.scalars(select(Mail).where(Mail.recipient == recipient).order_by(Mail.id.desc())).first()
        assert mail
        session.expunge(mail)
        return mail


def verified(build: Builder, person: Row) -> bool:
    with build.inside() as session:
        return session.get_one(Person, person.id).email_verified_at is not None


def test_an_invitation_goes_out_by_mail_with_a_link_of_its_own(ada: Browser, by_mail: Builder, robots: Row) -> None:
    admin = by_mail.browser(ada.person)
    shown = invited(admin, "cleo@example.org", Role.ADMIN)
    assert "on its way by mail" in admin.send(INVITATIONS, {"email": "eve@example.org", "role": "member"}).words("main")
    mail = mailed(by_mail, "cleo@example.org")
    assert mail.subject == "Join Robots United"
    assert "Ada invites cleo@example.org to join Robots United as an admin" in " ".join(mail.text.split())
    assert link_in(mail.text).startswith("/invitations/")
    assert link_in(mail.text) != shown
    cleo = by_mail.browser(by_mail.person("Cleo"))
    assert cleo.read(shown).words("main") == cleo.read(link_in(mail.text)).words("main")
    assert cleo.send(link_in(mail.text)).status == 303
    assert cleo.send(shown).status == 404, "both are the same invitation, which works once"


@pytest.mark.parametrize(
    ("name", "link", "expected"), [("Cleo", "mailed", True), ("Cleo", "shown", False), ("Eve", "mailed", False)]
)
def test_who_comes_by_the_mail_to_their_own_address_has_verified_it(
    ada: Browser, by_mail: Builder, robots: Row, name: str, link: str, expected: bool
) -> None:
    shown = invited(by_mail.browser(ada.person), "cleo@example.org")
    person = by_mail.person(name)
    path = shown if link == "shown" else link_in(mailed(by_mail, "cleo@example.org").text)
    assert by_mail.browser(person).send(path).status == 303
    assert roles(by_mail, robots)[person.id] == "member"
    assert verified(by_mail, person) is expected


def test_a_mailed_invitation_that_was_taken_back_leads_nowhere(ada: Browser, by_mail: Builder) -> None:
    admin = by_mail.browser(ada.person)
    invited(admin, "cleo@example.org")
    link = link_in(mailed(by_mail, "cleo@example.org").text)
    [invitation] = invitations(by_mail)
    admin.send(f"{INVITATIONS}/{invitation.id}/revocation")
    assert by_mail.browser(by_mail.person("Cleo")).send(link).status == 404


def test_people_of_an_organization_are_its_admins_business(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser, build: Builder
) -> None:
    invited(ada, "dora@example.org")
    [invitation] = invitations(build)
    paths = [
        ("GET", MEMBERS),
        ("POST", INVITATIONS),
        ("POST", f"{INVITATIONS}/{invitation.id}/revocation"),
        ("POST", f"{MEMBERS}/{ben.person.id}/role"),
        ("GET", f"{MEMBERS}/{ben.person.id}/removal"),
        ("POST", f"{MEMBERS}/{ben.person.id}/removal"),
    ]
    for method, path in paths:
        assert ben.open(path, method=method).status_code == 403
        assert cleo.open(path, method=method).status_code == 404
        assert guest.open(path, method=method).location.startswith("/login")
    theirs = f"/organizations/clinic/invitations/{invitation.id}/revocation"
    assert cleo.send(theirs).status == 404


# One's own place


def test_a_person_sees_every_organization_that_they_are_in(
    ada: Browser, build: Builder, clinic: Row, tutor: Row
) -> None:
    build.membership(ada.person, clinic)
    build.assistant(clinic, "nurse", audience=Audience.ORGANIZATION)
    page = ada.read("/")
    assert page.values("#account .menu__place", "href") == [
        "/organizations/clinic/",
        "/organizations/robots/documents",
    ]
    assert page.each(".home > span:last-child") == ["Robots United", "City Clinic"]
    assert [ul.css_first(".assistant__name").text() for ul in page.tree.css(".assistants")] == ["Tutor", "Nurse"]
    assert "You are a member here" in ada.read("/organizations/clinic/").words("main")
    assert ada.read("/profile").each("main .line__end") == ["Member", "Admin"]


def test_an_admin_of_several_switches_between_them(ada: Browser, build: Builder, clinic: Row) -> None:
    assert ada.read(MEMBERS).values("#switcher a", "href") == []
    build.membership(ada.person, clinic, Role.ADMIN)
    assert ada.read(MEMBERS).values("#switcher a", "href") == ["/organizations/clinic/documents"]
    assert ada.read("/organizations/clinic/members").values("#switcher a", "href") == [
        "/organizations/robots/documents"
    ]


def test_one_organization_needs_no_headings_and_no_switch(
    ben: Browser, tutor: Row, build: Builder, robots: Row
) -> None:
    build.assistant(robots, "other")
    page = ben.read("/")
    assert len(page.each(".assistant")) == 2
    assert page.each(".home") == []


def test_a_member_leaves_by_themselves(ada: Browser, ben: Browser, build: Builder, robots: Row, document: Row) -> None:
    assert "Leave Robots United?" in ben.read("/organizations/robots/departure").words("h1")
    assert ben.send("/organizations/robots/departure").location == "/"
    assert "You left Robots United." in ben.read("/").words("#flash")
    assert set(roles(build, robots)) == {ada.person.id}
    assert ben.read("/organizations/robots/").status == 404
    assert ben.read(f"/documents/{document.id}").status == 404
    assert ben.send("/organizations/robots/departure").status == 404
    assert "Left" in ada.read("/organizations/robots/audit").each("#entries td:nth-child(3)")


def test_the_last_admin_stays(ada: Browser, build: Builder, robots: Row) -> None:
    assert ada.send("/organizations/robots/departure").location == "/organizations/robots/"
    assert refused(ada.read("/organizations/robots/"))
    assert roles(build, robots) == {ada.person.id: "admin"}


def test_a_place_is_its_own_persons(cleo: Browser, guest: Browser, robots: Row, tutor: Row) -> None:
    for path in ("/organizations/robots/", "/organizations/robots/departure"):
        assert cleo.read(path).status == 404
        assert guest.read(path).location.startswith("/login")
    assert cleo.send("/organizations/robots/departure").status == 404


# Settings

SETTINGS = "/organizations/robots/settings"
PICTURES = {"image/png": png(), "image/jpeg": JPEG, "image/webp": WEBP}


def settings(**changes: object) -> dict[str, object]:
    return {"name": "Robots United", "slug": "robots", **changes}


def test_name_and_address_are_changed_and_old_links_end(ada: Browser, robots: Row) -> None:
    page = ada.read(SETTINGS)
    assert page.values("#name", "value") == ["Robots United"]
    assert "old links to it stop working" in page.words("#slug_hint")
    sent = ada.send(SETTINGS, settings(name="Robots & Sons", slug=" Robots-and-Sons "))
    assert sent.location == "/organizations/robots-and-sons/settings"
    page = ada.read(sent.location)
    assert "Robots & Sons" in page.words(".bar__meta")
    assert ada.read(SETTINGS).status == 404
    told = ada.read("/organizations/robots-and-sons/audit").words("#entries tbody tr")
    assert "Changed the organization" in told
    assert "name: Robots United → Robots & Sons; slug: robots → robots-and-sons" in told


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", " ", "Say what it is called."),
        ("slug", "", "Say what stands in its addresses."),
        ("slug", "no spaces", "Small letters, digits, and hyphens"),
        ("slug", "-robots", "Small letters, digits, and hyphens"),
        ("slug", "../etc", "Small letters, digits, and hyphens"),
        ("slug", "r" * 51, "At most 50 characters."),
        ("slug", "clinic", "Another organization has this address."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    ada: Browser, robots: Row, clinic: Row, field: str, typed: str, said: str
) -> None:
    page = ada.send(SETTINGS, settings(**{field: typed}))
    assert page.status == 422
    assert said in page.error_beside(field)
    assert page.values(f"#{field}", "value") == [typed.strip()]
    assert ada.read(SETTINGS).values("#slug", "value") == ["robots"]


@pytest.mark.parametrize("kind", PICTURES)
def test_a_logo_is_shown_to_whoever_reaches_the_organization(
    ada: Browser, guest: Browser, cleo: Browser, build: Builder, robots: Row, kind: str
) -> None:
    assert ada.send(SETTINGS, settings(logo=(io.BytesIO(PICTURES[kind]), "logo.svg"))).status == 303
    [address] = ada.read(SETTINGS).values("main img", "src")
    logo = ada.get(address)
    assert logo.data == PICTURES[kind]
    assert logo.mimetype == kind
    assert logo.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in logo.headers["Cache-Control"]
    assert ada.get(address.partition("?")[0]).headers["Cache-Control"] == "private, no-cache"
    assert guest.read(address).status == cleo.read(address).status == 404
    build.assistant(robots, "open")
    page = guest.read("/assistants/open")
    assert page.values(".hero img", "src") == [address]
    assert guest.get(address).data == PICTURES[kind]
    ada.send(SETTINGS, settings(remove_logo="y"))
    assert guest.read(address).status == 404
    assert guest.read("/assistants/open").values(".hero img", "src") == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "PNG, JPEG or WebP"),
        (b"GIF89a" + b"\0" * 40, "PNG, JPEG or WebP"),
        (b"RIFF\x20\0\0\0WAVEfmt ", "PNG, JPEG or WebP"),
        (png(padding=1_000_000), "At most 1 MB"),
        (JPEG[:-20], "This picture is damaged"),
        (png(moving=True), "This picture moves"),
    ],
)
def test_what_is_no_picture_is_no_logo(ada: Browser, robots: Row, data: bytes, said: str) -> None:
    page = ada.send(SETTINGS, settings(name="New name", logo=(io.BytesIO(data), "logo.png")))
    assert page.status == 422
    assert said in page.error_beside("logo")
    assert page.values("#name", "value") == ["New name"]
    assert ada.read("/organizations/robots/logo").status == 404
    assert ada.read(SETTINGS).values("#name", "value") == ["Robots United"]


def test_an_accent_colours_the_pages_of_the_organization(
    ada: Browser, guest: Browser, cleo: Browser, tutor: Row, build: Builder, robots: Row
) -> None:
    assert ada.read("/organizations/robots/accent.css").status == 404
    ada.send(SETTINGS, settings(own_accent="y", accent="#FFE000"))
    asked = guest.begin("tutor", "Does a strain wave gear have no backlash?")
    for page in (guest.read("/assistants/tutor"), asked.page, ada.read(MEMBERS)):
        assert "/organizations/robots/accent.css?v=ffe000" in page.values("link", "href")
    assert not [address for address in guest.read("/").values("link", "href") if "accent" in address]
    sheet = guest.get("/organizations/robots/accent.css?v=ffe000")
    assert sheet.mimetype == "text/css"
    assert "immutable" in sheet.headers["Cache-Control"]
    assert "--accent: light-dark(#796901, #ffe000)" in sheet.text
    ada.send(SETTINGS, settings(accent="#ffe000"))
    assert ada.read("/organizations/robots/accent.css").status == 404


def test_a_colour_that_is_none_is_refused(ada: Browser, robots: Row) -> None:
    page = ada.send(SETTINGS, settings(own_accent="y", accent="red;}"))
    assert page.status == 422
    assert "Write the colour as" in page.error_beside("accent")


# Deletion

DELETION = "/organizations/robots/deletion"


def test_an_organization_goes_with_everything_and_leaves_a_receipt(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser, build: Builder, tutor: Row, document: Row
) -> None:
    asked = guest.begin("tutor", "Does a strain wave gear have no backlash?")
    invited(ada, "dora@example.org")
    page = ada.send(DELETION, {"slug": "clinic"})
    assert page.status == 422
    assert "Type robots" in page.error_beside("slug")
    assert page.values("#slug", "value") == ["clinic"]
    sent = ada.send(DELETION, {"slug": "robots"})
    receipt = ada.read(sent.location)
    counts = dict(zip(receipt.each("#counts tbody th"), receipt.each("#counts td"), strict=True))
    assert counts["Documents"] == counts["Assistants"] == counts["Conversations"] == counts["Invitations"] == "1"
    assert counts["Messages"] == counts["Memberships"] == "2"
    assert counts["Passages"] == "3"
    assert "The accounts of its people" in receipt.words("main")
    with build.inside() as session:
        for table in Base.metadata.sorted_tables:
            if "organization_id" in table.c:
                left = select(func.count()).select_from(table).where(table.c.organization_id.is_not(None))
                assert session.scalar(left) == (1 if table.name == "memberships" else 0), table.name
    for path in (MEMBERS, f"/documents/{document.id}", "/assistants/tutor", asked.path):
        assert ada.read(path).status == 404
    assert guest.read(asked.path).status == guest.read("/assistants/tutor").status == 404
    assert ada.read("/profile").status == 200
    assert ben.read(sent.location).status == cleo.read(sent.location).status == 404
    assert guest.read(sent.location).location.startswith("/login")
    root = build.browser(build.person("Root", super_admin=True))
    assert root.read(sent.location).status == 200
    assert "Deleted an organization" in root.read("/admin/audit").words("#entries")


def test_an_answer_that_is_being_written_stops_with_its_organization(
    app: Flask, ada: Browser, ben: Browser, tutor: Row, provider: StandIn
) -> None:
    provider.answer("It has no backlash. " * 400)
    with provider.held("It has no backlash."):
        ben.send("/assistants/tutor/conversations", {"message": "Does a strain wave gear have no backlash?"})
        [live] = app.extensions["live_answers"].own.values()
        until = time.monotonic() + 10
        while not live.text and time.monotonic() < until:
            gevent.sleep(0.01)
        assert live.text
        assert ada.send(DELETION, {"slug": "robots"}).status == 303
        assert live.wait_for_end(5)
    assert ben.read("/conversations").each(".row__name") == []


def test_settings_and_deletion_are_the_admins_business(
    ada: Browser, ben: Browser, cleo: Browser, guest: Browser
) -> None:
    for method, path in (("GET", SETTINGS), ("POST", SETTINGS), ("GET", DELETION), ("POST", DELETION)):
        assert ben.open(path, method=method, data={"slug": "robots"}).status_code == 403
        assert cleo.open(path, method=method, data={"slug": "robots"}).status_code == 404
        assert guest.open(path, method=method).location.startswith("/login")
    assert ada.read(SETTINGS).status == 200
