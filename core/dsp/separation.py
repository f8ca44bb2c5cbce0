"""Harmonic-percussive separation: what stays (horizontal in a spectrogram) from what strikes (vertical).

Sources: D. Fitzgerald, Harmonic/percussive separation using median filtering, DAFx 2010; soft masks as in
`librosa.effects.hpss` at its defaults (31 frames, 31 bins, power 2, margin 1), which the tests hold beside it.
"""

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from core.dsp.sliding_median import median_along_columns, median_along_rows
from core.dsp.spectral import FRAMES_AT_ONCE, Complex64, Float32, Transform
from core.dsp.windows import window_samples

_MEDIAN_SIZE = 31
_SMALLEST = np.float32(1e-30)
"""Squares below this are taken as nothing, which is neither harmonic nor percussive."""


def harmonic_part(spectrum: Complex64, magnitude: Float32, transform: Transform, n_samples: int) -> Float32:
    """The harmonic part of a clip.

    The two masks sum to one, and so do the parts: what is left of the clip without its harmonic part is the
    percussive one.

    Parameters
    ----------
    spectrum, magnitude : arrays, shape (frames, bins)
        Of the whole clip; the spectrum is overwritten.
    transform : Transform
        Its hop divides ``n_fft``, and is half of it at most.
    n_samples : int
        Length of the clip.

    Returns
    -------
    array of float32, shape (n_samples,)
    """
    harmonic = median_along_columns(magnitude, _MEDIAN_SIZE)
    percussive = median_along_rows(magnitude, _MEDIAN_SIZE)
    for start in range(0, len(spectrum), FRAMES_AT_ONCE):
        place = slice(start, start + FRAMES_AT_ONCE)
        mask, other = harmonic[place], percussive[place]
        np.multiply(mask, mask, out=mask)
        np.multiply(other, other, out=other)
        # Where both are nothing, each gets half.
        np.add(mask, _SMALLEST, out=mask)
        np.add(other, _SMALLEST, out=other)
        np.add(other, mask, out=other)
        np.divide(mask, other, out=mask)
        np.multiply(spectrum[place], mask, out=spectrum[place])
    return inverse_transform(spectrum, transform, n_samples)


def inverse_transform(spectrum: Complex64, transform: Transform, n_samples: int) -> Float32:
    """The signal whose windowed spectra are nearest to these (Griffin and Lim 1984): overlapped, added, weighed.

    Parameters
    ----------
    spectrum : array, shape (frames, bins)
    transform : Transform
        Its hop divides ``n_fft``, and is half of it at most.
    n_samples : int
        Length wanted.
    """
    hop_length = transform.hop_length
    n_hops = transform.n_fft // hop_length
    window = window_samples(transform.window, transform.n_fft)
    n_frames = len(spectrum)
    hops = np.zeros((n_frames + n_hops - 1, hop_length), dtype=np.float32)
    for start in range(0, n_frames, FRAMES_AT_ONCE):
        block = scipy.fft.irfft(spectrum[start : start + FRAMES_AT_ONCE], n=transform.n_fft, axis=1)
        np.multiply(block, window, out=block)
        parts = block.reshape(len(block), n_hops, hop_length)
        for number in range(n_hops):
            hops[start + number : start + number + len(block)] += parts[:, number]
    weights = _weights(np.square(window).reshape(n_hops, hop_length), n_frames)
    np.divide(hops, weights, out=hops, where=weights > np.finfo(np.float32).tiny)
    before = transform.n_fft // 2
    signal: Float32 = hops.reshape(-1)[before : before + n_samples]
    return signal


def _weights(parts: Float32, n_frames: int) -> NDArray[np.float32]:
    """Sum of the squared windows over each sample, shape (hops, hop_length)."""
    n_hops = len(parts)
    weights = np.zeros((n_frames + n_hops - 1, parts.shape[1]), dtype=np.float32)
    for number in range(n_hops):
        weights[number : number + n_frames] += parts[number]
    return weights
