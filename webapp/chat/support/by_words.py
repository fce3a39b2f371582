"""How well passages support a sentence, by nearness in meaning and by words.

A sentence whose numbers stand nowhere in the passages, or that denies what they do not deny, is not supported, nor is
one that is too far from them. What goes further than they do, or brings words of its own, is supported weakly. It reads
English. How often it is right, on pairs that were marked by hand, stands in docs/support.md.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from webapp.ai import Embedder
from webapp.chat.support.assertions import Assertion, Support
from webapp.knowledge.relevance import as_measured
from webapp.knowledge.sentences import sentences

CLOSE_ENOUGH = 0.5
"""The least mean of three: nearness to a sentence of the passages, the share of words in them, and of neighbours."""
NEIGHBOURS = 3
FOREIGN, MOST_FOREIGN = 0.45, 0.2
"""A word is foreign when no word of the passages is this near to it; a weak sentence has more than such a share."""

_TOKEN = re.compile(r"\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENDING = re.compile(r"(?:'s|ies|ied|es|s|ed|ing|ly|y|e)$")
_LONG_ENOUGH = 3
_BEGINNING = 5
"""Words that begin with so many letters alike are taken for forms of one word."""


def _list(words: str) -> list[str]:
    return words.split()


_COUNTED = {
    name: str(n) for n, name in enumerate(_list("two three four five six seven eight nine ten eleven twelve"), 2)
}
_COUNTED |= {name: f"{n}0" for n, name in enumerate(_list("twenty thirty forty fifty sixty seventy eighty ninety"), 2)}
_IDLE = frozenset(
    _list("""
    a about against also an and are around as at back be become becomes been being both but by came can come comes could
    did do does due each even for from gave get gets give given gives go goes going had happen happens has have he her
    his how if in into is it its just keep keeps kind let lets like made make makes making many may might more most much
    of often on once one or other our over own put puts same set sets she should since so some still such take taken
    takes tell tells than that the their them then there these they this those through to together too under up use used
    uses using usually very was way we well were what when where which while who will with within would you your
    """)
)
_DENYING = frozenset(_list("no not nobody nothing none neither nor cannot"))
_GOING_FAR = frozenset(
    _list("""
    all always any anything best cheapest completely entirely ever every everything everywhere forever guarantee
    guaranteed guarantees illegal largest legal must never only therefore unsuitable worst
    """)
)


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of text as it is compared: its words as written, and its `terms`, which are rarer words without their
    endings and numbers, in their order."""

    words: tuple[str, ...]
    terms: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Said":
        """Read a text."""
        written = tuple(word.lower().replace("’", "'") for word in _TOKEN.findall(text))
        return cls(written, tuple(_term(word) for word in written if word not in _IDLE))

    @property
    def figures(self) -> set[str]:
        """Its numbers that are written in digits."""
        return {_term(word) for word in self.words if word[0].isdigit()}

    @property
    def counts(self) -> set[str]:
        """Its numbers that are written in letters, as digits."""
        return {_COUNTED[word] for word in self.words if word in _COUNTED}

    @property
    def rare(self) -> list[str]:
        """Its words that say something, as written."""
        return [word for word in self.words if word not in _IDLE and not _term(word)[0].isdigit()]

    def knows(self, word: str) -> bool:
        """Tell whether it has a word in any form."""
        alike = len(word) > _BEGINNING and any(other.startswith(word[:_BEGINNING]) for other in self.rare)
        return alike or _term(word) in self.terms

    @property
    def denies(self) -> bool:
        """Whether it says that something is not so."""
        return any(word in _DENYING or word.endswith("n't") for word in self.words)


class Nearness:
    """How near texts are to each other in meaning, each embedded once."""

    def __init__(self, texts: Iterable[str], embedder: Embedder) -> None:
        once = list(dict.fromkeys(texts))
        self._vectors = dict(zip(once, embedder.embed(once), strict=True)) if once else {}
        self._model = embedder.name

    def between(self, one: str, other: str) -> float:
        """Return a cosine as the measured model would have given it."""
        pairs = zip(self._vectors[one], self._vectors[other], strict=True)
        return as_measured(self._model, sum(a * b for a, b in pairs))


def compared(assertions: Sequence[Assertion], embedder: Embedder) -> list[Support]:
    """Return a verdict on each assertion, in order. Raises ProviderError where the embedder is in trouble."""
    texts = [
        text
        for assertion in assertions
        for text in (assertion.sentence, *_windows(assertion), *_words_to_compare(assertion))
    ]
    nearness = Nearness(texts, embedder)
    return [_verdict(assertion, nearness) for assertion in assertions]


def _verdict(assertion: Assertion, nearness: Nearness) -> Support:
    said, passages = Said.of(assertion.sentence), Said.of("\n".join(assertion.passages))
    terms, known = set(said.terms), set(passages.terms)
    if not assertion.passages or not terms or said.figures - known or (said.denies and not passages.denies):
        return Support.UNSUPPORTED
    near = {window: nearness.between(assertion.sentence, window) for window in _windows(assertion)}
    familiar = [_familiar(word, passages, nearness) for word in said.rare]
    share = fmean(familiar) if familiar else 1.0
    if fmean((max(near.values()), share, _together(said, passages))) < CLOSE_ENOUGH:
        return Support.UNSUPPORTED
    nearest = max(near, key=lambda text: near[text] + len(terms & set(Said.of(text).terms)) / len(terms) / 2)
    too_far = _GOING_FAR & set(said.words) - set(Said.of(nearest).words)
    foreign = sum(each < FOREIGN for each in familiar) > MOST_FOREIGN * len(familiar)
    return Support.WEAK if too_far or foreign or said.counts - known else Support.SUPPORTED


def _familiar(word: str, passages: Said, nearness: Nearness) -> float:
    """Return how near a word comes to any word of the passages; 1 where it is one of them in whatever form."""
    if passages.knows(word):
        return 1.0
    return max((nearness.between(word, other) for other in set(passages.rare)), default=0.0)


def _together(said: Said, passages: Said) -> float:
    """Return the share of neighbours among a sentence's known words that are near each other in the passages too."""
    places: dict[str, list[int]] = {}
    for place, term in enumerate(passages.terms):
        places.setdefault(term, []).append(place)
    known = [term for term in said.terms if term in places]
    gaps = [
        min(abs(a - b) for a in places[one] for b in places[next_]) for one, next_ in pairwise(known) if one != next_
    ]
    return sum(gap <= NEIGHBOURS for gap in gaps) / len(gaps) if gaps else 0.0


def _windows(assertion: Assertion) -> list[str]:
    """Return the sentences of the passages, and each together with the next."""
    found = []
    for passage in assertion.passages:
        spans = sentences(passage)
        found += [passage[start:end] for start, end in spans]
        found += [passage[start:end] for (start, _), (_, end) in pairwise(spans)]
    return found


def _words_to_compare(assertion: Assertion) -> list[str]:
    """Return the words of a sentence that its passages lack, and if there are any, the words of the passages."""
    passages = Said.of("\n".join(assertion.passages))
    lacking = [word for word in Said.of(assertion.sentence).rare if not passages.knows(word)]
    return lacking + passages.rare if lacking else []


def _term(word: str) -> str:
    if word[0].isdigit():
        return re.sub(r"[,\u00a0\u202f ]", "", word)
    return _COUNTED.get(word) or (_ENDING.sub("", word) if len(word) > _LONG_ENOUGH else word)
