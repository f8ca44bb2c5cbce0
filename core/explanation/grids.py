"""Values of a change that can be chosen: as fine as a listener may care for, so that they also say how exactly a flip
can be told.
"""

from collections.abc import Sequence
from itertools import pairwise

_DIGITS = 6


def even_grid(low: float, high: float, step: float) -> tuple[float, ...]:
    """Values from ``low`` to ``high``, a step apart.

    >>> even_grid(-1, 1, 0.5)
    (-1.0, -0.5, 0.0, 0.5, 1.0)
    """
    return tuple(round(float(low + place * step), _DIGITS) for place in range(round((high - low) / step) + 1))


def ratio_grid(values: Sequence[float], ratio: float) -> tuple[float, ...]:
    """These values, and whole numbers between them that are about so many times one another.

    Parameters
    ----------
    values : sequence of float
        Ascending, above 0; each is kept.
    ratio : float
        Above 1.

    >>> ratio_grid((100.0, 200.0), 1.2)
    (100.0, 120.0, 140.0, 170.0, 200.0)
    """
    grid: list[float] = []
    for low, high in pairwise(values):
        n = 1
        while low * ratio**n < high * ratio**-0.5:
            n += 1
        steps = [_two_digits(low * (high / low) ** (place / n)) for place in range(1, n)]
        grid += [low, *(step for step in dict.fromkeys(steps) if low < step < high)]
    return (*grid, values[-1])


def _two_digits(value: float) -> float:
    return float(f"{value:.2g}")
