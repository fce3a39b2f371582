"""A colour that somebody chose can be read, in the light and in the dark."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from webapp.organizations import accents

SHEET = (Path(__file__).parents[2] / "static" / "css" / "tokens.css").read_text()
NUMBERS = random.Random(7)  # noqa: S311  It keeps no secret.
ANY = ["#000000", "#ffffff", "#ffff00", "#ff0000", "#00ff00", "#0000ff", "#808080"]
ANY += [f"#{NUMBERS.randrange(1 << 24):06x}" for _ in range(300)]
AA = 4.5


def test_every_colour_becomes_one_that_can_be_read() -> None:
    for chosen in ANY:
        schemes = zip(accents.readable(chosen), (accents.LIGHT_SURFACES, accents.DARK_SURFACES), strict=True)
        for made, surfaces in schemes:
            for surface in (*surfaces, made.tint, made.on_accent):
                assert accents.contrast(made.accent, surface) >= AA, (chosen, made, surface)
            assert accents.contrast(made.strong, made.on_accent) >= AA, (chosen, made)


def test_a_readable_colour_stays_as_it_is() -> None:
    light, dark = accents.readable("#0055ff")
    assert light.accent == "#0055ff"
    assert dark.accent != "#0055ff"
    assert accents.readable("#ffe000")[1].accent == "#ffe000"


def test_contrast_is_that_of_the_guidelines() -> None:
    assert accents.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert accents.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_the_surfaces_are_those_of_the_tokens() -> None:
    for name, light, dark in zip(("well", "paper", "page"), accents.LIGHT_SURFACES, accents.DARK_SURFACES, strict=True):
        [(first, second)] = re.findall(rf"--{name}: light-dark\(oklch\(([^)]*)\), oklch\(([^)]*)\)\)", SHEET)
        for stated, used in ((first, light), (second, dark)):
            lightness = float(stated.split("%")[0]) / 100
            assert accents.lightness(used) == pytest.approx(lightness, abs=0.004)


@pytest.mark.parametrize(("typed", "stored"), [("#FFE000", "#ffe000"), ("fe0", "#ffee00"), (" #abc ", "#aabbcc")])
def test_colours_are_written_in_one_way(typed: str, stored: str) -> None:
    assert accents.colour(typed) == stored


@pytest.mark.parametrize("typed", ["", "red", "#12", "#12345", "#1234567", "#gggggg", "#fff;}", "１２３"])
def test_what_is_no_colour_is_refused(typed: str) -> None:
    with pytest.raises(accents.NoColour):
        accents.colour(typed)


def test_the_sheet_holds_nothing_but_colours() -> None:
    sheet = accents.stylesheet("#ffe000")
    assert len(re.findall(r"#[0-9a-f]{6}", sheet)) == 8
    assert re.findall(r"--[a-z-]+", sheet) == ["--accent", "--accent-strong", "--accent-tint", "--on-accent"]
