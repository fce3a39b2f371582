"""The words of extraction: a document as blocks of plain text, with what was bold, linked or quoted beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

BlockKind = Literal["heading", "paragraph", "item", "code", "table", "quote", "figure"]
MarkKind = Literal["strong", "em", "code", "link", "math"]

JOINT = "\n\n"
CELL_JOINT = " | "

Cell = tuple[str, "tuple[Mark, ...]"]  # a cell of a table: its text, on one line, and the marks in it

# PostgreSQL refuses NUL in text and in jsonb, and UTF-8 cannot hold half a surrogate pair. Replacing them one for one
# leaves every offset where it was.
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Unreadable(Exception):
    """A file cannot become text. Its sentence says why and what to do, and is fit to be shown to the person."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of a block's text (code points, end exclusive) that is strong, emphasised, code, a link or a formula."""

    start: int
    end: int
    kind: MarkKind
    target: str | None = None

    def to_json(self) -> list[Any]:
        """Return the mark as a short list, without its target where it has none."""
        return [self.start, self.end, self.kind, *([self.target] if self.target is not None else [])]

    @classmethod
    def from_json(cls, stored: list[Any]) -> Self:
        """Return the mark that `to_json` described."""
        return cls(*stored)


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item, code listing, table, quotation or figure.

    `start` is where the block begins in the text of its extract. `level` is the level of a heading or the depth of a
    list item, from 1. `data` holds what only one kind has:

    - code: `language`
    - table: `rows`, a list of lists of cells, and `header`, whether the first row is one. The text has one line for
      each row, cells joined by `CELL_JOINT`, and marks point into that text.
    - item: `ordered`, and then `number`
    - figure: `source`, `alt`
    - any block of a PDF that goes on over a page: `turns`, a list of [offset into the text, page, page label]
    """

    kind: BlockKind
    text: str
    start: int = 0
    level: int = 0
    page: int | None = None
    page_label: str | None = None
    marks: tuple[Mark, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """Where the block ends in the text of its extract, exclusive."""
        return self.start + len(self.text)

    def to_json(self) -> dict[str, Any]:
        """Return the block as a small dictionary, without what is empty."""
        stored = {
            "kind": self.kind,
            "text": self.text,
            "start": self.start,
            "level": self.level,
            "page": self.page,
            "page_label": self.page_label,
            "marks": [mark.to_json() for mark in self.marks],
            "data": dict(self.data),
        }
        return {name: value for name, value in stored.items() if value or name in ("text", "start")}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the block that `to_json` described."""
        marks = tuple(Mark.from_json(mark) for mark in stored.get("marks", ()))
        return cls(**{**stored, "marks": marks})


@dataclass(frozen=True, slots=True)
class Extract:
    """What a document says. `language` is the name of a PostgreSQL text search configuration."""

    title: str | None
    blocks: list[Block]
    language: str

    @property
    def text(self) -> str:
        """The text of the whole document; every span of a block or a piece is a pair of code points into it."""
        return JOINT.join(block.text for block in self.blocks)


def placed(blocks: Iterable[Block]) -> list[Block]:
    """Return the blocks that say something, storable, each knowing where it starts in the text of them all."""
    result: list[Block] = []
    start = 0
    for block in blocks:
        if not block.text.strip():
            continue
        result.append(replace(block, text=storable(block.text), data=_storable_data(block.data), start=start))
        start += len(block.text) + len(JOINT)
    return result


def storable(text: str) -> str:
    """Return the text with a space for every character that PostgreSQL cannot hold or nobody can see. Same length."""
    return _UNSTORABLE.sub(" ", text)


def table(rows: list[list[Cell]], *, header: bool) -> Block:
    """Return the block of a table given cell by cell. Short rows are filled up; rows without a word are left out."""
    said = [row for row in rows if any(text for text, _ in row)]
    width = max((len(row) for row in said), default=0)
    full = [row + [("", ())] * (width - len(row)) for row in said]
    marks: list[Mark] = []
    offset = 0
    for row in full:
        for text, inner in row:
            marks += (replace(mark, start=mark.start + offset, end=mark.end + offset) for mark in inner)
            offset += len(text) + len(CELL_JOINT)
        offset += len("\n") - len(CELL_JOINT)
    cells = [[text for text, _ in row] for row in full]
    text = "\n".join(CELL_JOINT.join(row) for row in cells)
    return Block("table", text, marks=tuple(marks), data={"rows": cells, "header": header})


def _storable_data(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable_data(part) for part in value]
    if isinstance(value, Mapping):
        return {name: _storable_data(part) for name, part in value.items()}
    return value
