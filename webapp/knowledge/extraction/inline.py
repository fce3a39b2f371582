"""Writing the text of one block, piece by piece, while remembering which spans of it are marked."""

from __future__ import annotations

import re
from dataclasses import replace

from webapp.knowledge.extraction.blocks import Mark, MarkKind

_SPACES = re.compile(r"[ \t\r\n\f]+")
_SAFE_TARGET = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)


class InlineText:
    """The growing text of a block. White space is folded as a browser does, so that offsets are final at once."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._ends_in_space = True
        self._open: list[tuple[int, MarkKind, str | None]] = []
        self._marks: list[Mark] = []

    def __bool__(self) -> bool:
        return self._length > 0

    def write(self, text: str) -> None:
        """Add running text."""
        text = _SPACES.sub(" ", text)
        if self._ends_in_space:
            text = text.removeprefix(" ")
        self._add(text)

    def write_line_break(self) -> None:
        """Begin a new line within the block. At its very beginning there is nothing to break."""
        self._trim()
        if self._length:
            self._add("\n")

    def write_verbatim(self, text: str, kind: MarkKind | None = None) -> None:
        """Add text whose white space means something, marked if a kind is given."""
        start = self._length
        self._add(text)
        if kind and text:
            self._marks.append(Mark(start, self._length, kind))

    def open(self, kind: MarkKind, target: str | None = None) -> None:
        """Begin a span."""
        self._open.append((self._length, kind, target))

    def close(self) -> None:
        """End the span that was begun last. A link that leads nowhere leaves its words alone."""
        if self._open:
            start, kind, target = self._open.pop()
            if start < self._length and (kind != "link" or target):
                self._marks.append(Mark(start, self._length, kind, target))

    def take(self) -> tuple[str, tuple[Mark, ...]]:
        """Return the text and its marks, and begin anew. Spans that are still open go on in the next text."""
        self._trim()
        going_on = [(kind, target) for _, kind, target in self._open]
        while self._open:
            self.close()
        text = "".join(self._parts)
        marks = tuple(sorted((m for m in self._marks if m.start < m.end), key=lambda m: (m.start, -m.end)))
        self._parts, self._length, self._ends_in_space, self._marks = [], 0, True, []
        for kind, target in going_on:
            self.open(kind, target)
        return text, marks

    def _trim(self) -> None:
        """Take white space off the end, and marks back with it."""
        text = "".join(self._parts).rstrip()
        self._parts, self._length = [text], len(text)
        self._open = [(min(start, len(text)), kind, target) for start, kind, target in self._open]
        self._marks = [replace(m, start=min(m.start, len(text)), end=min(m.end, len(text))) for m in self._marks]

    def _add(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self._length += len(text)
            self._ends_in_space = text[-1].isspace()


def safe_target(address: str | None) -> str | None:
    """Return the address if a reader may follow it from anywhere: absolute, and no script."""
    address = (address or "").strip()
    return address if _SAFE_TARGET.match(address) else None
