"""Figures whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from core.errors import RunError
from core.evaluation.metrics import (
    chance_level,
    confusion_matrix,
    evaluate,
    recall_by_genre,
    validate_predictions,
    wilson_interval,
)
from core.evaluation.predictions import Predictions

STUDY_GENRES = ("jazz", "reggae", "rock", "blues", "hiphop", "country", "metal", "classical", "disco", "pop")
STUDY_MATRIX = np.array(
    [
        [11, 0, 1, 1, 0, 1, 0, 6, 0, 0],
        [0, 12, 2, 0, 4, 0, 0, 0, 0, 2],
        [0, 2, 14, 0, 0, 1, 1, 1, 1, 0],
        [3, 1, 4, 7, 0, 1, 1, 3, 0, 0],
        [1, 2, 0, 0, 16, 0, 1, 0, 0, 0],
        [0, 0, 4, 1, 0, 13, 0, 2, 0, 0],
        [0, 0, 1, 0, 0, 0, 19, 0, 0, 0],
        [0, 0, 1, 0, 0, 2, 0, 17, 0, 0],
        [0, 2, 2, 0, 2, 1, 1, 0, 12, 0],
        [0, 0, 0, 0, 1, 1, 0, 2, 1, 15],
    ]
)


def make_predictions(actual: list[str], predicted: list[str], genres: tuple[str, ...]) -> Predictions:
    table = pd.DataFrame({"clip": [f"c{n}" for n in range(len(actual))], "actual": actual, "predicted": predicted})
    for genre in genres:
        table[genre] = [float(name == genre) for name in predicted]
    return Predictions(table, genres)


@pytest.fixture
def study() -> Predictions:
    """The study's ten-genre CNN, clip by clip."""
    pairs = [
        (actual, predicted)
        for row, actual in enumerate(STUDY_GENRES)
        for column, predicted in enumerate(STUDY_GENRES)
        for _ in range(STUDY_MATRIX[row, column])
    ]
    return make_predictions([a for a, _ in pairs], [p for _, p in pairs], STUDY_GENRES)


@pytest.mark.parametrize(("n_correct", "n"), [(0, 10), (10, 10), (136, 200), (1, 1), (3, 7), (999, 1000)])
def test_wilson_interval_is_scipy_s(n_correct: int, n: int) -> None:
    expected = binomtest(n_correct, n).proportion_ci(method="wilson")
    assert wilson_interval(n_correct, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("n_correct", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_wilson_interval_refuses_impossible_counts(n_correct: int, n: int) -> None:
    with pytest.raises(ValueError, match="n_correct"):
        wilson_interval(n_correct, n)


def test_the_study_s_result(study: Predictions) -> None:
    result = evaluate(study, protocol="by clip")
    assert (result.n_correct, result.n, result.accuracy) == (136, 200, 0.68)
    assert result.interval == pytest.approx((0.6125, 0.7407), abs=1e-4)
    assert result.chance == 0.1
    assert result.protocol == "by clip"


def test_the_study_s_confusion_matrix(study: Predictions) -> None:
    matrix = confusion_matrix(study)
    assert matrix.index.tolist() == matrix.columns.tolist() == list(STUDY_GENRES)
    np.testing.assert_array_equal(matrix.to_numpy(), STUDY_MATRIX)
    assert matrix.loc["blues", "rock"] == 4
    assert matrix.loc["rock", "blues"] == 0


def test_recall_by_genre(study: Predictions) -> None:
    recall = recall_by_genre(study).set_index("genre")
    assert recall.index.tolist() == list(STUDY_GENRES)
    assert recall.loc["metal", ["n", "n_correct", "recall"]].tolist() == [20, 19, 0.95]
    assert recall.loc["blues", "recall"] == 0.35
    low, high = wilson_interval(7, 20)
    assert recall.loc["blues", ["low", "high"]].tolist() == [low, high]


def test_a_genre_without_test_clips_has_no_recall() -> None:
    recall = recall_by_genre(make_predictions(["a", "a"], ["a", "b"], ("a", "b"))).set_index("genre")
    assert recall.loc["b", "n"] == 0
    assert recall.loc["b", ["recall", "low", "high"]].isna().all()


def test_perfect_predictions_score_1() -> None:
    result = evaluate(make_predictions(["a", "b", "b"], ["a", "b", "b"], ("a", "b")), protocol="x")
    assert result.accuracy == 1
    assert result.interval[1] == 1
    assert result.chance == pytest.approx(2 / 3)


def test_chance_is_the_commonest_genre() -> None:
    assert chance_level(["a", "b", "b", "c"]) == 0.5
    with pytest.raises(ValueError, match="no clip"):
        chance_level([])


def test_malformed_predictions_are_refused() -> None:
    good = make_predictions(["a", "b"], ["a", "b"], ("a", "b"))
    validate_predictions(good)

    def with_column(**columns: object) -> Predictions:
        return Predictions(good.table.assign(**columns), good.genres)

    for bad, message in [
        (with_column(a=[0.5, 0.0]), "sum to 1"),
        (with_column(a=[1.5, 0.0], b=[-0.5, 1.0]), "negative"),
        (with_column(a=[np.nan, 0.0]), "not a number"),
        (with_column(actual=["a", "zydeco"]), "zydeco"),
        (with_column(clip=["c", "c"]), "more than once"),
        (Predictions(good.table.iloc[:0], good.genres), "no prediction"),
        (Predictions(good.table, ("b", "a")), "columns"),
    ]:
        with pytest.raises(RunError, match=message):
            validate_predictions(bad)
