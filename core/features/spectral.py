"""Spectral figures of one clip, from one shared power spectrogram.

Conventions
-----------
Samples are mono float32, full scale +-1. Spectrograms have shape (bins, frames); frame ``t`` is centred on sample
``t * hop_length``, the ends being filled with zeros (or mirrored). Each figure equals librosa's at the same
parameters; the tests hold both side by side.
"""

from functools import lru_cache
from typing import Literal

import numpy as np
import scipy.fft
import scipy.signal
import scipy.sparse
from numpy.typing import NDArray

from core.errors import FeatureError

Float32 = NDArray[np.float32]

AMPLITUDE_FLOOR = 1e-10
"""Power below which levels are not resolved, as in librosa."""

_BINS_AT_ONCE = 32
"""Bins summed together on the way to the roll-off."""

_FRAMES_AT_ONCE = 64
"""Frames transformed together: small enough for the working set to stay in a core's cache."""


def validate_samples(samples: Float32) -> None:
    """Refuse what has no spectrum worth speaking of.

    Raises
    ------
    FeatureError
        Not one-dimensional, empty, not finite, or digital silence.
    """
    if samples.ndim != 1:
        raise FeatureError(f"Expected mono samples in one dimension; an array of shape {samples.shape} came.")
    if samples.size == 0:
        raise FeatureError("The clip is empty: it has no samples.")
    if not np.isfinite(samples).all():
        raise FeatureError("The clip has samples that are not numbers (NaN or infinity).")
    if not samples.any():
        raise FeatureError("The clip is digital silence: every sample is zero.")


@lru_cache(maxsize=16)
def _window(n_fft: int) -> Float32:
    window: Float32 = scipy.signal.get_window("hann", n_fft, fftbins=True).astype(np.float32)
    return window


def power_spectrogram(
    samples: Float32, *, n_fft: int, hop_length: int, padding: Literal["constant", "reflect"] = "constant"
) -> Float32:
    """Squared magnitude of the short-time Fourier transform (periodic Hann window, centred frames).

    Returns
    -------
    array of float32, shape (1 + n_fft // 2, 1 + len(samples) // hop_length)
        Stored frame by frame (Fortran order), which is how every figure here reads it.
    """
    padded = np.pad(samples, n_fft // 2, mode=padding)
    n_frames = 1 + len(samples) // hop_length
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop_length][:n_frames]
    window = _window(n_fft)
    power = np.empty((n_frames, 1 + n_fft // 2), dtype=np.float32)
    windowed = np.empty((_FRAMES_AT_ONCE, n_fft), dtype=np.float32)
    for start in range(0, n_frames, _FRAMES_AT_ONCE):
        part = power[start : start + _FRAMES_AT_ONCE]
        block = windowed[: len(part)]
        np.multiply(frames[start : start + len(part)], window, out=block)
        spectrum = scipy.fft.rfft(block, axis=1, overwrite_x=True)
        squares = spectrum.view(np.float32)
        np.multiply(squares, squares, out=squares)
        np.add(squares[:, 0::2], squares[:, 1::2], out=part)
    return power.T


def hz_to_mel(hz: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's mel scale: linear below 1 kHz, logarithmic above (Auditory Toolbox, 1998)."""
    hz = np.asarray(hz, dtype=np.float64)
    linear = hz * 3.0 / 200.0
    return np.where(hz >= 1000.0, 15.0 + np.log(np.maximum(hz, 1000.0) / 1000.0) * (27.0 / np.log(6.4)), linear)


def mel_to_hz(mel: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Inverse of `hz_to_mel`."""
    mel = np.asarray(mel, dtype=np.float64)
    return np.where(mel >= 15.0, 1000.0 * np.exp((mel - 15.0) * (np.log(6.4) / 27.0)), mel * 200.0 / 3.0)


def _mel_edges_hz(n_mels: int, fmin_hz: float, fmax_hz: float) -> NDArray[np.float64]:
    return mel_to_hz(np.linspace(hz_to_mel(fmin_hz), hz_to_mel(fmax_hz), n_mels + 2))


def mel_centres_hz(n_mels: int, fmin_hz: float, fmax_hz: float) -> NDArray[np.float64]:
    """Centre of each triangular mel band in Hz, shape (n_mels,)."""
    return _mel_edges_hz(n_mels, fmin_hz, fmax_hz)[1:-1]


@lru_cache(maxsize=16)
def mel_matrix(sr_hz: int, n_fft: int, n_mels: int, fmin_hz: float = 0.0, fmax_hz: float | None = None) -> Float32:
    """Triangular mel bands of equal area (Slaney's norm), shape (n_mels, 1 + n_fft // 2). Do not modify."""
    edges = _mel_edges_hz(n_mels, fmin_hz, sr_hz / 2 if fmax_hz is None else fmax_hz)
    bins = np.fft.rfftfreq(n_fft, 1.0 / sr_hz)
    lower, centre, upper = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising = (bins - lower) / (centre - lower)
    falling = (upper - bins) / (upper - centre)
    triangles = np.maximum(0.0, np.minimum(rising, falling)) * (2.0 / (upper - lower))
    matrix = triangles.astype(np.float32)
    matrix.setflags(write=False)
    return matrix


@lru_cache(maxsize=16)
def _sparse_mel_matrix(
    sr_hz: int, n_fft: int, n_mels: int, fmin_hz: float, fmax_hz: float | None
) -> scipy.sparse.csr_array:
    return scipy.sparse.csr_array(mel_matrix(sr_hz, n_fft, n_mels, fmin_hz, fmax_hz))


def mel_power(
    power: Float32, *, sr_hz: int, n_mels: int, fmin_hz: float = 0.0, fmax_hz: float | None = None
) -> Float32:
    """Power in each mel band of a power spectrogram, shape (n_mels, frames).

    Each bin lies in two bands at most, so the product is done with the sparse matrix: faster than the dense one, and
    the sums are always taken in the same order, whatever the number of threads.
    """
    n_fft = 2 * (power.shape[0] - 1)
    bands: Float32 = _sparse_mel_matrix(sr_hz, n_fft, n_mels, fmin_hz, fmax_hz) @ power
    return bands


def _to_db(power: Float32) -> Float32:
    return np.float32(10.0 / np.log(10.0)) * np.log(np.maximum(power, np.float32(AMPLITUDE_FLOOR)))


def power_to_level_db(power: Float32, *, top_db: float) -> Float32:
    """Level in dB below the peak of the whole array, range -top_db..0."""
    level = _to_db(power)
    level -= level.max()
    return np.maximum(level, np.float32(-top_db))


def mfcc(power: Float32, *, sr_hz: int, n_mfcc: int, n_mels: int = 128, top_db: float = 80.0) -> Float32:
    """Mel-frequency cepstral coefficients: orthonormal DCT-II of the mel level in dB.

    Parameters
    ----------
    power : array, shape (1 + n_fft // 2, frames)
    sr_hz : int
    n_mfcc, n_mels : int
        Coefficients kept, of so many mel bands.
    top_db : float
        Range kept below the clip's loudest cell.

    Returns
    -------
    array of float32, shape (n_mfcc, frames)
    """
    level = _to_db(mel_power(power, sr_hz=sr_hz, n_mels=n_mels))
    level = np.maximum(level, level.max() - np.float32(top_db))
    coefficients: Float32 = scipy.fft.dct(level, axis=0, type=2, norm="ortho")[:n_mfcc]
    return coefficients


def centroid_and_rolloff_hz(
    power: Float32, *, sr_hz: int, rolloff_share: float = 0.85
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Spectral centroid, and the frequency below which ``rolloff_share`` of the magnitude lies, of each frame.

    Both are of the magnitude (not the power) spectrum. A silent frame has centroid and roll-off 0 Hz.

    Returns
    -------
    centroid, rolloff : arrays in Hz, shape (frames,)
    """
    n_bins, n_frames = power.shape
    bins = np.fft.rfftfreq(2 * (n_bins - 1), 1.0 / sr_hz)
    magnitude = np.sqrt(power.T)
    # The frame's cumulative magnitude is needed only near the roll-off: sum blocks of bins, find the block in which the
    # share is reached, and look into that one. Sums of blocks are added in double precision.
    n_blocks = -(-n_bins // _BINS_AT_ONCE)
    padded = np.zeros((n_frames, n_blocks * _BINS_AT_ONCE), dtype=np.float32)
    padded[:, :n_bins] = magnitude
    blocks = padded.reshape(n_frames, n_blocks, _BINS_AT_ONCE)
    cumulative = np.cumsum(blocks.sum(axis=2), axis=1, dtype=np.float64)
    total = cumulative[:, -1]
    threshold = rolloff_share * total
    block = (cumulative >= threshold[:, np.newaxis]).argmax(axis=1)
    rows = np.arange(n_frames)
    before = np.where(block > 0, cumulative[rows, block - 1], 0.0)
    inside = np.cumsum(blocks[rows, block], axis=1, dtype=np.float64) + before[:, np.newaxis]
    reached = inside >= threshold[:, np.newaxis]
    # Rounding may leave the last bin of the block a hair short of the block's own sum.
    reached[:, -1] = True
    place = np.minimum(block * _BINS_AT_ONCE + reached.argmax(axis=1), n_bins - 1)
    weighted = np.einsum("tf,f->t", magnitude, bins.astype(np.float32))
    centroid = np.divide(weighted, total, out=np.zeros(n_frames), where=total > 0)
    return centroid, bins[place]


def zero_crossing_rate(samples: Float32, *, frame_length: int, hop_length: int) -> NDArray[np.float64]:
    """Share of sample pairs in each frame whose sign differs, shape (1 + len(samples) // hop_length,).

    The ends are filled by repeating the first and last sample, which adds no crossing.
    """
    padded = np.pad(samples, frame_length // 2, mode="edge")
    negative = padded < -AMPLITUDE_FLOOR
    crossings = np.zeros(len(padded), dtype=np.int64)
    np.cumsum(negative[1:] != negative[:-1], out=crossings[1:])
    starts = np.arange(1 + len(samples) // hop_length) * hop_length
    return (crossings[starts + frame_length - 1] - crossings[starts]) / frame_length
