"""Reliability diagrams and accuracy against coverage."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss

from core.errors import RunError
from core.evaluation.calibration import Temperature, measure_calibration, with_temperature
from core.evaluation.predictions import Predictions
from core.evaluation.reliability import coverage_curve, coverage_sentence, reliability, temperature_effect


def predicted(confidence: list[float], right: list[bool]) -> Predictions:
    """Two genres; ``a`` is always said, with this probability."""
    table = pd.DataFrame({"clip": [f"c{n}" for n in range(len(right))], "actual": np.where(right, "a", "b")})
    table["predicted"] = "a"
    table["a"], table["b"] = confidence, 1 - np.array(confidence)
    return Predictions(table, ("a", "b"))


def drawn(n: int, seed: int, sharpness: float = 1.0) -> Predictions:
    """Genres drawn with the probabilities that are said, which are sharpened afterwards."""
    rng = np.random.default_rng(seed)
    values = rng.dirichlet(np.ones(4), n)
    actual = [rng.choice(4, p=row) for row in values]
    values = values**sharpness / (values**sharpness).sum(axis=1, keepdims=True)
    table = pd.DataFrame({"clip": [f"c{n}" for n in range(n)], "actual": [f"g{place}" for place in actual]})
    table["predicted"] = [f"g{place}" for place in values.argmax(axis=1)]
    table[[f"g{place}" for place in range(4)]] = values
    return Predictions(table, tuple(f"g{place}" for place in range(4)))


@settings(max_examples=20)
@given(st.integers(0, 1000), st.sampled_from([0.5, 1.0, 3.0]))
def test_bins_are_scikit_learn_s_and_the_error_that_of_calibration(seed: int, sharpness: float) -> None:
    predictions = drawn(150, seed, sharpness)
    confidence = predictions.table[list(predictions.genres)].max(axis=1)
    right = predictions.table["actual"] == predictions.table["predicted"]
    accuracy, mean = calibration_curve(right, confidence, n_bins=10)
    found = reliability(predictions)
    assert [each.accuracy for each in found.bins] == pytest.approx(accuracy)
    assert [each.confidence for each in found.bins] == pytest.approx(mean)
    assert found.expected_error == pytest.approx(measure_calibration(predictions).expected_error)
    assert found.largest_error >= found.expected_error
    assert sum(each.n for each in found.bins) == found.n == 150
    labels = [int(name[1]) for name in predictions.table["actual"]]
    values = predictions.table[list(predictions.genres)].to_numpy()
    assert found.log_loss == pytest.approx(log_loss(labels, values, labels=range(4)))
    assert found.brier == pytest.approx(((values - np.eye(4)[labels]) ** 2).sum(axis=1).mean())
    assert [each.n for each in reliability(predictions, binning="mass").bins] == [15] * 10


def test_a_bin_by_hand() -> None:
    found = reliability(predicted([0.92, 0.98, 0.95, 0.6], [True, True, False, False]))
    assert [(each.low, each.high, each.n, each.n_correct) for each in found.bins] == [
        (0.6, 0.7, 1, 0),
        (0.9, 1.0, 3, 2),
    ]
    assert found.bins[1].confidence == pytest.approx(0.95)
    assert found.expected_error == pytest.approx((0.6 + 3 * (0.95 - 2 / 3)) / 4)
    assert found.largest_error == pytest.approx(0.6)
    assert not found.bins[1].is_off
    assert reliability(predicted([0.99] * 20, [True] * 10 + [False] * 10)).bins[0].is_off


def test_perfect_answers_and_equal_confidences() -> None:
    sure = reliability(predicted([1.0] * 5, [True] * 5), binning="mass")
    assert len(sure.bins) == 1
    assert sure.expected_error == sure.brier == 0
    assert sure.log_loss == pytest.approx(0)
    with pytest.raises(RunError, match="no predictions"):
        reliability(predicted([], []))
    with pytest.raises(RunError, match="1 to 100 bins, got 0"):
        reliability(predicted([1.0], [True]), n_bins=0)


def test_a_temperature_mends_what_was_sharpened() -> None:
    sharpened = drawn(4000, 1, 2.5)
    mended = with_temperature(sharpened, 2.5)
    effect = temperature_effect(mended, Temperature(value=2.5, n=100, fitted_on="clips of the validation set"))
    assert effect.without.expected_error > 0.15
    assert effect.with_it.expected_error < 0.03
    assert effect.with_it.log_loss < effect.without.log_loss
    assert "fitted on 100 clips of the validation set" in effect.sentence
    assert "the log loss is lower" in effect.sentence


def test_accuracy_against_coverage_by_hand() -> None:
    curve = coverage_curve(predicted([0.9, 0.8, 0.8, 0.6], [True, True, False, False]))
    assert [(point.threshold, point.n, point.n_correct) for point in curve.points] == [
        (0.9, 1, 1), (0.8, 3, 2), (0.6, 4, 2),
    ]  # fmt: skip
    assert curve.area == pytest.approx(0 * 0.25 + (1 / 3) * 0.5 + 0.5 * 0.25)
    # The two right ones first: risks 0, 0, 1/3, 1/2.
    assert curve.best_area == pytest.approx((1 / 3 + 1 / 2) / 4)
    assert curve.at_accuracy(0.6) == curve.points[1]
    assert curve.at_accuracy(1.1) is None
    assert "only 1 of 4 test clips" in coverage_sentence(curve)
    many = coverage_curve(predicted([0.95] * 40 + [0.6] * 40, [True] * 38 + [False] * 42))
    assert coverage_sentence(many).startswith(
        "Where only verdicts with a probability of 95 % or more count, 95 % are right "
        "(95 % interval 83 to 99 %): that is 40 of 80 test clips, in place of 48 % of all."
    )
    assert "No threshold makes 90 %" in coverage_sentence(coverage_curve(predicted([0.9], [False])))
    for each in (curve, many, coverage_curve(predicted([0.9], [True])), coverage_curve(predicted([0.9], [False]))):
        assert coverage_sentence(each, unit="excerpt") == coverage_sentence(each).replace("clip", "excerpt")
    assert coverage_sentence(coverage_curve(predicted([0.9], [True]))) == (
        "Of all 1 verdicts on test clips, 100 % are right."
    )


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_no_order_of_verdicts_is_better_than_the_best(seed: int) -> None:
    curve = coverage_curve(drawn(100, seed))
    assert curve.best_area - 1e-12 <= curve.area <= 1
    assert curve.points[-1].coverage == 1.0
    assert len(coverage_curve(drawn(1000, seed)).points) == 200
