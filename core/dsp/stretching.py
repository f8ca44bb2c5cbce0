"""Tempo and pitch changed apart from each other, by a phase vocoder.

Conventions: periodic Hann windows of 2,048 samples, a quarter of that from frame to frame, the sound filled up with
zeros at both ends, as librosa has it. From frame to frame of the result the phase of each bin turns as far as it does
between the two frames of the sound at that place. That turn is the quotient of two complex numbers, so that no angle is
ever taken: half the work, and no error that grows with the angle.

References
----------
J. L. Flanagan and R. M. Golden, "Phase vocoder", Bell System Technical Journal 45 (1966).
"""

import numpy as np
import scipy.fft
import soxr
from numpy.typing import NDArray

from core.dsp.spectral import Complex64, Float32
from core.dsp.windows import window_samples

_N_FFT = 2048
_HOP = _N_FFT // 4
_FRAMES_AT_ONCE = 64
_NOTHING = np.float32(1e-20)


def change_tempo(samples: Float32, rate: float) -> Float32:
    """The sound so many times as fast, its pitch kept, shape (n / rate,).

    Parameters
    ----------
    samples : array, shape (n,)
        Mono.
    rate : float
        Above 0; 2 is twice as fast.
    """
    window = window_samples("hann", _N_FFT)
    spectra = _spectra(samples, window)
    n_frames = len(spectra) - 2
    places = np.arange(0, n_frames, rate)
    added = np.zeros((len(places) + 3, _HOP), dtype=np.float32)
    weights = np.zeros_like(added)
    phase = _directions(spectra[:1])
    for start in range(0, len(places), _FRAMES_AT_ONCE):
        at = places[start : start + _FRAMES_AT_ONCE]
        before = at.astype(np.intp)
        earlier, later = spectra[before], spectra[before + 1]
        nearness = (at - before).astype(np.float32)[:, np.newaxis]
        sizes = (1 - nearness) * np.abs(earlier) + nearness * np.abs(later)
        turns = _directions(later) * np.conj(_directions(earlier))
        phases = np.cumprod(np.concatenate([phase, turns]), axis=0)
        phase = _directions(phases[-1:])  # what rounding has added to its size is taken off
        sound = scipy.fft.irfft(sizes * phases[:-1], n=_N_FFT, axis=1, overwrite_x=True) * window
        for quarter in range(4):
            columns = slice(quarter * _HOP, (quarter + 1) * _HOP)
            rows = slice(start + quarter, start + quarter + len(at))
            added[rows] += sound[:, columns]
            weights[rows] += np.square(window[columns])
    n_wanted = round(len(samples) / rate)
    centred = (added / np.where(weights > _NOTHING, weights, 1)).ravel()[_N_FFT // 2 :]
    stretched = np.zeros(n_wanted, dtype=np.float32)
    stretched[: len(centred)] = centred[:n_wanted]
    return stretched


def _spectra(samples: Float32, window: Float32) -> Complex64:
    """Spectra of all frames and two silent ones after them, shape (frames + 2, bins)."""
    n_frames = 1 + len(samples) // _HOP
    padded = np.pad(samples, (_N_FFT // 2, _N_FFT))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _N_FFT)[::_HOP]
    spectra = np.zeros((n_frames + 2, _N_FFT // 2 + 1), dtype=np.complex64)
    for start in range(0, n_frames, _FRAMES_AT_ONCE):
        stop = min(start + _FRAMES_AT_ONCE, n_frames)
        spectra[start:stop] = scipy.fft.rfft(frames[start:stop] * window, axis=1, overwrite_x=True)
    return spectra


def _directions(values: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """The same complex numbers with a size of 1; 1 for what is as good as 0."""
    sizes = np.abs(values)
    is_there = sizes > _NOTHING
    directions: NDArray[np.complex64] = np.where(is_there, values / np.where(is_there, sizes, 1), np.complex64(1))
    return directions


def change_pitch(samples: Float32, semitones: float, *, sr_hz: int) -> Float32:
    """The sound so many semitones higher (or lower), its tempo kept, shape (n,).

    It is played so much slower (or faster), then as a record is at another speed.

    Parameters
    ----------
    samples : array, shape (n,)
        Mono.
    semitones : float
        An octave is 12.
    sr_hz : int
    """
    rate = 2.0 ** (-semitones / 12)
    resampled = soxr.resample(change_tempo(samples, rate), sr_hz / rate, sr_hz, quality="HQ")
    shifted = np.zeros(len(samples), dtype=np.float32)
    n_both = min(len(samples), len(resampled))
    shifted[:n_both] = resampled[:n_both]
    return shifted
