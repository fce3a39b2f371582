"""Guessing which lines of a PDF are headings, and of which level."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.knowledge.extraction.blocks import Block
    from webapp.knowledge.extraction.pdf_layout import Group
    from webapp.knowledge.extraction.pdf_words import Words

_LARGER = 1.12  # than the body, from where letters make a heading by themselves
_LONGEST = 300  # characters
_MOST_LINES = 3
_DEEPEST = 6
_FRONT = range(1, 3)  # the pages on which a document says what it is
_NOT_OUTLINED = 99  # below every level of an outline

Look = tuple[int, float, bool, int]  # level in the outline, size, whether not all capitals, structure: less is higher
_ENDS_RUNNING_TEXT = re.compile(r"[,;]$")
_CONTINUED = re.compile(r"\s*\((?:continued|cont\W?d|fortsetzung|suite)\.?\)\s*$", re.IGNORECASE)
# What a heading calls itself says how high it stands among those that look like it.
_STRUCTURE = (
    re.compile(r"(?:part|teil|partie|book)\s+(?:[ivxlc]+|\d+)\b", re.IGNORECASE),
    re.compile(
        r"(?:chapter|item|article|note|kapitel|artikel|chapitre|section|abschnitt|appendix|anhang)\s+\w+", re.IGNORECASE
    ),
    re.compile(r"(?:\d{1,2}|[A-Z]|[IVX]{1,4})[.)]?\s"),
    re.compile(r"\d{1,2}\.\d{1,2}[.)]?\s"),
    re.compile(r"\d{1,2}(?:\.\d{1,2}){2,}[.)]?\s"),
)


def squeezed(text: str) -> str:
    """Return the letters and digits of a text, for comparing what was set with different spaces and signs."""
    return re.sub(r"[\W_]+", "", text).lower()


def heading_levels(
    groups: list[Group], body: float, words: Words, outline: Mapping[tuple[int, str], int]
) -> dict[int, int]:
    """Return the level of each group that is a heading, by its place in the list.

    A heading stands in the file's own outline, or its letters are larger than the body's, or it is bold and short and
    text that is not bold follows it. One stands below another by the outline, by smaller letters, by letters that are
    not all capitals, or by what it calls itself, in this order.
    """
    levels: dict[int, int] = {}
    above: list[Look] = []
    for place, group in enumerate(groups):
        if group.is_table or len(group.lines) > _MOST_LINES:
            continue
        text = words.joined([line.text for line in group.lines])
        outlined = outline.get((group.page.number, squeezed(text)))
        if outlined or (looks_like_heading(group, text, body) and _has_text_below(groups, place, body)):
            look = _look(group, text, outlined)
            above = [other for other in above if other < look]
            above.append(look)
            levels[place] = min(len(above), _DEEPEST)
    return levels


def headline(groups: list[Group], body: float, words: Words) -> str | None:
    """Return what is set in the largest letters on the first pages, if they are larger than the body's."""
    front = [group for group in groups if group.page.number in _FRONT and group.size >= body * _LARGER]
    for group in sorted(front, key=lambda group: -group.size):
        text = words.joined([line.text for line in group.lines])
        if len(group.lines) <= _MOST_LINES and looks_like_heading(group, text, body):
            return text
    return None


def _look(group: Group, text: str, outlined: int | None) -> Look:
    if outlined:
        return (outlined, 0.0, False, 0)
    return (_NOT_OUTLINED, -round(group.size * 2) / 2, not text.isupper(), _structure(text))


def looks_like_heading(group: Group, text: str, body: float) -> bool:
    """Tell whether a group is set like a heading."""
    if len(text) > _LONGEST or _ENDS_RUNNING_TEXT.search(text) or not group.lines[0].upright:
        return False
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) < 3 or letters[0].islower() or any(len(line.cells) > 1 for line in group.lines):  # noqa: PLR2004
        return False
    return group.size >= body * _LARGER or (group.bold and group.size > body * 0.85)


def without_repetitions(blocks: list[Block]) -> Iterator[Block]:
    """Yield the blocks without headings that only say that what stood above goes on ("Item 1 (Continued)")."""
    current: dict[int, str] = {}
    for block in blocks:
        if block.kind == "heading":
            text = _CONTINUED.sub("", block.text)
            if text != block.text and squeezed(text) in map(squeezed, current.values()):
                continue
            current = {level: words for level, words in current.items() if level < block.level}
            current[block.level] = text
            yield replace(block, text=text)
        else:
            yield block


def _has_text_below(groups: list[Group], place: int, body: float) -> bool:
    """Tell whether something that is no heading follows soon: a bold page of a form is no list of headings."""
    for group in groups[place + 1 : place + 9]:
        if group.is_table or not (group.bold or group.size >= body * _LARGER):
            return True
    return False


def _structure(text: str) -> int:
    return next((rank for rank, pattern in enumerate(_STRUCTURE) if pattern.match(text)), len(_STRUCTURE))
