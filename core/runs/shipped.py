"""Runs that come with Genre Lab: trained on real music beforehand, so that there is something to look at at once.

Each is a folder of ``models/pretrained/``: the files of a finished run, its record in ``run.json``, and a model card.
They are only read. Their music is not part of Genre Lab.
"""

import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import GenreLabError, RunError
from core.evaluation.predictions import TestResult
from core.files import known_fields, read_json, require_version, write_json
from core.recipe.config import training_config_from_dict
from core.runs.folders import run_folder
from core.runs.record import EpochRecord, Run
from core.settings import load_settings

_log = logging.getLogger(__name__)
RECORD = "run.json"
CARD = "README.md"
MEASURED = "prediction.json"
_MEASURED_VERSION = 1


def shipped_runs() -> tuple[Run, ...]:
    """The runs that come with Genre Lab, newest first; one that cannot be read is left out and logged."""
    return tuple(_with_measured(run) for run, _ in _read_all())


def find_shipped(run_id: str) -> Run | None:
    """The run of that id if it comes with Genre Lab."""
    return next((_with_measured(run) for run, _ in _read_all() if run.id == run_id), None)


def keep_measured(run_id: str, prediction_ms: float) -> None:
    """Keep how long such a run takes for a prediction on this machine, in its folder among the runs of this home."""
    path = run_folder(run_id) / MEASURED
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, {"version": _MEASURED_VERSION, "prediction_ms": prediction_ms})


def _with_measured(run: Run) -> Run:
    path = run_folder(run.id) / MEASURED
    if not path.is_file():
        return run
    try:
        values = read_json(path)
        require_version(values, _MEASURED_VERSION, path)
        value = float(values["prediction_ms"])
    except (GenreLabError, OSError, KeyError, TypeError, ValueError) as error:
        _log.warning("%s is left out: %s", path, error)
        return run
    return replace(run, prediction_ms=value) if 0 < value < float("inf") else run


def shipped_folder(run_id: str) -> Path | None:
    """Folder of the files of a run that comes with Genre Lab."""
    return next((folder for run, folder in _read_all() if run.id == run_id), None)


def model_card(run_id: str) -> str:
    """What is to be known before a model that comes with Genre Lab is used, as Markdown; empty for other runs."""
    folder = shipped_folder(run_id)
    if folder is None:
        return ""
    try:
        return (folder / CARD).read_text(encoding="utf-8")
    except OSError as error:
        raise RunError(f"The model card {folder / CARD} cannot be read ({error}). Restore it.") from error


def write_record(folder: Path, run: Run) -> None:
    """Write the record of a finished run beside its files, as `shipped_runs` reads it."""
    own = ("config", "shipped", "tags", "note", "archived")
    values = {name: value for name, value in asdict(run).items() if name not in own}
    write_json(folder / RECORD, values | {"config": run.config.to_dict()})


def run_from_dict(values: Mapping[str, Any]) -> Run:
    """A run from the plain values of its record.

    Raises
    ------
    RunError
        They are not a record of this version.
    """
    try:
        given = dict(values)
        given["config"] = training_config_from_dict(given["config"])
        given["history"] = tuple(EpochRecord(**known_fields(EpochRecord, epoch)) for epoch in given["history"])
        result = given["result"]
        given["result"] = TestResult(**{**known_fields(TestResult, result), "interval": tuple(result["interval"])})
        if given["status"] != "finished":
            raise ValueError("it is not finished")
        return Run(**{**known_fields(Run, given), "shipped": True})
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(f"The record is not from this version ({error!r}).") from error


def _read_all() -> tuple[tuple[Run, Path], ...]:
    root = load_settings().pretrained_dir
    if root is None or not root.is_dir():
        return ()
    stamps = tuple((place, place.stat().st_mtime_ns) for place in sorted(root.glob(f"*/{RECORD}")))
    return _read(stamps)


@lru_cache(maxsize=4)
def _read(stamps: tuple[tuple[Path, int], ...]) -> tuple[tuple[Run, Path], ...]:
    found = []
    for place, _ in stamps:
        try:
            found.append((run_from_dict(read_json(place)), place.parent))
        except (GenreLabError, OSError, ValueError) as error:
            _log.warning("%s is left out: %s", place.parent, error)
    return tuple(sorted(found, key=lambda pair: -pair[0].created_at))
