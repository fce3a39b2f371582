"""What is looked after every half minute, by one worker at a time: dead turns, lost jobs, missing vectors, old rows."""

import structlog
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from webapp import tenancy
from webapp.accounts import links, visitor
from webapp.chat import recovery
from webapp.extensions import db
from webapp.feedback import gaps, rebuilding
from webapp.knowledge import ingestion
from webapp.knowledge.documents import read_later
from webapp.mail import delivery
from webapp.probes import strangers
from webapp.scorecards import marking

log = structlog.get_logger()
LOCK = 7_305_264_119


def run() -> None:
    """Do all of it, unless another worker is at it. What fails is tried again next time."""
    with db.engine.connect() as connection:
        if not connection.scalar(text(f"SELECT pg_try_advisory_lock({LOCK})")):
            return
        try:
            with tenancy.everywhere():
                for task in TASKS:
                    try:
                        task()
                    except (SQLAlchemyError, RedisError) as trouble:
                        db.session.rollback()
                        log.warning("maintenance_failed", task=task.__name__, kind=type(trouble).__name__)
        finally:
            db.session.remove()
            connection.execute(text(f"SELECT pg_advisory_unlock({LOCK})"))
            connection.commit()


def _recover_turns() -> None:
    recovery.recover_all()


def _read_lost_documents() -> None:
    for version in ingestion.lost():
        read_later(version)
    db.session.commit()


def _embed_what_has_no_vector() -> None:
    ingestion.embed_later()
    db.session.commit()


def _index_large() -> None:
    ingestion.index_large()
    db.session.commit()


def _rebuild_prompts() -> None:
    rebuilding.rebuild_lost()
    db.session.commit()


def _send_lost_mail() -> None:
    delivery.send_lost()
    db.session.commit()


def _mark_lost_plays() -> None:
    marking.mark_lost()
    db.session.commit()


def _forget() -> None:
    visitor.forget_expired()
    links.forget_expired()
    delivery.forget_old()
    strangers.clear_away()
    gaps.forget_empty()
    db.session.commit()


TASKS = (
    _recover_turns,
    _send_lost_mail,
    _read_lost_documents,
    _mark_lost_plays,
    _embed_what_has_no_vector,
    _index_large,
    _rebuild_prompts,
    _forget,
)
