"""Starting what is next in the queue, and the supervisor that does so when nobody looks.

Whoever touches the queue (a click, a page view, the command line) moves it on by `dispatch`. As long as something waits
there is besides one supervisor, a process of its own: it starts the next job when one ends, with no browser open, and
goes when nothing waits any more. One that was killed is started again by the next `keep_moving`. It holds a lock of the
operating system, which a killed process cannot keep, so there is never a second one.
"""

import contextlib
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import GenreLabError, JobError, StorageError
from core.files import storage_errors
from core.jobs.process import NEW_GROUP
from core.jobs.start import start_job
from core.jobs.waiting import Entry, Place, place_of
from core.queue.record import Draft, changing, n_at_once, places, read_queue
from core.settings import REPOSITORY, load_settings

_log = logging.getLogger(__name__)
POLL_S = 0.5
"""A waiting job starts so long after the one before it has ended, at most."""
_RETRY_S = 10.0
"""After a full disk or a run store that does not answer."""


def dispatch() -> None:
    """Forget the jobs that have ended and start as many waiting ones as may run at once.

    Raises
    ------
    StorageError
        The disk is full, or the folder closed; what waits goes on waiting.
    """
    queue = read_queue()
    if not queue.entries:
        return
    with changing() as draft:
        _dispatch(draft)


def _dispatch(draft: Draft) -> None:
    found = places(draft.queue)
    kept = [place for place in found if place.state != "ended"]
    n_free = n_at_once(draft.queue) - sum(place.state == "running" for place in kept)
    refused: set[str] = set()
    for place in kept:
        if place.state == "waiting" and n_free > 0:
            if _start(place.entry):
                n_free -= 1
            else:
                refused.add(place.entry.id)
    draft.entries = tuple(place.entry for place in kept if place.entry.id not in refused)


def _start(entry: Entry) -> bool:
    """Start a job; False, after its run was recorded as failed, where that cannot be done."""
    try:
        start_job(entry.job_id, {**entry.spec, "queue_entry": entry.id})
    except StorageError:
        raise
    except (JobError, OSError) as error:
        _record_failure(entry, f"The training process could not be started: {error}")
        return False
    return True


def _record_failure(entry: Entry, reason: str) -> None:
    from core.runs.writer import RunWriter  # with pandas, which a supervisor otherwise does without

    _log.error("Job %s: %s", entry.job_id, reason)
    if not entry.run_id:
        return
    try:
        RunWriter(entry.run_id).fail(reason)
    except GenreLabError as error:
        _log.error("The failure of run %s could not be recorded: %s", entry.run_id, error)


def _lock() -> FileLock:
    return FileLock(load_settings().models_dir / "queue-supervisor.lock", timeout=0)


def supervisor_log() -> Path:
    """What the supervisor prints."""
    return load_settings().models_dir / "queue-supervisor.log"


def keep_moving() -> None:
    """Move the queue on, and make sure that a supervisor watches it as long as something waits.

    Cheap where nothing is queued: one look at a file.

    Raises
    ------
    StorageError
        The disk is full, or the folder closed.
    JobError
        The supervisor cannot be started.
    """
    dispatch()
    if any(place.state == "waiting" for place in places()):
        ensure_supervisor()


def watched_places() -> tuple[Place, ...]:
    """All entries as they are now; a supervisor that was killed is started again where something waits.

    For every page view: one look at a file where nothing is queued.

    Raises
    ------
    StorageError, JobError
        As `keep_moving`.
    """
    found = places()
    if any(place.state == "waiting" for place in found):
        ensure_supervisor()
    return found


def ensure_supervisor() -> None:
    """Start the supervisor unless there is one, or one that this process has started is not at its lock yet."""
    lock = _lock()
    try:
        lock.acquire()
    except Timeout:
        return
    lock.release()
    if _is_starting():
        return
    # Two processes that get here at once start two: the second finds the lock held, and goes.
    log = supervisor_log()
    with storage_errors(log.parent), log.open("ab") as stream:
        try:
            child = subprocess.Popen(
                [sys.executable, "-m", "core.queue"],
                cwd=REPOSITORY,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                creationflags=NEW_GROUP,
            )
        except OSError as error:
            raise JobError(f"The queue's supervisor could not be started: {error}") from error
    _supervisors[:] = [process for process in _supervisors if process.poll() is None] + [child]


def _is_starting() -> bool:
    """Whether a supervisor of this process lives and has not had the lock yet; one that gave it back is going."""
    try:
        last = supervisor_log().with_suffix(".pid").read_text()
    except OSError:
        last = ""
    return any(process.poll() is None and str(process.pid) != last for process in _supervisors)


# Kept so that an ended one is reaped and leaves no zombie behind.
_supervisors: list["subprocess.Popen[bytes]"] = []


def supervise() -> int:
    """Start jobs until nothing waits; the supervisor's whole life. Returns the exit code."""
    lock = _lock()
    try:
        lock.acquire()
    except Timeout:
        return 0
    _log.info("Watching the queue as process %d", os.getpid())
    with contextlib.suppress(OSError):  # on a full disk another one may be started, finds the lock held, and goes
        supervisor_log().with_suffix(".pid").write_text(f"{os.getpid()}")
    try:
        while not _step(lock):
            pass
    finally:
        lock.release()
    return 0


def _step(lock: FileLock) -> bool:
    """Move the queue on once and wait; True when nothing is left to wait for."""
    try:
        with changing() as draft:
            _dispatch(draft)
            if not any(place_of(entry).state == "waiting" for entry in draft.entries):
                # Given back before anybody can add an entry: who does then starts a new supervisor.
                lock.release()
                _log.info("Nothing is waiting; process %d ends", os.getpid())
                return True
    except GenreLabError as error:
        _log.warning("The queue is paused and is tried again in %.0f s: %s", _RETRY_S, error)
        time.sleep(_RETRY_S)
        return False
    time.sleep(POLL_S)
    return False
