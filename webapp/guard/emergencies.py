"""Whether a question tells of an emergency, and of which."""

from webapp.guard import lexicon, redflags
from webapp.guard.reading import finds, said

TELEGRAM = 14


def kind_of(question: str) -> str | None:
    """Return the kind of emergency that a question tells of by our rules, or None."""
    return met(said(question))


def met(text: str) -> str | None:
    """Return the first kind of which a rule is met by what is said."""
    if not text:
        return None
    for kind, rules in redflags.compiled().items():
        for needs, never in rules:
            if all(finds(part, text) for part in needs) and not (never and lexicon.pattern(never).search(text)):
                return kind
    return None
