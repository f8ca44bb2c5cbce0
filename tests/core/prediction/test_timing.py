"""How long a prediction takes: measured after a training, or later, and kept with the run."""

import shutil
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from core.jobs.reporter import ProgressReporter
from core.prediction import timing
from core.prediction.timing import measure_prediction_ms, measure_runs
from core.recipe.presets import PRESETS
from core.runs import results, store
from core.runs.client import open_run_store
from core.runs.folders import run_folder
from core.runs.shipped import MEASURED, write_record
from tests.core.conftest import TrainedHome


def test_it_is_the_median_of_single_predictions(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = count()
    # The clock moves by 4 ms with each look, so that a prediction between two looks takes that long.
    monkeypatch.setattr(timing.time, "perf_counter", lambda: 0.004 * next(ticks))
    shapes: list[tuple[int, ...]] = []

    def predict(model: object, inputs: tuple[np.ndarray, ...], n_valid: np.ndarray, config: object) -> None:
        shapes.append((*inputs[0].shape, *n_valid))

    monkeypatch.setattr(timing, "clip_probabilities", predict)
    config = PRESETS["study-cnn"].configure("demo", ("a", "b"))
    assert measure_prediction_ms(object(), config) == pytest.approx(4.0)
    assert set(shapes) == {(1, *config.front_end.shape, config.front_end.shape[1])}
    monkeypatch.setattr(timing.time, "perf_counter", lambda: 2.0 * next(ticks))
    shapes.clear()
    assert measure_prediction_ms(object(), config) == pytest.approx(2000.0)
    assert len(shapes) == 5  # slow ones are not measured often


def test_a_training_measures_it_and_it_can_be_measured_again(
    trained: TrainedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(trained.folder, folder)
    monkeypatch.setenv("GENRE_LAB_HOME", str(folder))
    before = store.get_run(trained.cnn).prediction_ms
    assert before is not None
    assert before > 0
    store.list_runs()
    found = measure_runs([trained.cnn, trained.ffnn], ProgressReporter())
    assert found is not None
    assert {run.id: run.prediction_ms for run in store.list_runs()} == found
    entity = open_run_store().client.get_run(trained.cnn)
    assert entity.data.metrics["prediction_ms"] == found[trained.cnn]


def test_of_a_shipped_run_it_is_kept_beside_the_own_runs(
    trained: TrainedHome, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.get_run(trained.ffnn)
    place = tmp_path / "pretrained" / "one"
    shutil.copytree(results.model_path(run.id).parent, place)
    write_record(place, run)
    monkeypatch.setenv("GENRE_LAB_HOME", str(home))
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(place.parent))
    assert [each.prediction_ms for each in store.list_runs()] == [run.prediction_ms]
    found = measure_runs([run.id], ProgressReporter())
    assert found is not None
    assert store.get_run(run.id).prediction_ms == found[run.id] == store.list_runs()[0].prediction_ms
    (run_folder(run.id) / MEASURED).write_text("{")
    assert store.get_run(run.id).prediction_ms == run.prediction_ms  # damaged: as if it were not measured here
