"""Whether probabilities are right as often as they say, and the temperature that brings them nearer to it.

Conventions: ``confidence`` of a clip is the probability of its predicted genre. A temperature above 1 makes
probabilities more cautious, one below 1 bolder; the order of the genres, and so the accuracy, stays.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import Predictions

N_BINS = 10
CONFIDENT = 0.9
"""Probability from which a verdict counts as confident."""
_SMALLEST_PROBABILITY = 1e-12
"""Below it the logarithm says nothing: the network computes in single precision."""
_MOST_LOG_TEMPERATURE = 3.0


@dataclass(frozen=True, kw_only=True)
class Temperature:
    """What a model's probabilities are softened or sharpened by: raised to the power ``1 / value``, then normalised.

    Attributes
    ----------
    value : float
        Positive; 1 leaves probabilities as they are.
    n : int
        Clips that it was fitted on.
    fitted_on : str
        Which clips, in words that go on their number: ``"clips of the validation set"``.
    """

    value: float
    n: int
    fitted_on: str


@dataclass(frozen=True, kw_only=True)
class ConfidentVerdicts:
    """Verdicts of a high probability, and how many of them were right.

    Attributes
    ----------
    threshold : float
        The probability from which on they are counted.
    n, n_correct : int
    interval : (float, float) or None
        95 % Wilson interval of the share that was right; None where there are none.
    """

    threshold: float
    n: int
    n_correct: int
    interval: tuple[float, float] | None

    @property
    def share(self) -> float | None:
        """Share that was right, 0 to 1; None where there are none."""
        return self.n_correct / self.n if self.n else None


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """How far the probabilities of a test part can be believed.

    Attributes
    ----------
    expected_error : float
        Expected calibration error, 0 to 1: the mean over the clips of the difference between confidence and accuracy,
        both taken over bins of equal width. With few clips it is above 0 by chance alone.
    n : int
        Test clips.
    confident : ConfidentVerdicts
    """

    expected_error: float
    n: int
    confident: ConfidentVerdicts

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        values = asdict(self)
        return values | {"confident": values["confident"] | {"share": self.confident.share}}


def measure_calibration(predictions: Predictions, *, threshold: float = CONFIDENT) -> Calibration:
    """Expected calibration error, and how often confident verdicts were right.

    Parameters
    ----------
    predictions : Predictions
        At least one.
    threshold : float
        0 to 1.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", ICML (2017).
    """
    table = predictions.table
    if table.empty:
        raise ValueError("There are no predictions.")
    confidence = table[list(predictions.genres)].to_numpy(np.float64).max(axis=1)
    is_right = (table["actual"] == table["predicted"]).to_numpy()
    bins = np.minimum((confidence * N_BINS).astype(np.int64), N_BINS - 1)
    differences = np.bincount(bins, weights=confidence - is_right, minlength=N_BINS)
    chosen = confidence >= threshold
    n, n_correct = int(chosen.sum()), int(is_right[chosen].sum())
    return Calibration(
        expected_error=float(np.abs(differences).sum() / len(table)),
        n=len(table),
        confident=ConfidentVerdicts(
            threshold=threshold, n=n, n_correct=n_correct, interval=wilson_interval(n_correct, n) if n else None
        ),
    )


def apply_temperature(probabilities: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Probabilities at a temperature; those at temperature ``t`` become the former ones again at ``1 / t``.

    Parameters
    ----------
    probabilities : array, shape (clips, n_genres)
        Rows sum to 1.
    temperature : float
        Positive.

    Returns
    -------
    array, shape (clips, n_genres)
        Rows sum to 1, in the same order of genres.
    """
    if not temperature > 0:
        raise ValueError(f"Expected a positive temperature, got {temperature}.")
    if temperature == 1:
        return probabilities
    logs = np.log(np.maximum(probabilities, _SMALLEST_PROBABILITY)) / temperature
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


def fit_temperature(probabilities: NDArray[np.float64], labels: NDArray[np.integer]) -> float:
    """The temperature at which clips with known genres are the likeliest.

    The negative log-likelihood is minimised together with ``2 * log(t) ** 2``, which weighs as much as a few
    clips: those that are all judged rightly would else ask for probabilities of 100 %.

    Parameters
    ----------
    probabilities : array, shape (clips, n_genres)
        Of clips that the model was not fitted on; at least one.
    labels : int array, shape (clips,)
        Places of the actual genres.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On calibration of modern neural networks", ICML (2017).

    Examples
    --------
    >>> import numpy as np
    >>> from core.evaluation.calibration import fit_temperature
    >>> sure = np.array([[0.99, 0.01]] * 100)
    >>> labels = np.array([0] * 80 + [1] * 20)
    >>> round(fit_temperature(sure, labels), 1)  # 0.99 becomes 0.8
    3.0
    """
    if not len(labels) or len(labels) != len(probabilities):
        raise ValueError(f"Expected a label for each clip and at least one, got {len(labels)}.")
    from scipy.optimize import minimize_scalar  # a second to import, and Overview does not need it

    places = np.arange(len(labels))

    def cost(log_temperature: float) -> float:
        of_actual = apply_temperature(probabilities, float(np.exp(log_temperature)))[places, labels]
        return float(-np.log(np.maximum(of_actual, _SMALLEST_PROBABILITY)).sum() + 2 * log_temperature**2)

    bounds = (-_MOST_LOG_TEMPERATURE, _MOST_LOG_TEMPERATURE)
    found = minimize_scalar(cost, bounds=bounds, method="bounded", options={"xatol": 1e-6})
    return float(np.exp(found.x))


def with_temperature(predictions: Predictions, temperature: float) -> Predictions:
    """The same verdicts with their probabilities at a temperature."""
    genres = list(predictions.genres)
    table = predictions.table.copy()
    table[genres] = apply_temperature(table[genres].to_numpy(np.float64), temperature)
    return Predictions(table, predictions.genres)


def calibration_text(calibration: Calibration, *, unit: str = "clip") -> str:
    """How far probabilities can be believed, in two sentences; ``unit`` is what was tested, in the singular."""
    confident = calibration.confident
    limit = f"{100 * confident.threshold:.0f} %"
    if confident.interval is None or confident.share is None:
        first = f"None of its {calibration.n:,} test {unit}s got a probability of {limit} or more."
    else:
        low, high = confident.interval
        first = (
            f"Of its verdicts on test {unit}s with a probability of {limit} or more, "
            f"{100 * confident.share:.0f} % were right ({confident.n_correct:,} of {confident.n:,}; 95 % interval "
            f"{100 * low:.0f} to {100 * high:.0f} %)."
        )
    return (
        f"{first} Expected calibration error: {calibration.expected_error:.3f} "
        f"({calibration.n:,} test {unit}s; 0 where probabilities are right as often as they say)."
    )


def temperature_text(temperature: Temperature) -> str:
    """What was done to the probabilities, in a sentence."""
    figure = f"{temperature.value:.2f}"
    how = "left nearly as they are" if figure == "1.00" else "made bolder" if temperature.value < 1 else "softened"
    fitted = f"fitted on {temperature.n:,} {temperature.fitted_on}"
    return f"Its probabilities are {how} by a temperature of {figure}, {fitted}."


def unused_text(temperature: Temperature) -> str:
    """That a temperature was put aside, in a sentence."""
    return f"Its temperature of {temperature.value:.2f} is not in use: these are the model's own probabilities."
