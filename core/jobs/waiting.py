"""The record of the jobs that wait for their turn: ``models/queue.json``.

The record holds the jobs in their order and nothing about how far they are: whether an entry has been started is read
from its job's folder, which names the entry that it was started for. So neither a killed dashboard nor a killed
supervisor can leave the record and the truth apart. It is changed, and restored where damaged, by `core.queue.record`.
"""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from core.errors import JobError, NewerVersionError
from core.files import require_known_fields, write_json
from core.jobs.folder import read_spec
from core.jobs.progress import Progress
from core.jobs.watch import read_progress
from core.settings import load_settings

EntryState = Literal["waiting", "running", "ended"]
MOST_AT_ONCE = 16
_VERSION = 1


class DamagedQueueError(JobError):
    """The record cannot be read; it has to be restored."""


class NewerQueueError(JobError, NewerVersionError):
    """A newer Genre Lab wrote the queue's record."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One job in the queue.

    Attributes
    ----------
    id : str
        Of this stay in the queue: a job that is queued a second time has another one.
    job_id : str
    spec : dict
        What the job does, as for `core.jobs.start.start_job`.
    group : str
        Name of the group that it belongs to, or empty.
    added_at : float
        Unix time.
    """

    id: str
    job_id: str
    spec: dict[str, Any]
    group: str = ""
    added_at: float = 0.0

    @property
    def run_id(self) -> str:
        """Run that the job trains; empty for another kind of job."""
        return str(self.spec.get("run_id", ""))


@dataclass(frozen=True, kw_only=True)
class Queue:
    """The record: entries in the order in which they start.

    Attributes
    ----------
    entries : tuple of Entry
    n_at_once : int or None
        As chosen on the page; None for the setting's value.
    note : str
        What people must know of the record itself: that it was damaged and has been restored.
    """

    entries: tuple[Entry, ...] = ()
    n_at_once: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """An entry as it is now.

    Attributes
    ----------
    entry : Entry
    state : {"waiting", "running", "ended"}
    progress : Progress or None
        Of its job, once it has been started.
    """

    entry: Entry
    state: EntryState
    progress: Progress | None = field(default=None)


def new_entry(job_id: str, spec: Mapping[str, Any], *, group: str = "") -> Entry:
    """An entry for a job, with an id of its own."""
    return Entry(id=secrets.token_hex(8), job_id=job_id, spec=dict(spec), group=group, added_at=time.time())


def queue_path() -> Path:
    """Where the record lies."""
    return load_settings().models_dir / "queue.json"


_parsed: dict[Path, tuple[tuple[int, ...], Queue]] = {}


def stored_queue() -> Queue:
    """The record as it is now, for who holds its lock; an empty one where there is none.

    Raises
    ------
    DamagedQueueError, JobError
        It cannot be read, or a newer version of Genre Lab has written it.
    """
    path = queue_path()
    try:
        return _parse(path.read_bytes())
    except FileNotFoundError:
        return Queue()
    except ValueError as error:
        raise DamagedQueueError(f"{path} is damaged ({error}).") from error


def glance_at_queue() -> Queue:
    """As `stored_queue`, but parsed anew only where the file is another one: each of many waiting runs asks for it."""
    path = queue_path()
    try:
        found = path.stat()
    except FileNotFoundError:
        return Queue()
    # Replaced as a whole at each change, so that another content is another file.
    key = (found.st_ino, found.st_mtime_ns, found.st_size)
    kept = _parsed.get(path)
    if kept is None or kept[0] != key:
        kept = (key, stored_queue())
        _parsed.clear()
        _parsed[path] = kept
    return kept[1]


def _parse(content: bytes) -> Queue:
    """The record from its bytes; `ValueError` where it is none, `JobError` where it is one of a later version."""
    values = json.loads(content)
    try:
        if values["version"] > _VERSION:
            raise NewerQueueError(
                f"{queue_path()} was written by a newer version of Genre Lab (expected version {_VERSION}, got "
                f"{values['version']}). Update Genre Lab."
            )
        for entry in values["entries"]:
            require_known_fields(Entry, entry, f"An entry of {queue_path()}", error=NewerQueueError)
        n_at_once = values["n_at_once"]
        if n_at_once is not None and not (isinstance(n_at_once, int) and 1 <= n_at_once <= MOST_AT_ONCE):
            raise ValueError(f"n_at_once is {n_at_once!r}")
        return Queue(
            entries=tuple(Entry(**entry) for entry in values["entries"]),
            n_at_once=n_at_once,
            note=str(values["note"]),
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not a queue's record: {error!r}") from error


def store_queue(queue: Queue) -> None:
    """Replace the record."""
    write_json(queue_path(), {"version": _VERSION, **asdict(queue)})


def place_of(entry: Entry) -> Place:
    """Whether an entry waits, runs or has ended, as its job's folder tells."""
    progress = read_progress(entry.job_id)
    if progress is None:
        return Place(entry=entry, state="waiting")
    spec = read_spec(entry.job_id)
    if progress.ended and (spec is None or spec.get("queue_entry") != entry.id):
        return Place(entry=entry, state="waiting")  # that was an earlier attempt
    return Place(entry=entry, state="ended" if progress.ended else "running", progress=progress)


def is_waiting(run_id: str) -> bool:
    """Whether a run waits for its turn; while the record cannot be read each may, so that none is given up for lost."""
    try:
        entries = glance_at_queue().entries
    except JobError:
        return True
    return any(entry.run_id == run_id and place_of(entry).state == "waiting" for entry in entries)
