"""Citations: the numbers that we issue for a turn, what is kept of them when it ends, and when a source is removed."""

import re
from collections.abc import Collection, Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import Table, delete, func, select, text, update

from webapp.chat.mirror import mirror
from webapp.chat.models import Citation, Message
from webapp.extensions import db
from webapp.knowledge.documents import document_deleting
from webapp.knowledge.models import Document, Passage
from webapp.knowledge.reader import passage_path
from webapp.knowledge.retrieval import Found
from webapp.web.markdown import Link, cited_numbers

NOWHERE = "#sources"
_BEGUN = re.compile(r"\s*\[[\d\s,–-]*$")


def issue(message_id: UUID, organization_id: UUID, found: Sequence[Found]) -> None:
    """Store a number for each passage that the answer may cite, before its first word."""
    if found:
        values = {
            "message": message_id,
            "organization": organization_id,
            "passages": [passage.passage_id for passage in found],
            "relevances": [passage.relevance for passage in found],
        }
        db.session.execute(_ISSUE, values)


_ISSUE = text("""
    INSERT INTO citations (message_id, number, organization_id, passage_id, rank, relevance)
    SELECT :message, number, :organization, passage, number, relevance
    FROM unnest(CAST(:passages AS uuid[]), CAST(:relevances AS int[])) WITH ORDINALITY
         AS issued (passage, relevance, number)
""")


def without_begun(text: str) -> str:
    """Return an answer that broke off without the beginning of a number that never came."""
    return _BEGUN.sub("", text)


def links(found: Sequence[Found]) -> dict[int, Link]:
    """Return where each issued number leads."""
    return {number: link(number, f.document_id, f.passage_id) for number, f in enumerate(found, 1)}


def links_of(message_id: UUID) -> dict[int, Link]:
    """Return where the numbers of a message lead, now; a number whose source is gone leads to the list of sources."""
    rows = db.session.execute(
        select(Citation.number, Passage.document_id, Passage.id)
        .outerjoin(Citation.passage)
        .where(Citation.message_id == message_id)
    )
    return {number: link(number, document, passage) for number, document, passage in rows}


def link(number: int, document_id: UUID | None, passage_id: UUID | None) -> Link:
    """Return where a number leads: to the passage in the reader, or nowhere once its document is gone."""
    if document_id is None or passage_id is None:
        return Link(number, NOWHERE, "Source removed")
    return Link(number, passage_path(document_id, passage_id), f"Source {number}")


def keep_cited(message_id: UUID, text: str) -> None:
    """Forget the numbers that the finished text does not cite."""
    issued = links_of(message_id)
    keep(message_id, cited_numbers(text, issued), issued)


def keep(message_id: UUID, cited: Collection[int], issued: Collection[int]) -> None:
    """Forget the issued numbers that are not cited."""
    uncited = [number for number in issued if number not in cited]
    if uncited:
        rows = cast("Table", Citation.__table__)
        db.session.execute(delete(rows).where(rows.c.message_id == message_id, rows.c.number.in_(uncited)))


def gone(message_id: UUID) -> list[int]:
    """Return the numbers of a message whose source has been deleted."""
    lost = Citation.message_id == message_id, Citation.passage_id.is_(None)
    return list(db.session.scalars(select(Citation.number).where(*lost)))


@document_deleting.connect
def _take_back_quotations(document: Document) -> None:
    """Take the words of a document that is being deleted out of the answers that quote it, here and in Redis.

    What a model wrote in its own words stays; where no model was connected the answer is the document's own text.
    """
    quoted = db.session.execute(
        select(Message, func.array_agg(Citation.number))
        .join(Citation, Citation.message_id == Message.id)
        .join(Passage, Passage.id == Citation.passage_id)
        .where(Passage.document_id == document.id, Message.model.is_(None))
        .group_by(Message.id)
    ).all()
    for message, numbers in quoted:
        message.text = without_quotations(message.text, numbers)
    mirror().forget([message.id for message, _ in quoted])


@document_deleting.connect
def _take_back_selections(document: Document) -> None:
    """Take what was selected in a document that is being deleted out of the questions about it."""
    about = Message.document_id == document.id, Message.selection.is_not(None)
    db.session.execute(update(Message).where(*about).values(selection=""))


def without_quotations(text: str, numbers: Collection[int]) -> str:
    """Return a quoting answer without the words of these sources."""

    def taken_back(found: re.Match[str]) -> str:
        return f"> {REMOVED} [{found[1]}]" if int(found[1]) in numbers else found[0]

    return _QUOTATION.sub(taken_back, text)


REMOVED = "*This quotation was removed with its document.*"
_QUOTATION = re.compile(r"^> .*\[(\d+)\]$", re.MULTILINE)
