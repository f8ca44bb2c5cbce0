"""Two runs on the same clips."""

from dataclasses import replace
from typing import Any

import pytest

from core.errors import RunError
from core.evaluation.compare import compare_predictions
from core.evaluation.predictions import TestResult
from core.models.architectures import CnnConfig, FfnnConfig
from core.recipe.config import TrainingConfig
from core.runs.comparing import compare_runs, latest_comparable, latest_comparison
from core.runs.record import Run
from core.runs.store import get_run
from core.splits.config import SplitConfig
from tests.core.conftest import TrainedHome
from tests.core.evaluation.test_metrics import make_predictions

GENRES = ("a", "b")


def make_run(run_id: str, model: CnnConfig | FfnnConfig, *, n_correct: int = 5, **changes: Any) -> Run:
    given: dict[str, Any] = {
        "status": "finished",
        "collection_fingerprint": "f",
        "split_sizes": {"test": 10},
        "result": TestResult(n_correct=n_correct, n=10, interval=(0, 1), chance=0.5, protocol="p"),
    }
    config = TrainingConfig(collection_id="c", genres=GENRES, model=model, seed=changes.pop("seed", 42))
    return Run(id=run_id, created_at=0.0, config=config, collection_title="C", synthetic=False, **(given | changes))


def test_the_newest_pair_on_the_same_ground_is_found() -> None:
    runs = [
        make_run("running", CnnConfig(), status="running", result=None),
        make_run("other-seed", CnnConfig(), seed=1),
        make_run("other-clips", CnnConfig(), collection_fingerprint="g"),
        make_run("ffnn", FfnnConfig(), n_correct=4),
        make_run("cnn", CnnConfig(filters=(8,)), n_correct=7),
        make_run("old-cnn", CnnConfig()),
    ]
    found = latest_comparison(runs)
    assert found is not None
    assert (found.cnn.id, found.ffnn.id) == ("cnn", "ffnn")
    assert found.accuracy_difference == pytest.approx(0.3)


def test_no_pair_is_made_of_unlike_runs() -> None:
    assert latest_comparison([]) is None
    assert latest_comparison([make_run("a", CnnConfig()), make_run("b", CnnConfig())]) is None
    assert latest_comparison([make_run("a", CnnConfig()), make_run("b", FfnnConfig(), seed=1)]) is None
    failed = make_run("b", FfnnConfig(), status="failed", result=None)
    assert latest_comparison([make_run("a", CnnConfig()), failed]) is None


def test_paired_counts_and_mcnemar_by_hand() -> None:
    actual = ["a"] * 8 + ["b"] * 2
    first = make_predictions(actual, ["a"] * 8 + ["b", "a"], GENRES)
    second = make_predictions(actual, ["b"] * 5 + ["a"] * 3 + ["b", "a"], GENRES)
    paired = compare_predictions(first, second)
    assert (paired.n_both, paired.n_only_a, paired.n_only_b, paired.n_neither, paired.n) == (4, 5, 0, 1, 10)
    assert paired.p_value == pytest.approx(2 * 0.5**5)
    assert paired.accuracy_difference == pytest.approx(0.5)
    swapped = compare_predictions(second, first)
    assert (swapped.n_only_a, swapped.n_only_b, swapped.p_value) == (0, 5, paired.p_value)


def test_clips_are_paired_by_name_not_by_place() -> None:
    first = make_predictions(["a", "b"], ["a", "a"], GENRES)
    turned = replace(first, table=first.table.iloc[::-1])
    paired = compare_predictions(first, turned)
    assert (paired.n_both, paired.n_neither, paired.p_value) == (1, 1, 1.0)


def test_different_test_clips_cannot_be_compared() -> None:
    first = make_predictions(["a", "b"], ["a", "a"], GENRES)
    with pytest.raises(RunError, match="different clips"):
        compare_predictions(first, make_predictions(["a"], ["a"], GENRES))
    with pytest.raises(RunError, match="disagree on the genre"):
        compare_predictions(first, make_predictions(["b", "b"], ["a", "a"], GENRES))


def test_real_runs_are_paired(trained: TrainedHome) -> None:
    cnn, ffnn = get_run(trained.cnn), get_run(trained.ffnn)
    paired = compare_runs(cnn, ffnn)
    assert paired.n_both + paired.n_only_a == cnn.result.n_correct
    assert paired.n_both + paired.n_only_b == ffnn.result.n_correct
    assert latest_comparison([ffnn, cnn]).cnn == cnn


def test_folds_and_protocols_are_compared_only_where_the_same_clips_were_tested() -> None:
    def tested(split: SplitConfig, run_id: str, **changes: Any) -> Run:
        config = TrainingConfig(collection_id="c", genres=("a", "b"), model=FfnnConfig(), split=split, **changes)
        result = TestResult(n_correct=1, n=2, interval=(0.1, 0.9), chance=0.5, protocol="")
        return Run(
            id=run_id,
            status="finished",
            created_at=0.0,
            config=config,
            collection_title="C",
            collection_fingerprint="f",
            synthetic=False,
            split_sizes={"test": 2},
            result=result,
        )

    folds = [tested(SplitConfig(n_folds=2, fold=fold), f"fold{fold}") for fold in (1, 2)]
    others = [tested(SplitConfig(), "clip"), tested(SplitConfig(protocol="artist"), "art")]
    assert latest_comparable([*folds, *others]) is None
    again = tested(SplitConfig(n_folds=2, fold=2), "again", epochs=3)
    assert [run.id for run in latest_comparable([*folds, again]) or ()] == ["fold2", "again"]
    fixed = SplitConfig(protocol="fault-filtered")
    assert latest_comparable([tested(fixed, "x"), tested(fixed, "y", seed=1)]) is not None
    assert latest_comparable([tested(SplitConfig(), "x"), tested(SplitConfig(), "y", seed=1)]) is None
