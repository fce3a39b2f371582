"""Live answers in Redis: the copy from which other processes serve the same words.

One greenlet of a process, the pulse, writes all of its answers every 250 ms, less often the more there are, in one
round trip: what is new of each text, that they are alive, and a question whether anyone asked them to stop. First
words and ends do not wait for it, but for a moment in which there may be others.

One more greenlet, the follower, reads for every viewer of answers that other processes write. An entry's id is the
length of the text after it, in code points. With Redis away answers still finish; their viewers elsewhere see them when
PostgreSQL has them.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID

import gevent
import redis
import structlog
from flask import current_app
from gevent.event import Event

from webapp.chat.live import LiveAnswer, LiveAnswers
from webapp.chat.models import State

log = structlog.get_logger()

BEAT, MOMENT, POLL, AWAY = 0.25, 0.03, 0.2, 1.0
UNHURRIED = 100
"""With so many answers at once each is mirrored half as often."""
DEAD_AFTER = 10.0
KEPT = 120
ALIVE = "answers:alive"


def _stream(message_id: UUID) -> str:
    return f"answer:{message_id.hex}"


def _stop(message_id: UUID) -> str:
    return f"answer:{message_id.hex}:stop"


class Mirror:
    """The pulse and the follower of one process."""

    def __init__(self, client: redis.Redis, lives: LiveAnswers) -> None:
        self._redis: Any = client  # Its types cannot tell the blocking client from the other.
        self._lives = lives
        self._sent: dict[UUID, int] = {}
        self._urgent: list[LiveAnswer] = []
        self._ending: list[LiveAnswer] = []
        self._unsure: set[UUID] = set()
        self._now = Event()
        self._pulse: gevent.Greenlet | None = None
        self._follower: gevent.Greenlet | None = None
        self._last: dict[UUID, str] = {}

    def begin(self, live: LiveAnswer) -> None:
        """Start to mirror an answer of this process."""
        self._sent[live.id] = 0
        if self._pulse is None or self._pulse.ready():
            self._pulse = gevent.spawn(self._beat)

    def hurry(self, live: LiveAnswer) -> None:
        """Send the first words of an answer without waiting for the beat."""
        self._urgent.append(live)
        self._now.set()

    def finish(self, live: LiveAnswer) -> None:
        """Send what is left of an answer, and that it ended."""
        self._ending.append(live)
        self._now.set()

    def ask_to_stop(self, message_id: UUID) -> None:
        """Ask whichever process writes this answer to stop. Raises RedisError."""
        self._redis.set(_stop(message_id), 1, ex=60)

    def alive(self, message_id: UUID) -> bool:
        """Tell whether some process is writing this answer; with Redis away nobody knows, and it counts as alive."""
        try:
            seen = self._redis.zscore(ALIVE, message_id.hex)
        except redis.RedisError:
            return True
        return seen is not None and time.time() - float(seen) < DEAD_AFTER

    def text(self, message_id: UUID) -> str:
        """Return what Redis has of an answer. Raises RedisError."""
        return "".join(
            fields[b"text"].decode() for _, fields in self._redis.xrange(_stream(message_id)) if b"text" in fields
        )

    def forget(self, messages: Sequence[UUID]) -> None:
        """Remove what Redis still has of finished answers; with Redis away it expires by itself."""
        with suppress(redis.RedisError):
            if messages:
                self._redis.delete(*(_stream(id_) for id_ in messages))

    @contextmanager
    def following(self, live: LiveAnswer) -> Iterator[LiveAnswer]:
        """Follow another process's answer for a viewer; viewers of the same answer share one copy."""
        shared = self._lives.followed.setdefault(live.id, live)
        shared.viewers += 1
        if self._follower is None or self._follower.ready():
            self._follower = gevent.spawn(self._follow)
        try:
            yield shared
        finally:
            shared.viewers -= 1
            if not shared.viewers:
                self._lives.followed.pop(shared.id, None)
                self._last.pop(shared.id, None)

    def _beat(self) -> None:
        due = time.monotonic()
        while self._sent:
            if self._now.wait(max(due - time.monotonic(), 0)):
                gevent.sleep(MOMENT)
            self._now.clear()
            full = time.monotonic() >= due
            if full:
                due = time.monotonic() + BEAT * (1 + len(self._sent) / UNHURRIED)
            try:
                self._send(full=full)
            except redis.RedisError as error:
                log.warning("answers_not_mirrored", reason=type(error).__name__)
                self._sent = {id_: sent for id_, sent in self._sent.items() if id_ in self._lives.own}
                self._urgent, self._ending = [], []
                self._unsure.update(self._sent)
                gevent.sleep(AWAY)

    def _send(self, *, full: bool) -> None:
        """Write what is new of all answers, or else only of those that cannot wait."""
        self._make_sure()
        beating = [self._lives.own[id_] for id_ in self._sent if id_ in self._lives.own] if full else []
        urgent, ending = self._urgent, self._ending
        self._urgent, self._ending = [], []
        pipe = self._redis.pipeline(transaction=False)
        if beating:
            pipe.zadd(ALIVE, {live.id.hex: time.time() for live in beating})
            pipe.mget([_stop(live.id) for live in beating])
        for live in {live.id: live for live in (*beating, *urgent, *ending)}.values():
            sent, length = self._sent.get(live.id, 0), len(live.text)
            if length > sent:
                pipe.xadd(_stream(live.id), {"text": live.text[sent:]}, id=f"{length}-0")
                self._sent[live.id] = length
        for live in ending:
            pipe.xadd(_stream(live.id), {"end": "1"}, id=f"{len(live.text) + 1}-0")
            pipe.expire(_stream(live.id), KEPT)
            pipe.zrem(ALIVE, live.id.hex)
        answers = pipe.execute(raise_on_error=False)
        self._forget(ending)
        if beating and not isinstance(answers[1], Exception):
            for live, asked in zip(beating, answers[1], strict=True):
                if asked:
                    live.stop(State.STOPPED)

    def _make_sure(self) -> None:
        """After trouble, ask Redis how much it has of each answer: a reader elsewhere must get every word once."""
        for id_ in [id_ for id_ in self._unsure if id_ in self._sent]:
            last = self._redis.xrevrange(_stream(id_), count=1)
            self._sent[id_] = int(last[0][0].partition(b"-")[0]) if last else 0
        self._unsure.clear()

    def _forget(self, ended: list[LiveAnswer]) -> None:
        for live in ended:
            self._sent.pop(live.id, None)

    def _follow(self) -> None:
        checked = time.monotonic()
        while self._lives.followed:
            try:
                self._read()
                if time.monotonic() - checked > 1:
                    self._look_for_signs_of_life()
                    checked = time.monotonic()
            except redis.RedisError as error:
                log.warning("answers_not_followed", reason=type(error).__name__)
                gevent.sleep(AWAY)

    def _read(self) -> None:
        keys = {_stream(id_): id_ for id_ in self._lives.followed}
        positions = {key: self._last.get(id_, "0") for key, id_ in keys.items()}
        for key, entries in self._redis.xread(positions, block=int(POLL * 1000), count=1000):
            live = self._lives.followed.get(keys[key.decode()])
            if live is None:
                continue
            for entry, fields in entries:
                self._last[live.id] = entry.decode()
                if b"text" in fields:
                    live.append(fields[b"text"].decode())
                else:
                    live.end()

    def _look_for_signs_of_life(self) -> None:
        followed = list(self._lives.followed.values())
        seen = self._redis.zmscore(ALIVE, [live.id.hex for live in followed]) if followed else []
        for live, when in zip(followed, seen, strict=True):
            if not live.ended and (when is None or time.time() - float(when) > DEAD_AFTER):
                live.abandon()


def mirror() -> Mirror:
    """Return this process's mirror."""
    return current_app.extensions["mirror"]  # type: ignore[no-any-return]
