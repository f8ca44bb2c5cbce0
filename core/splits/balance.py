"""Groups shared out so that every part has its share of every genre.

Groups are taken in random order, so that a part gets large and small groups alike, and each goes where it brings the
counts nearest to what was asked for; then single groups are moved while that helps. The best of several orders is kept.
Where none gives every part every genre, it is found out by an integer program whether that can be at all, and if so the
groups that it takes are put first and stay where they are.
scikit-learn's ``StratifiedGroupKFold`` knows folds of equal size only and takes large groups first.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

_MAX_ORDERS = 24
_MAX_STEPS = 60_000
"""Genres of groups weighed over all orders: keeps 20,000 clips under a second."""
_MAX_SWEEPS = 3
_MAX_NODES = 20_000
"""Of the search for a division that gives each part every genre: seconds at most, and the same result each time."""
_MISSING = 1e6
"""A genre missing from a bin cannot be learnt or tested: worse than any imbalance."""
_GOOD_ENOUGH = 0.02
"""Chi-square a genre and bin: a bin of 20 clips is then about half a clip off."""


def share_out(groups: Sequence[Sequence[str]], shares: Sequence[float], *, seed: int) -> list[int]:
    """Bin of each group so that each bin has about its share of each genre, and something of each where that can be.

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
    best, cost = _best_of_orders(counted, totals, list(shares), rng, {})
    if cost >= _MISSING and (needed := cover(groups, len(shares), seed=seed)):
        best, _ = _best_of_orders(counted, totals, list(shares), rng, needed)
    return best


def lacks_a_genre(groups: Sequence[Sequence[str]], bins: Sequence[int], n_bins: int) -> bool:
    """Whether one of ``n_bins`` bins has no clip of a genre that the groups have."""
    found = {(place, genre) for group, place in zip(groups, bins, strict=True) for genre in group}
    return len(found) < n_bins * len({genre for _, genre in found})


def cover(groups: Sequence[Sequence[str]], n_bins: int, *, seed: int) -> dict[int, int]:
    """Bins of the few groups that suffice to give each bin every genre; empty where no division does.

    Parameters
    ----------
    groups : sequence of sequence of str
        Genre of each clip of each group.
    n_bins : int
    seed : int
        Decides between divisions that are as good.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # a second to import, and seldom needed

    kinds: dict[frozenset[str], list[int]] = {}
    for number, group in enumerate(groups):
        kinds.setdefault(frozenset(group), []).append(number)
    genres = sorted({genre for kind in kinds for genre in kind})
    # How many groups of each kind go to each bin: groups of the same genres can stand for one another.
    holds = np.array([[genre in kind for kind in kinds] for genre in genres], dtype=np.float64)
    per_bin = np.kron(holds, np.eye(n_bins))
    per_kind = np.kron(np.eye(len(kinds)), np.ones(n_bins))
    sizes = np.array([len(numbers) for numbers in kinds.values()], dtype=np.float64)
    rng = np.random.default_rng(seed)
    n_taken = len(kinds) * n_bins
    found = milp(
        1 + 0.01 * rng.random(n_taken),
        integrality=np.ones(n_taken),
        bounds=Bounds(0, np.repeat(sizes, n_bins)),
        constraints=[LinearConstraint(per_bin, lb=1), LinearConstraint(per_kind, ub=sizes)],
        options={"node_limit": _MAX_NODES},
    )
    if found.x is None:
        return {}
    taken = np.round(found.x).astype(int).reshape(len(kinds), n_bins)
    bin_of: dict[int, int] = {}
    for numbers, counts in zip(kinds.values(), taken, strict=True):
        drawn = iter(rng.permutation(numbers).tolist())
        for place, count in enumerate(counts.tolist()):
            bin_of |= {next(drawn): place for _ in range(count)}
    return bin_of


def _best_of_orders(
    counted: Sequence[Counter[str]],
    totals: Counter[str],
    shares: list[float],
    rng: np.random.Generator,
    fixed: Mapping[int, int],
) -> tuple[list[int], float]:
    """The best of several orders to place the groups in, and how far it is from the target."""
    n_orders = max(1, min(_MAX_ORDERS, _MAX_STEPS // sum(map(len, counted))))
    best: list[int] = []
    best_cost = np.inf
    for _ in range(n_orders):
        order = rng.permutation(len(counted)).tolist()
        bins, cost = _place(counted, totals, shares, order, fixed)
        if cost < best_cost:
            best, best_cost = bins, cost
        if best_cost <= _GOOD_ENOUGH * len(shares) * len(totals):
            break
    return best, best_cost


def _place(
    counted: Sequence[Counter[str]],
    totals: Counter[str],
    shares: list[float],
    order: list[int],
    fixed: Mapping[int, int],
) -> tuple[list[int], float]:
    """Bins of the groups taken in this order, and how far from the target they are (chi-square).

    The groups of ``fixed`` are in its bins from the start, and stay there.
    """
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

    for number, place in fixed.items():
        put(number, place, 1)
        bins[number] = place
    free = [number for number in order if number not in fixed]
    for sweep in range(1 + _MAX_SWEEPS):
        moved = False
        for number in free:
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
    n_missing = sum(not filled[place][genre] for place in range(len(shares)) for genre in totals)
    return bins, cost + _MISSING * n_missing
