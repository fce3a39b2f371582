"""The first organization: on a new deployment the first account gets one to begin with."""

from blinker import Namespace
from sqlalchemy import select

from webapp import tenancy
from webapp.accounts.joining import first_person_joined
from webapp.accounts.models import Person
from webapp.extensions import db
from webapp.organizations.models import Membership, Organization, Role
from webapp.records import uuid7

organization_founded = Namespace().signal("organization-founded", doc="Sent with an organization that was just made.")

NAME, SLUG = "Our documents", "home"


@first_person_joined.connect
def _look_after_everything(person: Person) -> None:
    """Make the first person an admin of what is there, such as the demo, or of a first organization of their own."""
    with tenancy.everywhere():
        for organization in db.session.scalars(select(Organization)).all() or [_found()]:
            db.session.add(Membership(organization_id=organization.id, person_id=person.id, role=Role.ADMIN))
        db.session.flush()


def _found() -> Organization:
    organization = Organization(id=uuid7(), name=NAME, slug=SLUG)
    db.session.add(organization)
    db.session.flush()
    organization_founded.send(organization)
    return organization
