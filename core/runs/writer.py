"""Writing a run: created once, told of each epoch, ended once."""

import importlib.metadata
import json
import logging
import platform
import shutil
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from core.clips.collection import Collection
from core.errors import RunError
from core.evaluation.predictions import TestResult
from core.files import make_part_folder, write_json
from core.recipe.config import TrainingConfig
from core.runs import files
from core.runs.client import open_run_store, require_answer, tracking_errors
from core.runs.folders import run_folder
from core.runs.liveness import HEARTBEAT_INTERVAL_S, host_identity
from core.runs.record import EpochRecord
from core.runs.tags import (
    ARCHIVED_TAG,
    CONFIG_TAG,
    ERROR_TAG,
    HEARTBEAT_TAG,
    HOST_TAG,
    PREDICTION_TAG,
    RECORD_TAG,
    STOP_REASON_TAG,
    write_text_tags,
)

if TYPE_CHECKING:
    from mlflow.entities import Metric

_log = logging.getLogger(__name__)
_RETRY_S = 30.0
_PATIENCE_S = 60.0
_PAUSE_S = 3.0
_METRICS_AT_ONCE = 500
"""MLflow takes 1,000 entries a call, tags among them; the rest goes with the next one."""
_LIBRARIES = ("tensorflow", "keras", "numpy", "scipy", "scikit-learn", "soundfile", "soxr", "mlflow")


def library_versions() -> dict[str, str]:
    """Versions of Python and of the libraries that decide a run's figures."""
    versions = {"python": platform.python_version(), "platform": platform.platform()}
    return versions | {name: importlib.metadata.version(name) for name in _LIBRARIES}


def create_run(
    config: TrainingConfig,
    collection: Collection,
    *,
    queued: bool = False,
    tags: Mapping[str, str] | None = None,
) -> str:
    """Enter a new run into the store; returns its id.

    Parameters
    ----------
    config : TrainingConfig
    collection : Collection
    queued : bool
        It waits for its turn; else it is running.
    tags : mapping, optional
        Further tags, such as those of `core.runs.tags`.

    Raises
    ------
    RunError
        The run store cannot be reached.
    """
    fixed = {
        "config": config.to_dict(),
        "collection_title": collection.title,
        "collection_fingerprint": collection.fingerprint,
        "synthetic": collection.synthetic,
        "versions": library_versions(),
    }
    return enter_run(config, fixed, queued=queued, tags=tags or {})


def enter_run(
    config: TrainingConfig,
    fixed: Mapping[str, Any],
    *,
    queued: bool,
    tags: Mapping[str, str],
    created_at: float | None = None,
) -> str:
    """Enter a new run into the store; returns its id.

    Parameters
    ----------
    config : TrainingConfig
    fixed : mapping
        What never changes of its record, as `core.runs.entities` reads it.
    queued : bool
    tags : mapping
        Further tags.
    created_at : float, optional
        Unix time; now where it is not given.

    Raises
    ------
    RunError
        The run store cannot be reached.
    """
    from mlflow.entities import Param

    store = open_run_store()
    all_tags = {
        **tags,
        **write_text_tags(CONFIG_TAG, fixed),
        **write_text_tags(RECORD_TAG, _empty_record()),
        HOST_TAG: host_identity(store.settings),
        HEARTBEAT_TAG: repr(time.time()),
        "collection": fixed["collection_title"][:400],
        "genres": ", ".join(config.genres)[:400],
        "model": config.model.kind,
        "seed": str(config.seed),
        "synthetic": str(fixed["synthetic"]).lower(),
    }
    start_ms = None if created_at is None else int(created_at * 1000)
    with tracking_errors():
        run = store.client.create_run(store.experiment_id, start_time=start_ms, tags=all_tags, run_name=config.name)
        store.client.log_batch(run.info.run_id, params=[Param(name, value) for name, value in _params(config).items()])
        if queued:
            store.client.update_run(run.info.run_id, status="SCHEDULED")
    return str(run.info.run_id)


def schedule_again(run_id: str) -> None:
    """Mark an ended run as waiting once more, and as archived no longer; what it has so far is kept.

    Raises
    ------
    RunError
        The run store cannot be reached.
    """
    store = open_run_store()
    with tracking_errors():
        store.client.set_tag(run_id, HEARTBEAT_TAG, repr(time.time()))
        store.client.set_tag(run_id, HOST_TAG, host_identity(store.settings))
        store.client.set_tag(run_id, ERROR_TAG, "")
        # What trains is in sight: lists of archived runs are not looked at for it.
        store.client.set_tag(run_id, ARCHIVED_TAG, "false")
        store.client.update_run(run_id, status="SCHEDULED")


def note_stop_reason(run_id: str, reason: str) -> None:
    """Record why a run under way is being ended early (see `Run.stop_reason`); `RunError` where that cannot be."""
    store = open_run_store()
    with tracking_errors():
        store.client.set_tag(run_id, STOP_REASON_TAG, reason[:400])


def keep_alive(run_id: str) -> None:
    """Record that somebody still sees to a run whose training has not begun yet; `RunError` where that cannot be."""
    store = open_run_store()
    with tracking_errors():
        store.client.set_tag(run_id, HEARTBEAT_TAG, repr(time.time()))


def _params(config: TrainingConfig) -> dict[str, str]:
    """The configuration for people who sort runs on MLflow's own pages."""
    flat: dict[str, Any] = {}
    for name, value in config.to_dict().items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{inner}": inner_value for inner, inner_value in value.items()}
        else:
            flat[name] = ", ".join(value) if name == "genres" else value
    flat["n_parameters"] = config.n_parameters
    return {name: str(value)[:500] for name, value in flat.items()}


def _empty_record() -> dict[str, Any]:
    return {
        "history": [],
        "best_epoch": None,
        "stopped_early": False,
        "training_s": None,
        "split_sizes": {},
        "result": None,
    }


class RunWriter:
    """Writes what happens to one run, and keeps its heartbeat while used as a context manager.

    Parameters
    ----------
    run_id : str
        Made by `create_run`.
    """

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self._store = open_run_store()
        self._record = _empty_record()
        self._unwritten: list[Metric] = []
        self._quiet_until = 0.0
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="run-heartbeat", daemon=True)

    def __enter__(self) -> "RunWriter":
        from mlflow.entities import RunTag

        with tracking_errors():
            self._store.client.update_run(self.run_id, status="RUNNING")
            # What an earlier attempt ended with is over, too.
            tags = [RunTag(HEARTBEAT_TAG, repr(time.time())), RunTag(ERROR_TAG, "")]
            self._store.client.log_batch(self.run_id, tags=tags)
        self._heart.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._heart.join(timeout=5)

    def _beat(self) -> None:
        while not self._ended.wait(HEARTBEAT_INTERVAL_S):
            try:
                with tracking_errors():
                    self._store.client.set_tag(self.run_id, HEARTBEAT_TAG, repr(time.time()))
            except RunError as error:
                _log.warning("The heartbeat was not recorded: %s", error)

    def set_split_sizes(self, sizes: Mapping[str, int]) -> None:
        """Record how many clips each part has."""
        self._record["split_sizes"] = dict(sizes)
        self._write_record()

    def log_epoch(self, epoch: EpochRecord) -> None:
        """Add an epoch's figures to the history.

        A store that does not answer is logged and costs nothing but the live curve: it is left alone for a while,
        and the whole history is written again with a later epoch and at the end.
        """
        self.note_epoch(epoch)
        if time.monotonic() < self._quiet_until:
            return
        try:
            require_answer(self._store.settings)
            self._write_record()
        except RunError as error:
            # MLflow tries for seconds: at each epoch they would be more than the training.
            self._quiet_until = time.monotonic() + _RETRY_S
            _log.warning(
                "The epochs up to %d were not recorded, and are tried again in %.0f s: %s", epoch.epoch, _RETRY_S, error
            )

    def note_epoch(self, epoch: EpochRecord) -> None:
        """Add an epoch's figures to the history, which is written with the next epoch that is logged or at the end."""
        from mlflow.entities import Metric

        self._record["history"].append(asdict(epoch))
        now_ms = int(time.time() * 1000)
        figures = {name: value for name, value in asdict(epoch).items() if name != "epoch" and value is not None}
        self._unwritten += [Metric(name, value, now_ms, epoch.epoch) for name, value in figures.items()]

    def _write_record(self, metrics: Sequence["Metric"] = ()) -> None:
        from mlflow.entities import RunTag

        waiting = self._unwritten[:_METRICS_AT_ONCE]
        tags = [RunTag(name, value) for name, value in write_text_tags(RECORD_TAG, self._record).items()]
        with tracking_errors():
            self._store.client.log_batch(self.run_id, metrics=[*waiting, *metrics], tags=tags)
        del self._unwritten[: len(waiting)]

    def _await_store(self) -> None:
        """Wait for a server that is being restarted: what a whole training has made is worth a minute."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return require_answer(self._store.settings)
            except RunError as error:
                if time.monotonic() > deadline:
                    raise
                _log.warning("Waiting for the run store: %s", error)
            time.sleep(_PAUSE_S)

    @contextmanager
    def artifacts(self) -> Any:
        """A folder to fill with the run's files; they belong to the run when the context is left without error."""
        local = self._store.local_artifacts(self.run_id)
        parent = run_folder(self.run_id)
        parent.mkdir(parents=True, exist_ok=True)
        folder = make_part_folder(parent, ".artifacts-")
        try:
            yield folder
            if local is None:
                self._await_store()
                with tracking_errors():
                    self._store.client.log_artifacts(self.run_id, str(folder))
            else:
                shutil.rmtree(local, ignore_errors=True)
                folder.rename(local)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def finish(
        self,
        *,
        result: TestResult,
        best_epoch: int | None,
        stopped_early: bool,
        training_s: float | None,
        prediction_ms: float | None = None,
    ) -> None:
        """The run is finished: what was found will never change again."""
        from mlflow.entities import Metric

        self._await_store()
        self._record |= {
            "result": asdict(result),
            "best_epoch": best_epoch,
            "stopped_early": stopped_early,
            "training_s": training_s,
        }
        now_ms = int(time.time() * 1000)
        figures = {"test_accuracy": result.accuracy, "test_n": result.n}
        if prediction_ms is not None:
            figures["prediction_ms"] = prediction_ms
            with tracking_errors():
                self._store.client.set_tag(self.run_id, PREDICTION_TAG, repr(prediction_ms))
        self._write_record([Metric(name, value, now_ms, 0) for name, value in figures.items()])
        self._terminate("FINISHED")

    def fail(self, reason: str) -> None:
        """The run failed, for this reason in words for people."""
        self._end_badly("FAILED", reason)

    def interrupt(self, reason: str) -> None:
        """The run was ended before it had anything to show."""
        self._end_badly("KILLED", reason)

    def _end_badly(self, status: str, reason: str) -> None:
        with tracking_errors():
            self._store.client.set_tag(self.run_id, ERROR_TAG, reason[:3_000])
        self._terminate(status)

    def _terminate(self, status: str) -> None:
        self._ended.set()
        with tracking_errors():
            self._store.client.set_terminated(self.run_id, status=status)


def write_history(folder: Path, history: list[EpochRecord]) -> None:
    """Write the figures of each epoch as a file of the run."""
    write_json(folder / files.HISTORY, [asdict(epoch) for epoch in history])


def write_config(folder: Path, config: TrainingConfig, collection: Collection) -> None:
    """Write configuration, collection and library versions as a file of the run."""
    values = {
        "config": config.to_dict(),
        "collection": {
            "id": collection.id,
            "title": collection.title,
            "fingerprint": collection.fingerprint,
            "source": collection.source,
            "licence": collection.licence,
            "synthetic": collection.synthetic,
            "labels_before_correction": dict(collection.corrected),
        },
        "versions": library_versions(),
    }
    write_json(folder / files.CONFIG, json.loads(json.dumps(values)))
