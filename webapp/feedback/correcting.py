"""What admins write because no document says it, or one says it wrongly: a document like any other, in a collection of
the organization's own that every assistant searches for which something was written.
"""

from dataclasses import dataclass
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from webapp.accounts.models import Person
from webapp.assistants.models import Assistant, assistant_collections
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.extensions import db, settings
from webapp.knowledge import documents, files
from webapp.knowledge.models import Collection, Document, Version
from webapp.records import now, uuid7

COLLECTION = "Corrections"
HEADING = "# "


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of knowledge: a title, which is best the question, and Markdown."""

    title: str
    text: str


def write(assistant: Assistant, piece: Piece, by: Person) -> Document:
    """Have a worker take the piece in, for this assistant to search; the same title again is a new version of it."""
    collection = _collection(assistant)
    _attach(assistant, collection, by)
    data = BytesIO(f"{HEADING}{piece.title}\n\n{piece.text}\n".encode())
    return documents.upload(collection, _name(piece.title), data, by, settings().file_bytes).document


def _name(title: str) -> str:
    return documents.tidy_name(title.replace("/", "-").replace("\\", "-"))


def newest(document: Document | None) -> Version | None:
    """Return the newest version of a document, whether it is taken in already or not."""
    if document is None:
        return None
    versions = select(Version).where(Version.document_id == document.id).order_by(Version.number.desc())
    return db.session.scalar(versions.limit(1))


def written(version: Version | None) -> Piece | None:
    """Return the piece that a version was written from, to write it anew; of another file its name and its text."""
    if version is None:
        return None
    name, text = version.document.name, files.content(version).decode(errors="replace")
    heading, _, rest = text.partition("\n\n")
    title = heading.removeprefix(HEADING)
    return Piece(title, rest) if _name(title) == name else Piece(name, text)


def _collection(assistant: Assistant) -> Collection:
    """Return the organization's collection of corrections, made on first use."""
    ours = {"organization_id": assistant.organization_id, "name": COLLECTION}
    db.session.execute(
        insert(Collection).values(id=uuid7(), published=False, created_at=now(), **ours).on_conflict_do_nothing()
    )
    return db.session.scalars(select(Collection).filter_by(**ours)).one()


def _attach(assistant: Assistant, collection: Collection, by: Person) -> None:
    ours = {"assistant_id": assistant.id, "collection_id": collection.id, "organization_id": assistant.organization_id}
    attached = db.session.execute(
        insert(assistant_collections).values(**ours).on_conflict_do_nothing().returning(assistant_collections.c[0])
    ).first()
    if attached:
        note(
            Action.ASSISTANT_CHANGED,
            assistant.organization_id,
            by=by,
            subject=assistant.name,
            subject_id=assistant.id,
            fields=["collections"],
        )
