"""Whether two tables of pairs go together: correlation, and a test that exchanges the genres of one of them.

Pairs of the same genre are not independent, so that an ordinary p-value of their correlation would be too small. The
genres of one table are exchanged as a whole instead (N. Mantel, "The detection of disease clustering and a generalized
regression approach", Cancer Research 27, 1967).

Conventions: a table of pairs is symmetric, shape (genres, genres); its diagonal is not looked at.
"""

from dataclasses import dataclass
from itertools import permutations
from math import factorial

import numpy as np
from numpy.typing import NDArray

N_PERMUTATIONS = 4_999
_EXACT_UP_TO = 7
"""With so few genres all orders are gone through: 5,040 at most."""
_AT_ONCE = 2**21
_ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class PairCorrelation:
    """Correlation of two tables of pairs.

    Attributes
    ----------
    value : float or None
        -1 to 1; None where one of the tables has the same number in all cells, which goes together with nothing.
    p_value : float or None
        Share of the orders of the genres with a correlation as high or higher: one-sided. None with ``value``.
    n_permutations : int
        Orders gone through, the given one among them.
    is_exact : bool
        Whether these are all orders there are.
    n_genres : int
    """

    value: float | None
    p_value: float | None
    n_permutations: int
    is_exact: bool
    n_genres: int


def correlate_pairs(
    first: NDArray[np.floating],
    second: NDArray[np.floating],
    *,
    by_rank: bool = False,
    seed: int = 0,
    n_permutations: int = N_PERMUTATIONS,
) -> PairCorrelation:
    """Correlation of the pairs of two tables, with its permutation test.

    Parameters
    ----------
    first, second : array, shape (genres, genres)
        At least three genres.
    by_rank : bool
        Spearman's rank correlation (equal values share their mean rank) in place of Pearson's.
    seed : int
        Of the orders, where not all are gone through.
    n_permutations : int
    """
    n = len(first)
    if n < 3 or first.shape != (n, n) or second.shape != (n, n):
        raise ValueError(f"Expected two tables of the same three genres or more, got {first.shape}, {second.shape}.")
    rows, columns = np.triu_indices(n, 1)
    a, b = first[rows, columns].astype(np.float64), second[rows, columns].astype(np.float64)
    if by_rank:
        from scipy.stats import rankdata

        a, b = rankdata(a), rankdata(b)
    is_exact = n <= _EXACT_UP_TO
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return PairCorrelation(value=None, p_value=None, n_permutations=0, is_exact=False, n_genres=n)
    a, b = _standard(a), _standard(b)
    table = np.zeros((n, n))
    table[rows, columns] = table[columns, rows] = b
    value = float(a @ b)
    if is_exact:
        orders = np.array(list(permutations(range(n))))
        found = _correlations(a, table, orders, rows, columns)
        n_as_high, n_orders = int((found >= value - _ROUNDING).sum()), factorial(n)
    else:
        rng = np.random.default_rng(seed)
        orders = rng.permuted(np.tile(np.arange(n), (n_permutations, 1)), axis=1)
        found = _correlations(a, table, orders, rows, columns)
        # The given order is one of those that chance may have given.
        n_as_high, n_orders = int((found >= value - _ROUNDING).sum()) + 1, n_permutations + 1
    return PairCorrelation(
        value=min(1.0, max(-1.0, value)),
        p_value=n_as_high / n_orders,
        n_permutations=n_orders,
        is_exact=is_exact,
        n_genres=n,
    )


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = values - values.mean()
    return np.asarray(centred / np.linalg.norm(centred))


def _correlations(
    a: NDArray[np.float64],
    table: NDArray[np.float64],
    orders: NDArray[np.intp],
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
) -> NDArray[np.float64]:
    found = np.empty(len(orders))
    flat, n = table.ravel(), len(table)
    at_once = max(1, _AT_ONCE // len(a))
    for start in range(0, len(orders), at_once):
        some = orders[start : start + at_once]
        found[start : start + at_once] = flat[some[:, rows] * n + some[:, columns]] @ a
    return found
