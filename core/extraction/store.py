"""Stored front-end output: one flat file of rows and an SQLite index for each collection and front end.

Writing a clip appends its row to ``rows.bin`` and then commits its place to ``index.sqlite``; a process
killed between the two leaves an unnamed row that the next writer overwrites, and nothing corrupt. Rows are
read through a memory map, so a collection need never be in memory whole. The index is read again only when its file
has changed, so that a part may be read batch by batch.
"""

import sqlite3
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.folders import collection_folder
from core.errors import FeatureError, StorageError
from core.features.base import Features
from core.files import make_database_file, storage_errors, write_json

_MAX_INDEXES = 6
"""Indexes kept in memory: one of 100,000 clips takes about 30 MB."""
_RACY_NS = 100_000_000
"""A file written so recently may be written again without its time of change telling."""

_Stamp = tuple[tuple[int, int, int], ...]
_indexes: "OrderedDict[Path, tuple[_Stamp, Mapping[str, StoredRow]]]" = OrderedDict()
_indexes_lock = Lock()


@dataclass(frozen=True)
class StoredRow:
    """Where a clip's features lie, or why there are none."""

    row: int
    n_valid: int
    error: str


class FeatureStore:
    """Features of one collection by one front end.

    Parameters
    ----------
    collection_id : str
    front_end : Features
    """

    def __init__(self, collection_id: str, front_end: Features) -> None:
        self.front_end = front_end
        self.folder: Path = collection_folder(collection_id) / "features" / front_end.identity
        self._rows_path = self.folder / "rows.bin"
        self._index_path = self.folder / "index.sqlite"
        self._dtype = np.dtype(front_end.dtype)
        self._row_bytes = int(np.prod(front_end.shape)) * self._dtype.itemsize

    def index(self) -> Mapping[str, StoredRow]:
        """What is stored, by clip key; empty when nothing is. Not to be changed: it is shared."""
        stamp = self._stamp()
        with _indexes_lock:
            known = _indexes.get(self._index_path)
            if known is not None and known[0] == stamp:
                _indexes.move_to_end(self._index_path)
                return known[1]
        index = self._read_index() if stamp else MappingProxyType({})
        with _indexes_lock:
            _indexes.pop(self._index_path, None)
            if stamp and not _is_racy(stamp):
                _indexes[self._index_path] = stamp, index
                while len(_indexes) > _MAX_INDEXES:
                    _indexes.popitem(last=False)
        return index

    def version(self) -> tuple[tuple[int, ...], ...]:
        """What changes whenever what is stored does: what is computed from it may be kept under it."""
        stamp = self._stamp()
        return (*stamp, (time.time_ns(),)) if stamp and _is_racy(stamp) else stamp

    def _stamp(self) -> _Stamp:
        """What changes whenever the index does: inode, time of change and size of it and of its write-ahead log."""
        found = []
        for path in (self._index_path, self._index_path.with_name(f"{self._index_path.name}-wal")):
            try:
                status = path.stat()
            except OSError:
                continue
            # Reading makes an empty log, which says nothing.
            if status.st_size:
                found.append((status.st_ino, status.st_mtime_ns, status.st_size))
        return tuple(found)

    def _read_index(self) -> Mapping[str, StoredRow]:
        try:
            with closing(sqlite3.connect(self._index_path, timeout=30)) as connection:
                rows = connection.execute("SELECT clip_key, row, n_valid, error FROM clips").fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return MappingProxyType({})
            raise FeatureError(
                f"The feature index {self._index_path} cannot be read ({error}). Check its folder's permissions and "
                "whether the disk is full, then try again."
            ) from error
        except sqlite3.DatabaseError as error:
            raise FeatureError(
                f"The feature index {self._index_path} is damaged ({error}). Delete its folder to extract again."
            ) from error
        return MappingProxyType({key: StoredRow(row, n_valid, error) for key, row, n_valid, error in rows})

    def missing(self, clips: Iterable[Clip]) -> list[Clip]:
        """Clips that have neither features nor a recorded error."""
        stored = self.index()
        return [clip for clip in clips if clip.key not in stored]

    def failures(self, clips: Iterable[Clip]) -> dict[str, str]:
        """Reasons, by clip name, why clips have no features."""
        failed = {key: stored.error for key, stored in self.index().items() if stored.error}
        return {clip.name: failed[clip.key] for clip in clips if clip.key in failed} if failed else {}

    def available(self, clips: Iterable[Clip]) -> list[Clip]:
        """Clips whose features are stored, in the order given."""
        stored = self.index()
        return [clip for clip in clips if clip.key in stored and not stored[clip.key].error]

    def load(self, clips: Sequence[Clip]) -> NDArray[Any]:
        """Features of these clips as one array, shape (clips, bands, frames), in the stored type.

        Raises
        ------
        FeatureError
            A clip has not been extracted, or could not be.
        """
        rows, _ = self._places(clips)
        values = np.empty((len(clips), *self.front_end.shape), dtype=self._dtype)
        if rows:
            mapped = self._map()
            for place, row in enumerate(rows):
                values[place] = mapped[row]
        return values

    def load_one(self, clip: Clip) -> tuple[NDArray[Any], int]:
        """Features of one clip, shape (bands, frames), and the number of frames that are not padding."""
        rows, valid = self._places([clip])
        return np.array(self._map()[rows[0]]), valid[0]

    def valid_frames(self, clips: Sequence[Clip]) -> list[int]:
        """Frames of each of these clips that are not padding."""
        return self._places(clips)[1]

    def _places(self, clips: Sequence[Clip]) -> tuple[list[int], list[int]]:
        stored = self.index()
        rows, valid = [], []
        for clip in clips:
            found = stored.get(clip.key)
            if found is None:
                raise FeatureError(
                    f"{clip.name} has no {self.front_end.title.lower()} yet. Extract the features first."
                )
            if found.error:
                raise FeatureError(f"{clip.name} could not be analysed: {found.error}")
            rows.append(found.row)
            valid.append(found.n_valid)
        return rows, valid

    def _map(self) -> NDArray[Any]:
        n_rows = self._rows_path.stat().st_size // self._row_bytes
        return np.memmap(self._rows_path, dtype=self._dtype, mode="r", shape=(n_rows, *self.front_end.shape))

    def writer(self) -> "FeatureWriter":
        """The one writer of this store; a second process waits until the first is done."""
        return FeatureWriter(self)


def _is_racy(stamp: _Stamp) -> bool:
    return time.time_ns() - max(modified_ns for _, modified_ns, _ in stamp) <= _RACY_NS


@contextmanager
def _index_errors(folder: Path) -> Iterator[None]:
    """Raise `StorageError` where SQLite cannot write the index."""
    try:
        yield
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            message = f"{folder} cannot be written: the disk is full. Free some space, then try again."
        elif code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM):
            message = (
                f"{folder} cannot be written ({error}). Check its permissions and whether the disk is full, "
                "then try again."
            )
        else:
            raise
        raise StorageError(message) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.InternalError):
            raise
        raise FeatureError(
            f"The feature index in {folder} is damaged ({error}). Delete that folder to extract again."
        ) from error


class FeatureWriter:
    """Appends rows; use as a context manager. Obtain it from `FeatureStore.writer`.

    Raises
    ------
    StorageError
        The disk is full, or the folder may not be written; in any of its methods.
    """

    def __init__(self, store: FeatureStore) -> None:
        self.store = store
        with storage_errors(store.folder):
            store.folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(store.folder / "writer.lock")

    def __enter__(self) -> "FeatureWriter":
        store = self.store
        with storage_errors(store.folder):
            self._lock.acquire()
        try:
            with _index_errors(store.folder), storage_errors(store.folder):
                self._open()
        except BaseException:
            if (connection := getattr(self, "_connection", None)) is not None:
                connection.close()
            self._lock.release()
            raise
        return self

    def _open(self) -> None:
        store = self.store
        make_database_file(store._index_path)
        self._connection = sqlite3.connect(store._index_path, timeout=30)
        self._connection.execute("PRAGMA journal_mode=WAL")
        # A commit then survives a killed process without waiting for the disk; a power cut may cost the last clips,
        # which are extracted again.
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS clips "
            "(clip_key TEXT PRIMARY KEY, row INTEGER NOT NULL, n_valid INTEGER NOT NULL, error TEXT NOT NULL)"
        )
        self._connection.commit()
        self._next_row: int = self._connection.execute("SELECT COALESCE(MAX(row), -1) + 1 FROM clips").fetchone()[0]
        if not (store.folder / "front_end.json").exists():
            write_json(store.folder / "front_end.json", store.front_end.to_dict())
        self._rows = store._rows_path.open("r+b" if store._rows_path.exists() else "w+b")

    def __exit__(self, *_: object) -> None:
        self._rows.close()
        self._connection.close()
        self._lock.release()

    def add(self, clip: Clip, values: NDArray[Any], n_valid: int) -> None:
        """Store a clip's features."""
        self.add_many([(clip, n_valid)], values[np.newaxis])

    def add_many(self, clips: Sequence[tuple[Clip, int]], values: NDArray[Any]) -> None:
        """Store the features of several clips at once: all of them, or none.

        Parameters
        ----------
        clips : sequence of (Clip, int)
            Each with its number of frames that are not padding.
        values : array, shape (clips, bands, frames)
        """
        store = self.store
        if values.shape[1:] != store.front_end.shape or len(values) != len(clips):
            raise FeatureError(f"Expected features of shape {store.front_end.shape}, got {values.shape[1:]}.")
        with storage_errors(store.folder):
            self._rows.seek(self._next_row * store._row_bytes)
            self._rows.write(np.ascontiguousarray(values, dtype=store._dtype).tobytes())
            self._rows.flush()
        self._commit([(clip.key, self._next_row + place, n_valid, "") for place, (clip, n_valid) in enumerate(clips)])
        self._next_row += len(clips)

    def add_failure(self, clip: Clip, reason: str) -> None:
        """Record why a clip has no features, so that it is not tried again until its file changes."""
        self._commit([(clip.key, -1, 0, reason)])

    def _commit(self, rows: Sequence[tuple[str, int, int, str]]) -> None:
        with _index_errors(self.store.folder):
            try:
                self._connection.executemany("INSERT OR REPLACE INTO clips VALUES (?, ?, ?, ?)", rows)
                self._connection.commit()
            except sqlite3.Error:
                self._connection.rollback()
                raise


def open_store(collection: Collection, front_end: Features) -> FeatureStore:
    """The feature store of a collection and a front end.

    Examples
    --------
    >>> from core.extraction.store import open_store
    >>> store = open_store(collection, MelSpectrogram(n_frames=40))
    >>> store.load(store.available(collection.clips)).shape  # (clips, bands, frames)
    (24, 128, 40)
    """
    return FeatureStore(collection.id, front_end)
