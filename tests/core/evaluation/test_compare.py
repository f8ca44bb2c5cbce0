"""Two runs on the same clips."""

from dataclasses import replace
from typing import Any

import pytest

from core.errors import RunError
from core.evaluation.compare import compare_predictions
from core.evaluation.predictions import TestResult
from core.models.architectures import CnnConfig, FfnnConfig
from core.recipe.config import TrainingConfig
from core.runs.comparing import (
    best_comparable,
    best_comparison,
    best_counterpart,
    best_first,
    compare_runs,
    largest_same_ground,
)
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
    given |= {"created_at": 0.0, "collection_title": "C", "synthetic": False}
    return Run(id=run_id, config=config, **(given | changes))


def on_clips(run_id: str, model: CnnConfig | FfnnConfig, n: int, n_correct: int, **changes: Any) -> Run:
    result = TestResult(n_correct=n_correct, n=n, interval=(0, 1), chance=0.5, protocol="p")
    given = {"split_sizes": {"test": n}, "collection_fingerprint": f"{n} clips", "result": result}
    return make_run(run_id, model, **(given | changes))


def test_the_largest_ground_leads_and_there_the_best_of_each_kind() -> None:
    runs = [
        on_clips("tiny-cnn", CnnConfig(), 2, 2),
        on_clips("tiny-ffnn", FfnnConfig(), 2, 1),
        make_run("running", CnnConfig(), status="running", result=None),
        on_clips("cnn", CnnConfig(), 290, 150),
        on_clips("ffnn", FfnnConfig(), 290, 160),
        on_clips("better-cnn", CnnConfig(filters=(8,)), 290, 170),
        on_clips("pruned", CnnConfig(), 290, 200, stop_reason="pruned at epoch 3"),
        on_clips("synthetic-cnn", CnnConfig(), 2000, 1990, synthetic=True),
        on_clips("synthetic-ffnn", FfnnConfig(), 2000, 1990, synthetic=True),
    ]
    found = best_comparison(runs)
    assert found is not None
    assert (found.cnn.id, found.ffnn.id) == ("better-cnn", "ffnn")
    assert found.accuracy_difference == pytest.approx(10 / 290)
    assert [run.id for run in best_first(runs)] == [
        "better-cnn",
        "ffnn",
        "cnn",
        "synthetic-cnn",
        "synthetic-ffnn",
        "tiny-cnn",
        "tiny-ffnn",
        "pruned",
    ]
    # With nothing else, a handful of clips is better than nothing.
    tiny = best_comparison(runs[:2])
    assert tiny is not None
    assert (tiny.cnn.id, tiny.ffnn.id) == ("tiny-cnn", "tiny-ffnn")


def test_segments_at_random_and_trials_cut_off_never_lead() -> None:
    wrong = SplitConfig(protocol="segment-random")
    runs = [on_clips(kind.kind, kind, 290, 290) for kind in (CnnConfig(), FfnnConfig())]
    random = [replace(run, config=replace(run.config, split=wrong)) for run in runs]
    assert best_comparison(random) is None
    assert best_comparable(random) is None
    pruned = [replace(run, stop_reason="pruned at epoch 1") for run in runs]
    assert best_comparison(pruned) is None
    assert best_first([*pruned, on_clips("few", CnnConfig(), 3, 1)])[0].id == "few"


def test_the_counterpart_of_a_run_is_of_another_kind_where_there_is_one() -> None:
    opened = on_clips("opened", CnnConfig(), 40, 20)
    same, other = on_clips("same", CnnConfig(), 40, 39), on_clips("other", FfnnConfig(), 40, 10)
    elsewhere = on_clips("elsewhere", FfnnConfig(), 290, 200)
    assert best_counterpart(opened, [opened, same, other, elsewhere]) == other
    assert best_counterpart(opened, [opened, same, elsewhere]) == same
    assert best_counterpart(opened, [opened, elsewhere]) is None


def test_no_pair_is_made_of_unlike_runs() -> None:
    assert best_comparison([]) is None
    assert best_comparison([make_run("a", CnnConfig()), make_run("b", CnnConfig())]) is None
    assert best_comparison([make_run("a", CnnConfig()), make_run("b", FfnnConfig(), seed=1)]) is None
    failed = make_run("b", FfnnConfig(), status="failed", result=None)
    assert best_comparison([make_run("a", CnnConfig()), failed]) is None


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
    assert best_comparison([ffnn, cnn]).cnn == cnn


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
    assert best_comparable([*folds, *others]) is None
    again = tested(SplitConfig(n_folds=2, fold=2), "again", epochs=3)
    assert [run.id for run in best_comparable([*folds, again]) or ()] == ["fold2", "again"]
    assert [run.id for run in largest_same_ground([*folds, *others, again])] == ["fold2", "again"]
    assert largest_same_ground([*folds, *others]) == ()
    fixed = SplitConfig(protocol="fault-filtered")
    assert best_comparable([tested(fixed, "x"), tested(fixed, "y", seed=1)]) is not None
    assert best_comparable([tested(SplitConfig(), "x"), tested(SplitConfig(), "y", seed=1)]) is None
