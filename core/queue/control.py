"""What people do to the queue: add, take out, move, and say how many run at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from core.errors import JobError
from core.jobs.waiting import MOST_AT_ONCE, Entry, place_of
from core.queue.dispatch import keep_moving
from core.queue.record import changing

Move = Literal["first", "up", "down", "last"]


def add(entries: Sequence[Entry], *, first: bool = False) -> None:
    """Put jobs into the queue, in their order, and start what may start.

    Parameters
    ----------
    entries : sequence of Entry
    first : bool
        Before all that wait.

    Raises
    ------
    StorageError, JobError
        The queue cannot be written.
    """
    with changing() as draft:
        known = {entry.job_id for entry in draft.entries if place_of(entry).state != "ended"}
        by_job = {entry.job_id: entry for entry in entries if entry.job_id not in known}
        new = tuple(by_job.values())
        draft.entries = (*new, *draft.entries) if first else (*draft.entries, *new)
    keep_moving()


def enter_running(entry: Entry) -> None:
    """Enter a job that another process runs already, so that it is seen and counts among those that run at once."""
    with changing() as draft:
        draft.entries = (entry, *draft.entries)


def leave(entry: Entry) -> None:
    """Take out what `enter_running` entered, and start what may start now."""
    with changing() as draft:
        draft.entries = tuple(other for other in draft.entries if other.id != entry.id)
    keep_moving()


def take_out(job_id: str) -> bool:
    """Take a waiting job out; False where it does not wait (any more): it was started meanwhile, or is not queued."""
    with changing() as draft:
        entry = next((entry for entry in draft.entries if entry.job_id == job_id), None)
        if entry is None or place_of(entry).state != "waiting":
            return False
        draft.entries = tuple(other for other in draft.entries if other is not entry)
    return True


def move(job_id: str, where: Move) -> bool:
    """Change the turn of a waiting job among those that wait; False where it does not wait (any more)."""
    with changing() as draft:
        waiting = [entry for entry in draft.entries if place_of(entry).state == "waiting"]
        others = tuple(entry for entry in draft.entries if entry not in waiting)
        position = next((number for number, entry in enumerate(waiting) if entry.job_id == job_id), None)
        if position is None:
            return False
        entry = waiting.pop(position)
        target = {"first": 0, "up": max(0, position - 1), "down": position + 1, "last": len(waiting)}[where]
        waiting.insert(target, entry)
        draft.entries = (*others, *waiting)
    return True


def set_n_at_once(number: int) -> None:
    """Let so many jobs run at a time from now on; those under way are not stopped.

    Raises
    ------
    JobError
        The number is not within 1 and `MOST_AT_ONCE`.
    """
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= MOST_AT_ONCE:
        raise JobError(f"Trainings at once: expected 1 to {MOST_AT_ONCE}, got {number!r}.")
    with changing() as draft:
        draft.queue = replace(draft.queue, n_at_once=number)
    keep_moving()


def dismiss_note() -> None:
    """Forget the note that the record was restored, once people have seen it."""
    with changing() as draft:
        draft.queue = replace(draft.queue, note="")
