"""Seeds and folds of one configuration as one: figures by hand."""

from dataclasses import replace
from typing import Any

import pytest

from core.evaluation.metrics import wilson_interval
from core.experiments.folding import fold_runs
from core.runs.record import Run
from core.splits.config import SplitConfig
from dashboard.tables.folded_runs import folded_frame
from tests.dashboard.made_up import finished


def seeded(seed: int, n_correct: int, *, split: SplitConfig | None = None, n: int = 40, **changes: Any) -> Run:
    run = finished(f"CNN, seed {seed}", n_correct, n)
    config = replace(run.config, seed=seed, split=split or SplitConfig())
    return replace(run, id=f"{seed}-{config.split.fold}", config=config, **changes)


def test_seeds_come_to_their_mean_and_spread() -> None:
    (row,) = fold_runs([seeded(3, 30), seeded(2, 20), seeded(1, 25)])
    assert (row.kind, row.name, len(row.runs), row.n) == ("seeds", "CNN", 3, 40)
    assert row.accuracy == pytest.approx(0.625)
    assert row.spread is not None
    assert row.spread.deviation == pytest.approx(0.125)
    assert (row.spread.lowest, row.spread.highest) == (0.5, 0.75)
    assert row.interval == wilson_interval(25, 40)
    assert row.missing == ()


def test_folds_of_one_division_are_pooled() -> None:
    runs = [
        seeded(7, n_correct, n=n, split=SplitConfig(n_folds=3, fold=fold))
        for fold, n_correct, n in ((1, 10, 20), (3, 30, 40))
    ]
    (row,) = fold_runs(runs)
    assert (row.kind, row.n, row.accuracy, row.missing) == ("folds", 60, 40 / 60, (2,))
    assert row.interval == wilson_interval(40, 60)
    assert row.spread is not None
    assert row.spread.mean == pytest.approx((0.5 + 0.75) / 2)


def test_chance_of_folds_is_that_of_all_their_clips() -> None:
    """The first fold alone may hold nearly one genre only, as where artists are kept apart."""
    runs = [
        seeded(7, n_correct, n=n, split=SplitConfig(n_folds=2, fold=fold))
        for fold, n_correct, n in ((1, 15, 20), (2, 45, 60))
    ]
    assert runs[0].result is not None
    runs[0] = replace(runs[0], result=replace(runs[0].result, chance=0.9))
    (row,) = fold_runs(runs)
    assert row.chance == pytest.approx((0.9 * 20 + 0.5 * 60) / 80)
    frame = folded_frame([row])
    assert frame["chance_percent"].tolist() == [pytest.approx(60)]
    assert frame["caution"].tolist() == [""]  # 65 to 83 %: better than chance


def test_folds_of_several_seeds_are_no_division() -> None:
    runs = [seeded(seed, 20, split=SplitConfig(n_folds=2, fold=fold)) for seed in (1, 2) for fold in (1, 2)]
    (row,) = fold_runs(runs)
    assert (row.kind, row.n, row.accuracy, row.spread.deviation) == ("seeds", 40, 0.5, 0.0)


def test_what_differs_or_says_nothing_of_the_spread_stands_by_itself() -> None:
    one, two = seeded(1, 20), seeded(2, 30)
    others = [
        replace(seeded(1, 20), id="again"),
        seeded(3, 20, stop_reason="pruned at epoch 3"),
        seeded(4, 20, status="failed", result=None),
        seeded(5, 20, collection_fingerprint="other"),
        seeded(6, 20, split=SplitConfig(seed=6)),
        replace(seeded(7, 20), config=replace(seeded(7, 20).config, epochs=99)),
    ]
    rows = fold_runs([one, *others, two])
    assert [[run.id for run in row.runs] for row in rows] == [["1-1", "2-1"], *[[run.id] for run in others]]
    assert all(row.kind == "single" and row.spread is None for row in rows[1:])
    assert rows[3].accuracy is None
    assert rows[3].n is None
    assert rows[3].interval is None
    assert rows[1].interval == one.result.interval


def test_what_seeds_are_called_does_not_matter() -> None:
    one = seeded(1, 20)
    renamed = replace(seeded(2, 30), config=replace(seeded(2, 30).config, name="Renamed"))
    (row,) = fold_runs([renamed, one])
    assert row.name == "Renamed"
