"""What this visitor may reach of collections and documents."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import column, func, or_, select, table
from sqlalchemy.orm import contains_eager

from webapp.accounts.visitor import visitor
from webapp.extensions import db
from webapp.knowledge.models import Collection, Document, Passage, State, Version
from webapp.organizations import access as organizations
from webapp.organizations.models import Membership, Organization


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as this visitor may read it: whole, or only what was cited to them."""

    document: Document
    version: Version
    passages: list[Passage]
    cited: list[tuple[int | None, Passage]]
    whole: bool


def administered_document(id_: UUID) -> tuple[Organization, Document]:
    """Return a document of an organization that this person runs; 404 and 403 as for its organization."""
    document = db.session.scalar(
        select(Document)
        .join(Document.collection)
        .where(Document.id == id_, Document.organization_id.in_(visitor().organizations))
        .options(contains_eager(Document.collection).joinedload(Collection.organization))
    )
    if document is None:
        abort(404)
    organization = document.collection.organization
    return organizations.administered(organization.slug), document


def reading(id_: UUID) -> Reading:
    """Return a document as the visitor may read it, or answer 404.

    Members read everything of their organization, everyone a published collection; others what was cited to them.
    """
    me = visitor()
    document = db.session.scalar(
        select(Document)
        .join(Document.collection)
        .where(Document.id == id_, Document.organization_id.in_(me.organizations))
        .options(contains_eager(Document.collection))
    )
    if document is None:
        abort(404)
    whole = document.collection.published or _member(document.organization_id)
    cited = _cited(document.id)
    version = _version(document, cited, whole=whole)
    if version is None:
        abort(404)
    passages = list(
        db.session.scalars(select(Passage).where(Passage.version_id == version.id).order_by(Passage.ordinal))
    )
    return Reading(document, version, passages, [(n, p) for n, p in cited if p.version_id == version.id], whole)


def readable(ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these documents the visitor may read whole."""
    me = visitor()
    asked = select(Document.id).join(Document.collection).where(Document.id.in_(list(ids)))
    theirs = asked.where(Document.organization_id.in_(me.organizations))
    if not (me.person and me.person.super_admin):
        member = select(Membership.organization_id).where(Membership.person_id == (me.person.id if me.person else None))
        theirs = theirs.where(or_(Collection.published, Document.organization_id.in_(member)))
    return set(db.session.scalars(theirs))


def book(id_: UUID) -> Collection:
    """Return a collection that the visitor may read as a book: everyone a published one, members any; or answer 404."""
    found = db.session.scalar(
        select(Collection).where(Collection.id == id_, Collection.organization_id.in_(visitor().organizations))
    )
    if found is None or not (found.published or _member(found.organization_id)):
        abort(404)
    return found


def administered_collection(slug: str, id_: UUID) -> Collection:
    """Return a collection of an organization that this person runs; 404 and 403 as for the organization."""
    organization = organizations.administered(slug)
    found = db.session.scalar(
        select(Collection).where(Collection.id == id_, Collection.organization_id == organization.id)
    )
    return found or abort(404)


def original(id_: UUID) -> tuple[Document, Version]:
    """Return the document and the version whose original this visitor may download, or answer 404."""
    found = reading(id_)
    if not found.whole:
        abort(404)
    return found.document, found.version


def _member(organization_id: UUID) -> bool:
    person = visitor().person
    return person is not None and (
        person.super_admin or db.session.get(Membership, (organization_id, person.id)) is not None
    )


def _version(document: Document, cited: list[tuple[int | None, Passage]], *, whole: bool) -> Version | None:
    versions = select(Version).where(Version.document_id == document.id).order_by(Version.number.desc())
    if not whole:
        versions = versions.where(Version.id.in_({passage.version_id for _, passage in cited}))
    in_force = db.session.scalar(versions.where(Version.state == State.COMPLETE).limit(1))
    return in_force or db.session.scalar(versions.where(Version.state == State.REPLACED).limit(1))


_citations = table("citations", column("passage_id"), column("message_id"), column("number"))
_messages = table("messages", column("id"), column("conversation_id"))
_conversations = table("conversations", column("id"), column("person_id"), column("guest_id"))


def _cited(document_id: UUID) -> list[tuple[int | None, Passage]]:
    """Return the passages of a document that answers to this visitor cite.

    Each comes with its number, or with None where answers gave it different ones.
    """
    me = visitor()
    if me.person:
        mine = _conversations.c.person_id == me.person.id
    elif me.guest:
        mine = _conversations.c.guest_id == me.guest.id
    else:  # A comparison with None would find whatever no guest has: all that people were told.
        return []
    rows = db.session.execute(
        select(Passage, func.min(_citations.c.number), func.max(_citations.c.number))
        .join(_citations, _citations.c.passage_id == Passage.id)
        .join(_messages, _messages.c.id == _citations.c.message_id)
        .join(_conversations, _conversations.c.id == _messages.c.conversation_id)
        .where(Passage.document_id == document_id, mine)
        .group_by(Passage.id)
        .order_by(Passage.ordinal)
    )
    return [(least if least == most else None, passage) for passage, least, most in rows]
