"""The queue's record on disk: ``models/queue.json``, changed under a lock and replaced as a whole.

The record holds the jobs in their order and nothing about how far they are: whether an entry has been started is read
from its job's folder (`core.jobs`), which names the entry that it was started for. So neither a killed dashboard nor a
killed supervisor can leave the record and the truth apart.
"""

import json
import logging
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from core.errors import JobError
from core.files import storage_errors, write_json
from core.jobs import Progress, read_progress, read_spec
from core.settings import load_settings

EntryState = Literal["waiting", "running", "ended"]
MOST_AT_ONCE = 16
_LOCK_S = 60.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One job in the queue.

    Attributes
    ----------
    id : str
        Of this stay in the queue: a job that is queued a second time has another one.
    job_id : str
    spec : dict
        What the job does, as for `core.jobs.start_job`.
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


@contextmanager
def _locked() -> Iterator[Path]:
    path = queue_path()
    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path.with_suffix(".lock"), timeout=_LOCK_S)
        try:
            lock.acquire()
        except Timeout as error:
            raise JobError(
                f"The queue has been locked by another process for more than {_LOCK_S:.0f} s. Try again; if this "
                "continues, restart the dashboard."
            ) from error
    try:
        yield path
    finally:
        lock.release()


class Draft:
    """The record while the lock is held; what it holds at the end is written."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Entries in their order; may be replaced."""
        return self.queue.entries

    @entries.setter
    def entries(self, entries: tuple[Entry, ...]) -> None:
        self.queue = replace(self.queue, entries=entries)


@contextmanager
def changing() -> Iterator[Draft]:
    """The record to be changed: no other process reads or writes it meanwhile.

    Raises
    ------
    StorageError
        The record cannot be written: the disk is full, or the folder closed.
    JobError
        Another process holds the record for too long.
    """
    with _locked() as path:
        before = _load(path)
        draft = Draft(before)
        yield draft
        if draft.queue != before:
            _save(path, draft.queue)


def read_queue() -> Queue:
    """The record as it is now; a damaged one is restored first."""
    path = queue_path()
    try:
        return _parse_once(path)
    except FileNotFoundError:
        if not path.with_suffix(".lock").exists():
            return Queue()
    except ValueError:
        pass
    # Damaged, or just being restored by another process.
    with _locked():
        return _load(path)


def _load(path: Path) -> Queue:
    """The record under the lock."""
    try:
        return _parse(path.read_bytes())
    except FileNotFoundError:
        return Queue()
    except ValueError as error:
        _log.warning("%s is damaged (%s) and is rebuilt.", path, error)
    return _restore(path)


def _restore(path: Path) -> Queue:
    """A new record from the runs that the run store knows to be waiting."""
    from core.queue.restore import waiting_entries

    kept = path.with_name(f"queue.damaged-{time.strftime('%Y%m%d-%H%M%S')}.json")
    entries = waiting_entries()
    with storage_errors(path.parent):
        path.replace(kept)
    found = f"{len(entries)} waiting run{'' if len(entries) == 1 else 's'}"
    queue = Queue(
        entries=entries,
        note=f"The queue's record was damaged and has been rebuilt from the run store: {found} found. The order may "
        f"have changed. The damaged file is kept as {kept.name}.",
    )
    _save(path, queue)
    return queue


_parsed: dict[Path, tuple[tuple[int, ...], Queue]] = {}


def _parse_once(path: Path) -> Queue:
    """As `_parse`, but parsed anew only where the file is another one: each of many waiting runs asks for it."""
    found = path.stat()
    # Replaced as a whole at each change, so that another content is another file.
    key = (found.st_ino, found.st_mtime_ns, found.st_size)
    kept = _parsed.get(path)
    if kept is None or kept[0] != key:
        kept = (key, _parse(path.read_bytes()))
        _parsed.clear()
        _parsed[path] = kept
    return kept[1]


def _parse(content: bytes) -> Queue:
    """The record from its bytes; `ValueError` where it is none."""
    values = json.loads(content)
    try:
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


def _save(path: Path, queue: Queue) -> None:
    write_json(path, {"version": 1, **asdict(queue)})


def place_of(entry: Entry) -> Place:
    """Whether an entry waits, runs or has ended, as its job's folder tells."""
    progress = read_progress(entry.job_id)
    if progress is None:
        return Place(entry=entry, state="waiting")
    spec = read_spec(entry.job_id)
    if progress.ended and (spec is None or spec.get("queue_entry") != entry.id):
        return Place(entry=entry, state="waiting")  # that was an earlier attempt
    return Place(entry=entry, state="ended" if progress.ended else "running", progress=progress)


def places(queue: Queue | None = None) -> tuple[Place, ...]:
    """All entries as they are now, in the order of the queue."""
    return tuple(place_of(entry) for entry in (queue or read_queue()).entries)


def is_waiting(run_id: str) -> bool:
    """Whether a run waits for its turn."""
    entries = [entry for entry in read_queue().entries if entry.run_id == run_id]
    return any(place_of(entry).state == "waiting" for entry in entries)


def n_at_once(queue: Queue | None = None) -> int:
    """How many jobs run at a time: as chosen on the page, else as the settings say."""
    chosen = (queue or read_queue()).n_at_once
    return load_settings().n_at_once if chosen is None else chosen
