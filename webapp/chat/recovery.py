"""Turns whose process died: their text is kept, and they are marked as interrupted."""

from datetime import timedelta
from uuid import UUID

import structlog
from redis.exceptions import RedisError
from sqlalchemy import select, update

from webapp.chat.citations import keep_cited, without_begun
from webapp.chat.live import live_answers
from webapp.chat.mirror import DEAD_AFTER, mirror
from webapp.chat.models import UNFINISHED, Message, State
from webapp.extensions import db
from webapp.records import now

log = structlog.get_logger()


def recover(message_id: UUID) -> bool:
    """Mark a dead turn as interrupted, with what was written of it, and commit. Return whether it was dead.

    A turn is dead when it is older than its heartbeat may be, and no process has had it in hand for as long. Whoever
    was only silent, because Redis was away, still saves its whole answer afterwards.
    """
    if message_id in live_answers().own or mirror().alive(message_id):
        return False
    try:
        written = without_begun(mirror().text(message_id))
    except RedisError:
        return False
    recovered = db.session.scalar(
        update(Message)
        .where(
            Message.id == message_id,
            Message.state.in_(UNFINISHED),
            Message.created_at < now() - timedelta(seconds=DEAD_AFTER),
        )
        .values(state=State.INTERRUPTED, text=written, finished_at=now())
        .returning(Message.organization_id)
    )
    if recovered:
        keep_cited(message_id, written)
        log.warning("turn_recovered", message=str(message_id), characters=len(written))
    db.session.commit()
    return recovered is not None


def recover_all() -> int:
    """Recover every dead turn of the deployment; for maintenance, within `everywhere()`."""
    waiting = db.session.scalars(
        select(Message.id).where(
            Message.state.in_(UNFINISHED), Message.created_at < now() - timedelta(seconds=DEAD_AFTER)
        )
    ).all()
    return sum(recover(message_id) for message_id in waiting)


def recover_dead(message: Message) -> None:
    """Recover an unfinished message that somebody is about to read, if its process died."""
    if message.unfinished and now() - message.created_at > timedelta(seconds=DEAD_AFTER):
        recover(message.id)
        db.session.refresh(message)
