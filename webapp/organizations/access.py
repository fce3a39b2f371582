"""What this person may reach of organizations."""

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

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


def joined(slug: str) -> tuple[Organization, Membership | None]:
    """Return the organization with this person's membership; a super admin may have none. Others get 404."""
    person = current_person()
    if person is None:
        abort(login.unauthorized())
    found = db.session.execute(
        select(Organization, Membership)
        .outerjoin(Membership, (Membership.organization_id == Organization.id) & (Membership.person_id == person.id))
        .where(Organization.slug == slug, Organization.id.in_(visitor().organizations))
    ).first()
    if found is None or (found.Membership is None and not person.super_admin):
        abort(404)
    return found.Organization, found.Membership


def visible(slug: str) -> Organization:
    """Return an organization that this visitor reaches in whatever way, or answer 404."""
    found = db.session.scalar(
        select(Organization).where(Organization.slug == slug, Organization.id.in_(visitor().organizations))
    )
    return found or abort(404)


def memberships_of(person: Person) -> list[Membership]:
    """Return the person's memberships with their organizations, by name."""
    return list(
        db.session.scalars(
            select(Membership)
            .join(Membership.organization)
            .where(Membership.person_id == person.id, Membership.organization_id.in_(visitor().organizations))
            .options(contains_eager(Membership.organization))
            .order_by(Organization.name, Organization.id)
        )
    )


def acted_for() -> Organization | None:
    """Return the organization that this super admin acts for, or None."""
    return db.session.get(Organization, visitor().acting_for) if visitor().acting_for else None
