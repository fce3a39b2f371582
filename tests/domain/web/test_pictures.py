"""What may be shown as a picture: bytes are looked at, names are not, and what else is in them is left out."""

from __future__ import annotations

import struct

import pytest

from tests.pictures import JPEG, LOSSLESS, PLACE, WEBP, chunked, extended, photo, png
from webapp.web.pictures import LARGEST, Unsuitable, recognize


@pytest.mark.parametrize(
    ("data", "media_type", "size"),
    [
        (png(), "image/png", (64, 48)),
        (png(4096, 16), "image/png", (4096, 16)),
        (JPEG, "image/jpeg", (64, 48)),
        (WEBP, "image/webp", (64, 48)),
        (LOSSLESS, "image/webp", (64, 48)),
        (extended(300, 200), "image/webp", (300, 200)),
    ],
)
def test_a_still_picture_of_three_kinds_is_taken(data: bytes, media_type: str, size: tuple[int, int]) -> None:
    image = recognize(data)
    assert (image.media_type, image.width, image.height) == (media_type, *size)
    assert image.data == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + b"\0" * 40,
        b"<html>",
        b"%PDF-1.7",
        b"RIFF    WAVE",
    ],
)
def test_nothing_else_is(data: bytes) -> None:
    with pytest.raises(Unsuitable, match="no PNG, JPEG or WebP"):
        recognize(data)


@pytest.mark.parametrize("data", [png(), JPEG, WEBP, LOSSLESS, extended(64, 48), photo("jpeg"), photo("webp")])
def test_half_a_picture_is_damaged(data: bytes) -> None:
    for length in range(16, len(data) - 4, max(1, len(data) // 40)):
        with pytest.raises(Unsuitable, match="damaged"):
            recognize(data[:length])


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xffnot a picture",
        b"\xff\xd8\xff\xe1\0\0\xff\xd9",
        JPEG[: JPEG.index(b"\xff\xc0")] + b"\xff\xd9",
        b"\x89PNG\r\n\x1a\n\0\0\0\0IEND\xae\x42\x60\x82",
        chunked(b"VP8X", bytes(10)),
        chunked(b"VP8X", b""),
        chunked(b"VP8 ", bytes(20)),
        chunked(b"VP8L", b""),
        b"RIFF\4\0\0\0WEBP",
    ],
)
def test_what_only_begins_like_a_picture_is_damaged(data: bytes) -> None:
    with pytest.raises(Unsuitable, match="damaged"):
        recognize(data)


@pytest.mark.parametrize("data", [png(moving=True), extended(64, 48, moving=True)])
def test_a_picture_stands_still(data: bytes) -> None:
    with pytest.raises(Unsuitable, match="moves"):
        recognize(data)


@pytest.mark.parametrize("data", [png(4097, 40), extended(40, 4097)])
def test_a_picture_is_not_too_large(data: bytes) -> None:
    with pytest.raises(Unsuitable, match=r"4,097.* 4,096 each way is the most"):
        recognize(data)


def test_a_picture_is_not_too_small() -> None:
    with pytest.raises(Unsuitable, match="64 by 15 pixels; 16 each way is the least"):
        recognize(png(64, 15))


def test_a_picture_has_at_most_so_many_bytes() -> None:
    assert recognize(png(padding=LARGEST - len(png()) - 50))
    with pytest.raises(Unsuitable, match="At most 1 MB"):
        recognize(png(padding=LARGEST))


@pytest.mark.parametrize(("kind", "plain"), [("png", png()), ("jpeg", JPEG), ("webp", extended(64, 48))])
def test_where_and_when_a_photo_was_taken_is_left_out(kind: str, plain: bytes) -> None:
    taken = photo(kind)
    assert taken.count(PLACE) >= 2
    assert recognize(taken).data == plain
    assert recognize(taken + b"Behind its end: " + PLACE).data == plain


def test_how_colours_are_stored_stays() -> None:
    adobe = b"\xff\xee" + struct.pack(">H", 14) + b"Adobe\0" + bytes(6)
    data = JPEG[:2] + adobe + JPEG[2:]
    assert recognize(data).data == data
    assert b"JFIF" in recognize(data).data


def test_scans_that_follow_each_other_are_kept_with_their_padding() -> None:
    scan = JPEG.index(b"\xff\xda")
    data = JPEG[:-2] + b"\xff\xd0\xff\x00" + JPEG[scan:-2] + b"\xff\xff\xff\xd9"
    assert recognize(data).data == data


def test_looking_for_the_end_takes_no_time() -> None:
    scan = JPEG.index(b"\xff\xda")
    with pytest.raises(Unsuitable, match="damaged"):
        recognize(JPEG[: scan + 20] + b"\xff" * (LARGEST - 1000))
