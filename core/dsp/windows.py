"""Windows of a Fourier transform.

Written out here, as `scipy.signal` has them, because importing that package alone would take longer than the features
of many clips, in each new process.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

WINDOWS = ("hann", "hamming", "blackman", "bartlett", "tukey", "boxcar")
"""Windows that a transform can use, all periodic; Tukey's has a quarter of its length tapered."""

_TAPERED_SHARE = 0.25


@lru_cache(maxsize=32)
def window_samples(window: str, n_fft: int, *, precise: bool = False) -> NDArray[Any]:
    """The window, shape (n_fft,), in single or double precision. Do not modify.

    Parameters
    ----------
    window : str
        One of `WINDOWS`.
    n_fft : int
    precise : bool
        Whether in double precision.
    """
    share = np.arange(n_fft) / n_fft
    angle = 2 * np.pi * share
    if window == "hann":
        values = 0.5 - 0.5 * np.cos(angle)
    elif window == "hamming":
        values = 0.54 - 0.46 * np.cos(angle)
    elif window == "blackman":
        values = 0.42 - 0.5 * np.cos(angle) + 0.08 * np.cos(2 * angle)
    elif window == "bartlett":
        values = 1.0 - np.abs(2 * share - 1)
    elif window == "tukey":
        from_end = np.minimum(share, 1 - share)
        values = 0.5 - 0.5 * np.cos(2 * np.pi * np.minimum(from_end, _TAPERED_SHARE / 2) / _TAPERED_SHARE)
    elif window == "boxcar":
        values = np.ones(n_fft)
    else:
        raise ValueError(f"Window: expected one of {', '.join(WINDOWS)}, got {window!r}.")
    values = values.astype(np.float64 if precise else np.float32)
    values.setflags(write=False)
    return values
