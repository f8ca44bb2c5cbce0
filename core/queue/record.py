"""Reading and changing the record of what waits (`core.jobs.waiting`): under a lock, restored where it is damaged."""

import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from filelock import FileLock, Timeout

from core.errors import JobError
from core.files import storage_errors
from core.jobs.waiting import (
    DamagedQueueError,
    Entry,
    Place,
    Queue,
    glance_at_queue,
    place_of,
    queue_path,
    store_queue,
    stored_queue,
)
from core.queue.restore import waiting_entries
from core.settings import load_settings

_LOCK_S = 60.0
_log = logging.getLogger(__name__)


@contextmanager
def _locked() -> Iterator[None]:
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
        yield
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
    with _locked():
        before = _restored()
        draft = Draft(before)
        yield draft
        if draft.queue != before:
            store_queue(draft.queue)


def read_queue() -> Queue:
    """The record as it is now; a damaged one is restored first."""
    try:
        return glance_at_queue()
    except DamagedQueueError:
        with _locked():
            return _restored()


def _restored() -> Queue:
    """The record under the lock; a damaged one is set aside and made anew from the runs that the run store knows."""
    try:
        return stored_queue()
    except DamagedQueueError as error:
        _log.warning("%s It is rebuilt.", error)
    path = queue_path()
    kept = path.with_name(f"queue.damaged-{time.strftime('%Y%m%d-%H%M%S')}.json")
    entries = waiting_entries()
    with storage_errors(path.parent):
        shutil.copyfile(path, kept)  # and no rename: at no moment is there no record
    found = f"{len(entries)} waiting run{'' if len(entries) == 1 else 's'}"
    queue = Queue(
        entries=entries,
        note=f"The queue's record was damaged and has been rebuilt from the run store: {found} found. The order may "
        f"have changed. The damaged file is kept as {kept.name}.",
    )
    store_queue(queue)
    return queue


def places(queue: Queue | None = None) -> tuple[Place, ...]:
    """All entries as they are now, in the order of the queue."""
    return tuple(place_of(entry) for entry in (queue or read_queue()).entries)


def n_at_once(queue: Queue | None = None) -> int:
    """How many jobs run at a time: as chosen on the page, else as the settings say."""
    chosen = (queue or read_queue()).n_at_once
    return load_settings().n_at_once if chosen is None else chosen
