"""The search page: what an assistant would find for a question."""

import re
from collections.abc import Callable, Iterable
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
from webapp.web.markdown import without_formulas

SHOWN = 10
SHOWN_OF_BOOK = 20
SHOWN_AROUND = 320
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
    return numbered(search(organization.id, collections, [Query(question, vector)], embedder, SHOWN), question)


def hits_in_book(collection: Collection, words: str, embedder: Embedder) -> list[Hit]:
    """Return the passages of a book that have these words, best first. Readers look for words: no vector is made."""
    found = search(collection.organization_id, [collection.id], [Query(words, None)], embedder, SHOWN_OF_BOOK)
    return numbered(found, words, around)


def around(text: str, words: str) -> str:
    """Return so much of a passage as shows its first of these words in its surroundings, whole where it is short."""
    text = without_formulas(text)
    if len(text) <= SHOWN_AROUND:
        return text
    first = re.search(_stems(words) or "$^", text, re.IGNORECASE)
    start = max(0, min((first.start() if first else 0) - SHOWN_AROUND // 3, len(text) - SHOWN_AROUND))
    cut = text[start : start + SHOWN_AROUND]
    if start:
        cut = "… " + cut.partition(" ")[2]
    return cut if start + SHOWN_AROUND >= len(text) else cut.rpartition(" ")[0] + " …"


def numbered(
    found: Iterable[Found], question: str, shown: Callable[[str, str], str] = lambda text, _: without_formulas(text)
) -> list[Hit]:
    """Return what was found for a question as a page shows it; `shown` is how much of a passage that is."""
    return [
        Hit(
            number=number,
            file=passage.document,
            href=passage_path(passage.document_id, passage.passage_id),
            path=" › ".join(passage.heading_path),
            page_label=passage.page_label,
            text=marked(shown(passage.text, question), question),
            relevance=passage.relevance,
            answers=passage.answers,
        )
        for number, passage in enumerate(found, 1)
    ]


def marked(text: str, question: str) -> Markup:
    """Return the text with the words of the question marked, whatever their endings."""
    stems = _stems(question)
    if not stems:
        return escape(text)
    pieces = re.split(f"({stems})", text, flags=re.IGNORECASE)
    return Markup().join(
        Markup("<mark>{}</mark>").format(piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces)
    )


def _stems(question: str) -> str:
    """Return a pattern of the words of a question, whatever their endings; an empty one where it has none."""
    stems = {word[: max(SHORTEST_WORD, len(word) - 2)] for word in re.findall(r"\w+", question.lower())}
    stems = {re.escape(stem) for stem in stems if len(stem) >= SHORTEST_WORD}
    return rf"\b(?:{'|'.join(sorted(stems, key=len, reverse=True))})\w*" if stems else ""
