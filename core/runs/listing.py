"""What the run store holds, without reading what has ended again: a listing costs what is new, not what there is.

A run that has ended stays as it is until somebody resumes, tags or deletes it, on this machine or elsewhere. MLflow has
no question for "what has changed", so there are two answers.

In the default store, one SQLite file, a mark of every run (its row and the beginnings of its tags, which hold their
checksums) is read beside MLflow in some milliseconds: what has another mark is fetched anew.

A server is asked for runs under way, for those that ended lately, and for those known that were deleted. Once in
`WHOLE_EVERY_S` it is asked for all of them: so late are tags seen that another machine changed on a run that had ended,
and runs that were restored.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from typing import TYPE_CHECKING

from core.runs.client import RunStore, database_path, tracking_errors
from core.runs.record import Run
from core.runs.tags import CONFIG_TAG, HEARTBEAT_TAG, NOTE_TAG, RECORD_TAG

if TYPE_CHECKING:
    from mlflow.entities import Run as MlflowRun

WHOLE_EVERY_S = 60.0
"""So often everything is read from a server."""

_CLOCKS_MS = 600_000
"""By how much the clock of another machine, which wrote when a run ended, may be behind."""
_PAGE = 1000
_IDS_AT_ONCE = 200
_ENDED = ("FINISHED", "FAILED", "KILLED")

Mark = tuple[object, ...]
Read = Callable[[RunStore, "MlflowRun"], Run | None]
"""The record of a run as it is now; None for one that is no run of Genre Lab's or cannot be read."""


class Listing:
    """The runs of one store, kept for this process; safe to use from several threads.

    Parameters
    ----------
    store : RunStore
    read : callable
        Makes the record of an MLflow run.
    """

    def __init__(self, store: RunStore, read: Read) -> None:
        self._store, self._read = store, read
        self._lock = threading.Lock()
        self._marks: Mapping[str, Mark] = {}
        self._ended: dict[str, Run | None] = {}
        self._ended_ms: dict[str, int] = {}
        self._whole_at_s = -WHOLE_EVERY_S

    def runs(self) -> tuple[Run, ...]:
        """All runs of the store, newest first.

        Raises
        ------
        RunError
            The store cannot be reached.
        """
        with self._lock, tracking_errors():
            marks = local_marks(self._store)
            under_way = self._from_server() if marks is None else self._from_file(marks)
            found = [run for run in (*self._ended.values(), *under_way) if run is not None]
        return tuple(sorted(found, key=lambda run: (-run.created_at, run.id)))

    def forget(self, run_ids: Iterable[str]) -> None:
        """Read these runs anew with the next listing: this process has changed them."""
        with self._lock:
            for run_id in run_ids:
                self._ended.pop(run_id, None)
                self._ended_ms.pop(run_id, None)
            # A server tells only of what has ended lately.
            self._whole_at_s = -WHOLE_EVERY_S

    def _from_file(self, marks: Mapping[str, Mark]) -> list[Run | None]:
        """Bring what has ended up to date by the marks; returns the runs under way."""
        # Marks are taken before the runs are fetched: what changes in between has another mark next time.
        for run_id in [run_id for run_id in self._ended if marks.get(run_id) != self._marks.get(run_id)]:
            del self._ended[run_id]
        self._marks = marks
        new = [run_id for run_id in marks if run_id not in self._ended]
        if new and len(new) == len(marks):
            return self._take(self._search(""))
        return self._take(entity for some in _in_parts(new) for entity in self._search(_is_among(some)))

    def _from_server(self) -> list[Run | None]:
        """The same by what a tracking server tells."""
        now_s = time.monotonic()
        if now_s - self._whole_at_s >= WHOLE_EVERY_S:
            self._ended.clear()
            self._ended_ms.clear()
            under_way = self._take(self._search(""))
            self._whole_at_s = now_s
            return under_way
        for some in _in_parts(list(self._ended)):
            for entity in self._search(_is_among(some), deleted=True):
                self._ended.pop(entity.info.run_id, None)
        latest_ms = max(self._ended_ms.values(), default=0)
        found = {
            entity.info.run_id: entity
            for question in (
                f"attributes.end_time >= {latest_ms - _CLOCKS_MS}",
                # Asked last: a run that begins or ends between the two is then found as it is.
                " AND ".join(f"attributes.status != '{status}'" for status in _ENDED),
            )
            for entity in self._search(question)
            if not self._is_known(entity)
        }
        for run_id in found:
            self._ended.pop(run_id, None)
        return self._take(found.values())

    def _is_known(self, entity: "MlflowRun") -> bool:
        run_id = entity.info.run_id
        ended = entity.info.status in _ENDED
        return ended and run_id in self._ended and self._ended_ms.get(run_id) == entity.info.end_time

    def _take(self, entities: Iterable["MlflowRun"]) -> list[Run | None]:
        """Keep those that have ended, and return the others."""
        under_way = []
        for entity in entities:
            run = self._read(self._store, entity) if CONFIG_TAG in entity.data.tags else None
            if entity.info.status in _ENDED:
                self._ended[entity.info.run_id] = run
                self._ended_ms[entity.info.run_id] = entity.info.end_time or 0
            else:
                under_way.append(run)
        return under_way

    def _search(self, question: str, *, deleted: bool = False) -> list["MlflowRun"]:
        from mlflow.entities import ViewType

        found: list[MlflowRun] = []
        token: str | None = None
        while True:
            page = self._store.client.search_runs(
                [self._store.experiment_id],
                filter_string=question,
                run_view_type=ViewType.DELETED_ONLY if deleted else ViewType.ACTIVE_ONLY,
                max_results=_PAGE,
                page_token=token,
            )
            found.extend(page)
            token = page.token
            if not token:
                return found


def local_marks(store: RunStore) -> Mapping[str, Mark] | None:
    """What changes whenever a run of the default store does, by the id of every run that is not deleted.

    Returns
    -------
    mapping of run id to tuple, or None
        None where runs are kept elsewhere, or the file is not laid out as is known here.
    """
    if not store.settings.has_local_runs:
        return None
    place = database_path(store.settings).as_uri()
    try:
        with closing(sqlite3.connect(f"{place}?mode=ro", uri=True, timeout=30)) as database:
            marks: dict[str, list[object]] = {
                run_id: list(row)
                for run_id, *row in database.execute(
                    "SELECT run_uuid, status, start_time, end_time, name FROM runs "
                    "WHERE experiment_id = ? AND lifecycle_stage = 'active'",
                    (int(store.experiment_id),),
                )
            }
            # Texts over several tags begin with their checksum: 4,000 characters need not be read to tell them apart.
            for run_id, *tag in database.execute(
                "SELECT run_uuid, key, length(value), "
                "CASE WHEN key LIKE ?1 OR key LIKE ?2 THEN substr(value, 1, 40) ELSE value END "
                "FROM tags WHERE (key LIKE 'genre_lab.%' AND key != ?3) OR key = ?4 "
                "ORDER BY run_uuid, key",
                (f"{CONFIG_TAG}%", f"{RECORD_TAG}%", HEARTBEAT_TAG, NOTE_TAG),
            ):
                if run_id in marks:
                    marks[run_id].extend(tag)
    except (sqlite3.Error, ValueError):
        return None
    return {run_id: tuple(mark) for run_id, mark in marks.items()}


def _is_among(run_ids: Sequence[str]) -> str:
    return f"attributes.run_id IN ({', '.join(repr(run_id) for run_id in run_ids)})"


def _in_parts(run_ids: Sequence[str]) -> list[Sequence[str]]:
    return [run_ids[start : start + _IDS_AT_ONCE] for start in range(0, len(run_ids), _IDS_AT_ONCE)]


@lru_cache(maxsize=4)
def listing_of(store: RunStore, read: Read) -> Listing:
    """The one listing of an open store in this process."""
    return Listing(store, read)
