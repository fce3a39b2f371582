"""What the rules, and words that stand for much, say of a question: numbers beside what the embedder sees in it."""

from webapp.guard import emergencies, reading, replies, terms
from webapp.guard.reading import said, spoken
from webapp.guard.words import normal, plain

WEIGHT = 0.3
"""How much a sign counts before the fit, against vectors of unit length."""


def signs(question: str) -> list[float]:
    """Return the signs of a question, each 0 or `WEIGHT`, always in the same order."""
    told, words = said(question), spoken(question)
    letters = plain(question).replace("-", " ")
    german, asked = replies.german(question), "?" in question
    ruled = bool(emergencies.met(told)), bool(emergencies.met(words)), emergencies.means(question)
    health, other = len(set(terms.HEALTH.findall(letters))), len(set(terms.ELSE.findall(letters)))
    found = (
        *ruled,
        not told,
        words != normal(question),
        reading.of_somebody(words),
        *(pattern.search(words) for pattern in _READ),
        health > 0,
        health > 1,
        other > 0,
        other > 1,
        asked,
        german,
        german and not health,  # Of German the embedder knows little, so that words decide.
        german and other > 0,
        not asked and not any(ruled),
        *(pattern.search(letters) for pattern in _ASKED),
    )
    return [WEIGHT if sign else 0.0 for sign in found]


_READ = (
    reading.LONG_AGO,
    reading.NOW,
    reading.ASKS,
    reading.OF_KNOWLEDGE,
    reading.MADE_UP,
    reading.PET,
    reading.MILD,
)
_ASKED = (terms.TRICKS, terms.TASKS, terms.PLEAS)
