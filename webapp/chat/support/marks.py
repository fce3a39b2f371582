"""How a reader sees that a sentence is not, or only partly, supported by what it cites: a quiet mark behind it."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from webapp.chat.support.assertions import Support
from webapp.web.markdown import anchor_count, annotated

Verdicts = Sequence[dict[str, Any]]
"""What is kept of an answer's sentences that cite: of each the `numbers` that it cites and the `verdict`, if any."""

WORDS = {
    Support.WEAK: "Only partly supported by its source",
    Support.UNSUPPORTED: "Not found in its source",
}
_MARK = Markup('<span class="support support--{}" title="{}"><span class="hidden"> ({})</span></span>')


def marked(html: Markup, verdicts: Verdicts | None) -> Markup:
    """Return an answer with its marks; unmarked where its text has other citations than were checked."""
    if not verdicts or sum(len(each["numbers"]) for each in verdicts) != anchor_count(html):
        return html
    notes, last = {}, -1
    for each in verdicts:
        last += len(each["numbers"])
        if words := WORDS.get(each["verdict"]):
            notes[last] = _MARK.format(each["verdict"], words, words)
    return annotated(html, notes)


def shown(verdicts: Verdicts | None) -> list[Support]:
    """Return the kinds of marks that an answer has, for its legend."""
    given = {each["verdict"] for each in verdicts or ()}
    return [kind for kind in WORDS if kind in given]


def count(verdicts: Verdicts | None, kind: Support) -> int:
    """Return how many sentences were given a verdict."""
    return sum(each["verdict"] == kind for each in verdicts or ())
