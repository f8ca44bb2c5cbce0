"""Where exactly a verdict flips: between neighbouring points of a curve that say different genres, by halving.

Conventions: what is halved are the values that can be chosen (`Change.grid`), so that a flip is told between two of
them with none in between. Where the value in the middle says a third genre, there are two flips, each told as closely.
Between two points that say the same genre nobody looks: a verdict that turns and turns back there is not found.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import ceil, log2
from typing import Any

from core.explanation.changeable import ChangeableSong
from core.explanation.what_if import WhatIf, judge_at, panel_of

MOST_JUDGED = 40
"""Further values of one call, whatever the number of flips: some seconds."""


def narrow_flips(
    song: ChangeableSong,
    curves: Mapping[str, WhatIf],
    models: Mapping[str, Any],
    *,
    most: int = MOST_JUDGED,
    on_point: Callable[[int, int], None] | None = None,
) -> dict[str, WhatIf]:
    """The curves with further points, so that each flip lies between two neighbours of all values there are.

    Parameters
    ----------
    song : ChangeableSong
    curves : mapping of str to WhatIf
        By run id, all of one change of this song. Each value is judged by every run.
    models : mapping of str to model
        Each run's by its id; None has it loaded.
    most : int
        Values that are judged at most. Where they do not suffice, some flips stay told less closely.
    on_point : callable, optional
        Called after each value with how many are done and about how many there will be.
    """
    narrowed, n_done, panel = dict(curves), 0, panel_of(models)
    while n_done < most:
        open_gaps = [gap for curve in narrowed.values() for gap in gaps(curve)]
        middles = sorted({gap[len(gap) // 2] for gap in open_gaps})[: most - n_done]
        if not middles:
            break
        change = next(iter(narrowed.values())).change
        n_expected = min(most, n_done + _n_steps(open_gaps))

        def tell(done: int, _: int, before: int = n_done, n: int = n_expected) -> None:
            if on_point is not None:
                on_point(before + done, n)

        found = judge_at(song, change, middles, panel, on_point=tell)
        narrowed = {run_id: curve.with_points(found[run_id]) for run_id, curve in narrowed.items()}
        n_done += len(middles)
    return narrowed


def gaps(curve: WhatIf) -> tuple[tuple[float, ...], ...]:
    """The values between the two sides of each flip that could still be tried; none where one in between failed."""
    failed = [point.value for point in curve.points if point.verdict is None]
    found = []
    for (low, one), (high, other) in pairwise(curve.judged):
        between = tuple(value for value in curve.change.grid if low < value < high)
        if one.genre != other.genre and between and not any(low < value < high for value in failed):
            found.append(between)
    return tuple(found)


def _n_steps(open_gaps: Sequence[tuple[float, ...]]) -> int:
    """Values that halving takes; of runs that flip between the same points as many as of one."""
    return sum(ceil(log2(len(gap) + 1)) for gap in set(open_gaps))
