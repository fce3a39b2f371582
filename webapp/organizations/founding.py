"""New organizations: the one that the first account gets to begin with, and those that super admins make later."""

from blinker import Namespace
from sqlalchemy import select

from webapp import tenancy
from webapp.accounts.joining import first_person_joined
from webapp.accounts.models import Person
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.extensions import db
from webapp.organizations.changing import refuse_taken
from webapp.organizations.models import Membership, Organization, Role
from webapp.records import uuid7

organization_founded = Namespace().signal("organization-founded", doc="Sent with an organization that was just made.")

NAME, SLUG = "Our documents", "home"


@first_person_joined.connect
def _look_after_everything(person: Person) -> None:
    """Make the first person an admin of what is there, such as the demo, or of a first organization of their own."""
    with tenancy.everywhere():
        for organization in db.session.scalars(select(Organization)).all() or [found(NAME, SLUG, person)]:
            db.session.add(Membership(organization_id=organization.id, person_id=person.id, role=Role.ADMIN))
        db.session.flush()


def found(name: str, slug: str, by: Person) -> Organization:
    """Return a new organization with what every one begins with. Raises SlugTaken, or IntegrityError at the same time.

    To be called with every organization in sight.
    """
    refuse_taken(slug)
    organization = Organization(id=uuid7(), name=name, slug=slug)
    db.session.add(organization)
    db.session.flush()
    organization_founded.send(organization)
    note(Action.ORGANIZATION_CREATED, organization.id, by=by, subject=name, subject_id=organization.id)
    return organization
