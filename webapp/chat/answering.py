"""The making of one answer: guard, claim, search, prompt, stream, save.

A turn runs in a greenlet that no request owns, in the process that took the question. It owns its transactions, and
holds no connection while it waits for a model.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from uuid import UUID

import gevent
import structlog
from blinker import Namespace
from flask import Flask, current_app
from sqlalchemy import text

from webapp import tenancy
from webapp.ai import ChatMessage, LanguageModel, Prompt, Usage
from webapp.ai.errors import ProviderError
from webapp.assistants.models import Mode
from webapp.chat import asking, citations, extractive, guarding, presentation, prompts
from webapp.chat.asking import Grounds
from webapp.chat.live import LiveAnswer, LiveAnswers, Stopped, live_answers
from webapp.chat.mirror import mirror
from webapp.chat.models import Role, State
from webapp.chat.practice.parts import Given, Part
from webapp.chat.prompts import Brief
from webapp.chat.support import checking
from webapp.chat.support.handing import unchecked
from webapp.extensions import db, embedder, language_model, settings
from webapp.guard import Guard, Verdict
from webapp.knowledge.retrieval import Place, Query
from webapp.records import now
from webapp.web.markdown import numbers_shown, render, strip

log = structlog.get_logger()
unanswered = Namespace().signal(
    "unanswered",
    doc="Sent with a turn, once its answer is saved, and as `asked` with its query, where nothing was near enough.",
)

WORDLESS = "The model ended its answer without a word."
BROKEN = "Something broke on our side while this answer was being made. It was written down."
SAVING = 3.0
HEARD_IN_PLAY, HEARD_IN_TRAINING = 200, 8
"""How many earlier messages whoever plays is told, and a coach at least, whatever the assistant's limit."""


@dataclass(slots=True)
class Turn:
    """What a turn begins with, as plain values that need no connection, and what is noted on its way.

    `subject` is the earlier question that a follow-up may be about, `cookie` the digest of the asker's, `selection`
    what was selected in a document to ask about, `place` where that stands, `more` the conversation in which a tutor is
    asked to go on, `model` the one that the assistant was given in place of the deployment's. Where the assistant has a
    guard, its `verdict` on the question and the `earlier` ones comes before everything else; `emergencies` are those of
    the conversation, once it has told of one. Where one practises, it is a `part` that answers. `checked` says that a
    worker is to check what was saved.
    """

    message_id: UUID
    organization_id: UUID
    question: str
    subject: str | None
    cookie: bytes | None
    asked_at: datetime
    selection: str | None = None
    place: Place | None = None
    more: UUID | None = None
    part: Part | None = None
    earlier: Sequence[str] = ()
    guard: Guard | None = None
    verdict: Verdict | None = None
    emergencies: Sequence[guarding.Raised] = ()
    timings: dict[str, int] = field(default_factory=dict)
    usage: Usage | None = None
    model: str | None = None
    checked: bool = False

    def mark(self, name: str) -> None:
        """Note how many milliseconds after the question this happened."""
        self.timings[name] = round((now() - self.asked_at).total_seconds() * 1000)


def start(turn: Turn) -> None:
    """Begin the turn of a committed pending answer, in a greenlet of its own."""
    live = live_answers().open(turn.message_id, turn.organization_id, turn.cookie)
    mirror().begin(live)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    live.turn = gevent.spawn(_run, app, live, turn)


def _run(app: Flask, live: LiveAnswer, turn: Turn) -> None:
    with app.app_context(), tenancy.seeing(live.organization_id):
        try:
            _answer(live, turn)
        except Exception:
            log.exception("turn_broken", message=str(live.id))
        finally:
            db.session.remove()
            live_answers().close(live)
            mirror().finish(live)
        if turn.checked:
            unchecked().add(turn.organization_id, turn.message_id)


def _answer(live: LiveAnswer, turn: Turn) -> None:
    state, error, grounds = State.COMPLETE, None, Grounds.none()
    try:
        if turn.guard:
            turn.verdict = guarding.judged(turn.question, turn.earlier, turn.guard)
            if turn.verdict.ours:
                _answer_ourselves(live, turn, turn.verdict)
                return
        with live.interruptible():
            queries = turn.part.queries() if turn.part else asking.queries(turn.question, turn.subject)
        turn.mark("embedded")
        with live_answers().desk:
            brief = _claim(turn)
            if brief is None:
                return
            grounds = _search(turn, brief, queries)
        live.cite(citations.links(grounds.excerpts))
        with live.interruptible():
            for piece in _write(turn, brief, grounds):
                live.append(piece)
                if "first_words" not in turn.timings:
                    turn.mark("first_words")
                    mirror().hurry(live)
        if not live.text.strip():
            state, error = State.FAILED, WORDLESS
    except Stopped:
        state = State(live.stopping or State.STOPPED)
    except ProviderError as trouble:
        log.warning("provider_trouble", message=str(live.id), code=trouble.code)
        state, error = State.INTERRUPTED if live.text else State.FAILED, trouble.sentence
    except Exception:
        log.exception("turn_broken", message=str(live.id))
        db.session.rollback()
        state, error = State.FAILED, BROKEN
    with live_answers().desk:
        _save(turn, live, grounds, state, error)


def _answer_ourselves(live: LiveAnswer, turn: Turn, verdict: Verdict) -> None:
    """Answer without a model. An emergency is pinned to its conversation even where a stop came first."""
    with live_answers().desk:
        turn.emergencies = guarding.pin(turn.message_id, turn.question, verdict)
        if _claim(turn) is None:
            return
        db.session.commit()
        live.append(guarding.words(turn.question, verdict))
        turn.mark("first_words")
        _save(turn, live, Grounds.none(), State.COMPLETE, None)


def _claim(turn: Turn) -> Brief | None:
    """Take the pending answer in hand, once in the whole deployment; None where a stop came first."""
    values = {"message": turn.message_id, "played": HEARD_IN_PLAY, "trained": HEARD_IN_TRAINING}
    claimed = db.session.execute(_CLAIM, values).first()
    if claimed is None:
        return None
    tutor = claimed.preset == prompts.TUTOR
    turn.more = claimed.conversation_id if tutor and language_model() else None
    brief = Brief.of(
        claimed,
        collections=claimed.collections,
        history=[
            ChatMessage("user" if role == Role.QUESTION else "assistant", prompts.with_selection(words, selection))
            for role, words, selection in claimed.history[::-1]
            if words
        ],
        background=prompts.background(claimed.software_background, claimed.hardware_background, tutor=tutor)
        if claimed.software_background
        else None,
    )
    turn.model = brief.model
    return replace(brief, instructions=guarding.instructed(brief.instructions, turn.guard, claimed.emergencies))


# Its history is what stood in the conversation before the question, latest first. Beside a play nothing counts as
# said, and who plays has heard all of it; a coach knows at least what was asked just now.
_CLAIM = text("""
    WITH claimed AS (
        UPDATE messages SET state = 'streaming' WHERE id = :message AND state = 'pending'
        RETURNING conversation_id, question_id
    )
    SELECT claimed.*, a.instructions, a.model, a.temperature, a.answer_length, a.answer_tokens, a.general_knowledge,
           a.passage_limit, a.history_limit, a.preset, p.software_background, p.hardware_background, c.emergencies,
           ARRAY(SELECT collection_id FROM assistant_collections WHERE assistant_id = a.id) AS collections,
           ARRAY(
               SELECT ARRAY[role, text, selection] FROM messages
               WHERE conversation_id = c.id AND superseded_at IS NULL AND NOT aside
                 AND position < (SELECT position FROM messages WHERE id = claimed.question_id)
               ORDER BY position DESC
               LIMIT CASE c.mode WHEN 'roleplay' THEN :played WHEN 'training' THEN greatest(a.history_limit, :trained)
                                 ELSE a.history_limit END
           ) AS history
    FROM claimed JOIN conversations c ON c.id = claimed.conversation_id JOIN assistants a ON a.id = c.assistant_id
    LEFT JOIN people p ON p.id = c.person_id
""")


def history_limit(mode: str, limit: int) -> int:
    """Return how many earlier messages belong to a prompt, where an assistant's limit is this."""
    return {Mode.ROLEPLAY: HEARD_IN_PLAY, Mode.TRAINING: max(limit, HEARD_IN_TRAINING)}.get(Mode(mode), limit)


def _search(turn: Turn, brief: Brief, queries: list[Query]) -> Grounds:
    """Return what the answer may stand on, each excerpt with a number issued, and commit.

    What is too far away to answer is never numbered, so that an answer which says so can cite nothing.
    """
    place = turn.part.place if turn.part else turn.place
    grounds = find(turn.organization_id, brief, queries, place) if queries else Grounds.none()
    citations.issue(turn.message_id, turn.organization_id, grounds.excerpts)
    db.session.commit()
    turn.mark("searched")
    return grounds


def find(organization_id: UUID, brief: Brief, queries: list[Query], at: Place | None = None) -> Grounds:
    """Return what an answer may stand on."""
    return asking.grounds(
        organization_id, brief.collections, queries, brief.passage_limit, quoting=language_model() is None, at=at
    )


def prompt(question: str, brief: Brief, grounds: Grounds, selection: str | None = None) -> Prompt:
    """Return everything that a model is told for the answer."""
    return prompts.build(
        brief,
        question=question,
        selection=selection,
        excerpts=grounds.excerpts,
        nearest=grounds.nearest,
        context_tokens=settings().llm_context_tokens,
    )


def _write(turn: Turn, brief: Brief, grounds: Grounds) -> Iterator[str]:
    """Yield the answer piece by piece: the model's words, or without a model the documents' own."""
    chosen = language_model()
    if turn.part:
        yield from turn.part.words(Given(brief, grounds, partial(_ask_model, turn, chosen) if chosen else None))
    elif chosen:
        yield from _ask_model(turn, chosen, prompt(turn.question, brief, grounds, turn.selection))
    else:
        yield from extractive.answer(grounds, embedder())


def _ask_model(turn: Turn, chosen: LanguageModel, told: Prompt) -> Iterator[str]:
    turn.mark("requested")
    for part in chosen.stream(told):
        if isinstance(part, Usage):
            turn.usage = part
        else:
            yield part


def _save(turn: Turn, live: LiveAnswer, grounds: Grounds, state: State, error: str | None) -> None:
    """Store the finished answer with what it cites. From here on PostgreSQL has all of it."""
    issued, words = live.links, live.text
    turn.mark("finished")
    chosen = None if turn.verdict and turn.verdict.ours else language_model()
    model = (turn.model or chosen.name) if chosen else None
    if chosen is None:
        words = citations.without_quotations(words, citations.gone(turn.message_id))
    if state != State.COMPLETE:
        words = citations.without_begun(words)
    words = strip(words, issued)
    html = live.whole() if words == live.text else render(words, issued)
    cited = numbers_shown(html)
    values = {
        "message": turn.message_id,
        "state": state,
        "text": words,
        "error": error,
        "verdict": turn.verdict and turn.verdict.outcome,
        "model": model,
        "prompt_tokens": turn.usage.prompt_tokens if turn.usage else None,
        "completion_tokens": turn.usage.completion_tokens if turn.usage else None,
        "timings": json.dumps(turn.timings),
        "now": now(),
        "cited": cited,
    }
    if turn.part and state == State.COMPLETE:
        turn.part.keep()  # First: conversations are locked before their messages, also by whoever deletes one.
    db.session.execute(_SAVE, values)
    db.session.commit()
    turn.checked = checking.wanted(state, model, cites=bool(cited))
    if words == live.text:
        sources = presentation.cited({number: grounds.excerpts[number - 1] for number in sorted(cited)})
        notes = guarding.notes(turn.guard, turn.verdict, turn.emergencies)
        practice = turn.part.practice() if turn.part else None
        live.finished = presentation.Answer(
            live.id,
            state,
            words,
            html,
            error,
            chosen is None,
            sources,
            more=turn.more,
            notes=notes,
            checking=turn.checked,
            practice=practice,
        )
    if state == State.COMPLETE and grounds.nothing_near and (turn.part is None or turn.part.answers_question):
        unanswered.send(turn, asked=grounds.asked)


# The finished answer, without the numbers that it does not cite. One that was stopped while it waited stays so.
_SAVE = text("""
    WITH forgotten AS (DELETE FROM citations WHERE message_id = :message AND number <> ALL (CAST(:cited AS int[])))
    UPDATE messages
    SET state = :state, text = :text, error = :error, verdict = :verdict, model = :model,
        prompt_tokens = :prompt_tokens, completion_tokens = :completion_tokens,
        timings = CAST(:timings AS jsonb), finished_at = :now
    WHERE id = :message AND state <> 'stopped'
""")


def drain(app: Flask, seconds: float) -> None:
    """Take no more turns, let the running ones finish, and after so many seconds save the rest as interrupted."""
    with app.app_context():
        lives, checks = live_answers(), unchecked()
    lives.draining = True
    gevent.joinall(_running(lives), timeout=seconds)
    for live in list(lives.own.values()):
        live.stop(State.INTERRUPTED)
    gevent.joinall(_running(lives), timeout=SAVING)
    checks.hand_over(app)


def _running(lives: LiveAnswers) -> list[gevent.Greenlet]:
    return [live.turn for live in lives.own.values() if live.turn]
