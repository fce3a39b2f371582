"""Questions with the place in a document where their answer stands, and whether a passage holds that place."""

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path

PIECE = 40
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a set. `places` are the words where the answer stands; one of them found is enough."""

    set: str
    text: str
    document: str
    places: tuple[str, ...]

    def answered_by(self, document: str, text: str) -> bool:
        """Tell whether this text, of this document, holds the answer: letters and digits compared, not the layout."""
        flat = plain(text)
        return document == self.document and any(_holds(flat, plain(place)) for place in self.places)


def load(folder: Path) -> list[Question]:
    """Return the questions of `folder`/dev.jsonl whose answer stands in `folder`/documents/<set>/<document>."""
    rows = map(json.loads, (folder / "dev.jsonl").read_text(encoding="utf-8").splitlines())
    return [
        Question(row["set"], row["question"], row["document"], tuple(row["passages"]))
        for row in rows
        if row["document"]
    ]


def plain(text: str) -> str:
    """Return the letters and digits of a text, in lower case."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def _holds(flat: str, place: str) -> bool:
    if len(place) <= PIECE * ENOUGH:
        return place in flat
    pieces = [place[start : start + PIECE] for start in range(0, len(place) - PIECE + 1, PIECE)]
    return sum(piece in flat for piece in pieces) >= ENOUGH
