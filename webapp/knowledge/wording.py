"""How people ask what something is: the words that only ask, and the term that is asked about."""

import re

_ASKED = re.compile(
    r"""
    ^[^\w\n]* (?:(?:please|can\ you|could\ you|bitte)\ +)?
    (?:
        what(?:'s|’s|\ is|\ are)(?:\ meant\ by|\ the\ (?:meaning|definition)\ of)?
      | what\ do(?:es)?(?=.*\ (?:mean|stand\ for)\b)
      | (?:explain|describe|define|tell)(?:\ to)?(?:\ me)?(?:\ more)?(?:\ about)?
      | was\ (?:ist|sind|bedeutet|bedeuten|versteht\ man\ unter)
      | (?:erklär|beschreib|definier)(?:en?\ sie|e)?(?:\ mir)?
    )
    \ + (?:(?:an?|the|eine?[mnr]?|der|die|das|den)\ +)?
    (?P<term>[^\n]*?\w)
    (?:\ (?:mean|stand\ for))?[^\w\n]*$
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


def term(question: str) -> str | None:
    """Return what a question asks the meaning of: "SLAM" of "What does SLAM mean?"; None where it asks otherwise."""
    asked = _ASKED.fullmatch(question)
    return asked["term"] if asked else None


def sought(question: str) -> str:
    """Return a question without the words that only ask, which no passage needs to have. It may have several lines."""
    return _ASKED.sub(r"\g<term>", question)
