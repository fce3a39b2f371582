"""Pictures of 64 by 48 pixels, as a browser saved them, PNGs of any size, and photos that say where they were taken."""

from __future__ import annotations

import base64
import struct
import zlib

JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8yb"
    "qmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAw"
    "AEADASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAAAAUGAf/EABgQAQADAQAAAAAAAAAAAAAAAAAVY6Lh/8QAFwEBAQEBAAAAAAAAAAAAAA"
    "AAAAMBBf/EABkRAQACAwAAAAAAAAAAAAAAAAABAxETUf/aAAwDAQACEQMRAD8A4Am5IKkRfjpEX463Eq6LOJYqRF+OkRfjpiTRZxLAYkAA04Cj"
    "rAAMwAm5IACpL0b4S9G+JY3Mq77OqkvRvhL0b4lhmTfZ0AYk/9k="
)
WEBP = base64.b64decode(
    "UklGRnIAAABXRUJQVlA4IGYAAACwBACdASpAADAAPvlkq1AqpaQitUoBUB8JZADPWAds/wWqbtIk6+qTC/g9ygnoAPzK9bkVv/+YJ/r9/PnrqJ"
    "6maGr3krGBOMBzdQ/payQnYLQFJaP+ZVFKtp0CvvWt+VBrwGnPgAA="
)
LOSSLESS = base64.b64decode(
    "UklGRjwAAABXRUJQVlA4TC8AAAAvP8ALAA9wot1HuN8sc/4jDWTSNvFvugq2O6L/EwEAAAAAAAAAAAAAAEDVbwMrAAA="
)


def png(width: int = 64, height: int = 48, *, moving: bool = False, padding: int = 0) -> bytes:
    """Return a picture that is one colour; `padding` is how many bytes of text it carries along."""
    rows = b"".join(b"\0" + b"\x1b\xb6\x60" * width for _ in range(height))
    parts = [_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))]
    if moving:
        parts.append(_chunk(b"acTL", struct.pack(">II", 2, 0)))
    if padding:
        parts.append(_chunk(b"tEXt", b"Comment\0" + b"x" * padding))
    parts += [_chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def extended(width: int, height: int, *, moving: bool = False) -> bytes:
    """Return a WebP picture with a header of its own, as those with transparency or movement have."""
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes([2 if moving else 0, 0, 0, 0]) + sides + LOSSLESS[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


PLACE = b"48 deg 51 min N, 2 deg 21 min E"
_EXIF = b"Exif\0\0MM\0*\0\0\0\x08\0\0" + PLACE


def photo(kind: str) -> bytes:
    """Return the PNG, JPEG or extended WebP picture as a telephone saves it: with place and time, in several ways."""
    if kind == "png":
        words = [
            (b"tEXt", PLACE),
            (b"iTXt", PLACE),
            (b"zTXt", PLACE),
            (b"eXIf", _EXIF[6:]),
            (b"tIME", b"\7\xea\1\1\0\0\0"),
        ]
        return png()[:33] + b"".join(_chunk(*word) for word in words) + png()[33:]
    if kind == "jpeg":
        segments = [(0xE1, _EXIF), (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE), (0xED, PLACE), (0xFE, PLACE)]
        told = b"".join(b"\xff" + struct.pack(">BH", marker, len(body) + 2) + body for marker, body in segments)
        return JPEG[:20] + told + JPEG[20:]
    still = extended(64, 48)
    told = b"".join(
        name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
        for name, body in ((b"EXIF", _EXIF), (b"XMP ", PLACE))
    )
    return b"RIFF" + struct.pack("<I", len(still) + len(told) - 8) + still[8:20] + b"\x0c" + still[21:] + told


def chunked(kind: bytes, body: bytes) -> bytes:
    """Return a WebP file of one chunk, whatever is in it."""
    chunk = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
