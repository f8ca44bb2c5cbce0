"""How sure a verdict is, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from core.evaluation.consensus import Said, consensus
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import Predictions
from core.evaluation.trust import measure_excess, trust_at


def predictions(confidences: list[float], n_right: list[int]) -> Predictions:
    """Twenty clips for each confidence, of which so many were judged rightly."""
    rows = []
    for confidence, right in zip(confidences, n_right, strict=True):
        for number in range(20):
            actual = "a" if number < right else "b"
            name = f"{confidence}-{number}"
            rows.append({"clip": name, "actual": actual, "predicted": "a", "a": confidence, "b": 1 - confidence})
    return Predictions(pd.DataFrame(rows), ("a", "b"))


def test_only_verdicts_of_about_the_same_probability_count():
    made = predictions([0.6, 0.95], [8, 19])
    found = trust_at(made, 0.62)
    assert found is not None
    assert (found.n, found.n_correct, found.share) == (20, 8, 0.4)
    assert found.interval == wilson_interval(8, 20)
    assert (found.low, found.high) == pytest.approx((0.52, 0.72))
    sure = trust_at(made, 0.99)
    assert sure is not None
    assert (sure.n_correct, sure.high) == (19, 1.0)
    assert trust_at(made, 0.77) is None  # between the two


def test_a_model_that_is_too_sure_is_told_from_one_that_is_right_as_often_as_it_says():
    too_sure = measure_excess(predictions([0.9, 0.9], [10, 10]))
    assert too_sure is not None
    assert too_sure.value == pytest.approx(0.4)
    apart = np.array([-0.1] * 20 + [0.9] * 20)
    assert too_sure.interval[0] == pytest.approx(0.4 - 1.959964 * apart.std(ddof=1) / np.sqrt(40))
    assert too_sure.is_certain
    just = measure_excess(predictions([0.9, 0.6], [18, 12]))
    assert just is not None
    assert just.value == pytest.approx(0)
    assert not just.is_certain
    assert measure_excess(predictions([0.9], [0])) is None  # twenty clips are too few


def test_the_mean_is_of_models_that_know_the_same_genres():
    a, b = Said("A", {"x": 0.9, "y": 0.1}), Said("B", {"y": 0.7, "x": 0.3})
    other = Said("C", {"x": 0.2, "z": 0.8})
    found = consensus([a, other, b])
    assert found is not None
    mean, of = found
    assert of == (a, b)
    assert mean.probabilities == pytest.approx({"x": 0.6, "y": 0.4})
    assert (mean.genre, mean.name) == ("x", "Mean of 2")
    assert consensus([a, other]) is None
    assert consensus([a]) is None
