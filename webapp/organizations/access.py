"""What this person may reach of organizations."""

from flask import abort
from sqlalchemy import select

from webapp.accounts.models import Person
from webapp.accounts.visitor import current_person, visitor
from webapp.extensions import db, login
from webapp.organizations.models import Membership, Organization, Role


def administered(slug: str) -> Organization:
    """Return the organization if this person runs it. Others get 404, its plain members 403, nobody a sign-in."""
    person = current_person()
    if person is None:
        abort(login.unauthorized())
    found = db.session.execute(
        select(Organization, Membership.role)
        .outerjoin(Membership, (Membership.organization_id == Organization.id) & (Membership.person_id == person.id))
        .where(Organization.slug == slug, Organization.id.in_(visitor().organizations))
    ).first()
    if found is None or (found.role is None and not person.super_admin):
        abort(404)
    if found.role != Role.ADMIN and not person.super_admin:
        abort(403)
    return found.Organization  # type: ignore[no-any-return]


def administered_by(person: Person) -> Organization | None:
    """Return an organization that this person runs, for the menu, or None."""
    return db.session.scalar(
        select(Organization)
        .join(Membership)
        .where(
            Membership.person_id == person.id,
            Membership.role == Role.ADMIN,
            Membership.organization_id.in_(visitor().organizations),
        )
        .order_by(Organization.created_at)
        .limit(1)
    )
