"""Matrices and clips of their cells as tables."""

import pandas as pd
import pytest

from core.evaluation.confusion.cells import clips_in_cells, verdict_rows
from core.evaluation.confusion.matrices import margins
from core.evaluation.confusion.two import matrix_difference, moved_clips, pair_verdicts
from core.evaluation.metrics import wilson_interval
from dashboard.tables.confusion import (
    clips_export,
    clips_frame,
    difference_export,
    genre_export,
    genre_frame,
    matrix_export,
    verdicts_frame,
)
from tests.core.evaluation.test_metrics import make_predictions


def matrix(rows: list[list[int]]) -> pd.DataFrame:
    names = ["blues", "jazz"]
    return pd.DataFrame(rows, index=pd.Index(names, name="actual"), columns=pd.Index(names, name="predicted"))


def test_recall_is_told_with_its_interval_precision_and_support() -> None:
    found = margins(matrix([[20, 20], [0, 0]]))
    frame = genre_frame(found, with_interval=True)
    assert frame["95 % interval"].tolist() == ["35 to 65 %", "–"]
    assert frame["Correct"].tolist() == ["20 of 40", "0 of 0"]
    assert frame["Recall"].tolist() == pytest.approx([50.0, float("nan")], nan_ok=True)
    assert frame["Precision"].tolist() == [100.0, 0.0]
    assert frame["Predicted"].tolist() == [20, 20]
    assert "95 % interval" not in genre_frame(found, with_interval=False)
    export = genre_export(found, with_interval=True)
    assert (export["low"][0], export["high"][0]) == wilson_interval(20, 40)
    assert export["low"].isna().tolist() == [False, True]


def test_matrices_are_exported_a_row_a_cell() -> None:
    table = matrix_export(matrix([[3, 1], [0, 2]]))
    assert table.columns.tolist() == ["actual", "predicted", "n", "row_share", "column_share"]
    assert table.iloc[1].tolist() == ["blues", "jazz", 1, 0.25, pytest.approx(1 / 3)]
    moved = difference_export(matrix_difference(matrix([[3, 1], [0, 2]]), matrix([[4, 0], [0, 2]])))
    assert moved.iloc[1].tolist() == ["blues", "jazz", 1, 0, 1, 0.25]


def test_what_is_known_of_clips_stands_beside_them() -> None:
    said = make_predictions(["a", "a"], ["b", "b"], ("a", "b"))
    known = pd.DataFrame({"artist": ["X", ""], "title": ["", ""], "fault": ["", "repeat"], "tags": ["", "loud"]})
    clips = clips_in_cells(verdict_rows([said]), [("a", "b")])
    frame = clips_frame(clips, known, run_names=["one"], is_of_several=False, heard=[True, False])
    assert frame.columns.tolist() == ["Clip", "Probability", "Artist", "Known fault", "Tags", "Sound here"]
    exported = clips_export(clips, known, run_names=["one"])
    assert exported["run"].tolist() == ["one", "one"]
    assert exported["probability"].tolist() == [1.0, 1.0]
    twice = clips_in_cells(verdict_rows([said, said]), [("a", None)])
    frame = clips_frame(twice, known, run_names=["one", "two"], is_of_several=True, heard=None)
    assert frame["Verdicts here"].tolist() == ["2 of 2", "2 of 2"]
    assert frame["Predicted"].tolist() == ["b", "b"]


def test_of_two_runs_it_is_said_who_put_a_clip_there() -> None:
    first, second = (make_predictions(["a", "a"], said, ("a", "b")) for said in (["b", "b"], ["b", "a"]))
    clips = moved_clips(pair_verdicts(first, second), [("a", "b")])
    known = pd.DataFrame({name: ["", ""] for name in ("artist", "title", "fault", "tags")})
    frame = clips_frame(clips, known, run_names=["one", "two"], is_of_several=False, heard=None)
    assert frame["Put here by"].tolist() == ["only one", "both"]
    assert frame["two says"].tolist() == ["a", "b"]
    exported = clips_export(clips, known, run_names=["one", "two"])
    assert exported["second_run"].tolist() == ["two", "two"]
    assert verdicts_frame([("one", "b", 0.5, False)]).iloc[0].tolist() == ["one", "b", 50.0, "wrong"]
