"""Which assistants this visitor may ask, and which they look after."""

from typing import Any
from uuid import UUID

from flask import abort
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager

from webapp.accounts.visitor import visitor
from webapp.assistants.models import Assistant, Audience, assistant_collections
from webapp.assistants.presets import TUTOR
from webapp.extensions import db
from webapp.knowledge.book import answering
from webapp.knowledge.models import Collection
from webapp.organizations import access as organizations
from webapp.organizations.models import Membership, Organization


def _theirs() -> Select[Any]:
    me = visitor()
    may = [Assistant.audience == Audience.ANYONE]
    if me.person:
        may.append(Assistant.audience == Audience.SIGNED_IN)
        member = select(Membership.organization_id).where(Membership.person_id == me.person.id)
        may.append(Assistant.organization_id.in_(member))
        if me.acting_for:
            may.append(Assistant.organization_id == me.acting_for)
    return (
        select(Assistant)
        .join(Assistant.organization)
        .where(Assistant.organization_id.in_(me.organizations), or_(*may))
        .options(contains_eager(Assistant.organization))
    )


def assistants() -> list[Assistant]:
    """Return the assistants that this visitor may ask, oldest first; those of the organization that they act for."""
    theirs, acting_for = _theirs(), visitor().acting_for
    if acting_for:
        theirs = theirs.where(Assistant.organization_id == acting_for)
    return list(db.session.scalars(theirs.order_by(Assistant.created_at, Assistant.id)))


def assistant(slug: str) -> Assistant:
    """Return one of them, or answer 404."""
    found = db.session.scalar(_theirs().where(Assistant.slug == slug))
    if found is None:
        abort(404)
    return found  # type: ignore[no-any-return]


def assistant_of(id_: UUID) -> Assistant | None:
    """Return the assistant with this id if this visitor may ask it."""
    found: Assistant | None = db.session.scalar(_theirs().where(Assistant.id == id_))
    return found


@answering.connect
def answering_from(collection_id: UUID) -> list[Assistant]:
    """Return the assistants that search a collection and that this visitor may ask: tutors first, then the oldest."""
    theirs = _theirs().join(assistant_collections, assistant_collections.c.assistant_id == Assistant.id)
    found = theirs.where(assistant_collections.c.collection_id == collection_id)
    return list(db.session.scalars(found.order_by(Assistant.preset != TUTOR.key, Assistant.created_at, Assistant.id)))


def books(assistant: Assistant) -> list[Collection]:
    """Return the published collections among those that an assistant searches: what can be read of its sources."""
    theirs = select(Collection).join(assistant_collections, assistant_collections.c.collection_id == Collection.id)
    published = theirs.where(assistant_collections.c.assistant_id == assistant.id, Collection.published)
    return list(db.session.scalars(published.order_by(Collection.name)))


def administered(slug: str, id_: UUID) -> tuple[Organization, Assistant]:
    """Return an organization that this person runs, and one of its assistants; 404 and 403 as for the organization."""
    organization = organizations.administered(slug)
    found = db.session.scalar(
        select(Assistant).where(Assistant.id == id_, Assistant.organization_id == organization.id)
    )
    return organization, found or abort(404)
