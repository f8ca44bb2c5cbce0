"""A kind of model that the rest of the program has never heard of: trained, and shown on every page."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder
from core.models.checks import check_within
from core.models.classical import ClassicalConfig
from core.models.kinds import KINDS, ModelKind
from core.recipe.config import TrainingConfig, training_config_from_dict
from core.runs.record import Run
from core.runs.results import load_predictions, model_path
from core.runs.store import get_run
from dashboard import services
from dashboard.charts.style.palette import FURTHER_COLORS, model_colors
from dashboard.classify.details import MODELS
from tests.conftest import make_tiny_folder
from tests.pages.apps import checked, metrics, run_page, texts
from tests.pages.conftest import quick_config
from tests.pages.test_classify import SONG, unfold, upload

TITLE = "Nearest centroid"


@dataclass(frozen=True, kw_only=True)
class CentroidConfig(ClassicalConfig):
    """The genre whose mean lies nearest."""

    kind: Literal["centroid"] = "centroid"
    metric: Literal["euclidean", "manhattan"] = "euclidean"
    shrink: float = 0.0
    even_priors: bool = True

    def __post_init__(self) -> None:
        check_within("Shrink", self.shrink, 0.0, 10.0, field="shrink")


def make_centroid(config: CentroidConfig, labels: NDArray[np.integer], *, seed: int, weight: str | None) -> Any:
    from sklearn.neighbors import NearestCentroid

    return NearestCentroid(
        metric=config.metric,
        shrink_threshold=config.shrink or None,
        priors="uniform" if config.even_priors else "empirical",
    )


CENTROID = ModelKind(
    id="centroid",
    title=TITLE,
    described="nearest centroid",
    about="The genre whose mean lies nearest.",
    config=CentroidConfig,
    takes="numeric",
    estimator=make_centroid,
)


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> ModelKind:
    """The made-up kind, in the table."""
    monkeypatch.setitem(KINDS, CENTROID.id, CENTROID)
    return CENTROID


@pytest.fixture(scope="module")
def _trained_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Collection, str, str]]:
    from core.queue.launch import train_here

    folder = tmp_path_factory.mktemp("made-up")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(KINDS, CENTROID.id, CENTROID)
        patch.setenv("GENRE_LAB_HOME", str(folder))
        patch.setenv("GENRE_LAB_PRETRAINED", "")
        patch.setenv("GENRE_LAB_MEASURE", "0")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        collection = import_folder(make_tiny_folder(folder / "data" / "tiny"))
        extract(collection, [services.MEL, NumericFeatures()], n_workers=1)
        numeric = {"front_end": NumericFeatures(), "patience": None}
        mine = train_here(quick_config(collection, name="Mine", model=CentroidConfig(shrink=0.1), **numeric))
        forest = train_here(quick_config(collection, name="Woods", model=KINDS["forest"].config(n_trees=5), **numeric))
        yield folder, collection, mine.id, forest.id


@dataclass(frozen=True)
class Trained:
    collection: Collection
    run: Run
    other: str


@pytest.fixture
def trained(
    _trained_once: tuple[Path, Collection, str, str], kind: ModelKind, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Trained:
    """A home with a run of the made-up kind and one of another: never change it."""
    folder, collection, mine, other = _trained_once
    monkeypatch.setenv("GENRE_LAB_HOME", str(folder))
    return Trained(collection, get_run(mine), other)


def test_it_is_trained_stored_and_read_back(trained: Trained) -> None:
    run = trained.run
    assert (run.model_kind, run.status) == (TITLE, "finished")
    assert run.config.model == CentroidConfig(shrink=0.1)
    assert training_config_from_dict(run.config.to_dict()) == run.config
    assert run.result is not None
    assert run.result.accuracy >= 0.8
    assert model_path(run.id).name == "model.skops"
    predictions = load_predictions(run.id)
    np.testing.assert_allclose(predictions.table[list(run.config.genres)].sum(axis=1), np.ones(run.result.n))


def test_it_gets_the_first_colour_that_no_kind_has(kind: ModelKind) -> None:
    assert model_colors()[TITLE] == FURTHER_COLORS[0]
    assert len(set(model_colors().values())) == len(KINDS)


def test_overview_shows_its_run(trained: Trained) -> None:
    app = run_page("overview")
    # The list of the newest runs has their names; which kinds are still to be trained is said of the two of the study.
    assert "2 finished runs. Train a CNN and an FFNN on the same genres to compare." in texts(app)
    assert {label.split(",")[0] for label in app.dataframe[0].value["Run"]} == {"Mine", "Woods"}


def test_train_shows_it_and_its_form_starts_it(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[TrainingConfig] = []
    start = lambda config, *, token: calls.append(config) or "f" * 32  # noqa: E731
    monkeypatch.setattr("dashboard.train.form.training_form.start_training", start)
    app = run_page("train", run=trained.run.id)
    assert TITLE in " ".join([texts(app), *(badge.value for badge in app.markdown)])
    app = run_page("train", collection=trained.collection.id)
    pills = app.button_group(key="train:preset")
    assert TITLE in [option.content for option in pills.proto.options]
    pills.set_value("centroid").run()
    assert "The genre whose mean lies nearest." in texts(checked(app))
    assert app.selectbox(key="train:centroid_metric").options == ["Euclidean", "Manhattan"]
    assert app.toggle(key="train:centroid_even_priors").value is True
    app.number_input(key="train:centroid_shrink").set_value(99.0).run()
    assert app.error[0].value.startswith("Shrink: expected a value from 0.0 to 10.0")
    app.number_input(key="train:centroid_shrink").set_value(0.5).run()
    app.selectbox(key="train:centroid_metric").set_value("manhattan").run()
    next(button for button in checked(app).button if button.label == "Start training").click().run()
    checked(app)
    assert [config.model for config in calls] == [CentroidConfig(metric="manhattan", shrink=0.5)]
    assert calls[0].name == "Custom nearest centroid"


def test_compare_weighs_it_against_another(trained: Trained) -> None:
    app = run_page("compare", runs=f"{trained.run.id},{trained.other}")
    tables = " ".join(table.value.to_string() for table in app.dataframe)
    assert TITLE in tables
    assert "fitted in one step" in texts(app)


def test_confusion_shows_its_mistakes(trained: Trained) -> None:
    app = run_page("confusion", run=trained.run.id)
    result = trained.run.result
    assert result is not None
    assert metrics(app)["Correct clips"] == f"{result.n_correct} of {result.n}"
    assert TITLE in texts(app)


def test_classify_answers_with_it(trained: Trained) -> None:
    app = unfold(upload(run_page("classify", runs=trained.run.id), "hum.wav", SONG), MODELS)
    assert TITLE in texts(app)
    assert app.dataframe[0].value.shape[0] >= 1


@pytest.mark.parametrize("page", ["collections", "explore", "gallery"])
def test_pages_without_models_are_as_ever(trained: Trained, page: str) -> None:
    app = run_page(page, collection=trained.collection.id)
    assert not app.error
    assert app.title[0].value == page.capitalize()
