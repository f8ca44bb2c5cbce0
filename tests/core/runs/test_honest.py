"""The result to lead with."""

from dataclasses import replace
from typing import Any

import pytest

from core.runs.honest import best_honest, why_behind
from core.runs.record import Run
from core.splits.config import SplitConfig
from tests.dashboard.made_up import finished


def run(name: str, n_correct: int, n: int = 100, *, protocol: str = "clip", **changes: Any) -> Run:
    made = finished(name, n_correct, n)
    split = SplitConfig(protocol=protocol, n_excerpts=5 if protocol == "segment-random" else None)  # type: ignore[arg-type]
    config = replace(made.config, split=split, genres=changes.pop("genres", made.config.genres))
    return replace(made, config=config, **changes)


def test_a_strict_split_goes_before_a_higher_figure() -> None:
    loose, strict = run("CNN loose", 90), run("CNN strict", 60, protocol="artist")
    assert best_honest([loose, strict]) == strict
    assert why_behind(loose, strict) == "its split does not keep artists apart"
    assert why_behind(strict, strict) == ""


def test_recorded_music_goes_before_synthetic() -> None:
    made, real = run("CNN made", 99, protocol="artist", synthetic=True), run("CNN real", 55)
    assert best_honest([made, real]) == real
    assert why_behind(made, real) == "its music is synthetic"


def test_more_genres_go_before_fewer() -> None:
    two, three = run("CNN two", 99), run("CNN three", 60, genres=("a", "b", "c"))
    assert best_honest([two, three]) == three
    assert why_behind(two, three) == "it tells 2 genres apart instead of 3"


def test_a_high_figure_on_few_clips_does_not_win() -> None:
    few, many = run("CNN few", 28, 30), run("CNN many", 170, 200)
    assert few.result is not None
    assert many.result is not None
    assert few.result.accuracy > many.result.accuracy
    assert best_honest([few, many]) == many
    assert why_behind(few, many) == "the lower end of its interval is lower"


def test_a_handful_of_clips_is_never_led_with() -> None:
    handful = run("CNN handful", 5, 5, protocol="artist")
    assert best_honest([handful]) is None
    assert best_honest([]) is None
    behind = why_behind(handful, run("CNN many", 60))
    assert behind == "it was tested on 5 clips only, and 30 are the fewest to lead with"


@pytest.mark.parametrize("status", ["running", "failed", "queued"])
def test_what_did_not_finish_has_no_result(status: str) -> None:
    assert best_honest([run("CNN", 90, status=status)]) is None


def test_segments_on_both_sides_and_trials_ended_early_are_left_out() -> None:
    wrong, honest = run("CNN wrong", 99, protocol="segment-random"), run("CNN honest", 60)
    pruned = run("CNN pruned", 98, stop_reason="pruned at epoch 3")
    assert best_honest([wrong, pruned, honest]) == honest
    assert why_behind(wrong, honest) == "segments of one recording are on both sides of its split"
    assert why_behind(pruned, honest) == "a search ended it early"
