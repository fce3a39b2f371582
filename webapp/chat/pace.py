"""How often readers are shown what is new of an answer: as often as the process keeps up with.

Showing is the part of the work that can wait, and so is hearing what a model says next. Both are done when nothing else
has anything to do: a question on its way to its first word passes the answers that are being written. Each viewer that
sleeps until its next update notes how late it gets to it, which is how long everything else here queues; the later they
get there, the longer they sleep next time.
"""

import time
from collections.abc import Callable

import gevent
from gevent.monkey import is_module_patched

FRAME, SLOWEST = 0.04, 0.5
COURTEOUS = 0.2
"""So many seconds at most everything else goes first."""
HEED = 30.0
"""How many times its lateness is added to a frame."""
MEMORY = 0.02
"""What one waking counts against all before."""


class Pace:
    """The frame of one process, in seconds by a clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._late = 0.0

    @property
    def frame(self) -> float:
        """Return the seconds between two updates of an answer."""
        return min(FRAME + HEED * self._late, SLOWEST)

    def sleep(self, seconds: float, wait: Callable[[float], bool]) -> None:
        """Wait so long and let others go first; note how much longer it took. What ends early tells nothing."""
        due = self._clock() + seconds
        if not wait(seconds):
            let_others_go_first()
            self._late += MEMORY * (max(self._clock() - due, 0.0) - self._late)


def rest(seconds: float) -> None:
    """Sleep, and then let others go first."""
    time.sleep(seconds)
    let_others_go_first()


def let_others_go_first() -> None:
    """Go on when nothing else in this process can, or after 0.2 s. Where work has threads of its own, go on."""
    if is_module_patched("time"):
        with gevent.Timeout(COURTEOUS, False):  # noqa: FBT003
            gevent.idle()
