"""What the documents say on what a trainee said: each of their lines is searched, and each sentence and clause of it.

A line that speaks of two things is near to neither, and a greeting before a fact takes it further away.
"""

import re
from collections.abc import Sequence
from uuid import UUID

import structlog

from webapp.ai.errors import ProviderError
from webapp.chat import asking
from webapp.extensions import embedder
from webapp.knowledge.retrieval import Found, Query, search
from webapp.knowledge.sentences import sentences
from webapp.scorecards.lines import Line

log = structlog.get_logger()

EACH, MOST = 3, 12
SEARCHED = 80
"""How many wordings of one play are searched: clauses are the first to be left out, and lines the last."""

_CLAUSE = re.compile(r"[,;:–—]\s+|\s+(?=(?:and|but|or|because|und|aber|oder|weil)\s)")


def queries(lines: Sequence[Line]) -> list[Query]:
    """Return a query for each line of the trainee that says something, and for what it is made of.

    A line that points back has what it answers before. No connection is needed for it. They have no vectors where the
    embedder is in trouble.
    """
    worded = wordings(lines)
    if not worded:
        return []
    try:
        vectors: list[list[float] | None] = list(embedder().embed(worded))
    except ProviderError as trouble:
        log.warning("claims_searched_by_words_only", code=trouble.code)
        vectors = [None] * len(worded)
    return [Query(words, vector) for words, vector in zip(worded, vectors, strict=True)]


def wordings(lines: Sequence[Line]) -> list[str]:
    """Return what is searched, each once: whole lines, then their sentences, then the clauses of these."""
    answered = [
        (previous, line.text)
        for previous, line in zip([None, *lines], lines, strict=False)
        if line.by_trainee and _says_something(line.text)
    ]
    whole = [
        f"{previous.text}\n{words}" if previous and asking.points_back(words) else words for previous, words in answered
    ]
    by_sentence = [words[start:end] for _, words in answered for start, end in sentences(words)]
    by_clause = [clause.strip() for sentence in by_sentence for clause in _CLAUSE.split(sentence)]
    parts = filter(_says_something, [*by_sentence, *by_clause])
    return list(dict.fromkeys([*whole, *parts]))[:SEARCHED]


def _says_something(words: str) -> bool:
    return len(words.split()) > asking.FEW_WORDS


def passages(organization_id: UUID, collections: Sequence[UUID], asked: Sequence[Query]) -> list[Found]:
    """Return the passages near enough to anything that was said to speak of the same, the nearest first."""
    best: dict[UUID, Found] = {}
    for query in asked:
        for found in search(organization_id, collections, [query], embedder(), EACH):
            known = best.get(found.passage_id)
            if found.answers and (known is None or known.relevance < found.relevance):
                best[found.passage_id] = found
    return sorted(best.values(), key=lambda found: -found.relevance)[:MOST]
