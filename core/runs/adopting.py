"""Runs that were trained in another Genre Lab, entered into the store of this one."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.files import remove_folder
from core.runs.client import open_run_store, store_exists, tracking_errors
from core.runs.folders import run_folder
from core.runs.naming import free_name, names_in_hand
from core.runs.record import Run
from core.runs.store import get_run
from core.runs.tags import IMPORTED_FROM_TAG, IMPORTED_ID_TAG, PREDICTION_TAG, STOP_REASON_TAG
from core.runs.writer import RunWriter, enter_run


def adopt_run(run: Run, *, came_from: str, fill: Callable[[Path], None]) -> str:
    """Enter a finished run of another Genre Lab, with its files; returns its id here.

    It keeps its name, with a number where a run here has the same.

    Parameters
    ----------
    run : Run
        As it was there.
    came_from : str
        Where it is imported from, in words.
    fill : callable
        Writes the files of the run into the folder that it is given. Where it fails nothing is entered.

    Raises
    ------
    RunError
        The run store cannot be reached.
    """
    assert run.result is not None
    with names_in_hand() as taken:
        config = replace(run.config, name=free_name(run.config.name, taken))
        adopted = _enter(replace(run, config=config), came_from)
    try:
        writer = RunWriter(adopted)
        with writer.artifacts() as folder:
            fill(folder)
        writer.set_split_sizes(run.split_sizes)
        for epoch in run.history:
            writer.note_epoch(epoch)
        writer.finish(
            result=run.result,
            best_epoch=run.best_epoch,
            stopped_early=run.stopped_early,
            training_s=run.training_s,
        )
    except BaseException:
        store = open_run_store()
        with tracking_errors():
            store.client.delete_run(adopted)
        remove_folder(run_folder(adopted))
        raise
    return adopted


def _enter(run: Run, came_from: str) -> str:
    """The run in the store, as one that is not finished yet."""
    fixed = {
        "config": run.config.to_dict(),
        "collection_title": run.collection_title,
        "collection_fingerprint": run.collection_fingerprint,
        "synthetic": run.synthetic,
        "versions": run.versions,
    }
    tags = {IMPORTED_FROM_TAG: came_from, IMPORTED_ID_TAG: run.id, STOP_REASON_TAG: run.stop_reason}
    if run.prediction_ms is not None:
        tags[PREDICTION_TAG] = repr(run.prediction_ms)
    return enter_run(run.config, fixed, queued=False, tags=tags, created_at=run.created_at)


def find_adopted(original_id: str) -> str | None:
    """The id here of a run that was imported before, by the id that it had elsewhere; None where there is none.

    An import that was cut short has left a run without a model: it does not count.
    """
    if not store_exists():
        return None
    store = open_run_store()
    with tracking_errors():
        found = store.client.search_runs(
            [store.experiment_id], filter_string=f"tags.`{IMPORTED_ID_TAG}` = '{original_id}'"
        )
    ids = [str(entity.info.run_id) for entity in found]
    return next((run_id for run_id in ids if get_run(run_id).status in ("running", "finished")), None)
