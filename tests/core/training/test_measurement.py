"""What training steps cost on this machine: the fit of the costs, what is kept, and when it is measured."""

import json

import numpy as np
import pytest

from core.clips.collection import Collection
from core.cost import time as calibration
from core.cost.time import estimate_time, is_measured, keep_costs
from core.cost.workload import TERMS, step_workload
from core.jobs.progress import Progress
from core.jobs.reporter import ProgressReporter
from core.queue import measuring
from core.settings import load_settings
from core.training import measurement
from tests.core.conftest import SMALL_FFNN, small_config


def test_costs_are_found_again_and_never_negative() -> None:
    networks = measurement.reference_networks()
    work = np.array([step_workload(config) for config in networks])
    assert work.shape[1] == len(TERMS)
    true = np.array([6e-6, 7e-5, 1.5e-3, 3e-3, 2e-3, 1e-2, 1e-3])
    np.testing.assert_allclose(measurement.fit_costs(work, work @ true), true, rtol=1e-6)
    rng = np.random.default_rng(0)
    noisy = measurement.fit_costs(work, work @ true * rng.uniform(0.7, 1.4, len(work)))
    assert (noisy >= 0).all()
    assert np.abs(np.log(work @ noisy / (work @ true))).max() < np.log(1.6)


def test_estimates_follow_the_costs(tiny_collection: Collection) -> None:
    config = small_config(tiny_collection, epochs=5)
    assert not is_measured()
    costs = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.25])
    keep_costs(costs)
    assert is_measured()
    estimate = estimate_time(config, 16, 0)
    assert estimate is not None
    assert estimate.measured
    assert estimate.epoch_s == pytest.approx(4 * 0.25)  # 16 clips in batches of 4
    assert estimate.total_s == pytest.approx(5 * 4 * 0.25)
    calibration.note_training(config, 0.5)
    assert estimate_time(config, 16, 0).epoch_s == pytest.approx(4 * 0.5)
    place = load_settings().models_dir / "calibration.json"
    stored = json.loads(place.read_text())
    for wrong in ([1.0], [-1.0] * 7, [0.0] * 7, "many"):
        place.write_text(json.dumps({**stored, "costs_s": wrong}))
        assert not is_measured()


def test_a_step_is_timed_and_a_stop_is_heeded(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    networks = (small_config(tiny_collection), small_config(tiny_collection, model=SMALL_FFNN, members=2))
    monkeypatch.setattr(measurement, "reference_networks", lambda: networks)
    monkeypatch.setattr(measurement, "_MOST_STEPS", 3)
    result = measuring.run_measurement(ProgressReporter())
    assert result is not None
    assert len(result["costs_s"]) == len(TERMS)
    assert sum(result["costs_s"]) > 0
    assert is_measured()

    class Stopped(ProgressReporter):
        stop_requested = True

    assert measurement.measure_costs(Stopped()) is None


def test_it_is_started_once_and_not_beside_a_training(home, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    running = Progress(state="running")
    state: dict[str, object] = {"progress": None, "places": ()}
    monkeypatch.setattr(measuring, "start_job", lambda job_id, spec: started.append(job_id) or running)
    monkeypatch.setattr(measuring, "read_progress", lambda job_id: state["progress"])
    monkeypatch.setattr(measuring, "places", lambda: state["places"])
    assert measuring.start_measurement() is None  # switched off for tests
    monkeypatch.setenv("GENRE_LAB_MEASURE", "1")
    state["places"] = [type("Place", (), {"state": "running"})]
    assert measuring.start_measurement() is None
    state["places"] = ()
    assert measuring.start_measurement() == running
    state["progress"] = running
    assert measuring.start_measurement() == running
    state["progress"] = Progress(state="failed", updated_at=measuring.time.time())
    assert measuring.start_measurement() is None
    assert started == [measuring.JOB_ID]
    keep_costs(np.ones(7))
    state["progress"] = None
    assert measuring.start_measurement() is None
    assert len(started) == 1
