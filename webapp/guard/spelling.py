"""What a question is made of as it is written: its words, pairs of them, and pieces of words, counted in a row of numbers.

The embedder sees meaning, and only that of English; a spelling knows nothing and misses nothing. Each piece is put by
its checksum to one of the places, up or down, so that pieces which share a place do not add up.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from math import hypot
from zlib import crc32

PLACES = 1 << 13
WEIGHT = 3.0
"""The length of the row, against vectors of unit length."""
SHORTEST, LONGEST = 3, 5
_WORD = re.compile(r"\w+")


def spelling(letters: str) -> "array[float]":
    """Return the pieces of a text in plain letters, as `PLACES` numbers of length `WEIGHT`; all 0 without a word."""
    found: Counter[int] = Counter()
    for piece in _pieces(_WORD.findall(letters)):
        checksum = crc32(piece.encode())
        found[checksum % PLACES] += 1 if checksum >> 31 else -1
    row = array("f", bytes(4 * PLACES))
    length = hypot(*found.values()) or 1.0
    for place, count in found.items():
        row[place] = WEIGHT * count / length
    return row


def _pieces(words: list[str]) -> Iterator[str]:
    yield from words
    yield from map(" ".join, pairwise(words))
    for word in words:
        bounded = f"<{word}>"
        for length in range(SHORTEST, LONGEST + 1):
            for start in range(len(bounded) - length + 1):
                yield f"~{bounded[start : start + length]}"
