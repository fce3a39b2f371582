"""The marking of a play: its lines, what the documents say, the model's marks, and what is left of them.

A worker owns this story and its transactions, because it lasts: none is open while a provider is waited for.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from webapp import jobs
from webapp.ai import LanguageModel, Prompt, Usage
from webapp.ai.errors import ProviderError
from webapp.assistants.models import assistant_collections
from webapp.chat.models import Citation, Conversation
from webapp.chat.practice.plays import play_ended
from webapp.chat.prompts import excerpt_count
from webapp.extensions import db, language_model, settings
from webapp.knowledge.models import Passage
from webapp.records import now, uuid7
from webapp.scorecards import claims, marks, prompts
from webapp.scorecards.criteria import criteria
from webapp.scorecards.lines import Line, said
from webapp.scorecards.marks import Mark, Marks, Unreadable
from webapp.scorecards.models import Check, Scorecard, State

log = structlog.get_logger()

NO_MODEL = "No language model is connected here at the moment, and nobody else can mark a play."
UNREADABLE = "The model was asked twice, and both times its marks could not be read. Nothing was marked."
BROKEN = "Something broke on our side while this play was being marked. It was written down; try again."
LOST_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Play:
    """What is marked, as plain values that need no connection."""

    organization_id: UUID
    scene: dict[str, Any]
    lines: Sequence[Line]
    collections: Sequence[UUID]
    model: str | None


@play_ended.connect
def begin(conversation_id: UUID) -> None:
    """Have a play that ended marked, if the trainee said anything in it."""
    if any(line.by_trainee for line in said(conversation_id)):
        played = db.session.get_one(Conversation, conversation_id)
        scorecard = Scorecard(
            id=uuid7(), organization_id=played.organization_id, conversation_id=conversation_id, asked_at=now()
        )
        db.session.add(scorecard)
        mark_later(scorecard)


def begin_again(scorecard: Scorecard) -> None:
    """Have a play marked whose marking failed. What is marked, or waits for it, stays as it is."""
    if scorecard.state == State.FAILED:
        scorecard.state, scorecard.error, scorecard.asked_at = State.PENDING, None, now()
        mark_later(scorecard)


def mark_later(scorecard: Scorecard) -> None:
    """Have a worker mark it once the transaction has committed."""
    jobs.enqueue("scorecards.mark", scorecard.organization_id, scorecard.id, once=True)


def mark_lost() -> None:
    """Hand over again what waits in nobody's hands; for maintenance."""
    waiting = Scorecard.state == State.PENDING, Scorecard.asked_at < now() - LOST_AFTER
    for scorecard in db.session.scalars(select(Scorecard).where(*waiting)):
        mark_later(scorecard)


def mark(scorecard_id: UUID, *, last_attempt: bool = True) -> None:
    """Mark one play. Harmless when that was done already.

    Raises ProviderError, leaving it to be marked, when another attempt may help and there is to be one.
    """
    play = _play(scorecard_id)
    if play is None:
        return
    chosen = language_model()
    if chosen is None:
        _fail(scorecard_id, NO_MODEL)
        return
    try:
        found = _marks(play, chosen)
    except Unreadable as reason:
        log.warning("marks_unreadable", scorecard=str(scorecard_id), reason=str(reason))
        _fail(scorecard_id, UNREADABLE)
    except ProviderError as trouble:
        if not trouble.permanent and not last_attempt:
            raise
        _fail(scorecard_id, trouble.sentence)
    except Exception:
        log.exception("marking_broken", scorecard=str(scorecard_id))
        _fail(scorecard_id, BROKEN)
    else:
        _save(scorecard_id, found, play.model or chosen.name)


def _play(scorecard_id: UUID) -> Play | None:
    """Return what is to be marked, or None where nothing is, and hold no connection."""
    scorecard = db.session.get(Scorecard, scorecard_id)
    if scorecard is None or scorecard.state != State.PENDING:
        return None
    conversation = scorecard.conversation
    theirs = assistant_collections.c.assistant_id == conversation.assistant_id
    play = Play(
        organization_id=scorecard.organization_id,
        scene=conversation.scene or {},
        lines=said(conversation.id),
        collections=db.session.scalars(select(assistant_collections.c.collection_id).where(theirs)).all(),
        model=settings().model_for(conversation.assistant.model),
    )
    db.session.commit()
    return play


def _marks(play: Play, chosen: LanguageModel) -> Marks:
    """Return the model's marks, asking once more where its answer cannot be read. Raises Unreadable, ProviderError."""
    asked = claims.queries(play.lines) if play.collections else []
    excerpts = claims.passages(play.organization_id, play.collections, asked)
    db.session.commit()
    wanted = criteria(play.scene, with_policy=bool(excerpts))
    told = prompts.build(
        play.scene,
        wanted,
        play.lines,
        excerpts,
        model=play.model,
        context_tokens=settings().llm_context_tokens,
    )
    issued = excerpts[: excerpt_count(told)]
    answer = _answer(chosen, told)
    try:
        return marks.read(answer, wanted, play.lines, issued)
    except Unreadable as reason:
        answer = _answer(chosen, prompts.once_more(told, answer, str(reason)))
        return marks.read(answer, wanted, play.lines, issued)


def _answer(chosen: LanguageModel, told: Prompt) -> str:
    with closing(chosen.stream(told)) as pieces:
        return "".join(piece for piece in pieces if not isinstance(piece, Usage))


def _save(scorecard_id: UUID, found: Marks, model: str) -> None:
    scorecard = _pending(scorecard_id)
    if scorecard is None:
        return
    scorecard.state, scorecard.marked_at, scorecard.model = State.COMPLETE, now(), model
    scorecard.strengths, scorecard.next_step = found.strengths, found.next_step
    scorecard.next_message_id = found.next_message_id
    cited = _cite(scorecard, found.marks)
    for position, mark in enumerate(found.marks):
        db.session.add(
            Check(
                organization_id=scorecard.organization_id,
                scorecard=scorecard,
                position=position,
                kind=mark.criterion.kind,
                text=mark.criterion.text,
                verdict=mark.verdict,
                quote=mark.quote.words if mark.quote else "",
                message_id=mark.quote and mark.quote.message_id,
                advice=mark.advice,
                cites=cited.get(position),
            )
        )
    db.session.commit()


def _cite(scorecard: Scorecard, found: Sequence[Mark]) -> dict[int, int]:
    """Let the lines that are quoted cite their passages; return the numbers by the positions of the checks.

    A citation keeps its passage readable, for the trainee and when the document is replaced, as that of an answer does.
    """
    wanted = {mark.cited.passage_id for mark in found if mark.cited}
    there = set(db.session.scalars(select(Passage.id).where(Passage.id.in_(wanted)))) if wanted else set()
    numbers: Counter[UUID] = Counter()
    cited = {}
    for position, mark in enumerate(found):
        if mark.cited and mark.quote:
            numbers[mark.quote.message_id] += 1
            cited[position] = number = numbers[mark.quote.message_id]
            db.session.add(
                Citation(
                    message_id=mark.quote.message_id,
                    number=number,
                    organization_id=scorecard.organization_id,
                    passage_id=mark.cited.passage_id if mark.cited.passage_id in there else None,
                    rank=number,
                    relevance=mark.cited.relevance,
                )
            )
    return cited


def _fail(scorecard_id: UUID, sentence: str) -> None:
    db.session.rollback()
    scorecard = _pending(scorecard_id)
    if scorecard:
        scorecard.state, scorecard.error = State.FAILED, sentence
    db.session.commit()


def _pending(scorecard_id: UUID) -> Scorecard | None:
    """Return the scorecard for this transaction alone, if nobody else has finished it.

    Its conversation is held first, as by whoever deletes one: in another order they may wait for each other.
    """
    theirs = select(Conversation.id).join(Scorecard, Scorecard.conversation_id == Conversation.id)
    held = theirs.where(Scorecard.id == scorecard_id).with_for_update(read=True, key_share=True, of=Conversation)
    db.session.execute(held)
    waiting = Scorecard.id == scorecard_id, Scorecard.state == State.PENDING
    return db.session.scalar(
        select(Scorecard).where(*waiting).with_for_update().execution_options(populate_existing=True)
    )
