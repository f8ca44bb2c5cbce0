"""What the run store knows of a queue whose record was lost."""

from dataclasses import replace
from typing import TYPE_CHECKING

from core.jobs.folder import read_spec
from core.jobs.waiting import Entry, new_entry
from core.jobs.watch import read_progress
from core.runs.liveness import host_identity, job_id_of_run
from core.training.job import training_spec

if TYPE_CHECKING:
    from core.runs.store import UnfinishedRun


def waiting_entries() -> tuple[Entry, ...]:
    """Entries of the runs of this installation that wait or run, the oldest first; of those that run, as they were.

    Raises
    ------
    RunError
        The run store cannot be reached; the damaged record stays until it can.
    """
    from core.runs.store import unfinished_runs  # with pandas, which a supervisor otherwise does without

    entries = (_entry(run) for run in unfinished_runs(host_identity()))
    return tuple(entry for entry in entries if entry is not None)


def _entry(run: "UnfinishedRun") -> Entry | None:
    job_id = job_id_of_run(run.id)
    entry = new_entry(job_id, training_spec(run.id, run.config, resume=run.is_begun), group=run.group)
    progress, spec = read_progress(job_id), read_spec(job_id)
    if progress is not None and not progress.ended:
        own = None if spec is None else spec.get("queue_entry")
        return None if own is None else replace(entry, id=own)
    return entry if run.is_scheduled else None
