"""A kind of front end is a class and a line in the table of kinds: every page shows one that was made up here."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.cli.parser import build_parser
from core.clips.collection import Collection
from core.errors import ConfigError
from core.extraction.extract import extract
from core.extraction.store import FeatureStore
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.features.table import KINDS, features_from_dict
from core.importing.register import import_folder
from core.models.architectures import CnnConfig, FfnnConfig, ForestConfig
from core.queue.launch import train_here
from core.recipe.config import TrainingConfig
from core.runs.record import Run
from core.runs.results import load_predictions
from dashboard.classify.details import MODELS, SEEN
from dashboard.shared.forms.front_end_inputs.table import INPUTS
from dashboard.shared.forms.inputs import number
from tests.conftest import make_tiny_folder, tone
from tests.pages.apps import charts, checked, labels, metrics, players, run_page, seen_size, texts
from tests.pages.conftest import quick_config
from tests.pages.made_up import CENTRES_HZ, OctaveLevels, OctaveShares

LEVELS, SHARES = OctaveLevels(), OctaveShares()


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that a kind needs besides its class: a line in the table of kinds, and one in that of inputs if it likes."""
    monkeypatch.setitem(KINDS, LEVELS.kind, OctaveLevels)
    monkeypatch.setitem(KINDS, SHARES.kind, OctaveShares)
    monkeypatch.setitem(
        INPUTS, SHARES.kind, lambda key: number("Seconds", f"{key}:{SHARES.kind}:seconds", 1.0, 10.0, 1.0) and None
    )


@pytest.fixture(scope="module")
def _measured_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Collection]:
    folder = tmp_path_factory.mktemp("measured")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(folder))
        collection = import_folder(make_tiny_folder(folder / "data" / "tiny"))
        report = extract(collection, [MelSpectrogram(), NumericFeatures(), LEVELS, SHARES], n_workers=1)
    assert (report.n_extracted, report.failures) == (24, {})
    return folder, collection


@pytest.fixture
def measured(_measured_once: tuple[Path, Collection], home: Path, monkeypatch: pytest.MonkeyPatch) -> Collection:
    """The tiny collection with octaves extracted besides what pages show, in a home that these tests share."""
    monkeypatch.setenv("GENRE_LAB_HOME", str(_measured_once[0]))
    return _measured_once[1]


def test_it_is_stored_and_read_back_as_any_other(measured: Collection) -> None:
    store = FeatureStore(measured.id, LEVELS)
    level, n_valid = store.load_one(measured.clip("bass.00000"))
    assert (level.shape, level.max(), n_valid) == ((8, 40), 0.0, 40)
    # Its tones are of 80 to 160 Hz: the octave about 125 Hz, or a neighbour, is the loudest.
    assert CENTRES_HZ[level.mean(axis=1).argmax()] in (62.5, 125.0)
    assert features_from_dict(json.loads((store.folder / "front_end.json").read_text())) == LEVELS
    assert store.folder.name == LEVELS.identity


def test_the_command_line_offers_it() -> None:
    options = build_parser().parse_args(["extract", "--collection", "demo", "--front-end", SHARES.kind])
    assert options.front_end == "octave-shares"


def test_collections_and_overview_are_as_before(measured: Collection) -> None:
    for page in ("collections", "overview"):
        assert not run_page(page, collection=measured.id).error


def test_gallery_shows_its_pictures_on_its_own_scale(measured: Collection) -> None:
    app = run_page("gallery", collection=measured.id)
    kinds = app.selectbox(key="gallery:front_end:kind")
    assert "Octave levels" in kinds.options
    assert "Octave shares" not in kinds.options
    kinds.set_value(LEVELS.kind).run()
    assert "There is nothing to set. The first 1.9 s of a clip." in texts(checked(app))
    pictures = labels(app, "image")
    assert pictures[0] == "Colour scale from −60 dB to 0 dB"
    assert [text.split(",")[0] for text in pictures[1:]] == [
        f"Spectrogram of {genre}.00000" for genre in ("bass", "hiss", "treble")
    ]
    assert "level in dB below the loudest cell of each clip · logarithmic frequency axis" in texts(app)


@pytest.mark.parametrize("view", ["map", "spread", "pairs", "correlation", "ranking", "outliers", "table"])
def test_explore_takes_its_numbers(measured: Collection, view: str) -> None:
    app = run_page("explore", collection=measured.id, view=view, features=SHARES.kind)
    assert not app.error
    assert "Octave shares · 8 features" in next(box for box in app.selectbox if box.label == "Features").options
    if view == "table":
        shown = app.dataframe[0].value
        stored = FeatureStore(measured.id, SHARES).load([measured.clip(name) for name in shown["clip"]])[:, 0, 0]
        np.testing.assert_allclose(shown["octave_1"].astype(float), stored)


def test_explore_draws_its_mean_spectrograms(measured: Collection) -> None:
    app = run_page(
        "explore", collection=measured.id, view="spectrograms", spectrogram=LEVELS.kind, a="bass", b="treble"
    )
    layouts = [json.loads(chart.proto.spec)["layout"] for chart in app.get("plotly_chart")]
    assert [layout["yaxis"]["range"] for layout in layouts] == [[-0.5, 7.5]] * 3
    assert layouts[0]["yaxis"]["ticktext"] == ["100", "300", "1,000", "3,000", "8,000"]
    assert layouts[0]["xaxis"]["title"]["text"] == "Time (s)"
    assert "Logarithmic frequency axis." in texts(app)
    assert '"symlog"' in charts(app)[0]


def test_train_offers_it_to_the_models_that_take_it(measured: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[TrainingConfig] = []

    def start(config: TrainingConfig, *, token: str) -> str:
        started.append(config)
        return "f" * 32

    monkeypatch.setattr("dashboard.train.form.training_form.start_training", start)
    app = run_page("train", collection=measured.id)
    app.pills(key="train:preset").set_value("numeric-ffnn").run()
    kinds = checked(app).selectbox(key="train:front_end:kind")
    assert {"Octave levels", "Octave shares"} <= set(kinds.options)
    kinds.set_value(SHARES.kind).run()
    checked(app).number_input(key=f"train:front_end:{SHARES.kind}:seconds").set_value(1.0).run()
    next(button for button in checked(app).button if button.label.startswith("Start ")).click().run()
    checked(app)
    assert started[0].front_end == OctaveShares(seconds=1.0)
    app = run_page("train", collection=measured.id)
    app.pills(key="train:preset").set_value("study-cnn").run()
    assert "Octave levels" in checked(app).selectbox(key="train:front_end:kind").options
    assert "Octave shares" not in app.selectbox(key="train:front_end:kind").options
    app.pills(key="train:preset").set_value("forest").run()
    assert "Octave shares" in checked(app).selectbox(key="train:front_end:kind").options
    assert "Octave levels" not in app.selectbox(key="train:front_end:kind").options


def test_what_does_not_fit_is_refused_as_for_any_other(measured: Collection) -> None:
    with pytest.raises(ConfigError, match="spectrogram"):
        quick_config(measured, front_end=SHARES, model=CnnConfig())
    with pytest.raises(ConfigError, match="numeric"):
        quick_config(measured, front_end=LEVELS, model=ForestConfig())


@pytest.fixture
def runs(measured: Collection) -> tuple[Run, Run]:
    """A CNN on the pictures and an FFNN on the numbers."""
    cnn = quick_config(measured, front_end=LEVELS, model=CnnConfig(filters=(4,), pool=(2, 4), dense=(8,)), epochs=1)
    ffnn = quick_config(measured, front_end=SHARES, model=FfnnConfig(units=(8,)), epochs=1)
    return train_here(cnn), train_here(ffnn)


def test_its_runs_are_judged_compared_and_asked_for_a_song(measured: Collection, runs: tuple[Run, Run]) -> None:
    cnn, ffnn = runs
    assert (cnn.status, ffnn.status) == ("finished", "finished")
    assert cnn.config.front_end == LEVELS
    row = load_predictions(cnn.id).table.iloc[0]
    for run in runs:
        app = run_page("train", run=run.id)
        assert not app.error
        app = run_page("confusion", run=run.id, actual=row["actual"], predicted=row["predicted"])
        assert run.result is not None
        assert metrics(app)["Test accuracy"] == f"{100 * run.result.accuracy:.1f} %"
    app = run_page("confusion", run=cnn.id, actual=row["actual"], predicted=row["predicted"])
    assert seen_size(players(app)[0])[1] == 8
    compared = run_page("compare", runs=f"{cnn.id},{ffnn.id}")
    assert not compared.error
    assert set(compared.dataframe[0].value.index) == {cnn.id, ffnn.id}

    stream = io.BytesIO()
    soundfile.write(stream, tone(120.0, duration_s=6.0), 22_050, format="WAV")
    app = run_page("classify", runs=f"{cnn.id},{ffnn.id}")
    app.file_uploader(key="classify:uploader").upload("hum.wav", stream.getvalue(), "audio/wav").run()
    assert not checked(app).error
    app.session_state[MODELS] = app.session_state[SEEN] = True
    checked(app.run())
    assert len([metric for metric in app.metric if metric.label == "Prediction"]) == 2
    assert len(app.get("plotly_chart")) == 1
    layout = json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]
    assert layout["yaxis"]["range"] == [-0.5, 7.5]
    # It has no way to show more than a clip: 40 frames of 46 ms.
    assert layout["xaxis"]["range"] == [0, pytest.approx(40 * 1024 / 22_050)]
    assert "no spectrogram, only numeric features of the song" in texts(app)
