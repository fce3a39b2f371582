"""An organization that goes takes its answers along: those that are being written stop, in every process."""

import structlog
from redis.exceptions import RedisError
from sqlalchemy import select

from webapp import jobs
from webapp.chat.live import live_answers
from webapp.chat.mirror import mirror
from webapp.chat.models import UNFINISHED, Message, State
from webapp.extensions import db
from webapp.organizations.deleting import organization_deleting
from webapp.organizations.models import Organization

log = structlog.get_logger()


@organization_deleting.connect
def _stop_turns(organization: Organization) -> None:
    """Stop what is written for the organization, once it is gone; with Redis away another process ends by itself."""
    running = db.session.scalars(
        select(Message.id).where(Message.organization_id == organization.id, Message.state.in_(UNFINISHED))
    ).all()

    def stop() -> None:
        for message_id in running:
            live = live_answers().own.get(message_id)
            if live:
                live.stop(State.STOPPED)
                continue
            try:
                mirror().ask_to_stop(message_id)
            except RedisError as error:
                log.warning("turn_not_stopped", reason=type(error).__name__)

    jobs.after_commit(stop)
