"""Whether a run that says it is running still is.

A run of this installation is judged by its job (`core.jobs.watch` knows whether the process lives); one of another
machine, or of this folder before it was moved, by the age of the heartbeat that its process keeps writing.
"""

import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.jobs.waiting import is_waiting
from core.jobs.watch import read_progress
from core.runs.tags import HEARTBEAT_TAG, HOST_TAG
from core.settings import Settings, load_settings

HEARTBEAT_INTERVAL_S = 20.0
HEARTBEAT_LIMIT_S = 120.0
"""A run of another machine that has been silent for longer is taken as interrupted."""


@dataclass(frozen=True)
class Verdict:
    """How a run that was found dead ended: MLflow's status and the reason for people."""

    status: str
    reason: str


def job_id_of_run(run_id: str) -> str:
    """Id of the background job that trains a run."""
    return f"train-{run_id}"


def host_identity(settings: Settings | None = None) -> str:
    """Name of the machine and the installation on it."""
    return f"{platform.node()}:{(settings or load_settings()).home}"


def judge(run_id: str, tags: Mapping[str, str]) -> Verdict | None:
    """None for a run that lives; else how it ended."""
    if tags.get(HOST_TAG) == host_identity():
        progress = read_progress(job_id_of_run(run_id))
        if progress is not None:
            if not progress.ended:
                return None
            if progress.state == "failed":
                return Verdict("FAILED", progress.detail)
            if progress.state == "interrupted":
                return Verdict("KILLED", progress.detail)
            return Verdict("KILLED", "The training process ended before the run was finished.")
    if time.time() - _heard_at(tags) <= HEARTBEAT_LIMIT_S:
        return None
    return Verdict("KILLED", "The training process has not reported for more than two minutes.")


def judge_queued(run_id: str, tags: Mapping[str, str]) -> Literal["queued", "running"] | Verdict:
    """What a run that is recorded as waiting is doing: waiting, just starting, or lost, and how."""
    if tags.get(HOST_TAG) != host_identity():
        return "queued"
    waits = is_waiting(run_id)  # asked first: one that is started between the two looks is then seen to run
    progress = read_progress(job_id_of_run(run_id))
    if progress is not None and not progress.ended:
        return "running"
    if waits:
        return "queued"
    if progress is not None and progress.started_at >= _heard_at(tags):
        return judge(run_id, tags) or "running"
    if time.time() - _heard_at(tags) <= HEARTBEAT_LIMIT_S:
        return "queued"  # being entered just now
    return Verdict("KILLED", "It was waiting but is no longer in the queue. Resume it to queue it again.")


def _heard_at(tags: Mapping[str, str]) -> float:
    try:
        return float(tags.get(HEARTBEAT_TAG, "0"))
    except ValueError:
        return 0.0
