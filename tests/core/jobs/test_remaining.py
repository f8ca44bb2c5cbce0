"""The time left is said once it is known, near the truth from then on, and never jumps."""

from itertools import pairwise

import pytest

from core.jobs.remaining import RemainingTime


def said(times: list[float], *, total: int, already: int = 0) -> list[tuple[float, float]]:
    """Moment and estimate, of steps that end at these moments, where one is given."""
    left = RemainingTime(already)
    found = [(now, left.update(already + done, total, now=now)) for done, now in enumerate(times, start=1)]
    return [(now, remaining) for now, remaining in found if remaining is not None]


@pytest.mark.parametrize("start_s", [0.1, 3.0, 25.0])
def test_a_long_start_is_no_pace(start_s: float) -> None:
    times = [start_s + 0.25 * step for step in range(200)]
    shown = said(times, total=200)
    assert shown[0][0] == pytest.approx(start_s + 3.0)
    for now, remaining in shown:
        assert remaining == pytest.approx(times[-1] - now, abs=1e-6)


def test_estimates_do_not_jump_where_the_pace_changes() -> None:
    """Ten slow steps, then a pace eight times as fast: the estimate falls gradually to the truth."""
    times = [2.0 * step for step in range(10)] + [18.0 + 0.25 * step for step in range(1, 191)]
    shown = said(times, total=200)
    for (before, one), (after, other) in pairwise(shown[:-1]):
        drop = one - (after - before) - other
        assert abs(drop) < 0.3 * one or abs(drop) < 2.0
    assert shown[-1][1] == 0.0
    halfway = next(entry for entry in shown if entry[0] > times[100])
    assert halfway[1] < 1.5 * (times[-1] - halfway[0])


def test_little_is_not_enough_to_say_anything() -> None:
    assert said([1.0], total=10) == []
    assert said([1.0, 20.0, 40.0], total=10) == []  # two steps after the first
    assert said([0.0, 0.1, 0.2, 0.3, 0.4], total=10) == []  # four tenths of a second
    assert RemainingTime().update(3, 0, now=10.0) is None
    assert said([0.0, 1.0, 2.0, 3.0], total=10) == [(3.0, pytest.approx(6.0))]


def test_what_was_done_before_is_no_pace_either() -> None:
    assert said([0.0, 1.0, 2.0, 3.0, 4.0], total=100, already=90)[-1] == (4.0, pytest.approx(5.0))
    assert RemainingTime(90).update(90, 100, now=5.0) is None
