"""Timing of two ways to do one thing, turn about, so that a busy machine slows both."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Result:
    """One line of the table.

    Attributes
    ----------
    name : str
        What was done.
    ours_s : float
        Seconds here, median of the rounds.
    other : str
        What it is compared with.
    other_s : float or None
        Seconds of that; None where the goal is in seconds.
    ratio : float or None
        How many times faster, median of the rounds' own ratios.
    goal : str
        What was promised, in words; empty where nothing was.
    met : bool or None
        Whether it was kept.
    unit : str
        Of ``ours_s`` where that is no time but, say, memory.
    """

    name: str
    ours_s: float
    other: str = ""
    other_s: float | None = None
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None
    unit: str = "s"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def seconds(work: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(
    name: str,
    ours: Callable[[], object],
    other_name: str,
    other: Callable[[], object],
    *,
    at_least: float | None = None,
    n_rounds: int = 9,
    n_warm_up: int = 1,
) -> Result:
    """Time two ways turn about, after warming both up.

    Parameters
    ----------
    name, other_name : str
    ours, other : callable
    at_least : float, optional
        Ratio promised.
    n_rounds, n_warm_up : int
        Rounds measured, and rounds before them that are not.
    """
    for _ in range(n_warm_up):
        ours()
        other()
    rounds = [(seconds(ours), seconds(other)) for _ in range(n_rounds)]
    ratio = median(theirs / own for own, theirs in rounds)
    return Result(
        name=name,
        ours_s=median(own for own, _ in rounds),
        other=other_name,
        other_s=median(theirs for _, theirs in rounds),
        ratio=ratio,
        goal="" if at_least is None else f"at least {at_least:g} times",
        met=None if at_least is None else ratio >= at_least,
    )


def within(name: str, taken_s: float, limit_s: float) -> Result:
    """A result whose goal is a number of seconds."""
    return Result(name=name, ours_s=taken_s, goal=f"under {limit_s:g} s", met=taken_s < limit_s)
