"""Relevance: how often a passage this close was the right one, as a percentage; and how close is enough to answer.

How close a passage is to a question are two things together: its nearness in meaning, a cosine, and the share of the
question's words in it. Either alone tells right from wrong much worse (docs/retrieval.md).

A cosine means something different for every embedding model. The scale is measured for one. For other models the
cosines are stretched, between those that a model typically gives to unrelated and to related texts, onto the cosines
of the measured one: these are unmeasured, and what they show is a rough guide.
"""

from bisect import bisect_right
from collections.abc import Sequence

Points = Sequence[tuple[float, int]]  # (closeness or share, per cent), rising; in between the line is straight.

MEASURED = "all-MiniLM-L6-v2"
WORDS_WEIGHT = 0.5
BY_CLOSENESS: Points = (
    (0.40, 1), (0.65, 5), (0.75, 9), (0.85, 12), (0.95, 23), (1.05, 39), (1.15, 54), (1.25, 60), (1.35, 75), (1.50, 90),
)  # fmt: skip
BY_WORDS: Points = ((0.35, 1), (0.55, 5), (0.65, 12), (0.75, 20), (0.85, 35), (1.00, 49))
CLOSE_ENOUGH = 0.62
ENOUGH_WORDS = 0.5

# The cosines of unrelated and of closely related texts: of the measured model, and typical ones of families, by a part
# of the model's name. Of a model that is not named here low ones are expected: to quote a stray passage does less harm
# than to refuse every question.
UNRELATED, RELATED = 0.1, 0.6
TYPICAL = {
    "text-embedding-3": (0.05, 0.45),
    "text-embedding-ada-002": (0.70, 0.85),
    "e5-": (0.70, 0.85),
    "bge-": (0.35, 0.65),
    "nomic-embed": (0.40, 0.70),
}
UNKNOWN = (0.05, 0.45)


def closeness(nearness: float, shared: float) -> float:
    """Return how close a passage is: the cosine of the measured model, and half the share of the asked words."""
    return nearness + WORDS_WEIGHT * shared


def percentage(model: str, nearness: float | None, shared: float) -> int:
    """Return the relevance, 1 to 99, of a passage with this cosine and this share of the asked words."""
    if nearness is None:
        return _on(BY_WORDS, shared)
    return _on(BY_CLOSENESS, closeness(as_measured(model, nearness), shared))


def answers(model: str, nearness: float | None, shared: float) -> bool:
    """Tell whether a passage is close enough to the question to answer it. Strays are far; subtle gaps are not."""
    if nearness is None:
        return shared >= ENOUGH_WORDS
    return closeness(as_measured(model, nearness), shared) >= CLOSE_ENOUGH


def as_measured(model: str, nearness: float) -> float:
    """Return the cosine that the measured model would have given, as far as anybody can tell."""
    if model == MEASURED:
        return nearness
    unrelated, related = next((both for family, both in TYPICAL.items() if family in model.lower()), UNKNOWN)
    return UNRELATED + (nearness - unrelated) / (related - unrelated) * (RELATED - UNRELATED)


def _on(points: Points, value: float) -> int:
    place = bisect_right(points, (value, 100))
    if place in (0, len(points)):
        return points[max(0, place - 1)][1]
    (low, least), (high, most) = points[place - 1], points[place]
    return round(least + (most - least) * (value - low) / (high - low))
