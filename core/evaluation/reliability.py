"""Pictures of calibration: are verdicts right as often as they say, and how right are those that one would keep.

Conventions: ``confidence`` of a clip is the probability of its predicted genre, 0 to 1, as in
`core.evaluation.calibration`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import RunError
from core.evaluation.calibration import N_BINS, Temperature, with_temperature
from core.evaluation.caution import FEWEST_TEST_CLIPS
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import Predictions

Binning = Literal["width", "mass"]


@dataclass(frozen=True, kw_only=True)
class ReliabilityBin:
    """Verdicts of about the same confidence.

    Attributes
    ----------
    low, high : float
        Confidence from and to.
    n, n_correct : int
        Verdicts, at least one.
    confidence : float
        Their mean.
    interval : (float, float)
        95 % Wilson interval of their accuracy.
    """

    low: float
    high: float
    n: int
    n_correct: int
    confidence: float
    interval: tuple[float, float]

    @property
    def accuracy(self) -> float:
        """Share that was right."""
        return self.n_correct / self.n

    @property
    def is_off(self) -> bool:
        """Whether the accuracy is not the confidence, by more than chance would explain in this bin alone (5 %)."""
        from scipy.stats import binomtest  # a second to import, and Overview does not need it

        return bool(binomtest(self.n_correct, self.n, min(1.0, self.confidence)).pvalue < 0.05)


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """A reliability diagram.

    Attributes
    ----------
    bins : tuple of ReliabilityBin
        From low to high confidence; those without a verdict are left out.
    expected_error : float
        Expected calibration error over these bins, 0 to 1.
    largest_error : float
        Largest difference between confidence and accuracy of a bin (maximum calibration error).
    log_loss : float
        Mean of -log(probability of the actual genre), nats.
    brier : float
        Mean over the clips of the squared distance between probabilities and truth, 0 to 2.
    n : int

    References
    ----------
    A. Niculescu-Mizil and R. Caruana, "Predicting good probabilities with supervised learning", ICML (2005).
    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", ICML (2017).
    G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950).
    """

    bins: tuple[ReliabilityBin, ...]
    expected_error: float
    largest_error: float
    log_loss: float
    brier: float
    n: int


def reliability(predictions: Predictions, *, binning: Binning = "width", n_bins: int = N_BINS) -> Reliability:
    """The reliability diagram of test predictions.

    Parameters
    ----------
    predictions : Predictions
        At least one.
    binning : "width" or "mass"
        Bins of equal width, or of as many verdicts each as can be (equal confidences are never parted).
    n_bins : int
        1 to 100.

    Raises
    ------
    RunError
        There are no predictions, or so many bins cannot be made.
    """
    if not 1 <= n_bins <= 100:
        raise RunError(f"Expected 1 to 100 bins, got {n_bins}.")
    confidence, right, of_actual, values = _arrays(predictions)
    n = len(right)
    if binning == "width":
        places = np.minimum((confidence * n_bins).astype(np.int64), n_bins - 1)
    else:
        order = np.sort(confidence)
        edges = np.unique(order[np.linspace(0, n, n_bins + 1).astype(np.int64)[1:-1]])
        places = np.searchsorted(edges, confidence, side="right")
    bins = []
    for place in np.unique(places):
        chosen = places == place
        count, n_correct = int(chosen.sum()), int(right[chosen].sum())
        low, high = (
            (place / n_bins, (place + 1) / n_bins)
            if binning == "width"
            else (float(confidence[chosen].min()), float(confidence[chosen].max()))
        )
        bins.append(
            ReliabilityBin(
                low=float(low),
                high=float(high),
                n=count,
                n_correct=n_correct,
                confidence=float(confidence[chosen].mean()),
                interval=wilson_interval(n_correct, count),
            )
        )
    errors = [abs(each.confidence - each.accuracy) for each in bins]
    brier = (values**2).sum(axis=1) - 2 * of_actual + 1
    return Reliability(
        bins=tuple(bins),
        expected_error=float(sum(each.n * error for each, error in zip(bins, errors, strict=True)) / n),
        largest_error=float(max(errors)),
        log_loss=float(-np.log(np.maximum(of_actual, np.finfo(np.float64).eps)).mean()),
        brier=float(brier.mean()),
        n=n,
    )


@dataclass(frozen=True, kw_only=True)
class TemperatureEffect:
    """Reliability of a run without and with its temperature.

    Attributes
    ----------
    without, with_it : Reliability
    temperature : Temperature
    unit : str
        What was tested, in the singular.
    """

    without: Reliability
    with_it: Reliability
    temperature: Temperature
    unit: str = "clip"

    @property
    def sentence(self) -> str:
        """What the temperature changed on the test set, in words."""
        before, after = self.without, self.with_it
        loss = "lower" if after.log_loss < before.log_loss else "higher"
        return (
            f"A temperature of {self.temperature.value:.2f}, fitted on {self.temperature.n:,} "
            f"{self.temperature.fitted_on}, changes the expected calibration error on {after.n:,} test {self.unit}s "
            f"from {before.expected_error:.3f} to {after.expected_error:.3f}; the log loss is {loss} "
            f"({before.log_loss:.2f}, then {after.log_loss:.2f}). No verdict changes."
        )


def temperature_effect(predictions: Predictions, temperature: Temperature, *, unit: str = "clip") -> TemperatureEffect:
    """What a run's temperature does; ``predictions`` are at it already, as a run keeps them.

    ``unit`` is what was tested, in the singular.
    """
    return TemperatureEffect(
        without=reliability(with_temperature(predictions, 1 / temperature.value)),
        with_it=reliability(predictions),
        temperature=temperature,
        unit=unit,
    )


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The verdicts that are kept where those below a confidence are left undecided.

    Attributes
    ----------
    threshold : float
        The lowest confidence that is kept.
    n, n_correct : int
        Verdicts kept, at least one.
    coverage : float
        Share of the clips with a verdict, above 0 to 1.
    interval : (float, float)
        95 % Wilson interval of their accuracy.
    """

    threshold: float
    n: int
    n_correct: int
    coverage: float
    interval: tuple[float, float]

    @property
    def accuracy(self) -> float:
        """Share of them that is right."""
        return self.n_correct / self.n


@dataclass(frozen=True, kw_only=True)
class CoverageCurve:
    """Accuracy against coverage.

    Attributes
    ----------
    points : tuple of Kept
        From the surest verdicts to all; one for each different confidence, thinned to at most 200.
    area : float
        Area under the curve of risk (1 less accuracy) over coverage, 0 to 1: lower is better.
    best_area : float
        That of a run with the same accuracy that is surer of every right verdict than of any wrong one.
    n : int

    References
    ----------
    R. El-Yaniv and Y. Wiener, "On the foundations of noise-free selective classification", JMLR 11 (2010).
    Y. Geifman, G. Uziel and R. El-Yaniv, "Bias-reduced uncertainty estimation for deep neural classifiers", ICLR
    (2019).
    """

    points: tuple[Kept, ...]
    area: float
    best_area: float
    n: int

    def at_accuracy(self, least: float) -> Kept | None:
        """As many verdicts as can be kept with at least this accuracy; None where no threshold reaches it."""
        fitting = [point for point in self.points if point.accuracy >= least]
        return fitting[-1] if fitting else None


_MOST_POINTS = 200


def coverage_curve(predictions: Predictions) -> CoverageCurve:
    """Accuracy against coverage: what is gained where the run may say that it does not know.

    Verdicts of one confidence are kept or left together.

    Raises
    ------
    RunError
        There are no predictions.
    """
    confidence, right, _, _ = _arrays(predictions)
    order = np.argsort(-confidence, kind="stable")
    confidence, right = confidence[order], right[order]
    n = len(right)
    ends = np.flatnonzero(np.append(np.diff(confidence) != 0, True))
    n_right = np.cumsum(right)
    risks = 1 - n_right[ends] / (ends + 1)
    widths = np.diff(np.concatenate([[0], ends + 1])) / n
    best = np.concatenate([np.zeros(int(right.sum())), np.arange(1, n - int(right.sum()) + 1)])
    shown = ends if len(ends) <= _MOST_POINTS else ends[np.linspace(0, len(ends) - 1, _MOST_POINTS).round().astype(int)]
    return CoverageCurve(
        points=tuple(
            Kept(
                threshold=float(confidence[end]),
                n=int(end) + 1,
                n_correct=int(n_right[end]),
                coverage=(int(end) + 1) / n,
                interval=wilson_interval(int(n_right[end]), int(end) + 1),
            )
            for end in shown
        ),
        area=float((risks * widths).sum()),
        best_area=float((best / np.arange(1, n + 1)).mean()),
        n=n,
    )


def coverage_sentence(curve: CoverageCurve, *, least: float = 0.9, unit: str = "clip") -> str:
    """What share of the clips can be judged with an accuracy, in words; a handful of clips is not led with.

    Parameters
    ----------
    curve : CoverageCurve
    least : float
        The accuracy, 0 to 1.
    unit : str
        What was tested, in the singular.
    """
    everything, wanted = curve.points[-1], f"{100 * least:.0f} %"
    if everything.accuracy >= least:
        return f"Of all {curve.n:,} verdicts on test {unit}s, {100 * everything.accuracy:.0f} % are right."
    found = curve.at_accuracy(least)
    if found is None:
        return f"No threshold makes {wanted} of the verdicts on these {curve.n:,} test {unit}s right."
    if found.n < FEWEST_TEST_CLIPS:
        return (
            f"No threshold makes {wanted} of {FEWEST_TEST_CLIPS} or more verdicts right: only {found.n} of "
            f"{curve.n:,} test {unit}s have a probability so high, too few to say."
        )
    low, high = found.interval
    return (
        f"Where only verdicts with a probability of {100 * found.threshold:.0f} % or more count, "
        f"{100 * found.accuracy:.0f} % are right (95 % interval {100 * low:.0f} to {100 * high:.0f} %): that is "
        f"{found.n:,} of {curve.n:,} test {unit}s, in place of {100 * everything.accuracy:.0f} % of all. The threshold "
        f"was chosen on these {unit}s."
    )


def _arrays(
    predictions: Predictions,
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """Confidence, rightness, probability of the actual genre, and all probabilities of each clip."""
    table, genres = predictions.table, list(predictions.genres)
    if table.empty:
        raise RunError("There are no predictions. Choose a run with test clips.")
    values = table[genres].to_numpy(np.float64)
    place_of = {genre: place for place, genre in enumerate(genres)}
    actual = np.array(table["actual"].map(place_of), dtype=np.intp)
    right = (table["actual"] == table["predicted"]).to_numpy(dtype=np.bool_)
    return values.max(axis=1), right, values[np.arange(len(table)), actual], values
