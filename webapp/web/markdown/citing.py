"""Who cites what in an answer: the runs of text with their citations, and notes that are put behind these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from webapp.web.markdown import dialect

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_ANCHOR = re.compile(r'<a class="citation" href="[^"]*" data-n="\d+" aria-label="[^"]*">\d+</a>')


def citing(text: str, issued: Collection[int]) -> Iterator[list[str | tuple[int, ...]]]:
    """Yield every paragraph, heading, cell or item that cites: its words, and between them the numbers of citations.

    In reading order; a reader sees an anchor for each number.
    """
    for content in dialect.contents(text):
        pieces: list[str | tuple[int, ...]] = []
        for token in dialect.inline(content, {"issued": issued}):
            if token.type == "citation":
                pieces.append(tuple(token.meta["numbers"]))
            else:
                pieces.append(" " if token.type.endswith("break") else token.content)
        if any(isinstance(piece, tuple) for piece in pieces):
            yield pieces


def anchor_count(html: str) -> int:
    """Return how many numbers a reader of an answer sees."""
    return len(_ANCHOR.findall(html))


def annotated(html: Markup, notes: Mapping[int, Markup]) -> Markup:
    """Return an answer with notes behind some of its numbers, which are counted from 0 in reading order."""
    written, end = [], 0
    for at, anchor in enumerate(_ANCHOR.finditer(html)):
        if at in notes:
            written += [html[end : anchor.end()], notes[at]]
            end = anchor.end()
    return Markup("").join([*map(Markup, written), Markup(html[end:])])
