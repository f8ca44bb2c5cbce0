"""A model from another Genre Lab, imported: checked, built anew here, and entered as a run."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import RunError
from core.exchange.rebuild import rebuild_network, save_network
from core.exchange.unpack import Parcel, read_parcel
from core.files import write_atomically, write_json
from core.jobs.folder import job_folder, new_job_id
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.models.estimators import ClassicalModel
from core.models.head_files import head_content, n_genres_of, read_head
from core.names import readable_name, reason_of
from core.runs import files
from core.runs.adopting import adopt_run, find_adopted
from core.runs.store import get_run

KIND = "import-model"
_STEPS = 3
_UPLOADED = "model.zip"


def import_model(source: Path | bytes, shown: str, *, reporter: ProgressReporter | None = None) -> str:
    """Import a model that was exported elsewhere; returns the id of its run here.

    Parameters
    ----------
    source : Path or bytes
        The zip, or its content.
    shown : str
        What it is called, for messages and for the run's own record.
    reporter : ProgressReporter, optional

    Raises
    ------
    RunError
        It cannot be imported, or is here already; nothing has been entered.
    NewerVersionError
        A newer Genre Lab made it.
    """
    reporter = reporter or ProgressReporter()
    reporter.phase("Importing the model", total=_STEPS, detail="Reading and checking the file")
    parcel = read_parcel(source, shown)
    _require_new(parcel)
    reporter.advance(1, detail="Building the model anew")
    try:
        model = _model(parcel)
    except ValueError as error:
        raise RunError(
            f"{readable_name(shown)} cannot be imported: its model is refused ({reason_of(error)}). Export it again."
        ) from error
    reporter.advance(2, detail="Entering the run")
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    came_from = f"{readable_name(shown)[:200]}, where it was run {parcel.run.id}; imported on {day}"
    run_id = adopt_run(parcel.run, came_from=came_from, fill=lambda folder: _fill(folder, parcel, model))
    reporter.advance(_STEPS)
    return run_id


def start_import_model(content: bytes, name: str) -> str:
    """Import an uploaded zip in the background; returns the id of the job, in whose folder it lies until then."""
    job_id = new_job_id(KIND)
    write_atomically(job_folder(job_id) / _UPLOADED, content)
    start_job(job_id, {"kind": KIND, "job_id": job_id, "name": name})
    return job_id


def run_import_model(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any]:
    """The job of `start_import_model`."""
    stored = job_folder(spec["job_id"]) / _UPLOADED
    try:
        return {"run_id": import_model(stored, spec["name"], reporter=reporter)}
    finally:
        stored.unlink(missing_ok=True)


def _require_new(parcel: Parcel) -> None:
    known = find_adopted(parcel.run.id)
    if known is not None:
        raise RunError(f"This model is here already: run {known[:6]} was imported from the same run. Nothing was done.")
    try:
        run = get_run(parcel.run.id)
    except RunError:
        return
    raise RunError(f"This model is here already: it is run {run.id[:6]}, {run.config.name}. Nothing was done.")


def _model(parcel: Parcel) -> Any:
    config = parcel.run.config
    if not config.is_classical:
        return rebuild_network(config, parcel.model)
    model = read_head(parcel.model)
    n_genres, n_features = n_genres_of(model), len(model.scaling.offset)
    if n_genres != len(config.genres) or n_features != config.front_end.shape[0]:
        raise ValueError(
            f"expected {len(config.genres)} genres and {config.front_end.shape[0]} features, got {n_genres} and "
            f"{n_features}"
        )
    return model


def _fill(folder: Path, parcel: Parcel, model: Any) -> None:
    """The files of the run, each written anew from what was checked."""
    run = parcel.run
    values = {"config": run.config.to_dict(), "collection": parcel.collection, "versions": run.versions}
    write_json(folder / files.CONFIG, json.loads(json.dumps(values)))
    write_json(folder / files.SPLIT, parcel.split)
    write_json(folder / files.EXCLUDED, parcel.excluded)
    write_json(folder / files.HISTORY, [asdict(epoch) for epoch in run.history])
    write_json(folder / files.DETAILS, parcel.details)
    parcel.predictions.table.to_csv(folder / files.PREDICTIONS, index=False)
    if isinstance(model, ClassicalModel):
        (folder / files.HEAD).write_bytes(head_content(model))
    else:
        save_network(model, folder / files.MODEL)
