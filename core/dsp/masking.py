"""Sound with some cells of its spectrogram made quieter, their phase kept.

A short-time Fourier transform (periodic Hann window, hop of a quarter), each cell times its gain, and back by the
overlap-add of least squares (Griffin and Lim 1984): with a gain of 1 everywhere the sound is the same again.
"""

from collections.abc import Callable

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from core.dsp.spectral import Float32
from core.dsp.windows import window_samples

_HOPS = 4
_FRAMES_AT_ONCE = 512
_FULL = _HOPS * 3 / 8
"""Sum of the squares of the windows over any sample."""

Gains = Callable[[NDArray[np.float64], NDArray[np.float64]], Float32]
"""Gives the gains, shape (frames, bins), of frames in the middle of these seconds and bins of these Hz."""


def window_length(sr_hz: int) -> int:
    """Samples of a window of about 93 ms, a power of two: 2,048 at 22,050 Hz."""
    return int(2 ** round(np.log2(sr_hz * 2048 / 22_050)))


def apply_gains(samples: Float32, gains: Gains, *, sr_hz: int, n_fft: int | None = None) -> Float32:
    """The sound with every cell times its gain.

    Parameters
    ----------
    samples : array, shape (n,)
        Mono, full scale ±1.
    gains : callable
        Asked for some hundred frames at a time; see `Gains`.
    sr_hz : int
    n_fft : int, optional
        Samples of a window, a multiple of 4; default `window_length`.

    Returns
    -------
    array of float32, shape (n,)
    """
    n_fft = n_fft or window_length(sr_hz)
    hop = n_fft // _HOPS
    # In front and behind as much silence as makes every sample lie in four windows.
    n_frames = -(-(len(samples) + n_fft) // hop)
    padded = np.zeros((n_frames - 1) * hop + n_fft, dtype=np.float32)
    padded[n_fft - hop : n_fft - hop + len(samples)] = samples
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop]
    window = window_samples("hann", n_fft)
    bins_hz: NDArray[np.float64] = np.fft.rfftfreq(n_fft, 1 / sr_hz).astype(np.float64)
    added = np.zeros((len(padded) // hop, hop), dtype=np.float32)
    for start in range(0, n_frames, _FRAMES_AT_ONCE):
        stop = min(start + _FRAMES_AT_ONCE, n_frames)
        middles_s: NDArray[np.float64] = (
            np.arange(start, stop, dtype=np.float64) * hop - (n_fft - hop) + n_fft / 2
        ) / sr_hz
        spectrum = scipy.fft.rfft(frames[start:stop] * window, axis=1, overwrite_x=True)
        spectrum *= gains(middles_s, bins_hz)
        back = scipy.fft.irfft(spectrum, n=n_fft, axis=1, overwrite_x=True) * window
        for quarter in range(_HOPS):
            added[start + quarter : stop + quarter] += back[:, quarter * hop : (quarter + 1) * hop]
    sound: Float32 = added.ravel()[n_fft - hop : n_fft - hop + len(samples)] / np.float32(_FULL)
    return sound


def snr_db(sound: Float32, reference: Float32) -> float:
    """Power of the reference over that of the difference from it, in dB; infinite where they are the same."""
    noise = np.mean(np.square(sound.astype(np.float64) - reference))
    if noise == 0:
        return float("inf")
    return float(10 * np.log10(np.mean(np.square(reference, dtype=np.float64)) / noise))
