"""What of a calibration error is chance, and whether a temperature makes the probabilities of a test part better.

Conventions: ``confidence`` of a clip is the probability of its predicted genre, 0 to 1, as in
`core.evaluation.calibration`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import RunError
from core.evaluation.calibration import N_BINS, apply_temperature
from core.evaluation.metrics import Z_95
from core.evaluation.predictions import Predictions

N_RESAMPLES = 1_000
_VALUES_AT_ONCE = 2_000_000
_SMALLEST = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, kw_only=True)
class ChanceError:
    """Expected calibration errors that probabilities which are exactly right would show on as many clips.

    Attributes
    ----------
    mean : float
        0 to 1.
    high : float
        Not exceeded by 95 % of them.
    n : int
        Clips.
    """

    mean: float
    high: float
    n: int


def chance_error(predictions: Predictions, *, seed: int = 0, n_resamples: int = N_RESAMPLES) -> ChanceError:
    """The calibration error by chance alone: each verdict is drawn right as often as its confidence says.

    Parameters
    ----------
    predictions : Predictions
        At least one.
    seed : int
    n_resamples : int

    Raises
    ------
    RunError
        There are no predictions.

    References
    ----------
    J. Broecker and L. A. Smith, "Increasing the reliability of reliability diagrams", Weather and Forecasting 22
    (2007).
    """
    confidence = _values(predictions).max(axis=1)
    n = len(confidence)
    bins = np.minimum((confidence * N_BINS).astype(np.int64), N_BINS - 1)
    of_bin = (bins[:, None] == np.arange(N_BINS)).astype(np.float32)
    expected = of_bin.T @ confidence
    rng = np.random.default_rng(seed)
    chunk = max(1, min(n_resamples, _VALUES_AT_ONCE // n))
    errors = []
    for start in range(0, n_resamples, chunk):
        drawn = rng.random((min(chunk, n_resamples - start), n), dtype=np.float32) < confidence.astype(np.float32)
        errors.append(np.abs(drawn.astype(np.float32) @ of_bin - expected).sum(axis=1) / n)
    found = np.concatenate(errors)
    return ChanceError(mean=float(found.mean()), high=float(np.quantile(found, 0.95)), n=n)


def chance_text(chance: ChanceError, *, unit: str = "clip") -> str:
    """The calibration error by chance, in a sentence; ``unit`` is what was tested, in the singular."""
    return (
        f"Exactly right probabilities would show {chance.mean:.3f} on {chance.n:,} {unit}s, in 19 of 20 cases at most "
        f"{chance.high:.3f}."
    )


@dataclass(frozen=True, kw_only=True)
class LossChange:
    """How much a temperature changes the log loss of a test part, nats a clip: below 0 it becomes better.

    Attributes
    ----------
    value : float
    interval : (float, float) or None
        95 % interval of the mean over the clips, by the spread of their changes; None of a single clip.
    n : int
    """

    value: float
    interval: tuple[float, float] | None
    n: int


def loss_change(own: Predictions, temperature: float) -> LossChange:
    """What a temperature does to the log loss of predictions that are at none.

    Raises
    ------
    RunError
        There are no predictions.
    """
    values = _values(own)
    place_of = {genre: place for place, genre in enumerate(own.genres)}
    actual = np.array(own.table["actual"].map(place_of), dtype=np.intp)
    changes = _log_loss(apply_temperature(values, temperature), actual) - _log_loss(values, actual)
    n, value = len(changes), float(changes.mean())
    interval = None
    if n > 1:
        half = Z_95 * float(changes.std(ddof=1)) / float(np.sqrt(n))
        interval = (value - half, value + half)
    return LossChange(value=value, interval=interval, n=n)


def loss_sentence(change: LossChange, *, unit: str = "clip") -> str:
    """Whether a temperature makes probabilities better on the test part, in words that say when that is open.

    ``unit`` is what was tested, in the singular.
    """
    if change.interval is None:
        return f"A single test {unit} does not tell whether it helps."
    low, high = change.interval
    figures = f"{abs(change.value):.3f} nats per {unit}; 95 % interval of the change {_signed(low)} to {_signed(high)}"
    if high < 0:
        return f"On the {change.n:,} test {unit}s it makes them better: the log loss falls by {figures}."
    if low > 0:
        return f"On the {change.n:,} test {unit}s it makes them worse: the log loss rises by {figures}."
    way = "falls" if change.value < 0 else "rises"
    return f"On the {change.n:,} test {unit}s it is not known to help: the log loss {way} by {figures}."


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")


def _values(predictions: Predictions) -> NDArray[np.float64]:
    if predictions.table.empty:
        raise RunError("There are no predictions. Choose a run with test clips.")
    return predictions.table[list(predictions.genres)].to_numpy(np.float64)


def _log_loss(values: NDArray[np.float64], actual: NDArray[np.intp]) -> NDArray[np.float64]:
    return -np.log(np.maximum(values[np.arange(len(actual)), actual], _SMALLEST))
