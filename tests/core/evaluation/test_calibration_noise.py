"""What of a calibration error is chance, and whether a temperature helps."""

import time

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss

from core.evaluation.calibration import measure_calibration, with_temperature
from core.evaluation.calibration_noise import LossChange, chance_error, loss_change, loss_sentence
from core.evaluation.predictions import Predictions
from core.evaluation.reliability import reliability


def drawn(n: int, *, sharpness: float, n_genres: int = 4, seed: int = 0) -> Predictions:
    """Clips whose genres are drawn from their probabilities, which are then told sharper than they are."""
    rng = np.random.default_rng(seed)
    genres = tuple(f"g{place:03d}" for place in range(n_genres))
    true = rng.dirichlet(np.ones(n_genres), size=n)
    actual = (rng.random((n, 1)) < true.cumsum(axis=1)).argmax(axis=1)
    told = true**sharpness
    told /= told.sum(axis=1, keepdims=True)
    table = pd.DataFrame({"clip": [f"c{number:05d}" for number in range(n)]})
    table["actual"] = [genres[place] for place in actual]
    table["predicted"] = [genres[place] for place in told.argmax(axis=1)]
    table[list(genres)] = told
    return Predictions(table, genres)


def test_right_probabilities_stay_below_the_error_by_chance_and_too_sure_ones_do_not() -> None:
    right = [drawn(400, sharpness=1.0, seed=seed) for seed in range(40)]
    within = sum(measure_calibration(each).expected_error <= chance_error(each).high for each in right)
    assert within >= 34  # of 40 with a chance of 95 % each; fewer happens once in 1,000 times
    sure = drawn(400, sharpness=3.0)
    assert measure_calibration(sure).expected_error > chance_error(sure).high


def test_the_error_by_chance_of_one_bin_is_known_by_hand() -> None:
    """100 verdicts at exactly 0.75: the mean deviation of a binomial, by summing over it."""
    from scipy.stats import binom

    n = 100
    table = pd.DataFrame({"clip": [f"{number}" for number in range(n)], "actual": "a", "predicted": "a"})
    table["a"], table["b"] = 0.75, 0.25
    counts = np.arange(n + 1)
    expected = float((np.abs(counts / n - 0.75) * binom.pmf(counts, n, 0.75)).sum())
    found = chance_error(Predictions(table, ("a", "b")), n_resamples=20_000)
    assert found.mean == pytest.approx(expected, rel=0.02)
    assert found.high == pytest.approx(0.08, abs=0.011)
    assert found.n == n


def test_the_change_of_the_loss_is_that_of_scikit_learn() -> None:
    sure = drawn(500, sharpness=3.0)
    after = with_temperature(sure, 2.5)
    change = loss_change(sure, 2.5)
    losses = [
        log_loss(each.table["actual"], each.table[list(each.genres)], labels=each.genres) for each in (sure, after)
    ]
    assert change.value == pytest.approx(losses[1] - losses[0], abs=1e-9)
    assert change.value == pytest.approx(reliability(after).log_loss - reliability(sure).log_loss, abs=1e-9)
    assert change.interval is not None
    assert change.interval[0] < change.value < change.interval[1] < 0
    assert loss_change(sure, 1.0).value == 0


@pytest.mark.parametrize(
    ("value", "interval", "said"),
    [
        (-0.05, (-0.08, -0.02), "it makes them better: the log loss falls by 0.050 nats per clip"),
        (0.05, (0.02, 0.08), "it makes them worse: the log loss rises by 0.050 nats per clip"),
        (-0.05, (-0.12, 0.02), "it is not known to help: the log loss falls by 0.050 nats per clip"),
        (0.0, None, "A single test clip does not tell"),
    ],
)
def test_the_sentence_says_when_the_clips_do_not_suffice(
    value: float, interval: tuple[float, float] | None, said: str
) -> None:
    assert said in loss_sentence(LossChange(value=value, interval=interval, n=40))
    excerpts = loss_sentence(LossChange(value=value, interval=interval, n=40), unit="excerpt")
    assert "excerpt" in excerpts
    assert "clip" not in excerpts


def test_a_large_run_takes_little() -> None:
    large = drawn(20_000, sharpness=2.0, n_genres=100)
    before = time.process_time()
    found = chance_error(large)
    loss_change(large, 1.5)
    assert 0 < found.mean < found.high < 0.05
    assert time.process_time() - before < 20  # half a second on a free machine
