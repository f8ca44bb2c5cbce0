"""The result to lead with."""

from dataclasses import replace
from typing import Any

import pytest

from core.evaluation.metrics import wilson_interval
from core.experiments.honest import best_honest, why_behind
from core.features.musicnn import MusicnnFeatures
from core.models.architectures import LdaConfig
from core.runs.record import Run
from core.splits.config import SplitConfig
from tests.dashboard.made_up import finished


def run(name: str, n_correct: int, n: int = 100, *, split: SplitConfig | None = None, **changes: Any) -> Run:
    made = finished(name, n_correct, n)
    config = replace(made.config, split=split or SplitConfig(), genres=changes.pop("genres", made.config.genres))
    return replace(made, config=config, **changes)


STRICT = SplitConfig(protocol="artist")


def best(*runs: Run) -> Run:
    found = best_honest(runs)
    assert found is not None
    return found.run


def behind(of: Run, *others: Run) -> str:
    found = best_honest([of, *others])
    assert found is not None
    return why_behind(of, found)


def test_a_strict_split_goes_before_a_higher_figure() -> None:
    loose, strict = run("CNN loose", 90), run("CNN strict", 60, split=STRICT)
    assert best(loose, strict) == strict
    assert behind(loose, strict) == "its split does not keep artists apart"
    assert behind(strict, loose) == ""


def test_recorded_music_goes_before_synthetic() -> None:
    made, real = run("CNN made", 99, split=STRICT, synthetic=True), run("CNN real", 55)
    assert best(made, real) == real
    assert behind(made, real) == "its music is synthetic"


def test_more_genres_go_before_fewer() -> None:
    two, three = run("CNN two", 99), run("CNN three", 60, genres=("a", "b", "c"))
    assert best(two, three) == three
    assert behind(two, three) == "it tells 2 genres apart instead of 3"


def test_a_high_figure_on_few_clips_does_not_win() -> None:
    few, many = run("CNN few", 28, 30), run("CNN many", 170, 200)
    assert few.result is not None
    assert many.result is not None
    assert few.result.accuracy > many.result.accuracy
    assert best(few, many) == many
    assert behind(few, many) == "the lower end of its interval is lower"


def test_a_handful_of_clips_is_never_led_with() -> None:
    handful = run("CNN handful", 5, 5, split=STRICT)
    assert best_honest([handful]) is None
    assert best_honest([]) is None
    said = behind(handful, run("CNN many", 60))
    assert said == "it was tested on 5 clips only, and 30 are the fewest to lead with"


def folds(*n_correct: int, of: int, group: str = "g") -> list[Run]:
    return [
        run(f"CNN fold {fold}", right, 40, split=SplitConfig(n_folds=of, fold=fold), group=group, group_kind="folds")
        for fold, right in enumerate(n_correct, start=1)
    ]


def unnamed(runs: list[Run]) -> list[Run]:
    """As folds are: under one name."""
    return [replace(each, config=replace(each.config, name="CNN")) for each in runs]


def test_folds_count_together_and_never_the_luckiest() -> None:
    found = best_honest(unnamed(folds(10, 24, 38, of=3)))
    assert found is not None
    assert (found.kind, found.result.n_correct, found.result.n) == ("folds", 72, 120)
    assert found.result.interval == wilson_interval(72, 120)
    assert found.run.config.split.fold == 2
    assert "3 folds together, each clip tested once" in found.result.protocol
    assert why_behind(found.runs[2], found) == ""


def test_a_division_that_lacks_a_fold_is_no_result() -> None:
    lacking = unnamed(folds(10, 39, of=3))
    assert best_honest(lacking) is None
    assert behind(lacking[1], run("CNN whole", 30)) == "it is one fold, and of folds only all together count"


def test_of_seeds_the_one_in_the_middle_counts() -> None:
    seeds = [run(f"CNN {right}", right, group="s", group_kind="seeds") for right in (80, 60, 70)]
    found = best_honest(seeds)
    assert found is not None
    assert (found.kind, found.result.n_correct, len(found.runs)) == ("seeds", 70, 3)


def test_ears_that_others_trained_are_left_out() -> None:
    ears = run("CNN ears", 99)
    config = replace(ears.config, model=LdaConfig(), front_end=MusicnnFeatures(), epochs=1)
    borrowed, own = replace(ears, config=config), run("CNN own", 40)
    assert best(borrowed, own) == own
    assert "may have heard its test clips before" in behind(borrowed, own)


@pytest.mark.parametrize("status", ["running", "failed", "queued"])
def test_what_did_not_finish_has_no_result(status: str) -> None:
    assert best_honest([run("CNN", 90, status=status)]) is None


def test_segments_on_both_sides_and_trials_ended_early_are_left_out() -> None:
    wrong = run("CNN wrong", 99, split=SplitConfig(protocol="segment-random", n_excerpts=5))
    honest, pruned = run("CNN honest", 60), run("CNN pruned", 98, stop_reason="pruned at epoch 3")
    assert best(wrong, pruned, honest) == honest
    assert behind(wrong, honest) == "segments of one recording are on both sides of its split"
    assert behind(pruned, honest) == "a search ended it early"
