"""Probabilities that say how often they are right, and the temperature that makes them do so."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar

from core.evaluation.calibration import (
    Temperature,
    apply_temperature,
    calibration_text,
    fit_temperature,
    measure_calibration,
    temperature_text,
    with_temperature,
)
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import Predictions

GENRES = ("blues", "jazz")


def made(*groups: tuple[float, int, int]) -> Predictions:
    """Clips predicted as blues: of each group the probability, how many are right, how many there are."""
    rows = [
        ("blues" if place < n_right else "jazz", "blues", p, 1 - p) for p, n_right, n in groups for place in range(n)
    ]
    table = pd.DataFrame(rows, columns=["actual", "predicted", *GENRES])
    table.insert(0, "clip", [f"c{n}" for n in range(len(table))])
    return Predictions(table, GENRES)


def test_probabilities_that_are_right_as_often_as_they_say_have_no_error() -> None:
    found = measure_calibration(made((0.75, 6, 8), (0.625, 5, 8)))
    assert found.expected_error == pytest.approx(0, abs=1e-12)
    assert (found.n, found.confident.n, found.confident.share, found.confident.interval) == (16, 0, None, None)


def test_the_error_is_the_mean_difference_of_confidence_and_accuracy_over_the_bins() -> None:
    found = measure_calibration(made((0.95, 15, 20), (1.0, 2, 4), (0.65, 8, 16)))
    # The first two groups share a bin: 17 of 24 right at a mean confidence of 23 / 24.
    assert found.expected_error == pytest.approx((23 - 17) / 40 + (0.65 - 0.5) * 16 / 40)
    assert (found.confident.n_correct, found.confident.n) == (17, 24)
    assert found.confident.interval == wilson_interval(17, 24)
    assert found.to_dict()["confident"]["share"] == 17 / 24


def test_a_probability_at_the_threshold_counts() -> None:
    assert measure_calibration(made((0.9, 1, 1))).confident.n == 1
    assert measure_calibration(made((0.9, 1, 1)), threshold=0.95).confident.n == 0


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("temperature", [0.4, 1.0, 2.5])
def test_the_temperature_that_spoilt_probabilities_is_found_again(temperature: float) -> None:
    rng = np.random.default_rng(5)
    logits = rng.normal(0, 1.5, (20_000, 5))
    honest = softmax(logits)
    labels = (honest.cumsum(axis=1) > rng.uniform(size=(len(honest), 1))).argmax(axis=1)
    spoilt = softmax(logits * temperature)
    found = fit_temperature(spoilt, labels)
    assert found == pytest.approx(temperature, rel=0.03)
    np.testing.assert_allclose(apply_temperature(spoilt, temperature), honest, atol=1e-9)

    def cost(log_temperature: float) -> float:
        of_actual = apply_temperature(spoilt, np.exp(log_temperature))[np.arange(len(labels)), labels]
        return -np.log(of_actual).mean()

    plain = minimize_scalar(cost, bracket=(-1, 1))
    assert np.log(found) == pytest.approx(plain.x, abs=1e-3)


def test_a_few_clips_judged_rightly_make_no_certainty() -> None:
    probabilities = np.full((4, 2), (0.8, 0.2))
    labels = np.zeros(4, dtype=int)
    assert apply_temperature(probabilities, fit_temperature(probabilities, labels)).max() < 0.99
    assert fit_temperature(np.eye(2)[[0, 0, 0, 0]], labels) == pytest.approx(1, abs=0.05)


def test_a_sure_model_that_errs_is_made_cautious_however_sure_it_was() -> None:
    sure = np.eye(3)[np.zeros(60, dtype=int)]
    labels = np.array([0] * 40 + [1] * 20)
    softened = apply_temperature(sure, fit_temperature(sure, labels))
    assert np.isfinite(softened).all()
    assert softened[0, 0] == pytest.approx(2 / 3, abs=0.1)


def test_a_temperature_keeps_the_verdicts_and_is_undone_by_its_inverse() -> None:
    before = made((0.95, 15, 20), (0.65, 8, 16))
    after = with_temperature(before, 2.0)
    assert after.table["predicted"].equals(before.table["predicted"])
    expected = 0.95**0.5 / (0.95**0.5 + 0.05**0.5)
    assert after.table["blues"].iloc[0] == pytest.approx(expected)
    back = with_temperature(after, 0.5)
    np.testing.assert_allclose(back.table[list(GENRES)], before.table[list(GENRES)], atol=1e-12)
    assert with_temperature(before, 1.0).table.equals(before.table)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_that_is_none_is_refused(temperature: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        apply_temperature(np.array([[0.5, 0.5]]), temperature)


def test_it_is_told_with_its_counts_and_interval() -> None:
    assert calibration_text(measure_calibration(made((0.95, 70, 92)))) == (
        "Of its verdicts on test clips with a probability of 90 % or more, 76 % were right (70 of 92; 95 % interval "
        "66 to 84 %). Expected calibration error: 0.189 (92 test clips; 0 where probabilities are right as often as "
        "they say)."
    )
    none = calibration_text(measure_calibration(made((0.75, 6, 8))), unit="segment")
    assert none.startswith("None of its 8 test segments got a probability of 90 % or more.")
    softened = Temperature(value=1.834, n=197, fitted_on="clips of the validation set")
    assert temperature_text(softened) == (
        "Its probabilities are softened by a temperature of 1.83, fitted on 197 clips of the validation set."
    )
