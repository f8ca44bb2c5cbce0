"""Features of the clips of a part, handed out in batches.

Features are kept in the type they are stored in (half precision for spectrograms, which half the memory of what the
model computes with) and widened batch by batch, so that a collection is never in memory twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.collections.base import Clip
from core.features.store import FeatureStore

IN_MEMORY_LIMIT_BYTES = 2 * 1024**3
"""A part larger than this is read from disk batch by batch."""


@dataclass(frozen=True)
class Batch:
    """Some clips as the model takes them.

    Attributes
    ----------
    features : float32 array, shape (clips, bands or features, frames)
    labels : int32 array, shape (clips,)
        Places of the genres in the configuration's tuple.
    """

    features: NDArray[np.float32]
    labels: NDArray[np.int32]


class PartData:
    """Features and labels of one part of a split.

    Parameters
    ----------
    store : FeatureStore
        Holds features of every clip.
    clips : sequence of Clip
    genres : sequence of str
        In label order.
    """

    def __init__(self, store: FeatureStore, clips: Sequence[Clip], genres: Sequence[str]) -> None:
        self.clips = tuple(clips)
        label_of = {genre: label for label, genre in enumerate(genres)}
        self.labels = np.array([label_of[clip.genre] for clip in clips], dtype=np.int32)
        self._store = store
        n_bytes = len(clips) * int(np.prod(store.front_end.shape)) * np.dtype(store.front_end.dtype).itemsize
        self._loaded: NDArray[Any] | None = store.load(self.clips) if n_bytes <= IN_MEMORY_LIMIT_BYTES else None

    def __len__(self) -> int:
        return len(self.clips)

    def n_batches(self, batch_size: int) -> int:
        """Batches in one pass; the last may be smaller."""
        return -(-len(self) // batch_size)

    def rows(self, places: NDArray[np.intp]) -> NDArray[Any]:
        """Features of the clips at these places, in the stored type."""
        if self._loaded is not None:
            return self._loaded[places]
        return self._store.load([self.clips[place] for place in places])

    def batches(self, batch_size: int, *, rng: np.random.Generator | None = None) -> Iterator[Batch]:
        """One pass over the clips, in their order or in one drawn from ``rng``."""
        order = np.arange(len(self)) if rng is None else rng.permutation(len(self))
        for start in range(0, len(self), batch_size):
            places = order[start : start + batch_size]
            yield Batch(self.rows(places).astype(np.float32), self.labels[places])
