"""How often readers are shown what is new of an answer: as often as the process keeps up with.

Showing is the part of the work that can wait. Each viewer that sleeps until its next update notes how late it wakes,
which is how long everything else here queues; the later they wake, the longer they sleep next time.
"""

import time
from collections.abc import Callable

FRAME, SLOWEST = 0.04, 0.5
HEED = 40.0
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
        """Wait so long, and note how much longer it took. What ends early (`wait` says so) tells nothing."""
        due = self._clock() + seconds
        if not wait(seconds):
            self._late += MEMORY * (max(self._clock() - due, 0.0) - self._late)
