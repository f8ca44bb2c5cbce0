"""Runs as MLflow holds them, found by their ids and read as records; the end of those whose process died."""

import time
from typing import TYPE_CHECKING, Any

from core.errors import RunError
from core.evaluation.predictions import TestResult
from core.files import known_fields
from core.names import readable_name
from core.recipe.config import training_config_from_dict
from core.runs.client import RunStore, open_run_store, store_exists, tracking_errors
from core.runs.liveness import Verdict, judge, judge_queued
from core.runs.record import EpochRecord, Run, RunStatus
from core.runs.tags import (
    ARCHIVED_TAG,
    CONFIG_TAG,
    ERROR_TAG,
    GROUP_KIND_TAG,
    GROUP_LABEL_TAG,
    GROUP_PLACE_TAG,
    GROUP_TAG,
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
from core.runs.temperature import heed_shared_choice

if TYPE_CHECKING:
    from mlflow.entities import Run as MlflowRun

STATUS: dict[str, RunStatus] = {
    "RUNNING": "running",
    "SCHEDULED": "queued",
    "FINISHED": "finished",
    "FAILED": "failed",
    "KILLED": "interrupted",
}
"""What MLflow calls the status of a run, and what it is called here."""
_LONGEST_NAME = 100


def find_entity(run_id: str) -> "tuple[RunStore, MlflowRun]":
    """The store and what it holds of a run; `RunError` where there is no such run."""
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


def is_own(run_id: str) -> bool:
    """Whether the store holds a run of that id, whatever comes with Genre Lab under the same."""
    if not store_exists():
        return False
    try:
        find_entity(run_id)
    except RunError:
        return False
    return True


def settled(store: RunStore, entity: "MlflowRun") -> Run:
    """The record of a run, after its death, if it died, has been written down."""
    entity, status = _current(store, entity)
    shared = "" if store.settings.has_local_runs else entity.data.tags.get(TEMPERATURE_TAG, "")
    if shared and CONFIG_TAG in entity.data.tags:
        heed_shared_choice(entity.info.run_id, shared)
    try:
        return record_of(entity, status)
    except RunError:
        if entity.info.status not in ("RUNNING", "SCHEDULED"):
            raise
        # Read while it was being rewritten, perhaps.
        time.sleep(0.05)
        with tracking_errors():
            entity = store.client.get_run(entity.info.run_id)
        return record_of(entity, status)


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
    return entity, STATUS[entity.info.status]


def _judged(entity: "MlflowRun") -> "RunStatus | Verdict":
    status = STATUS[entity.info.status]
    if status == "running":
        return judge(entity.info.run_id, entity.data.tags) or status
    if status == "queued":
        return judge_queued(entity.info.run_id, entity.data.tags)
    return status


def record_of(entity: "MlflowRun", status: RunStatus) -> Run:
    """The record of a run; `RunError` where what MLflow holds is damaged or of another version."""
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
