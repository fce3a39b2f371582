"""How near a question is to health, to an emergency, and to each kind of emergency: lines through what is seen of it.

Their weights are made of our own examples by `python -m bench.guard --fit`, and are read once.
"""

import json
import math
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from webapp.ai.minilm import LAYERS, MiniLM, joined, rows
from webapp.guard.signs import signs
from webapp.guard.spelling import spelling
from webapp.guard.words import plain

if TYPE_CHECKING:
    from webapp.ai.minilm import Floats

WEIGHTS = Path(__file__).parent / "weights.json"
MOST = 600
"""Characters that are read: what a long question is about is said at its beginning and its end."""
MARGINS = " ,;:"
KINDS_FROM = 4
"""The layer that tells kinds apart best."""
SURE = 0.3


@cache
def lines() -> "dict[str, tuple[Floats, Floats]]":
    """Return what was fitted, weights and bias: `health` and `urgent` have one row, `kinds` one for each kind."""
    made = json.loads(WEIGHTS.read_text())
    return {name: (rows(made[name]["weights"]), rows(made[name]["bias"])) for name in ("health", "urgent", "kinds")}


@cache
def kinds() -> list[str]:
    """Return the kinds of emergency in the order of their rows."""
    return list(json.loads(WEIGHTS.read_text())["kinds"]["names"])


def depths(text: str) -> "Floats":
    """Return a text as each of the embedder's layers sees it, remembered for a while. Raises `ModelMissing`."""
    return _depths(plain(text).strip(MARGINS))


@lru_cache(512)
def _depths(letters: str) -> "Floats":
    return MiniLM().depths(letters if len(letters) <= MOST else f"{letters[: MOST // 2]} … {letters[-MOST // 2 :]}")


@lru_cache(32)
def features(text: str) -> "Floats":
    """Return what the lines weigh: what each layer sees, the signs, how it is spelled. Raises `ModelMissing`.

    Remembered for a while, as each line weighs them: 40 kB a text.
    """
    return joined(depths(text), signs(text), spelling(plain(text)))


def share(line: str, text: str) -> float:
    """Return how sure a line is of a text, from 0 to 1. Raises `ModelMissing`."""
    weights, bias = lines()[line]
    return 1 / (1 + math.exp(-max(min(float(weights @ features(text) + bias), 30.0), -30.0)))


def kind(text: str, among: Sequence[str]) -> str | None:
    """Return the kind of emergency that a text is nearest to, of these or, without any, of all where one is likely.

    Raises `ModelMissing`.
    """
    weights, bias = lines()["kinds"]
    towards = [math.exp(each) for each in weights @ depths(text)[KINDS_FROM] + bias]
    shares = dict(zip(kinds(), (each / sum(towards) for each in towards), strict=True))
    nearest = max(among or shares, key=lambda name: shares.get(name, 0.0))
    return nearest if among or shares[nearest] >= SURE else None


def nearest(text: str, examples: tuple[str, ...]) -> float:
    """Return the cosine of the example that is nearest, 0 without any. Raises `ModelMissing`."""
    return float((_examples(examples) @ depths(text)[LAYERS]).max()) if examples else 0.0


@lru_cache(64)
def _examples(texts: tuple[str, ...]) -> "Floats":
    return rows(MiniLM().embed(texts))
