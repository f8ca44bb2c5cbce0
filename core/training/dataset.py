"""Features of the clips of a part, handed out in batches.

Features are kept in the type they are stored in (half precision for spectrograms, which half the memory of what the
model computes with) and widened batch by batch, so that a collection is never in memory twice. Of an excerpt only its
frames are kept; they are cut from the features of its clip as these are read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.clips.clip import Clip
from core.cost.memory import IN_MEMORY_LIMIT_BYTES
from core.extraction.store import FeatureStore
from core.models.segments import cut_span, excerpt_width

_CLIPS_AT_ONCE = 64
"""Whole clips read together while excerpts are cut from them."""


@dataclass(frozen=True)
class Batch:
    """Some clips as they are stored, widened.

    Attributes
    ----------
    inputs : tuple of float32 array, each of shape (clips, bands or features, frames)
        One, or two for a hybrid: spectrogram and numeric features.
    labels : int32 array, shape (clips,)
        Places of the genres in the configuration's tuple.
    n_valid : int array, shape (clips,)
        Frames of the first input that are music, not padding.
    """

    inputs: tuple[NDArray[np.float32], ...]
    labels: NDArray[np.int32]
    n_valid: NDArray[np.int64]

    @property
    def features(self) -> NDArray[np.float32]:
        """The first input, shape (clips, bands or features, frames)."""
        return self.inputs[0]


class PartData:
    """Features and labels of one part of a split.

    Parameters
    ----------
    store : FeatureStore
        Holds features of every clip.
    clips : sequence of Clip
        Whole clips, or excerpts (`core.clips.excerpts`) that are equally many of each.
    genres : sequence of str
        In label order.
    numeric_store : FeatureStore, optional
        Of a hybrid's second input.

    Raises
    ------
    FeatureError
        A clip has no features, or fewer frames than excerpts.
    """

    def __init__(
        self,
        store: FeatureStore,
        clips: Sequence[Clip],
        genres: Sequence[str],
        *,
        numeric_store: FeatureStore | None = None,
    ) -> None:
        self.clips = tuple(clips)
        self.n_genres = len(genres)
        label_of = {genre: label for label, genre in enumerate(genres)}
        self.labels = np.array([label_of[clip.genre] for clip in clips], dtype=np.int32)
        self._store = store
        self._spans = [clip.span(n) for clip, n in zip(self.clips, store.valid_frames(self.clips), strict=True)]
        self.n_valid = np.array([stop - start for start, stop in self._spans], dtype=np.int64)
        n_bands, n_frames = store.front_end.shape
        n_parts = self.clips[0].n_parts if self.clips else 1
        self._is_cut = n_parts > 1
        self._width = excerpt_width(n_frames, n_parts)
        n_bytes = len(clips) * n_bands * self._width * np.dtype(store.front_end.dtype).itemsize
        in_memory = n_bytes <= IN_MEMORY_LIMIT_BYTES
        self._loaded: NDArray[Any] | None = self._read(np.arange(len(clips))) if in_memory else None
        self._numeric: NDArray[Any] | None = None if numeric_store is None else numeric_store.load(self.clips)

    def __len__(self) -> int:
        return len(self.clips)

    def n_batches(self, batch_size: int) -> int:
        """Batches in one pass; the last may be smaller."""
        return -(-len(self) // batch_size)

    def rows(self, places: NDArray[np.intp]) -> NDArray[Any]:
        """Features of the clips at these places, shape (places, bands or features, frames), in the stored type."""
        if self._loaded is not None:
            return self._loaded[places]
        return self._read(places)

    def _read(self, places: NDArray[np.intp]) -> NDArray[Any]:
        clips = [self.clips[place] for place in places]
        if not self._is_cut:
            return self._store.load(clips)
        front_end = self._store.front_end
        values = np.empty((len(clips), front_end.shape[0], self._width), dtype=front_end.dtype)
        rows_of: dict[str, list[int]] = {}
        for row, clip in enumerate(clips):
            rows_of.setdefault(clip.key, []).append(row)
        keys = list(rows_of)
        for start in range(0, len(keys), _CLIPS_AT_ONCE):
            together = keys[start : start + _CLIPS_AT_ONCE]
            wholes = self._store.load([clips[rows_of[key][0]] for key in together])
            for key, whole in zip(together, wholes, strict=True):
                for row in rows_of[key]:
                    values[row] = cut_span(whole, self._spans[places[row]], self._width)
        return values

    @property
    def has_numeric(self) -> bool:
        """Whether there is a second input."""
        return self._numeric is not None

    def numeric_rows(self, places: NDArray[np.intp]) -> NDArray[Any]:
        """The second input of the clips at these places, shape (places, features, 1)."""
        assert self._numeric is not None
        return self._numeric[places]

    def batch(self, places: NDArray[np.intp]) -> Batch:
        """The clips at these places (positions in ``clips``, shape (places,))."""
        inputs: tuple[NDArray[np.float32], ...] = (self.rows(places).astype(np.float32),)
        if self.has_numeric:
            inputs = (*inputs, self.numeric_rows(places).astype(np.float32))
        return Batch(inputs, self.labels[places], self.n_valid[places])

    def batches(self, batch_size: int, *, rng: np.random.Generator | None = None) -> Iterator[Batch]:
        """One pass over the clips, in their order or in one drawn from ``rng``."""
        order = np.arange(len(self)) if rng is None else rng.permutation(len(self))
        for start in range(0, len(self), batch_size):
            yield self.batch(order[start : start + batch_size])
