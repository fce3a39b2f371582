"""What the documents say on what a trainee said: each of their lines is searched as a question is."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from webapp.ai.errors import ProviderError
from webapp.chat import asking
from webapp.extensions import embedder
from webapp.knowledge.retrieval import Found, Query, search
from webapp.scorecards.lines import Line

log = structlog.get_logger()

EACH, MOST = 3, 12


def queries(lines: Sequence[Line]) -> list[Query]:
    """Return a query for each line of the trainee that says something; one that points back has what it answers before.

    No connection is needed for it. They have no vectors where the embedder is in trouble.
    """
    worded = [
        f"{previous.text}\n{line.text}" if previous and asking.points_back(line.text) else line.text
        for previous, line in zip([None, *lines], lines, strict=False)
        if line.by_trainee and len(line.text.split()) > asking.FEW_WORDS
    ]
    if not worded:
        return []
    try:
        vectors: list[list[float] | None] = list(embedder().embed(worded))
    except ProviderError as trouble:
        log.warning("claims_searched_by_words_only", code=trouble.code)
        vectors = [None] * len(worded)
    return [Query(words, vector) for words, vector in zip(worded, vectors, strict=True)]


def passages(organization_id: UUID, collections: Sequence[UUID], asked: Sequence[Query]) -> list[Found]:
    """Return the passages near enough to any of the lines to speak of the same, the nearest first."""
    best: dict[UUID, Found] = {}
    for query in asked:
        for found in search(organization_id, collections, [query], embedder(), EACH):
            known = best.get(found.passage_id)
            if found.answers and (known is None or known.relevance < found.relevance):
                best[found.passage_id] = found
    return sorted(best.values(), key=lambda found: -found.relevance)[:MOST]
