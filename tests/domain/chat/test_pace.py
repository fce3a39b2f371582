"""How often readers are shown what is new."""

import subprocess
import sys
import time

import pytest

from webapp.chat.pace import COURTEOUS, FRAME, SLOWEST, Pace, let_others_go_first


class Clock:
    """A clock that goes on only while somebody waits, and so much longer as everything else takes."""

    def __init__(self) -> None:
        self.now, self.late, self.ended = 0.0, 0.0, False

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.now += seconds + self.late
        return self.ended


@pytest.fixture
def clock() -> Clock:
    return Clock()


def wait(pace: Pace, clock: Clock, times: int, late: float) -> None:
    clock.late = late
    for _ in range(times):
        pace.sleep(pace.frame, clock.wait)


def test_who_wakes_in_time_is_shown_every_frame(clock: Clock) -> None:
    pace = Pace(clock)
    wait(pace, clock, 10, late=0)
    assert pace.frame == pytest.approx(FRAME)


def test_who_wakes_late_is_shown_less_often_and_again_more_often_afterwards(clock: Clock) -> None:
    pace = Pace(clock)
    wait(pace, clock, 40, late=0.02)
    busy = pace.frame
    assert FRAME * 3 < busy <= SLOWEST
    wait(pace, clock, 40, late=0)
    assert pace.frame < busy / 1.5


def test_nobody_waits_longer_than_half_a_second(clock: Clock) -> None:
    pace = Pace(clock)
    wait(pace, clock, 5, late=0.4)
    assert pace.frame == SLOWEST


def test_an_answer_that_ends_tells_nothing_of_lateness(clock: Clock) -> None:
    pace = Pace(clock)
    clock.ended = True
    wait(pace, clock, 1, late=0.2)
    assert pace.frame == FRAME


COURTESY = """
from gevent import monkey

monkey.patch_all()

import sys, time

import gevent

from webapp.chat.pace import let_others_go_first

begun = time.monotonic()


def work():
    while time.monotonic() - begun < float(sys.argv[1]):
        gevent.sleep(0)


working = gevent.spawn(work)
gevent.sleep(0)
let_others_go_first()
print(time.monotonic() - begun, working.dead)
"""


@pytest.mark.parametrize(("busy", "least", "most"), [(0.1, 0.1, 0.2), (1, COURTEOUS, 0.6)])
def test_what_can_wait_lets_everything_else_go_first_for_a_while(busy: float, least: float, most: float) -> None:
    told = subprocess.run([sys.executable, "-c", COURTESY, str(busy)], capture_output=True, text=True, check=True)
    waited, others_done = told.stdout.split()
    assert least <= float(waited) < most
    assert others_done == str(busy < COURTEOUS)


def test_where_work_has_threads_of_its_own_nobody_waits() -> None:
    begun = time.monotonic()
    let_others_go_first()
    assert time.monotonic() - begun < COURTEOUS
