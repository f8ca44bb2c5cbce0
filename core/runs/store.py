"""The runs there are: listed, found, deleted. What a finished one has left is in `core.runs.results`.

Writing is in `core.runs.writer`.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import GenreLabError, RunError
from core.features.run_embedding import stored_names
from core.files import remove_folder
from core.home.opening import open_home
from core.jobs.folder import delete_job
from core.runs.client import RunStore, open_run_store, store_exists, tracking_errors
from core.runs.entities import find_entity, is_own, settled
from core.runs.folders import run_folder
from core.runs.listing import listing_of
from core.runs.liveness import job_id_of_run
from core.runs.record import Run
from core.runs.shipped import find_shipped, shipped_runs
from core.runs.tags import CONFIG_TAG, GROUP_TAG, HOST_TAG, RECORD_TAG, read_text_tags

if TYPE_CHECKING:
    from mlflow.entities import Run as MlflowRun

_log = logging.getLogger(__name__)
_PAGE = 1000


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
        return settled(store, entity)
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
    if (shipped := find_shipped(run_id)) is not None and not is_own(run_id):
        return shipped
    store, entity = find_entity(run_id)
    return settled(store, entity)


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
    store, _ = find_entity(run_id)
    with tracking_errors():
        store.client.delete_run(run_id)
    remove_folder(run_folder(run_id))
    for folder in open_home().collections_dir.glob(f"*/features/{stored_names(run_id)}*"):
        remove_folder(folder)
    delete_job(job_id_of_run(run_id))
