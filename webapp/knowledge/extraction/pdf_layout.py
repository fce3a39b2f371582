"""From lines on paper to blocks: paragraphs, headings, list items and tables."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from webapp.knowledge.extraction.blocks import Block
from webapp.knowledge.extraction.pdf_headings import heading_levels, headline, without_repetitions
from webapp.knowledge.extraction.pdf_tables import rows_to_table
from webapp.knowledge.extraction.pdf_words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.knowledge.extraction.pdf_pages import Line, Page

BULLETS = "•◦▪‣·●○■□–—*-"
# A capital with a full stop is an initial as often as it is a number.
_ITEM = re.compile(rf"(?:[{BULLETS}]|\(?(?:\d{{1,2}}|[a-z]|[ivx]{{1,4}})[.)]|\([A-Z]\))\s+(?=\S)")
_FINISHED = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_INDENT = 0.6  # of the letter size, from which a line counts as indented
_SAME_SIZE = 0.12
_FOOT = 0.62  # of a page's height, below which footnotes begin
_NEIGHBOURS = 12  # lines before and after that tell how wide a column is


@dataclass
class Group:
    """Lines that belong together on one page."""

    page: Page
    lines: list[Line] = field(default_factory=list)
    is_table: bool = False

    @property
    def size(self) -> float:
        """The letter size."""
        return self.lines[0].size

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.bold for line in self.lines)


def blocks_of(pages: list[Page], outline: Mapping[tuple[int, str], int]) -> tuple[str | None, list[Block]]:
    """Return the headline and the blocks of the pages.

    `outline` gives levels to headings, by page number and by their letters without spaces or signs.
    """
    lines = [line for page in pages for line in page.lines]
    words = Words(line.text for line in lines)
    body = _body_size(lines)
    leading = _leading(lines)
    groups = [group for page in pages for group in _footnotes_last(_groups(page, leading), body)]
    levels = heading_levels(groups, body, words, outline)
    blocks: list[Block] = []
    open_place = 0  # of the block that may go on in the next column or on the next page
    for number, group in enumerate(groups):
        block = _block(group, words)
        if level := levels.get(number):
            block = replace(block, kind="heading", level=level, text=words.joined(_texts(group)), data={})
        small = _is_small_print(group, body)
        before = len(blocks) - 1 if small else open_place
        if blocks and (joined := _joined(blocks[before], block, words)):
            blocks[before] = joined
            continue
        blocks.append(block)
        if not small:
            open_place = len(blocks) - 1
    return headline(groups, body, words), list(without_repetitions(blocks))


def _body_size(lines: list[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=10.0)


def _leading(lines: list[Line]) -> float:
    """Return the usual distance of baselines within a paragraph, in letter sizes."""
    distances: Counter[float] = Counter()
    for above, below in pairwise(lines):
        distance = (above.baseline - below.baseline) / max(below.size, 1.0)
        if abs(above.size - below.size) < _SAME_SIZE * below.size and 0.8 < distance < 3:  # noqa: PLR2004
            distances[round(distance, 1)] += 1
    return max(distances, key=lambda distance: distances[distance], default=1.2)


def _groups(page: Page, leading: float) -> Iterator[Group]:
    """Yield what belongs together on a page: tables by their rows, everything else by `_goes_on`."""
    group = Group(page)
    rights = _column_rights(page.lines)
    tables = _table_spans(page.lines, leading)
    for index, line in enumerate(page.lines):
        within = next((span for span in tables if span[0] <= index < span[1]), None)
        if within:
            if index == within[0]:
                if group.lines:
                    yield group
                yield Group(page, list(page.lines[slice(*within)]), is_table=True)
                group = Group(page)
            continue
        if group.lines and not _goes_on(group, line, rights[index - 1], leading):
            yield group
            group = Group(page)
        group.lines.append(line)
    if group.lines:
        yield group


def _table_spans(lines: tuple[Line, ...], leading: float) -> list[tuple[int, int]]:
    """Return where rows of several cells follow each other, with the one-celled labels between them."""
    spans: list[tuple[int, int]] = []
    start, last, rows = 0, -1, 0
    for index, line in enumerate(lines):
        is_row = len(line.cells) > 1 and not _ITEM.match(line.text) and line.upright
        near = index == 0 or 0 <= lines[index - 1].baseline - line.baseline < (leading + 1.6) * line.size
        if rows and (not near or index - last > 2):  # noqa: PLR2004 - a row, a label, a row
            spans += [(start, last + 1)] if rows > 1 else []
            rows = 0
        if is_row:
            start = start if rows else index
            last, rows = index, rows + 1
    return spans + ([(start, last + 1)] if rows > 1 else [])


def _column_rights(lines: tuple[Line, ...]) -> list[float]:
    """Return for each line how far to the right the lines around it reach that begin where it begins."""
    rights = []
    for index, line in enumerate(lines):
        around = [
            other for other in lines[max(0, index - _NEIGHBOURS) : index + _NEIGHBOURS + 1] if len(other.cells) == 1
        ]
        near = (other.right for other in around if abs(other.left - line.left) < 3 * line.size)
        rights.append(max(near, default=line.right))
    return rights


def _goes_on(group: Group, line: Line, right: float, leading: float) -> bool:
    """Tell whether a line goes on with the group. `right` is the right edge of the column of the line before."""
    above = group.lines[-1]
    size = above.size
    distance = above.baseline - line.baseline
    if above.upright != line.upright or above.bold != line.bold or abs(line.size - size) > _SAME_SIZE * size:
        return False
    if not line.upright:
        return True
    if not -0.1 * size < distance <= (leading + 0.35) * size or _ITEM.match(line.text):
        return False
    centred = abs((above.left + above.right) - (line.left + line.right)) < 2 * size and above.left > line.left + size
    if not centred and not _aligned(group, line, size):
        return False
    return not _could_have_held(above, line, right) or centred


def _aligned(group: Group, line: Line, size: float) -> bool:
    above = group.lines[-1]
    if len(group.lines) == 1:
        # The first line of a paragraph may be indented, or that of an item may hang out.
        indented = line.left - above.left
        below_cell = any(abs(line.left - left) < _INDENT * size for _, left, _ in above.cells)
        return indented < _INDENT * size or below_cell or _ITEM.match(above.text) is not None
    return abs(line.left - above.left) < _INDENT * size


def _could_have_held(above: Line, line: Line, right: float) -> bool:
    """Tell whether the line above had room for the first word of the next: then it was ended on purpose."""
    first = line.text.split(" ", 1)[0]
    room = right - above.right - len(first) * above.size * 0.55
    if _FINISHED.search(above.text):
        return room > above.size
    return room > (right - above.left) * 0.3


def _is_small_print(group: Group, body: float) -> bool:
    return group.size < body * 0.93


def _footnotes_last(groups: Iterator[Group], body: float) -> list[Group]:
    """Put small print that comes before the body of a page, but stands below it, after the body."""
    listed = list(groups)
    first_body = next((i for i, group in enumerate(listed) if not _is_small_print(group, body)), 0)
    small, rest = listed[:first_body], listed[first_body:]
    top = small[0].lines[0].baseline if small else 0.0
    if small and rest and top < small[0].page.height * _FOOT and top < rest[0].lines[0].baseline:
        return rest + small
    return listed


def _block(group: Group, words: Words) -> Block:
    page = group.page
    if group.is_table:
        block = rows_to_table([line.cells for line in group.lines], words)
        return replace(block, page=page.number, page_label=page.label)
    text = words.joined(_texts(group))
    found = _ITEM.match(text)
    if found and len(text) > found.end():
        mark = found.group().strip()
        number = mark.strip("().")
        data = {"ordered": True, "number": int(number)} if number.isdecimal() else {"ordered": False}
        # "(a)" and "iv." stay to be read; a bullet is drawn by whoever shows the list.
        shown = text[found.end() :] if mark in BULLETS or number.isdecimal() else text
        return Block("item", shown, level=1, page=page.number, page_label=page.label, data=data)
    return Block("paragraph", text, page=page.number, page_label=page.label)


def _texts(group: Group) -> list[str]:
    return [line.text for line in group.lines]


def _joined(before: Block, after: Block, words: Words) -> Block | None:
    """Return a paragraph that goes on in the next column or on the next page as one, or None if they are two."""
    if before.kind not in ("paragraph", "item") or after.kind != "paragraph" or _FINISHED.search(before.text):
        return None
    if not after.text[:1].islower() and before.text[-1] not in ",-–":
        return None
    text = words.joined([before.text, after.text])
    turns = list(before.data.get("turns", ()))
    reached = turns[-1][1] if turns else before.page
    if after.page != reached:
        turns.append([len(text) - len(after.text), after.page, after.page_label])
    return replace(before, text=text, data={**before.data, **({"turns": turns} if turns else {})})
