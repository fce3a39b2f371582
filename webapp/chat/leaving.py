"""Answers that are still being written for somebody whose account is deleted: they stop, in every process."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import structlog
from redis.exceptions import RedisError
from sqlalchemy import select

from webapp import jobs
from webapp.accounts.erasure import leaving
from webapp.accounts.models import Person
from webapp.chat.live import live_answers
from webapp.chat.mirror import mirror
from webapp.chat.models import UNFINISHED, Conversation, Message, State
from webapp.extensions import db

log = structlog.get_logger()


@leaving.connect
def _stop_answers(person: Person) -> None:
    """Stop them with the commit. What a turn saves after it finds no row any more, and is lost as it should be."""
    running = select(Message.id).join(Message.conversation).where(Message.state.in_(UNFINISHED))
    theirs = db.session.scalars(running.where(Conversation.person_id == person.id)).all()
    jobs.after_commit(partial(_stop, theirs))


def _stop(messages: Sequence[UUID]) -> None:
    for message_id in messages:
        if live := live_answers().own.get(message_id):
            live.stop(State.STOPPED)
            continue
        try:
            mirror().ask_to_stop(message_id)
        except RedisError as error:
            log.warning("answer_of_an_erased_account_not_stopped", reason=type(error).__name__)
