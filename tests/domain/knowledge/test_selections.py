"""Words that were selected in a document: where they stand in its text, whatever a browser made of them."""

from __future__ import annotations

from uuid import uuid4

import pytest

from webapp.knowledge.extraction import extract
from webapp.knowledge.searching import SHOWN_AROUND, around
from webapp.knowledge.selections import MOST, locate, paragraph, selected

TEXT = """\
# Gears

A strain wave gear has **no backlash**. It wears out.

- First, oil it.
- Then, turn it.

| Part | Load |
| --- | --- |
| Flexspline | high |

```python
torque = load * arm
```
"""


@pytest.fixture(scope="module")
def document() -> tuple[str, list]:  # type: ignore[type-arg]
    found = extract(TEXT.encode(), "gears.md")
    return found.text, found.blocks


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("no backlash", "no backlash"),
        ("no\n  backlash . It", "no backlash. It"),
        ("BACKLASH", "backlash"),
        ("wears out.First, oil", "wears out.\n\nFirst, oil"),
        ("Flexspline\thigh", "Flexspline | high"),
        ("torque=load*arm", "torque = load * arm"),
        ("A strain wave gear has one thing\nIt has nothing\nstrain wave gear has no", "strain wave gear has no"),
    ],
)
def test_words_are_found_whatever_their_spacing(document: tuple[str, list], words: str, found: str) -> None:  # type: ignore[type-arg]
    text, blocks = document
    span = locate(blocks, words)
    assert span
    assert text[slice(*span)] == found


@pytest.mark.parametrize("words", ["", "…", "a planetary gear", "backlash no"])
def test_words_that_stand_nowhere_have_no_place(document: tuple[str, list], words: str) -> None:  # type: ignore[type-arg]
    assert locate(document[1], words) is None


def test_a_paragraph_is_the_block_that_begins_there_and_a_list_is_one(document: tuple[str, list]) -> None:  # type: ignore[type-arg]
    text, blocks = document
    assert paragraph(blocks, text.index("A strain")) == "A strain wave gear has no backlash. It wears out."
    assert paragraph(blocks, text.index("First")) == "First, oil it.\nThen, turn it."
    assert paragraph(blocks, text.index("First") + 1) is None


def test_a_selection_is_cut_at_a_word_and_needs_one(document: tuple[str, list]) -> None:  # type: ignore[type-arg]
    id_ = uuid4()
    assert selected(id_, document[1], " \n\u0000") is None
    long = selected(id_, document[1], "gear " * MOST)
    assert long
    assert len(long.text) <= MOST + 2
    assert long.text.endswith("gear …")
    assert (long.start, long.end) == (None, None)


@pytest.mark.parametrize("words", ["gearbox", "xylophones", "???"])
def test_a_search_shows_what_stands_around_the_word(words: str) -> None:
    text = "before " * 80 + "the gearbox hums " + "after " * 80
    shown = around(text, words)
    assert len(shown) <= SHOWN_AROUND + 4
    assert shown.endswith(" …")
    assert shown.startswith("… before" if words == "gearbox" else "before before")
    assert ("gearbox" in shown) is (words == "gearbox")
    assert around("A short one.", words) == "A short one."
