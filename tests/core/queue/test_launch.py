"""Trainings in processes of their own: started once, stopped, killed."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.clips.collection import Collection
from core.errors import ConfigError, RunError, SplitError
from core.extraction.extract import extract
from core.importing.register import import_folder
from core.jobs.progress import Progress
from core.jobs.watch import read_progress
from core.queue import launch
from core.queue.control import set_n_at_once
from core.queue.launch import resume_run, start_training, stop_training, train_here, training_progress
from core.queue.record import places
from core.runs import results, store
from core.runs.liveness import job_id_of_run
from core.splits.config import SplitConfig
from core.training.checkpoint import has_checkpoint
from tests.core.conftest import SMALL_MEL, small_config
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("empty_store")


def wait_for(run_id: str, phase: str, *, at_least: float = 0.0) -> Progress:
    """Progress of a run once it is in a phase, or has ended."""

    def look() -> Progress | None:
        progress = training_progress(run_id)
        assert progress is not None
        there = progress.ended or (progress.phase == phase and progress.done >= at_least)
        return progress if there else None

    return until(look, explain=lambda: training_progress(run_id))


def test_a_killed_run_resumes_as_if_it_had_not_been_and_a_stopped_one_keeps_its_best_weights(
    tiny_collection: Collection,
) -> None:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    config = small_config(tiny_collection, epochs=40)
    set_n_at_once(2)
    killed, stopped = start_training(config), start_training(small_config(tiny_collection, epochs=1000))
    assert {run.status for run in store.list_runs()} == {"running"}

    until(lambda: has_checkpoint(killed))
    progress = training_progress(killed)
    assert (progress.state, progress.total) == ("running", 40 * 4)
    os.kill(progress.pid, signal.SIGKILL)
    until(lambda: store.get_run(killed).status != "running")
    run = store.get_run(killed)
    assert run.status == "interrupted"
    assert 1 <= len(run.history) < 40
    assert run.result is None
    assert read_progress(job_id_of_run(killed)).state == "interrupted"
    resume_run(killed)
    assert store.get_run(killed).status == "running"

    assert wait_for(stopped, "Training", at_least=9).state == "running"
    live = store.get_run(stopped)
    assert live.status == "running"
    assert live.history
    stop_training(stopped)
    assert wait_for(stopped, "never").state == "done"
    run = store.get_run(stopped)
    assert (run.status, run.stopped_early) == ("finished", True)
    losses = [epoch.val_loss for epoch in run.history]
    assert run.best_epoch == 1 + losses.index(min(losses))
    assert len(run.history) < 1000
    assert run.result.n == 5
    assert results.model_path(stopped).is_file()

    whole = train_here(config)
    assert wait_for(killed, "never").state == "done"
    resumed = store.get_run(killed)
    assert training_progress(killed).pid != progress.pid
    assert (resumed.status, resumed.id) == ("finished", killed)
    assert resumed.history == whole.history
    assert [epoch.epoch for epoch in resumed.history] == list(range(1, 41))
    assert (resumed.best_epoch, resumed.result) == (whole.best_epoch, whole.result)
    assert not has_checkpoint(killed)
    with pytest.raises(RunError, match="has finished"):
        resume_run(killed)


def test_the_same_token_starts_one_run(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr(launch.queue, "add", lambda entries, **_: started.extend(entries))
    config = small_config(tiny_collection)
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda _: start_training(config, token="click 1"), range(4)))
    assert len(ids) == len(started) == 1
    assert start_training(config, token="click 2") not in ids
    assert start_training(config) != start_training(config)
    assert len(started) == 4


def test_what_cannot_be_split_creates_no_run(tiny_collection: Collection) -> None:
    with pytest.raises(SplitError, match="2 for test: too few for 3 genres"):
        start_training(small_config(tiny_collection, split=SplitConfig(test_fraction=0.05)), token="t")
    assert store.list_runs() == ()


def test_a_genre_that_predictions_could_not_name_is_refused_before_it_is_trained(tiny_folder: Path) -> None:
    (tiny_folder / "hiss").rename(tiny_folder / "actual")
    collection = import_folder(tiny_folder)
    assert "actual" in collection.genres
    with pytest.raises(ConfigError, match=r"'actual' has the name of a column .* another name on Collections, Genres"):
        start_training(small_config(collection))
    assert store.list_runs() == ()
    assert launch.check_training(small_config(collection, genres=("bass", "treble"))).genres == ("bass", "treble")


def test_a_process_that_cannot_start_leaves_a_failed_run(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr("core.queue.dispatch.start_job", refuse)
    start_training(small_config(tiny_collection))
    (run,) = store.list_runs()
    assert run.status == "failed"
    assert "could not be started: no more processes" in run.error


def test_a_training_in_the_foreground_can_be_watched_and_stopped_like_any_other(tiny_collection: Collection) -> None:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)

    def stop_from_elsewhere(progress: Progress) -> None:
        if progress.phase == "Training" and progress.done >= 5:
            (run,) = store.list_runs()
            assert run.status == "running"
            assert [(place.entry.run_id, place.state) for place in places()] == [(run.id, "running")]
            stop_training(run.id)

    run = train_here(small_config(tiny_collection, epochs=1000), on_update=stop_from_elsewhere)
    assert (run.status, run.stopped_early) == ("finished", True)
    assert training_progress(run.id).state == "done"
    assert places() == ()


def test_stopping_what_is_not_here_is_refused() -> None:
    with pytest.raises(RunError, match="not training on this machine"):
        stop_training("0123456789")
    assert training_progress("0123456789") is None
