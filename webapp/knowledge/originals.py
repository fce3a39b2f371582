"""What somebody uploaded, for the export of everything about them: as long as they are in its organization."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import select

from webapp.accounts.export import exporting
from webapp.extensions import db
from webapp.knowledge.models import Document, FilePart, Version
from webapp.organizations.models import Membership, Organization


@exporting.connect
def _originals(person_id: UUID) -> Iterator[tuple[str, Iterable[bytes]]]:
    found = (
        select(Organization.slug, Version.id, Document.name)
        .join(Version.document)
        .join(Organization, Organization.id == Version.organization_id)
        .join(Membership, (Membership.organization_id == Organization.id) & (Membership.person_id == person_id))
        .where(Version.uploaded_by_id == person_id, Version.byte_count > 0)
        .where(select(FilePart.version_id).where(FilePart.version_id == Version.id).exists())
        .order_by(Version.id)
    )
    versions = db.session.execute(found).all()
    db.session.commit()
    for slug, version_id, name in versions:
        yield f"documents/{slug}/{version_id.hex[-6:]}-{name}", _pieces(version_id)


def _pieces(version_id: UUID) -> Iterator[bytes]:
    """Yield a file, one part in memory at a time, and hold no connection in between."""
    ordinal = 0
    while True:
        part = db.session.scalar(
            select(FilePart.data).where(FilePart.version_id == version_id, FilePart.ordinal == ordinal)
        )
        db.session.commit()
        if part is None:
            return
        yield part
        ordinal += 1
