"""How far exactly a song can be changed until its verdict turns: between neighbouring points of a curve, by halving.

Conventions: looked for are the flips next to the song as it is, one on either side; those beyond stay as the curve has
them. What is halved are the values that can be chosen (`Change.grid`), so that a flip is told between two of them with
none in between. Between two points that say the same genre nobody looks: a verdict that turns and turns back there is
not found.
"""

from collections.abc import Callable, Iterator, Mapping
from math import ceil, log2
from typing import Any

from core.explanation.changeable import ChangeableSong
from core.explanation.what_if import WhatIf, judge_at, panel_of


def narrow_flips(
    song: ChangeableSong,
    curves: Mapping[str, WhatIf],
    models: Mapping[str, Any],
    *,
    on_point: Callable[[int, int], None] | None = None,
) -> dict[str, WhatIf]:
    """The curves with further points, so that each nearest flip lies between two neighbours of all values there are.

    Parameters
    ----------
    song : ChangeableSong
    curves : mapping of str to WhatIf
        By run id, all of one change of this song.
    models : mapping of str to model
        Each run's by its id; None has it loaded.
    on_point : callable, optional
        Called after each value with how many are done and about how many there will be.
    """
    narrowed, panel, n_done = dict(curves), panel_of(models), 0
    while open_gaps := {run_id: gaps(curve) for run_id, curve in narrowed.items() if gaps(curve)}:
        n_expected = n_done + sum(_n_steps(gap) for gap in {gap for of_run in open_gaps.values() for gap in of_run})
        for asked, values in _by_askers(open_gaps):
            change = narrowed[asked[0]].change
            found = judge_at(song, change, values, [one for one in panel if one[0].run.id in asked])
            narrowed |= {run_id: narrowed[run_id].with_points(points) for run_id, points in found.items()}
            n_done += len(values)
            if on_point is not None:
                on_point(n_done, max(n_done, n_expected))
    return narrowed


def gaps(curve: WhatIf) -> tuple[tuple[float, ...], ...]:
    """The values between the two sides of each nearest flip that could be tried; none where one of them failed."""
    if curve.holds is None:
        return ()
    low, high = curve.holds
    failed = [point.value for point in curve.points if point.verdict is None]
    found = []
    for flip in curve.flips:
        between = tuple(value for value in curve.change.grid if flip.low < value < flip.high)
        is_nearest = flip.high == low or flip.low == high
        if is_nearest and between and not any(flip.low < value < flip.high for value in failed):
            found.append(between)
    return tuple(found)


def _by_askers(open_gaps: Mapping[str, tuple[tuple[float, ...], ...]]) -> Iterator[tuple[tuple[str, ...], list[float]]]:
    """The middles of all gaps, together with those that the same runs want to know."""
    askers: dict[float, list[str]] = {}
    for run_id, of_run in open_gaps.items():
        for gap in of_run:
            askers.setdefault(gap[len(gap) // 2], []).append(run_id)
    for asked in dict.fromkeys(map(tuple, askers.values())):
        yield asked, [value for value, run_ids in askers.items() if tuple(run_ids) == asked]


def _n_steps(gap: tuple[float, ...]) -> int:
    """Values that halving takes."""
    return ceil(log2(len(gap) + 1))
