"""How near a question is to health, and to an emergency: two lines through the built-in embedder's space.

Their weights are made of our own examples by `python -m bench.guard --fit`, and are read once.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from webapp.ai.minilm import MiniLM
from webapp.guard import terms
from webapp.guard.words import plain

WEIGHTS = Path(__file__).parent / "weights.json"
MOST = 600
"""Characters that are read: what a long question is about is said at its beginning and its end."""


@dataclass(frozen=True, slots=True)
class Line:
    """One side is what we look for. `weights` has a number for each of a text's features, `bias` one for all."""

    weights: Sequence[float]
    bias: float

    def share(self, features: Sequence[float]) -> float:
        """Return how sure we are, from 0 to 1."""
        towards = sum(map(float.__mul__, self.weights, features)) + self.bias
        return 1 / (1 + math.exp(-max(min(towards, 30.0), -30.0)))


@cache
def lines() -> dict[str, Line]:
    """Return what was fitted: a line for `health` and one for `urgent`."""
    return {name: Line(line["weights"], line["bias"]) for name, line in json.loads(WEIGHTS.read_text()).items()}


@lru_cache(512)
def vector(text: str) -> tuple[float, ...]:
    """Return a question as the built-in embedder sees it, remembered for a while. Raises `ModelMissing`."""
    return tuple(vectors([text])[0])


def vectors(texts: Sequence[str]) -> list[list[float]]:
    """Return the texts as the built-in embedder sees them. Raises `ModelMissing`."""
    return MiniLM().embed(
        [text if len(text) <= MOST else f"{text[: MOST // 2]} … {text[-MOST // 2 :]}" for text in texts]
    )


def nearest(vector: Sequence[float], examples: tuple[str, ...]) -> float:
    """Return the cosine of the example that is nearest, 0 without any. Raises `ModelMissing`."""
    return max((sum(map(float.__mul__, vector, example)) for example in _examples(examples)), default=0.0)


@lru_cache(64)
def _examples(texts: tuple[str, ...]) -> list[list[float]]:
    return vectors(texts) if texts else []


def features(text: str, vector: Sequence[float]) -> list[float]:
    """Return what the lines weigh: the vector, then whether words of health, or of something else, stand in the text."""
    words = plain(text).replace("-", " ")
    health, other = len(set(terms.HEALTH.findall(words))), len(set(terms.ELSE.findall(words)))
    return [*vector, float(health > 0), float(health > 1), float(other > 0), float(other > 1)]
