"""Tells what stands where in a PDF on standard input, as JSON, a page a line. Runs alone: see isolation.py.

PDFium is native code and not safe with threads, so it never runs in a process of the product itself. The first object
tells the number of pages, or the `error` that there are none to tell of; each later one is a page:

    {"label": "iv", "width": 612, "height": 792, "pictures": false, "lines": [line, …]}
    line: [[[text, left, right], …cells], baseline, size, bold, upright]
"""

from __future__ import annotations

import ctypes
import json
import math
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium  # type: ignore[import-untyped] # It comes without types.
from pypdfium2 import raw

if TYPE_CHECKING:
    from collections.abc import Iterator

# PDFium puts one of these where a word was hyphenated at the end of a line, and no line end after it.
HYPHENS = "\ufffe\x02\xad"
_WORD = re.compile(rf"[^\s{HYPHENS}]+[{HYPHENS}]?|[{HYPHENS}]")
_CELL_GAP = 1.6  # of the letter size; the spaces of justified text and after full stops stay below
_NUMBER_GAP = 0.55
_NUMBER = re.compile(r"[-–+(]?[$€£¥]?(?:\d[\d.,]*)?(?<![.,])[%)]{0,2}")
_LINE_SHIFT = 0.45  # of the letter size; a raised number stays below
_BOLD_FLAG = 1 << 18
_BOLD_NAME = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_BOLD_WEIGHT = 600
_MOST_CHARACTERS = 20_000_000


def main() -> None:
    """Read everything, then tell page after page."""
    data = sys.stdin.buffer.read()
    try:
        document = pdfium.PdfDocument(data)
        count = len(document)
    except pdfium.PdfiumError as error:
        say({"error": "locked" if "password" in str(error).lower() else "damaged"})
        return
    say({"pages": count, "title": document.get_metadata_value("Title"), "outline": list(outline(document))})
    characters = 0
    for index in range(count):
        page, length = told(document, index)
        characters += length
        if characters > _MOST_CHARACTERS:
            say({"error": "long"})
            return
        say(page)


def say(thing: dict[str, Any]) -> None:
    """Print one object and let it go at once, for whoever counts the pages."""
    print(json.dumps(thing), flush=True)


def outline(document: Any) -> Iterator[list[Any]]:
    """Yield level, title and page index of each bookmark."""
    for bookmark in document.get_toc(max_depth=6):
        target = bookmark.get_dest()
        yield [bookmark.level + 1, bookmark.get_title(), target.get_index() if target else None]


def told(document: Any, index: int) -> tuple[dict[str, Any], int]:
    """Return what is to be said about a page, and how many characters it has. A broken page is an empty one."""
    said: dict[str, Any] = {"label": document.get_page_label(index), "lines": []}
    try:
        page = document[index]
        text_page = page.get_textpage()
    except pdfium.PdfiumError:
        return said | {"width": 0, "height": 0, "pictures": False}, 0
    width, height = page.get_size()
    glyphs = Glyphs(text_page)
    said["lines"] = [line.told() for line in glyphs.lines() if line.cells]
    said |= {"width": width, "height": height, "pictures": False}
    if not said["lines"]:
        said["pictures"] = any(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    text_page.close()
    page.close()
    return said, len(glyphs.text)


@dataclass
class Line:
    """Words on one baseline, in cells where there are wide gaps between them."""

    baseline: float
    size: float
    upright: bool
    cells: list[list[Any]] = field(default_factory=list)
    samples: list[tuple[int, int]] = field(default_factory=list)  # length and place of each word
    bold: bool = False

    @property
    def right(self) -> float:
        """Where the last word ends."""
        return float(self.cells[-1][2])

    def told(self) -> list[Any]:
        """Return the line as it is said."""
        cells = [[text, round(left, 1), round(right, 1)] for text, left, right in self.cells]
        return [cells, round(self.baseline, 1), round(self.size, 1), self.bold, self.upright]


class Glyphs:
    """The letters of a page, asked of PDFium no more often than the lines need it."""

    def __init__(self, text_page: Any) -> None:
        self.page = text_page
        self.text: str = text_page.get_text_range()
        # PDFium counts in UTF-16; beyond the basic plane one letter is two.
        self.wide = any(letter > "\uffff" for letter in self.text)

    def lines(self) -> Iterator[Line]:
        """Yield the lines in PDFium's order, which follows the order in which the page was written."""
        line: Line | None = None
        end = 0
        for match in _WORD.finditer(self.text):
            between, end = self.text[end : match.start()], match.end()
            first, last = self.index(match.start()), self.index(match.end() - 1)
            left, baseline = self.origin(first)
            right = max(self.right(last), left)
            word = match.group()
            if line is None or not self.goes_on(line, left, baseline, between):
                if line is not None:
                    yield self.finished(line)
                size, upright = self.size(first)
                line = Line(baseline, size, upright)
                line.cells.append([word, left, right])
            elif between and left - line.right > line.size * self.gap(line, word):
                line.cells.append([word, left, right])
            else:
                cell = line.cells[-1]
                cell[0] += (" " if between else "") + word
                cell[2] = right
            line.samples.append((len(word), first))
        if line is not None:
            yield self.finished(line)

    def goes_on(self, line: Line, left: float, baseline: float, between: str) -> bool:
        """Tell whether the next word stands on the line."""
        if not line.upright:
            return "\n" not in between
        if abs(baseline - line.baseline) > _LINE_SHIFT * line.size or line.cells[-1][0][-1] in HYPHENS:
            return False
        return left >= line.right - line.size * (1.0 if "\n" in between else 3.0)

    def gap(self, line: Line, word: str) -> float:
        """Return how wide a gap parts cells: between numbers less, for they never follow each other in a sentence."""
        before = line.cells[-1][0].rpartition(" ")[2]
        return _NUMBER_GAP if _NUMBER.fullmatch(before) and _NUMBER.fullmatch(word) else _CELL_GAP

    def finished(self, line: Line) -> Line:
        """Return the line with its size, and bold if it is: told from its first, its longest and its last word."""
        longest = max(line.samples)[1]
        samples = {line.samples[0][1], longest, line.samples[-1][1]}
        line.size = max(self.size(place)[0] for place in samples) or line.size
        line.bold = all(self.is_bold(place) for place in samples)
        return line

    def index(self, position: int) -> int:
        """Return PDFium's number of the letter at a position of the text."""
        if self.wide:
            position = len(self.text[:position].encode("utf-16-le", "surrogatepass")) // 2
        return int(raw.FPDFText_GetCharIndexFromTextIndex(self.page, position))

    def origin(self, index: int) -> tuple[float, float]:
        """Return where a letter stands."""
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(self.page, index, x, y)
        return x.value, y.value

    def right(self, index: int) -> float:
        """Return where a letter ends."""
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        raw.FPDFText_GetCharBox(self.page, index, left, right, bottom, top)
        return right.value

    def size(self, index: int) -> tuple[float, bool]:
        """Return how large a letter is in the end, and whether it stands upright."""
        matrix = raw.FS_MATRIX()
        if not raw.FPDFText_GetMatrix(self.page, index, matrix):
            return float(raw.FPDFText_GetFontSize(self.page, index)), True
        scale = math.hypot(matrix.b, matrix.d)
        return float(raw.FPDFText_GetFontSize(self.page, index)) * scale, abs(matrix.a) >= abs(matrix.b)

    def is_bold(self, index: int) -> bool:
        """Tell whether a letter is bold, by its weight, its font's flags or its font's name."""
        flags, name = ctypes.c_int(), ctypes.create_string_buffer(128)
        raw.FPDFText_GetFontInfo(self.page, index, name, len(name), flags)
        if flags.value & _BOLD_FLAG or _BOLD_NAME.search(name.value.decode("utf-8", "replace")):
            return True
        return int(raw.FPDFText_GetFontWeight(self.page, index)) >= _BOLD_WEIGHT


if __name__ == "__main__":
    main()
