"""People's pictures: taking one in, and who sees it."""

from typing import IO
from uuid import UUID

from sqlalchemy import Exists, column, delete, exists, select, table
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts import images
from webapp.accounts.models import Person, Picture
from webapp.accounts.visitor import current_person
from webapp.extensions import db
from webapp.records import now

MOST_BYTES = 1024 * 1024
SMALLEST, LARGEST = 16, 4096


class Refused(Exception):
    """This cannot be a person's picture. The message is the sentence that says why."""


def keep(person: Person, stream: IO[bytes]) -> None:
    """Make this the person's picture, in place of an earlier one. Raises Refused."""
    data = stream.read(MOST_BYTES + 1)
    if not data:
        raise Refused("Choose a picture first.")
    if len(data) > MOST_BYTES:
        raise Refused("At most 1 MB. Make it smaller first.")
    image = images.recognise(data)
    if image is None:
        raise Refused("This is no PNG, JPEG or WebP picture.")
    if min(image.width, image.height) < SMALLEST or max(image.width, image.height) > LARGEST:
        size = f"{image.width:,} × {image.height:,}"
        raise Refused(f"From {SMALLEST} to {LARGEST:,} pixels wide and high, please. This has {size}.")
    values = {"media_type": image.media_type, "width": image.width, "height": image.height, "data": data}
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
    found = select(Picture).where(Picture.person_id == person_id)
    if me.id != person_id and not me.super_admin:
        found = found.where(_share_an_organization(me.id, person_id))
    return db.session.scalar(found)


_memberships = table("memberships", column("organization_id"), column("person_id"))


def _share_an_organization(one: UUID, other: UUID) -> Exists:
    mine, theirs = _memberships.alias("mine"), _memberships.alias("theirs")
    return exists().where(
        mine.c.organization_id == theirs.c.organization_id, mine.c.person_id == one, theirs.c.person_id == other
    )
