"""What may be an assistant's picture: bytes are looked at, names are not."""

from __future__ import annotations

import pytest

from tests.pictures import JPEG, LOSSLESS, WEBP, extended, png
from webapp.assistants.pictures import LARGEST, Unsuitable, look_at


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (png(), "image/png"),
        (png(2000, 32), "image/png"),
        (JPEG, "image/jpeg"),
        (JPEG + b"\0" * 100, "image/jpeg"),
        (WEBP, "image/webp"),
        (LOSSLESS, "image/webp"),
        (extended(64, 48), "image/webp"),
    ],
)
def test_a_still_picture_of_three_kinds_is_taken(data: bytes, media_type: str) -> None:
    looks = look_at(data)
    assert looks.media_type == media_type
    assert looks.data == data


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
        look_at(data)


@pytest.mark.parametrize("data", [png(), JPEG, WEBP, LOSSLESS, extended(64, 48)])
def test_half_a_picture_is_damaged(data: bytes) -> None:
    for length in range(16, len(data) - 4, max(1, len(data) // 40)):
        with pytest.raises(Unsuitable, match="damaged"):
            look_at(data[:length])


@pytest.mark.parametrize("data", [png(moving=True), extended(64, 48, moving=True)])
def test_a_picture_stands_still(data: bytes) -> None:
    with pytest.raises(Unsuitable, match="moves"):
        look_at(data)


@pytest.mark.parametrize("data", [png(2001, 40), extended(40, 2001)])
def test_a_picture_is_not_too_large(data: bytes) -> None:
    with pytest.raises(Unsuitable, match=r"2,000 each way is the most"):
        look_at(data)


def test_a_picture_is_not_too_small() -> None:
    with pytest.raises(Unsuitable, match="64 by 31 pixels"):
        look_at(png(64, 31))


def test_a_picture_has_at_most_so_many_bytes() -> None:
    assert look_at(png(padding=LARGEST - len(png()) - 50))
    with pytest.raises(Unsuitable, match="At most 1 MB"):
        look_at(png(padding=LARGEST))
