"""Answers while they are being written: what the turn appends to, and what every viewer reads.

The turn and its viewers in the same process share one `LiveAnswer` in memory; viewers in other processes read a copy
that is fed through Redis (`mirror.py`). Markdown is rendered once for all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import gevent  # noqa: TC002  Its types are our fields'.
from flask import current_app
from gevent.event import Event
from gevent.lock import BoundedSemaphore
from markupsafe import Markup

from webapp.chat.pace import Pace
from webapp.web.markdown import Growing, Link

AT_THE_DATABASE = 4


class Stopped(BaseException):
    """Thrown into a turn that waits for its model when the reader pressed stop, or the process must end."""


class LiveAnswer:
    """One answer that is being written. Its text only ever grows."""

    def __init__(self, message_id: UUID, organization_id: UUID, cookie: bytes | None = None) -> None:
        self.id = message_id
        self.organization_id = organization_id
        self.cookie = cookie
        self.text = ""
        self.links: Mapping[int, Link] = {}
        self.ended = False
        self.stopping: str | None = None
        self.orphaned = False
        self.finished: Any = None
        self.turn: gevent.Greenlet | None = None
        self.viewers = 0
        self._interruptible = False
        self._whole = False
        self._changed = Event()
        self._over = Event()
        self._growing = Growing({})

    def cite(self, links: Mapping[int, Link]) -> None:
        """Say which numbers lead where. To be called before the first word."""
        self.links, self._growing = links, Growing(links)

    def append(self, piece: str) -> None:
        """Add what the model said next."""
        self.text += piece
        self._wake()

    def end(self) -> None:
        """Tell the viewers that PostgreSQL has the whole answer now."""
        self.ended = True
        self._over.set()
        self._wake()

    def abandon(self) -> None:
        """Tell the viewers that nobody is writing any more."""
        self.orphaned = True
        self._wake()

    def wait(self, timeout: float) -> None:
        """Return when something changed, or after so many seconds."""
        self._changed.wait(timeout)

    def wait_for_last_word(self, timeout: float) -> bool:
        """Return after so many seconds, or as soon as the answer has ended; tell whether it has."""
        return bool(self._over.wait(timeout))

    def wait_for_end(self, timeout: float) -> bool:
        """Return whether the answer ended within so many seconds."""
        return bool(self.turn is None or self.turn.join(timeout) or self.turn.ready())

    def blocks(self) -> tuple[Sequence[str], str]:
        """Return the finished blocks and the one still growing, as HTML."""
        if not self._whole:
            self._growing.update(self.text)
        return self._growing.finished, self._growing.growing

    def whole(self) -> Markup:
        """Return the ended answer as HTML, the same that its Markdown would be rendered to."""
        self._growing.finish(self.text)
        self._whole = True
        return Markup().join(self._growing.finished)

    def stop(self, reason: str) -> None:
        """Ask the turn to end with this state; where it waits for the model, at once."""
        self.stopping = self.stopping or reason
        if self.turn and self._interruptible:
            self.turn.kill(Stopped, block=False)

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Mark where a stop may cut in: while the model is waited for, and never while something is being saved."""
        if self.stopping:
            raise Stopped
        self._interruptible = True
        try:
            yield
        finally:
            self._interruptible = False

    def _wake(self) -> None:
        changed, self._changed = self._changed, Event()
        changed.set()


class LiveAnswers:
    """The answers that this process writes, and those that it follows for its viewers.

    At the `desk` turns queue for the database: however many begin at once, requests find a connection too.
    """

    def __init__(self) -> None:
        self.own: dict[UUID, LiveAnswer] = {}
        self.followed: dict[UUID, LiveAnswer] = {}
        self.draining = False
        self.pace = Pace()
        self.desk = BoundedSemaphore(AT_THE_DATABASE)

    def open(self, message_id: UUID, organization_id: UUID, cookie: bytes | None = None) -> LiveAnswer:
        """Return a new answer that this process is about to write to a visitor known by this cookie."""
        live = self.own[message_id] = LiveAnswer(message_id, organization_id, cookie)
        return live

    def close(self, live: LiveAnswer) -> None:
        """Let go of an answer that is finished."""
        live.end()
        self.own.pop(live.id, None)

    def forget(self, cookie: bytes) -> None:
        """From now on ask the database whether whoever sends this cookie may follow an answer."""
        for live in self.own.values():
            if live.cookie == cookie:
                live.cookie = None


def live_answers() -> LiveAnswers:
    """Return this process's live answers."""
    return current_app.extensions["live_answers"]  # type: ignore[no-any-return]
