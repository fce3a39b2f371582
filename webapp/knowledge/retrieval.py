"""Finding the passages that answer a question: one SQL statement over words and meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from pgvector import HalfVector
from sqlalchemy import text

from webapp.ai import Embedder
from webapp.extensions import db, settings
from webapp.knowledge import relevance
from webapp.knowledge.wording import sought

CANDIDATES = 50
AT_PLACE = 3


@dataclass(frozen=True, slots=True)
class Found:
    """One passage that a search found, as it is shown and quoted. `nearness` is a cosine, None before embedding.

    `shared` is the share of the question's words in it; `answers` tells whether it is near enough to answer.
    """

    passage_id: UUID
    document_id: UUID
    document: str
    title: str
    heading_path: tuple[str, ...]
    page_label: str | None
    text: str
    nearness: float | None
    shared: float
    relevance: int
    answers: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document's text that was pointed at: what stands there is found before everything else."""

    document_id: UUID
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: words, and their vector where an embedder answered. Its rankings weigh `weight`."""

    words: str
    vector: list[float] | None
    weight: float = 1.0


def search(  # noqa: PLR0913  What, where, for whom and how much.
    organization_id: UUID,
    collections: Sequence[UUID],
    queries: Sequence[Query],
    embedder: Embedder,
    limit: int,
    *,
    place: Place | None = None,
) -> list[Found]:
    """Return the best passages of these collections, best first; those of the place, if one is given, before them.

    Every query ranks the passages twice, by shared words and by nearness in meaning; all rankings are fused by
    reciprocal rank. The nearness shown is the best that any query reached. Costs one round trip.
    """
    if not collections:
        return []
    weights = settings()
    parameters: dict[str, Any] = {
        "organization": organization_id,
        "collections": list(collections),
        "words": [sought(query.words) for query in queries],
        "model": embedder.name,
        "vector_weights": [query.weight * weights.retrieval_vector_weight for query in queries],
        "text_weights": [query.weight * weights.retrieval_text_weight for query in queries],
        "candidates": CANDIDATES,
        "limit": limit,
    }
    for number, query in enumerate(queries):
        parameters[f"vector_{number}"] = None if query.vector is None else HalfVector(query.vector)
    if place:
        parameters |= {"document": place.document_id, "start": place.start, "end": place.end, "at_place": AT_PLACE}
    rows = db.session.execute(_statement(len(queries), placed=place is not None), parameters)
    return [_found(row, embedder.name) for row in rows]


def literal(vector: list[float] | None) -> str | None:
    """Return a vector as pgvector reads and writes it in text."""
    return None if vector is None else _format(len(vector)) % tuple(vector)


@cache
def _format(dimensions: int) -> str:
    return "[" + ",".join(["%.5g"] * dimensions) + "]"


def _found(row: Any, model: str) -> Found:
    return Found(
        passage_id=row.id,
        document_id=row.document_id,
        document=row.name,
        title=row.title or row.name,
        heading_path=tuple(row.heading_path),
        page_label=row.page_label,
        text=row.text,
        nearness=row.nearness,
        shared=row.shared,
        relevance=relevance.percentage(model, row.nearness, row.shared),
        answers=row.placed or relevance.answers(model, row.nearness, row.shared),
    )


_STATEMENTS: dict[tuple[int, bool], Any] = {}
_PLACED = """
    UNION ALL
    (SELECT p.id, 1.0,
            CASE WHEN p.embedding_model = :model THEN 1 - (p.embedding <=> CAST(:vector_0 AS halfvec)) END, 0.0
     FROM passages p
     WHERE p.organization_id = :organization AND p.collection_id = ANY (:collections) AND p.document_id = :document
       AND p.searchable AND p.start < :end AND p."end" > :start
     ORDER BY p.ordinal LIMIT :at_place)
"""


def _statement(queries: int, *, placed: bool) -> Any:
    if (queries, placed) not in _STATEMENTS:
        vectors = ", ".join(f"CAST(:vector_{number} AS halfvec)" for number in range(queries))
        statement = f"""
            WITH best AS (
                SELECT passage_id, sum(score) AS score, max(nearness) AS nearness, max(shared) AS shared
                FROM (
                    SELECT * FROM search_passages(
                        :organization, :collections, :words, ARRAY[{vectors}], :model,
                        CAST(:vector_weights AS float8[]), CAST(:text_weights AS float8[]), :candidates,
                        {":candidates" if placed else ":limit"}
                    ) {_PLACED if placed else ""}
                ) found
                GROUP BY passage_id ORDER BY sum(score) DESC, passage_id LIMIT :limit
            )
            SELECT p.id, p.document_id, d.name, v.title, p.heading_path, p.page_label, p.text,
                   best.nearness, best.shared, best.score >= 1 AS placed
            FROM best JOIN passages p ON p.id = best.passage_id JOIN documents d ON d.id = p.document_id
            JOIN document_versions v ON v.id = p.version_id
            WHERE p.organization_id = :organization
            ORDER BY best.score DESC, p.id
        """  # noqa: S608  Only numbers are put in.
        _STATEMENTS[queries, placed] = text(statement)
    return _STATEMENTS[queries, placed]


PROSE = ("paragraph", "item", "quote")


def prose(found: Sequence[Found]) -> dict[UUID, list[str]]:
    """Return the paragraphs of these passages, without code, tables and what stands in place of a figure."""
    paragraphs: dict[UUID, list[str]] = {}
    for row in db.session.execute(
        _PROSE, {"passages": [passage.passage_id for passage in found], "kinds": list(PROSE)}
    ):
        paragraphs.setdefault(row.id, []).append(row.paragraph)
    return paragraphs


# A block may begin before the passage, or go on after it.
_PROSE = text("""
    SELECT p.id, substr(
        p.text, greatest(b.start - p.start, 0) + 1,
        least(b.start + length(b.text), p."end") - greatest(b.start, p.start)
    ) AS paragraph
    FROM passages p JOIN document_versions v ON v.id = p.version_id,
         jsonb_to_recordset(v.blocks) AS b(kind text, text text, start int)
    WHERE p.id = ANY (:passages) AND b.kind = ANY (:kinds)
      AND b.start < p."end" AND b.start + length(b.text) > p.start
    ORDER BY p.id, b.start
""")
