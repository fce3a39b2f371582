"""The people of an organization: who is in it, as what, and who is asked to join.

An organization always keeps one admin. An invitation is a link that works once; only its digest is stored. The link in
the mail is another one than the link that an admin sees, so that it proves whose the address is.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, select

from webapp import tenancy
from webapp.accounts import sessions
from webapp.accounts.cookies import digest, new_token
from webapp.accounts.models import Person
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.extensions import db
from webapp.mail.posting import address_for, post
from webapp.organizations.models import INTRUDERS, Invitation, Membership, Organization, Role
from webapp.records import now

INVITATION_LIFE = timedelta(days=14)


class LastAdmin(Exception):
    """Nobody would be left to run the organization."""


class AlreadyMember(Exception):
    """Whoever was invited is in the organization."""


def members(organization: Organization) -> list[Membership]:
    """Return the memberships with their people, admins first, then by name."""
    found = select(Membership).join(Membership.person).where(Membership.organization_id == organization.id, _stays())
    return list(db.session.scalars(found.order_by(Membership.role, Person.name, Person.id)))


def change_role(membership: Membership, role: Role, by: Person) -> None:
    """Give a member another role. Raises LastAdmin."""
    if role != Role.ADMIN:
        _keep_an_admin(membership)
    _note(Action.ROLE_CHANGED, membership, by, before=membership.role, after=role)
    membership.role = role


def remove(membership: Membership, by: Person) -> None:
    """Take a person out of the organization. Their conversations stay theirs. Raises LastAdmin."""
    _keep_an_admin(membership)
    _note(
        Action.MEMBER_LEFT if membership.person == by else Action.MEMBER_REMOVED, membership, by, role=membership.role
    )
    db.session.delete(membership)
    sessions.reopen(membership.person)


def _note(action: Action, membership: Membership, by: Person, **details: str) -> None:
    person = membership.person
    note(action, membership.organization_id, by=by, subject=person.email, subject_id=person.id, **details)


def _keep_an_admin(membership: Membership) -> None:
    """Raise LastAdmin if this is the only admin. Two who leave at the same time wait for each other here."""
    admins = (
        select(Membership.person_id)
        .join(Membership.person)
        .where(Membership.organization_id == membership.organization_id, Membership.role == Role.ADMIN, _stays())
        .order_by(Membership.person_id)
    )
    if set(db.session.scalars(admins.with_for_update(of=Membership))) <= {membership.person_id}:
        raise LastAdmin


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as whoever holds its link sees it."""

    invitation: Invitation
    organization: Organization
    inviter: str | None
    by_mail: bool


def open_invitations(organization: Organization) -> list[Invitation]:
    """Return the invitations that can still be accepted, newest first."""
    found = select(Invitation).where(Invitation.organization_id == organization.id, _open())
    return list(db.session.scalars(found.order_by(Invitation.created_at.desc())))


def invite(organization: Organization, email: str, role: Role, inviter: Person) -> str:
    """Invite an address by mail, in place of an earlier invitation to it, and return the token of a link to pass on.

    Raises AlreadyMember.
    """
    joined = select(Membership).join(Membership.person)
    if db.session.scalar(joined.where(Membership.organization_id == organization.id, Person.email == email)):
        raise AlreadyMember
    for earlier in open_invitations(organization):
        if earlier.email == email:
            revoke(earlier, inviter)
    token, mailed = new_token(), new_token()
    db.session.add(
        Invitation(
            organization_id=organization.id,
            email=email,
            role=role,
            token_hash=digest(token),
            mail_token_hash=digest(mailed),
            inviter_id=inviter.id,
            expires_at=now() + INVITATION_LIFE,
        )
    )
    note(Action.INVITATION_SENT, organization.id, by=inviter, subject=email, role=role)
    _write(organization, email, role, inviter, mailed)
    return token


def _write(organization: Organization, email: str, role: Role, inviter: Person, token: str) -> None:
    post(
        "mail/invitation.html",
        email,
        f"Join {organization.name}",
        inviter=inviter.name,
        organization=organization.name,
        role=role,
        email=email,
        link=address_for("organizations.show_invitation", token=token),
    )


def revoke(invitation: Invitation, by: Person) -> None:
    """Let the link lead nowhere from now on."""
    invitation.revoked_at = now()
    note(Action.INVITATION_REVOKED, invitation.organization_id, by=by, subject=invitation.email)


def invited_by(token: str) -> Invited | None:
    """Return what a link invites to, or None where it has expired, was revoked, or was used.

    Whoever holds it need not reach the organization yet, so it is looked up everywhere.
    """
    by_mail = func.coalesce(Invitation.mail_token_hash == digest(token), false())
    with tenancy.everywhere():
        found = db.session.execute(
            select(Invitation, Organization, Person.name, by_mail)
            .join(Invitation.organization)
            .outerjoin(Person, Person.id == Invitation.inviter_id)
            .where((Invitation.token_hash == digest(token)) | by_mail, _open())
        ).first()
    return Invited(*found) if found else None


def accept(invited: Invited, person: Person) -> None:
    """Let the person in, and the link be used up. Somebody who is in already keeps the higher role.

    Who came by the mail that was sent to their own address has shown that it is theirs.
    """
    invitation = invited.invitation
    with tenancy.everywhere():
        taken = db.session.scalar(select(Invitation).where(Invitation.id == invitation.id, _open()).with_for_update())
        if taken is None:
            return
        taken.accepted_at = now()
        if invited.by_mail and person.email == invitation.email:
            person.email_verified_at = person.email_verified_at or now()
        membership = db.session.get(Membership, (invitation.organization_id, person.id))
        if membership is None:
            db.session.add(
                Membership(organization_id=invitation.organization_id, person_id=person.id, role=invitation.role)
            )
        elif invitation.role == Role.ADMIN:
            membership.role = Role.ADMIN
        db.session.flush()
        note(
            Action.INVITATION_ACCEPTED,
            invitation.organization_id,
            by=person,
            subject=invitation.email,
            role=invitation.role,
        )


def membership_of(organization: Organization, person_id: UUID) -> Membership | None:
    """Return a person's membership."""
    return db.session.get(Membership, (organization.id, person_id))


def _stays() -> ColumnElement[bool]:
    return ~Person.email.endswith(INTRUDERS)


def _open() -> ColumnElement[bool]:
    unused = Invitation.accepted_at.is_(None) & Invitation.revoked_at.is_(None)
    return unused & (Invitation.expires_at > now())
