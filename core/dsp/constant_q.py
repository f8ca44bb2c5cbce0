"""Constant-Q transform: as many frequencies an octave as notes, each seen through a window as long as its pitch needs.

Source: C. Schörkhuber and A. Klapuri, Constant-Q transform toolbox for music processing, 2010: the filters of one
octave serve for all, each lower octave being looked at in the sound at half the rate. The magnitudes are those of
`librosa.cqt` at its defaults, which the tests hold beside it; nothing is compiled before the first.
"""

from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from core.dsp.spectral import Float32
from core.dsp.windows import window_samples
from core.errors import FeatureError

PER_OCTAVE = 12
LOWEST_HZ = 440.0 * 2.0 ** (-45 / 12)
"""C1, 32.7 Hz."""
_FRAMES_AT_ONCE = 256


def frequencies_hz(n_octaves: int) -> NDArray[np.float64]:
    """The notes looked at, from C1, shape (12 n_octaves,)."""
    return LOWEST_HZ * 2.0 ** (np.arange(PER_OCTAVE * n_octaves) / PER_OCTAVE)


def most_octaves(sr_hz: int) -> int:
    """Octaves from C1 whose notes, with the width of their filters, lie below half the sample rate; 7 at most."""
    highest = int(np.floor(np.log2(sr_hz / 2 / (1 + _bandwidth() / 2) / frequencies_hz(1)[-1]))) + 1
    return min(7, highest)


def constant_q(samples: Float32, *, sr_hz: int, hop_length: int, n_octaves: int) -> Float32:
    """Magnitude of each note in each frame, shape (12 n_octaves, 1 + len(samples) // hop_length).

    Parameters
    ----------
    samples : array, shape (samples,)
    sr_hz : int
    hop_length : int
        A multiple of ``2 ** (n_octaves - 1)``.
    n_octaves : int
        From C1; see `most_octaves`.

    Raises
    ------
    FeatureError
        The hop cannot be halved often enough, or the highest note is above half the sample rate.
    """
    import soxr

    if not 1 <= n_octaves <= most_octaves(sr_hz):
        raise FeatureError(f"Expected 1 to {most_octaves(sr_hz)} octaves at {sr_hz:,} Hz, got {n_octaves}.")
    if hop_length % 2 ** (n_octaves - 1):
        raise FeatureError(
            f"Expected a hop that is a multiple of {2 ** (n_octaves - 1)} samples, got {hop_length}.",
            field="hop_length",
        )
    n_frames = 1 + len(samples) // hop_length
    found = np.empty((PER_OCTAVE * n_octaves, n_frames), dtype=np.float32)
    rate, hop = float(sr_hz), hop_length
    sound = samples
    for octave in range(n_octaves - 1, -1, -1):
        rows = slice(PER_OCTAVE * octave, PER_OCTAVE * (octave + 1))
        found[rows] = _octave(sound, rate, hop, 2.0**octave, n_frames) * np.float32(np.sqrt(sr_hz / rate))
        if octave:
            # At half the rate the windows of the octave below are as long, in samples, as those of this one.
            sound = soxr.resample(sound, 2.0, 1.0, quality="HQ")
            rate, hop = rate / 2, hop // 2
    return found


def _octave(sound: Float32, rate: float, hop: int, factor: float, n_frames: int) -> Float32:
    filters, lengths = _filters(round(rate / factor, 6))
    n_fft = 2 * (filters.shape[1] - 1)
    needed = (n_frames - 1) * hop + n_fft
    padded = np.zeros(max(needed, len(sound) + n_fft), dtype=np.float32)
    padded[n_fft // 2 : n_fft // 2 + len(sound)] = sound
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop][:n_frames]
    found = np.empty((PER_OCTAVE, n_frames), dtype=np.float32)
    for start in range(0, n_frames, _FRAMES_AT_ONCE):
        spectrum = scipy.fft.rfft(frames[start : start + _FRAMES_AT_ONCE], axis=1)
        np.abs(filters @ spectrum.T, out=found[:, start : start + _FRAMES_AT_ONCE])
    found /= np.sqrt(lengths)[:, np.newaxis].astype(np.float32)
    return found


@lru_cache(maxsize=8)
def _filters(rate_by_factor: float) -> tuple[NDArray[np.complex64], NDArray[np.float64]]:
    """Spectra of the filters of an octave, shape (12, 1 + n_fft // 2), and their lengths in samples. Do not modify.

    Parameters
    ----------
    rate_by_factor : float
        Sample rate over how many times the octave is higher than the first: octaves with the same have one set.
    """
    hz = frequencies_hz(1)
    lengths = rate_by_factor / hz / _bandwidth()
    n_fft = int(2 ** np.ceil(np.log2(lengths[0])))
    filters = np.zeros((PER_OCTAVE, n_fft), dtype=np.complex128)
    for row, (frequency, length) in enumerate(zip(hz, lengths, strict=True)):
        places = np.arange(-length // 2, length // 2, dtype=float)
        wave = np.exp(2j * np.pi * frequency / rate_by_factor * places) * window_samples(
            "hann", len(places), precise=True
        )
        begin = (n_fft - len(places)) // 2
        filters[row, begin : begin + len(places)] = wave / np.abs(wave).sum()
    # One side is enough: each filter has hardly any of the other.
    spectra = scipy.fft.fft(filters, axis=1)[:, : 1 + n_fft // 2] * (lengths / n_fft)[:, np.newaxis]
    return spectra.astype(np.complex64), lengths


def _bandwidth() -> float:
    """Width of a filter over its frequency, so that neighbours meet."""
    ratio = float(2.0 ** (2 / PER_OCTAVE))
    return (ratio - 1) / (ratio + 1)
