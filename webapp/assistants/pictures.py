"""What an assistant looks like: one still picture, PNG, JPEG or WebP, recognized by its bytes and not by its name."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from webapp.assistants.models import Assistant, Picture
from webapp.extensions import db

LARGEST = 1_000_000
LEAST_SIDE, MOST_SIDE = 32, 2000

PNG, JPEG, WEBP = "image/png", "image/jpeg", "image/webp"


class Unsuitable(Exception):
    """These bytes cannot be an assistant's picture. Its words are for whoever chose them."""


@dataclass(frozen=True, slots=True)
class Looks:
    """A picture that may be shown."""

    media_type: str
    data: bytes


def look_at(data: bytes) -> Looks:
    """Return the picture in these bytes. Raises Unsuitable."""
    if len(data) > LARGEST:
        raise Unsuitable("At most 1 MB. Make the picture smaller first.")
    media_type, (width, height) = _measured(data)
    if max(width, height) > MOST_SIDE:
        raise Unsuitable(f"This picture is {width} by {height} pixels; {MOST_SIDE:,} each way is the most.")
    if min(width, height) < LEAST_SIDE:
        raise Unsuitable(f"This picture is {width} by {height} pixels; {LEAST_SIDE} each way is the least.")
    return Looks(media_type, data)


def give(assistant: Assistant, looks: Looks) -> None:
    """Let the assistant look like this from now on."""
    values = {"organization_id": assistant.organization_id, "media_type": looks.media_type, "data": looks.data}
    statement = insert(Picture).values(assistant_id=assistant.id, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["assistant_id"], set_=values))
    assistant.picture = sha256(looks.data).hexdigest()[:32]


def take_away(assistant: Assistant) -> None:
    """Let the letter stand in its place again."""
    db.session.execute(delete(Picture).where(Picture.assistant_id == assistant.id))
    assistant.picture = None


def of(assistant: Assistant) -> Looks | None:
    """Return what the assistant looks like."""
    found = db.session.execute(
        select(Picture.media_type, Picture.data).where(
            Picture.assistant_id == assistant.id, Picture.organization_id == assistant.organization_id
        )
    ).first()
    return Looks(*found) if found else None


def _measured(data: bytes) -> tuple[str, tuple[int, int]]:
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return PNG, _png(data)
        if data.startswith(b"\xff\xd8\xff"):
            return JPEG, _jpeg(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return WEBP, _webp(data)
    except (struct.error, IndexError):
        raise Unsuitable("This picture is damaged. Save it once more, or choose another.") from None
    raise Unsuitable("This is no PNG, JPEG or WebP picture, whatever its name says.")


def _png(data: bytes) -> tuple[int, int]:
    size = None
    for kind, place in _png_chunks(data):
        if kind == b"acTL":
            raise Unsuitable("This picture moves. Choose one that stands still.")
        if kind == b"IHDR":
            size = struct.unpack_from(">II", data, place)
        if kind == b"IEND" and size:
            return size[0], size[1]
    raise IndexError


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int]]:
    place = 8
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        yield kind, place + 8
        place += 12 + length


_SIZED = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xDA)}


def _jpeg(data: bytes) -> tuple[int, int]:
    """Follow the markers up to the frame that says how large it is; its end must be there, or half would be shown."""
    if b"\xff\xd9" not in data[-1024:]:
        raise IndexError
    place = 2
    while data[place] == 0xFF:  # noqa: PLR2004  Every marker begins with it.
        marker = data[place + 1]
        if marker == 0xFF:  # noqa: PLR2004  Padding.
            place += 1
        elif marker in _WITHOUT_LENGTH:
            place += 2
        elif marker in _SIZED:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
        else:
            place += 2 + struct.unpack_from(">H", data, place + 2)[0]
    raise IndexError


def _webp(data: bytes) -> tuple[int, int]:
    if struct.unpack_from("<I", data, 4)[0] + 8 > len(data):
        raise IndexError
    kind = data[12:16]
    if kind == b"VP8X":
        if data[20] & 0x02:
            raise Unsuitable("This picture moves. Choose one that stands still.")
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise IndexError
