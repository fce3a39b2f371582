"""An organization's own colour, made readable: its hue is kept, and its lightness moved as far as contrast asks.

The numbers are those of Oklab (Björn Ottosson, 2020) and of WCAG 2's contrast. The surfaces are those of
`static/css/tokens.css`.
"""

import re
from dataclasses import dataclass
from math import atan2, cos, hypot, sin

_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
ENOUGH = 4.75
STEP = 0.005

LIGHT_SURFACES = ("#f4f3ee", "#fbfaf7", "#ffffff")
DARK_SURFACES = ("#0f1414", "#151a1b", "#1d2323")

Linear = tuple[float, float, float]


class NoColour(ValueError):
    """What was typed names no colour."""


@dataclass(frozen=True, slots=True)
class Accent:
    """The four colours that a page takes from an accent, in one scheme."""

    accent: str
    strong: str
    tint: str
    on_accent: str


def colour(typed: str) -> str:
    """Return a colour as `#rrggbb`. Raises NoColour."""
    found = _HEX.fullmatch(typed.strip())
    if not found:
        raise NoColour(typed)
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))  # noqa: PLR2004


def readable(chosen: str) -> tuple[Accent, Accent]:
    """Return the accent for the light and for the dark scheme."""
    lightness, chroma, hue = _oklch(chosen)
    return _light(min(lightness, 0.62), chroma, hue), _dark(max(lightness, 0.6), chroma, hue)


def _light(lightness: float, chroma: float, hue: float) -> Accent:
    tint = _hex(0.954, min(chroma, 0.12) * 0.26, hue)
    while _least(accent := _hex(lightness, chroma, hue), (*LIGHT_SURFACES, tint)) < ENOUGH:
        lightness -= STEP
    return Accent(accent, _hex(lightness - 0.07, chroma, hue), tint, _hex(0.99, 0.006, hue))


def _dark(lightness: float, chroma: float, hue: float) -> Accent:
    tint, on_accent = _hex(0.285, min(chroma, 0.12) * 0.42, hue), _hex(0.21, min(chroma, 0.03), hue)
    while _least(accent := _hex(lightness, chroma, hue), (*DARK_SURFACES, tint, on_accent)) < ENOUGH:
        lightness += STEP
    return Accent(accent, _hex(min(lightness + 0.06, 0.97), chroma, hue), tint, on_accent)


def stylesheet(chosen: str) -> str:
    """Return the sheet that gives a page this accent. It comes after the tokens, whose layer it continues."""
    light, dark = readable(chosen)
    return (
        "@layer tokens {\n  :root {\n"
        f"    --accent: light-dark({light.accent}, {dark.accent});\n"
        f"    --accent-strong: light-dark({light.strong}, {dark.strong});\n"
        f"    --accent-tint: light-dark({light.tint}, {dark.tint});\n"
        f"    --on-accent: light-dark({light.on_accent}, {dark.on_accent});\n"
        "  }\n}\n"
    )


def contrast(one: str, other: str) -> float:
    """Return how well two colours stand apart: 1 for the same, 21 for black and white."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def lightness(chosen: str) -> float:
    """Return how light a colour looks, from 0 to 1."""
    return _oklch(chosen)[0]


def _least(accent: str, others: tuple[str, ...]) -> float:
    return min(contrast(accent, other) for other in others)


def _luminance(chosen: str) -> float:
    red, green, blue = _linear(chosen)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(chosen: str) -> Linear:
    red, green, blue = (int(chosen[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _straight(red), _straight(green), _straight(blue)


def _straight(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004


def _curved(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055  # noqa: PLR2004


def _oklch(chosen: str) -> tuple[float, float, float]:
    red, green, blue = _linear(chosen)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short, hypot(a, b), atan2(b, a)


def _hex(lightness: float, chroma: float, hue: float) -> str:
    """Return the colour as a screen can show it: where it cannot, with less chroma."""
    while True:
        shown = [_curved(value) for value in _rgb(lightness, chroma, hue)]
        if chroma < STEP or all(-0.001 <= value <= 1.001 for value in shown):  # noqa: PLR2004
            return "#" + "".join(f"{round(255 * min(max(value, 0), 1)):02x}" for value in shown)
        chroma -= STEP


def _rgb(lightness: float, chroma: float, hue: float) -> Linear:
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        max(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short, -0.01),
        max(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short, -0.01),
        max(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short, -0.01),
    )
