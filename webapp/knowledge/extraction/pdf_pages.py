"""The pages of a PDF as lines on paper, and what is printed on every page taken off them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OUTERMOST = 2  # lines at either end of a page that may be printed on every page
_LAYERS = 3  # a running head may have several lines; each time the outermost are taken off
_MARGIN = 0.12  # of the height of a page, above and below
_REPEATED = 3  # pages
_SAME_HEIGHT = 5  # points between the places of the same line on two pages
_SAME_WORDS = 0.85  # of their letters; scans misread some
_NUMBER = re.compile(r"(?<!\S)[-–—]?\s*(\d{1,6})\s*[-–—]?(?!\S)")
_LEADERS = re.compile(r"(?:\s?\.){4,}\s*|(?<=\s)\.\.\s")
_STEP = 5  # by which a printed number may leave the count, as where a page is missing
_ONLY_NUMBER = re.compile(
    r"(?:page|seite)?\s*[-–—]?\s*(?:\d{1,6}|[ivxlc]{1,7})\s*[-–—]?(?:\s*(?:of|von|/)\s*\d+)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline, in cells where wide gaps stand between them."""

    cells: tuple[tuple[str, float, float], ...]  # text, left, right
    baseline: float
    size: float
    bold: bool
    upright: bool = True

    @property
    def text(self) -> str:
        """The words of the line."""
        return " ".join(text for text, _, _ in self.cells)

    @property
    def left(self) -> float:
        """Where the first word begins."""
        return self.cells[0][1]

    @property
    def right(self) -> float:
        """Where the last word ends."""
        return self.cells[-1][2]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its place in the file from 1, the label printed on it, and its lines in reading order."""

    number: int
    label: str | None
    height: float
    lines: tuple[Line, ...]

    @classmethod
    def told(cls, number: int, said: Mapping[str, Any]) -> Self:
        """Return the page that the child process told of."""
        lines = (
            Line(tuple(part for cell in cells for part in _led(*cell)), baseline, size, bold, upright)
            for cells, baseline, size, bold, upright in said["lines"]
        )
        return cls(number, said["label"].strip() or None, said["height"], tuple(lines))


def _led(text: str, left: float, right: float) -> Iterator[tuple[str, float, float]]:
    """Yield what dots lead to, as in a table of contents, as cells of their own, placed by their letters' share."""
    share = (right - left) / max(1, len(text))
    start = 0
    for dots in [*_LEADERS.finditer(text), None]:
        end = dots.start() if dots else len(text)
        if text[start:end].strip() or (not dots and start == 0):
            yield text[start:end].strip(), left + start * share, left + end * share
        start = dots.end() if dots else end


def without_furniture(pages: list[Page]) -> list[Page]:
    """Return the pages without running heads, running feet and page numbers, and with their labels.

    Where the file names no labels, the printed numbers are the labels, if they count with the pages. Only a line in
    the margin of at least three pages, in the same place, is taken off; a number only if it counts.
    """
    bare = pages
    for _ in range(_LAYERS):
        edges = {page.number: list(_edge(page)) for page in bare}
        offset, running = _counting(edges), _running(edges, bare)
        bare = [_bare(page, edges[page.number], running, offset) for page in bare]
    # Cards and certificates that say the same on every page say only that.
    return bare if any(page.lines for page in bare) else pages


def _edge(page: Page) -> Iterator[Line]:
    """Yield the lines at the edge of a page: by place, and by order, for a page that ends early."""
    by_height = sorted(page.lines, key=lambda line: line.baseline)
    outer = by_height[:_OUTERMOST] + by_height[-_OUTERMOST:] + list(page.lines[:1] + page.lines[-1:])
    aside = [line for line in page.lines if not line.upright]
    yield from {id(line): line for line in outer + aside}.values()


def _words(line: Line) -> str:
    return re.sub(r"[\W\d_]+", "", line.text).lower()


def _numbers(line: Line) -> list[int]:
    """Return the numbers at either end of a line."""
    text = line.text
    ends = [found for found in _NUMBER.finditer(text) if found.start() == 0 or found.end() == len(text)]
    return [int(found.group(1)) for found in ends]


def _counting(edges: Mapping[int, list[Line]]) -> int | None:
    """Return by how much the printed numbers differ from the pages' own, if they count with them at all."""
    offsets: Counter[int] = Counter()
    for number, lines in edges.items():
        offsets.update({printed - number for line in lines for printed in _numbers(line)})
    offset, count = max(offsets.items(), key=lambda item: item[1], default=(0, 0))
    return offset if count >= max(_REPEATED, len(edges) * 0.4) else None


def _running(edges: Mapping[int, list[Line]], pages: list[Page]) -> dict[str, list[int]]:
    """Return the words that run over the pages in their margins, and at which heights."""
    places: dict[str, Counter[int]] = defaultdict(Counter)
    for page in pages:
        margin = page.height * _MARGIN
        for line in edges[page.number]:
            words = _words(line)
            if words and not (line.upright and margin < line.baseline < page.height - margin):
                places[words][round(line.baseline)] += 1
    often: dict[str, list[int]] = {}
    for words, heights in places.items():
        around = range(-_SAME_HEIGHT, _SAME_HEIGHT + 1)
        same = [height for height in heights if sum(heights[height + step] for step in around) >= _REPEATED]
        if same:
            often[words] = same
    return often


def _bare(page: Page, edge: list[Line], running: Mapping[str, list[int]], offset: int | None) -> Page:
    label = page.label
    taken = set()
    for line in edge:
        counts = offset is not None and page.number + offset in _numbers(line)
        runs = _runs(line, running)
        if runs or (counts and _ONLY_NUMBER.fullmatch(line.text.strip())):
            taken.add(id(line))
            label = label or _printed(line, page.number, offset)
    lines = tuple(line for line in page.lines if id(line) not in taken)
    return replace(page, label=label, lines=lines)


def _printed(line: Line, number: int, offset: int | None) -> str | None:
    """Return the number printed in a line at the edge, if it goes with the count."""
    if offset is None:
        return None
    near = [printed for printed in _numbers(line) if abs(printed - number - offset) <= _STEP]
    return str(min(near, key=lambda printed: abs(printed - number - offset))) if near else None


def _runs(line: Line, running: Mapping[str, list[int]]) -> bool:
    words = _words(line)
    if len(words) < _REPEATED:
        return False
    for known, heights in running.items():
        if any(abs(line.baseline - height) <= _SAME_HEIGHT for height in heights):
            if words == known:
                return True
            matcher = SequenceMatcher(a=words, b=known, autojunk=False)
            if matcher.real_quick_ratio() > _SAME_WORDS and matcher.ratio() > _SAME_WORDS:
                return True
    return False
