"""Having this machine measured in the background, once, so that estimates of training time are good."""

import time
from typing import Any

from core.cost.time import is_measured, keep_costs
from core.errors import GenreLabError
from core.jobs.progress import Progress
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.jobs.watch import read_progress
from core.queue.record import places
from core.settings import load_settings
from core.training.measurement import measure_costs

JOB_ID = "measure-machine"
_AGAIN_AFTER_S = 3600.0


def start_measurement() -> Progress | None:
    """Start the measurement where none was made yet, unless somebody trains just now, which would spoil it.

    Returns
    -------
    Progress or None
        Of the measurement while it runs; None where there is nothing to wait for.
    """
    if not load_settings().measures_machine or is_measured():
        return None
    try:
        progress = read_progress(JOB_ID)
        if progress is not None and not progress.ended:
            return progress
        if progress is not None and time.time() - progress.updated_at < _AGAIN_AFTER_S:
            return None  # it failed: not at every turn again
        if any(place.state == "running" for place in places()):
            return None
        return start_job(JOB_ID, {"kind": "measure"})
    except GenreLabError:
        return None  # an estimate, nothing more


def run_measurement(reporter: ProgressReporter) -> dict[str, Any] | None:
    """The job itself; None where it was stopped."""
    costs_s = measure_costs(reporter)
    if costs_s is None:
        return None
    keep_costs(costs_s)
    return {"costs_s": costs_s.tolist()}
