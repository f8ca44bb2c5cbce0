"""How sure a verdict of one probability is, by what became of test clips that got about the same probability.

Conventions: ``confidence`` of a clip is the probability of its predicted genre, at the run's temperature where it has
one. Nothing is said where too few test clips tell.
"""

from dataclasses import dataclass

import numpy as np

from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import Predictions

NEAR = 0.1
"""A probability is about the same within so much."""
FEWEST = 10
"""Test clips below which nothing is said of a probability."""
FEWEST_IN_ALL = 30
"""Test clips below which nothing is said of all of them."""
_Z95 = 1.959964


@dataclass(frozen=True, kw_only=True)
class Trust:
    """How often verdicts of about one probability were right.

    Attributes
    ----------
    low, high : float
        Confidences of the test clips that count, 0 to 1.
    n, n_correct : int
    interval : (float, float)
        95 % Wilson interval of the share that was right.
    """

    low: float
    high: float
    n: int
    n_correct: int
    interval: tuple[float, float]

    @property
    def share(self) -> float:
        """Share that was right, 0 to 1."""
        return self.n_correct / self.n


@dataclass(frozen=True, kw_only=True)
class Excess:
    """How much surer a model is than it is right, on the mean over its test clips.

    Attributes
    ----------
    value : float
        Mean confidence less accuracy, -1 to 1: above 0 it is too sure.
    interval : (float, float)
        95 % interval of that mean, by the spread of the differences.
    n : int
        Test clips.
    """

    value: float
    interval: tuple[float, float]
    n: int

    @property
    def is_certain(self) -> bool:
        """Whether the interval leaves out 0: the model is then too sure, or not sure enough."""
        return self.interval[0] > 0 or self.interval[1] < 0


def trust_at(predictions: Predictions, probability: float) -> Trust | None:
    """How often test verdicts of about this probability were right; None where fewer than `FEWEST` tell.

    Parameters
    ----------
    predictions : Predictions
        Of the test set.
    probability : float
        0 to 1.
    """
    confidence, is_right = _judged(predictions)
    low, high = max(0.0, probability - NEAR), min(1.0, probability + NEAR)
    near = (confidence >= low) & (confidence <= high)
    n = int(near.sum())
    if n < FEWEST:
        return None
    n_correct = int(is_right[near].sum())
    return Trust(low=low, high=high, n=n, n_correct=n_correct, interval=wilson_interval(n_correct, n))


def measure_excess(predictions: Predictions) -> Excess | None:
    """How much surer the model is than it is right; None for fewer than `FEWEST_IN_ALL` test clips."""
    confidence, is_right = _judged(predictions)
    n = len(confidence)
    if n < FEWEST_IN_ALL:
        return None
    apart = confidence - is_right
    value = float(apart.mean())
    half = _Z95 * float(apart.std(ddof=1)) / np.sqrt(n)
    return Excess(value=value, interval=(value - half, value + half), n=n)


def _judged(predictions: Predictions) -> tuple[np.ndarray, np.ndarray]:
    table = predictions.table
    confidence = table[list(predictions.genres)].to_numpy(np.float64).max(axis=1)
    return confidence, (table["actual"] == table["predicted"]).to_numpy()
