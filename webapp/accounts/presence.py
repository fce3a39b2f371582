"""Responses that stay open, by the cookie that opened them, so that ending a session ends them too, everywhere.

Ending is told to every process by Redis. With Redis away, what this process holds ends at once; elsewhere a response
ends by itself with the answer that it shows, and the next request is refused.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import gevent
import redis
import structlog
from blinker import Namespace
from flask import current_app

from webapp.accounts import cookies

log = structlog.get_logger()

CHANNEL = "sessions:ended"
PATIENCE, AWAY = 4.0, 1.0

cookie_ended = Namespace().signal("cookie-ended")
"""Sent with the digest of a token that opens nothing any more, or less than before."""


class Presence:
    """The open responses of one process, and the greenlet that hears of sessions which end elsewhere."""

    def __init__(self, client: redis.Redis) -> None:
        self._redis: Any = client  # Its types say nothing of channels.
        self._open: dict[bytes, set[gevent.Greenlet]] = {}
        self._listener: gevent.Greenlet | None = None

    @contextmanager
    def staying(self) -> Iterator[None]:
        """Let the response in hand end when a cookie of its request does."""
        if self._listener is None or self._listener.ready():
            self._listener = gevent.spawn(self._listen)
        here, carried = gevent.getcurrent(), cookies.carried()
        for each in carried:
            self._open.setdefault(each, set()).add(here)
        try:
            yield
        finally:
            for each in carried:
                self._open[each].discard(here)
                if not self._open[each]:
                    del self._open[each]

    def close(self, ended: Iterable[bytes]) -> None:
        """Close what the cookies with these digests hold open, in every process.

        To be called once PostgreSQL knows that they open nothing any more, or less than before.
        """
        for each in ended:
            self._close_here(each)
            try:
                self._redis.publish(CHANNEL, each)
            except redis.RedisError as error:
                log.warning("session_end_not_told", reason=type(error).__name__)

    def _close_here(self, ended: bytes) -> None:
        cookie_ended.send(ended)
        for greenlet in self._open.get(ended, set()) - {gevent.getcurrent()}:
            greenlet.kill(block=False)

    def _listen(self) -> None:
        while True:
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
                    channel.subscribe(CHANNEL)
                    while True:
                        if told := channel.get_message(timeout=PATIENCE):
                            self._close_here(told["data"])
            except redis.RedisError:
                gevent.sleep(AWAY)


def presence() -> Presence:
    """Return this process's open responses."""
    return current_app.extensions["presence"]  # type: ignore[no-any-return]
