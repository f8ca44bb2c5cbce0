"""Starting a job in a child process."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from core.files import storage_errors, write_json
from core.jobs.children import keep
from core.jobs.folder import job_folder
from core.jobs.process import NEW_GROUP, node_name, oom_kills, process_created, process_identity
from core.jobs.progress import Progress
from core.jobs.watch import read_progress
from core.settings import REPOSITORY


def start_job(job_id: str, spec: Mapping[str, Any]) -> Progress:
    """Start a job in a child process, unless the same id is already under way.

    Parameters
    ----------
    job_id : str
        A fixed id (``"extract-demo-mel-..."``) makes two people who ask for the same work share one job; a
        finished job of that id is started again.
    spec : mapping
        Plain values with a ``"kind"`` that `core.worker` knows.

    Returns
    -------
    Progress
        Of the new job, or of the one found running.

    Raises
    ------
    StorageError
        The job's folder cannot be written.
    """
    folder = job_folder(job_id)
    with storage_errors(folder):
        return _start(job_id, folder, spec)


def _start(job_id: str, folder: Path, spec: Mapping[str, Any]) -> Progress:
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "start.lock", timeout=30):
        current = read_progress(job_id)
        if current is not None and not current.ended:
            return current
        (folder / "stop").unlink(missing_ok=True)
        (folder / "exit").unlink(missing_ok=True)
        write_json(folder / "spec.json", dict(spec))
        # In place of the last attempt's at once, and on this process's behalf until there is a child: a page that looks
        # meanwhile sees a job that is starting, not one that is missing or ended.
        own = Progress(
            host=node_name(),
            pid=os.getpid(),
            process_identity=process_identity(os.getpid()),
            process_created=process_created(os.getpid()),
            started_at=time.time(),
            updated_at=time.time(),
            oom_kills=oom_kills(),
        )
        write_json(folder / "progress.json", asdict(own))
        with (folder / "log.txt").open("wb") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "core.worker", str(folder)],
                cwd=REPOSITORY,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "TF_CPP_MIN_LOG_LEVEL": "2"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                creationflags=NEW_GROUP,
            )
        progress = replace(
            own,
            pid=child.pid,
            process_identity=process_identity(child.pid),
            process_created=process_created(child.pid),
            updated_at=time.time(),
        )
        keep(job_id, child)
        write_json(folder / "progress.json", asdict(progress))
        return progress
