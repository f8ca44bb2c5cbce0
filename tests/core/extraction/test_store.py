"""The feature store: its index is read again exactly when it changed, and a full disk is said, not a bug."""

import numpy as np
import pytest

from core.clips.clip import Clip
from core.errors import FeatureError, StorageError
from core.extraction.store import FeatureStore
from core.features.given import GivenTable

FRONT_END = GivenTable(names=("a", "b"))


def clip(number: int) -> Clip:
    return Clip(f"c{number}", "x", None, 0.0, 8, number)


def row(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)[:, np.newaxis]


def test_several_clips_are_stored_in_one_go(home):
    store = FeatureStore("c", FRONT_END)
    with store.writer() as writer:
        writer.add(clip(0), row(1, 2), 1)
        writer.add_many([(clip(1), 1), (clip(2), 1)], np.stack([row(3, 4), row(5, 6)]))
    np.testing.assert_array_equal(store.load([clip(2), clip(0)])[:, :, 0], [[5, 6], [1, 2]])
    with store.writer() as writer, pytest.raises(FeatureError, match=r"shape \(2, 1\)"):
        writer.add_many([(clip(3), 1)], np.zeros((1, 3, 1)))


def test_every_commit_is_seen_at_once_by_every_store(home):
    seen = []
    reader = FeatureStore("c", FRONT_END)
    with FeatureStore("c", FRONT_END).writer() as writer:
        for number in range(200):
            writer.add(clip(number), row(number, 0), 1)
            seen.append(len(reader.index()))
    assert seen == list(range(1, 201))


def test_the_index_is_read_again_only_when_it_changed(home, monkeypatch):
    store = FeatureStore("c", FRONT_END)
    with store.writer() as writer:
        writer.add(clip(0), row(1, 2), 1)
    monkeypatch.setattr("core.extraction.store._RACY_NS", -(10**18))  # as if it had been written long ago
    n_read = 0
    read = FeatureStore._read_index

    def counted(self: FeatureStore) -> object:
        nonlocal n_read
        n_read += 1
        return read(self)

    monkeypatch.setattr(FeatureStore, "_read_index", counted)
    for _ in range(5):
        FeatureStore("c", FRONT_END).load([clip(0)])
    assert n_read == 1
    with store.writer() as writer:
        writer.add(clip(1), row(3, 4), 1)
    assert len(FeatureStore("c", FRONT_END).available([clip(0), clip(1)])) == 2
    assert n_read == 2


def test_a_full_disk_is_said_and_nothing_is_half_stored(home):
    store = FeatureStore("c", FRONT_END)
    with store.writer() as writer:
        writer.add(clip(0), row(1, 2), 1)
        pages = writer._connection.execute("PRAGMA page_count").fetchone()[0]
        writer._connection.execute(f"PRAGMA max_page_count = {pages}")
        many = [clip(number) for number in range(1, 2000)]
        with pytest.raises(StorageError, match="the disk is full"):
            writer.add_many([(one, 1) for one in many], np.zeros((len(many), 2, 1), dtype=np.float32))
        writer._connection.execute("PRAGMA max_page_count = 100000")
        writer.add(clip(5000), row(3, 4), 1)
    assert len(store.index()) == 2
    np.testing.assert_array_equal(store.load([clip(5000)])[0, :, 0], [3, 4])


def test_a_damaged_index_is_said(home):
    store = FeatureStore("c", FRONT_END)
    store.folder.mkdir(parents=True)
    (store.folder / "index.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(FeatureError, match="damaged"):
        store.index()
    with pytest.raises(FeatureError, match="damaged"), store.writer():
        pass


def test_the_version_changes_with_every_commit(home, monkeypatch):
    monkeypatch.setattr("core.extraction.store._RACY_NS", -(10**18))  # as if it had been written long ago
    store = FeatureStore("c", FRONT_END)
    seen = [store.version()]
    with store.writer() as writer:
        for number in range(3):
            writer.add(clip(number), row(number, 0), 1)
            seen.append(store.version())
    assert len(set(seen)) == 4
    assert store.version() == store.version()


def test_what_was_just_written_never_has_the_same_version_twice(home):
    store = FeatureStore("c", FRONT_END)
    with store.writer() as writer:
        writer.add(clip(0), row(1, 2), 1)
    assert store.version() != store.version()
