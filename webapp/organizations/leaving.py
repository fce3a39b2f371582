"""Organizations that still need somebody who wants to delete their account."""

from flask import url_for
from sqlalchemy import func, select

from webapp.accounts.erasure import Obstacle, asked_to_leave
from webapp.accounts.models import Person
from webapp.extensions import db
from webapp.organizations.models import Membership, Organization, Role


@asked_to_leave.connect
def _needed_by(person: Person) -> list[Obstacle]:
    """Return an obstacle for each organization that nobody else runs."""
    return [
        _alone(organization) if count == 1 else _only_admin(organization, count - 1)
        for organization, count in _run_alone(person)
    ]


def _run_alone(person: Person) -> list[tuple[Organization, int]]:
    """Return the organizations that have no other admin, each with the number of its people."""
    run = select(Membership.organization_id).where(Membership.person_id == person.id, Membership.role == Role.ADMIN)
    admins = db.session.execute(
        select(Membership.organization_id, Membership.person_id)
        .where(Membership.organization_id.in_(run), Membership.role == Role.ADMIN)
        .order_by(Membership.organization_id, Membership.person_id)
        .with_for_update()
    ).all()
    shared = {organization_id for organization_id, admin_id in admins if admin_id != person.id}
    alone = {organization_id for organization_id, _admin_id in admins} - shared
    found = db.session.execute(
        select(Organization, func.count())
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Organization.id.in_(alone))
        .group_by(Organization.id)
        .order_by(Organization.name)
    )
    return [(organization, count) for organization, count in found]


def _only_admin(organization: Organization, others: int) -> Obstacle:
    people = "one other person" if others == 1 else f"{others} other people"
    return Obstacle(
        f"You alone look after {organization.name}, which has {people}. Make somebody else an admin first.",
        url_for("organizations.index", slug=organization.slug),
        f"People of {organization.name}",
    )


def _alone(organization: Organization) -> Obstacle:
    return Obstacle(
        f"Nobody but you is in {organization.name}. Delete the organization first.",
        f"/organizations/{organization.slug}/deletion",
        f"Delete {organization.name}",
    )
