"""What an organization is called and looks like: its name, its address, its logo, its accent."""

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from webapp import tenancy
from webapp.accounts.models import Person
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.extensions import db
from webapp.organizations.models import Logo, Organization
from webapp.web.pictures import Image


class SlugTaken(Exception):
    """Another organization has this address."""


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


def show_logo(organization: Organization, image: Image, by: Person) -> None:
    """Let the organization be known by a picture."""
    values = {"media_type": image.media_type, "data": image.data}
    db.session.execute(
        insert(Logo)
        .values(organization_id=organization.id, **values)
        .on_conflict_do_update(index_elements=[Logo.organization_id], set_=values)
    )
    organization.logo_version = image.digest[:12]
    _note(organization, by, logo="new")


def remove_logo(organization: Organization, by: Person) -> None:
    """Take the picture away. Twice is harmless."""
    if organization.logo_version:
        db.session.execute(delete(Logo).where(Logo.organization_id == organization.id))
        organization.logo_version = None
        _note(organization, by, logo="removed")


def _note(organization: Organization, by: Person, **details: object) -> None:
    note(
        Action.ORGANIZATION_CHANGED,
        organization.id,
        by=by,
        subject=organization.name,
        subject_id=organization.id,
        **details,
    )
