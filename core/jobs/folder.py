"""A job's folder: its id, what it does, what it printed, and the request to stop."""

import os
import secrets
import time
from pathlib import Path
from typing import Any

from core.errors import JobError
from core.files import known_fields, read_json, remove_folder, storage_errors
from core.jobs.progress import Progress
from core.settings import load_settings

_MISSING = (FileNotFoundError, NotADirectoryError)
"""What reading of a job meets that is not there, or where a file is in the place of the folder of all jobs."""


def job_folder(job_id: str) -> Path:
    """Where a job lies; it need not be there yet.

    Raises
    ------
    JobError
        It has other letters than an id may have.
    """
    if not job_id or not all(letter.isalnum() or letter in "-_" for letter in job_id):
        raise JobError(f"Expected a job id of letters, digits, '-' and '_', got {job_id!r}.")
    return load_settings().jobs_dir / job_id


def new_job_id(kind: str) -> str:
    """A fresh id that starts with the kind and sorts by time."""
    return f"{kind}-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"


def stored_progress(job_id: str) -> Progress | None:
    """What the child wrote last, whether or not it still lives; None when there is no such job."""
    path = job_folder(job_id) / "progress.json"
    try:
        return Progress(**known_fields(Progress, read_json(path)))
    except _MISSING:
        return None
    except (ValueError, TypeError):
        # Replaced atomically, so only a failing disk or a stranger's hand leaves half of it; the work can be redone.
        return Progress(state="interrupted", phase="The work", detail=f"Its record {path} is damaged; start it again.")


def read_spec(job_id: str) -> dict[str, Any] | None:
    """What the job does, as it was last started; None when it never was, or its record is damaged."""
    try:
        return read_json(job_folder(job_id) / "spec.json")
    except (*_MISSING, ValueError):
        return None


def read_log(job_id: str, *, max_bytes: int = 200_000) -> str:
    """The end of what the child printed; empty when there is nothing."""
    try:
        with (job_folder(job_id) / "log.txt").open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - max_bytes))
            return stream.read().decode(errors="replace")
    except _MISSING:
        return ""


def request_stop(job_id: str, *, ahead: bool = False) -> None:
    """Ask a job to finish early, keeping what it has; it does so within about an epoch's batch or a clip.

    Parameters
    ----------
    job_id : str
    ahead : bool
        Also one that has not been started yet.

    Raises
    ------
    JobError
        There is none of that id.
    StorageError
        The disk is full, or the folder closed.
    """
    folder = job_folder(job_id)
    if not ahead and not folder.is_dir():
        raise JobError(f"There is no job {job_id}.")
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "stop").touch()


def stop_requested(job_id: str) -> bool:
    """Whether the job was asked to finish early."""
    return (job_folder(job_id) / "stop").exists()


def delete_job(job_id: str) -> None:
    """Remove the folder of a job that has ended; nothing happens where there is none.

    Raises
    ------
    StorageError
        The folder of all jobs may not be written.
    """
    remove_folder(job_folder(job_id))
