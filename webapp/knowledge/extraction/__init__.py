"""From the bytes of a file to blocks of text.

`extract` is the one door: it tells what a file is, reads it, and either returns text with its structure or raises
Unreadable with a sentence for the person who uploaded it. Nothing here knows of Flask or the database. Whatever a
file is, nothing in it runs; what parses foreign binary formats does so in a process of its own, with limits.
"""

from __future__ import annotations

from webapp.knowledge.extraction.blocks import Block, Extract, Mark, Unreadable, placed, storable
from webapp.knowledge.extraction.docx import read_docx
from webapp.knowledge.extraction.html import read_html
from webapp.knowledge.extraction.language import language_of
from webapp.knowledge.extraction.markdown import read_markdown
from webapp.knowledge.extraction.pdf import Progress, read_pdf
from webapp.knowledge.extraction.sniffing import ACCEPTED, FileKind, kind_of
from webapp.knowledge.extraction.text import read_text

__all__ = ["ACCEPTED", "Block", "Extract", "Mark", "Progress", "Unreadable", "extract"]

_LONGEST_TITLE = 300
# Bytes of what is parsed in this process, by how much memory that takes: Markdown eighty times its size. A thousand
# printed pages are about two million. PDF and Word files have limits of their own, where they are read.
_MOST: dict[FileKind, int] = {"html": 12_000_000, "markdown": 4_000_000, "text": 12_000_000}


def extract(data: bytes, name: str, progress: Progress | None = None) -> Extract:
    """Return what a file says. `name` is what it was called; `progress(done, total)` hears of each page of a PDF.

    Raises Unreadable. Takes about a second for a hundred pages, and at worst four minutes.
    """
    title, blocks = _read(data, name, progress)
    placed_blocks = placed(blocks)
    if not placed_blocks:
        raise Unreadable("There is no text in this file. Upload a version with text in it.")
    sample = "\n".join(block.text for block in placed_blocks if block.kind not in ("code", "table"))
    shown = storable(title).strip()[:_LONGEST_TITLE] if title else None
    return Extract(shown or None, placed_blocks, language_of(sample))


def _read(data: bytes, name: str, progress: Progress | None) -> tuple[str | None, list[Block]]:
    kind = kind_of(data, name)
    if len(data) > _MOST.get(kind, len(data)):
        raise Unreadable("This file holds more text than can be read at once. Split it into smaller files.")
    match kind:
        case "pdf":
            return read_pdf(data, progress)
        case "docx":
            return read_docx(data)
        case "html":
            return read_html(data)
        case "markdown":
            return read_markdown(data)
        case "text":
            return read_text(data)
