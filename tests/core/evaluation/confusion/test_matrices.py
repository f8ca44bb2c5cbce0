"""Matrices out of matrices."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import precision_recall_fscore_support

from core.errors import RunError
from core.evaluation.confusion.matrices import margins, merge_families, order_genres, require_matrix, sum_matrices
from core.evaluation.confusion.two import (
    clips_of_difference,
    difference_of,
    disagreement_matrix,
    matrix_difference,
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


def test_the_difference_of_two_runs_and_its_clips() -> None:
    actual = ["a", "a", "a", "b"]
    first = make_predictions(actual, ["a", "b", "b", "b"], ("a", "b"))
    second = make_predictions(actual, ["a", "a", "b", "b"], ("b", "a"))
    found = difference_of(first, second)
    assert found.counts.to_numpy().tolist() == [[-1, 1], [0, 0]]
    assert found.shares.loc["a", "b"] == pytest.approx(1 / 3)
    clips = clips_of_difference(first, second, "a", "b")
    assert (clips.both, clips.only_first, clips.only_second) == (("c2",), ("c1",), ())
    with pytest.raises(RunError, match="same genres"):
        matrix_difference(matrix(np.eye(3)), STUDY.matrix)
    empty = matrix_difference(matrix([[0, 0], [1, 1]], ("a", "b")), matrix([[1, 1], [1, 1]], ("a", "b")))
    assert empty.shares.loc["a"].isna().all()


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.sampled_from(GENRES)] * 3), min_size=1, max_size=30))
def test_disagreement_turns_with_the_runs(said: list[tuple[str, str, str]]) -> None:
    actual, one, other = (list(each) for each in zip(*said, strict=True))
    first, second = make_predictions(actual, one, GENRES), make_predictions(actual, other, GENRES)
    found = disagreement_matrix(first, second)
    assert found.to_numpy().sum() == len(said)
    assert np.array_equal(found.to_numpy(), disagreement_matrix(second, first).to_numpy().T)
    assert np.trace(found.to_numpy()) == sum(a == b for a, b in zip(one, other, strict=True))
    by_genre = sum(disagreement_matrix(first, second, actual=genre).to_numpy() for genre in GENRES)
    assert np.array_equal(by_genre, found.to_numpy())
    alone = disagreement_matrix(first, first).to_numpy()
    assert np.trace(alone) == alone.sum() == len(said)


def test_disagreement_on_an_unknown_genre_is_refused() -> None:
    one = make_predictions(["a", "b"], ["a", "a"], ("a", "b"))
    with pytest.raises(RunError, match="got 'z'"):
        disagreement_matrix(one, one, actual="z")
