"""Groups of runs: figures known by hand."""

from dataclasses import replace
from math import sqrt
from typing import Any

import pandas as pd
import pytest

from core.errors import ConfigError, RunError
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import Predictions, TestResult
from core.experiments.aggregate import leak_rows, pool_folds, pool_predictions, spread
from core.experiments.groups import fold_configs, leak_configs, seed_configs, why_no_seeds
from core.experiments.leak import leak_meters
from core.features.numeric import NumericFeatures
from core.models.architectures import FfnnConfig
from core.models.classical import BoostingConfig, ForestConfig, LogisticConfig, SvmConfig
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from core.splits.config import SplitConfig

CONFIG = TrainingConfig(collection_id="c", genres=("jazz", "rock"), model=FfnnConfig())


def run(n_correct: int, n: int, config: TrainingConfig = CONFIG, *, run_id: str = "r", status: str = "finished") -> Run:
    result = TestResult(
        n_correct=n_correct, n=n, interval=wilson_interval(n_correct, n), chance=0.5, protocol=config.split.title
    )
    return Run(
        id=run_id,
        status=status,  # type: ignore[arg-type]
        created_at=0.0,
        config=config,
        collection_title="C",
        collection_fingerprint="f",
        synthetic=False,
        result=result if status == "finished" else None,
    )


def test_the_spread_of_three_seeds_is_that_of_the_book() -> None:
    found = spread([0.5, 0.6, 0.7])
    assert found.mean == pytest.approx(0.6)
    assert found.deviation == pytest.approx(0.1)
    half = 4.302652729911275 * 0.1 / sqrt(3)  # t of 97.5 % with 2 degrees of freedom
    assert found.interval == pytest.approx((0.6 - half, 0.6 + half))
    assert (found.lowest, found.highest, found.n_runs) == (0.5, 0.7, 3)
    alone = spread([0.4])
    assert (alone.mean, alone.deviation, alone.interval) == (0.4, None, None)
    assert spread([1.0, 0.0]).interval == (0.0, 1.0)


def test_folds_are_pooled_over_all_clips() -> None:
    configs = fold_configs(CONFIG, 3)
    assert [config.split.fold for config in configs] == [1, 2, 3]
    pooled = pool_folds([run(8, 10, configs[0]), run(5, 10, configs[1]), run(3, 5, configs[2])])
    assert (pooled.n_correct, pooled.n, pooled.accuracy) == (16, 25, 0.64)
    assert pooled.interval == wilson_interval(16, 25)
    assert pooled.folds.mean == pytest.approx((0.8 + 0.5 + 0.6) / 3)
    assert pooled.missing == ()
    assert pool_folds([run(8, 10, configs[0]), run(3, 5, configs[2])]).missing == (2,)


def test_what_is_no_division_is_not_pooled() -> None:
    one, two, _ = fold_configs(CONFIG, 3)
    with pytest.raises(RunError, match="same fold"):
        pool_folds([run(1, 2, one), run(2, 2, one)])
    with pytest.raises(RunError, match="not folds of the same split"):
        pool_folds([run(1, 2, one), run(2, 2, replace(two, seed=7))])
    with pytest.raises(RunError, match="not folds of the same split"):
        pool_folds([run(1, 2)])
    with pytest.raises(RunError, match="No fold is finished"):
        pool_folds([])


def predictions(*names: str) -> Predictions:
    rows = {"clip": names, "actual": "jazz", "predicted": "jazz", "jazz": 1.0, "rock": 0.0}
    return Predictions(pd.DataFrame(rows), ("jazz", "rock"))


def test_predictions_of_folds_hold_each_clip_once() -> None:
    assert pool_predictions([predictions("b"), predictions("a", "c")]).table["clip"].tolist() == ["a", "b", "c"]
    with pytest.raises(RunError, match="a was tested in two"):
        pool_predictions([predictions("a"), predictions("a")])


def test_runs_that_all_reached_the_same_have_no_interval() -> None:
    found = spread([0.75, 0.75, 0.75])
    assert (found.mean, found.deviation, found.interval) == (0.75, 0.0, None)


@pytest.mark.parametrize("model", [SvmConfig(), LogisticConfig(), BoostingConfig()])
def test_seeds_of_a_model_without_chance_need_splits_of_their_own(model: Any) -> None:
    config = replace(CONFIG, model=model, front_end=NumericFeatures())
    with pytest.raises(ConfigError, match="the same for every seed"):
        seed_configs(config, 3)
    varied = seed_configs(replace(config, split=SplitConfig(seed=7)), 3, fixed_split=False)
    assert [each.split.seed for each in varied] == [None] * 3
    assert len({each.split.ground(each.seed) for each in varied}) == 3
    fixed = replace(config, split=SplitConfig(protocol="fault-filtered"))
    assert "nor the test set (fault-filtered" in why_no_seeds(fixed)
    with pytest.raises(ConfigError, match="Neither the model"):
        seed_configs(fixed, 3, fixed_split=False)
    assert why_no_seeds(config) == ""
    assert why_no_seeds(replace(fixed, model=ForestConfig())) == ""


def test_seeds_keep_the_split_unless_told_otherwise() -> None:
    fixed = seed_configs(CONFIG, 3)
    assert [config.seed for config in fixed] == [42, 43, 44]
    assert {config.split.ground(config.seed) for config in fixed} == {("clip", False, 42, 0.2)}
    free = seed_configs(CONFIG, 3, fixed_split=False)
    assert len({config.split.ground(config.seed) for config in free}) == 3
    with pytest.raises(ConfigError, match="2 to 50"):
        seed_configs(CONFIG, 1)


def test_the_inflation_is_against_the_strictest() -> None:
    rows = leak_rows({"fault-filtered": [run(50, 100)], "clip": [run(74, 100)], "artist": [run(52, 100)]})
    assert [row.protocol for row in rows] == ["clip", "artist", "fault-filtered"]
    assert [row.inflation for row in rows] == pytest.approx([0.24, 0.02, 0.0])
    assert rows[0].interval == wilson_interval(74, 100)
    assert leak_rows({}) == ()


def test_a_meter_joins_what_differs_in_the_split_alone() -> None:
    by_artist = leak_configs(CONFIG, [SplitConfig(protocol="artist")])[0]
    folds = [
        run(7 + config.split.fold, 10, config, run_id=f"f{config.split.fold}") for config in fold_configs(CONFIG, 2)
    ]
    runs = [
        run(5, 10, by_artist, run_id="new"),
        run(9, 10, by_artist, run_id="old"),
        *folds,
        run(1, 10, run_id="single"),
        run(2, 10, replace(CONFIG, epochs=3), run_id="other"),
        run(0, 1, replace(CONFIG, split=SplitConfig(protocol="fault-filtered")), status="queued"),
    ]
    meters = leak_meters(runs)
    assert len(meters) == 2
    assert [(row.protocol, row.n_correct, row.n, row.runs) for row in meters[0].rows] == [
        ("clip", 17, 20, ("f1", "f2")),
        ("artist", 5, 10, ("new",)),
    ]
    assert meters[0].rows[0].inflation == pytest.approx(0.35)
    assert meters[0].waiting == ("fault-filtered",)
    assert leak_meters(runs[4:5])[0].rows[0].runs == ("single",)
    # An incomplete division says nothing of all clips.
    assert leak_meters([folds[0], runs[4]])[0].rows[0].runs == ("single",)
