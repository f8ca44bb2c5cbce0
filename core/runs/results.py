"""What a finished run has left: its files, which are fetched from a remote server once and kept in the run's folder.

A finished run never changes but for the choice of its temperature (`core.runs.temperature`).
"""

import tempfile
from pathlib import Path
from typing import Any

from core.errors import RunError
from core.evaluation.calibration import Temperature, with_temperature
from core.evaluation.metrics import validate_predictions
from core.evaluation.predictions import Predictions
from core.files import damage_as, read_json
from core.runs import files
from core.runs.client import tracking_errors
from core.runs.entities import STATUS, find_entity, is_own
from core.runs.folders import run_folder
from core.runs.shipped import shipped_folder
from core.runs.store import get_run
from core.runs.temperature import RunTemperature, read_temperature, temperature_from_dict

_TRAIN_AGAIN = "Delete the run and train again."


def artifact_path(run_id: str, name: str) -> Path:
    """A file of a finished run, on this machine.

    Raises
    ------
    RunError
        The run is unknown or unfinished, or the file is not there.
    """
    if (shipped := shipped_folder(run_id)) is not None and not is_own(run_id):
        if not (shipped / name).is_file():
            raise RunError(f"{name} of run {run_id[:6]} is missing from {shipped}. Restore it.")
        return shipped / name
    store, entity = find_entity(run_id)
    if entity.info.status != "FINISHED":
        raise RunError(f"Run {run_id[:6]} is {STATUS[entity.info.status]}: it has no results. Choose a finished run.")
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
    >>> from core.runs.results import load_predictions
    >>> from core.runs.store import list_runs
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


def load_tested(run_id: str) -> dict[str, str]:
    """The genre of each test clip of a finished run, by the name of the clip.

    Raises
    ------
    RunError
        The run is unknown or unfinished, or its file is missing or damaged.

    Examples
    --------
    >>> from core.runs.store import list_runs
    >>> from core.runs.results import load_tested
    >>> run = list_runs()[0]
    >>> len(load_tested(run.id)) == run.result.n
    True
    """
    import pandas as pd

    path = artifact_path(run_id, files.PREDICTIONS)
    with damage_as(RunError, f"{path}", _TRAIN_AGAIN):
        table = pd.read_csv(path, usecols=["clip", "actual"], dtype=str, keep_default_na=False)
    return dict(zip(table["clip"].tolist(), table["actual"].tolist(), strict=True))


def _load_json(run_id: str, name: str) -> dict[str, Any]:
    path = artifact_path(run_id, name)
    with damage_as(RunError, f"{path}", _TRAIN_AGAIN):
        return read_json(path)
