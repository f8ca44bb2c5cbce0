"""Audio fingerprints: what of a recording survives lossy coding, a change of level, a shift and a cut.

Two fingerprints of one clip, on one grid of frames (23 ms apart):

*Landmarks* (Wang, "An industrial-strength audio search algorithm", ISMIR 2003): pairs of spectral peaks, each pair
one number made of its first frequency, the difference in frequency and the difference in time. Equal numbers in two
clips at one constant offset propose a pair of clips and the offset.

*Sub-band bits* (Haitsma and Kalker, "A highly robust audio fingerprinting system", ISMIR 2002): 32 bits a frame, the
signs of energy differences along frequency and time. The share of bits that differ at the proposed offset decides.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy.fft
import scipy.ndimage
import soxr
from numpy.typing import NDArray

SR_HZ = 11_025
HOP = 256
FRAME_S = HOP / SR_HZ

_PEAK_FFT = 1024
_PEAK_NEIGHBOURHOOD = (25, 11)
"""Bins and frames within which a peak is the highest cell."""
_PEAK_FLOOR_DB = 70.0
_MAX_PEAKS_PER_S = 30
_FAN_OUT = 5
_LOOK_AHEAD = 15
_MAX_FRAMES_APART = 63
_MAX_BINS_APART = 63

_BIT_FFT = 4096
_N_BITS = 32
_BIT_RANGE_HZ = (300.0, 2000.0)
_SILENCE_DB = -90.0
_BLOCK_FRAMES = 512

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Fingerprint:
    """What is kept of a clip to find its duplicates.

    Attributes
    ----------
    hashes : array of uint32, shape (landmarks,)
        Of peak pairs.
    frames : array of uint32, shape (landmarks,)
        Frame of the first peak of each pair.
    bits : array of uint32, shape (n_frames,)
        Sub-band bits of each frame.
    level_db : array of float16, shape (n_frames,)
        Mean square of each frame in the bits' range, in dB of full scale; it tells silence and a change of level.
    """

    hashes: NDArray[np.uint32]
    frames: NDArray[np.uint32]
    bits: NDArray[np.uint32]
    level_db: NDArray[np.float16]

    @property
    def n_frames(self) -> int:
        """Frames of `FRAME_S` seconds."""
        return len(self.bits)


def fingerprint(samples: Samples, sr_hz: float) -> Fingerprint:
    """Fingerprint of a clip.

    Parameters
    ----------
    samples : array of float32, shape (samples,)
    sr_hz : float

    Returns
    -------
    Fingerprint
        Without landmarks and with few frames where the clip is silent or very short.
    """
    if sr_hz != SR_HZ:
        samples = soxr.resample(samples, sr_hz, SR_HZ, quality="HQ")
    frames, bins = _peaks(samples)
    hashes, anchors = _pair(frames, bins)
    bits, level_db = _sub_band_bits(samples)
    return Fingerprint(hashes, anchors, bits, level_db)


def _power(samples: Samples, n_fft: int, n_bins: int) -> NDArray[np.float32]:
    """Power spectrogram, shape (frames, n_bins); frame k is centred on sample k * HOP."""
    padded = np.pad(np.asarray(samples, dtype=np.float32), n_fft // 2)
    n_frames = 1 + (len(padded) - n_fft) // HOP
    windows = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::HOP][:n_frames]
    power = np.empty((n_frames, n_bins), dtype=np.float32)
    window = _hann(n_fft)
    for start in range(0, n_frames, _BLOCK_FRAMES):
        spectrum = scipy.fft.rfft(windows[start : start + _BLOCK_FRAMES] * window, axis=1)[:, :n_bins]
        power[start : start + _BLOCK_FRAMES] = spectrum.real**2 + spectrum.imag**2
    return power


@lru_cache(maxsize=2)
def _hann(n_fft: int) -> NDArray[np.float32]:
    window: NDArray[np.float32] = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)).astype(np.float32)
    window.setflags(write=False)
    return window


def _peaks(samples: Samples) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Frame and bin of the spectral peaks, in order of time, at most `_MAX_PEAKS_PER_S` in each second."""
    power = _power(samples, _PEAK_FFT, _PEAK_FFT // 2)
    n_bins_around, n_frames_around = _PEAK_NEIGHBOURHOOD
    highest = scipy.ndimage.maximum_filter(power, size=(n_frames_around, n_bins_around), mode="constant")
    floor = float(power.max(initial=0.0)) * 10.0 ** (-_PEAK_FLOOR_DB / 10.0)
    at = (power == highest) & (power > max(floor, 1e-20))
    at[:, :3] = False  # direct current and rumble
    frames, bins = np.nonzero(at)
    seconds = (frames * FRAME_S).astype(np.int64)
    order = np.lexsort((-power[frames, bins], seconds))
    starts = np.flatnonzero(np.r_[True, np.diff(seconds[order]) > 0]) if len(order) else np.zeros(0, np.int64)
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    kept = np.sort(order[rank < _MAX_PEAKS_PER_S])
    return frames[kept], bins[kept]


def _pair(frames: NDArray[np.int64], bins: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Hash and first frame of each landmark: a peak with up to `_FAN_OUT` of those that follow it."""
    n_paired = np.zeros(len(frames), dtype=np.int64)
    hashes, anchors = [], []
    for ahead in range(1, min(_LOOK_AHEAD, len(frames) - 1) + 1):
        apart = frames[ahead:] - frames[:-ahead]
        higher = bins[ahead:] - bins[:-ahead]
        near = (apart > 0) & (apart <= _MAX_FRAMES_APART) & (np.abs(higher) <= _MAX_BINS_APART)
        near &= n_paired[:-ahead] < _FAN_OUT
        n_paired[:-ahead] += near
        hashes.append(((bins[:-ahead] << 13) | ((higher + _MAX_BINS_APART + 1) << 6) | apart)[near])
        anchors.append(frames[:-ahead][near])
    if not hashes:
        return np.zeros(0, np.uint32), np.zeros(0, np.uint32)
    return np.concatenate(hashes).astype(np.uint32), np.concatenate(anchors).astype(np.uint32)


def _sub_band_bits(samples: Samples) -> tuple[NDArray[np.uint32], NDArray[np.float16]]:
    edges = np.geomspace(*_BIT_RANGE_HZ, _N_BITS + 2)
    places = np.round(edges * _BIT_FFT / SR_HZ).astype(np.int64)
    power = _power(samples, _BIT_FFT, int(places[-1]) + 1)
    energy = np.add.reduceat(power, places, axis=1)[:, : _N_BITS + 1]
    slope = energy[:, :-1] - energy[:, 1:]
    rising = np.diff(slope, axis=0, prepend=slope[:1]) > 0
    weights = np.left_shift(np.uint32(1), np.arange(_N_BITS, dtype=np.uint32))
    bits = (rising * weights).sum(axis=1, dtype=np.uint32)
    # Parseval: half of the transform's power is at positive frequencies.
    mean_power = energy.sum(axis=1) * (2.0 / _BIT_FFT / float(np.square(_hann(_BIT_FFT)).sum()))
    level_db = 10.0 * np.log10(np.maximum(mean_power, 1e-12))
    return bits, np.maximum(level_db, -120.0).astype(np.float16)


def audible(prints: Fingerprint) -> NDArray[np.bool_]:
    """Frames that hold sound, so that their bits mean something, shape (frames,)."""
    return prints.level_db > _SILENCE_DB
