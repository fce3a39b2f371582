"""How often readers are shown what is new."""

import pytest

from webapp.chat.pace import FRAME, SLOWEST, Pace


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
