"""Tempo of a clip in beats per minute.

Sources: D. P. W. Ellis, Beat tracking by dynamic programming, 2007 (onset strength, autocorrelation, preference for
tempi near 120); P. Grosche et al., Cyclic tempogram, ICASSP 2010. The result is the tempo of `librosa.beat.beat_track`
at its defaults, which the tests hold beside it.
"""

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from core.dsp.spectral import Float32
from core.dsp.windows import window_samples

_WINDOW_S = 8.0
_FRAMES_AT_ONCE = 256
_PREFERRED_BPM, _FASTEST_BPM = 120.0, 320.0


def onset_strength(level_db: Float32, *, n_fft: int, hop_length: int) -> Float32:
    """How much louder each frame is than the one before: the median rise of its mel bands in dB, shape (frames,).

    Parameters
    ----------
    level_db : array, shape (mel bands, frames)
        With the floor 80 dB below the peak.
    n_fft, hop_length : int
        Onsets come later by half a window, in whole hops.
    """
    rise = np.diff(level_db, axis=1)
    np.maximum(rise, 0, out=rise)
    # Band by band in a row, where the median is found fastest.
    strength = np.median(np.ascontiguousarray(rise.T), axis=1)
    delayed = np.concatenate([np.zeros(1 + n_fft // (2 * hop_length), dtype=np.float32), strength])
    return delayed[: level_db.shape[1]]


def tempo_bpm(strength: Float32, *, sr_hz: int, hop_length: int) -> float:
    """The tempo whose beats the onsets repeat at, in beats per minute; 0 where there is no onset.

    Parameters
    ----------
    strength : array, shape (frames,)
        Onset strength.
    sr_hz, hop_length : int
    """
    if not strength.any():
        return 0.0
    n_lags = _lags(sr_hz, hop_length)
    periodicity = _mean_autocorrelation(strength.astype(np.float64), n_lags)
    bpm = lags_bpm(sr_hz, hop_length)
    preference = -0.5 * (np.log2(bpm) - np.log2(_PREFERRED_BPM)) ** 2
    preference[: int(np.argmax(bpm < _FASTEST_BPM))] = -np.inf
    return float(bpm[np.argmax(np.log1p(1e6 * periodicity) + preference)])


def tempogram(strength: Float32, *, sr_hz: int, hop_length: int) -> Float32:
    """How well the onsets about each frame repeat after each lag, as `librosa.feature.tempogram` with windows of 8 s.

    Parameters
    ----------
    strength : array, shape (frames,)
        Onset strength.
    sr_hz, hop_length : int

    Returns
    -------
    array of float32, shape (lags, frames)
        Lag 0 to 8 s, in hops; 1 for the best of a frame, 0 throughout where it has no onset.
    """
    n_lags = _lags(sr_hz, hop_length)
    n_fft = scipy.fft.next_fast_len(2 * n_lags - 1, real=True)
    windows = _windows(strength.astype(np.float64), n_lags)
    found = np.empty((n_lags, len(strength)), dtype=np.float32)
    for start in range(0, len(strength), _FRAMES_AT_ONCE):
        block = windows[start : start + _FRAMES_AT_ONCE] * window_samples("hann", n_lags, precise=True)
        spectrum = scipy.fft.rfft(block, n=n_fft, axis=1)
        repeats = scipy.fft.irfft(np.abs(spectrum) ** 2, n=n_fft, axis=1)[:, :n_lags]
        best = np.abs(repeats).max(axis=1, keepdims=True)
        found[:, start : start + _FRAMES_AT_ONCE] = (repeats / np.where(best > np.finfo(np.float32).tiny, best, 1.0)).T
    return found


def lags_bpm(sr_hz: int, hop_length: int) -> NDArray[np.float64]:
    """Tempo of each lag of `tempogram` in beats per minute, infinite at lag 0, shape (lags,)."""
    bpm = np.full(_lags(sr_hz, hop_length), np.inf)
    bpm[1:] = 60.0 * sr_hz / (hop_length * np.arange(1.0, len(bpm)))
    return bpm


def _lags(sr_hz: int, hop_length: int) -> int:
    return int(_WINDOW_S * sr_hz) // hop_length


def _windows(strength: NDArray[np.float64], n_lags: int) -> NDArray[np.float64]:
    """Views of the onsets about each frame, shape (frames, lags)."""
    padded = np.pad(strength, n_lags // 2, mode="linear_ramp", end_values=0)
    return np.lib.stride_tricks.sliding_window_view(padded, n_lags)[: len(strength)]


def _mean_autocorrelation(strength: NDArray[np.float64], n_lags: int) -> NDArray[np.float64]:
    """Mean, over windows about each frame, of the window's autocorrelation as a share of its energy.

    The mean is taken of the power spectra, so that one inverse transform serves all windows.
    """
    weighted = _windows(strength, n_lags) * window_samples("hann", n_lags, precise=True)
    energy = np.vecdot(weighted, weighted)
    weighted /= np.sqrt(np.where(energy > np.finfo(np.float64).tiny, energy, 1.0))[:, np.newaxis]
    n_fft = scipy.fft.next_fast_len(2 * n_lags - 1, real=True)
    spectrum = scipy.fft.rfft(weighted, n=n_fft, axis=1).view(np.float64)
    power = np.einsum("tf,tf->f", spectrum, spectrum).reshape(-1, 2).sum(axis=1) / len(strength)
    autocorrelation: NDArray[np.float64] = scipy.fft.irfft(power, n=n_fft)[:n_lags]
    return autocorrelation
