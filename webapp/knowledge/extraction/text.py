"""Plain text: finding out how it is encoded, and where its paragraphs are."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from webapp.knowledge.extraction.blocks import Block, Unreadable

_GARBAGE = "This file does not hold text that can be read. Save it as plain text (UTF-8) and upload that."
_SAMPLE = 64_000  # bytes, enough to tell an encoding
_FEW = 60  # bytes beyond ASCII; from fewer the statistics are a gamble
_LONGEST = 8_000  # characters of one paragraph; a reader cannot scroll through a block of megabytes

# The longer mark stands first: UTF-32's begins with UTF-16's.
_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_TITLE = re.compile(r"(?=.*[^\W\d_]{3})[^\n]{3,160}(?<![.:;,])")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*|\f\s*")


def read_text(data: bytes) -> tuple[str | None, list[Block]]:
    """Return the title and the paragraphs of a plain text. Lines stay lines within a paragraph, as in verses or a log.

    A short first line that stands alone and is no sentence is the title: what is searched has it in front of every
    passage, where a file's name ("23117412.txt") says little.
    """
    text = decoded(data)
    paragraphs = (part.strip("\n").rstrip() for part in _BLANK_LINES.split(text))
    blocks = [Block("paragraph", piece) for paragraph in paragraphs for piece in _bearable(paragraph)]
    first = blocks[0].text.strip() if len(blocks) > 1 else ""
    return (first if _TITLE.fullmatch(first) else None), blocks


def decoded(data: bytes, declared: str | None = None) -> str:
    """Return the text of the bytes with plain line ends. `declared` is the encoding that the file claims.

    Raises Unreadable if they are no text.
    """
    text = _decoded(data, declared).replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) > len(sample) * 0.02:
        raise Unreadable(_GARBAGE)
    return text


def _decoded(data: bytes, declared: str | None) -> str:
    for mark, encoding in _ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if wide := _without_mark(data):
        return data.decode(wide, errors="replace")
    for claimed in ("utf-8", declared):
        if claimed and (text := _strictly(data, claimed)) is not None:
            return text
    return data.decode(_guessed(data), errors="replace")


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _without_mark(data: bytes) -> str | None:
    """Tell UTF-16 without a byte order mark: in western text every second byte is zero."""
    sample = data[:2000]
    half = max(1, len(sample) // 2)
    if sample[1::2].count(0) > half * 0.7 and sample[0::2].count(0) < half * 0.1:
        return "utf-16-le"
    if sample[0::2].count(0) > half * 0.7 and sample[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return None


def _guessed(data: bytes) -> str:
    sample = data[:_SAMPLE]
    if len(sample.decode("ascii", "ignore")) > len(sample) - _FEW and _strictly(sample, "cp1252") is not None:
        return "cp1252"
    best = from_bytes(sample, enable_fallback=False).best()
    if best is None:
        raise Unreadable(_GARBAGE)
    return best.encoding


def _bearable(paragraph: str) -> list[str]:
    """Cut a paragraph of a length nobody reads at line ends, or else between words."""
    pieces = []
    while len(paragraph) > _LONGEST:
        cut = max(paragraph.rfind("\n", _LONGEST // 2, _LONGEST), 0) or paragraph.rfind(" ", _LONGEST // 2, _LONGEST)
        cut = cut if cut > 0 else _LONGEST
        pieces.append(paragraph[:cut].rstrip())
        paragraph = paragraph[cut:].lstrip("\n ")
    return [*pieces, paragraph] if paragraph else pieces
