"""Matrices out of matrices."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import confusion_matrix as sklearn_matrix
from sklearn.metrics import precision_recall_fscore_support

from core.errors import RunError
from core.evaluation.confusion.matrices import (
    margins,
    merge_families,
    order_genres,
    require_matrix,
    shares,
    strongest_part,
    sum_matrices,
)
from core.evaluation.metrics import confusion_matrix
from core.evaluation.published import STUDY
from tests.core.evaluation.test_metrics import make_predictions

GENRES = ("a", "b", "c")


def matrix(rows: list[list[int]] | np.ndarray, genres: str | tuple[str, ...] = GENRES) -> pd.DataFrame:
    return pd.DataFrame(rows, index=list(genres), columns=list(genres))


@given(hnp.arrays(np.int64, st.integers(2, 6).map(lambda n: (n, n)), elements=st.integers(0, 9)).filter(np.any))
def test_margins_are_scikit_learn_s(counts: np.ndarray) -> None:
    n = len(counts)
    rows, columns = np.nonzero(counts)
    actual, predicted = np.repeat(rows, counts[rows, columns]), np.repeat(columns, counts[rows, columns])
    expected = precision_recall_fscore_support(actual, predicted, labels=range(n), zero_division=np.nan)
    found = margins(matrix(counts, tuple("abcdef"[:n])))
    for name, values in zip(("precision", "recall", "f1", "n"), expected, strict=True):
        np.testing.assert_allclose(found[name], values)
    turned = margins(matrix(counts.T, tuple("abcdef"[:n])))
    np.testing.assert_allclose(turned["precision"], found["recall"])


def test_the_study_s_families_by_hand() -> None:
    families = {"roots": ("blues", "country", "rock"), "beats": ("reggae", "hiphop")}
    merged = merge_families(STUDY.matrix, families)
    assert list(merged.index) == ["jazz", "beats", "roots", "metal", "classical", "disco", "pop"]
    assert merged.loc["beats", "beats"] == 12 + 4 + 2 + 16
    assert merged.loc["roots", "roots"] == 14 + 1 + 4 + 7 + 1 + 4 + 1 + 13
    assert merged.to_numpy().sum() == 200
    assert merged.loc["jazz"].sum() == 20


@given(hnp.arrays(np.int64, (4, 4), elements=st.integers(0, 9)))
def test_merging_never_loses_a_clip_or_a_right_one(counts: np.ndarray) -> None:
    whole = matrix(counts, tuple("abcd"))
    merged = merge_families(whole, {"ac": ("a", "c")})
    assert merged.to_numpy().sum() == counts.sum()
    assert np.trace(merged.to_numpy()) == np.trace(counts) + counts[0, 2] + counts[2, 0]
    assert merge_families(whole, {}).equals(whole)
    turned = merge_families(whole.T, {"ac": ("a", "c")})
    assert np.array_equal(turned.to_numpy(), merged.to_numpy().T)


@pytest.mark.parametrize(
    ("families", "said"),
    [
        ({"x": ()}, "has no genre"),
        ({"x": ("z",)}, "has the genre 'z', expected some of a, b, c"),
        ({"x": ("a",), "y": ("a", "b")}, "a is in the families 'x' and 'y'"),
        ({"c": ("a", "b")}, "has the name of a genre that is not in it"),
        ({"x": ("a", "b", "c")}, "nothing is left to tell apart"),
    ],
)
def test_families_that_are_none_are_refused(families: dict[str, tuple[str, ...]], said: str) -> None:
    with pytest.raises(RunError, match=said):
        merge_families(matrix(np.eye(3, dtype=int)), families)


def test_what_is_no_confusion_matrix_is_refused() -> None:
    with pytest.raises(RunError, match="same genres"):
        require_matrix(pd.DataFrame([[1]], index=["a"], columns=["b"]))
    with pytest.raises(RunError, match="a is there twice"):
        require_matrix(matrix([[1, 0], [0, 1]], ("a", "a")))
    with pytest.raises(RunError, match="0 or more"):
        require_matrix(matrix([[1, -1], [0, 1]], ("a", "b")))


def test_orders_of_genres() -> None:
    counts = matrix([[1, 3, 0], [1, 3, 0], [0, 0, 0]], ("Blues", "acid", "country"))
    assert order_genres(counts, "given") == ("Blues", "acid", "country")
    assert order_genres(counts, "name") == ("acid", "Blues", "country")
    assert order_genres(counts, "recall") == ("acid", "Blues", "country")
    assert sorted(order_genres(counts, "similarity")) == sorted(counts.index)
    assert order_genres(STUDY.matrix, "recall")[0] == "metal"
    assert order_genres(STUDY.matrix, "recall")[-1] == "blues"


def test_folds_and_seeds_are_summed_and_counted() -> None:
    one = make_predictions(["a", "b"], ["a", "a"], ("a", "b"))
    other = make_predictions(["a", "b", "b"], ["b", "b", "b"], ("b", "a"))
    summed = sum_matrices([one, other])
    assert list(summed.matrix.index) == ["a", "b"]
    assert summed.matrix.to_numpy().tolist() == [[1, 1], [1, 2]]
    assert (summed.n_runs, summed.n_verdicts, summed.n_clips) == (2, 5, 3)
    assert not summed.is_each_clip_once
    assert sum_matrices([one]).matrix.equals(confusion_matrix(one))
    with pytest.raises(RunError, match="c is in some of them"):
        sum_matrices([one, make_predictions(["a"], ["c"], ("a", "b", "c"))])
    with pytest.raises(RunError, match="no runs to sum"):
        sum_matrices([])


@given(hnp.arrays(np.int64, st.integers(2, 6).map(lambda n: (n, n)), elements=st.integers(0, 9)).filter(np.any))
def test_shares_are_scikit_learn_s(counts: np.ndarray) -> None:
    n = len(counts)
    rows, columns = np.nonzero(counts)
    actual, predicted = np.repeat(rows, counts[rows, columns]), np.repeat(columns, counts[rows, columns])
    whole = matrix(counts, tuple("abcdef"[:n]))
    for of, normalize in (("row", "true"), ("column", "pred")):
        expected = sklearn_matrix(actual, predicted, labels=range(n), normalize=normalize)
        np.testing.assert_allclose(shares(whole, of=of).fillna(0.0), expected)  # type: ignore[arg-type]
    np.testing.assert_allclose(shares(whole.T, of="row"), shares(whole, of="column").T)
    diagonal = matrix(np.diag(np.arange(1, n + 1)), tuple("abcdef"[:n]))
    assert np.array_equal(shares(diagonal, of="row"), np.eye(n))  # perfect predictions


def test_the_strongest_confusions_alone_by_hand() -> None:
    part, found = strongest_part(STUDY.matrix, most=2)
    counts = STUDY.matrix.to_numpy().copy()
    np.fill_diagonal(counts, 0)
    assert [pair.n for pair in found] == sorted(counts.ravel(), reverse=True)[:2]
    named = {name for pair in found for name in (pair.actual, pair.predicted)}
    assert set(part.index) == named == set(part.columns)
    for genre in part.index:
        assert part.loc[genre, genre] == STUDY.matrix.loc[genre, genre]
    assert part.to_numpy().sum() == sum(pair.n for pair in found) + sum(STUDY.matrix.loc[each, each] for each in named)
    whole, none = strongest_part(matrix(np.diag([1, 2, 3])), most=5)
    assert none == ()
    assert list(whole.index) == list(GENRES)
