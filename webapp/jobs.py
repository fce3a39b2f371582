"""The one door to the queue: work is named, gets ids, and is handed over after the commit."""

from collections.abc import Callable
from uuid import UUID

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry, Worker
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job
from sqlalchemy import event
from sqlalchemy.orm import Session

from webapp.extensions import db, redis_client

log = structlog.get_logger()
QUEUES = ("ingestion", "mail", "default")


def enqueue(name: str, *ids: UUID, queue: str = "default", timeout: int = 600, once: bool = False) -> None:
    """Hand `workers.<name>` to the queue once the transaction has committed; a rollback takes it back.

    With `once`, work that waits or runs already is not handed over again. With Redis away the work is not lost: its
    row says that it is pending, and maintenance enqueues it again.
    """
    after_commit(lambda: _hand_over(name, *ids, queue=queue, timeout=timeout, once=once))


def _hand_over(name: str, *ids: UUID, queue: str, timeout: int, once: bool) -> None:
    arguments = [str(id_) for id_ in ids]
    try:
        client = redis_client()
        job_id = "-".join((name.replace(".", "-"), *arguments)) if once else None
        if job_id:
            _clear_away(job_id, client)
        Queue(queue, connection=client).enqueue(
            f"workers.{name}",
            args=arguments,
            job_timeout=timeout,
            retry=Retry(max=3, interval=[1, 5, 15]),
            result_ttl=0,
            failure_ttl=86_400,
            unique=once,
            job_id=job_id,
        )
    except DuplicateJobError:
        log.debug("already_enqueued", job=name)
    except RedisError as error:
        log.warning("not_enqueued", job=name, reason=type(error).__name__)


def _clear_away(job_id: str, client: Redis) -> None:
    """Forget an earlier job of this name that has ended; it must not stand in the way of the next."""
    try:
        job = Job.fetch(job_id, connection=client)
    except NoSuchJobError:
        return
    if job.is_failed or job.is_finished or job.is_stopped or job.is_canceled:
        job.delete()


def worker_running() -> bool:
    """Tell whether any worker is alive to take documents in. With Redis away nobody can say: False."""
    try:
        return Worker.count(connection=redis_client(), queue=Queue("ingestion", connection=redis_client())) > 0
    except RedisError:
        return False


def after_commit(act: Callable[[], None]) -> None:
    """Do this once the transaction in hand has committed, and not at all if it, or its savepoint, rolls back."""
    session = db.session()
    session.info.setdefault(_WAITING, []).append((session.get_nested_transaction(), act))


_WAITING = "after_commit"


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    """Act, but not when only a savepoint was released: others would look for rows that they cannot see yet."""
    savepoint = session.get_nested_transaction()
    waiting = session.info.pop(_WAITING, [])
    if savepoint is None:
        for _, act in waiting:
            act()
    else:
        session.info[_WAITING] = [(savepoint.parent if at is savepoint else at, act) for at, act in waiting]


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    savepoint = session.get_nested_transaction()
    waiting = session.info.pop(_WAITING, [])
    if savepoint is not None:
        session.info[_WAITING] = [(at, act) for at, act in waiting if at is not savepoint]
