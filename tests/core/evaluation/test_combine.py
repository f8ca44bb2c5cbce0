"""Verdicts of several models on the same clips."""

import numpy as np
import pandas as pd
import pytest

from core.errors import RunError
from core.evaluation.combine import combine_predictions
from core.evaluation.predictions import Predictions


def make(rows: list[tuple[str, str, float, float]]) -> Predictions:
    table = pd.DataFrame(
        [(clip, actual, "a" if a >= b else "b", a, b) for clip, actual, a, b in rows],
        columns=["clip", "actual", "predicted", "a", "b"],
    )
    return Predictions(table, ("a", "b"))


def test_the_mean_decides_whatever_the_order_of_the_rows() -> None:
    one = make([("x", "a", 0.9, 0.1), ("y", "b", 0.6, 0.4)])
    other = make([("y", "b", 0.1, 0.9), ("x", "a", 0.4, 0.6)])
    combined = combine_predictions([one, other]).table
    assert combined["clip"].tolist() == ["x", "y"]
    assert combined["predicted"].tolist() == ["a", "b"]
    np.testing.assert_allclose(combined[["a", "b"]], [[0.65, 0.35], [0.35, 0.65]])


def test_one_alone_stays_what_it_is() -> None:
    alone = make([("x", "a", 0.9, 0.1), ("y", "b", 0.25, 0.75)])
    pd.testing.assert_frame_equal(combine_predictions([alone]).table, alone.table)


@pytest.mark.parametrize(
    "other",
    [[("x", "a", 0.5, 0.5)], [("x", "a", 0.5, 0.5), ("z", "b", 0.5, 0.5)], [("x", "b", 1, 0), ("y", "b", 1, 0)]],
)
def test_other_clips_are_refused(other: list[tuple[str, str, float, float]]) -> None:
    with pytest.raises(RunError, match="same clips"):
        combine_predictions([make([("x", "a", 0.9, 0.1), ("y", "b", 0.6, 0.4)]), make(other)])
