"""Confusion: only runs that can be held against the one in view are offered, and what is chosen stays on its page."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.evaluation.predictions import Predictions
from core.models.architectures import FfnnConfig
from core.queue.launch import train_here
from core.runs import files
from core.runs.results import artifact_path, load_predictions, load_tested
from core.runs.same_clips import share_clips
from core.runs.store import get_run
from core.splits.config import SplitConfig
from dashboard import services
from tests.pages.apps import checked, query, run_page, texts
from tests.pages.conftest import RunsHome, quick_config

_TWO = ["Difference of two", "Two against each other"]


def views(app: AppTest) -> list[str]:
    """What may be shown, as it is offered."""
    return [
        option.content for each in app.get("button_group") for option in each.proto.options if each.key == "linked:show"
    ]


def train(collection: Collection, fold: int, *, name: str, seed: int = 3) -> str:
    split = SplitConfig(n_folds=2, fold=fold, seed=5)
    given = quick_config(collection, model=FfnnConfig(units=(4,)), epochs=1, split=split, seed=seed, name=name)
    return train_here(given).id


def test_another_fold_has_no_clip_in_common_and_is_not_offered(own_extracted: Collection) -> None:
    first, second = train(own_extracted, 1, name="One"), train(own_extracted, 2, name="Two")
    assert not set(load_tested(first)) & set(load_tested(second))
    app = run_page("confusion", run=first)
    assert views(app) == ["This run", "2 folds summed"]
    assert "tested on some of the same clips: the other run on this music was not" in texts(app)
    # A third run on the clips of the first: it is offered, the other fold is not, which is said.
    third = train(own_extracted, 1, name="Three", seed=4)
    app = run_page("confusion", run=first, show="difference")
    assert views(app)[-2:] == _TWO
    (picker,) = [each for each in app.selectbox if each.label == "Other run"]
    assert picker.value == third
    assert len(picker.options) == 1
    assert "Not offered: 1 run tested on none of the same clips." in texts(app)
    app = run_page("confusion", run=first, show="difference", other=second)
    warned = " ".join(each.value for each in app.warning)
    assert "has no test clip in common with it" in warned
    assert next(each for each in app.selectbox if each.label == "Other run").value == third
    assert "other" not in query(app)


def test_a_run_that_cannot_be_read_is_said_to_be_so(own_extracted: Collection) -> None:
    first, second = train(own_extracted, 1, name="One"), train(own_extracted, 2, name="Two")
    artifact_path(second, files.PREDICTIONS).write_text("nonsense")
    app = run_page("confusion", run=first)
    assert views(app) == ["This run", "2 folds summed"]
    assert "1 run cannot be read" in texts(app)


def test_names_alone_are_those_of_the_probabilities(runs_home: RunsHome) -> None:
    table = load_predictions(runs_home.cnn).table
    assert load_tested(runs_home.cnn) == dict(zip(table["clip"], table["actual"], strict=True))


def test_two_runs_share_clips_only_where_both_know_them_as_the_same(runs_home: RunsHome) -> None:
    cnn, other = get_run(runs_home.cnn), get_run(runs_home.other_seed)
    said = {"a": "bass", "b": "treble", "c": "hiss"}
    assert share_clips(cnn, other, said, {"a": "bass"})
    assert not share_clips(cnn, other, said, {"x": "bass"})
    assert not share_clips(cnn, other, said, {"a": "treble"})
    assert not share_clips(cnn, other, {"c": "hiss"}, {"c": "hiss"})  # of a genre that the other does not know
    elsewhere = replace(other, config=replace(other.config, collection_id="elsewhere"))
    assert not share_clips(cnn, elsewhere, said, said)


def go_to(app: AppTest, page: str) -> AppTest:
    """Follow a link of the navigation, which leaves the address bare."""
    app.query_params.clear()
    return checked(app.switch_page(f"../pages/{page}.py").run())


def test_a_view_of_the_matrix_is_none_of_the_gallery(runs_home: RunsHome) -> None:
    app = run_page("confusion", run=runs_home.cnn, show="difference")
    go_to(app, "gallery")
    assert "show" not in query(app)
    app.segmented_control(key="linked:show").set_value("genres").run()
    assert query(checked(app))["show"] == "genres"
    go_to(app, "confusion")
    assert query(app)["show"] == "difference"
    assert not app.warning
    app.segmented_control(key="linked:show").set_value("run").run()
    go_to(app, "gallery")
    assert query(app)["show"] == "genres"


def test_the_probabilities_of_a_run_are_read_once_for_all_that_the_page_says(
    own_extracted: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = train(own_extracted, 1, name="One")
    train(own_extracted, 2, name="Two")
    read: list[str] = []

    def counted(of: str) -> Predictions:
        read.append(of)
        return load_predictions(of)

    monkeypatch.setattr("core.runs.results.load_predictions", counted)
    monkeypatch.setattr("core.runs.verdict.load_predictions", counted)
    app = run_page("confusion", run=run_id)
    assert "Beyond chance" in texts(app)
    assert "Calibration" in texts(app)
    assert read == [run_id]
    # Whoever asks for them otherwise gets a copy: what is shared stays as it is.
    own = services.predictions(run_id).table
    own["clip"] = "changed"
    assert services.predictions(run_id).table["clip"].tolist() == load_predictions(run_id).table["clip"].tolist()
