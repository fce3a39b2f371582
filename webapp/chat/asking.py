"""What a question is searched with, and what is found for its answer to stand on.

A follow-up is searched as typed, and together with the question that it points back to.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from webapp.ai.errors import ProviderError
from webapp.chat.turns import Earlier
from webapp.extensions import embedder
from webapp.knowledge.retrieval import Found, Place, Query, prose, search
from webapp.knowledge.selections import Selection

log = structlog.get_logger()

NEAREST = 3
FEW_WORDS = 3
POINTING_BACK, STANDING_ALONE = 2.0, 0.5
"""What the question together with the one before weighs in the search, against 1 for the question as typed."""

_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|this|these|those|he|him|his|she|her|dies|diese[mnrs]?|dabei|dafür|damit|davon)\b"
    r"|\bthat\W*$|^\W*(?:and|but|so|or|what about|how about|und|aber|oder|et|mais)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an answer may stand on: passages that may answer what was asked, or else the titles nearest to it.

    `prose` are the paragraphs of each excerpt, where they are to be quoted; `found` is everything that the search gave.
    """

    asked: Query
    excerpts: list[Found]
    nearest: list[str]
    prose: Mapping[UUID, Sequence[str]]
    found: Sequence[Found] = ()

    @classmethod
    def none(cls) -> "Grounds":
        """Return what there is before anything was searched."""
        return cls(Query("", None), [], [], {})

    @property
    def nothing_near(self) -> bool:
        """Tell whether there was something to search, and nothing of it near enough."""
        return bool(self.found) and not self.excerpts


def points_back(question: str) -> bool:
    """Tell whether a question seems to need the one before: by a pronoun, by how it begins, or by being very short."""
    return len(question.split()) <= FEW_WORDS or bool(_POINTS_BACK.search(question))


def subject(earlier: Sequence[str]) -> str | None:
    """Return the question, of those asked earlier, that names what a follow-up is about: the last that stands alone.

    One of several lines does, for it brings along what it points at.
    """
    return next(
        (question for question in reversed(earlier) if "\n" in question or not points_back(question)),
        earlier[-1] if earlier else None,
    )


def place(question: str, selection: Selection | None, subject: str | None, earlier: Sequence[Earlier]) -> Place | None:
    """Return where the words stand that a question is about: its own, or those of the one that it points back to."""
    if selection:
        found = selection.start is not None and selection.end is not None
        return Place(selection.document_id, selection.start or 0, selection.end or 0) if found else None
    if not points_back(question):
        return None
    return next((before.place for before in reversed(earlier) if before.words == subject), None)


def queries(question: str, previous: str | None) -> list[Query]:
    """Return a query for each wording that is searched, the one that says best what is asked first.

    They have no vectors where the embedder is in trouble, and words alone must do.
    """
    worded = _wordings(question, previous)
    try:
        vectors: list[list[float] | None] = list(embedder().embed([words for words, _ in worded]))
    except ProviderError as trouble:
        log.warning("search_by_words_only", code=trouble.code)
        vectors = [None] * len(worded)
    return [Query(words, vector, weight) for (words, weight), vector in zip(worded, vectors, strict=True)]


def grounds(  # noqa: PLR0913  What a search needs, and what becomes of it.
    organization_id: UUID,
    collections: Sequence[UUID],
    asked: Sequence[Query],
    limit: int,
    *,
    quoting: bool,
    at: Place | None = None,
) -> Grounds:
    """Return what these queries find in the collections. Nothing is an excerpt where nothing is close enough."""
    found = search(organization_id, collections, asked, embedder(), limit, place=at)
    excerpts = found if any(passage.answers for passage in found) else []
    titles = list(dict.fromkeys(passage.title for passage in found))[:NEAREST]
    return Grounds(asked[0], excerpts, titles, prose(excerpts) if quoting else {}, found)


def _wordings(question: str, previous: str | None) -> list[tuple[str, float]]:
    """Return what is searched, with its weight. A new topic must not drown in the old one, nor a follow-up lose it."""
    if previous is None:
        return [(question, 1.0)]
    together = f"{previous}\n{question}"
    if points_back(question):
        return [(together, POINTING_BACK), (question, 1.0)]
    return [(question, 1.0), (together, STANDING_ALONE)]
