"""Questions without a language model: a sentence of the documents with a gap, and what was typed into it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from webapp.chat.extractive import Candidate, escaped, stems
from webapp.chat.models import Correction

GAP = "_____"
LONG_ENOUGH, NEARLY = 5, 0.75
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
_THOUSANDS = re.compile(r"(?<=\d)[.,'’\s](?=\d{3}(?!\d))")
_WORD = re.compile(rf"[^\W\d_]{{{LONG_ENOUGH},}}")
_ASKED = re.compile(r"^> (.+) \[\d+\]$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cloze:
    """A sentence, its passage's number, and what is missing from it."""

    sentence: str
    number: int
    missing: str

    @property
    def asked(self) -> str:
        """The sentence with its gap, as a quotation in Markdown."""
        before, _, after = self.sentence.partition(self.missing)
        return f"> {escaped(before + GAP + after)} [{self.number}]"

    @property
    def solved(self) -> str:
        """The whole sentence, with what was missing set apart."""
        before, _, after = self.sentence.partition(self.missing)
        return f"> {escaped(before)}**{escaped(self.missing)}**{escaped(after)} [{self.number}]"

    def judged(self, typed: str) -> Correction:
        """Return what to make of an answer. A number is right or wrong; a word may be nearly right."""
        if _NUMBER.fullmatch(self.missing):
            typed_numbers = _NUMBER.findall(_THOUSANDS.sub("", typed))
            return Correction.RIGHT if _THOUSANDS.sub("", self.missing) in typed_numbers else Correction.WRONG
        wanted, words = stems(self.missing), stems(typed)
        if wanted & words:
            return Correction.RIGHT
        near = (SequenceMatcher(None, one, other).ratio() for one in wanted for other in words)
        return Correction.PARTLY if max(near, default=0.0) >= NEARLY else Correction.WRONG


def made(candidates: Iterable[Candidate], said: Sequence[str]) -> Cloze | None:
    """Return a question from the first sentence that stands alone, has something to leave out and was not asked yet.

    `said` is everything that was said before: what was only quoted there may be asked, but comes last.
    """
    possible = [cloze for candidate in candidates if candidate.cost == 0 and (cloze := _cloze(candidate))]
    heard = "\n".join(said)
    fresh = [cloze for cloze in possible if _unnumbered(cloze.asked) not in heard]
    unread = (cloze for cloze in fresh if escaped(cloze.sentence) not in heard)
    return next(unread, fresh[0] if fresh else None)


def waiting(words: str, candidates: Iterable[Candidate]) -> Cloze | None:
    """Return the question that a message ends with, as far as its sentence is among those that were found again."""
    asked = _ASKED.findall(words)
    found = (_cloze(candidate) for candidate in candidates)
    return next((cloze for cloze in found if cloze and asked and _unnumbered(cloze.asked) == f"> {asked[-1]}"), None)


def _unnumbered(line: str) -> str:
    return line.rpartition(" [")[0]


def _cloze(candidate: Candidate) -> Cloze | None:
    """Leave out the first number of a sentence, or else its longest word, but never one that it has twice."""
    text = candidate.text
    longest = sorted((found[0] for found in _WORD.finditer(text, 1)), key=len, reverse=True)
    for missing in (*_NUMBER.findall(text), *longest):
        if text.lower().count(missing.lower()) == 1:
            return Cloze(text, candidate.number, missing)
    return None
