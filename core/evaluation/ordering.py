"""What a confusion matrix says about likeness: an order that puts confused genres side by side, and the worst pairs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """Clips of one genre taken for another.

    Attributes
    ----------
    actual, predicted : str
    n : int
        Clips of ``actual`` that were taken for ``predicted``.
    n_actual : int
        Clips of ``actual``.
    """

    actual: str
    predicted: str
    n: int
    n_actual: int

    @property
    def share(self) -> float:
        """Share of the actual genre's clips, 0 to 1."""
        return self.n / self.n_actual


def order_by_similarity(matrix: pd.DataFrame) -> tuple[str, ...]:
    """Genres in an order that puts those near each other that are taken for each other.

    The likeness of two genres is the mean of the two shares by which one is taken for the other; genres are joined by
    average linkage and the branches turned so that neighbours are as alike as can be (Bar-Joseph, Gifford, Jaakkola
    2001).

    Parameters
    ----------
    matrix : DataFrame
        Counts, rows actual, columns predicted, the same genres in the same order in both.
    """
    genres = [str(genre) for genre in matrix.index]
    if len(genres) < 3:
        return tuple(genres)
    distance = confusion_distance(matrix)
    tree = linkage(squareform(distance, checks=False), method="average")
    return tuple(genres[leaf] for leaf in order_leaves(tree, distance))


def confusion_distance(matrix: pd.DataFrame) -> NDArray[np.float64]:
    """1 less the mean of the two shares by which one genre is taken for the other, shape (genres, genres)."""
    counts = matrix.to_numpy(dtype=float)
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)
    distance: NDArray[np.float64] = 1.0 - (shares + shares.T) / 2
    np.fill_diagonal(distance, 0.0)
    return distance


def order_leaves(tree: NDArray[np.float64], distance: NDArray[np.float64]) -> list[int]:
    """The order of the leaves of a tree, among all that turning its branches gives, with the nearest neighbours.

    The sum of the distances between neighbours is the least there is. (scipy's ``optimal_leaf_ordering`` promises the
    same, but misses it at times: its issue 11227.)

    Parameters
    ----------
    tree : array, shape (leaves - 1, 4)
        As `scipy.cluster.hierarchy.linkage` gives it.
    distance : array, shape (leaves, leaves)
        Symmetric.

    References
    ----------
    Z. Bar-Joseph, D. K. Gifford and T. S. Jaakkola, "Fast optimal leaf ordering for hierarchical clustering",
    Bioinformatics 17 (2001).
    """
    n_leaves = len(distance)
    branches = [_Branch((leaf,), np.zeros((1, 1))) for leaf in range(n_leaves)]
    for first, second, *_ in tree:
        branches.append(_join(branches[int(first)], branches[int(second)], distance))
    whole = branches[-1]
    start, end = np.unravel_index(np.argmin(whole.costs), whole.costs.shape)
    return whole.ordered(int(start), int(end))


@dataclass(frozen=True)
class _Branch:
    """Leaves, and the least cost of an order by the places of its first and last leaf; infinite where none is."""

    leaves: tuple[int, ...]
    costs: NDArray[np.float64]
    halves: "tuple[_Branch, _Branch] | None" = None
    distance: NDArray[np.float64] | None = None

    def ordered(self, start: int, end: int) -> list[int]:
        """The best order with these places first and last."""
        if self.halves is None or self.distance is None:
            return list(self.leaves)
        left, right = self.halves
        if start >= len(left.leaves):
            return self.ordered(end, start)[::-1]
        end -= len(left.leaves)
        inner = left.costs[start][:, np.newaxis] + self.distance + right.costs[:, end]
        last, first = np.unravel_index(np.argmin(inner), inner.shape)
        return left.ordered(start, int(last)) + right.ordered(int(first), end)


def _join(left: _Branch, right: _Branch, distance: NDArray[np.float64]) -> _Branch:
    between = distance[np.ix_(left.leaves, right.leaves)]
    # Of each first leaf and each leaf of the right branch that comes next: the best last leaf of the left branch.
    onto_next = np.stack([(costs[:, np.newaxis] + between).min(axis=0) for costs in left.costs])
    across = np.stack([(costs[:, np.newaxis] + right.costs).min(axis=0) for costs in onto_next])
    n_left, n = len(left.leaves), len(left.leaves) + len(right.leaves)
    costs = np.full((n, n), np.inf)
    costs[:n_left, n_left:] = across
    costs[n_left:, :n_left] = across.T
    return _Branch((*left.leaves, *right.leaves), costs, (left, right), between)


def biggest_confusions(matrix: pd.DataFrame, *, most: int = 5) -> tuple[Confusion, ...]:
    """The cells off the diagonal with the most clips, largest first; ties by share, then by name.

    Parameters
    ----------
    matrix : DataFrame
        Counts, rows actual, columns predicted.
    most : int
        How many to return at most.
    """
    counts = matrix.to_numpy()
    totals = counts.sum(axis=1)
    genres, taken_for = [str(name) for name in matrix.index], [str(name) for name in matrix.columns]
    found = [
        Confusion(
            actual=genres[row], predicted=taken_for[column], n=int(counts[row, column]), n_actual=int(totals[row])
        )
        for row, column in zip(*np.nonzero(counts), strict=True)
        if genres[row] != taken_for[column]
    ]
    found.sort(key=lambda pair: (-pair.n, -pair.share, pair.actual, pair.predicted))
    return tuple(found[:most])
