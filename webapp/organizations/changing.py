"""What an organization is called and looks like: its name, its address, its logo, its accent."""

from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from webapp import tenancy
from webapp.accounts.models import Person
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.extensions import db
from webapp.organizations.models import Logo, Organization

LOGO_BYTES = 1024 * 1024


class SlugTaken(Exception):
    """Another organization has this address."""


class NoPicture(Exception):
    """The file is none of the pictures that browsers show without running anything."""


class TooLarge(Exception):
    """The picture is larger than a page should carry."""


def change(organization: Organization, name: str, slug: str, accent: str | None, by: Person) -> None:
    """Give the organization these. Raises SlugTaken. What was something else before stands in its audit."""
    if slug != organization.slug:
        refuse_taken(slug)
    wanted = {"name": name, "slug": slug, "accent": accent}
    changed = {key: [getattr(organization, key), value] for key, value in wanted.items()}
    changed = {key: pair for key, pair in changed.items() if pair[0] != pair[1]}
    for key, value in wanted.items():
        setattr(organization, key, value)
    if changed:
        _note(organization, by, **changed)


def refuse_taken(slug: str) -> None:
    """Raise SlugTaken if an organization has this address, whoever may see it."""
    with tenancy.everywhere():
        if db.session.scalar(select(Organization.id).where(Organization.slug == slug)):
            raise SlugTaken


def show_logo(organization: Organization, data: bytes, by: Person) -> None:
    """Let the organization be known by a picture. Raises TooLarge, NoPicture."""
    if len(data) > LOGO_BYTES:
        raise TooLarge
    values = {"media_type": media_type(data), "data": data}
    db.session.execute(
        insert(Logo)
        .values(organization_id=organization.id, **values)
        .on_conflict_do_update(index_elements=[Logo.organization_id], set_=values)
    )
    organization.logo_version = sha256(data).hexdigest()[:12]
    _note(organization, by, logo="new")


def remove_logo(organization: Organization, by: Person) -> None:
    """Take the picture away. Twice is harmless."""
    if organization.logo_version:
        db.session.execute(delete(Logo).where(Logo.organization_id == organization.id))
        organization.logo_version = None
        _note(organization, by, logo="removed")


def media_type(data: bytes) -> str:
    """Return what kind of picture this is, by what stands in it, whatever it is called. Raises NoPicture."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    raise NoPicture


def _note(organization: Organization, by: Person, **details: object) -> None:
    note(
        Action.ORGANIZATION_CHANGED,
        organization.id,
        by=by,
        subject=organization.name,
        subject_id=organization.id,
        **details,
    )
