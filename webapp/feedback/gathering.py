"""Gathering the questions that no document answers: each beside those that ask the same, or by itself.

Nothing is gathered of a conversation in which an emergency was told of: whoever told of it did so to nobody else.
"""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pgvector import HalfVector
from sqlalchemy import text

from webapp.chat.answering import Turn, unanswered
from webapp.chat.guarding import emergency_raised
from webapp.extensions import db, embedder
from webapp.feedback.models import GapState
from webapp.guard import scope
from webapp.knowledge.relevance import as_measured
from webapp.knowledge.retrieval import Query
from webapp.records import now, uuid7

ALIKE = 0.55
"""How near a question is to those that ask the same, as a cosine of the measured model (docs/retrieval.md)."""
CANDIDATES = 5
_NUMBERED = re.compile(r"\w*\d\w*")


@unanswered.connect
def _gather(turn: Turn, asked: Query) -> None:
    """Keep a question that was not answered, and commit. A greeting is none, nor what was asked about a selection."""
    small_talk = scope.small_talk(turn.question) or scope.asks_back(turn.question, turn.earlier)
    if asked.vector is None or turn.selection or small_talk:
        return
    gather(turn.message_id, asked.words, asked.vector)
    db.session.commit()


def gather(answer_id: UUID, words: str, vector: list[float]) -> None:
    """Put the question of an answer to the gap that it is most like, or into a new one; asked again it counts once.

    One that was answered meanwhile is open again, for now it is not; one that was dismissed stays so.
    """
    model = embedder().name
    values = {"answer": answer_id, "model": model, "vector": HalfVector(vector)}
    asked = db.session.execute(_ASKED, values).first()
    if asked is None:
        return
    nearest = db.session.execute(_NEAREST, values | {"assistant": asked.assistant_id, "most": CANDIDATES})
    gap_id = next((gap.id for gap in nearest if _alike(words, gap, model)), None) or uuid7()
    db.session.execute(
        _GATHER,
        values
        | {
            "gap": gap_id,
            "organization": asked.organization_id,
            "assistant": asked.assistant_id,
            "question": asked.question_id,
            "words": words,
            "now": now(),
            "open": GapState.OPEN,
            "answered": GapState.ANSWERED,
        },
    )


@emergency_raised.connect
def _let_go(answer_id: UUID) -> None:
    """Keep nothing that was asked in the same conversation before."""
    db.session.execute(_LET_GO, {"answer": answer_id})


def _alike(words: str, gap: Any, model: str) -> bool:
    """Tell whether a question asks the same as those of a gap: near them, and not about another number or code."""
    numbers, theirs = _numbers([words]), _numbers(gap.words)
    return as_measured(model, gap.nearness) >= ALIKE and not (numbers and theirs and numbers.isdisjoint(theirs))


def _numbers(questions: Sequence[str]) -> set[str]:
    """Return what has a digit in it: `E17` and `E23` are near each other for every embedder."""
    return {found for words in questions for found in _NUMBERED.findall(words.lower())}


# Those who ask one assistant the same at the same time wait for each other here.
_ASKED = text("""
    SELECT m.question_id, m.organization_id, c.assistant_id,
           pg_advisory_xact_lock(hashtextextended('gaps ' || c.assistant_id, 0))
    FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.id = :answer AND c.emergencies = '[]'
""")
_LET_GO = text("""
    DELETE FROM gap_questions WHERE message_id IN (
        SELECT asked.id FROM messages asked JOIN messages m USING (conversation_id) WHERE m.id = :answer
    )
""")
# A gap is as near as its questions are on average: one stray among them must not draw in strays of its own.
_NEAREST = text("""
    SELECT g.id, avg(1 - (q.embedding <=> CAST(:vector AS halfvec))) AS nearness, array_agg(q.words) AS words
    FROM gaps g JOIN gap_questions q ON q.gap_id = g.id
    WHERE g.assistant_id = :assistant AND q.embedding_model = :model
    GROUP BY g.id ORDER BY nearness DESC, g.id LIMIT :most
""")
_GATHER = text("""
    WITH gap AS (
        INSERT INTO gaps AS known (id, organization_id, assistant_id, state, created_at)
        VALUES (:gap, :organization, :assistant, :open, :now)
        ON CONFLICT (id) DO UPDATE SET state = CASE WHEN known.state = :answered THEN :open ELSE known.state END
        RETURNING id
    )
    INSERT INTO gap_questions (
        message_id, organization_id, gap_id, words, embedding_model, embedding, asked_at, answered
    )
    SELECT :question, :organization, gap.id, :words, :model, CAST(:vector AS halfvec), :now, false FROM gap
    ON CONFLICT (message_id) DO NOTHING
""")
