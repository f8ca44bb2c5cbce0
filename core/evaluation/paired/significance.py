"""Whether several answerers differ by more than chance: Cochran's Q, pairs after Holm, and how many clips it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from core.evaluation.metrics import Z_95, wilson_interval

_Z_80 = 0.8416212335729143
"""Quantile of the normal distribution for a power of 80 %."""
_ENOUGH_ANSWERS = 24


@dataclass(frozen=True, kw_only=True)
class CochranQ:
    """Test of equal accuracy of three or more answerers on the same clips.

    Attributes
    ----------
    statistic : float
        Q, 0 or more.
    degrees : int
        Answerers less one.
    p_value : float
        From the chi-squared distribution; 1 where all judged all clips alike.
    n_differing : int
        Clips on which not all were right and not all were wrong: the others say nothing of differences.
    is_reliable : bool
        Whether the chi-squared distribution fits: differing clips times answerers are 24 or more (Tate and Brown).

    References
    ----------
    W. G. Cochran, "The comparison of percentages in matched samples", Biometrika 37 (1950).
    M. W. Tate and S. M. Brown, "Note on the Cochran Q test", JASA 65 (1970).
    """

    statistic: float
    degrees: int
    p_value: float
    n_differing: int
    is_reliable: bool


def cochran_q(correct: NDArray[np.bool_]) -> CochranQ:
    """Cochran's Q test.

    Parameters
    ----------
    correct : bool array, shape (answerers, clips)
        At least two answerers; with two, Q is McNemar's statistic without correction.
    """
    n_answerers = len(correct)
    if n_answerers < 2:
        raise ValueError(f"Expected at least two answerers, got {n_answerers}.")
    rights = correct.sum(axis=1).astype(np.float64)
    of_clip = correct.sum(axis=0)
    n_differing = int(((of_clip > 0) & (of_clip < n_answerers)).sum())
    degrees = n_answerers - 1
    if not n_differing:
        return CochranQ(statistic=0.0, degrees=degrees, p_value=1.0, n_differing=0, is_reliable=False)
    from scipy.stats import chi2

    spread = n_answerers * float((rights**2).sum()) - float(rights.sum()) ** 2
    statistic = degrees * spread / float((of_clip * (n_answerers - of_clip)).sum())
    return CochranQ(
        statistic=statistic,
        degrees=degrees,
        p_value=float(chi2.sf(statistic, degrees)),
        n_differing=n_differing,
        is_reliable=n_differing * n_answerers >= _ENOUGH_ANSWERS,
    )


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """P-values that allow for how many were looked at, in the same order, each at most 1.

    References
    ----------
    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979).

    Examples
    --------
    >>> holm([0.04, 0.01, 0.03])
    (0.06, 0.03, 0.06)
    """
    n = len(p_values)
    adjusted = [1.0] * n
    largest = 0.0
    for rank, place in enumerate(sorted(range(n), key=lambda place: p_values[place])):
        largest = max(largest, min(1.0, (n - rank) * p_values[place]))
        adjusted[place] = largest
    return tuple(adjusted)


def clips_needed(share_only_a: float, share_only_b: float) -> int | None:
    """Test clips at which such a difference would be found four times in five (McNemar's test at 5 %).

    Parameters
    ----------
    share_only_a, share_only_b : float
        Share of clips that only the first, only the second judges rightly, 0 to 1.

    Returns
    -------
    int or None
        None where there is no difference to find.

    References
    ----------
    R. J. Connor, "Sample size for testing differences in proportions for the paired-sample design", Biometrics 43
    (1987).
    """
    differing, difference = share_only_a + share_only_b, share_only_a - share_only_b
    if difference == 0:
        return None
    spread = sqrt(max(0.0, differing - difference**2))
    return ceil(((Z_95 * sqrt(differing) + _Z_80 * spread) / difference) ** 2)


def independent_interval(n_correct_a: int, n_a: int, n_correct_b: int, n_b: int) -> tuple[float, float]:
    """95 % interval of the difference of accuracies on *different* clips, first less second, -1 to 1.

    References
    ----------
    R. G. Newcombe, "Interval estimation for the difference between independent proportions: comparison of eleven
    methods", Statistics in Medicine 17 (1998), method 10.
    """
    a, b = n_correct_a / n_a, n_correct_b / n_b
    (low_a, high_a), (low_b, high_b) = wilson_interval(n_correct_a, n_a), wilson_interval(n_correct_b, n_b)
    low = a - b - sqrt((a - low_a) ** 2 + (high_b - b) ** 2)
    high = a - b + sqrt((high_a - a) ** 2 + (b - low_b) ** 2)
    return low, high
