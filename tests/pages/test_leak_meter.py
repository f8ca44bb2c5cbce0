"""Compare: the leak meter and groups of runs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from core.clips.collection import Collection
from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from core.experiments.groups import fold_configs, leak_configs
from core.features.numeric import NumericFeatures
from core.models.architectures import FfnnConfig
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from core.splits.config import SplitConfig
from dashboard import services
from dashboard.sentences.leak import leak_sentence
from tests.pages.apps import as_numbers, chart_rows, checked, metrics, rendered, run_page, texts
from tests.pages.conftest import quick_config


def a_run(collection: Collection, config: TrainingConfig, n_correct: int, n: int, **changes: Any) -> Run:
    result = TestResult(
        n_correct=n_correct,
        n=n,
        interval=wilson_interval(n_correct, n),
        chance=0.3,
        protocol=f"{config.split.title}: x",
    )
    given: dict[str, Any] = {
        "id": f"{config.split.protocol[:2]}{config.split.fold}{config.seed}".ljust(32, "0").replace("-", "0"),
        "status": "finished",
        "created_at": 0.0,
        "config": config,
        "collection_title": collection.title,
        "collection_fingerprint": collection.fingerprint,
        "synthetic": False,
        "split_sizes": {"train": 640},
        "training_s": 3.0,
        "result": result,
    }
    return Run(**(given | changes))


def show(monkeypatch: pytest.MonkeyPatch, runs: Sequence[Run]) -> None:
    monkeypatch.setattr(services, "runs", lambda **given: tuple(runs))
    monkeypatch.setattr(services, "run", lambda run_id: next(run for run in runs if run.id == run_id))


@pytest.fixture
def with_artists(home: Any, tiny_folder: Any) -> Collection:
    """The tiny collection with four artists a genre."""
    from core.importing.register import import_folder

    rows = [f"{genre}.{n:05d},{genre} {n // 2}" for genre in ("bass", "hiss", "treble") for n in range(8)]
    (tiny_folder / "clips.csv").write_text("\n".join(["clip,artist", *rows]))
    return import_folder(tiny_folder)


def test_the_meter_draws_what_runs_there_are_and_starts_the_missing(
    with_artists: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = quick_config(with_artists)
    started: list[tuple[list[TrainingConfig], str]] = []
    monkeypatch.setattr(
        "dashboard.compare.leak.start_group",
        lambda configs, kind, *, token: started.append((list(configs), kind)),
    )
    show(monkeypatch, [a_run(with_artists, config, 30, 40)])
    app = run_page("compare", tab="Leak meter")
    assert "under one protocol only: 75.0 % of 40 clips" in texts(app)
    assert "**Not trained yet:** segments at random, by artist. About 22 s, with the start of each training." in texts(
        app
    )
    app.button(key="leak:start").click().run()
    checked(app)
    configs, kind = started[0]
    assert kind == "leak"
    assert [each.split for each in configs] == [
        SplitConfig(protocol="segment-random", n_excerpts=5),
        SplitConfig(protocol="artist"),
    ]
    assert [replace(each, split=config.split) for each in configs] == [config, config]


def test_the_inflation_is_said_in_points(with_artists: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    config = quick_config(with_artists)
    by_artist, filtered = leak_configs(config, [SplitConfig(protocol="artist"), SplitConfig(protocol="fault-filtered")])
    runs = [
        a_run(with_artists, config, 80, 100),
        a_run(with_artists, by_artist, 50, 100, split_sizes={"train": 400}),
        a_run(with_artists, filtered, 0, 1, status="queued", result=None),
    ]
    show(monkeypatch, runs)
    app = run_page("compare", tab="Leak meter")
    assert "**30.0 points of inflation.** Divided by clip the same recipe scores 80.0 %" in texts(app)
    assert "The intervals do not overlap." in texts(app)
    assert "it has 400 clips, divided by clip 640" in texts(app)
    assert "Queued or in training: fault-filtered" in texts(app)
    table = app.dataframe[0].value
    assert table["Inflation"].tolist() == ["+30.0 points", "–"]
    assert table["Correct"].tolist() == ["80 of 100", "50 of 100"]


def test_excerpts_and_columns_stand_among_the_protocols(
    with_artists: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = quick_config(with_artists)
    cut, by_album = leak_configs(
        config,
        [
            SplitConfig(protocol="segment-random", n_excerpts=5),
            SplitConfig(protocol="group", group_column="<i>album</i>"),
        ],
    )
    runs = [
        a_run(with_artists, cut, 450, 500, split_sizes={"train": 1600}),
        a_run(with_artists, config, 70, 100),
        a_run(with_artists, by_album, 60, 100),
    ]
    show(monkeypatch, runs)
    app = run_page("compare", tab="Leak meter")
    table = app.dataframe[0].value
    assert table["Protocol"].tolist() == ["Segments at random", "By clip", "By <i>album</i>"]
    assert table["Correct"].tolist() == ["450 of 500 excerpts", "70 of 100", "60 of 100"]
    assert table["Used for training"].tolist() == ["1,600 excerpts", "640 clips", "640 clips"]
    sentence = next(element.value for element in app.markdown if "points of inflation" in element.value)
    assert rendered(sentence).startswith("30.0 points of inflation. With excerpts of clips divided at random the same")
    assert "divided by <i>album</i>" in rendered(sentence)
    assert "that interval is too narrow" in texts(app)


def test_what_a_recipe_cannot_be_trained_under_is_said(
    with_artists: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = quick_config(with_artists, model=FfnnConfig(units=(4,)), front_end=NumericFeatures())
    show(monkeypatch, [a_run(with_artists, config, 30, 40)])
    app = run_page("compare", tab="Leak meter")
    assert "Not with this recipe: segments at random. Segments at random: excerpts are cut from" in texts(app)
    assert "**Not trained yet:** by artist." in texts(app)


def test_overlapping_intervals_are_said_to_overlap(with_artists: Collection) -> None:
    from core.experiments.aggregate import leak_rows

    config = quick_config(with_artists)
    rows = leak_rows({"clip": [a_run(with_artists, config, 8, 10)], "artist": [a_run(with_artists, config, 7, 10)]})
    assert "some of the difference may be due to chance" in leak_sentence(rows)
    rows = leak_rows({"clip": [a_run(with_artists, config, 6, 10)], "artist": [a_run(with_artists, config, 7, 10)]})
    assert leak_sentence(rows).startswith("No protocol scores above the strictest")


def test_folds_of_a_group_are_pooled(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    config = quick_config(tiny_collection)
    group = {"group": "g1", "group_kind": "folds", "group_label": "Quick, 2 folds by clip"}
    runs = [
        a_run(tiny_collection, each, n_correct, 10, **group, group_place=f"{place} of 2")
        for place, (each, n_correct) in enumerate(zip(fold_configs(config, 2), (9, 5), strict=True), start=1)
    ]
    show(monkeypatch, runs)
    app = run_page("compare", tab="Groups")
    shown = metrics(app)
    assert shown["Pooled accuracy"] == "70.0 %"
    low, high = wilson_interval(14, 20)
    assert shown["95 % interval"] == f"{100 * low:.0f} to {100 * high:.0f} %"
    assert shown["Mean of the folds"] == "70.0 ± 28.3 %"
    assert app.dataframe[0].value["Fold"].tolist() == ["1 of 2", "2 of 2"]
    show(monkeypatch, runs[1:])
    assert "no finished run for fold 1" in texts(run_page("compare", tab="Groups"))


def test_seeds_of_a_group_have_a_mean_and_a_spread(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = quick_config(tiny_collection)
    runs = [
        a_run(
            tiny_collection,
            replace(config, seed=seed),
            4 + seed,
            10,
            group="g",
            group_kind="seeds",
            group_place=str(seed),
        )
        for seed in (1, 2, 3)
    ]
    show(monkeypatch, runs)
    app = run_page("compare", tab="Groups")
    assert metrics(app)["Mean accuracy"] == "60.0 ± 10.0 %"
    assert metrics(app)["95 % interval of the mean"] == "35 to 85 %"


def test_groups_and_meter_say_what_to_do_when_there_is_nothing(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(monkeypatch, [a_run(tiny_collection, quick_config(tiny_collection), 0, 1, status="failed", result=None)])
    assert "No group of runs yet" in texts(run_page("compare", tab="Groups"))
    assert "No finished run yet" in texts(run_page("compare", tab="Leak meter"))


def test_the_chart_holds_the_rows(with_artists: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    config = quick_config(with_artists)
    show(monkeypatch, [a_run(with_artists, config, 30, 40)])
    app = run_page("compare", tab="Leak meter")
    rows = next(rows for place in range(4) if "low" in (rows := chart_rows(app, dataset=place)) and "protocol" in rows)
    assert as_numbers(rows["accuracy"]) == [0.75]
    assert rows["text"].tolist() == ["75.0 %, n = 40"]


def test_why_a_protocol_is_impossible_is_said(home: Any, tiny_folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Artists are known, but one genre has two only: that is the reason, and not that none is known."""
    from core.importing.register import import_folder

    rows = [f"{genre}.{n:05d},{genre} {n // 4}" for genre in ("bass", "hiss", "treble") for n in range(8)]
    (tiny_folder / "clips.csv").write_text("\n".join(["clip,artist", *rows]))
    collection = import_folder(tiny_folder)
    show(monkeypatch, [a_run(collection, quick_config(collection), 30, 40)])
    said = rendered(texts(run_page("compare", tab="Leak meter")))
    assert "Not with these clips: by artist. The 8 clips of bass are by 2 artists (bass 0, bass 1); the 8" in said
    assert "Bring clips by 1 more artist of each of bass, hiss and treble." in said
    assert "Not with these clips: fault-filtered. Of these 24 clips no published partition is known." in said
