"""Whether a question tells of an emergency, and of which."""

from webapp.guard import lexicon, redflags
from webapp.guard.reading import finds, said, spoken


def kind_of(question: str) -> str | None:
    """Return the kind of emergency that a question tells of by our rules, or None."""
    if any(_meets(rule, spoken(question)) for rule in redflags.means()):
        return "suicide"
    return met(said(question))


def met(text: str) -> str | None:
    """Return the first kind of which a rule is met by what is said."""
    if not text:
        return None
    for kind, rules in redflags.compiled().items():
        if any(_meets(rule, text) for rule in rules):
            return kind
    return None


def _meets(rule: tuple[list[str], str | None], text: str) -> bool:
    needs, never = rule
    return all(finds(part, text) for part in needs) and not (never and lexicon.pattern(never).search(text))
