"""Groups shared out so that every part has its share of every genre.

Groups are taken in random order, so that a part gets large and small groups alike, and each goes where it brings the
counts nearest to what was asked for; then single groups are moved while that helps. The best of several orders is kept.
scikit-learn's ``StratifiedGroupKFold`` knows folds of equal size only and takes large groups first.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

_MAX_ORDERS = 24
_MAX_STEPS = 60_000
"""Genres of groups weighed over all orders: keeps 20,000 clips under a second."""
_MAX_SWEEPS = 3
_GOOD_ENOUGH = 0.02
"""Chi-square a genre and bin: a bin of 20 clips is then about half a clip off."""


def share_out(groups: Sequence[Sequence[str]], shares: Sequence[float], *, seed: int) -> list[int]:
    """Bin of each group so that each bin has about its share of each genre.

    Parameters
    ----------
    groups : sequence of sequence of str
        Genre of each clip of each group; a group may have several genres.
    shares : sequence of float
        Positive, sum 1.
    seed : int

    Returns
    -------
    list of int
        Place in ``shares`` of each group.
    """
    counted = [Counter(group) for group in groups]
    totals: Counter[str] = Counter()
    for each in counted:
        totals.update(each)
    rng = np.random.default_rng(seed)
    n_orders = max(1, min(_MAX_ORDERS, _MAX_STEPS // sum(map(len, counted))))
    best: list[int] = []
    best_cost = np.inf
    for _ in range(n_orders):
        order = rng.permutation(len(groups)).tolist()
        bins, cost = _place(counted, totals, list(shares), order)
        if cost < best_cost:
            best, best_cost = bins, cost
        if best_cost <= _GOOD_ENOUGH * len(shares) * len(totals):
            break
    return best


def _place(
    counted: Sequence[Counter[str]], totals: Counter[str], shares: list[float], order: list[int]
) -> tuple[list[int], float]:
    """Bins of the groups taken in this order, and how far from the target they are (chi-square)."""
    target = [{genre: share * n for genre, n in totals.items()} for share in shares]
    filled: list[dict[str, int]] = [dict.fromkeys(totals, 0) for _ in shares]
    bins = [-1] * len(counted)

    def gain(group: Counter[str], place: int) -> float:
        """How much adding the group to this bin changes the distance."""
        have, want = filled[place], target[place]
        return sum(n * (n + 2 * (have[genre] - want[genre])) / want[genre] for genre, n in group.items())

    def put(number: int, place: int, sign: int) -> None:
        for genre, n in counted[number].items():
            filled[place][genre] += sign * n

    for sweep in range(1 + _MAX_SWEEPS):
        moved = False
        for number in order:
            before = bins[number]
            if before >= 0:
                put(number, before, -1)
            place = min(range(len(shares)), key=lambda each: (gain(counted[number], each), each != before))
            put(number, place, 1)
            moved |= place != before
            bins[number] = place
        if sweep and not moved:
            break
    cost = sum(
        (filled[place][genre] - target[place][genre]) ** 2 / target[place][genre]
        for place in range(len(shares))
        for genre in totals
    )
    # A genre missing from a bin cannot be learnt or tested: worse than any imbalance.
    n_missing = sum(not filled[place][genre] for place in range(len(shares)) for genre in totals)
    return bins, cost + 1e6 * n_missing
