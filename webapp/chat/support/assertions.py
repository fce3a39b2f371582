"""The sentences of an answer that cite, each with what it cites, and what can be said of how it is supported."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from webapp.knowledge.sentences import sentences
from webapp.web.markdown import citing


class Support(StrEnum):
    """What the cited passages do for a sentence: say it, say part of it or less, or do not say it."""

    SUPPORTED = "supported"
    WEAK = "weak"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Assertion:
    """A sentence as a reader sees it, the numbers that it cites in their order, and the passages behind them."""

    sentence: str
    numbers: tuple[int, ...]
    passages: tuple[str, ...]


# A number stands before the full stop, or after it: it belongs to the sentence that ends there in both cases.
_LATE = re.compile(r"([.!?…]+[\"'”’»)\]]*)\s*((?:\ue000\d+\ue001\s*)+)(?=\s|$)")
_PLACE = re.compile(r"\s*\ue000(\d+)\ue001")


def assertions(text: str, cited: Mapping[int, str | None]) -> list[Assertion]:
    """Return the sentences of an answer that cite, in reading order.

    `cited` are the passages by their numbers; one that is gone is None, and an assertion may have none left.
    """
    found = []
    for pieces in citing(text, cited):
        groups = [piece for piece in pieces if isinstance(piece, tuple)]
        for sentence, places in _sentences(pieces):
            numbers = tuple(number for place in places for number in groups[place])
            passages = (cited[number] for number in dict.fromkeys(numbers))
            found.append(Assertion(sentence, numbers, tuple(filter(None, passages))))
    return found


def _sentences(pieces: Iterable[str | tuple[int, ...]]) -> Iterator[tuple[str, list[int]]]:
    """Yield the citing sentences of a run of text, each with the places of its citations among all of them."""
    written, place = [], 0
    for piece in pieces:
        if isinstance(piece, str):
            written.append(piece.translate({0xE000: None, 0xE001: None}))
        else:
            written.append(f"\ue000{place}\ue001")
            place += 1
    text = _LATE.sub(lambda late: f" {late[2].strip()}{late[1]} ", "".join(written))
    for start, end in sentences(text):
        sentence = text[start:end]
        if places := [int(found) for found in _PLACE.findall(sentence)]:
            yield " ".join(_PLACE.sub("", sentence).split()), places
