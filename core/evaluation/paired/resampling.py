"""Intervals and tests by drawing anew: clips where each stands for itself, whole groups where clips share an artist.

Conventions: a *unit* is what is drawn, a clip or all clips of a group. What is drawn of a unit is a pair of numbers
(numerator, denominator), and the statistic is the ratio of their sums: of an accuracy, clips judged rightly and clips;
of a difference, what one judged rightly more than the other, and clips. Units with the same pair are interchangeable,
so that one multinomial draw stands for a whole resample: exactly what drawing unit by unit gives, at a fraction of the
cost.
"""

import numpy as np
from numpy.typing import NDArray

N_RESAMPLES = 10_000
LEVEL = 0.95


def sums_by_group(
    values: NDArray[np.number] | NDArray[np.bool_], groups: NDArray[np.intp] | None
) -> NDArray[np.float64]:
    """Sum of the values of each group, shape (groups,); the values themselves where there are no groups.

    Parameters
    ----------
    values : array, shape (clips,)
    groups : int array, shape (clips,), optional
        Number of the group of each clip, from 0.
    """
    if groups is None:
        return np.asarray(values, dtype=np.float64)
    return np.asarray(np.bincount(groups, weights=values), dtype=np.float64)


def resampled_ratios(
    numerators: NDArray[np.floating],
    denominators: NDArray[np.floating],
    *,
    rng: np.random.Generator,
    n_resamples: int = N_RESAMPLES,
) -> NDArray[np.float64]:
    """The ratio of sums in each resample of the units, shape (n_resamples,).

    Parameters
    ----------
    numerators, denominators : array, shape (units,)
        Denominators positive; at least one unit.
    rng : Generator
    n_resamples : int
    """
    # As one complex number a pair is sorted some times faster than as a row of two.
    pairs = np.asarray(numerators, dtype=np.float64) + 1j * np.asarray(denominators, dtype=np.float64)
    unique, counts = np.unique(pairs, return_counts=True)
    drawn = rng.multinomial(len(pairs), counts / len(pairs), size=n_resamples)
    sums = drawn @ np.column_stack([unique.real, unique.imag])
    return np.asarray(sums[:, 0] / sums[:, 1])


def percentile_interval(values: NDArray[np.floating]) -> tuple[float, float]:
    """The middle 95 % of resampled values.

    References
    ----------
    B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, Chapman and Hall (1993), chapter 13.
    """
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def swap_p_value(differences: NDArray[np.floating]) -> float:
    """Exact two-sided p-value of "it does not matter who of the two said what".

    Under it, the two answerers could be swapped within each unit, each by the toss of a coin: the difference of each
    unit then has either sign. The distribution of the sum over all tosses is computed, not drawn. With single clips
    as units it is McNemar's exact test; with groups it takes into account that clips of a group go the same way.

    Parameters
    ----------
    differences : array, shape (units,)
        Whole numbers: clips judged rightly by the first only, less those by the second only.

    Returns
    -------
    float
        1 where no unit differs.

    References
    ----------
    R. A. Fisher, The Design of Experiments, Oliver and Boyd (1935), section 21.
    """
    whole = np.rint(np.asarray(differences, dtype=np.float64)).astype(np.int64)
    sizes, counts = np.unique(np.abs(whole[whole != 0]), return_counts=True)
    if not len(sizes):
        return 1.0
    from scipy.stats import binom  # a second to import, and Overview does not need it

    chances = np.ones(1)  # of the number of "heads", each counted by the size of its unit
    for size, count in zip(sizes, counts, strict=True):
        of_size = np.zeros(int(size * count) + 1)
        of_size[:: int(size)] = binom.pmf(np.arange(count + 1), count, 0.5)
        chances = np.convolve(chances, of_size)
    total = int((sizes * counts).sum())
    sums = np.abs(2 * np.arange(total + 1) - total)
    return min(1.0, float(chances[sums >= abs(int(whole.sum()))].sum()))
