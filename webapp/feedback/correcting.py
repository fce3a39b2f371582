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
from webapp.knowledge import documents
from webapp.knowledge.models import Collection, Document
from webapp.records import now, uuid7

COLLECTION = "Corrections"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of knowledge: a title, which is best the question, and Markdown."""

    title: str
    text: str


def write(assistant: Assistant, piece: Piece, by: Person) -> Document:
    """Have a worker take the piece in, for this assistant to search; the same title again is a new version of it."""
    collection = _collection(assistant)
    _attach(assistant, collection, by)
    name = piece.title.replace("/", "-").replace("\\", "-") + ".md"
    data = BytesIO(f"# {piece.title}\n\n{piece.text}\n".encode())
    return documents.upload(collection, name, data, by, settings().file_bytes).document


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
