"""PDF files: read by PDFium in a child process, and put back together from lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from webapp.knowledge.extraction.blocks import Block, Unreadable
from webapp.knowledge.extraction.isolation import ChildFailed, told_by
from webapp.knowledge.extraction.pdf_headings import squeezed
from webapp.knowledge.extraction.pdf_layout import blocks_of
from webapp.knowledge.extraction.pdf_pages import Page, without_furniture

Progress = Callable[[int, int], None]  # pages done, pages in all

_CHILD = Path(__file__).with_name("pdf_child.py")

_DAMAGED = "This PDF is damaged and cannot be read. Open it where it was made, save it again and upload that."
_SENTENCES = {
    "locked": "This PDF is locked with a password. Upload a copy without one.",
    "damaged": _DAMAGED,
    "long": "This PDF holds more text than can be read at once. Split it into smaller files and upload those.",
}
_PICTURES = "This PDF holds pictures of text and no text. Upload a version with text in it."
_NOTHING = "There is no text in this PDF. Upload a version with text in it."


def read_pdf(data: bytes, progress: Progress | None = None) -> tuple[str | None, list[Block]]:
    """Return the title and the blocks; `progress` hears of each page. Raises Unreadable."""
    head: dict[str, Any] = {}
    pages: list[Page] = []
    pictures = False
    try:
        for said in told_by(_CHILD, data):
            if "error" in said:
                raise Unreadable(_SENTENCES[said["error"]])
            if not head:
                head = said
                continue
            pages.append(Page.told(len(pages) + 1, said))
            pictures = pictures or said["pictures"]
            if progress:
                progress(len(pages), head["pages"])
    except ChildFailed as error:
        raise Unreadable(_DAMAGED) from error
    if not any(line.text.strip() for page in pages for line in page.lines):
        raise Unreadable(_PICTURES if pictures else _NOTHING)
    headline, blocks = blocks_of(without_furniture(pages), _outline(head))
    return _named(head) or headline, blocks


def _outline(head: dict[str, Any]) -> dict[tuple[int, str], int]:
    return {(page + 1, squeezed(title)): level for level, title, page in head["outline"] if page is not None}


def _named(head: dict[str, Any]) -> str | None:
    """Return the title that the file names, unless a program made it up."""
    named = " ".join(str(head["title"]).split())
    made_up = named.lower().endswith((".pdf", ".doc", ".docx", ".indd", ".qxd", ".rtf")) or " " not in named
    return None if made_up or named.lower().startswith("microsoft word") else named
