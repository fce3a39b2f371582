"""Answering without a language model: the sentences of the documents that come nearest to the question, quoted."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webapp.ai import Embedder
from webapp.chat.asking import Grounds
from webapp.knowledge.sentences import sentences
from webapp.knowledge.wording import term

QUOTED = 3
EMBEDDED = 12
OVERLAP_WEIGHT = 0.5
FALLING_BEHIND = 0.7
LEANING_COSTS, FRAGMENT_COSTS = 0.1, 0.2
DEFINING = 0.2
SHORTEST, LONGEST = 40, 600
_UNQUOTABLE = re.compile(r"\\[a-zA-Z]+|[:;,]$")  # A formula in pieces, or a sentence that only leads to the next.
_CAPTION = re.compile(r"(?:Figure|Fig\.|Table|Listing|Algorithm|Abbildung|Abb\.|Tabelle|Tableau)\s*\d")
_WHOLE = re.compile(r"[\"'“‘«(\[¿¡]*[^\W_a-z].*[.!?…。！？][\"'”’»)\]]*(?:\s*\[[\d, –-]+\])*", re.DOTALL)
_LEANING = re.compile(
    r"(?:It|Its|This|These|They|Their|Those|Such|He|His|She|Her|Both|Thus|Therefore|However|But|And|Instead|Otherwise"
    r"|Es|Er|Sie|Dies\w*|Damit|Dabei|Il|Elle|Ils|Elles|Cela|Ce|Cette)\b"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted, its passage's number and heading, and the sentence before it in its paragraph."""

    text: str
    number: int
    heading: str
    before: str | None

    @property
    def told(self) -> str:
        """What is compared with the question: a sentence speaks of what stands above it, and seldom names it again."""
        return f"{self.heading}: {self.text}" if self.heading else self.text

    @property
    def leaning(self) -> bool:
        """Whether it begins with a word that means something in the sentence before."""
        return bool(_LEANING.match(self.text))

    @property
    def cost(self) -> float:
        """What it loses against a whole sentence that stands alone."""
        return LEANING_COSTS * self.leaning + FRAGMENT_COSTS * (not _WHOLE.fullmatch(self.text))

    @property
    def quotation(self) -> str:
        """The sentence, after the one that it leans on."""
        if not self.leaning or self.before is None or len(self.before) + len(self.text) > LONGEST:
            return self.text
        return f"{self.before} {self.text}"


def answer(grounds: Grounds, embedder: Embedder) -> Iterator[str]:
    """Yield the best sentences of the excerpts, three at most, best first, each a quotation with its number.

    A sentence scores its cosine to the question plus half the weight of the question's rare words in it; only the
    dozen best by words are embedded, each behind its heading. One that leans on the sentence before it must be a little
    better, and is quoted with it; one that may define what the question asks the meaning of counts for more. What falls
    far behind the best is left out. Where nothing can be quoted the answer says so.
    """
    asked, possible = grounds.asked, candidates(grounds)
    overlap = _overlap(asked.words, list(possible))
    defining = _defining(asked.words)
    score = {
        text: OVERLAP_WEIGHT * overlap[text] - candidate.cost + DEFINING * bool(defining and defining.match(text))
        for text, candidate in possible.items()
    }
    best = sorted(possible, key=lambda text: -score[text])[:EMBEDDED]
    if asked.vector is not None and best:
        for text, near in zip(best, embedder.embed([possible[text].told for text in best]), strict=True):
            score[text] += sum(a * b for a, b in zip(asked.vector, near, strict=True))
    enough = FALLING_BEHIND * max((score[text] for text in best), default=0.0)
    quoted = _quoted([possible[text] for text in sorted(best, key=lambda text: -score[text]) if score[text] >= enough])
    for at, (quotation, number) in enumerate(quoted):
        yield ("\n\n" if at else "") + f"> {escaped(quotation)} [{number}]"
    if not quoted:
        yield silence(grounds.nearest)


def _quoted(best: Sequence[Candidate]) -> list[tuple[str, int]]:
    """Return the first few quotations with their numbers; one that begins with an earlier one takes its place."""
    quoted: list[tuple[str, int]] = []
    for candidate in best:
        quotation = candidate.quotation
        inside = next((at for at, (earlier, _) in enumerate(quoted) if earlier in quotation), None)
        if inside is not None:
            quoted[inside] = quotation, candidate.number
        elif len(quoted) < QUOTED and not any(candidate.text in earlier for earlier, _ in quoted):
            quoted.append((quotation, candidate.number))
    return quoted


def silence(titles: Sequence[str]) -> str:
    """Return what is said when the documents do not answer."""
    if not titles:
        return "There are no documents to answer from yet."
    named = "; ".join(f"*{escaped(title)}*" for title in titles)
    stop = "" if titles[-1].endswith((".", "?", "!")) else "."
    return f"The documents do not say. The nearest are {named}{stop}"


def closest(question: str, texts: Sequence[str]) -> str:
    """Return the text that shares most with a question; the first where none shares anything."""
    overlap = _overlap(question, texts)
    return max(texts, key=lambda text: overlap[text])


def candidates(grounds: Grounds) -> dict[str, Candidate]:
    """Return the sentences that can be quoted, each with the first passage that has it."""
    candidates: dict[str, Candidate] = {}
    for number, passage in enumerate(grounds.excerpts, 1):
        heading = passage.heading_path[-1] if passage.heading_path else ""
        for paragraph in grounds.prose.get(passage.passage_id, ()):
            if _CAPTION.match(paragraph):
                continue
            before = None
            for start, end in sentences(paragraph):
                text = re.sub(r"\s+", " ", paragraph[start:end]).strip()
                if SHORTEST <= len(text) <= LONGEST and not _UNQUOTABLE.search(text):
                    candidates.setdefault(text, Candidate(text, number, heading, before))
                before = text
    return candidates


def escaped(text: str) -> str:
    """Return words of a document as Markdown that means nothing but them."""
    return re.sub(r"([\\`*_\[\]<>$~|])", r"\\\1", text)


def stems(text: str) -> set[str]:
    """Return the words of a text without their commonest endings."""
    return {re.sub(r"(ies|es|s|ed|ing)$", "", word) for word in re.findall(r"\w{2,}", text.lower())}


def _defining(question: str) -> re.Pattern[str] | None:
    """Return how a sentence begins that defines a term, where a question asks for the meaning of one.

    It begins with the term, or with another name for it and the term behind a comma ("Mapping while moving, SLAM, is").
    """
    asked_for = term(question)
    if asked_for is None:
        return None
    return re.compile(
        rf"(?:(?:An?|The|Eine?|Der|Die|Das) )?(?:[\w -]{{3,60}}, )?{re.escape(asked_for)}\b", re.IGNORECASE
    )


def _overlap(question: str, texts: Sequence[str]) -> dict[str, float]:
    """Return for each text the share, 0 to 1, of the question's words in it, rare words weighing more."""
    asked, bags = stems(question), {text: stems(text) for text in texts}
    spread = Counter(word for bag in bags.values() for word in bag)
    weight = {word: math.log(1 + len(texts) / (1 + spread[word])) for word in asked}
    total = sum(weight.values()) or 1.0
    return {text: sum(weight[word] for word in asked & bag) / total for text, bag in bags.items()}
