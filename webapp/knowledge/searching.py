"""The search page: what an assistant would find for a question."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape
from sqlalchemy import select

from webapp.ai import Embedder
from webapp.ai.errors import ProviderError
from webapp.extensions import db
from webapp.knowledge.models import Collection
from webapp.knowledge.reader import passage_path
from webapp.knowledge.retrieval import Found, Query, search
from webapp.organizations.models import Organization

SHOWN = 10
SHORTEST_WORD = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with the question's words marked in it; whether it `answers` by being close enough."""

    number: int
    file: str
    href: str
    path: str
    page_label: str | None
    text: Markup
    relevance: int
    answers: bool


def hits(organization: Organization, question: str, embedder: Embedder) -> list[Hit]:
    """Return what all of the organization's collections say to a question, best first."""
    collections = db.session.scalars(select(Collection.id).where(Collection.organization_id == organization.id)).all()
    try:
        vector: list[float] | None = embedder.embed([question])[0]
    except ProviderError:
        vector = None
    found = search(organization.id, collections, [Query(question, vector)], embedder, SHOWN)
    return numbered(found, question)


def numbered(found: Iterable[Found], question: str) -> list[Hit]:
    """Return what was found for a question as a page shows it."""
    return [
        Hit(
            number=number,
            file=passage.document,
            href=passage_path(passage.document_id, passage.passage_id),
            path=" › ".join(passage.heading_path),
            page_label=passage.page_label,
            text=marked(passage.text, question),
            relevance=passage.relevance,
            answers=passage.answers,
        )
        for number, passage in enumerate(found, 1)
    ]


def marked(text: str, question: str) -> Markup:
    """Return the text with the words of the question marked, whatever their endings."""
    stems = {word[: max(SHORTEST_WORD, len(word) - 2)] for word in re.findall(r"\w+", question.lower())}
    stems = {re.escape(stem) for stem in stems if len(stem) >= SHORTEST_WORD}
    if not stems:
        return escape(text)
    pieces = re.split(rf"(\b(?:{'|'.join(sorted(stems, key=len, reverse=True))})\w*)", text, flags=re.IGNORECASE)
    return Markup().join(
        Markup("<mark>{}</mark>").format(piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces)
    )
