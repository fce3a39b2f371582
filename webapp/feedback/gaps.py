"""What an organization's documents do not answer, and closing it: writing the missing piece, and asking again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pgvector import HalfVector
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import selectinload, undefer

from webapp.accounts.models import Person
from webapp.assistants.models import assistant_collections
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.chat import asking
from webapp.chat.models import Conversation, Message
from webapp.extensions import db, embedder
from webapp.feedback import correcting
from webapp.feedback.correcting import Piece
from webapp.feedback.models import Gap, GapQuestion, GapState
from webapp.knowledge.models import Document, Passage
from webapp.knowledge.reader import passage_path
from webapp.knowledge.retrieval import Query
from webapp.organizations.models import Organization
from webapp.records import now

SHOWN = 200
ASKED_AGAIN = 50
"""How many wordings of a gap are asked again, and shown: the latest."""


@dataclass(frozen=True, slots=True)
class Row:
    """A gap as the list shows it: by the latest wording, with how often it was asked."""

    gap: Gap
    title: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a gap, and what became of it when it was asked again. `count` is how often it was asked so."""

    words: str
    count: int
    last_at: datetime
    tried_at: datetime | None
    answered: bool
    relevance: int | None
    file: str = ""
    href: str = ""
    text: str = ""


def title(words: str) -> str:
    """Return a question as a title: of a follow-up also what it follows, on one line."""
    return " › ".join(line for line in words.split("\n") if line.strip())


def rows(organization: Organization, state: GapState, words: str = "") -> list[Row]:
    """Return the gaps in this state, those that were asked most often first; only those that have these words."""
    latest = aggregate_order_by(GapQuestion.words, GapQuestion.asked_at.desc())
    count, last_at = func.count(), func.max(GapQuestion.asked_at)
    wanted = (
        select(Gap, func.array_agg(latest), count, func.min(GapQuestion.asked_at), last_at)
        .join(GapQuestion, GapQuestion.gap_id == Gap.id)
        .where(Gap.organization_id == organization.id, Gap.state == state)
        .group_by(Gap.id)
        .order_by(count.desc(), last_at.desc())
        .limit(SHOWN)
        .options(selectinload(Gap.assistant))
    )
    if words:
        wanted = wanted.having(func.bool_or(GapQuestion.words.icontains(words, autoescape=True)))
    return [
        Row(gap, title(asked[0]), many, first, last) for gap, asked, many, first, last in db.session.execute(wanted)
    ]


def counts(organization: Organization) -> dict[str, int]:
    """Return how many gaps there are in each state; those whose questions are all gone are none."""
    found = db.session.execute(
        select(Gap.state, func.count(Gap.id.distinct()))
        .join(GapQuestion, GapQuestion.gap_id == Gap.id)
        .where(Gap.organization_id == organization.id)
        .group_by(Gap.state)
    )
    return {row[0]: row[1] for row in found}


def questions(gap: Gap) -> list[Asked]:
    """Return what was asked, the latest first, each wording once, with what was found when it was asked again."""
    found = db.session.execute(
        select(GapQuestion, Passage.text, Passage.document_id, Document.name)
        .outerjoin(Passage, Passage.id == GapQuestion.passage_id)
        .outerjoin(Document, Document.id == Passage.document_id)
        .where(GapQuestion.gap_id == gap.id)
        .order_by(GapQuestion.asked_at.desc())
    )
    asked: dict[str, Asked] = {}
    for question, text, document_id, name in found:
        if before := asked.get(question.words):
            asked[question.words] = replace(before, count=before.count + 1)
            continue
        asked[question.words] = Asked(
            words=title(question.words),
            count=1,
            last_at=question.asked_at,
            tried_at=question.tried_at,
            answered=question.answered,
            relevance=question.relevance,
            file=name or "",
            href=passage_path(document_id, question.passage_id) if question.passage_id else "",
            text=text or "",
        )
    return list(asked.values())


def settle(gap: Gap, state: GapState, by: Person) -> None:
    """Let a gap be in this state."""
    gap.state = state
    note(
        Action.GAP_SETTLED,
        gap.organization_id,
        by=by,
        subject=gap.assistant.name,
        subject_id=gap.id,
        state=state,
    )


def write(gap: Gap, piece: Piece, by: Person) -> None:
    """Write the piece that is missing, for a worker to take in."""
    gap.document_id = correcting.write(gap.assistant, piece, by).id


def ask_again(gap: Gap, by: Person) -> tuple[int, int]:
    """Search for the latest wordings once more, and return how many the documents answer now, and of how many.

    Nobody's conversation is touched. Where they answer all, the gap is answered.
    """
    vectors = _vectors(_latest(gap))
    collections = db.session.scalars(
        select(assistant_collections.c.collection_id).where(assistant_collections.c.assistant_id == gap.assistant_id)
    ).all()
    answered = 0
    for words, vector in vectors.items():
        query, limit = Query(words, vector), gap.assistant.passage_limit
        grounds = asking.grounds(gap.organization_id, collections, [query], limit, quoting=False)
        best = max(grounds.excerpts or grounds.found, key=lambda found: found.relevance, default=None)
        answers = bool(grounds.excerpts)
        answered += answers
        db.session.execute(
            update(GapQuestion)
            .where(GapQuestion.gap_id == gap.id, GapQuestion.words == words)
            .values(
                tried_at=now(),
                answered=answers,
                relevance=best.relevance if best else None,
                passage_id=best.passage_id if best and answers else None,
                embedding_model=embedder().name,
                embedding=HalfVector(vector),
            )
        )
    if vectors and answered == len(vectors) and gap.state == GapState.OPEN:
        settle(gap, GapState.ANSWERED, by)
    return answered, len(vectors)


def _latest(gap: Gap) -> Sequence[GapQuestion]:
    """Return the latest asking of each of the latest wordings."""
    newest = (
        select(GapQuestion.words, func.max(GapQuestion.asked_at).label("asked_at"))
        .where(GapQuestion.gap_id == gap.id)
        .group_by(GapQuestion.words)
        .order_by(func.max(GapQuestion.asked_at).desc())
        .limit(ASKED_AGAIN)
        .subquery()
    )
    return db.session.scalars(
        select(GapQuestion)
        .join(newest, (newest.c.words == GapQuestion.words) & (newest.c.asked_at == GapQuestion.asked_at))
        .where(GapQuestion.gap_id == gap.id)
        .options(undefer(GapQuestion.embedding))
    ).all()


def _vectors(asked: Sequence[GapQuestion]) -> dict[str, list[float]]:
    """Return the vector of each wording: the one that it had, or a new one where the model is another now."""
    model = embedder()
    known = {each.words: each.embedding for each in asked if each.embedding_model == model.name}
    fresh = [each.words for each in asked if each.words not in known]
    return known | dict(zip(fresh, model.embed(fresh) if fresh else (), strict=True))


def forget_empty() -> None:
    """Remove gaps whose questions all went with their conversations; for maintenance, within `everywhere()`.

    Questions of a conversation with an emergency go before: they may have been gathered by an earlier release.
    """
    urgent = select(Message.id).join(Message.conversation).where(Conversation.emergencies != [])
    db.session.execute(delete(GapQuestion).where(GapQuestion.message_id.in_(urgent)))
    db.session.execute(delete(Gap).where(~exists().where(GapQuestion.gap_id == Gap.id)))
