"""What the run store knows of a queue whose record was lost."""

from dataclasses import replace

from core.jobs import read_progress, read_spec
from core.queue.record import Entry, new_entry
from core.runs.liveness import host_identity, job_id_of_run


def training_spec(run_id: str, config: dict[str, object], *, resume: bool = False) -> dict[str, object]:
    """What the job that trains a run does."""
    spec: dict[str, object] = {"kind": "train", "run_id": run_id, "config": config}
    return {**spec, "resume": True} if resume else spec


def waiting_entries() -> tuple[Entry, ...]:
    """Entries of the runs of this installation that wait or run, the oldest first; of those that run, as they were.

    Raises
    ------
    RunError
        The run store cannot be reached; the damaged record stays until it can.
    """
    from core.runs.store import unfinished_runs

    entries = (_entry(*each) for each in unfinished_runs(host_identity()))
    return tuple(entry for entry in entries if entry is not None)


def _entry(run_id: str, config: dict[str, object], group: str, has_history: bool, waits: bool) -> Entry | None:
    job_id = job_id_of_run(run_id)
    entry = new_entry(job_id, training_spec(run_id, config, resume=has_history), group=group)
    progress, spec = read_progress(job_id), read_spec(job_id)
    if progress is not None and not progress.ended:
        own = None if spec is None else spec.get("queue_entry")
        return None if own is None else replace(entry, id=own)
    return entry if waits else None
