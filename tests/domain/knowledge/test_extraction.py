"""Every type of file becomes right text, or a sentence that says why not."""

from __future__ import annotations

import json
import re
import struct
import zipfile

import pytest

from tests.domain.knowledge import files
from webapp.knowledge.extraction import Block, Extract, Mark, Unreadable, extract

GERMAN = "Die Öffnungszeiten sind für alle gültig, und das Büro ist auch am Samstag für Sie geöffnet."
ENGLISH = "The shop is open on Monday and the café is open for the rest of the week. It has not been closed since."


def refusal(data: bytes, name: str = "file") -> str:
    with pytest.raises(Unreadable) as caught:
        extract(data, name)
    return str(caught.value)


def texts(result: Extract, kind: str | None = None) -> list[str]:
    return [block.text for block in result.blocks if kind in (None, block.kind)]


def marked(block: Block) -> list[tuple[str, str]]:
    return [(mark.kind, block.text[mark.start : mark.end]) for mark in block.marks]


# What a file is


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(90), "a picture"),
        (b"\xff\xd8\xff\xe0" + bytes(90), "a picture"),
        (b"{\\rtf1\\ansi hello}", "RTF"),
        (files.zipped({"a.txt": b"hello"}), "a ZIP file. Unpack it first"),
        (files.zipped({"xl/workbook.xml": b"<a/>"}), "an Excel workbook"),
        (files.zipped({"ppt/presentation.xml": b"<a/>"}), "a PowerPoint presentation"),
        (files.zipped({"a.txt": b"hello"})[:30], "damaged"),
        (b"\xd0\xcf\x11\xe0" + bytes(99) + "WordDocument".encode("utf-16-le"), "before 2007"),
        (b"\xd0\xcf\x11\xe0" + bytes(99) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (bytes(range(256)) * 40, "does not hold text"),
        (b"\x00\x01\x02\x03" * 500, "does not hold text"),
        (b"<html><body><script>1</script></body></html>", "no text in this file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # A ZIP file knows when it was made.
)
def test_what_cannot_be_read_is_refused_in_a_sentence(data: bytes, words: str) -> None:
    sentence = refusal(data, "report.docx")
    assert words in sentence
    assert re.fullmatch(r"[A-Z].*\.", sentence)


def test_what_stands_in_a_file_counts_more_than_its_name() -> None:
    assert extract(files.pdf([[(72, 700, 12, False, "In a PDF")]]), "notes.txt").blocks[0].page == 1
    assert texts(extract(b"<!-- x --><!DOCTYPE html><p>Hello</p>", "page.txt")) == ["Hello"]
    assert texts(extract(b"# Not a heading", "notes.txt")) == ["# Not a heading"]
    assert texts(extract(b"# A heading", "NOTES.MD"), "heading") == ["A heading"]


def test_many_comments_before_a_page_do_not_hold_it_up() -> None:
    assert texts(extract(b"<!-- -->" * 900 + b"x", "a.txt")) == ["<!-- -->" * 900 + "x"]


# Text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_a_text_is_read_in_the_encoding_it_has(encoding: str) -> None:
    assert extract(GERMAN.encode(encoding), "a.txt").text == GERMAN


def test_a_long_text_in_a_legacy_encoding_is_recognised() -> None:
    russian = "Магазин открыт каждый день, кроме воскресенья. Мы рады вас видеть. " * 20
    assert extract(russian.encode("cp1251"), "a.txt").text.strip() == russian.strip()


def test_paragraphs_of_a_text_end_at_blank_lines() -> None:
    result = extract(b"\n\none\r\ntwo\r\n\r\n  \r\n  three\n\x0cfour\n", "a.txt")
    assert texts(result) == ["one\ntwo", "three", "four"]


def test_a_line_of_megabytes_becomes_paragraphs_that_a_reader_can_bear() -> None:
    result = extract(b"word " * 400_000, "a.txt")
    assert max(map(len, texts(result))) <= 8_000
    assert sum(text.count("word") for text in texts(result)) == 400_000


def test_nothing_that_the_database_refuses_comes_out() -> None:
    for data, name in (
        (
            "a\x00b \ud800 c\x01 d".encode("utf-8", "surrogatepass") + b" and enough text around it to be one" * 9,
            "a.txt",
        ),
        (b"<html><title>a\x00</title><p>x\x00y &#0; &#xD800; \x01 z</p>" + PAGE, "a.html"),
        (b"# a\x00b\n\n`\x01` &#0; | \x02" + NOTES, "a.md"),
        (files.pdf([[(72, 700, 12, False, "a\x01b\x02c")]], title="t\x01u v"), "a.pdf"),
    ):
        result = extract(data, name)
        stored = json.dumps([block.to_json() for block in result.blocks], ensure_ascii=False) + str(result.title)
        assert not re.search("[\x00-\x08\ud800-\udfff]", stored)
        assert "\\u0000" not in stored


# HTML

PAGE = b"""<!doctype html><html><head><title> Opening
 hours </title><style>p{}</style></head><body><nav>Home</nav><main><h1>Hours &amp; <em>places</em></h1>
<p>We are <b>open</b>, see <a href="https://example.org/a">the map</a> or
<a href="javascript:x()">this</a>.<br>Caf&eacute;</p>
<ul><li>One<ul><li>Deeper</li></ul></li><li><p>Two</p><p>More of two</p></li></ul>
<ol start="4"><li>Four</li></ol><blockquote><p>Said</p></blockquote>
<pre><code class="language-python">def f():

    return 1
</code></pre>
<table><thead><tr><th>Day<th>Hours</thead><tr><td>Monday</td><td><b>9</b> to 5</td></tr>
<tr><td colspan="2">Closed</table>
<img src="map.png" alt="A map"><p>In <img alt="fine" src="x"> weather</p><script>alert(1)</script></main>
<footer>Imprint</footer></body></html>"""


def test_a_page_becomes_its_blocks() -> None:
    result = extract(PAGE, "a.html")
    assert result.title == "Opening hours"
    assert [(block.kind, block.text) for block in result.blocks] == [
        ("heading", "Hours & places"),
        ("paragraph", "We are open, see the map or this.\nCafé"),
        ("item", "One"),
        ("item", "Deeper"),
        ("item", "Two"),
        ("paragraph", "More of two"),
        ("item", "Four"),
        ("quote", "Said"),
        ("code", "def f():\n\n    return 1"),
        ("table", "Day | Hours\nMonday | 9 to 5\nClosed | "),
        ("figure", "A map"),
        ("paragraph", "In fine weather"),
    ]
    assert marked(result.blocks[1]) == [("strong", "open"), ("link", "the map")]
    assert [block.level for block in result.blocks if block.kind == "item"] == [1, 2, 1, 1]
    assert result.blocks[6].data == {"ordered": True, "number": 4}
    assert result.blocks[8].data == {"language": "python"}
    assert result.blocks[9].data == {
        "rows": [["Day", "Hours"], ["Monday", "9 to 5"], ["Closed", ""]],
        "header": True,
    }
    assert marked(result.blocks[9]) == [("strong", "9")]
    assert result.blocks[10].data == {"source": "map.png", "alt": "A map"}


def test_a_table_that_lays_out_a_page_is_read_as_a_page() -> None:
    inner = b"<table><tr><td>1</td><td>2</td></tr></table>"
    page = b"<table><tr><td><h2>Left</h2>" + inner + b"</td><td><p>Right</p></td></tr></table>"
    result = extract(page, "a.html")
    assert [(block.kind, block.text) for block in result.blocks] == [
        ("heading", "Left"),
        ("table", "1 | 2"),
        ("paragraph", "Right"),
    ]


def test_an_articles_own_header_keeps_its_headline() -> None:
    page = b"<body><header>Site</header><article><header><h1>News</h1></header><p>Words</p></article>"
    assert texts(extract(page, "a.html")) == ["News", "Words"]


def test_a_page_declares_its_encoding() -> None:
    page = '<html><head><meta charset="iso-8859-2"></head><p>Zażółć gęślą jaźń'.encode("iso-8859-2")
    assert texts(extract(page, "a.html")) == ["Zażółć gęślą jaźń"]


def test_a_page_without_an_end_to_its_depth_is_refused() -> None:
    for deep in (b"<div>", b"<div/>", b"<svg><span/>"):
        assert "cannot be read" in refusal(b"<html>" + deep * 100_000, "a.html")
    drawing = b"<svg>" + b"<path d='M0 0'/>" * 9_000 + b"</svg>"
    assert texts(extract(b"<html>" + drawing + b"<p>Words</p>", "a.html")) == ["Words"]


@pytest.mark.parametrize("name", ["a.html", "a.md", "a.txt"])
def test_more_than_fits_into_memory_is_refused(name: str) -> None:
    assert "Split it" in refusal(b"words and words\n" * 800_000, name)


def test_a_large_page_is_read_in_seconds() -> None:
    result = extract(b"<html><body>" + b"<p>Some <b>words</b> here &amp; there.</p>\n" * 50_000, "a.html")
    assert len(result.blocks) == 50_000


# Markdown

NOTES = b"""---
title: "Field notes"
tags: [a]
---
# Notes on *soil*

Water with `pH` 7, **cold** and [clean](https://example.org), $x^2$ of it[^1].
Same line\\
next line

1. first
2. second
   - deeper

   more of second

> Quoted
> words

![A plot](plot.png)

$$
a = b
$$

| A | B |
|---|---|
| 1 | **2** |

```python
x = 1

y = 2
```

    indented

<div><p>Raw <b>words</b></p></div>

[^1]: By weight.
"""


def test_markdown_becomes_its_blocks() -> None:
    result = extract(NOTES, "a.md")
    assert result.title == "Field notes"
    assert [(block.kind, block.text) for block in result.blocks] == [
        ("heading", "Notes on soil"),
        ("paragraph", "Water with pH 7, cold and clean, x^2 of it[1]. Same line\nnext line"),
        ("item", "first"),
        ("item", "second"),
        ("item", "deeper"),
        ("paragraph", "more of second"),
        ("quote", "Quoted words"),
        ("figure", "A plot"),
        ("paragraph", "a = b"),
        ("table", "A | B\n1 | 2"),
        ("code", "x = 1\n\ny = 2"),
        ("code", "indented"),
        ("paragraph", "Raw words"),
        ("item", "By weight."),
    ]
    assert marked(result.blocks[1]) == [("code", "pH"), ("strong", "cold"), ("link", "clean"), ("math", "x^2")]
    assert marked(result.blocks[8]) == [("math", "a = b")]
    assert result.blocks[4].level == 2
    assert result.blocks[7].data == {"source": "plot.png", "alt": "A plot"}
    assert result.blocks[9].data["header"] is True


# Word


def test_a_word_file_becomes_its_blocks() -> None:
    body = files.paragraph("Rules", "Heading1") + files.paragraph("Be kind &amp; clear.")
    result = extract(files.docx(body, title="House rules &amp; more"), "rules.docx")
    assert result.title == "House rules & more"
    assert [(block.kind, block.text) for block in result.blocks] == [
        ("heading", "Rules"),
        ("paragraph", "Be kind & clear."),
    ]
    assert extract(files.docx(body), "rules.docx").title == "Rules"


def test_a_word_file_with_macros_is_read_and_they_are_not() -> None:
    macros = files.docx(files.paragraph("Words"), extra={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    assert texts(extract(macros, "a.docm")) == ["Words"]


def test_a_word_file_that_unpacks_to_gigabytes_is_refused() -> None:
    bomb = files.docx("", extra={f"word/part{n}.xml": bytes(20 << 20) for n in range(4)})
    assert len(bomb) < 200_000
    assert "unpacks to more" in refusal(bomb, "a.docx")


def test_a_word_file_that_lies_about_its_size_is_refused() -> None:
    bomb = files.docx("", extra={"word/part.xml": bytes(100 << 20)})
    assert "damaged" in refusal(files.lying_about_size(bomb, "word/part.xml", 100), "a.docx")


def test_a_word_file_packed_in_an_unusual_way_is_refused() -> None:
    packed = files.zipped({"word/document.xml": bytes(1000)}, zipfile.ZIP_LZMA)
    assert "damaged" in refusal(packed, "a.docx")


def test_a_word_file_that_declares_entities_is_refused() -> None:
    laughs = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>'
    assert "damaged" in refusal(files.docx(files.paragraph("&c;"), declaration=laughs), "a.docx")


def test_a_word_file_without_sense_is_refused() -> None:
    assert "damaged" in refusal(files.docx("<w:p>"), "a.docx")
    assert "damaged" in refusal(files.zipped({"word/document.xml": b"<a/>"}), "a.docx")


# What all have in common


def test_blocks_know_where_they_start_and_survive_storage() -> None:
    for data, name in ((PAGE, "a.html"), (NOTES, "a.md"), (GERMAN.encode(), "a.txt")):
        result = extract(data, name)
        for block in result.blocks:
            assert result.text[block.start : block.end] == block.text
            assert all(0 <= mark.start < mark.end <= len(block.text) for mark in block.marks)
            assert Block.from_json(json.loads(json.dumps(block.to_json()))) == block


def test_a_block_is_stored_without_what_is_empty() -> None:
    assert Block("paragraph", "Hi", 3).to_json() == {"kind": "paragraph", "text": "Hi", "start": 3}
    assert Mark(0, 2, "link", "https://x.org").to_json() == [0, 2, "link", "https://x.org"]
    assert Mark(0, 2, "em").to_json() == [0, 2, "em"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "english"),
        (GERMAN, "german"),
        (
            "Le magasin est ouvert tous les jours de la semaine, et les enfants sont aussi les bienvenus.",
            "french",
        ),
        (
            "La tienda está abierta todos los días de la semana y los niños también son bienvenidos en el jardín.",
            "spanish",
        ),
        (
            "Il negozio è aperto tutti i giorni della settimana e anche i bambini sono i benvenuti.",
            "italian",
        ),
        ("De winkel is het hele jaar open en ook kinderen zijn van harte welkom in de tuin van het huis.", "dutch"),
        (
            "A loja está aberta todos os dias da semana e as crianças também são bem-vindas no jardim da casa.",
            "portuguese",
        ),
        ("Магазин открыт каждый день, кроме воскресенья. Мы рады вас видеть здесь и сегодня, и завтра.", "simple"),
        ("Too short", "english"),
    ],
)
def test_the_language_of_a_text_is_guessed(text: str, language: str) -> None:
    assert extract(text.encode(), "a.txt").language == language


def outcome(data: bytes, name: str) -> str:
    try:
        return extract(data, name).text
    except Unreadable as error:
        return str(error)


def test_broken_files_end_in_text_or_in_a_sentence() -> None:
    seeds = (PAGE, NOTES, files.docx(files.paragraph("Words")), b"%PDF-1.4\n" + NOTES, b"PK\x03\x04" + NOTES)
    for number, seed in enumerate(seeds * 3):
        broken = bytearray(seed)
        for place in range(number, len(broken), 37 + number):
            broken[place] = (broken[place] * 7 + number) % 256
        assert outcome(bytes(broken), f"file{number}.md")


def test_an_office_file_of_zeros_is_refused() -> None:
    assert refusal(struct.pack(">Q", 0xD0CF11E0A1B11AE1) + bytes(512), "a.docx").startswith("This is an Office file")


# Titles of plain text


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (b"Screening of approved drugs\n\nThe virus was grown.", "Screening of approved drugs"),
        (b"The shop is open.\n\nIt closes at six.", None),
        (b"Only this line", None),
        (b"Two lines\nin one paragraph\n\nMore.", None),
        (b"2024-01-01\n\nMore.", None),
    ],
)
def test_a_first_line_that_stands_alone_is_the_title_of_a_plain_text(data: bytes, title: str | None) -> None:
    assert extract(data, "23117412.txt").title == title
