"""The clips behind the cells of matrices."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RunError
from core.evaluation.confusion.cells import Cell, chosen_places, clips_in_cells, verdict_rows
from core.evaluation.confusion.matrices import merge_families, sum_matrices
from core.evaluation.confusion.two import (
    biggest_moves,
    difference_of,
    disagreement_of,
    disputed_clips,
    matrix_difference,
    moved_clips,
    pair_verdicts,
)
from core.evaluation.metrics import confusion_matrix
from core.evaluation.predictions import Predictions
from core.evaluation.published import STUDY
from tests.core.evaluation.test_metrics import make_predictions

GENRES = ("a", "b", "c")
SAID = st.lists(st.tuples(*[st.sampled_from(GENRES)] * 3), min_size=1, max_size=30)


def with_probabilities(actual: str, predicted: str, probability: list[float], clips: list[str]) -> Predictions:
    """Predictions of a and b whose clips have these names, and this probability of what was predicted."""
    made = make_predictions(list(actual), list(predicted), ("a", "b"))
    table = made.table.assign(clip=clips)
    for genre in "ab":
        table[genre] = np.where(table["predicted"] == genre, probability, 1 - np.array(probability))
    return Predictions(table, ("a", "b"))


def test_cells_rows_and_columns_are_places_of_a_matrix() -> None:
    assert chosen_places(GENRES, GENRES, [("a", "b")]).sum() == 1
    assert chosen_places(GENRES, GENRES, [("a", None), (None, "c")]).sum() == 3 + 3 - 1
    assert chosen_places(GENRES, GENRES, [(None, None)]).all()
    assert not chosen_places(GENRES, GENRES, []).any()
    with pytest.raises(RunError, match="got 'polka'"):
        chosen_places(GENRES, GENRES, [("a", "polka")])


def test_the_surest_mistakes_come_first_and_each_clip_once() -> None:
    first = with_probabilities("aaab", "bbab", [0.6, 0.9, 0.7, 0.8], ["w", "x", "y", "z"])
    second = with_probabilities("aaab", "bbba", [0.7, 0.8, 0.95, 0.6], ["w", "x", "y", "z"])
    found = clips_in_cells(verdict_rows([first, second]), [("a", "b")])
    assert found["clip"].tolist() == ["y", "x", "w"]
    assert found["probability"].tolist() == pytest.approx([0.95, 0.9, 0.7])
    assert found["answerer"].tolist() == [1, 0, 1]
    assert found["n"].tolist() == [1, 2, 2]
    assert found["n_verdicts"].tolist() == [2, 2, 2]
    assert clips_in_cells(verdict_rows([first]), [("b", "a")]).empty
    row = clips_in_cells(verdict_rows([first]), [("a", None)])
    assert row["clip"].tolist() == ["x", "y", "w"]


@settings(max_examples=30)
@given(SAID)
def test_cells_hold_as_many_clips_as_the_matrix_says(said: list[tuple[str, str, str]]) -> None:
    actual, one, other = (list(each) for each in zip(*said, strict=True))
    answers = [make_predictions(actual, each, GENRES) for each in (one, other)]
    rows, whole = verdict_rows(answers), sum_matrices(answers).matrix
    families = {"ac": ("a", "c")}
    for matrix, given_families in ((whole, None), (merge_families(whole, families), families)):
        for row in matrix.index:
            for column in matrix.columns:
                found = clips_in_cells(rows, [(row, column)], families=given_families)
                assert found["n"].sum() == matrix.loc[row, column]
            whole_row = clips_in_cells(rows, [(row, None)], families=given_families)
            assert whole_row["n"].sum() == matrix.loc[row].sum()
    everything = clips_in_cells(rows, [(None, None)])
    assert len(everything) == len(said)
    assert everything["probability"].is_monotonic_decreasing


@settings(max_examples=30)
@given(SAID)
def test_differences_and_disagreements_turn_with_the_runs(said: list[tuple[str, str, str]]) -> None:
    actual, one, other = (list(each) for each in zip(*said, strict=True))
    first, second = make_predictions(actual, one, GENRES), make_predictions(actual, other, GENRES)
    pair, turned = pair_verdicts(first, second), pair_verdicts(second, first)
    assert pair.is_all
    difference = difference_of(pair)
    assert difference.first.equals(confusion_matrix(first))
    assert np.array_equal(difference.counts, -difference_of(turned).counts)
    assert (difference.counts.sum(axis=1) == 0).all()  # on the same clips a row only moves
    crossed = disagreement_of(pair)
    assert np.array_equal(crossed, disagreement_of(turned).T)
    assert np.trace(crossed) == sum(a == b for a, b in zip(one, other, strict=True))
    by_genre = sum(disagreement_of(pair, actual=genre).to_numpy() for genre in GENRES)
    assert np.array_equal(by_genre, crossed)
    for row in GENRES:
        for column in GENRES:
            cells: list[Cell] = [(row, column)]
            who = moved_clips(pair, cells)["who"].value_counts()
            assert who.get("first", 0) - who.get("second", 0) == difference.counts.loc[row, column]
            assert who.get("first", 0) + who.get("both", 0) == difference.first.loc[row, column]
            assert len(disputed_clips(pair, cells)) == crossed.loc[row, column]
    alone = pair_verdicts(first, first)
    assert not difference_of(alone).counts.to_numpy().any()
    assert np.trace(disagreement_of(alone)) == len(said)


def test_the_clips_that_moved_come_before_those_that_both_put_there() -> None:
    first = with_probabilities("aaab", "bbab", [0.6, 0.9, 0.7, 0.8], ["w", "x", "y", "z"])
    second = with_probabilities("aaab", "babb", [0.7, 0.8, 0.95, 0.6], ["w", "x", "y", "z"])
    pair = pair_verdicts(first, second)
    found = moved_clips(pair, [("a", "b")])
    assert list(zip(found["clip"], found["who"], strict=True)) == [("y", "second"), ("x", "first"), ("w", "both")]
    assert difference_of(pair).counts.loc["a", "b"] == 0
    assert disputed_clips(pair, [("a", "b"), ("b", "a")])["clip"].tolist() == ["x", "y"]
    assert disputed_clips(pair, [(None, "b")], actual="b")["clip"].tolist() == ["z"]
    (move, *_) = biggest_moves(
        matrix_difference(confusion_matrix(first), confusion_matrix(second).iloc[::-1, ::-1] * 3)
    )
    assert (move.n_first, move.n_second, move.n) == (2, 6, -4)


def test_runs_are_held_against_each_other_on_what_both_have() -> None:
    first = make_predictions(["a", "b", "c", "a"], ["a", "b", "c", "b"], GENRES)
    table = first.table.iloc[[0, 1]][["clip", "actual", "predicted", "a", "b"]].reset_index(drop=True)
    table[["a", "b"]] = [[1.0, 0.0], [0.0, 1.0]]
    pair = pair_verdicts(first, Predictions(table, ("a", "b")))
    assert pair.genres == ("a", "b")
    assert pair.n_tested == (4, 2)
    assert not pair.is_all
    assert len(pair.table) == 2
    other = make_predictions(["a"], ["a"], ("a", "b"))
    elsewhere = Predictions(other.table.assign(clip="elsewhere"), ("a", "b"))
    with pytest.raises(RunError, match="no test clip in common"):
        pair_verdicts(first, elsewhere)
    with pytest.raises(RunError, match="one genre only"):
        pair_verdicts(first, make_predictions(["a"], ["a"], ("a", "x")))
    with pytest.raises(RunError, match="disagree on the genre of 1 test clips"):
        pair_verdicts(other, make_predictions(["b"], ["b"], ("a", "b")))
    with pytest.raises(RunError, match="got 'z'"):
        disagreement_of(pair, actual="z")


def test_matrices_of_other_genres_are_not_subtracted_and_empty_rows_say_nothing() -> None:
    def matrix(rows: list[list[int]], genres: str) -> pd.DataFrame:
        return pd.DataFrame(rows, index=list(genres), columns=list(genres))

    with pytest.raises(RunError, match="same genres"):
        matrix_difference(matrix([[1, 0], [0, 1]], "ab"), STUDY.matrix)
    empty = matrix_difference(matrix([[0, 0], [1, 1]], "ab"), matrix([[1, 1], [1, 1]], "ab"))
    assert empty.shares.loc["a"].isna().all()
    assert empty.part(["b"]).counts.to_numpy().tolist() == [[0]]
