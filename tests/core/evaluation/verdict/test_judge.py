"""The verdict on answerers whose clips are made up."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RunError
from core.evaluation.metrics import confusion_matrix
from core.evaluation.predictions import Predictions
from core.evaluation.published import STUDY
from core.evaluation.verdict.judge import judge
from core.evaluation.verdict.records import Contender, Cost, Grouping
from tests.core.evaluation.test_metrics import make_predictions

GENRES = ("a", "b")


def contender(name: str, right: list[bool] | np.ndarray, **changes: Any) -> Contender:
    """One that is right on these clips; a and b by turns."""
    actual = [GENRES[place % 2] for place in range(len(right))]
    said = [
        genre if is_right else GENRES[1 - GENRES.index(genre)] for genre, is_right in zip(actual, right, strict=True)
    ]
    predictions = make_predictions(actual, said, GENRES)
    return Contender(name=name, matrix=confusion_matrix(predictions), predictions=predictions, **changes)


def counted(both: int, only_a: int, only_b: int, neither: int, **changes: Any) -> list[Contender]:
    first = [True] * (both + only_a) + [False] * (only_b + neither)
    second = [True] * both + [False] * only_a + [True] * only_b + [False] * neither
    return [contender("A", first, **changes), contender("B", second)]


def test_the_four_cells_their_clips_and_the_test() -> None:
    verdict = judge(counted(60, 25, 5, 10))
    pair = verdict.pairs[0]
    assert (pair.paired.n_both, pair.paired.n_only_a, pair.paired.n_only_b, pair.paired.n_neither) == (60, 25, 5, 10)
    assert {cell: len(clips) for cell, clips in pair.clips.items()} == {
        "both": 60, "only_first": 25, "only_second": 5, "neither": 10,
    }  # fmt: skip
    assert pair.clips["only_second"] == ("c85", "c86", "c87", "c88", "c89")
    assert pair.difference == pytest.approx(0.2)
    # Of the difference of paired proportions: sqrt((30 - 20 ** 2 / 100) / 100 ** 2) = 0.051.
    assert pair.interval == pytest.approx((0.1, 0.3), abs=0.015)
    assert pair.by_group is None
    assert pair.p_adjusted == pair.paired.p_value < 0.001
    assert verdict.is_all
    assert verdict.standings[0].kappa == pytest.approx(0.7)
    assert "A is better by 20.0 points, more than chance would explain" in verdict.sentence
    assert "A is right for 85.0 % and B for 65.0 %" in verdict.sentence


def test_a_difference_that_the_clips_do_not_bear_out_is_called_that() -> None:
    verdict = judge(counted(60, 15, 10, 15))
    assert "That does not suffice to tell them apart: +5.0 points" in verdict.sentence
    # Connor: (1.96 * 0.5 + 0.8416 * sqrt(0.2475)) ** 2 / 0.0025 = 782.5
    assert verdict.pairs[0].clips_needed == 783
    assert "about 780 test clips would" in verdict.sentence


def test_few_clips_say_so_first_and_chance_is_named() -> None:
    verdict = judge(counted(1, 0, 1, 3))
    assert verdict.sentence.startswith(
        "5 test clips say almost nothing: the accuracies may be 4 to 62 % and 12 to 77 %."
    )
    assert "A and B are no better than chance (60.0 %)." in verdict.sentence


def test_the_same_mistakes_say_nothing_of_a_difference() -> None:
    verdict = judge(counted(30, 0, 0, 10))
    assert "right on exactly the same clips" in verdict.sentence
    pair = verdict.pairs[0]
    assert pair.paired.p_value == 1.0
    assert pair.interval[0] < 0 < pair.interval[1]  # not the point that the bootstrap would give
    assert "Agresti" in pair.method
    assert pair.errors.kappa == 1.0


def test_cost_is_held_against_what_it_gains() -> None:
    dear, cheap = Cost(training_s=300, n_parameters=1000), Cost(training_s=100, n_parameters=2000)
    first, second = counted(60, 25, 5, 10, cost=dear)
    worse = Contender(name="B", matrix=second.matrix, predictions=second.predictions, cost=cheap)
    text = judge([first, worse]).sentence
    assert text.endswith("A needs 3.0 times the training time and 50 % of the parameters.")
    text = judge([worse, first]).sentence
    assert text.endswith("A needs 3.0 times the training time and 50 % of the parameters.")
    even, other = counted(60, 10, 10, 20, cost=dear)
    text = judge([even, Contender(name="B", matrix=other.matrix, predictions=other.predictions, cost=cheap)]).sentence
    assert text.endswith("nothing here shows that it is worth it.")
    assert judge(counted(60, 10, 10, 20, cost=dear)).pairs[0].cost_ratios == {}


def test_clips_of_one_artist_count_as_the_one_thing_that_they_are() -> None:
    right = [True] * 40 + [False] * 40
    groups = Grouping(of={f"c{place}": f"artist {place // 10}" for place in range(80)}, word="artist")
    first, second = contender("A", right, grouping=groups), contender("B", [False] * 30 + [True] * 10 + [False] * 40)
    verdict = judge([first, second])
    by_group = verdict.standings[0].by_group
    assert by_group is not None
    assert (by_group.n_groups, by_group.largest) == (8, 10)
    low, high = by_group.interval
    assert high - low > 2 * (verdict.standings[0].result.interval[1] - verdict.standings[0].result.interval[0])
    pair = verdict.pairs[0]
    assert pair.paired.p_value < 1e-6
    # Three artists that only A knows, none that only B does: two of the eight tosses of three coins.
    assert pair.p_by_group == pair.p_adjusted == pytest.approx(0.25)
    assert "whole artists in place of clips, p = 0.25" in verdict.sentence
    assert "does not suffice" in verdict.sentence
    assert "8, the largest with 10 clips" in verdict.notes[0]
    assert "With so few artists even that is too narrow" in verdict.notes[0]


def test_the_artists_that_are_told_are_those_of_the_clips_in_common() -> None:
    right = [place % 3 > 0 for place in range(80)]
    groups = Grouping(of={f"c{place}": f"artist {place // 10}" for place in range(80)}, word="artist")
    verdict = judge([contender("A", right, grouping=groups), contender("B", [place % 2 > 0 for place in range(30)])])
    assert verdict.n_shared == 30
    assert verdict.standings[0].by_group is not None
    assert verdict.standings[0].by_group.n_groups == 8
    assert any("(3, the largest with 10 clips)" in note for note in verdict.notes)


def test_a_group_may_be_called_as_a_clip_is_and_groups_of_one_are_none() -> None:
    alone = Grouping(of={f"c{place}": f"{place}" for place in range(40)}, word="artist")
    assert judge(counted(20, 5, 5, 10, grouping=alone)).pairs[0].by_group is None
    named = Grouping(of={"c0": "c2", "c1": "c2"}, word="artist")
    by_group = judge(counted(20, 5, 5, 10, grouping=named)).standings[0].by_group
    assert by_group is not None
    assert by_group.n_groups == 39


def test_all_right_is_not_taken_for_certain() -> None:
    groups = Grouping(of={f"c{place}": f"{place // 20}" for place in range(40)}, word="artist")
    by_group = judge([contender("A", [True] * 40, grouping=groups), contender("B", [True] * 40)]).standings[0].by_group
    assert by_group is not None
    assert by_group.interval == pytest.approx((0.342, 1.0), abs=0.001)  # Wilson, 2 of 2


def test_groups_that_all_say_the_same_do_not_make_it_certain() -> None:
    # Each of ten artists has two clips that both know and two that only B knows.
    groups = Grouping(of={f"c{place}": f"{place // 4}" for place in range(40)}, word="artist")
    verdict = judge([contender("A", [True, True, False, False] * 10, grouping=groups), contender("B", [True] * 40)])
    by_group = verdict.pairs[0].by_group
    assert by_group is not None
    assert by_group.interval[0] < -0.5 < by_group.interval[1] < 0
    assert verdict.pairs[0].p_by_group == pytest.approx(2 / 2**10)
    assert "whole artists in place of clips" in verdict.sentence
    same = judge([contender("A", [True] * 40, grouping=groups), contender("B", [True] * 40)]).pairs[0].by_group
    assert same is not None
    assert same.interval[0] == pytest.approx(-same.interval[1])


def test_three_are_tested_together_and_pair_by_pair() -> None:
    rng = np.random.default_rng(0)
    rights = [rng.random(200) < share for share in (0.5, 0.55, 0.9)]
    verdict = judge([contender(name, right) for name, right in zip("ABC", rights, strict=True)])
    assert verdict.cochran is not None
    assert verdict.cochran.degrees == 2
    assert [(pair.first, pair.second) for pair in verdict.pairs] == [(0, 1), (0, 2), (1, 2)]
    assert all(pair.p_adjusted >= pair.paired.p_value for pair in verdict.pairs)
    assert "C is better than A and C is better than B; the other pair cannot be told apart." in verdict.sentence
    same = judge([contender(name, rights[0]) for name in "ABC"])
    assert "No two of them can be told apart" in same.sentence


def test_different_genres_are_compared_by_bits_and_on_the_clips_in_common() -> None:
    table = pd.DataFrame(
        {
            "clip": ["c0", "c1", "c2"],
            "actual": ["a", "b", "z"],
            "predicted": ["z", "b", "z"],
            "a": [0.4, 0.1, 0.1],
            "b": [0.1, 0.6, 0.1],
            "z": [0.5, 0.3, 0.8],
        }
    )
    three = Predictions(table, ("a", "b", "z"))
    more = Contender(name="Three", matrix=confusion_matrix(three), predictions=three)
    verdict = judge([more, contender("Two", [True, False])])
    assert verdict.genres == GENRES
    assert (verdict.n_shared, verdict.is_all) == (2, False)
    assert [result.n_correct for result in verdict.on_shared] == [2, 1]
    assert [standing.result.n_correct for standing in verdict.standings] == [2, 1]
    assert "the most probable of these counts" in verdict.notes[0]


def test_a_published_matrix_is_compared_where_clips_are_not_needed() -> None:
    ours = make_predictions(["rock"] * 6 + ["jazz"] * 4, ["rock"] * 8 + ["jazz"] * 2, tuple(sorted(STUDY.genres)))
    run = Contender(name="Run", matrix=confusion_matrix(ours), predictions=ours, protocol="by artist")
    verdict = judge([run, STUDY.contender])
    assert verdict.pairs == ()
    assert "only the matrix is known" in verdict.reason
    assert verdict.apart[0].difference == pytest.approx(0.8 - 0.68)
    assert "zero is within it, so nothing follows" in verdict.sentence
    assert "Their splits differ too: by artist; by clip, 80/20" in verdict.sentence
    assert "Run: 10 test clips say little: 49 to 94 %" in verdict.sentence
    other = judge([contender("Two", [True] * 20 + [False] * 20), STUDY.contender])
    assert other.apart == ()
    assert "Accuracies for different genres are no measure of each other" in other.sentence
    assert "of 3.32 bits, kappa 0.64" in other.sentence


def test_numbers_and_reasons_out_of_bounds_are_refused() -> None:
    with pytest.raises(RunError, match="Expected 2 to 12 runs to compare, got 1"):
        judge([contender("A", [True])])
    empty = make_predictions([], [], GENRES)
    with pytest.raises(RunError, match="B has no test clip"):
        judge([contender("A", [True]), Contender(name="B", matrix=confusion_matrix(empty), predictions=empty)])
    given = judge(counted(1, 1, 1, 1), reason="their collections differ")
    assert given.pairs == ()
    assert "cannot be compared clip by clip: their collections differ." in given.sentence


def test_a_verdict_is_plain_json() -> None:
    values = json.loads(json.dumps(judge(counted(10, 5, 3, 2)).to_dict(), allow_nan=False))
    assert values["pairs"][0]["paired"]["n_only_a"] == 5
    assert values["standings"][0]["result"]["accuracy"] == 0.75
    assert values["pairs"][0]["difference"] == pytest.approx(0.1)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=60))
def test_who_comes_first_turns_the_signs_only(rights: list[tuple[bool, bool]]) -> None:
    first, second = (contender(name, [pair[place] for pair in rights]) for place, name in enumerate("AB"))
    one, other = judge([first, second]).pairs[0], judge([second, first]).pairs[0]
    assert one.difference == pytest.approx(-other.difference)
    assert one.paired.p_value == pytest.approx(other.paired.p_value)
    assert one.interval[0] <= one.difference <= one.interval[1]
    assert (one.interval[0], one.interval[1]) == pytest.approx(
        (-other.interval[1], -other.interval[0]), abs=max(0.06, 1.01 / len(rights))
    )
    assert one.kappa == (None if other.kappa is None else pytest.approx(other.kappa))
    assert one.clips["only_first"] == other.clips["only_second"]
