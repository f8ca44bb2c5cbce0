"""Chroma: how the power of each frame is shared among the twelve pitch classes, C first.

Sources: D. P. W. Ellis, Chroma feature analysis and synthesis, 2007; each step gives what `librosa.feature.chroma_stft`
gives at its defaults, tuning estimate included, which the tests hold beside it.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.dsp.spectral import Float32

N_CLASSES = 12
_LOWEST_HZ, _HIGHEST_HZ = 150.0, 4000.0
"""Where pitches are looked for to estimate the tuning."""
_PEAK_SHARE = np.float32(0.1)
"""A peak is at least this share of its frame's loudest bin."""


class PitchPeaks:
    """Spectral peaks of a clip, gathered block by block, and the tuning they speak for.

    Parameters
    ----------
    sr_hz, n_fft : int
        Of the power spectra.
    """

    def __init__(self, sr_hz: int, n_fft: int) -> None:
        bins_hz = np.fft.rfftfreq(n_fft, 1.0 / sr_hz)
        inside = np.flatnonzero((bins_hz >= _LOWEST_HZ) & (bins_hz < min(_HIGHEST_HZ, sr_hz / 2)))
        # The outermost bins have one neighbour only and are never peaks.
        self._first, self._end = max(1, int(inside[0])), min(len(bins_hz) - 1, int(inside[-1]) + 1)
        self._bin_hz = sr_hz / n_fft
        self._pitches: list[Float32] = []
        self._heights: list[Float32] = []

    def add(self, power: Float32) -> None:
        """Find the peaks of some frames, shape (frames, bins)."""
        first, end = self._first, self._end
        centre, below, above = power[:, first:end], power[:, first - 1 : end - 1], power[:, first + 1 : end + 1]
        threshold = _PEAK_SHARE * power.max(axis=1, keepdims=True)
        frames, bins = np.nonzero((centre > threshold) & (centre > below) & (centre >= above))
        peak, left, right = centre[frames, bins], below[frames, bins], above[frames, bins]
        # The parabola through a peak and its neighbours has its top a little beside the peak.
        curvature, slope = left + right - 2 * peak, (right - left) / 2
        usable = np.abs(slope) < np.abs(curvature)
        shift = np.divide(-slope, curvature, out=np.zeros_like(peak), where=usable)
        self._pitches.append((bins + first + shift) * np.float32(self._bin_hz))
        self._heights.append(peak + slope * shift / 2)

    def tuning(self) -> float:
        """Deviation from A = 440 Hz in semitones, -0.5 to 0.5: the commonest among the louder half of the peaks."""
        pitches, heights = np.concatenate(self._pitches), np.concatenate(self._heights)
        if not pitches.size:
            return 0.0
        pitches = pitches[heights >= np.median(heights)]
        residual = np.mod(N_CLASSES * np.log2(pitches / np.float32(440.0 / 16)), 1.0)
        residual[residual >= 0.5] -= 1.0
        counts, edges = np.histogram(residual, np.linspace(-0.5, 0.5, 101))
        return float(edges[np.argmax(counts)])


@lru_cache(maxsize=128)
def chroma_matrix(sr_hz: int, n_fft: int, tuning: float) -> Float32:
    """Weight of each bin in each pitch class, shape (12, 1 + n_fft // 2). Do not modify.

    A Gaussian about each pitch, as wide as a bin is in semitones; the octaves about 400 Hz weigh most.
    """
    bins_hz = np.linspace(0, sr_hz, n_fft, endpoint=False)[1:]
    octaves = np.log2(bins_hz / (440.0 * 2.0 ** (tuning / N_CLASSES) / 16))
    # In semitones; 0 Hz is put one and a half octaves below the first bin.
    places = np.concatenate([[N_CLASSES * octaves[0] - 1.5 * N_CLASSES], N_CLASSES * octaves])
    widths = np.concatenate([np.maximum(np.diff(places), 1.0), [1.0]])
    half = N_CLASSES // 2
    distance = np.remainder(places - np.arange(N_CLASSES)[:, np.newaxis] + half + 10 * N_CLASSES, N_CLASSES) - half
    weights = np.exp(-0.5 * (2 * distance / widths) ** 2)
    weights /= np.sqrt((weights**2).sum(axis=0))
    weights *= np.exp(-0.5 * ((places / N_CLASSES - 5.0) / 2.0) ** 2)
    # Counted from A so far; C comes first.
    matrix = np.ascontiguousarray(np.roll(weights, -3, axis=0)[:, : 1 + n_fft // 2], dtype=np.float32)
    matrix.setflags(write=False)
    return matrix


def chroma(power: Float32, matrix: Float32) -> NDArray[np.float32]:
    """Share of each pitch class of the strongest one in its frame, shape (frames, 12), 0 to 1; 0 in a silent frame."""
    raw: Float32 = np.vecdot(power[:, np.newaxis, :], matrix)
    strongest = raw.max(axis=1, keepdims=True)
    audible = strongest > np.finfo(np.float32).tiny
    shares: NDArray[np.float32] = np.divide(raw, strongest, out=np.zeros_like(raw), where=audible)
    return shares
