"""How often readers are shown what is new."""

import time

import pytest

from webapp.chat.pace import FRAME, SLOWEST, Pace


def waking_late(by: float, *, ended: bool = False):
    def wait(seconds: float) -> bool:
        time.sleep(seconds + by)
        return ended

    return wait


def test_who_wakes_in_time_is_shown_every_frame():
    pace = Pace()
    for _ in range(10):
        pace.sleep(0.001, waking_late(0))
    assert pace.frame == pytest.approx(FRAME, abs=0.02)


def test_who_wakes_late_is_shown_less_often_and_again_more_often_afterwards():
    pace = Pace()
    for _ in range(40):
        pace.sleep(0.0, waking_late(0.02))
    busy = pace.frame
    assert FRAME * 3 < busy <= SLOWEST
    for _ in range(40):
        pace.sleep(0.0, waking_late(0))
    assert pace.frame < busy / 1.5


def test_nobody_waits_longer_than_half_a_second():
    pace = Pace()
    for _ in range(5):
        pace.sleep(0.0, waking_late(0.4))
    assert pace.frame == SLOWEST


def test_an_answer_that_ends_tells_nothing_of_lateness():
    pace = Pace()
    pace.sleep(0.0, waking_late(0.2, ended=True))
    assert pace.frame == FRAME
