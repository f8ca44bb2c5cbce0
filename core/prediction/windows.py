"""How a song is cut into windows, each heard as a clip of the training was, and how much each window counts.

Conventions: a model learnt from clips that begin where its front end begins to look, and saw of each as much as the
front end looks at.

- A song up to `LONGER` times as long as a typical clip is one window, heard as a clip is: from its start, as far as the
  front end looks.
- A longer song is cut into windows as long as what was seen of a typical clip. They follow one another from the start.
  What remains after the last, up to ``LONGER - 1`` of a window, makes none of its own and is not heard; more than that
  does, and then all windows overlap evenly, so that the last ends with the song.
- Every moment that is heard counts the same: where two windows overlap, each has half of the overlap, so that a window
  counts as much as the time that is its own. That time is what the strips on Classify paint.
"""

import math
from collections.abc import Sequence

from core.features.base import AudioFrontEnd

LONGER = 1.25
"""Up to so many times as long as a window, a song is one window."""
_COLUMN_LACKS = 0.01
"""A typical clip that lacks so much of its own length to the end of a column counts as if it had the column."""


def window_length(front_end: AudioFrontEnd, clip_s: float) -> int:
    """Samples of a window: a typical clip, as far as the front end looks at it.

    The median of clips of "30 s" may lack some samples to 30 s: the window is then rounded up to a whole column, so
    that the last part of a clip is heard by models of parts. A front end that needs more than a clip has gets it.

    Parameters
    ----------
    front_end : AudioFrontEnd
    clip_s : float
        Seconds of a typical clip of the training.
    """
    length = round(clip_s * front_end.sr_hz)
    lacking = -length % front_end.hop_length
    if lacking <= _COLUMN_LACKS * length:
        length += lacking
    return max(front_end.fewest_samples, min(length, front_end.max_samples))


def window_starts(n_samples: int, window: int, *, clip: int | None = None) -> list[int]:
    """First samples of the windows of a song.

    Parameters
    ----------
    n_samples : int
        Of the song, at least 1.
    window : int
        Samples of a window, at least 2.
    clip : int, optional
        Samples of a typical clip where a window is less than that.

    Returns
    -------
    list of int
        Ascending; ``[0]`` for a song of up to `LONGER` windows or clips.

    Examples
    --------
    >>> window_starts(125, 100), window_starts(150, 100), window_starts(320, 100), window_starts(340, 100)
    ([0], [0, 50], [0, 100, 200], [0, 80, 160, 240])
    """
    if n_samples <= LONGER * max(window, clip or 0):
        return [0]
    n_windows = math.ceil((n_samples - (LONGER - 1) * window) / window)
    step = min(float(window), (n_samples - window) / (n_windows - 1))
    return [round(number * step) for number in range(n_windows)]


def own_spans(starts_s: Sequence[float], ends_s: Sequence[float]) -> list[tuple[float, float]]:
    """The time that is each window's own: from the middle of its overlap with the window before to that with the next.

    Parameters
    ----------
    starts_s, ends_s : sequence of float
        Of each window, ascending. What lies between windows, because it was left out, is nobody's.

    Examples
    --------
    >>> own_spans([0.0, 20.0, 60.0], [30.0, 50.0, 90.0])
    [(0.0, 25.0), (25.0, 50.0), (60.0, 90.0)]
    """
    lefts, rights = list(starts_s), list(ends_s)
    for number, (end, start) in enumerate(zip(ends_s[:-1], starts_s[1:], strict=True)):
        if start < end:
            rights[number] = lefts[number + 1] = (end + start) / 2
    return list(zip(lefts, rights, strict=True))
