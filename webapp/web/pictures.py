"""Pictures that people send: still ones, PNG, JPEG or WebP, recognized by their bytes and not by their names.

Nothing is decoded. What a file tells beside the picture, such as where and when a photo was taken, is left out, and so
is whatever stands behind its end.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from flask import Response, request
from werkzeug.datastructures import FileStorage
from wtforms import FileField

from webapp.web.headers import keep_version

LARGEST = 1_000_000
LEAST_SIDE, MOST_SIDE = 16, 4096

PNG, JPEG, WEBP = "image/png", "image/jpeg", "image/webp"
ENDINGS = {PNG: "png", JPEG: "jpg", WEBP: "webp"}

_DAMAGED = "This picture is damaged. Save it once more, or choose another."
_MOVES = "This picture moves. Choose one that stands still."


class Unsuitable(Exception):
    """These bytes cannot be shown as a picture. Its words are for whoever chose them."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that may be shown, with its size in pixels."""

    media_type: str
    width: int
    height: int
    data: bytes

    @property
    def digest(self) -> str:
        """What stands in its address, so that another picture has another one."""
        return sha256(self.data).hexdigest()[:32]


class Shown(Protocol):
    """What is kept of a picture."""

    media_type: str
    data: bytes


class PictureField(FileField):  # type: ignore[misc]  # WTForms carries no types.
    """A file to choose. Its data is the Image, or None where no file was chosen or it is none that can be shown."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, render_kw={"accept": ",".join(ENDINGS)}, **options)

    def process_formdata(self, valuelist: list[FileStorage | str]) -> None:
        sent = valuelist[0] if valuelist else None
        data = sent.stream.read(LARGEST + 1) if isinstance(sent, FileStorage) else b""
        try:
            self.data = recognize(data) if data else None
        except Unsuitable as reason:
            raise ValueError(str(reason)) from None


def recognize(data: bytes) -> Image:
    """Return the picture in these bytes. Raises Unsuitable."""
    if len(data) > LARGEST:
        raise Unsuitable("At most 1 MB. Make the picture smaller first.")
    try:
        image = _image(data)
    except (struct.error, IndexError):
        raise Unsuitable(_DAMAGED) from None
    size = f"This picture is {image.width:,} by {image.height:,} pixels"
    if max(image.width, image.height) > MOST_SIDE:
        raise Unsuitable(f"{size}; {MOST_SIDE:,} each way is the most.")
    if min(image.width, image.height) < LEAST_SIDE:
        raise Unsuitable(f"{size}; {LEAST_SIDE} each way is the least.")
    return image


def answer_with(shown: Shown, version: str | None) -> Response:
    """Answer with a picture, which runs nothing; an address with its version is kept for ever."""
    response = keep_version(Response(shown.data, mimetype=shown.media_type), version)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    response.set_etag(version or "")
    return response.make_conditional(request)  # type: ignore[return-value]


def _image(data: bytes) -> Image:
    if data.startswith(_PNG_START):
        return _png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    raise Unsuitable("This is no PNG, JPEG or WebP picture, whatever its name says.")


_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_WORDS = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}


def _png(data: bytes) -> Image:
    kept, kinds = [_PNG_START], set()
    for kind, place, end in _png_chunks(data):
        if kind == b"acTL":
            raise Unsuitable(_MOVES)
        kinds.add(kind)
        if kind not in _PNG_WORDS:
            kept.append(data[place:end])
    if not kinds >= {b"IDAT", b"IEND"} or data[12:16] != b"IHDR":
        raise Unsuitable(_DAMAGED)
    width, height = struct.unpack_from(">II", data, 16)
    return Image(PNG, width, height, b"".join(kept))


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield each chunk's kind, where it begins and where it ends, up to the last."""
    place, kind = len(_PNG_START), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + length + 12
        if end > len(data):
            raise Unsuitable(_DAMAGED)
        yield kind, place, end
        place = end


_MARKER = re.compile(rb"\xff+([^\x00\xff])")
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_END, _SCAN = 0xD9, 0xDA
_SIZED = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_JPEG_WORDS = {*range(0xE1, 0xEE), 0xEF, 0xFE}  # Between E0 and EF two say how colours are stored.


def _jpeg(data: bytes) -> Image:
    """Follow the markers to the end, which must be there, or half a picture would be shown."""
    kept, size, scanned = [data[:2]], None, False
    for marker, place, length_at, end in _jpeg_segments(data):
        if marker in _SIZED:
            size = size or struct.unpack_from(">HH", data, length_at + 3)
        scanned = scanned or marker == _SCAN
        if marker not in _JPEG_WORDS:
            kept.append(data[place:end])
    if not size or not scanned:
        raise Unsuitable(_DAMAGED)
    height, width = size
    return Image(JPEG, width, height, b"".join(kept))


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield each segment's marker, where it begins, where its length stands and where it ends, with what it is for."""
    place, marker = 2, 0
    while marker != _END:
        found = _MARKER.match(data, place)
        if not found:
            raise Unsuitable(_DAMAGED)
        marker, end = found[1][0], found.end()
        if marker != _END:
            end += struct.unpack_from(">H", data, end)[0]
        if marker == _SCAN:
            behind = _AFTER_SCAN.search(data, end)
            end = behind.start() if behind else len(data)
        yield marker, place, found.end(), end
        place = end


_WEBP_WORDS = {b"EXIF", b"XMP "}
_HAS_WORDS, _MOVING = 0x0C, 0x02


def _webp(data: bytes) -> Image:
    kept, size = [], None
    for kind, body in _webp_chunks(data):
        if kind in {b"ANIM", b"ANMF"} or (kind == b"VP8X" and body[0] & _MOVING):
            raise Unsuitable(_MOVES)
        size = size or _webp_size(kind, body)
        if kind not in _WEBP_WORDS:
            flags = bytes([body[0] & ~_HAS_WORDS]) if kind == b"VP8X" else body[:1]
            kept.append(kind + struct.pack("<I", len(body)) + flags + body[1:] + b"\0" * (len(body) % 2))
    if not size or not any(chunk.startswith((b"VP8 ", b"VP8L")) for chunk in kept):
        raise Unsuitable(_DAMAGED)
    whole = b"WEBP" + b"".join(kept)
    return Image(WEBP, *size, b"RIFF" + struct.pack("<I", len(whole)) + whole)


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield each chunk's kind and what is in it."""
    place, last = 12, struct.unpack_from("<I", data, 4)[0] + 8
    while place < last:
        kind, length = struct.unpack_from("<4sI", data, place)
        end = place + 8 + length
        if max(end, last) > len(data):
            raise Unsuitable(_DAMAGED)
        yield kind, data[place + 8 : end]
        place = end + length % 2


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int] | None:
    if kind == b"VP8X" and len(body) == 10:  # noqa: PLR2004  Flags, and three bytes for each side.
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L" and body[0] == 0x2F:  # noqa: PLR2004  Its signature.
        (bits,) = struct.unpack_from("<I", body, 1)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    return None
