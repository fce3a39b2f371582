"""Finished answers on their way to be checked: those that end within a moment are handed to a worker together.

To hand over one costs the web process as much as to hand over ten, and nobody waits for it.
"""

from uuid import UUID

import gevent
from flask import Flask, current_app

from webapp import jobs
from webapp.extensions import db

MOMENT = 0.25
MOST = 10
"""How many go to one worker; with more, another may take a share."""
SECONDS = 120


class Unchecked:
    """The answers of one process that wait to be handed over."""

    def __init__(self) -> None:
        self._waiting: list[UUID] = []

    def add(self, organization_id: UUID, message_id: UUID) -> None:
        """Have a worker check a saved answer in a moment."""
        if not self._waiting:
            app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
            gevent.spawn_later(MOMENT, self.hand_over, app)
        self._waiting += [organization_id, message_id]

    def hand_over(self, app: Flask) -> None:
        """Do it now, with all that wait."""
        waiting, self._waiting = self._waiting, []
        with app.app_context():
            for at in range(0, len(waiting), 2 * MOST):
                jobs.enqueue("chat.check_support", *waiting[at : at + 2 * MOST], timeout=SECONDS * MOST)
            db.session.commit()


def unchecked() -> Unchecked:
    """Return the answers of this process that wait to be handed over."""
    return current_app.extensions["unchecked"]  # type: ignore[no-any-return]
