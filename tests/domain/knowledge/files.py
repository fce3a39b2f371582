"""Small files of every type that people upload, made on the spot: good ones, broken ones and traps."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_STYLES = (
    '<?xml version="1.0"?><w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>'
)
_PROPERTIES = (
    '<?xml version="1.0"?><cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties">'
    "<dc:title>{}</dc:title></cp:coreProperties>"
)


def paragraph(text: str, style: str = "") -> str:
    """Return a paragraph of a Word file."""
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{look}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def docx(body: str, *, title: str = "", declaration: str = "", extra: dict[str, bytes] | None = None) -> bytes:
    """Return a Word file with this body."""
    document = (
        f'<?xml version="1.0"?>{declaration}<w:document '
        f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
    )
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": document,
        "word/styles.xml": _STYLES,
    }
    if title:
        parts["docProps/core.xml"] = _PROPERTIES.format(title)
    return zipped({name: part.encode() for name, part in parts.items()} | (extra or {}))


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP file."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return whole.getvalue()


def lying_about_size(data: bytes, name: str, claimed: int) -> bytes:
    """Return the ZIP file with another unpacked size claimed for one part, in both places that tell it."""
    changed = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        local = archive.getinfo(name).header_offset
    struct.pack_into("<I", changed, local + 22, claimed)
    central = data.index(b"PK\x01\x02")
    while data[central + 46 : central + 46 + len(name)] != name.encode():
        central = data.index(b"PK\x01\x02", central + 1)
    struct.pack_into("<I", changed, central + 24, claimed)
    return bytes(changed)


Words = tuple[int, int, int, bool, str]  # left, baseline, size, bold, text


def pdf(
    pages: Sequence[Sequence[Words]],
    *,
    title: str = "",
    labels: str = "",
    encrypted: bool = False,
    picture: bool = False,
) -> bytes:
    """Return a PDF with these words on its pages. `labels` is what its page label tree says of the numbers."""
    fonts = "/Font << /F1 3 0 R /F2 4 0 R >>"
    pictures = "/XObject << /Im1 5 0 R >>" if picture else ""
    objects = {
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        5: _stream(
            b"\x80", "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
        ),
        6: f"<< /Title ({title}) >>".encode(),
    }
    kids = []
    for index, words in enumerate(pages):
        number = 10 + 2 * index
        kids.append(f"{number} 0 R")
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {number + 1} 0 R "
            f"/Resources << {fonts} {pictures} >> >>"
        ).encode()
        shown = b"q 500 0 0 700 50 50 cm /Im1 Do Q\n" if picture else b""
        objects[number + 1] = _stream(shown + b"\n".join(_shown(*word) for word in words))
    tree = f"/PageLabels << /Nums [{labels}] >>" if labels else ""
    objects[1] = f"<< /Type /Catalog /Pages 2 0 R {tree} >>".encode()
    objects[2] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>".encode()
    return _file(objects, encrypted=encrypted)


def _shown(left: int, baseline: int, size: int, bold: bool, text: str) -> bytes:
    escaped = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return f"BT /F{2 if bold else 1} {size} Tf {left} {baseline} Td (".encode() + escaped + b") Tj ET"


def _stream(content: bytes, more: str = "") -> bytes:
    return f"<< {more} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def _file(objects: dict[int, bytes], *, encrypted: bool) -> bytes:
    if encrypted:
        # Nobody knows the password that these bytes belong to, and that is enough for being asked for it.
        objects[7] = b"<< /Filter /Standard /V 1 /R 2 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> /P -44 >>"
    whole = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(whole)
        whole += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(whole)
    whole += f"xref\n0 {max(objects) + 1}\n0000000000 65535 f \n".encode()
    for number in range(1, max(objects) + 1):
        whole += f"{places[number]:010d} 00000 n \n".encode() if number in places else b"0000000000 65535 f \n"
    lock = "/Encrypt 7 0 R /ID [<00><00>]" if encrypted else ""
    whole += (
        f"trailer << /Size {max(objects) + 1} /Root 1 0 R /Info 6 0 R {lock} >>\nstartxref\n{start}\n%%EOF".encode()
    )
    return bytes(whole)
