import time
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.cost.memory import estimate_memory
from core.errors import SplitError
from core.jobs.progress import Progress
from core.models.architectures import CnnConfig
from core.recipe.config import TrainingConfig
from core.recipe.presets import PRESETS
from core.runs.record import EpochRecord, Run
from core.runs.store import get_run
from core.splits.config import SplitConfig
from core.splits.make import make_split
from core.splits.summary import summarise
from dashboard import services
from dashboard.sentences.wording import format_count, format_megabytes
from dashboard.tables.split import split_table
from tests.pages.apps import chart_rows, checked, metrics, query, run_page, texts
from tests.pages.conftest import RunsHome, quick_config


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[TrainingConfig, str]]:
    """Trainings that the page started; none of them runs."""
    calls: list[tuple[TrainingConfig, str]] = []

    def start(config: TrainingConfig, *, token: str) -> str:
        calls.append((config, token))
        return "f" * 32

    monkeypatch.setattr("dashboard.train.form.training_form.start_training", start)
    return calls


def start_button(app: AppTest) -> Any:
    return next(button for button in app.button if button.label == "Start training")


def choose_genres(app: AppTest, *genres: str) -> AppTest:
    group = next(group for group in app.button_group if group.label == "Genres to tell apart")
    group.set_value(list(genres)).run()
    return checked(app)


def test_a_click_on_start_is_answered_before_anything_else(own_extracted: Collection, started: list[Any]) -> None:
    app = run_page("train", collection=own_extracted.id)
    start_button(app).click().run()
    checked(app)
    assert [toast.value for toast in app.toast] == ["Starting the training"]


def running_run(collection: Collection, **changes: Any) -> Run:
    config = quick_config(collection, name="Slow CNN", epochs=20)
    history = (
        EpochRecord(epoch=1, loss=1.2, accuracy=0.5, val_loss=1.3, val_accuracy=0.25),
        EpochRecord(epoch=2, loss=0.9, accuracy=0.75, val_loss=1.5, val_accuracy=0.5),
    )
    given: dict[str, Any] = {
        "id": "a" * 32,
        "status": "running",
        "created_at": time.time(),
        "config": config,
        "collection_title": collection.title,
        "collection_fingerprint": collection.fingerprint,
        "synthetic": False,
        "history": history,
        "n_parameters": config.n_parameters,
    }
    return Run(**(given | changes))


def show_running(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    progress = Progress(state="running", phase="Training", done=25, total=200, remaining_s=75.0)
    monkeypatch.setattr(services, "runs", lambda: (run,))
    monkeypatch.setattr(services, "run", lambda _: run)
    monkeypatch.setattr("dashboard.train.monitor.training_progress", lambda _: progress)


def test_a_newcomer_gets_the_demo_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.importing.demo.start_demo", lambda: "demo")
    app = run_page("train")
    assert "The demo collection" in texts(app)
    assert not [button for button in app.button if button.label == "Start training"]


def test_the_study_cnn_is_set_up_with_its_figures(tiny_collection: Collection) -> None:
    app = run_page("train", collection=tiny_collection.id)
    config = PRESETS["study-cnn"].configure(tiny_collection.id, tiny_collection.genres)
    sizes = summarise(tiny_collection, SplitConfig(), seed=42, clips=tiny_collection.clips).sizes
    shown = metrics(app)
    assert shown["Parameters"] == format_count(config.n_parameters)
    assert shown["Memory"] == format_megabytes(estimate_memory(config, sizes["train"], sizes["validation"]).total)
    layers = app.dataframe[0].value
    assert layers["Parameters"].sum() == config.n_parameters
    assert layers["Layer"].tolist() == [row.layer for row in config.layers()]
    assert "Chance: always predicting the most common genre would be correct in about 33.3 % of cases." in texts(app)


def test_the_split_is_shown_before_training(tiny_collection: Collection) -> None:
    app = run_page("train", collection=tiny_collection.id)
    split = summarise(tiny_collection, SplitConfig(), seed=42, clips=tiny_collection.clips)
    sizes = split.sizes
    assert f"{sizes['train']} train · {sizes['validation']} validation · {sizes['test']} test" in texts(app)
    shown = app.dataframe[1].value
    assert shown.to_dict("list") == split_table(split).to_dict("list")
    assert shown[["Train", "Validation", "Test"]].sum().tolist() == list(sizes.values())


def test_a_preset_sets_the_sliders_and_they_make_the_configuration(
    tiny_collection: Collection, started: list[tuple[TrainingConfig, str]]
) -> None:
    app = run_page("train", collection=tiny_collection.id)
    app.button_group(key="train:preset").set_value("study-ffnn").run()
    start_button(checked(app)).click().run()
    config, _ = started[0]
    assert config == PRESETS["study-ffnn"].configure(tiny_collection.id, tiny_collection.genres)


def test_changed_sliders_reach_the_run(tiny_collection: Collection, started: list[tuple[TrainingConfig, str]]) -> None:
    app = choose_genres(run_page("train", collection=tiny_collection.id), "bass", "treble")
    app.slider(key="train:n_blocks").set_value(1).run()
    app.select_slider(key="train:filters_0").set_value(24).run()
    app.slider(key="train:n_dense").set_value(0).run()
    app.number_input(key="train:epochs").set_value(7).run()
    app.toggle(key="train:stop_early").set_value(True).run()
    app.slider(key="train:test_percent").set_value(25).run()
    start_button(checked(app)).click().run()
    config, _ = started[0]
    assert config.genres == ("bass", "treble")
    assert config.model == CnnConfig(filters=(24,), dense=())
    assert (config.epochs, config.patience, config.split.test_fraction) == (7, 5, 0.25)
    assert config.name == "Custom CNN"


def test_an_impossible_architecture_is_explained_and_cannot_be_started(tiny_collection: Collection) -> None:
    app = run_page("train", collection=tiny_collection.id)
    app.slider(key="train:n_blocks").set_value(6).run()
    checked(app)
    assert app.error[0].value.startswith("Block 5: its input is 6 x 1 cells, smaller than the 3 x 3 kernel.")
    assert start_button(app).disabled
    assert any("Use fewer blocks" in caption.value for caption in app.caption)
    next(button for button in app.button if button.label == "Reset to Study CNN").click().run()
    assert not checked(app).error
    assert not start_button(app).disabled


def test_one_genre_is_not_enough(tiny_collection: Collection) -> None:
    app = choose_genres(run_page("train", collection=tiny_collection.id), "bass")
    assert start_button(app).disabled
    assert "Expected at least two genres, got 1." in texts(app)


def test_quick_sets_choose_all_or_none(tiny_collection: Collection) -> None:
    app = run_page("train", collection=tiny_collection.id)
    app.button(key="train:set:None").click().run()
    assert "got 0" in texts(checked(app))
    app.button(key="train:set:All").click().run()
    assert "3 genres, 24 clips" in texts(checked(app))


def test_a_split_that_cannot_be_is_explained(tiny_collection: Collection) -> None:
    app = run_page("train", collection=tiny_collection.id)
    app.slider(key="train:validation_percent").set_value(5).run()
    checked(app)
    with pytest.raises(SplitError) as refused:
        make_split(tiny_collection, SplitConfig(validation_fraction=0.05), seed=42)
    assert app.error[0].value == str(refused.value)
    assert start_button(app).disabled


def test_a_double_click_is_one_request(tiny_collection: Collection, started: list[tuple[TrainingConfig, str]]) -> None:
    app = run_page("train", collection=tiny_collection.id)
    start_button(app).click().run()
    start_button(checked(app)).click().run()
    assert len({token for _, token in started}) == 1
    app.number_input(key="train:seed").set_value(5).run()
    start_button(checked(app)).click().run()
    assert len({token for _, token in started}) == 2


def test_a_run_that_is_training_shows_where_it_is(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    run = running_run(tiny_collection)
    show_running(monkeypatch, run)
    app = run_page("train", run=run.id)
    bar = app.get("progress")[0].proto
    assert bar.text == "Training · epoch 3 of 20 · about 1 min 15 s left"
    assert metrics(app) == {
        "Epochs done": "2 of 20",
        "Training accuracy": "75.0 %",
        "Validation accuracy": "50.0 %",
        "Best epoch": "1",
    }
    assert chart_rows(app)["accuracy"].tolist() == [0.5, 0.25, 0.75, 0.5]
    assert query(app)["run"] == run.id


def test_stopping_asks_first_and_says_what_it_does(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[str] = []
    run = running_run(tiny_collection)
    show_running(monkeypatch, run)
    monkeypatch.setattr("dashboard.train.monitor.stop_training", stopped.append)
    app = run_page("train", run=run.id)
    app.button(key=f"stop:{run.id}").click().run()
    checked(app)
    assert stopped == []
    assert "The weights of the best epoch so far" in texts(app)
    app.button(key=f"stop-now:{run.id}").click().run()
    checked(app)
    assert stopped == [run.id]
    assert "Stopping after this batch" in texts(app)


def test_trainings_of_this_server_are_listed_and_not_started_twice(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = running_run(
        tiny_collection, config=PRESETS["study-cnn"].configure(tiny_collection.id, tiny_collection.genres)
    )
    show_running(monkeypatch, run)
    app = run_page("train", collection=tiny_collection.id)
    assert "**Training now**" in texts(app)
    assert "Study CNN · bass, hiss, treble · seed 42" in texts(app)
    assert start_button(app).disabled
    assert "is already running or waiting in the queue" in texts(app)


def test_a_finished_run_shows_its_result_and_leads_on(runs_home: RunsHome) -> None:
    app = run_page("train", run=runs_home.cnn)
    run = get_run(runs_home.cnn)
    assert run.result is not None
    assert metrics(app)["Test accuracy"] == f"{100 * run.result.accuracy:.1f} %"
    assert f"the weights of epoch {run.best_epoch} are kept" in texts(app)
    links = {link.proto.label: link.proto.query_string for link in app.get("page_link")}
    assert links["Hear its mistakes"] == f"run={run.id}"
    assert links["Compare with other runs"] == f"runs={run.id}"
    assert links["Classify a song with it"] == f"runs={run.id}"
    curve = chart_rows(app)
    drawn = curve[curve["part"] == "Validation"]["accuracy"].tolist()
    assert drawn == [epoch.val_accuracy for epoch in run.history]


def test_a_failed_run_says_why(runs_home: RunsHome) -> None:
    app = run_page("train", run=runs_home.failed)
    assert app.error[0].value == "The training failed. The disk is full."


def test_the_settings_of_a_run_go_back_into_the_form(runs_home: RunsHome) -> None:
    app = run_page("train", run=runs_home.other_seed)
    app.button(key=f"reuse:{runs_home.other_seed}").click().run()
    checked(app)
    config = get_run(runs_home.other_seed).config
    assert app.number_input(key="train:seed").value == config.seed
    assert app.slider(key="train:pool_frames").value == config.model.pool[1]
    assert app.select_slider(key="train:filters_0").value == config.model.filters[0]
    assert "2 genres" in texts(app)
    assert "run" not in query(app)


def test_a_link_to_an_unknown_run_leaves_the_form(runs_home: RunsHome) -> None:
    app = run_page("train", run="nonsense", collection=runs_home.collection.id)
    assert "“nonsense”" in app.warning[0].value
    assert not start_button(app).disabled
