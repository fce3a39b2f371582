"""A collection read as a book: its chapters in their order, what stands in them, and who answers about it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from blinker import Namespace
from sqlalchemy import select, text

from webapp.accounts.models import Person
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.extensions import db
from webapp.knowledge.models import Collection, Document, State, Version

answering = Namespace().signal("answering", doc="Sent with a collection's id; receivers return assistants for it.")

HEADINGS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Heading:
    """A section of a chapter, and where in its text it begins."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """A document of a book as a line of its contents. One that nobody has read yet has no title but its name."""

    id: UUID
    name: str
    title: str
    readable: bool
    sections: Sequence[Heading] = ()


def who_answers(collection_id: UUID) -> list[Any]:
    """Return the assistants that this visitor may ask about a collection."""
    return [assistant for _, found in answering.send(collection_id) for assistant in found]


def chapters(collection_id: UUID) -> list[Chapter]:
    """Return the chapters that can be read, in their order, without their sections. One query."""
    return [chapter for chapter in everything(collection_id) if chapter.readable]


def everything(collection_id: UUID) -> list[Chapter]:
    """Return all documents of a collection in the order of the book. One query."""
    rows = db.session.execute(
        select(Document.id, Document.name, Document.position, Version.id, Version.title)
        .outerjoin(Version, (Version.document_id == Document.id) & (Version.state == State.COMPLETE))
        .where(Document.collection_id == collection_id)
    ).all()
    ordered = sorted(rows, key=lambda row: (row[2] is None, row[2] or 0, _natural(row[1]), row[0]))
    return [Chapter(id_, name, title or name, version is not None) for id_, name, _, version, title in ordered]


def _natural(name: str) -> list[tuple[bool, int, str]]:
    """Return what a name is sorted by: numbers in it count as numbers, so that 10 comes after 9."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts if part]


def contents(collection_id: UUID) -> list[Chapter]:
    """Return the chapters with their sections: the headings below their titles. Two queries."""
    found: dict[UUID, list[Heading]] = {}
    for document_id, heading, start in db.session.execute(_SECTIONS, {"collection": collection_id}):
        found.setdefault(document_id, []).append(Heading(heading, start))
    return [
        Chapter(c.id, c.name, c.title, c.readable, found.get(c.id, [])[:HEADINGS_SHOWN])
        for c in chapters(collection_id)
    ]


# Sections are the headings of the highest level that comes more than once.
_SECTIONS = text("""
    WITH headings AS (
        SELECT v.document_id, b.text, b.start, b.level, count(*) OVER (PARTITION BY v.document_id, b.level) AS many
        FROM document_versions v JOIN documents d ON d.id = v.document_id,
             jsonb_to_recordset(jsonb_path_query_array(v.blocks, '$[*] ? (@.kind == "heading")'))
             AS b(text text, start int, level int)
        WHERE d.collection_id = :collection AND v.state = 'complete'
    )
    SELECT document_id, text, start FROM headings h
    WHERE level = (SELECT min(level) FROM headings o WHERE o.document_id = h.document_id AND many > 1)
    ORDER BY document_id, start
""")


def neighbours(chapters: Sequence[Chapter], document_id: UUID) -> tuple[Chapter | None, Chapter | None]:
    """Return the chapters before and after one, None at either end of the book."""
    at = next((number for number, chapter in enumerate(chapters) if chapter.id == document_id), None)
    if at is None:
        return None, None
    return chapters[at - 1] if at else None, chapters[at + 1] if at + 1 < len(chapters) else None


def move(collection: Collection, document_id: UUID, *, up: bool) -> None:
    """Let a document and its neighbour change places. At an end of the book nothing happens."""
    db.session.execute(select(Collection.id).where(Collection.id == collection.id).with_for_update())
    order = [chapter.id for chapter in everything(collection.id)]
    at = order.index(document_id)
    to = at - 1 if up else at + 1
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
    db.session.execute(_NUMBER, {"order": order})


_NUMBER = text("""
    UPDATE documents SET position = ordered.place
    FROM unnest(CAST(:order AS uuid[])) WITH ORDINALITY AS ordered (id, place) WHERE documents.id = ordered.id
""")


class NameTaken(Exception):
    """Another collection of the organization has this name."""


def rename(collection: Collection, name: str, by: Person | None) -> None:
    """Give a collection another name. Raises NameTaken, or IntegrityError at the same time."""
    before, organization_id = collection.name, collection.organization_id
    if name == before:
        return
    known = select(Collection.id).where(Collection.organization_id == organization_id, Collection.name == name)
    if db.session.scalar(known):
        raise NameTaken
    collection.name = name
    note(Action.COLLECTION_RENAMED, organization_id, by=by, subject=name, subject_id=collection.id, before=before)


def publish(collection: Collection, by: Person | None, *, published: bool) -> None:
    """Let everybody whom its organization lets in read a collection as a book, or nobody but its members."""
    if collection.published == published:
        return
    collection.published = published
    action = Action.COLLECTION_PUBLISHED if published else Action.COLLECTION_WITHDRAWN
    note(action, collection.organization_id, by=by, subject=collection.name, subject_id=collection.id)
