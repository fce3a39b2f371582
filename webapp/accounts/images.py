"""What a picture is, told by its first bytes and by nothing else: its kind and its size. Nothing is decoded."""

import struct
from dataclasses import dataclass

PNG, JPEG, WEBP = "image/png", "image/jpeg", "image/webp"
ENDINGS = {PNG: "png", JPEG: "jpg", WEBP: "webp"}
_PNG_START = b"\x89PNG\r\n\x1a\n"
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # JPEG's markers that carry a size.
_BARE = {0x01, *range(0xD0, 0xD9)}  # Those without a length.


@dataclass(frozen=True, slots=True)
class Image:
    """The kind of a picture, and its size in pixels."""

    media_type: str
    width: int
    height: int


def recognise(data: bytes) -> Image | None:
    """Return what kind of picture this is, or None if it is none of the three."""
    try:
        if data.startswith(_PNG_START) and data[12:16] == b"IHDR":
            return Image(PNG, *struct.unpack(">II", data[16:24]))
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError):
        pass  # It ends before it says how large it is.
    return None


def _jpeg(data: bytes) -> Image | None:
    """Walk from segment to segment until one tells the size."""
    at = 2
    while data[at] == 0xFF:  # noqa: PLR2004  Every marker begins with it.
        marker = data[at + 1]
        if marker == 0xFF or marker in _BARE:  # noqa: PLR2004
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004
            continue
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return Image(JPEG, width, height)
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None


def _webp(data: bytes) -> Image | None:
    kind = data[12:16]
    if kind == b"VP8X":
        wide, high = (int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
        return Image(WEBP, wide + 1, high + 1) if len(data) >= 30 else None  # noqa: PLR2004  Where the sizes end.
    if kind == b"VP8L" and data[20] == 0x2F:  # noqa: PLR2004  Its signature.
        (bits,) = struct.unpack("<I", data[21:25])
        return Image(WEBP, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[26:30])
        return Image(WEBP, width & 0x3FFF, height & 0x3FFF)
    return None
