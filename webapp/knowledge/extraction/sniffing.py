"""Telling what a file is: by what stands in it first, and only then by what it is called."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath
from typing import Literal

from webapp.knowledge.extraction.blocks import Unreadable

FileKind = Literal["pdf", "docx", "html", "markdown", "text"]

# For the file field (`accept`) and for the words beside it.
ACCEPTED = (".pdf", ".docx", ".html", ".htm", ".md", ".markdown", ".txt")

_WANTED = "Upload a PDF, Word, HTML, Markdown or text file."

# What else people upload: the first bytes, and what we call it.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "a rich text (RTF) file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM6", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"<svg", "a picture"),
    (b"\x1f\x8b", "a compressed (GZIP) file"),
    (b"BZh", "a compressed (BZIP2) file"),
    (b"\xfd7zXZ", "a compressed (XZ) file"),
    (b"7z\xbc\xaf", "a 7-Zip file"),
    (b"Rar!", "a RAR file"),
    (b"%!PS", "a PostScript file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"ID3", "a sound recording"),
    (b"OggS", "a sound recording"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a table in Parquet format"),
)
# What a ZIP file holds says what it is.
_ZIPPED: tuple[tuple[str, str], ...] = (
    ("xl/workbook", "an Excel workbook"),
    ("ppt/presentation", "a PowerPoint presentation"),
    ("META-INF/container.xml", "an e-book (EPUB)"),
    ("content.xml", "an OpenDocument file"),
    ("index.xml", "a Pages, Numbers or Keynote file"),
    ("Index/Document.iwa", "a Pages, Numbers or Keynote file"),
)
_BEFORE_HTML = rb"(?:\s|\xef\xbb\xbf|<\?xml[^>]*>|<!--(?:(?!-->).)*-->)*+"
_HTML = re.compile(_BEFORE_HTML + rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)


def kind_of(data: bytes, name: str) -> FileKind:
    """Return what the file is. Raises Unreadable for an empty file, and for a type that we do not read."""
    if not data.strip(b"\x00\t\r\n\f "):
        raise Unreadable("This file is empty. Upload the version that has text in it.")
    # Some programs write a few bytes before the mark of a PDF, and every reader forgives them.
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_old_office(data))
    _refuse_others(data)
    suffix = PurePath(name.lower()).suffix
    if _HTML.match(data[:8192]) or suffix in (".html", ".htm", ".xhtml"):
        return "html"
    titled = suffix not in ACCEPTED and data.startswith(b"# ")  # As what is written here is: its name is its title.
    return "markdown" if titled or suffix in (".md", ".markdown", ".mdown") else "text"


def _zipped(data: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
        raise Unreadable(
            "This file is damaged. Open it where it was written, save it again and upload that."
        ) from error
    if any(name.startswith("word/document") and name.endswith(".xml") for name in names):
        return "docx"
    found = (what for start, what in _ZIPPED if any(name.startswith(start) for name in names))
    what = next(found, "a ZIP file")
    unpack = " Unpack it first." if what == "a ZIP file" else ""
    raise Unreadable(f"This is {what}.{unpack} {_WANTED}")


def _old_office(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "This file is locked with a password. Save a copy without one and upload that."
    if "WordDocument".encode("utf-16-le") in data:
        return "This is a Word file in the format of before 2007. Save it as .docx and upload that."
    return f"This is an Office file in the format of before 2007. {_WANTED}"


def _refuse_others(data: bytes) -> None:
    start = data[:64].lstrip()
    for mark, what in _OTHERS:
        if start.startswith(mark):
            raise Unreadable(f"This is {what}. {_WANTED}")
    if data[4:8] == b"ftyp":
        raise Unreadable(f"This is a film, a recording or a picture. {_WANTED}")
    if data[:4] == b"RIFF" and data[8:12] in (b"WAVE", b"AVI ", b"WEBP"):
        raise Unreadable(f"This is a film, a recording or a picture. {_WANTED}")
