"""Original files, in rows of one megabyte: a dyno's disk is not relied on."""

from collections.abc import Iterator
from hashlib import sha256
from typing import IO

from sqlalchemy import insert, literal, select

from webapp.extensions import db
from webapp.knowledge.models import FilePart, Version

PART = 1024 * 1024


class TooLarge(Exception):
    """The file has more bytes than a document may have."""


def store(version: Version, stream: IO[bytes], most: int) -> None:
    """Keep the file, part by part, and note its size and hash. Raises TooLarge."""
    digest, size, ordinal = sha256(), 0, 0
    while part := stream.read(PART):
        size += len(part)
        if size > most:
            raise TooLarge
        digest.update(part)
        db.session.execute(
            insert(FilePart),
            {"version_id": version.id, "ordinal": ordinal, "organization_id": version.organization_id, "data": part},
        )
        ordinal += 1
    version.content_hash, version.byte_count = digest.digest(), size


def copy(source: Version, target: Version) -> None:
    """Give one version the file of another."""
    db.session.execute(
        insert(FilePart).from_select(
            ["version_id", "ordinal", "organization_id", "data"],
            select(literal(target.id), FilePart.ordinal, FilePart.organization_id, FilePart.data).where(
                FilePart.version_id == source.id
            ),
        )
    )
    target.content_hash, target.byte_count = source.content_hash, source.byte_count


def parts(version: Version) -> Iterator[bytes]:
    """Yield the file, one part in memory at a time."""
    ordinal = 0
    while True:
        part = db.session.scalar(
            select(FilePart.data).where(FilePart.version_id == version.id, FilePart.ordinal == ordinal)
        )
        if part is None:
            return
        yield part
        ordinal += 1


def content(version: Version) -> bytes:
    """Return the whole file."""
    return b"".join(parts(version))
