"""Batches: every clip once, with its own label and features."""

import numpy as np
import pytest

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.extraction.store import open_store
from core.training import dataset
from core.training.dataset import PartData
from tests.core.conftest import SMALL_MEL


@pytest.fixture
def part(tiny_collection: Collection) -> PartData:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    return PartData(open_store(tiny_collection, SMALL_MEL), tiny_collection.clips[:11], tiny_collection.genres)


def test_a_pass_has_every_clip_once_in_order(part: PartData) -> None:
    batches = list(part.batches(4))
    assert [len(batch.labels) for batch in batches] == [4, 4, 3]
    assert part.n_batches(4) == 3
    assert np.concatenate([batch.labels for batch in batches]).tolist() == [0] * 8 + [1] * 3
    assert all(batch.features.dtype == np.float32 and batch.features.shape[1:] == (16, 40) for batch in batches)


def test_a_shuffled_pass_keeps_labels_with_their_features(part: PartData) -> None:
    stored = part.rows(np.arange(11)).astype(np.float32)
    label_of = {row.tobytes(): label for row, label in zip(stored, part.labels, strict=True)}
    batches = list(part.batches(4, rng=np.random.default_rng(0)))
    assert sum(len(batch.labels) for batch in batches) == 11
    seen = set()
    for batch in batches:
        for row, label in zip(batch.features, batch.labels, strict=True):
            assert label_of[row.tobytes()] == label
            seen.add(row.tobytes())
    assert len(seen) == 11


def test_a_part_too_large_for_memory_gives_the_same_batches(part: PartData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "IN_MEMORY_LIMIT_BYTES", 0)
    streamed = PartData(part._store, part.clips, ["bass", "hiss", "treble"])
    assert streamed._loaded is None
    for kept, read in zip(
        part.batches(4, rng=np.random.default_rng(5)), streamed.batches(4, rng=np.random.default_rng(5)), strict=True
    ):
        np.testing.assert_array_equal(kept.features, read.features)
        np.testing.assert_array_equal(kept.labels, read.labels)
