"""Background jobs: work in a child process that a page can watch, stop, and find again after a reload.

A job is a folder ``models/jobs/<id>/``:

``spec.json``      what to do: ``{"kind": ..., **arguments}``
``progress.json``  how far it is (`Progress`), replaced atomically by the child
``exit``           the child's exit code, where its parent was there to see it
``stop``           created to ask the child to finish early
``log.txt``        standard output and error of the child

The child is started in a session of its own, so neither a page's rerun nor a closed tab nor a restarted
dashboard ends it. A child that died without saying so (kill -9, power cut) is reported as interrupted: its
process no longer exists, or exists with another start time.
"""

import contextlib
import json
import logging
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import psutil
from filelock import FileLock

from core.errors import JobError, StorageError
from core.files import remove_folder, storage_errors, write_json
from core.job_endings import how_it_ended, node_name, oom_kills
from core.settings import REPOSITORY, load_settings

_log = logging.getLogger(__name__)
_LAST_WORD_TRIES = 3
_LAST_WORD_PAUSE_S = 1.0
_SILENCE_S = 120.0
"""A job on another machine (of a cluster) that has written nothing for so long is taken as gone."""

JobState = Literal["starting", "running", "done", "stopped", "failed", "interrupted"]
ENDED: tuple[JobState, ...] = ("done", "stopped", "failed", "interrupted")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where a job is.

    Attributes
    ----------
    state : JobState
    phase : str
        What it is doing now, for people: ``"Extracting mel spectrograms"``.
    done, total : float
        Of the phase, in any unit; total 0 while unknown.
    remaining_s : float or None
        Estimated seconds to the end of the job; None while unknown.
    detail : str
        One further line for people, or the error message of a failed job.
    result : dict
        What the job made, when done.
    host : str
        Machine on which the child runs.
    memory_bytes, oom_kills : int
        Memory of the child; processes that the kernel had ended for lack of memory when the child began.
    pid, process_created : int, float
        Identify the child.
    started_at, updated_at : float
        Unix time.
    """

    state: JobState = "starting"
    phase: str = "Starting"
    done: float = 0.0
    total: float = 0.0
    remaining_s: float | None = None
    detail: str = ""
    result: dict[str, Any] | None = None
    host: str = ""
    memory_bytes: int = 0
    oom_kills: int = 0
    pid: int = 0
    process_created: float = 0.0
    started_at: float = 0.0
    updated_at: float = 0.0

    @property
    def fraction(self) -> float:
        """Share of the phase that is done, 0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED


def _folder(job_id: str) -> Path:
    if not job_id or not all(letter.isalnum() or letter in "-_" for letter in job_id):
        raise JobError(f"A job id has letters, digits, '-' and '_' only; {job_id!r} came.")
    return load_settings().jobs_dir / job_id


def new_job_id(kind: str) -> str:
    """A fresh id that starts with the kind and sorts by time."""
    return f"{kind}-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"


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
    folder = _folder(job_id)
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
            process_created=_process_created(os.getpid()),
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
            )
        progress = replace(own, pid=child.pid, process_created=_process_created(child.pid), updated_at=time.time())
        _children[job_id] = child
        write_json(folder / "progress.json", asdict(progress))
        return progress


# Kept so that an ended child is reaped when its progress is read and leaves no zombie behind.
_children: dict[str, "subprocess.Popen[bytes]"] = {}


def _process_created(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0


def _is_alive(progress: Progress) -> bool:
    if progress.host and progress.host != node_name():
        return time.time() - progress.updated_at < _SILENCE_S
    try:
        process = psutil.Process(progress.pid)
        same = abs(process.create_time() - progress.process_created) < 1.0
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def read_progress(job_id: str) -> Progress | None:
    """Where the job is, or None when there is no such job."""
    path = _folder(job_id) / "progress.json"
    progress = _load_progress(path)
    if progress is None or progress.ended:
        return progress
    _reap(job_id)
    if _is_alive(progress):
        return progress
    # The child may have written its last word between the two looks.
    progress = _load_progress(path) or progress
    if progress.ended:
        return progress
    _reap(job_id, patience_s=2.0)
    detail = how_it_ended(progress, log=read_log(job_id), exit_code=_exit_code(job_id), folder=_folder(job_id))
    return replace(progress, state="interrupted", remaining_s=None, detail=detail)


def _reap(job_id: str, *, patience_s: float = 0.0) -> None:
    """Take note of the exit code of a child of this process that has ended.

    A killed process is dead before its last thread is: its code comes a moment later.
    """
    child = _children.get(job_id)
    if child is None:
        return
    try:
        child.wait(patience_s)
    except subprocess.TimeoutExpired:
        return
    _children.pop(job_id, None)
    # On a full disk the code is lost, not the page.
    with contextlib.suppress(OSError):
        (_folder(job_id) / "exit").write_text(f"{child.returncode}")


def _exit_code(job_id: str) -> int | None:
    try:
        return int((_folder(job_id) / "exit").read_text())
    except (OSError, ValueError):
        return None


def _load_progress(path: Path) -> Progress | None:
    try:
        return Progress(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        # Replaced atomically, so only a failing disk or a stranger's hand leaves half of it; the work can be redone.
        return Progress(state="interrupted", phase="The work", detail=f"Its record {path} is damaged; start it again.")


def read_spec(job_id: str) -> dict[str, Any] | None:
    """What the job does, as it was last started; None when it never was, or its record is damaged."""
    try:
        spec = json.loads((_folder(job_id) / "spec.json").read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return spec if isinstance(spec, dict) else None


def read_log(job_id: str, *, max_bytes: int = 200_000) -> str:
    """The end of what the child printed; empty when there is nothing."""
    try:
        with (_folder(job_id) / "log.txt").open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - max_bytes))
            return stream.read().decode(errors="replace")
    except FileNotFoundError:
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
    folder = _folder(job_id)
    if not ahead and not folder.is_dir():
        raise JobError(f"There is no job {job_id}.")
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "stop").touch()


def end_job(job_id: str) -> bool:
    """End a job's process by force; False where none of this machine runs for it."""
    progress = read_progress(job_id)
    if progress is None or progress.ended or progress.host != node_name():
        return False
    try:
        process = psutil.Process(progress.pid)
        # Never a process that has the work in hand besides its own: the command line, or who is just starting it.
        if not _is_alive(progress) or "core.worker" not in process.cmdline():
            return False
        process.kill()
        process.wait(timeout=10)
    except psutil.Error:
        return not _is_alive(progress)
    return True


def delete_job(job_id: str) -> None:
    """Remove the folder of a job that has ended; nothing happens where there is none.

    Raises
    ------
    StorageError
        The folder of all jobs may not be written.
    """
    remove_folder(_folder(job_id))


def stop_requested(job_id: str) -> bool:
    """Whether the job was asked to finish early."""
    return (_folder(job_id) / "stop").exists()


class ProgressReporter:
    """The child's side: writes `Progress` at most a few times a second and estimates the time left.

    Also usable without a job folder (``folder=None``) by the command line, with ``on_update`` to print.

    A disk that cannot take the progress costs the progress and not the work: it is logged, and the work goes on.
    """

    def __init__(self, folder: Path | None = None, *, interval_s: float = 0.3, on_update: Any = None) -> None:
        self._folder = folder
        self._interval_s = interval_s
        self._on_update = on_update
        self._written_at = 0.0
        self._phase_started = time.monotonic()
        self._already = 0.0
        self._is_unwritten = False
        self._progress = Progress(
            state="running",
            host=node_name(),
            oom_kills=oom_kills(),
            pid=os.getpid(),
            process_created=_process_created(os.getpid()),
            started_at=time.time(),
            updated_at=time.time(),
        )

    @property
    def stop_requested(self) -> bool:
        """Whether somebody asked this job to finish early."""
        return self._folder is not None and (self._folder / "stop").exists()

    def phase(self, phase: str, *, total: float = 0.0, detail: str = "", already: float = 0.0) -> None:
        """Begin a phase; ``already`` of it was done at another time, and says nothing about the time left."""
        self._phase_started = time.monotonic()
        self._already = already
        self._update(phase=phase, done=already, total=total, remaining_s=None, detail=detail, force=True)

    def advance(self, done: float, *, detail: str | None = None, further_s: float = 0.0) -> None:
        """Say how much of the phase is done; ``further_s`` is the estimate for the phases still to come."""
        elapsed = time.monotonic() - self._phase_started
        total = self._progress.total
        now = done - self._already
        remaining = elapsed / now * (total - done) + further_s if now > 0 and total and elapsed > 0.5 else None
        changes: dict[str, Any] = {"done": done, "remaining_s": remaining}
        if detail is not None:
            changes["detail"] = detail
        self._update(force=done >= total > 0, **changes)

    def finish(self, state: JobState, *, detail: str = "", result: dict[str, Any] | None = None) -> None:
        """The last word of the job.

        Where the disk cannot take it after some tries, the process ends without one, and `read_progress` tells so.
        """
        self._update(state=state, detail=detail, result=result, remaining_s=None, force=True)
        for _ in range(_LAST_WORD_TRIES - 1):
            if not self._is_unwritten:
                return
            time.sleep(_LAST_WORD_PAUSE_S)
            self._write()

    def _update(self, *, force: bool, **changes: Any) -> None:
        self._progress = replace(self._progress, updated_at=time.time(), **changes)
        now = time.monotonic()
        if not force and now - self._written_at < self._interval_s:
            return
        self._written_at = now
        if self._folder is not None:
            self._progress = replace(self._progress, memory_bytes=psutil.Process().memory_info().rss)
            self._write()
        if self._on_update is not None:
            self._on_update(self._progress)

    def _write(self) -> None:
        assert self._folder is not None
        try:
            write_json(self._folder / "progress.json", asdict(self._progress))
        except (StorageError, OSError) as error:
            if not self._is_unwritten:
                _log.warning("The progress cannot be written, and the work goes on without: %s", error)
            self._is_unwritten = True
        else:
            self._is_unwritten = False
