"""Train: all of the form, from a run's settings back to a run, and the study."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.collections.registry import save_collection
from core.experiments.study import STUDY
from core.recipe.config import TrainingConfig
from core.recipe.presets import PRESETS
from core.runs.record import Run
from core.splits.config import SplitConfig
from dashboard import services
from dashboard.train.form.presets import form_presets
from tests.dashboard.shared.forms.test_values import ODD
from tests.pages.apps import charts, checked, labels, run_page, texts


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[TrainingConfig]:
    calls: list[TrainingConfig] = []

    def start(config: TrainingConfig, *, token: str) -> str:
        calls.append(config)
        return "f" * 32

    monkeypatch.setattr("dashboard.train.form.training_form.start_training", start)
    return calls


def run_of(config: TrainingConfig, collection: Collection) -> Run:
    return Run(
        id=f"{abs(hash(config.name)):032x}",
        status="failed",
        created_at=time.time(),
        config=config,
        collection_title=collection.title,
        collection_fingerprint=collection.fingerprint,
        synthetic=False,
    )


def on(collection: Collection, config: TrainingConfig, **changes: Any) -> TrainingConfig:
    """The same settings for this collection."""
    from dataclasses import replace

    return replace(config, collection_id=collection.id, genres=collection.genres, **changes)


def press_start(app: AppTest) -> None:
    button = next(button for button in app.button if button.label.startswith("Start "))
    assert not button.disabled, texts(app)
    button.click().run()
    checked(app)


def test_settings_of_any_run_go_into_the_form_and_out_again(
    tiny_collection: Collection, started: list[TrainingConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    presets = [form_presets()[name].configure("x", ("a", "b")) for name in ("compact-cnn", "hybrid", "forest")]
    odd = [on(tiny_collection, ODD[name], name=name) for name in ("deep residual", "own mel", "numeric", "svm")]
    odd[0] = on(tiny_collection, odd[0], split=SplitConfig(test_fraction=0.225, seed=3))
    configs = [*(on(tiny_collection, config) for config in presets), *odd]
    runs = tuple(run_of(config, tiny_collection) for config in configs)
    monkeypatch.setattr(services, "runs", lambda: runs)
    app = run_page("train", collection=tiny_collection.id)
    for run in runs:
        app.query_params["reuse"] = run.id
        press_start(checked(app.run()))
        app.query_params.pop("run", None)
        app.session_state["train:view"] = ""
        assert started[-1] == run.config


def test_a_run_whose_collection_is_gone_is_not_repeated_on_another(
    tiny_collection: Collection, started: list[TrainingConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = run_of(on(tiny_collection, form_presets()["forest"].configure("x", ("a", "b"))), tiny_collection)
    gone = replace(here, config=replace(here.config, collection_id="gone"), collection_title="Our songs")
    other_genre = replace(here, config=replace(here.config, genres=(*here.config.genres, "polka")))
    monkeypatch.setattr(services, "runs", lambda: (gone,))
    app = run_page("train", collection=tiny_collection.id)
    app.query_params["reuse"] = gone.id
    checked(app.run())
    assert "was trained on Our songs, which is not here any more" in app.warning[0].value
    assert all(button.disabled for button in app.button if button.label == "Start training")
    assert not started
    monkeypatch.setattr(services, "runs", lambda: (other_genre,))
    app.query_params["reuse"] = other_genre.id
    checked(app.run())
    assert "has no clips of polka any more" in app.warning[0].value


def test_what_differs_from_the_preset_is_said(tiny_collection: Collection) -> None:
    app = run_page("train", collection=tiny_collection.id)
    assert "Changed from Study CNN" not in texts(app)
    app.select_slider(key="train:filters_1").set_value(64).run()
    app.number_input(key="train:epochs").set_value(20).run()
    assert "Changed from Study CNN: filters 16, 64 (16, 32) · epochs 20 (15)" in texts(checked(app))


def test_the_start_stands_above_all_sliders(tiny_collection: Collection) -> None:
    app = run_page("train", collection=tiny_collection.id)
    kinds = [element.type for element in app.main]
    first_slider = min(kinds.index("slider"), kinds.index("select_slider"))
    labels_above = [getattr(element, "label", "") for element in list(app.main)[:first_slider]]
    assert "Start training" in labels_above


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("train:cnn_block", "residual", "A residual block adds its input to its output"),
        ("train:front_end:mel:n_mels", 16, "Block 2: its input is 4 x 163 cells"),
    ],
)
def test_impossible_settings_are_explained(tiny_collection: Collection, key: str, value: Any, message: str) -> None:
    app = run_page("train", collection=tiny_collection.id)
    widgets: dict[str, Any] = {widget.key: widget for widget in (*app.selectbox, *app.select_slider, *app.slider)}
    if value == 16:
        widgets["train:kernel"].set_value(9).run()
        widgets = {widget.key: widget for widget in (*app.selectbox, *app.select_slider)}
    widgets[key].set_value(value).run()
    assert app.error[0].value.startswith(message)
    assert next(button for button in app.button if button.label == "Start training").disabled


def test_a_contradiction_in_the_training_is_explained(tiny_collection: Collection) -> None:
    app = run_page("train", collection=tiny_collection.id)
    app.toggle(key="train:stop_early").set_value(True).run()
    app.toggle(key="train:train_on_validation").set_value(True).run()
    assert app.error[0].value.startswith("Stopping early needs a validation set")
    tab = next(tab for tab in app.tabs if tab.label == "Optimisation")
    column = next(column for column in tab.columns if [one for one in column.toggle if one.key == "train:stop_early"])
    toggle, below = list(column.children.values())[:2]
    assert toggle.type == "toggle"
    assert [element.type for element in below] == ["flex_container", "error"]
    assert [marked for marked in app.markdown if marked.value == ":red-badge[:material/block: Optimisation]"]


def test_parameters_say_what_they_mean(tiny_collection: Collection) -> None:
    app = run_page("train", collection=tiny_collection.id)
    assert "A window of 92.9 ms resolves tones that are 10.8 Hz apart" in texts(app)
    app.select_slider(key="train:front_end:mel:n_fft").set_value(1024).run()
    assert "A window of 46.4 ms resolves tones that are 21.5 Hz apart" in texts(checked(app))


def test_augmentation_is_shown_on_a_clip(tiny_collection: Collection) -> None:
    app = run_page("train", collection=tiny_collection.id)
    assert labels(app, "image") == []
    app.session_state["train:tab"] = "Augmentation"
    app.slider(key="train:augment_n_time_masks").set_value(2).run()
    assert labels(checked(app), "image") == [
        "Spectrogram: bass.00000, bass",
        "Spectrogram: Example in one epoch: the whole clip, bass",
    ]
    before = [image.url for element in app.get("image") for image in element.proto.imgs]
    app.button(key="train:augment-again").click().run()
    after = [image.url for element in app.get("image") for image in element.proto.imgs]
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_folds_and_seeds_start_several_runs(tiny_collection: Collection) -> None:
    app = run_page("train", collection=tiny_collection.id)
    app.button_group(key="train:plan").set_value("folds").run()
    app.number_input(key="train:plan_folds").set_value(4).run()
    assert "Start 4 trainings" in [button.label for button in checked(app).button]
    app.button_group(key="train:plan").set_value("seeds").run()
    assert "Start 5 trainings" in [button.label for button in checked(app).button]


def test_the_study_says_what_it_cannot_do(tiny_collection: Collection) -> None:
    app = run_page("train", collection=tiny_collection.id, view="Study")
    assert "tiny lacks blues, classical, country" in texts(app)
    assert not [button for button in app.button if button.label.startswith("Queue ")]
    shown = app.dataframe[0].value
    assert shown["Published"].tolist() == ["45.0 % of 200", "68.0 % of 200", "80.7 % of 140", "100.0 % of 40"]
    assert shown["Here"].tolist() == ["–"] * 4
    assert len(charts(app)) == 1
    assert PRESETS["study-cnn"].title == "Study CNN"


def test_experiments_of_the_study_are_queued_singly(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: list[Sequence[tuple[str, bool]]] = []
    monkeypatch.setattr("core.experiments.study.GENRES", tiny_collection.genres)
    experiments = tuple(replace(each, genres=tiny_collection.genres[:2]) for each in STUDY[2:])
    for module in ("core.experiments.study", "dashboard.train.study_panel"):
        monkeypatch.setattr(f"{module}.STUDY", experiments)
    monkeypatch.setattr("dashboard.train.study_panel.start_study", lambda _, which, token: wanted.append(which))
    app = run_page("train", collection=tiny_collection.id, view="Study")
    (pills,) = [group for group in app.button_group if str(group.key).startswith("study:chosen:")]
    assert pills.value == ["cnn-7", "cnn-2"]
    pills.set_value(["cnn-2"]).run()
    checked(app).button(key="study:start:False").click().run()
    assert not checked(app).error
    assert wanted == [[("cnn-2", False)]]


def test_seeds_of_a_model_without_chance_draw_their_own_splits() -> None:
    def form() -> None:
        import streamlit as st

        from core.features.numeric import NumericFeatures
        from core.models.classical import SvmConfig
        from core.recipe.config import TrainingConfig
        from core.splits.config import SplitConfig
        from dashboard.train.form.plan import pick_plan

        fixed = st.toggle("fixed", key="fixed")
        config = TrainingConfig(
            collection_id="c",
            genres=("a", "b"),
            model=SvmConfig(),
            front_end=NumericFeatures(),
            split=SplitConfig(protocol="fault-filtered" if fixed else "clip"),
        )
        plan = pick_plan(config)
        st.text(f"{plan.kind} {plan.fixed_split}")

    app = AppTest.from_function(form).run()
    assert "Several seeds" in [option.content for option in app.button_group(key="train:plan").proto.options]
    app.button_group(key="train:plan").set_value("seeds").run()
    assert checked(app).text[0].value == "seeds False"
    assert [toggle.key for toggle in app.toggle] == ["fixed"]
    assert "is the same for every seed" in app.caption[0].value
    app.toggle(key="fixed").set_value(True).run()
    assert "Several seeds" not in [option.content for option in app.button_group(key="train:plan").proto.options]
    assert checked(app).text[0].value == "one True"


def test_synthetic_music_is_marked_once_on_the_study_tab(tiny_collection: Collection) -> None:
    save_collection(replace(tiny_collection, synthetic=True))
    app = run_page("train", view="Study", collection=tiny_collection.id)
    assert texts(app).count("Synthetic") == 1
