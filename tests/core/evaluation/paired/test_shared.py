"""What several answerers share."""

import numpy as np
import pandas as pd
import pytest

from core.errors import RunError
from core.evaluation.paired.shared import restrict_genres, share_clips
from core.evaluation.predictions import Predictions
from tests.core.evaluation.test_metrics import make_predictions


def of_three() -> Predictions:
    table = pd.DataFrame(
        {
            "clip": ["x", "y", "z"],
            "actual": ["a", "b", "c"],
            "predicted": ["c", "b", "c"],
            "a": [0.3, 0.1, 0.1],
            "b": [0.1, 0.6, 0.2],
            "c": [0.6, 0.3, 0.7],
        }
    )
    return Predictions(table, ("a", "b", "c"))


def test_clips_are_paired_by_name_and_those_of_one_alone_are_left_out() -> None:
    first = make_predictions(["a", "b", "a"], ["a", "a", "b"], ("a", "b"))
    second = Predictions(first.table.iloc[[2, 1]], ("a", "b"))
    shared = share_clips([first, second])
    assert shared.names == ("c1", "c2")
    assert shared.n_tested == (3, 2)
    assert not shared.is_all
    assert shared.correct.tolist() == [[False, False], [False, False]]
    assert shared.named(np.array([False, True])) == ("c2",)


def test_other_genres_leave_the_most_probable_of_those_in_common() -> None:
    two = make_predictions(["a", "b"], ["a", "a"], ("b", "a"))
    named = Predictions(two.table.assign(clip=["x", "y"]), two.genres)
    shared = share_clips([of_three(), named])
    assert shared.genres == ("a", "b")
    # Without c, the clip x is a: 0.3 against 0.1.
    assert shared.predicted.tolist() == [[0, 1], [0, 0]]


def test_probabilities_of_fewer_genres_sum_to_one() -> None:
    part = restrict_genres(of_three(), ("b", "a"))
    assert part.genres == ("b", "a")
    assert list(part.table["predicted"]) == ["a", "b"]
    assert part.table[["b", "a"]].sum(axis=1).tolist() == pytest.approx([1, 1])
    assert part.table["a"].iloc[0] == pytest.approx(0.75)


def test_what_cannot_be_shared_is_said() -> None:
    first = make_predictions(["a", "b"], ["a", "b"], ("a", "b"))
    with pytest.raises(RunError, match="no test clip in common"):
        share_clips([first, Predictions(first.table.assign(clip=["p", "q"]), first.genres)])
    with pytest.raises(RunError, match=r"disagree on the genre of 1 test clips \(c0\)"):
        share_clips([first, Predictions(first.table.assign(actual=["b", "b"]), first.genres)])
    with pytest.raises(RunError, match="one genre only"):
        share_clips([first, make_predictions(["a"], ["a"], ("a", "z"))])
    with pytest.raises(RunError, match="all probability is on genres that are left out"):
        restrict_genres(make_predictions(["a"], ["c"], ("a", "b", "c")), ("a", "b"))
    with pytest.raises(RunError, match="got z"):
        restrict_genres(first, ("a", "z"))
