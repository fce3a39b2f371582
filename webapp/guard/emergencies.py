"""Which rules are met by what is told."""

from functools import lru_cache

from webapp.guard import lexicon, redflags
from webapp.guard.reading import finds, spoken

_BARE = frozenset({"kms", "suicide", "suicidal", "selbstmord", "suizid"})


def means(question: str) -> bool:
    """Tell whether a question asks for means to die, or is the bare word for it, which counts however it is asked."""
    asked = spoken(question)
    return asked.strip(" .!?") in _BARE or any(_meets(rule, asked) for rule in redflags.means())


@lru_cache(512)
def met(text: str) -> tuple[str, ...]:
    """Return the kinds of which a rule is met by normal text, in their order."""
    if not text:
        return ()
    return tuple(kind for kind, rules in redflags.compiled().items() if any(_meets(rule, text) for rule in rules))


def _meets(rule: tuple[list[str], str | None], text: str) -> bool:
    needs, never = rule
    return all(finds(part, text) for part in needs) and not (never and lexicon.pattern(never).search(text))
