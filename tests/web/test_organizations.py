"""The people of an organization: roles, invitations, and who may look after them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from tests.builders import Builder
from tests.fakes.mailbox import link_in
from webapp.accounts.models import Person
from webapp.mail.models import Mail
from webapp.organizations.models import Invitation, Membership, Role
from webapp.records import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.browser import Browser, Page
    from tests.builders import Row

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
