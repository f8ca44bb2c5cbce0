"""What a confusion matrix says about likeness: an order that puts confused genres side by side, and the worst pairs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage
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
    average linkage and the leaves turned so that neighbours are as alike as can be (Bar-Joseph, Gifford, Jaakkola
    2001).

    Parameters
    ----------
    matrix : DataFrame
        Counts, rows actual, columns predicted, the same genres in the same order in both.
    """
    genres = [str(genre) for genre in matrix.index]
    if len(genres) < 3:
        return tuple(genres)
    counts = matrix.to_numpy(dtype=float)
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.zeros_like(counts), where=totals > 0)
    distance = 1.0 - (shares + shares.T) / 2
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), method="average", optimal_ordering=True)
    return tuple(genres[leaf] for leaf in leaves_list(tree))


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
