"""How well a set of genres is told apart, beyond what chance makes of it.

Conventions: fewer genres are easier, so that sets of different size are ranked by Cohen's kappa, which is 0 for
guessing in the proportions of the matrix, whatever their number. Tables of counts may be fractions where only a matrix
is known: the clips taken for a dropped genre are then divided among the others as the rest of the row is.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evaluation.metrics import wilson_interval
from core.evaluation.paired.agreement import cohen_kappa
from core.evaluation.paired.information import information_gained


@dataclass(frozen=True, kw_only=True)
class SubsetScore:
    """An estimate of how well some genres are told apart.

    Attributes
    ----------
    genres : tuple of str
        A family of merged genres is named by them: ``"blues + rock"``.
    n : int
        Test clips of these genres.
    n_correct : float
        Of these, as estimated.
    accuracy : float
    interval : (float, float)
        95 % Wilson interval of the accuracy; it does not know that the set was chosen on the same clips.
    chance : float
        Share of the commonest genre.
    kappa : float or None
        Accuracy beyond chance; None where chance alone gets all right.
    bits : float
        Of information that a verdict gives.
    """

    genres: tuple[str, ...]
    n: int
    n_correct: float
    accuracy: float
    interval: tuple[float, float]
    chance: float
    kappa: float | None
    bits: float


def score_counts(genres: tuple[str, ...], counts: NDArray[np.floating] | NDArray[np.integer]) -> SubsetScore:
    """The score of a table, rows actual, columns predicted; at least one clip."""
    values = np.asarray(counts, dtype=np.float64)
    n, right = round(float(values.sum())), float(np.trace(values))
    return SubsetScore(
        genres=genres,
        n=n,
        n_correct=right,
        accuracy=right / n,
        interval=wilson_interval(min(n, round(right)), n),
        chance=float(values.sum(axis=1).max() / n),
        kappa=cohen_kappa(values),
        bits=information_gained(values).bits,
    )


def redistributed(matrix: pd.DataFrame, kept: tuple[str, ...]) -> NDArray[np.float64]:
    """The table of some genres of a matrix, estimated: each row's clips in the proportions of what was kept of it.

    As if a verdict for a dropped genre were replaced by one for another with the probability that this one has among
    the rest (R. D. Luce, Individual Choice Behavior, Wiley 1959: the choice axiom). Rows of which nothing is left are
    counted as wrong, evenly.
    """
    part = matrix.loc[list(kept), list(kept)].to_numpy(dtype=np.float64)
    totals = matrix.loc[list(kept)].to_numpy(dtype=np.float64).sum(axis=1, keepdims=True)
    left = part.sum(axis=1, keepdims=True)
    elsewhere = (1.0 - np.eye(len(kept))) / max(1, len(kept) - 1)
    return np.asarray(np.where(left > 0, totals * part / np.where(left > 0, left, 1.0), totals * elsewhere))
