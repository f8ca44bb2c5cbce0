"""Frequency bands: from the bins of a Fourier transform to fewer, overlapping bands."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Scale = Literal["mel", "linear"]


def hz_to_mel(hz: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's mel scale: linear below 1 kHz, logarithmic above; shape as given.

    >>> hz_to_mel(1000.0).item()
    15.0

    References
    ----------
    M. Slaney, "Auditory Toolbox", Interval Research Corporation, technical report 1998-010 (1998).
    """
    hz = np.asarray(hz, dtype=np.float64)
    linear = hz * 3.0 / 200.0
    return np.where(hz >= 1000.0, 15.0 + np.log(np.maximum(hz, 1000.0) / 1000.0) * (27.0 / np.log(6.4)), linear)


def mel_to_hz(mel: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Hz of mel values, the inverse of `hz_to_mel`; shape as given."""
    mel = np.asarray(mel, dtype=np.float64)
    return np.where(mel >= 15.0, 1000.0 * np.exp((mel - 15.0) * (np.log(6.4) / 27.0)), mel * 200.0 / 3.0)


@dataclass(frozen=True, kw_only=True)
class Bands:
    """Triangular bands, each from its lower neighbour's centre to its upper neighbour's, of equal area.

    Attributes
    ----------
    sr_hz, n_fft : int
        Of the transform whose bins are summed.
    n_bands : int
    scale : "mel" or "linear"
        Centres equally spaced on Slaney's mel scale or in Hz.
    fmin_hz, fmax_hz : float
        Lower edge of the lowest band and upper edge of the highest; ``fmax_hz`` None means half the sample rate.
    """

    sr_hz: int
    n_fft: int = 2048
    n_bands: int = 128
    scale: Scale = "mel"
    fmin_hz: float = 0.0
    fmax_hz: float | None = None

    @property
    def edges_hz(self) -> NDArray[np.float64]:
        """Lower edge of the first band, centres of all, upper edge of the last, shape (n_bands + 2,)."""
        fmax_hz = self.sr_hz / 2 if self.fmax_hz is None else self.fmax_hz
        if self.scale == "linear":
            return np.linspace(self.fmin_hz, fmax_hz, self.n_bands + 2)
        return mel_to_hz(np.linspace(hz_to_mel(self.fmin_hz), hz_to_mel(fmax_hz), self.n_bands + 2))

    @property
    def centres_hz(self) -> NDArray[np.float64]:
        """Centre of each band, shape (n_bands,)."""
        return self.edges_hz[1:-1]

    @property
    def n_empty(self) -> int:
        """Bands so narrow that no bin of the transform falls into them; they stay silent."""
        return int((band_matrix(self).max(axis=1) == 0).sum())

    def sum_power(self, power: Float32) -> Float32:
        """Power in each band, shape (n_bands, frames), of a power spectrum of shape (bins, frames).

        Each bin lies in two bands at most, so the product is done with the sparse matrix: faster than the dense one,
        and the sums are always taken in the same order, whatever the number of threads.
        """
        summed: Float32 = _sparse_band_matrix(self) @ power
        return summed


@lru_cache(maxsize=16)
def band_matrix(bands: Bands) -> Float32:
    """Weight of each bin in each band, shape (n_bands, 1 + n_fft // 2). Do not modify."""
    edges = bands.edges_hz
    bins = np.fft.rfftfreq(bands.n_fft, 1.0 / bands.sr_hz)
    lower, centre, upper = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising = (bins - lower) / (centre - lower)
    falling = (upper - bins) / (upper - centre)
    triangles = np.maximum(0.0, np.minimum(rising, falling)) * (2.0 / (upper - lower))
    matrix = triangles.astype(np.float32)
    matrix.setflags(write=False)
    return matrix


@lru_cache(maxsize=16)
def _sparse_band_matrix(bands: Bands) -> scipy.sparse.csr_array:
    return scipy.sparse.csr_array(band_matrix(bands))
