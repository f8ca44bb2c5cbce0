"""Starting, watching and stopping trainings."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock

from core.collections.registry import load_collection
from core.errors import JobError, RunError, StorageError
from core.files import write_atomically
from core.jobs import Progress, ProgressReporter, read_progress, request_stop, start_job
from core.models.config import TrainingConfig
from core.runs.liveness import job_id_of_run
from core.runs.record import Run
from core.runs.store import get_run
from core.runs.writer import RunWriter, create_run
from core.settings import load_settings
from core.training.split import split_clips

__all__ = ["job_id_of_run", "start_training", "stop_training", "train_here", "training_progress"]

_TOKEN_LIFETIME_S = 24 * 3600.0


def start_training(config: TrainingConfig, *, token: str | None = None) -> str:
    """Create a run and train it in a process of its own, which outlives the caller.

    Parameters
    ----------
    config : TrainingConfig
    token : str, optional
        Names this one request: the same token again (a double click, a repeated rerun) gives the same run.

    Returns
    -------
    str
        Id of the run; its job is ``job_id_of_run(run_id)``.

    Raises
    ------
    CollectionError, SplitError
        The clips cannot be trained on as asked; nothing was created.
    RunError, JobError
        The run store or the process could not be opened.
    """
    if token is None:
        return _start(config)
    folder = load_settings().models_dir / "tokens"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock", timeout=60):
        _forget_old(folder)
        place = folder / hashlib.sha256(token.encode()).hexdigest()
        if place.exists():
            return place.read_text().strip()
        run_id = _start(config)
        write_atomically(place, run_id.encode())
        return run_id


def _forget_old(folder: Path) -> None:
    for place in folder.iterdir():
        if place.name != ".lock" and time.time() - place.stat().st_mtime > _TOKEN_LIFETIME_S:
            place.unlink(missing_ok=True)


def _start(config: TrainingConfig) -> str:
    run_id = _create(config)
    try:
        start_job(job_id_of_run(run_id), _spec(run_id, config))
    except (JobError, StorageError, OSError) as error:
        message = f"The training process could not be started: {error}"
        RunWriter(run_id).fail(message)
        raise JobError(message) from error
    return run_id


def _create(config: TrainingConfig) -> str:
    collection = load_collection(config.collection_id).subset(config.genres)
    # Said at the click, not minutes later by the worker.
    split_clips(
        collection.clips,
        seed=config.seed,
        test_fraction=config.test_fraction,
        validation_fraction=config.validation_fraction,
    )
    return create_run(config, collection)


def _spec(run_id: str, config: TrainingConfig) -> dict[str, Any]:
    return {"kind": "train", "run_id": run_id, "config": config.to_dict()}


class _ForegroundReporter(ProgressReporter):
    """Also heeds a stop asked for by this process, as by the first Ctrl-C."""

    def __init__(self, folder: Path, on_update: Callable[[Progress], None] | None, stop: Callable[[], bool]) -> None:
        super().__init__(folder, on_update=on_update)
        self._stop = stop

    @property
    def stop_requested(self) -> bool:
        return self._stop() or super().stop_requested


def train_here(
    config: TrainingConfig,
    *,
    on_update: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Run:
    """Create a run and train it in this process, visible and stoppable on the dashboard like any other.

    Parameters
    ----------
    config : TrainingConfig
    on_update : callable, optional
        Given the progress a few times a second.
    stop : callable, optional
        Asked after each batch whether to finish early with the best weights so far.

    Returns
    -------
    Run
        As it ended: finished, or interrupted when it was stopped before anything was trained.
    """
    from core.training.worker import run_training

    run_id = _create(config)
    folder = load_settings().jobs_dir / job_id_of_run(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    reporter = _ForegroundReporter(folder, on_update, stop)
    reporter.phase("Starting")
    try:
        result = run_training(_spec(run_id, config), reporter)
    except BaseException as error:
        reporter.finish("failed", detail=str(error) or type(error).__name__)
        raise
    if result is None:
        reporter.finish("stopped", detail="Stopped on request.")
    else:
        reporter.finish("done", result=result)
    return get_run(run_id)


def stop_training(run_id: str) -> None:
    """Ask a training to finish after the batch in hand, keeping the best weights so far.

    Raises
    ------
    RunError
        It is not training on this machine.
    """
    try:
        request_stop(job_id_of_run(run_id))
    except JobError as error:
        raise RunError(f"Run {run_id[:6]} is not training on this machine; stop it where it was started.") from error


def training_progress(run_id: str) -> Progress | None:
    """How far the training of a run is; None when it was not started on this machine."""
    return read_progress(job_id_of_run(run_id))
