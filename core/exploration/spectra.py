"""Mean spectrograms of genres and their differences, read as a stream: never more than a few clips in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.clips.clip import Clip
from core.errors import FeatureError
from core.extraction.store import FeatureStore

MAX_CLIPS = 500
"""Clips of a genre that are looked at; of more, a sample."""
CLIPS_AT_ONCE = 32


@dataclass(frozen=True)
class MeanSpectrogram:
    """What the clips of a genre have in common, band by band and frame by frame.

    Attributes
    ----------
    mean : array, shape (bands, frames)
        Mean level over the clips that are not yet over at that frame; NaN where none is left. In the unit of the front
        end: dB below each clip's peak, or standard deviations of each clip's level.
    n_frame : array of int, shape (frames,)
        Clips that each frame is the mean of.
    profile, deviation : array, shape (bands,)
        Mean over clips of a clip's mean level over time, and its standard deviation between clips.
    n_clips : int
        Looked at; ``n_available`` there are.
    n_available : int
    """

    mean: NDArray[np.float64]
    n_frame: NDArray[np.intp]
    profile: NDArray[np.float64]
    deviation: NDArray[np.float64]
    n_clips: int
    n_available: int


def mean_spectrogram(
    store: FeatureStore,
    clips: Sequence[Clip],
    *,
    n_most: int = MAX_CLIPS,
    seed: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> MeanSpectrogram:
    """Mean spectrogram of the clips that have been extracted; padding takes no part.

    Parameters
    ----------
    store : FeatureStore
        Of a front end that gives spectrograms.
    clips : sequence of Clip
    n_most : int
        Clips looked at; of more, as many are drawn by ``seed``.
    seed : int
    on_progress : callable, optional
        Called with (clips read, clips to read).

    Raises
    ------
    FeatureError
        None of the clips has been extracted.
    """
    available = store.available(clips)
    if not available:
        raise FeatureError(f"None of these {len(clips)} clips has a {store.front_end.title.lower()} yet.")
    chosen = _drawn(available, n_most, seed)
    index = store.index()
    n_bands, n_frames = store.front_end.shape
    total, n_frame = np.zeros((n_bands, n_frames)), np.zeros(n_frames, dtype=np.intp)
    profiles = np.empty((len(chosen), n_bands))
    for start in range(0, len(chosen), CLIPS_AT_ONCE):
        block = chosen[start : start + CLIPS_AT_ONCE]
        for place, (clip, level) in enumerate(zip(block, store.load(block), strict=True), start=start):
            n_valid = index[clip.key].n_valid
            music = level[:, :n_valid].astype(np.float32)
            total[:, :n_valid] += music
            n_frame[:n_valid] += 1
            profiles[place] = music.mean(axis=1)
        if on_progress is not None:
            on_progress(min(start + CLIPS_AT_ONCE, len(chosen)), len(chosen))
    mean = np.divide(total, n_frame, out=np.full_like(total, np.nan), where=n_frame > 0)
    deviation = profiles.std(axis=0, ddof=1) if len(chosen) > 1 else np.full(n_bands, np.nan)
    return MeanSpectrogram(mean, n_frame, profiles.mean(axis=0), deviation, len(chosen), len(available))


def difference(first: MeanSpectrogram, second: MeanSpectrogram) -> NDArray[np.float64]:
    """First less second, shape (bands, frames); NaN where either has no clip left."""
    if first.mean.shape != second.mean.shape:
        raise FeatureError(f"Expected spectrograms of the same shape, got {first.mean.shape} and {second.mean.shape}.")
    return first.mean - second.mean


def _drawn(clips: list[Clip], n_most: int, seed: int) -> list[Clip]:
    if len(clips) <= n_most:
        return clips
    places = np.random.default_rng(seed).permutation(len(clips))[:n_most]
    # In the order of the store, which is read faster.
    return [clips[place] for place in np.sort(places)]
