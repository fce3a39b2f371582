"""Where a reader was in a book: a row for a person, a cookie for everybody else, which says nothing of who they are."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from flask import request
from sqlalchemy import text

from webapp.accounts import cookies
from webapp.accounts.visitor import current_person
from webapp.extensions import db
from webapp.knowledge.models import Document, ReadingPlace
from webapp.records import now

LIFE = timedelta(days=365)


class Place(NamedTuple):
    """A chapter, and a position in its text."""

    document_id: UUID
    start: int


def place(collection_id: UUID) -> Place | None:
    """Return where this visitor was in a book, as a person or else as this browser remembers."""
    person = current_person()
    kept = person and db.session.get(ReadingPlace, (person.id, collection_id))
    return Place(kept.document_id, kept.start) if kept else _carried(collection_id)


def keep(document: Document, start: int | None = None) -> None:
    """Keep where this visitor is. Without a position that is the chapter, and in it the place where they were before.

    Writes for a person and commits nothing.
    """
    person = current_person()
    if person is None:
        _carry(document, start)
        return
    values = {
        "person": person.id,
        "collection": document.collection_id,
        "organization": document.organization_id,
        "document": document.id,
        "start": start,
        "now": now(),
    }
    db.session.execute(_KEEP, values)


_KEEP = text("""
    INSERT INTO reading_places AS kept (person_id, collection_id, organization_id, document_id, start, read_at)
    VALUES (:person, :collection, :organization, :document, coalesce(CAST(:start AS int), 0), :now)
    ON CONFLICT (person_id, collection_id) DO UPDATE
    SET document_id = excluded.document_id, start = excluded.start, read_at = excluded.read_at
    WHERE kept.document_id <> excluded.document_id OR CAST(:start AS int) IS NOT NULL
""")


def _name(collection_id: UUID) -> str:
    return f"place_{collection_id.hex}"


def _carried(collection_id: UUID) -> Place | None:
    document, _, start = request.cookies.get(_name(collection_id), "").partition(".")
    try:
        return Place(UUID(document), int(start))
    except ValueError:
        return None


def _carry(document: Document, start: int | None) -> None:
    before = _carried(document.collection_id)
    if start is None:
        start = before.start if before and before.document_id == document.id else 0
    here = Place(document.id, start)
    if here != before:
        cookies.give(_name(document.collection_id), f"{document.id.hex}.{start}", LIFE)
