"""Whether what an answer says stands in what it cites: each citing sentence gets a verdict once the answer is complete.

A worker does it, after the answer was saved (`handing.py`), so that no reader waits for it. It is kept beside the
answer, whose text stays as it is. Quotations need no verdict, nor does what was stopped, asked anew or deleted. A check
that gets lost leaves an answer without marks, as answers were before.
"""

from uuid import UUID

import structlog
from sqlalchemy import select, update

from webapp.ai.errors import ProviderError
from webapp.chat.models import Citation, Message, State
from webapp.chat.support import by_model, by_words
from webapp.chat.support.assertions import Assertion, Support, assertions
from webapp.config import Checks
from webapp.extensions import db, embedder, language_model, settings
from webapp.knowledge.models import Passage

log = structlog.get_logger()
MOST = 60
"""How many sentences of one answer are checked; whoever cites more often writes no answer."""


def wanted(state: str, model: str | None, *, cites: bool) -> bool:
    """Tell whether an answer is one of those whose sentences are checked."""
    return cites and state == State.COMPLETE and model is not None and settings().citation_checks != Checks.OFF


def check(message_id: UUID) -> None:
    """Give the answer its verdicts, and commit. Raises ProviderError where the embedder is in trouble."""
    answer = db.session.get(Message, message_id)
    if answer is None or answer.superseded_at or answer.support is not None:
        return
    model, text = answer.model, answer.text
    passages = _passages(message_id)
    if not wanted(answer.state, model, cites=bool(passages)):
        return
    db.session.commit()  # No connection is held while a model is waited for.
    found = assertions(text, passages)
    checked = [assertion for assertion in found if assertion.passages][:MOST]
    verdicts = iter(_verdicts(checked, model))
    kept = [{"numbers": c.numbers, "verdict": next(verdicts, None) if c.passages else None} for c in found]
    same = Message.id == message_id, Message.text == text
    db.session.execute(update(Message).where(*same).values(support=kept).execution_options(synchronize_session=False))
    db.session.commit()


def _passages(message_id: UUID) -> dict[int, str | None]:
    """Return what an answer cites by its numbers; None is a passage that is gone."""
    rows = select(Citation.number, Passage.text).outerjoin(Citation.passage).where(Citation.message_id == message_id)
    return {row.number: row.text for row in db.session.execute(rows)}


def _verdicts(found: list[Assertion], name: str | None) -> list[Support]:
    """Return the verdicts of the model, where it is asked and answers properly, or else those by words and nearness."""
    model = language_model() if settings().citation_checks == Checks.MODEL else None
    if model and found:
        try:
            return by_model.judged(found, model, name)
        except (by_model.Unusable, ProviderError) as trouble:
            log.warning("support_checked_by_words", kind=type(trouble).__name__)
    return by_words.compared(found, embedder())
