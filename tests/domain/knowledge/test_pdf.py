"""PDF files: what stands on paper becomes headings, paragraphs, items and tables again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.domain.knowledge import files
from webapp.knowledge.extraction import Extract, Unreadable, extract, isolation
from webapp.knowledge.extraction.pdf_words import Words

if TYPE_CHECKING:
    from pathlib import Path

Sample = Callable[[str], Extract]

SENTENCES = [
    "The garden of the old house is open from spring to autumn, and the",
    "gate is locked at night. Whoever stays longer finds the way out over",
    "the wall, which has been lowered for this.",
]


def prose(top: int, lines: list[str], size: int = 10) -> list[files.Words]:
    return [(72, top - 12 * number, size, False, line) for number, line in enumerate(lines)]


def refusal(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        extract(data, "a.pdf")
    return str(caught.value)


def kinds(result: Extract) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in result.blocks]


def test_lines_become_paragraphs_and_headings() -> None:
    page = [
        (72, 720, 20, True, "Garden rules"),
        *prose(690, SENTENCES),
        (72, 640, 10, True, "At night"),
        *prose(620, SENTENCES[:2]),
    ]
    result = extract(files.pdf([page]), "a.pdf")
    assert kinds(result) == [
        ("heading", "Garden rules"),
        ("paragraph", " ".join(SENTENCES)),
        ("heading", "At night"),
        ("paragraph", " ".join(SENTENCES[:2])),
    ]
    assert [block.level for block in result.blocks if block.kind == "heading"] == [1, 2]
    assert result.title == "Garden rules"
    assert extract(files.pdf([page], title="The rules of the garden"), "a.pdf").title == "The rules of the garden"


def test_bullets_and_numbers_become_items() -> None:
    lines = ["• water the plants", "• close the gate", "1. first", "(a) lettered"]
    page = [(72, 700 - 14 * n, 10, False, line) for n, line in enumerate(lines)]
    result = extract(files.pdf([page]), "a.pdf")
    assert kinds(result) == [("item", text) for text in ("water the plants", "close the gate", "first", "(a) lettered")]
    assert result.blocks[2].data == {"ordered": True, "number": 1}


def test_cells_below_each_other_become_a_table() -> None:
    rows = [("", "2024", "2025"), ("Visitors", "1,200", "1,350"), ("Price", "3", "4")]
    page = [
        (72 + 150 * column, 700 - 14 * row, 10, False, cell)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        if cell
    ]
    result = extract(files.pdf([page]), "a.pdf")
    assert [block.kind for block in result.blocks] == ["table"]
    assert result.blocks[0].data["rows"] == [list(row) for row in rows]


def test_what_is_printed_on_every_page_is_taken_off_and_its_numbers_are_the_labels() -> None:
    pages = [
        [
            (72, 770, 9, False, "Handbook of the garden"),
            *prose(650, [f"On day {number} nothing else happened that would be worth telling here."]),
            (300, 30, 9, False, str(number + 40)),
        ]
        for number in range(1, 6)
    ]
    result = extract(files.pdf(pages), "a.pdf")
    assert "Handbook" not in result.text
    assert [(block.page, block.page_label) for block in result.blocks] == [(n, str(n + 40)) for n in range(1, 6)]


def test_cards_that_all_say_the_same_keep_what_they_say() -> None:
    cards = [[(72, 760, 12, False, "Certificate of attendance"), *prose(740, SENTENCES)] for _ in range(4)]
    assert extract(files.pdf(cards), "a.pdf").text.count("Certificate of attendance") == 4


def test_a_line_on_two_pages_only_stays() -> None:
    pages = [[(72, 770, 9, False, "Handbook"), *prose(650, SENTENCES)] for _ in range(2)]
    assert extract(files.pdf(pages), "a.pdf").text.count("Handbook") == 2


def test_the_labels_of_the_file_come_before_printed_numbers() -> None:
    pages = [prose(650, SENTENCES) for _ in range(3)]
    result = extract(files.pdf(pages, labels="0 << /S /r >> 2 << /S /D >>"), "a.pdf")
    assert [block.page_label for block in result.blocks] == ["i", "ii", "1"]


def test_a_paragraph_that_goes_on_over_a_page_is_one_and_knows_where_it_turns() -> None:
    result = extract(files.pdf([prose(80, SENTENCES[:1]), prose(650, SENTENCES[1:])]), "a.pdf")
    assert kinds(result) == [("paragraph", " ".join(SENTENCES))]
    (offset, page, label) = result.blocks[0].data["turns"][0]
    assert result.text[offset:].startswith("gate is locked")
    assert (page, label) == (2, None)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["an exam\ufffe", "ple of it"], "an example of it"),
        (["an exam-", "ple of it"], "an example of it"),
        (["a well-", "known well-known one"], "a well-known well-known one"),
        (["the years 2019–", "2021 and"], "the years 2019–2021 and"),
        (["he came –", "and went"], "he came – and went"),
        (["Jean-", "Paul"], "Jean-Paul"),
    ],
)
def test_words_cut_at_the_end_of_a_line_are_whole_again(lines: list[str], text: str) -> None:
    assert Words(lines).joined(lines) == text


def test_whoever_waits_hears_of_each_page() -> None:
    heard: list[tuple[int, int]] = []
    extract(files.pdf([prose(650, SENTENCES)] * 3), "a.pdf", progress=lambda done, total: heard.append((done, total)))
    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_pictures_of_text_are_no_text() -> None:
    assert "pictures of text" in refusal(files.pdf([[]], picture=True))
    assert "no text in this PDF" in refusal(files.pdf([[]]))


def test_a_locked_pdf_asks_for_a_copy_without_a_password() -> None:
    assert "password" in refusal(files.pdf([prose(650, SENTENCES)], encrypted=True))


def test_a_broken_pdf_is_refused() -> None:
    assert "damaged" in refusal(b"%PDF-1.7\nnothing else")
    whole = files.pdf([prose(650, SENTENCES)])
    assert "damaged" in refusal(whole[: len(whole) // 3])


def test_a_child_that_crashes_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for script in ("import os; os.abort()", "bytearray(1 << 33)", "print('{', flush=True)", "import sys; sys.exit(3)"):
        child = tmp_path / "child.py"
        child.write_text(script)
        monkeypatch.setattr("webapp.knowledge.extraction.pdf._CHILD", child)
        assert "damaged" in refusal(files.pdf([prose(650, SENTENCES)]))


def test_a_child_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(isolation, "_SECONDS", 1)
    with pytest.raises(isolation.ChildFailed):
        list(isolation.told_by(child, b""))


def test_a_child_is_told_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "s3cret")
    child = tmp_path / "child.py"
    child.write_text("import json, os; print(json.dumps(dict(os.environ)))")
    (environment,) = isolation.told_by(child, b"")
    assert "SECRET_KEY" not in environment


# Real documents


def test_an_annual_report_keeps_its_structure(sample: Sample) -> None:
    result = sample("COSTCO_2016_10K.pdf")
    headings = [block.text for block in result.blocks if block.kind == "heading"]
    for words in ("Item 1—Business", "Item 1A—Risk Factors", "Note 4—Debt", "LIQUIDITY AND CAPITAL RESOURCES"):
        assert headings.count(words) == 1
    assert "(Continued)" not in " ".join(headings)
    assert result.text.count("Table of Contents") == 0
    labels = {block.page: block.page_label for block in result.blocks}
    assert labels[5] == "5"
    assert labels[68] == "68"
    table = next(block for block in result.blocks if block.text.startswith(" | 2016 | 2015 | 2014\nGold Star"))
    assert ["Total cardholders", "86,700", "81,300", "76,400"] in table.data["rows"]


def test_a_notice_in_three_columns_is_read_column_by_column(sample: Sample) -> None:
    result = sample("federal-register-2020-17221.pdf")
    assert "VerDate" not in result.text
    assert "Federal Register / Vol." not in result.text
    assert "proposes to require operators to conduct an AOA sensor system test" in result.text
    assert "Boeing Company Model 737–8 and 737–9 (737 MAX) airplanes" in result.text
    labels = {block.page: block.page_label for block in result.blocks}
    assert (labels[1], labels[3]) == ("47698", "47700")
    places = [result.text.index(words) for words in ("AGENCY:", "Comments Invited", "Background", "Proposed Design")]
    assert places == sorted(places)


def test_a_scan_with_a_layer_of_text_is_read_over_its_pages(sample: Sample) -> None:
    result = sample("Seige_of_Vicksburg_Sample_OCR.pdf")
    assert "THE SIEGE OF" not in result.text
    assert "it became too conspicuous and dangerous for use" in result.text
    assert "for their movements are so clumsy they are apt to break things" in result.text


def test_a_press_release_keeps_its_tables(sample: Sample) -> None:
    result = sample("ULTABEAUTY_2023Q1_EARNINGS.pdf")
    assert result.title == "Ulta Beauty Announces First Quarter Fiscal 2023 Results"
    rows = [row for block in result.blocks if block.kind == "table" for row in block.data["rows"]]
    assert ["Net income", "$347,051", "13.2%", "$331,395", "14.1%"] in rows


def test_a_word_file_keeps_its_footnotes(sample: Sample) -> None:
    assert sample("m-footnotes.docx").text == "Ouch[1].[2]\n\nA tachyon walks into a bar.\n\nFin."
