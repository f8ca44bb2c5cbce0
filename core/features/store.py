"""Stored front-end output: one flat file of rows and an SQLite index for each collection and front end.

Writing a clip appends its row to ``rows.bin`` and then commits its place to ``index.sqlite``; a process
killed between the two leaves an unnamed row that the next writer overwrites, and nothing corrupt. Rows are
read through a memory map, so a collection need never be in memory whole.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from core.collections.base import Clip, Collection
from core.errors import FeatureError
from core.features.frontends import FrontEnd
from core.files import write_json
from core.settings import load_settings


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
    front_end : FrontEnd
    """

    def __init__(self, collection_id: str, front_end: FrontEnd) -> None:
        self.front_end = front_end
        self.folder: Path = load_settings().data_dir / "features" / collection_id / front_end.identity
        self._rows_path = self.folder / "rows.bin"
        self._index_path = self.folder / "index.sqlite"
        self._dtype = np.dtype(front_end.dtype)
        self._row_bytes = int(np.prod(front_end.shape)) * self._dtype.itemsize

    def index(self) -> dict[str, StoredRow]:
        """What is stored, by clip key; empty when nothing is."""
        if not self._index_path.exists():
            return {}
        try:
            with closing(sqlite3.connect(self._index_path, timeout=30)) as connection:
                rows = connection.execute("SELECT clip_key, row, n_valid, error FROM clips").fetchall()
        except sqlite3.DatabaseError as error:
            raise FeatureError(
                f"The feature index {self._index_path} is damaged ({error}). Delete its folder to extract again."
            ) from error
        return {key: StoredRow(row, n_valid, error) for key, row, n_valid, error in rows}

    def missing(self, clips: Iterable[Clip]) -> list[Clip]:
        """Clips that have neither features nor a recorded error."""
        stored = self.index()
        return [clip for clip in clips if clip.key not in stored]

    def failures(self, clips: Iterable[Clip]) -> dict[str, str]:
        """Reasons, by clip name, why clips have no features."""
        stored = self.index()
        return {clip.name: stored[clip.key].error for clip in clips if clip.key in stored and stored[clip.key].error}

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


class FeatureWriter:
    """Appends rows; use as a context manager. Obtain it from `FeatureStore.writer`."""

    def __init__(self, store: FeatureStore) -> None:
        self._store = store
        store.folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(store.folder / "writer.lock")

    def __enter__(self) -> "FeatureWriter":
        store = self._store
        self._lock.acquire()
        try:
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
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.close()
        self._connection.close()
        self._lock.release()

    def add(self, clip: Clip, values: NDArray[Any], n_valid: int) -> None:
        """Store a clip's features."""
        store = self._store
        if values.shape != store.front_end.shape:
            raise FeatureError(f"Expected features of shape {store.front_end.shape}; {values.shape} came.")
        self._rows.seek(self._next_row * store._row_bytes)
        self._rows.write(np.ascontiguousarray(values, dtype=store._dtype).tobytes())
        self._rows.flush()
        self._commit(clip, self._next_row, n_valid, "")
        self._next_row += 1

    def add_failure(self, clip: Clip, reason: str) -> None:
        """Record why a clip has no features, so that it is not tried again until its file changes."""
        self._commit(clip, -1, 0, reason)

    def _commit(self, clip: Clip, row: int, n_valid: int, error: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO clips VALUES (?, ?, ?, ?)", (clip.key, row, n_valid, error))
        self._connection.commit()


def open_store(collection: Collection, front_end: FrontEnd) -> FeatureStore:
    """The feature store of a collection and a front end."""
    return FeatureStore(collection.id, front_end)
