"""Reading the run store: runs, their files, and their end when nobody else has recorded it.

A finished run never changes, so its files are fetched from a remote server once and kept in the run's folder.
Writing is in `core.runs.writer`.
"""

import logging
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import GenreLabError, RunError
from core.evaluation.calibration import Temperature, with_temperature
from core.evaluation.metrics import validate_predictions
from core.evaluation.predictions import Predictions, TestResult
from core.features.run_embedding import stored_names
from core.files import damage_as, known_fields, read_json, remove_folder
from core.home.opening import open_home
from core.jobs.folder import delete_job
from core.names import readable_name
from core.recipe.config import training_config_from_dict
from core.runs import files
from core.runs.client import RunStore, open_run_store, store_exists, tracking_errors
from core.runs.folders import run_folder
from core.runs.listing import listing_of
from core.runs.liveness import Verdict, job_id_of_run, judge, judge_queued
from core.runs.record import EpochRecord, Run, RunStatus
from core.runs.shipped import find_shipped, shipped_folder, shipped_runs
from core.runs.tags import (
    ARCHIVED_TAG,
    CONFIG_TAG,
    ERROR_TAG,
    GROUP_KIND_TAG,
    GROUP_LABEL_TAG,
    GROUP_PLACE_TAG,
    GROUP_TAG,
    HOST_TAG,
    IMPORTED_FROM_TAG,
    LABELS_TAG,
    NOTE_TAG,
    PREDICTION_TAG,
    RECORD_TAG,
    STOP_REASON_TAG,
    TEMPERATURE_TAG,
    read_labels,
    read_text_tags,
)
from core.runs.temperature import RunTemperature, heed_shared_choice, read_temperature, temperature_from_dict

if TYPE_CHECKING:
    from mlflow.entities import Run as MlflowRun

_log = logging.getLogger(__name__)
_STATUS: dict[str, RunStatus] = {
    "RUNNING": "running",
    "SCHEDULED": "queued",
    "FINISHED": "finished",
    "FAILED": "failed",
    "KILLED": "interrupted",
}
_PAGE = 1000
_LONGEST_NAME = 100
_TRAIN_AGAIN = "Delete the run and train again."


@dataclass(frozen=True, kw_only=True)
class UnfinishedRun:
    """A run that is recorded as waiting or running.

    Attributes
    ----------
    id : str
    config : dict
        As `TrainingConfig.to_dict` wrote it.
    group : str
    is_begun : bool
        An epoch of it has been trained.
    is_scheduled : bool
        Recorded as waiting, not as running.
    """

    id: str
    config: dict[str, Any]
    group: str
    is_begun: bool
    is_scheduled: bool


def list_runs() -> tuple[Run, ...]:
    """All runs, newest first, then those that come with Genre Lab.

    Runs whose process died are recorded as interrupted on the way.

    A run of the experiment that Genre Lab did not write, or a newer version of it wrote, is left out and logged.

    Raises
    ------
    RunError
        The run store cannot be reached.
    """
    own = _own_runs()
    known = {run.id for run in own}
    return own + tuple(run for run in shipped_runs() if run.id not in known)


def _own_runs() -> tuple[Run, ...]:
    if not store_exists():
        return ()
    return listing_of(open_run_store(), _read).runs()


def forget_listed(run_ids: Sequence[str]) -> None:
    """Have the next listing read these runs anew: what a server knows of ended runs is else asked for now and then."""
    listing_of(open_run_store(), _read).forget(run_ids)


def _read(store: RunStore, entity: "MlflowRun") -> Run | None:
    """The record of a run; None for one that is left out."""
    try:
        return _settle(store, entity)
    except GenreLabError as error:
        _log.warning("Run %s is left out: %s", entity.info.run_id, error)
        return None


def get_run(run_id: str) -> Run:
    """One run as it is now.

    Raises
    ------
    RunError
        There is no such run, or its record is damaged.
    """
    if (shipped := find_shipped(run_id)) is not None and not _is_own(run_id):
        return shipped
    store, entity = _find(run_id)
    return _settle(store, entity)


def _is_own(run_id: str) -> bool:
    """Whether the store holds a run of that id, whatever comes with Genre Lab under the same."""
    if not store_exists():
        return False
    try:
        _find(run_id)
    except RunError:
        return False
    return True


def unfinished_runs(host: str) -> list[UnfinishedRun]:
    """Runs of an installation recorded as waiting or running.

    Oldest first, without a look at whether they still do: the queue restores itself from these.
    """
    if not store_exists():
        return []
    store = open_run_store()
    with tracking_errors():
        found = [
            entity
            for status in ("RUNNING", "SCHEDULED")  # MLflow's filters know no "or"
            for entity in store.client.search_runs(
                [store.experiment_id],
                filter_string=f"attributes.status = '{status}'",
                max_results=_PAGE,
                order_by=["attributes.start_time ASC"],
            )
        ]
    runs = []
    for entity in found:
        tags = entity.data.tags
        if tags.get(HOST_TAG) == host and CONFIG_TAG in tags:
            fixed, grown = read_text_tags(CONFIG_TAG, tags), read_text_tags(RECORD_TAG, tags)
            runs.append(
                UnfinishedRun(
                    id=entity.info.run_id,
                    config=fixed["config"],
                    group=tags.get(GROUP_TAG, ""),
                    is_begun=bool(grown["history"]),
                    is_scheduled=entity.info.status == "SCHEDULED",
                )
            )
    return runs


def _find(run_id: str) -> "tuple[RunStore, MlflowRun]":
    unknown = RunError(f"There is no run {run_id!r}. It may have been deleted; choose another one.")
    if not run_id or not run_id.isalnum() or not store_exists():
        raise unknown
    store = open_run_store()
    from mlflow.exceptions import MlflowException

    try:
        entity = store.client.get_run(run_id)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            raise unknown from error
        with tracking_errors():
            raise
    if entity.info.lifecycle_stage != "active" or entity.info.experiment_id != store.experiment_id:
        raise unknown
    return store, entity


def _settle(store: RunStore, entity: "MlflowRun") -> Run:
    """The record of a run, after its death, if it died, has been written down."""
    entity, status = _current(store, entity)
    shared = "" if store.settings.has_local_runs else entity.data.tags.get(TEMPERATURE_TAG, "")
    if shared and CONFIG_TAG in entity.data.tags:
        heed_shared_choice(entity.info.run_id, shared)
    try:
        return _record(entity, status)
    except RunError:
        if entity.info.status not in ("RUNNING", "SCHEDULED"):
            raise
        # Read while it was being rewritten, perhaps.
        time.sleep(0.05)
        with tracking_errors():
            entity = store.client.get_run(entity.info.run_id)
        return _record(entity, status)


def _current(store: RunStore, entity: "MlflowRun") -> "tuple[MlflowRun, RunStatus]":
    """The run and its status as they are now."""
    verdict = _judged(entity)
    if isinstance(verdict, str):
        return entity, verdict
    # Its process writes the end of the run before that of the job: look again before calling it dead.
    with tracking_errors():
        entity = store.client.get_run(entity.info.run_id)
        verdict = _judged(entity)
        if isinstance(verdict, str):
            return entity, verdict
        store.client.set_tag(entity.info.run_id, ERROR_TAG, verdict.reason[:3_000])
        store.client.set_terminated(entity.info.run_id, status=verdict.status)
        entity = store.client.get_run(entity.info.run_id)
    return entity, _STATUS[entity.info.status]


def _judged(entity: "MlflowRun") -> "RunStatus | Verdict":
    status = _STATUS[entity.info.status]
    if status == "running":
        return judge(entity.info.run_id, entity.data.tags) or status
    if status == "queued":
        return judge_queued(entity.info.run_id, entity.data.tags)
    return status


def _record(entity: "MlflowRun", status: RunStatus) -> Run:
    tags = entity.data.tags
    fixed = read_text_tags(CONFIG_TAG, tags)
    grown = read_text_tags(RECORD_TAG, tags)
    config = training_config_from_dict(fixed["config"] | _name_of(entity))
    try:
        return Run(
            id=entity.info.run_id,
            status=status,
            created_at=entity.info.start_time / 1000,
            config=config,
            collection_title=fixed["collection_title"],
            collection_fingerprint=fixed["collection_fingerprint"],
            synthetic=fixed["synthetic"],
            history=tuple(EpochRecord(**known_fields(EpochRecord, epoch)) for epoch in grown["history"]),
            best_epoch=grown["best_epoch"],
            stopped_early=grown["stopped_early"],
            stop_reason=tags.get(STOP_REASON_TAG, "") if grown["stopped_early"] else "",
            training_s=grown["training_s"],
            n_parameters=config.n_parameters,
            split_sizes=dict(grown["split_sizes"]),
            result=_result(grown["result"]),
            error=tags.get(ERROR_TAG, ""),
            versions=dict(fixed["versions"]),
            group=tags.get(GROUP_TAG, ""),
            group_kind=tags.get(GROUP_KIND_TAG, ""),
            group_label=tags.get(GROUP_LABEL_TAG, ""),
            group_place=tags.get(GROUP_PLACE_TAG, ""),
            tags=read_labels(tags.get(LABELS_TAG, "")),
            note="\n".join(map(readable_name, tags.get(NOTE_TAG, "").splitlines())),
            archived=tags.get(ARCHIVED_TAG) == "true",
            prediction_ms=_milliseconds(tags.get(PREDICTION_TAG, "")),
            imported_from=tags.get(IMPORTED_FROM_TAG, ""),
        )
    except (KeyError, TypeError) as error:
        raise RunError(f"The record of run {entity.info.run_id} is not from this version ({error!r}).") from error


def _name_of(entity: "MlflowRun") -> dict[str, str]:
    """What the run is called in MLflow, whose own pages may have changed it to anything; its first name where empty."""
    name = readable_name(entity.info.run_name or "").strip()[:_LONGEST_NAME].strip()
    return {"name": name} if name else {}


def _milliseconds(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None


def _result(values: dict[str, Any] | None) -> TestResult | None:
    if values is None:
        return None
    low, high = values["interval"]
    return TestResult(**{**known_fields(TestResult, values), "interval": (low, high)})


def delete_run(run_id: str) -> None:
    """Remove a run, its folder, its job and the embeddings that it made of clips for good.

    Raises
    ------
    RunError
        The run is unknown, still running, or comes with Genre Lab.
    StorageError
        Its folder may not be written.
    """
    run = get_run(run_id)
    if run.shipped:
        raise RunError("This run comes with Genre Lab and cannot be deleted here.")
    status = run.status
    if status == "running":
        raise RunError("This run is still training. Stop it first, then delete it.")
    if status == "queued":
        raise RunError("This run is waiting in the queue. Remove it from the queue first, then delete it.")
    store, _ = _find(run_id)
    with tracking_errors():
        store.client.delete_run(run_id)
    remove_folder(run_folder(run_id))
    for folder in open_home().collections_dir.glob(f"*/features/{stored_names(run_id)}*"):
        remove_folder(folder)
    delete_job(job_id_of_run(run_id))


def artifact_path(run_id: str, name: str) -> Path:
    """A file of a finished run, on this machine.

    Raises
    ------
    RunError
        The run is unknown or unfinished, or the file is not there.
    """
    if (shipped := shipped_folder(run_id)) is not None and not _is_own(run_id):
        if not (shipped / name).is_file():
            raise RunError(f"{name} of run {run_id[:6]} is missing from {shipped}. Restore it.")
        return shipped / name
    store, entity = _find(run_id)
    if entity.info.status != "FINISHED":
        raise RunError(f"Run {run_id[:6]} is {_STATUS[entity.info.status]}: it has no results. Choose a finished run.")
    local = store.local_artifacts(run_id)
    if local is not None:
        if not (local / name).is_file():
            raise RunError(f"{name} of run {run_id[:6]} is missing from {local}. Restore it, or delete the run.")
        return local / name
    cached = run_folder(run_id) / "cache" / name
    if not cached.is_file():
        cached.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cached.parent, prefix=".download-") as folder:
            with tracking_errors():
                fetched = Path(store.client.download_artifacts(run_id, name, folder))
            fetched.replace(cached)
    return cached


def model_path(run_id: str) -> Path:
    """The model's file of a finished run, of Keras, of skops or of plain arrays; see `artifact_path`."""
    run = get_run(run_id)
    return artifact_path(run_id, files.model_file(run.config.model.kind, imported=bool(run.imported_from)))


def load_split(run_id: str) -> dict[str, list[str]]:
    """Clip names by part (``train``, ``validation``, ``test``) of a finished run."""
    values = _load_json(run_id, files.SPLIT)
    with damage_as(RunError, f"{artifact_path(run_id, files.SPLIT)}", _TRAIN_AGAIN):
        return {part: list(values[part]) for part in ("train", "validation", "test")}


def load_excluded(run_id: str) -> dict[str, str]:
    """Reasons, by clip name, why clips of the genres took no part in a finished run."""
    return dict(_load_json(run_id, files.EXCLUDED))


def load_details(run_id: str) -> dict[str, Any]:
    """Facts of a finished run that no page lists, of its training clips.

    ``typical_duration_s`` is their median length, ``typical_sr_hz`` their median sample rate (None without sound;
    older runs have none).
    """
    return _load_json(run_id, files.DETAILS)


def load_run_temperature(run_id: str) -> RunTemperature:
    """The temperature of a finished run, and whether it is in use.

    Raises
    ------
    RunError
        The run is unknown or unfinished, or its file is missing or damaged.
    """
    values = load_details(run_id).get("temperature")
    with damage_as(RunError, f"{artifact_path(run_id, files.DETAILS)}", _TRAIN_AGAIN):
        trained = temperature_from_dict(values)
    return read_temperature(run_id, trained)


def load_temperature(run_id: str) -> Temperature | None:
    """What a finished run's probabilities are softened or sharpened by; None where they are the model's own.

    Its test probabilities (`load_predictions`) are at this temperature already.

    Raises
    ------
    RunError
        The run is unknown or unfinished, or its file is missing or damaged.
    """
    return load_run_temperature(run_id).in_use


def load_predictions(run_id: str) -> Predictions:
    """Test probabilities of a finished run, one row a clip, at its temperature where one is in use.

    Raises
    ------
    RunError
        The run is unknown or unfinished, or its file is missing or damaged.

    Examples
    --------
    >>> from core.runs.store import list_runs, load_predictions
    >>> run = list_runs()[0]
    >>> list(load_predictions(run.id).table.columns)
    ['clip', 'actual', 'predicted', 'bass', 'hiss', 'treble']
    """
    import pandas as pd

    path = artifact_path(run_id, files.PREDICTIONS)
    with damage_as(RunError, f"{path}", _TRAIN_AGAIN):
        table = pd.read_csv(path, dtype={"clip": str, "actual": str, "predicted": str}, keep_default_na=False)
        if list(table.columns[:3]) != ["clip", "actual", "predicted"]:
            raise ValueError("its first columns must be clip, actual and predicted")
        genres = tuple(str(name) for name in table.columns[3:])
        stored = Predictions(table.astype(dict.fromkeys(genres, "float64")), genres)
        validate_predictions(stored)
    change = load_run_temperature(run_id).from_stored
    return stored if change == 1 else with_temperature(stored, change)


def _load_json(run_id: str, name: str) -> dict[str, Any]:
    path = artifact_path(run_id, name)
    with damage_as(RunError, f"{path}", _TRAIN_AGAIN):
        return read_json(path)
