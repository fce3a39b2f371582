"""Pieces follow the structure of a document, lose nothing and never cross a heading."""

from __future__ import annotations

import random
from itertools import pairwise
from time import process_time
from typing import TYPE_CHECKING

import pytest

from webapp.knowledge.extraction import Block, Extract
from webapp.knowledge.extraction.blocks import BlockKind, placed
from webapp.knowledge.sentences import sentences
from webapp.knowledge.splitting import Piece, split

if TYPE_CHECKING:
    from collections.abc import Callable

SENTENCE = "The garden of the old house is open from spring to autumn. "


def document(*blocks: Block) -> Extract:
    return Extract(None, placed(blocks), "english")


def check(extract: Extract, pieces: list[Piece], size: int) -> None:
    """Assert what is true of every splitting."""
    text = extract.text
    covered = [False] * len(text)
    for number, piece in enumerate(pieces):
        assert piece.ordinal == number
        assert piece.text == text[piece.start : piece.end]
        assert 0 < len(piece.text) <= size
        covered[piece.start : piece.end] = [True] * len(piece.text)
    for block in extract.blocks:
        for place in range(block.start, block.end):
            assert covered[place] != (block.kind == "heading") or text[place].isspace()
    assert all(before.start < after.start for before, after in pairwise(pieces))


def test_a_section_that_fits_is_a_piece_under_its_headings() -> None:
    extract = document(
        Block("paragraph", "Before everything"),
        Block("heading", "Garden", level=1),
        Block("heading", "Plants", level=2),
        Block("paragraph", "Roses", page=3, page_label="iii"),
        Block("item", "Tulips", page=3, page_label="iii"),
        Block("heading", "Tools", level=2),
        Block("paragraph", "Spade"),
        Block("heading", "Kitchen", level=1),
    )
    pieces = split(extract)
    check(extract, pieces, 1000)
    assert [(piece.heading_path, piece.text) for piece in pieces] == [
        ((), "Before everything"),
        (("Garden", "Plants"), "Roses\n\nTulips"),
        (("Garden", "Tools"), "Spade"),
    ]
    assert (pieces[1].page, pieces[1].page_label) == (3, "iii")


def test_a_long_section_repeats_its_last_sentences() -> None:
    extract = document(Block("heading", "A", level=1), Block("paragraph", SENTENCE * 40))
    pieces = split(extract)
    check(extract, pieces, 1000)
    for before, after in pairwise(pieces):
        repeated = before.end - after.start
        assert 0 < repeated <= 200
        assert after.text.startswith("The garden")
        assert before.text.endswith("autumn.")


def test_nothing_is_repeated_over_a_heading() -> None:
    long = Block("paragraph", SENTENCE * 30)
    extract = document(Block("heading", "A", level=1), long, Block("heading", "B", level=1), long)
    pieces = split(extract)
    second = next(piece for piece in pieces if piece.heading_path == ("B",))
    assert second.start == extract.blocks[3].start


def test_paragraphs_are_not_cut_while_they_fit() -> None:
    extract = document(*(Block("paragraph", SENTENCE * 8) for _ in range(5)))
    ends = {block.end for block in extract.blocks}
    assert all(piece.end in ends for piece in split(extract))


def test_code_and_tables_are_cut_at_lines() -> None:
    for kind in ("code", "table"):
        lines = "\n".join(f"line {number} of it. And more = {number}" for number in range(200))
        extract = document(Block(kind, lines))
        pieces = split(extract)
        check(extract, pieces, 1000)
        assert all(piece.text.startswith("line") for piece in pieces)


def test_what_has_no_place_to_cut_is_cut_anyway() -> None:
    extract = document(Block("paragraph", "x" * 5000 + " " + "word " * 600))
    check(extract, split(extract), 1000)


def test_a_piece_names_the_page_on_which_it_begins() -> None:
    data = {"turns": [[1200, 8, "vi"]]}
    extract = document(Block("paragraph", SENTENCE * 40, page=7, page_label="v", data=data))
    pieces = split(extract, overlap=0)
    assert all((p.page, p.page_label) == ((7, "v") if p.start < 1200 else (8, "vi")) for p in pieces)
    assert {piece.page for piece in pieces} == {7, 8}


@pytest.mark.parametrize("seed", range(30))
def test_whatever_the_document_nothing_is_lost(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - for a test
    kinds: list[BlockKind] = ["heading", "paragraph", "item", "code", "table", "quote"]
    alphabet = ["word", "Dr.", "end.", "No!", "3.14", "\n", "e.g.", "x" * chance.randint(1, 300), "ü", "😀", "Fig. 3"]
    blocks = [
        Block(
            chance.choice(kinds),
            " ".join(chance.choices(alphabet, k=chance.randint(1, 400))),
            level=chance.randint(1, 4),
        )
        for _ in range(chance.randint(1, 30))
    ]
    extract = document(*blocks)
    size = chance.choice([50, 300, 1000])
    check(extract, split(extract, size=size, overlap=size // 5), size)


def test_a_long_book_is_split_at_once() -> None:
    extract = document(*(Block("paragraph", SENTENCE * (1 + n % 40)) for n in range(1400)))
    assert len(extract.text) > 1_600_000
    began = process_time()
    assert len(split(extract)) > 1000
    assert process_time() - began < 0.5, "about 0.06 s on a quiet machine"


def test_real_documents_are_split_without_loss(sample: Callable[[str], Extract]) -> None:
    for name in ("COSTCO_2016_10K.pdf", "federal-register-2020-17221.pdf", "par-known-styles.docx"):
        extract = sample(name)
        check(extract, split(extract), 1000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        (
            "Dr. Smith paid 3.14 euros, e.g. for tea. See Fig. 3.",
            ["Dr. Smith paid 3.14 euros, e.g. for tea.", "See Fig. 3."],
        ),
        ("J. R. Smith agreed. So did I. Then we left.", ["J. R. Smith agreed.", "So did I.", "Then we left."]),
        ("1. First point. 2. Second.", ["1. First point.", "2. Second."]),
        ("It was 2016. The rest is known.", ["It was 2016.", "The rest is known."]),
        ("We close at 5 p.m. The gate stays open.", ["We close at 5 p.m.", "The gate stays open."]),
        ("Made by Acme Inc. in Ohio.", ["Made by Acme Inc. in Ohio."]),
        ("The answer is no. See no. 5.", ["The answer is no.", "See no. 5."]),
        ("He said “No.” Then he left.", ["He said “No.”", "Then he left."]),
        ("Das gilt z.B. hier. Dort nicht.", ["Das gilt z.B. hier.", "Dort nicht."]),
        ("Heading\n\ntext goes on", ["Heading", "text goes on"]),
        ("你好。世界！", ["你好。", "世界！"]),
        ("Wait… what? Yes...", ["Wait… what?", "Yes..."]),
        ("  ", []),
    ],
)
def test_sentences_are_found(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_a_line_of_dots_does_not_hold_up_the_search_for_sentences() -> None:
    began = process_time()
    assert len(sentences("." * 300_000)) == 1
    assert process_time() - began < 1
