"""Agreement beyond chance: Cohen's kappa of verdicts, and of mistakes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation.paired.resampling import N_RESAMPLES, percentile_interval


def cohen_kappa(counts: NDArray[np.number]) -> float | None:
    """Cohen's kappa of a square table of counts: 1 where all agree, 0 where as many do as by chance.

    Parameters
    ----------
    counts : array, shape (categories, categories)
        Rows: what the first (or the truth) said; columns: what the second said.

    Returns
    -------
    float or None
        -1 to 1; None where it is not defined: chance alone makes all agree, or there is nothing.

    References
    ----------
    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960).
    """
    values = np.asarray(counts, dtype=np.float64)
    total = values.sum()
    if total == 0:
        return None
    observed = np.trace(values) / total
    expected = float(values.sum(axis=1) @ values.sum(axis=0)) / total**2
    return None if expected >= 1.0 else float((observed - expected) / (1.0 - expected))


def cross_counts(first: NDArray[np.integer], second: NDArray[np.integer], n_genres: int) -> NDArray[np.int64]:
    """How often the first said one genre and the second another, shape (n_genres, n_genres)."""
    places = np.asarray(first, dtype=np.int64) * n_genres + np.asarray(second, dtype=np.int64)
    return np.bincount(places, minlength=n_genres * n_genres).reshape(n_genres, n_genres)


@dataclass(frozen=True, kw_only=True)
class ErrorConsistency:
    """Whether two answerers are right and wrong on the same clips more often than their accuracies make them.

    Attributes
    ----------
    observed : float
        Share of clips on which both are right or both wrong, 0 to 1.
    expected : float
        That share if each made its mistakes without regard to the other.
    kappa : float or None
        1 where they err on the same clips, 0 as by chance, below 0 where on others; None where one of them is always
        right or always wrong, which leaves nothing to tell by.
    interval : (float, float) or None
        95 % interval by the bootstrap over clips; None with ``kappa``.
    n : int
        Clips.

    References
    ----------
    R. Geirhos, K. Meding and F. A. Wichmann, "Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and humans
    by measuring error consistency", NeurIPS (2020).
    """

    observed: float
    expected: float
    kappa: float | None
    interval: tuple[float, float] | None
    n: int


def error_consistency(
    first: NDArray[np.bool_], second: NDArray[np.bool_], *, seed: int = 0, n_resamples: int = N_RESAMPLES
) -> ErrorConsistency:
    """Error consistency of two answerers.

    Parameters
    ----------
    first, second : bool array, shape (clips,)
        Which clips each judged rightly; the same clips in the same order, at least one.
    seed : int
        Of the bootstrap.
    n_resamples : int
    """
    if len(first) != len(second) or not len(first):
        raise ValueError(f"Expected the same clips and at least one, got {len(first)} and {len(second)}.")
    n = len(first)
    counts = cross_counts(first.astype(np.intp), second.astype(np.intp), 2).ravel()
    observed, expected, kappa = _consistency(counts[np.newaxis].astype(np.float64))
    if not np.isfinite(kappa[0]):
        return ErrorConsistency(
            observed=float(observed[0]), expected=float(expected[0]), kappa=None, interval=None, n=n
        )
    drawn = np.random.default_rng(seed).multinomial(n, counts / n, size=n_resamples)
    kappas = _consistency(drawn.astype(np.float64))[2]
    return ErrorConsistency(
        observed=float(observed[0]),
        expected=float(expected[0]),
        kappa=float(kappa[0]),
        interval=percentile_interval(kappas[np.isfinite(kappas)]),
        n=n,
    )


def _consistency(counts: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Observed, expected, kappa of tables, shape (tables, 4): wrong-wrong, wrong-right, right-wrong, right-right."""
    total = counts.sum(axis=1)
    right_first = (counts[:, 2] + counts[:, 3]) / total
    right_second = (counts[:, 1] + counts[:, 3]) / total
    observed = (counts[:, 0] + counts[:, 3]) / total
    expected = right_first * right_second + (1 - right_first) * (1 - right_second)
    is_varied = (right_first > 0) & (right_first < 1) & (right_second > 0) & (right_second < 1)
    kappa = np.full(len(counts), np.nan)
    np.divide(observed - expected, 1 - expected, out=kappa, where=is_varied)
    return observed, expected, kappa
