"""Word files: unpacked within bounds, turned into HTML by mammoth in a child process, and then read as HTML."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from html import unescape
from pathlib import Path

from webapp.knowledge.extraction.blocks import Block, Unreadable
from webapp.knowledge.extraction.html import read_markup
from webapp.knowledge.extraction.isolation import ChildFailed, told_by

_CHILD = Path(__file__).with_name("docx_child.py")

_MOST_PARTS = 5_000
_MOST_BYTES = 60 << 20  # of XML in all; a novel has 5 MB
_MOST_CHARACTERS = 12_000_000  # of HTML that it turns into
_CHUNK = 1 << 16
_PACKED_WITH = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # Word uses no others, and these unpack within bounds
_READ_PARTS = re.compile(r"(?:\[Content_Types\]\.xml|_rels/.*|word/.*|docProps/core\.xml)$")
_CORE = "docProps/core.xml"
_TITLE = re.compile(r"<dc:title[^>]*>([^<]*)</dc:title>")
# A declaration of entities is how XML is made to unfold into gigabytes; no Word file has one.
_DECLARATIONS = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))

_DAMAGED = "This Word file is damaged. Open it in Word, save it again and upload that."
_TOO_MUCH = "This Word file unpacks to more than can be read. Split it into smaller files and upload those."


def read_docx(data: bytes) -> tuple[str | None, list[Block]]:
    """Return the title (from the file's properties, or else its first heading) and the blocks.

    Raises Unreadable for what is damaged, locked or a trap.
    """
    parts = _unpacked(data)
    try:
        markup = "".join(said["html"] for said in told_by(_CHILD, _packed(parts)))
    except ChildFailed as error:
        raise Unreadable(_DAMAGED) from error
    if len(markup) > _MOST_CHARACTERS:
        raise Unreadable(_TOO_MUCH)
    headline, blocks = read_markup(markup)
    found = _TITLE.search(parts.get(_CORE, b"").decode("utf-8", errors="replace"))
    title = unescape(found.group(1)).strip() if found else ""
    return title or headline, blocks


def _unpacked(data: bytes) -> dict[str, bytes]:
    """Return the parts with text in them, never trusting what the file says about its own size."""
    parts: dict[str, bytes] = {}
    left = _MOST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if _holds_text(entry)]
            if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > left:
                raise Unreadable(_TOO_MUCH)
            for entry in entries:
                parts[entry.filename] = _part(archive, entry, left)
                left -= len(parts[entry.filename])
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Unreadable(_DAMAGED) from error
    return parts


def _holds_text(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename
    return name.endswith((".xml", ".rels")) and _READ_PARTS.match(name) is not None


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    if entry.compress_type not in _PACKED_WITH:
        raise zipfile.BadZipFile(entry.filename)
    read = bytearray()
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            read += chunk
            if len(read) > left:
                raise Unreadable(_TOO_MUCH)
    if any(declaration in read for declaration in _DECLARATIONS):
        raise Unreadable(_DAMAGED)
    return bytes(read)


def _packed(parts: dict[str, bytes]) -> bytes:
    """Return a Word file of only these parts, so that the parser sees nothing that was not measured."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return whole.getvalue()
