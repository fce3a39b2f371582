"""Pictures of 64 by 48 pixels, as a browser saved them, and PNGs of any size."""

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


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
