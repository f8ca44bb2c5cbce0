"""The robustness of a run, measured in the background and kept with the run.

Curves of one file are of the same clips: what is measured of other clips takes the place of what was there, further
changes of the same clips are added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.clips.collection import Collection
from core.errors import RunError
from core.explanation.changes import CHANGES, named_changes
from core.explanation.robustness import USUAL_CLIPS, Robustness, RobustPoint, measure_robustness
from core.explanation.robustness_log import RobustnessLog
from core.files import damage_as, read_json, require_version, write_json
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.runs.folders import run_folder

_FILE, _VERSION = "robustness.json", 1


def load_robustness(run_id: str) -> Robustness | None:
    """What was measured of a run; None where nothing was.

    Raises
    ------
    RunError
        There is no such run, or its file is damaged.
    NewerVersionError
        A newer Genre Lab wrote it.
    """
    path = _place(run_id)
    if not path.is_file():
        return None
    with damage_as(RunError, f"The robustness of the run, {path},", "Delete the file and measure it again."):
        values = read_json(path)
        require_version(values, _VERSION, path)
        return _from_dict(values)


def count_begun(run_id: str) -> int:
    """Clips of which something was found, whether a measurement came to its end or not."""
    return len({judged.clip for judged in RobustnessLog(run_id).read()})


def _place(run_id: str) -> Path:
    return run_folder(run_id) / _FILE


def _from_dict(values: Mapping[str, Any]) -> Robustness:
    curves = {
        str(change): tuple(
            RobustPoint(float(point["value"]), int(point["n_correct"]), int(point["n"]), _pair(point["interval"]))
            for point in points
        )
        for change, points in values["curves"].items()
        if change in CHANGES
    }
    return Robustness(
        run_id=str(values["run_id"]),
        curves=curves,
        clips=tuple(map(str, values["clips"])),
        n_test=int(values["n_test"]),
        protocol=str(values["protocol"]),
        failures={str(name): str(reason) for name, reason in values["failures"].items()},
        clip_s=_seconds(values.get("clip_s")),
        learnt_s=_seconds(values.get("learnt_s")),
        heard_in=str(values.get("heard_in", "")),
        by_genre={str(genre): int(count) for genre, count in values.get("by_genre", {}).items()},
        n_heard=None if values.get("n_heard") is None else int(values["n_heard"]),
    )


def _pair(values: Sequence[float]) -> tuple[float, float]:
    low, high = values
    return float(low), float(high)


def _seconds(value: float | None) -> float | None:
    return None if value is None else float(value)


def measure_for_run(
    run_id: str,
    changes: Sequence[str] = tuple(CHANGES),
    *,
    n_clips: int = USUAL_CLIPS,
    collection: Collection | None = None,
    reporter: ProgressReporter | None = None,
) -> Robustness | None:
    """Measure a run's robustness and keep it with the run; what is kept then, or None where it was stopped.

    Parameters
    ----------
    run_id : str
    changes : sequence of str
        Their ids.
    n_clips : int
        Test clips at most.
    collection : Collection, optional
        Where they are, by their names; default the run's own.
    reporter : ProgressReporter, optional

    Raises
    ------
    RunError, CollectionError
        See `core.explanation.robustness.measure_robustness`.
    ConfigError
        A change is not known.
    """
    wanted = named_changes(",".join(changes))
    found = measure_robustness(run_id, changes=wanted, n_clips=n_clips, collection=collection, reporter=reporter)
    if found is None:
        return None
    kept = _kept_before(run_id)
    if kept is not None and (kept.clips, kept.heard_in) == (found.clips, found.heard_in):
        both = kept.curves | found.curves
        found = replace(found, curves={change: both[change] for change in CHANGES if change in both})
    write_json(_place(run_id), {"version": _VERSION, **found.to_dict()})
    return found


def _kept_before(run_id: str) -> Robustness | None:
    try:
        return load_robustness(run_id)
    except RunError:  # damaged: it is replaced
        return None


def robustness_job_id(run_id: str) -> str:
    """Id of the one job that measures it for this run, whoever asks."""
    return f"robustness-{run_id}"


def start_robustness(run_id: str, changes: Sequence[str] = tuple(CHANGES), *, n_clips: int = USUAL_CLIPS) -> str:
    """Measure it in the background; returns the job's id (see `core.jobs`)."""
    job_id = robustness_job_id(run_id)
    spec = {"kind": "robustness", "run_id": run_id, "changes": list(changes), "n_clips": n_clips}
    start_job(job_id, spec)
    return job_id
