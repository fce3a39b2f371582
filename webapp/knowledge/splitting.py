"""Cutting a document into passages: along its structure, never across a heading, at the ends of sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.knowledge.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.knowledge.extraction.blocks import Block, Extract

Span = tuple[int, int]

_WORDS = re.compile(r"\S+")
_LINES = re.compile(r"[^\n]*\S[^\n]*")
_CONTEXT = 120  # characters before the overlap, to tell whether it begins with a sentence


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage to be: `text` is `extract.text[start:end]`, under the headings of `heading_path`, outermost first."""

    ordinal: int
    text: str
    heading_path: tuple[str, ...]
    page: int | None
    page_label: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Section:
    heading_path: tuple[str, ...]
    blocks: list[Block]


def split(extract: Extract, size: int = 1000, overlap: int = 200) -> list[Piece]:
    """Return the pieces of a document in order, each of at most `size` characters.

    A section that fits is one piece. A longer one is cut between paragraphs, or else sentences, lines (of code and
    tables) or words, and a piece that begins inside it repeats the last sentences before, up to `overlap` characters.
    A heading is in the path of its pieces and not in their text; one with nothing below it makes no piece.
    """
    text = extract.text
    pieces: list[Piece] = []
    for section in _sections(extract.blocks):
        starts = [block.start for block in section.blocks]
        for start, end in _spans(text, section.blocks, size, overlap):
            page, label = _page_at(section.blocks[bisect_right(starts, start) - 1], start)
            pieces.append(Piece(len(pieces), text[start:end], section.heading_path, page, label, start, end))
    return pieces


def _sections(blocks: list[Block]) -> Iterator[_Section]:
    """Yield the runs of blocks between headings, with the headings that they stand under."""
    path: list[tuple[int, str]] = []
    body: list[Block] = []
    for block in blocks:
        if block.kind != "heading":
            body.append(block)
            continue
        if body:
            yield _Section(tuple(words for _, words in path), body)
        path = [(level, words) for level, words in path if level < block.level]
        path.append((block.level, block.text))
        body = []
    if body:
        yield _Section(tuple(words for _, words in path), body)


def _spans(text: str, blocks: list[Block], size: int, overlap: int) -> Iterator[Span]:
    """Yield the spans of the pieces of one section."""
    first, last = blocks[0].start, blocks[-1].end
    if last - first <= size:
        yield first, last
        return
    start = end = first
    for atom, is_prose in _atoms(blocks, size):
        if atom[1] - start > size:
            yield start, end
            start = _overlapping(text, (start, end), atom, size, overlap if is_prose else 0)
        end = atom[1]
    yield start, end


def _atoms(blocks: list[Block], size: int) -> Iterator[tuple[Span, bool]]:
    """Yield the parts of a section that are not cut: blocks that fit, and the parts of those that do not.

    Beside each stands whether it is prose, which sentences may be repeated before.
    """
    for block in blocks:
        is_prose = block.kind not in ("code", "table")
        parts = [(0, len(block.text))]
        if len(block.text) > size:
            parts = sentences(block.text) if is_prose else [line.span() for line in _LINES.finditer(block.text)]
        for start, end in _fitting(block.text, parts, size):
            yield (block.start + start, block.start + end), is_prose


def _fitting(text: str, spans: list[Span], size: int) -> Iterator[Span]:
    """Yield the spans, and of those that are too long the words; a word that is too long is cut anywhere."""
    for start, end in spans:
        if end - start <= size:
            yield start, end
            continue
        for word in _WORDS.finditer(text, start, end):
            for cut in range(word.start(), word.end(), size):
                yield cut, min(cut + size, word.end())


def _overlapping(text: str, before: Span, atom: Span, size: int, overlap: int) -> int:
    """Return where the piece of the atom starts: at a sentence of the piece before, as early as both limits allow."""
    start, end = before
    earliest = max(end - overlap, atom[1] - size, start + 1)
    if earliest >= end:
        return atom[0]
    context = max(start, earliest - _CONTEXT)
    begins = (context + begin for begin, _ in sentences(text[context:end]))
    return next((begin for begin in begins if begin >= earliest), atom[0])


def _page_at(block: Block, position: int) -> tuple[int | None, str | None]:
    """Return the page on which a position of a block stands: a paragraph may go on over the next."""
    page, label = block.page, block.page_label
    for offset, turned_page, turned_label in block.data.get("turns", ()):
        if position - block.start >= offset:
            page, label = turned_page, turned_label
    return page, label
