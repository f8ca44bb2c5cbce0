"""Segments of stored clips, and excerpts: where they start, and cutting them. Padding is never cut from.

Conventions: features have shape (clips, bands, frames); ``n_valid`` of their frames, from the first, are music. A clip
with no more music than a segment gives one segment from its start, with what padding it has. Excerpts (see
`core.clips.excerpts`) share the frames of music out without remainder, so that they may differ by one frame; all
are brought to one width with the lowest level of their clip.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def even_starts(n_valid: int, n_frames: int, n_segments: int) -> list[int]:
    """First frames of evenly spaced segments: the first at the start, the last at the end of the music.

    Parameters
    ----------
    n_valid : int
        Frames of music.
    n_frames : int
        Of a segment.
    n_segments : int
        Fewer are given where two would start at one frame; a single one is taken from the middle.
    """
    last = max(0, n_valid - n_frames)
    if n_segments == 1:
        return [last // 2]
    return sorted(set(np.linspace(0, last, n_segments).round().astype(int).tolist()))


def cut_at_random(
    features: NDArray[Any], n_valid: NDArray[np.integer], n_frames: int, *, stretch: float, rng: np.random.Generator
) -> NDArray[Any]:
    """A segment from a random place of each clip, shape (clips, bands, n_frames).

    Parameters
    ----------
    features : array, shape (clips, bands, frames)
    n_valid : int array, shape (clips,)
        Frames of music; every place in them is as likely.
    n_frames : int
        Of a segment.
    stretch : float
        The segment is taken from up to exp(``stretch``) times as many, or as few, frames; 0 takes them as they are.
    rng : numpy.random.Generator
    """
    segments = np.empty((*features.shape[:2], n_frames), dtype=features.dtype)
    spans = np.full(len(features), n_frames)
    if stretch:
        spans = np.round(n_frames * np.exp(rng.uniform(-stretch, stretch, size=len(features)))).astype(int)
        spans = np.minimum(spans, np.maximum(n_valid, n_frames))
    starts = rng.integers(0, np.maximum(0, n_valid - spans) + 1)
    for place, (start, span) in enumerate(zip(starts, spans, strict=True)):
        if span == n_frames:
            segments[place] = features[place, :, start : start + n_frames]
        else:
            segments[place] = features[place][:, start + (np.arange(n_frames) * span) // n_frames]
    return segments


def excerpt_width(n_frames: int, n_excerpts: int) -> int:
    """Frames that each excerpt of a clip of ``n_frames`` is brought to."""
    return -(-n_frames // n_excerpts)


def cut_span(features: NDArray[Any], span: tuple[int, int], width: int) -> NDArray[Any]:
    """Some frames of one clip, shape (bands, frames), followed by its lowest level up to ``width`` frames."""
    start, stop = span
    excerpt = np.full((features.shape[0], width), features.min(), dtype=features.dtype)
    excerpt[:, : stop - start] = features[:, start:stop]
    return excerpt
