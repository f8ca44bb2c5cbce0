"""Exact repeats among stored spectrograms, for collections without audio.

Convention: each spectrogram is standardised (its mean subtracted, divided by its standard deviation), which undoes an
unknown scale and offset. Two that are copies of one recording then differ by the rounding of their levels only, and
their correlation is 1 within `MIN_CORRELATION`.

Spectrograms that were thinned in time by different rules (the renderings A and B of the public GTZAN set) show
different moments of a recording, about three hops apart. Rendering the 80 clips of GTZAN mini by both rules, the
correlation of a clip with itself is 0.57 to 0.99 and that of two different clips is up to 0.85: nothing separates the
two. Pairs of different renderings are therefore never called exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import FeatureError

MIN_CORRELATION = 0.999
"""Of two renderings alike: rounding to 256 levels costs less than 0.0001; the most alike different clips of GTZAN
(two excerpts of one session) reach 0.95."""
_BLOCK = 256
_COARSE_FRAMES = 31


@dataclass(frozen=True)
class ExactRepeat:
    """Places of two spectrograms of the same recording, ``first < second``, and their correlation."""

    first: int
    second: int
    correlation: float


def exact_repeats(spectrograms: NDArray[Any], *, renderings: Sequence[str] | None = None) -> list[ExactRepeat]:
    """Pairs of equal spectrograms.

    Parameters
    ----------
    spectrograms : array, shape (clips, bands, frames)
        Level in any unit of a logarithmic scale; may be a memory map, which is read twice, a block at a time.
    renderings : sequence of str, optional
        How each was thinned in time; only those thinned alike are compared.

    Returns
    -------
    list of ExactRepeat
        Sorted by first, then second. A spectrogram without contrast (silence) repeats nothing.

    Raises
    ------
    FeatureError
        The array has not three dimensions, or there is not one rendering for each clip.
    """
    if spectrograms.ndim != 3:
        raise FeatureError(f"Expected spectrograms of shape (clips, bands, frames), got {spectrograms.shape}.")
    n_clips = len(spectrograms)
    if renderings is not None and len(renderings) != n_clips:
        raise FeatureError(f"Expected {n_clips} renderings, one per clip, got {len(renderings)}.")
    kinds = np.asarray(renderings if renderings is not None else [""] * n_clips)
    repeats = []
    for first, second in _candidates(spectrograms):
        if kinds[first] != kinds[second]:
            continue
        one, other = _standardised(spectrograms[first : first + 1]), _standardised(spectrograms[second : second + 1])
        correlation = float((one * other).mean())
        if correlation >= MIN_CORRELATION:
            repeats.append(ExactRepeat(first, second, correlation))
    return repeats


def _standardised(spectrograms: NDArray[Any]) -> NDArray[np.float64]:
    """Mean 0 and standard deviation 1 a clip; zero where there is no contrast."""
    values = np.asarray(spectrograms, dtype=np.float64)
    values = values - values.mean(axis=(1, 2), keepdims=True)
    deviation = values.std(axis=(1, 2), keepdims=True)
    standardised: NDArray[np.float64] = np.divide(values, deviation, out=np.zeros_like(values), where=deviation > 0)
    return standardised


def _candidates(spectrograms: NDArray[Any]) -> list[tuple[int, int]]:
    """Pairs whose coarse summaries agree: copies must, and few others do.

    Averages over time of a standardised copy differ by less than the copy itself, so that no pair is lost.
    """
    n_clips, n_bands, n_frames = spectrograms.shape
    n_columns = min(n_frames, _COARSE_FRAMES)
    starts = np.arange(n_columns) * n_frames // n_columns
    widths = np.diff(np.r_[starts, n_frames])
    coarse = np.empty((n_clips, n_bands * n_columns), dtype=np.float32)
    contrast = np.empty(n_clips, dtype=bool)
    for start in range(0, n_clips, _BLOCK):
        values = _standardised(spectrograms[start : start + _BLOCK])
        contrast[start : start + _BLOCK] = values.any(axis=(1, 2))
        means = np.add.reduceat(values, starts, axis=2) / widths
        coarse[start : start + _BLOCK] = (means * np.sqrt(widths)).reshape(len(values), -1)
    # Of two standardised copies |a - b|^2 = 2 N (1 - correlation); averaging can only make it smaller.
    limit = 2.0 * n_bands * n_frames * (1.0 - MIN_CORRELATION)
    power = np.square(coarse, dtype=np.float64).sum(axis=1)
    pairs = []
    for start in range(0, n_clips, _BLOCK):
        rows = slice(start, min(start + _BLOCK, n_clips))
        distance = power[rows, None] + power[None] - 2.0 * (coarse[rows] @ coarse.T)
        for row, column in zip(*np.nonzero(distance <= limit + 1e-3 * power.max(initial=0.0)), strict=True):
            first, second = start + int(row), int(column)
            if first < second and contrast[first] and contrast[second]:
                pairs.append((first, second))
    return pairs
