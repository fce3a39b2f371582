"""Words that a reader selected in a document to ask about, and where they stand in its text."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from webapp.knowledge.extraction import Block
from webapp.web.forms import tidy

MOST = 2000
SEARCHED = 600
SHORTEST_LINE = 16

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected, and from where to where in the document's text; None where it was not found there."""

    document_id: UUID
    text: str
    start: int | None
    end: int | None

    @property
    def searched(self) -> str:
        """Return as much of it as is searched together with the question."""
        return self.text[:SEARCHED]


def selected(document_id: UUID, blocks: Sequence[Block], words: str | None) -> Selection | None:
    """Return a selection from what a page sent, or None where there are no words in it. What is too long is cut."""
    text = tidy(words)
    if not text:
        return None
    if len(text) > MOST:
        text = text[:MOST].rsplit(" ", 1)[0] + " …"
    start, end = locate(blocks, text) or (None, None)
    return Selection(document_id, text, start, end)


def paragraph(blocks: Sequence[Block], at: int) -> str | None:
    """Return the words of the block that begins at this position, of a whole list where it is an item; or None."""
    first = next((number for number, block in enumerate(blocks) if block.start == at), None)
    if first is None:
        return None
    if blocks[first].kind != "item":
        return blocks[first].text
    items = []
    for block in blocks[first:]:
        if block.kind != "item":
            break
        items.append(block.text)
    return "\n".join(items)


def locate(blocks: Sequence[Block], words: str) -> Span | None:
    """Return from where to where words stand in the text of these blocks, whatever their spacing and punctuation.

    Browsers join blocks, cells and formulas in ways of their own: where the whole is not found, its lines are looked
    for, and the span reaches from the first that was found to the last.
    """
    letters, places = _letters(blocks)
    if found := _find(letters, places, words):
        return found
    lines = [line for line in words.splitlines() if len(line) >= SHORTEST_LINE]
    spans = [span for line in lines if (span := _find(letters, places, line))]
    return (min(start for start, _ in spans), max(end for _, end in spans)) if spans else None


def _find(letters: str, places: Sequence[int], words: str) -> Span | None:
    wanted = "".join(character.lower()[0] for character in words if character.isalnum())
    at = letters.find(wanted) if wanted else -1
    return None if at < 0 else (places[at], places[at + len(wanted) - 1] + 1)


def _letters(blocks: Sequence[Block]) -> tuple[str, list[int]]:
    """Return the letters and digits of all blocks in lower case, and where in the text each of them stands."""
    letters, places = [], []
    for block in blocks:
        for offset, character in enumerate(block.text):
            if character.isalnum():
                letters.append(character.lower()[0])
                places.append(block.start + offset)
    return "".join(letters), places
