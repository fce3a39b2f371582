"""People's pictures: taking one in, and who sees it."""

from uuid import UUID

from sqlalchemy import Exists, column, delete, exists, select, table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import joinedload

from webapp.accounts.models import Person, Picture
from webapp.accounts.visitor import current_person
from webapp.extensions import db
from webapp.records import now
from webapp.web.pictures import Image


def keep(person: Person, image: Image) -> None:
    """Make this the person's picture, in place of an earlier one."""
    values = {"media_type": image.media_type, "width": image.width, "height": image.height, "data": image.data}
    kept = insert(Picture).values(person_id=person.id, **values)
    db.session.execute(kept.on_conflict_do_update(index_elements=["person_id"], set_=values))
    person.pictured_at = now()


def remove(person: Person) -> None:
    """Forget the person's picture. Doing it twice is harmless."""
    db.session.execute(delete(Picture).where(Picture.person_id == person.id))
    person.pictured_at = None


def seen_by_visitor(person_id: UUID) -> Picture | None:
    """Return a person's picture if this visitor may see it: their own, or of whom they share an organization with."""
    me = current_person()
    if me is None:
        return None
    found = select(Picture).options(joinedload(Picture.person)).where(Picture.person_id == person_id)
    if me.id != person_id and not me.super_admin:
        found = found.where(_share_an_organization(me.id, person_id))
    return db.session.scalar(found)


_memberships = table("memberships", column("organization_id"), column("person_id"))


def _share_an_organization(one: UUID, other: UUID) -> Exists:
    mine, theirs = _memberships.alias("mine"), _memberships.alias("theirs")
    return exists().where(
        mine.c.organization_id == theirs.c.organization_id, mine.c.person_id == one, theirs.c.person_id == other
    )
