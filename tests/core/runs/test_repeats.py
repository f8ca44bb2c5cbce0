"""Other folds and seeds of a run, and runs whose test clips are the same."""

from dataclasses import replace

import pandas as pd
import pytest

from core.errors import RunError
from core.evaluation.predictions import Predictions
from core.runs.record import Run
from core.runs.repeats import repeats_of
from core.runs.same_clips import may_share_clips, names_same_clips, require_same_clips
from core.splits.config import SplitConfig
from tests.dashboard.made_up import finished


def run_of(name: str, *, created_at: float = 0.0, **changes: object) -> Run:
    run = finished(name, 20, created_at=created_at)
    return replace(run, config=replace(run.config, **changes))


def fold(number: int, *, seed: int = 1, created_at: float = 0.0, name: str = "") -> Run:
    split = SplitConfig(n_folds=3, fold=number)
    return run_of(name or f"CNN {number} {seed}", split=split, seed=seed, created_at=created_at)


def test_folds_are_those_of_one_seed_and_the_newest_of_each() -> None:
    first, second, other_seed = fold(1), fold(2), fold(3, seed=2)
    again = fold(2, created_at=5.0, name="CNN again")
    unlike = replace(fold(3), collection_fingerprint="another")
    runs = [other_seed, second, again, unlike, first]
    assert repeats_of(first, runs, "folds") == (first, again)
    assert repeats_of(second, runs, "folds") == (first, second)  # the one in view stays
    assert repeats_of(first, runs, "seeds") == (first,)


def test_seeds_differ_in_nothing_else() -> None:
    one, two = run_of("CNN one", seed=1), run_of("CNN two", seed=2)
    slower = run_of("CNN slow", seed=3, learning_rate=1e-4)
    failed = replace(run_of("CNN failed", seed=4), status="failed")
    assert repeats_of(two, [slower, two, failed, one], "seeds") == (one, two)
    assert repeats_of(one, [one, two], "folds") == (one,)  # without folds there are none


def predictions(names: list[str], genres: list[str]) -> Predictions:
    table = pd.DataFrame({"clip": names, "actual": genres, "predicted": genres, "blues": 1.0, "jazz": 0.0})
    return Predictions(table, ("blues", "jazz"))


def test_a_name_says_which_clip_it_is_in_one_collection_and_in_gtzan() -> None:
    here, there = run_of("CNN"), run_of("FFNN", collection_id="elsewhere")
    gtzan, mine = predictions(["blues.00000"], ["blues"]), predictions(["song"], ["blues"])
    assert names_same_clips(here, here, mine, mine)
    assert names_same_clips(here, there, gtzan, gtzan)
    assert not names_same_clips(here, there, mine, mine)
    assert not names_same_clips(here, replace(there, synthetic=True), gtzan, gtzan)
    assert may_share_clips(here, there)
    assert not may_share_clips(here, replace(there, synthetic=True))
    assert not may_share_clips(here, run_of("FFNN", genres=("jazz", "metal")))
    with pytest.raises(RunError, match="different collections"):
        require_same_clips(here, there, mine, mine)
