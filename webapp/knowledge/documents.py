"""What happens to documents before and after they are read: upload, cancellation, another reading, deletion."""

from pathlib import PurePosixPath
from typing import IO

from blinker import Namespace
from sqlalchemy import func, select, update

from webapp import jobs
from webapp.accounts.models import Person
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.extensions import db
from webapp.knowledge import files
from webapp.knowledge.models import Collection, Document, Stage, State, Version
from webapp.organizations.models import Organization
from webapp.records import now, uuid7
from webapp.web.forms import tidy

document_deleting = Namespace().signal("document-deleting", doc="Sent with a document that is about to be gone.")

TIMEOUT = 3600
DEFAULT_COLLECTION = "Documents"


def default_collection(organization: Organization) -> Collection:
    """Return the collection that uploads go to when none was named, made on first use."""
    found = db.session.scalar(
        select(Collection)
        .where(Collection.organization_id == organization.id)
        .order_by(Collection.created_at, Collection.id)
        .limit(1)
    )
    if found is None:
        found = Collection(id=uuid7(), organization_id=organization.id, name=DEFAULT_COLLECTION)
        db.session.add(found)
        db.session.flush()
    return found


def upload(collection: Collection, name: str, stream: IO[bytes], by: Person | None, most: int) -> Version:
    """Take a file in: a new document, or a new version of the one with this name. Raises files.TooLarge.

    The version is read by a worker after the commit; until it is ready the version in force stays searchable. An
    earlier version that is still waiting gives way to this one.
    """
    version = _next_version(_document(collection, tidy_name(name)), by)
    files.store(version, stream, most)
    read_later(version)
    _note(Action.DOCUMENT_UPLOADED, version.document, by, version=version.number)
    return version


def reingest(version: Version, by: Person | None) -> Version:
    """Have the same file read once more, as a new version; the one in force stays searchable until it is ready."""
    again = _next_version(version.document, by)
    files.copy(version, again)
    read_later(again)
    _note(Action.DOCUMENT_READ_AGAIN, version.document, by, version=again.number)
    return again


def _note(action: Action, document: Document, by: Person | None, **details: int) -> None:
    note(action, document.organization_id, by=by, subject=document.name, subject_id=document.id, **details)


def _next_version(document: Document, by: Person | None) -> Version:
    """Return a new version. What is still waiting gives way to it; what failed before it is forgotten, file and all."""
    unfinished = Version.state.in_((State.PENDING, State.PROCESSING))
    ours = Version.document_id == document.id
    db.session.execute(
        update(Version).where(ours, unfinished).values(state=State.CANCELLED, stage=None, claim=None, finished_at=now())
    )
    number = db.session.scalar(select(func.coalesce(func.max(Version.number), 0) + 1).where(ours))
    version = Version(
        id=uuid7(),
        organization_id=document.organization_id,
        document_id=document.id,
        number=number,
        content_hash=b"",
        byte_count=0,
        uploaded_by_id=by.id if by else None,
    )
    db.session.add(version)
    db.session.flush()
    return version


def _document(collection: Collection, name: str) -> Document:
    db.session.execute(select(Collection.id).where(Collection.id == collection.id).with_for_update())
    document = db.session.scalar(select(Document).where(Document.collection_id == collection.id, Document.name == name))
    if document is None:
        document = Document(
            id=uuid7(), organization_id=collection.organization_id, collection_id=collection.id, name=name
        )
        db.session.add(document)
        db.session.flush()
    return document


def tidy_name(name: str) -> str:
    """Return a file's name on one line, without folders and control characters, short enough to store."""
    plain = " ".join(tidy(PurePosixPath(name.replace("\\", "/")).name).split()) or "Untitled"
    return plain if len(plain) <= 300 else plain[:280] + plain[-20:]  # noqa: PLR2004  The column's length.


def read_later(version: Version) -> None:
    """Have a worker read the version once the transaction has committed."""
    jobs.enqueue("knowledge.ingest", version.organization_id, version.id, queue="ingestion", timeout=TIMEOUT, once=True)


def cancel(version: Version) -> None:
    """Stop reading a version. A worker that has it in hand notices before its next step. Twice is harmless."""
    db.session.execute(
        update(Version)
        .where(Version.id == version.id, Version.state.in_((State.PENDING, State.PROCESSING)))
        .values(state=State.CANCELLED, stage=None, claim=None, finished_at=now())
    )


def delete(document: Document, by: Person | None) -> None:
    """Remove a document with all that was read out of it; what cites it keeps a number that leads nowhere."""
    document_deleting.send(document)
    _note(Action.DOCUMENT_DELETED, document, by)
    db.session.delete(document)
    db.session.flush()


STAGES = {
    Stage.READING: "Reading",
    Stage.SPLITTING: "Cutting into passages",
    Stage.EMBEDDING: "Making it searchable",
    Stage.STORING: "Storing",
}
