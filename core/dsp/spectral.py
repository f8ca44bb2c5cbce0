"""Spectral figures of one clip, from one shared power spectrogram.

Conventions
-----------
Samples are mono float32, full scale +-1. Spectrograms have shape (bins, frames); frame ``t`` is centred on sample
``t * hop_length``, the ends being filled with zeros (or mirrored). Each figure equals librosa's at the same
parameters; the tests hold both side by side.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from core.dsp.windows import window_samples
from core.errors import FeatureError

Float32 = NDArray[np.float32]
Complex64 = NDArray[np.complex64]

AMPLITUDE_FLOOR = 1e-10
"""Power below which levels are not resolved, as in librosa."""

_LOUDEST = 1e6
"""Samples beyond this, 120 dB above full scale, are no sound; their squares might overflow."""

_SMALLEST_DEVIATION_DB = 1e-3
"""Below this, the level of a clip does not vary."""

_BINS_AT_ONCE = 32
"""Bins summed together on the way to the roll-off."""

FRAMES_AT_ONCE = 32
"""Frames worked on together: few enough for the working set to stay in a core's cache."""


def validate_samples(samples: Float32) -> None:
    """Refuse samples, which should have shape (n,) and full scale ±1, that have no usable spectrum.

    Raises
    ------
    FeatureError
        Not one-dimensional, empty, not finite, beyond all scale, or digital silence.
    """
    if samples.ndim != 1:
        raise FeatureError(f"Expected mono samples in one dimension, got an array of shape {samples.shape}.")
    if samples.size == 0:
        raise FeatureError("The clip is empty: it has no samples.")
    # A value that is not a number is the extreme of any array that holds one.
    lowest, highest = samples.min(), samples.max()
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise FeatureError("The clip has samples that are not numbers (NaN or infinity).")
    if max(-lowest, highest) > _LOUDEST:
        raise FeatureError(
            f"The clip has samples of {max(-lowest, highest):.3g}, where full scale is 1: the format given in its "
            "file is wrong. Export it again from its source."
        )
    if lowest == highest == 0:
        raise FeatureError("The clip is digital silence: every sample is zero.")


Padding = Literal["constant", "reflect"]


@dataclass(frozen=True, kw_only=True)
class Transform:
    """A short-time Fourier transform with centred frames.

    Attributes
    ----------
    n_fft, hop_length : int
        Window and hop in samples.
    window : str
        One of `core.dsp.windows.WINDOWS`.
    padding : "constant" or "reflect"
        What lies beyond the ends of the clip: zeros, or the clip mirrored.
    """

    n_fft: int = 2048
    hop_length: int = 512
    window: str = "hann"
    padding: Padding = "constant"

    @property
    def n_bins(self) -> int:
        """Frequencies resolved."""
        return 1 + self.n_fft // 2

    def n_frames(self, n_samples: int) -> int:
        """Frames of so many samples."""
        return 1 + (n_samples - self.n_fft % 2) // self.hop_length


def spectrum_blocks(
    samples: Float32, transform: Transform, n_frames: int, *, precise: bool = False
) -> Iterator[tuple[slice, Complex64]]:
    """Spectra of the first frames, some dozens at a time.

    Parameters
    ----------
    samples : array
    transform : Transform
    n_frames : int
    precise : bool
        Compute in double precision. In single precision, which is twice as fast, the bins of a pure tone that hold
        nothing are rounding noise at -140 dB, which matters only to the spread of the spectrum.

    Yields
    ------
    slice
        Which frames these are.
    array of complex64, shape (frames, bins)
        The caller's own, to be overwritten at will.
    """
    window = window_samples(transform.window, transform.n_fft, precise=precise)
    windowed = np.empty((FRAMES_AT_ONCE, transform.n_fft), dtype=window.dtype)
    stretches = _frames(samples, transform)
    for start in range(0, n_frames, FRAMES_AT_ONCE):
        place = slice(start, min(start + FRAMES_AT_ONCE, n_frames))
        block = windowed[: place.stop - start]
        for first, frames in stretches:
            begin, end = max(start, first), min(place.stop, first + len(frames))
            if begin < end:
                np.multiply(frames[begin - first : end - first], window, out=block[begin - start : end - start])
        yield place, scipy.fft.rfft(block, axis=1, overwrite_x=True).astype(np.complex64, copy=False)


def _frames(samples: Float32, transform: Transform) -> list[tuple[int, Float32]]:
    """Stretches of frames as views, with the number of their first: only the clip's ends are copied to be padded."""
    n_fft, hop_length, half = transform.n_fft, transform.hop_length, transform.n_fft // 2
    n_frames = transform.n_frames(len(samples))

    def view(padded: Float32) -> Float32:
        return np.lib.stride_tricks.sliding_window_view(padded, n_fft)[::hop_length]

    if len(samples) < 4 * n_fft:
        return [(0, view(np.pad(samples, half, mode=transform.padding))[:n_frames])]
    first_whole = -(-half // hop_length)
    first_cut = 1 + (len(samples) - n_fft + half) // hop_length
    head = np.pad(samples[: first_whole * hop_length + n_fft], (half, 0), mode=transform.padding)
    stretches = [
        (0, view(head)[:first_whole]),
        (first_whole, view(samples[first_whole * hop_length - half :])[: first_cut - first_whole]),
    ]
    if n_frames > first_cut:
        # The mirror image of the end needs more of it than the first frame that reaches beyond it.
        tail = np.pad(samples[first_cut * hop_length - half - n_fft :], (0, half), mode=transform.padding)[n_fft:]
        stretches.append((first_cut, view(tail)[: n_frames - first_cut]))
    return stretches


def power_blocks(samples: Float32, transform: Transform, n_frames: int) -> Iterator[tuple[slice, Float32]]:
    """Squared magnitudes of the first frames, some dozens at a time, while they are in the cache.

    Yields
    ------
    slice
        Which frames these are.
    array of float32, shape (frames, bins)
        Valid until the next block: copy what is to stay.
    """
    power = np.empty((FRAMES_AT_ONCE, transform.n_bins), dtype=np.float32)
    for place, spectrum in spectrum_blocks(samples, transform, n_frames):
        yield place, squared_magnitude(spectrum, out=power[: len(spectrum)])


def squared_magnitude(spectrum: Complex64, out: Float32 | None = None) -> Float32:
    """Power of a spectrum, shape (frames, bins). The spectrum is overwritten."""
    squares = spectrum.view(np.float32)
    np.multiply(squares, squares, out=squares)
    power: Float32 = np.add(squares[:, 0::2], squares[:, 1::2], out=out)
    return power


def power_spectrogram(
    samples: Float32, *, n_fft: int, hop_length: int, padding: Padding = "constant", window: str = "hann"
) -> Float32:
    """Squared magnitude of the short-time Fourier transform (periodic window, centred frames).

    Returns
    -------
    array of float32, shape (1 + n_fft // 2, 1 + len(samples) // hop_length)
        Stored frame by frame (Fortran order), which is how every figure here reads it.
    """
    transform = Transform(n_fft=n_fft, hop_length=hop_length, window=window, padding=padding)
    n_frames = transform.n_frames(len(samples))
    power = np.empty((n_frames, transform.n_bins), dtype=np.float32)
    for place, block in power_blocks(samples, transform, n_frames):
        power[place] = block
    return power.T


def to_db(power: Float32, out: Float32 | None = None) -> Float32:
    """Level of a power in dB re 1, not below -100 dB, in the shape of what is given."""
    level: Float32 = np.maximum(power, np.float32(AMPLITUDE_FLOOR), out=out)
    np.log(level, out=level)
    np.multiply(level, np.float32(10.0 / np.log(10.0)), out=level)
    return level


def level_below_peak_db(level_db: Float32, *, top_db: float) -> Float32:
    """Level in dB below the peak of the whole array, same shape, range -top_db..0.

    Raises
    ------
    FeatureError
        Nothing is audible.
    """
    below: Float32 = level_db - _peak_db(level_db)
    return np.maximum(below, np.float32(-top_db), out=below)


def floor_below_peak_db(level_db: Float32, *, top_db: float = 80.0) -> Float32:
    """Level in dB re 1 raised to at least ``top_db`` below the array's peak, shape as given.

    Raises
    ------
    FeatureError
        Nothing is audible.
    """
    raised: Float32 = np.maximum(level_db, _peak_db(level_db) - np.float32(top_db))
    return raised


def _peak_db(level_db: Float32) -> np.float32:
    peak: np.float32 = level_db.max()
    if peak <= to_db(np.zeros(1, dtype=np.float32))[0]:
        raise FeatureError("The clip is too quiet to be analysed: no frequency in it rises above -100 dB.")
    return peak


def mean_and_deviation(level_db: Float32) -> tuple[float, float]:
    """Mean and standard deviation over all cells of an array of any shape, in its unit.

    Raises
    ------
    FeatureError
        All cells are the same.
    """
    mean, deviation = float(level_db.mean(dtype=np.float64)), float(level_db.std(dtype=np.float64))
    if deviation < _SMALLEST_DEVIATION_DB:
        raise FeatureError("The level is the same everywhere in this clip; it cannot be scaled to variance 1.")
    return mean, deviation


def mfcc(level_db: NDArray[Any], *, n_mfcc: int) -> NDArray[Any]:
    """Mel-frequency cepstral coefficients: orthonormal DCT-II of mel levels.

    It is linear: the mean of the coefficients is the coefficients of the mean level.

    Parameters
    ----------
    level_db : array, shape (mel bands, ...)
        With the floor of `floor_below_peak_db`.
    n_mfcc : int
        Coefficients kept.

    Returns
    -------
    array, shape (n_mfcc, ...)
    """
    coefficients: NDArray[Any] = scipy.fft.dct(level_db, axis=0, type=2, norm="ortho")[:n_mfcc]
    return coefficients


class MagnitudeFigures:
    """Figures of the magnitude spectrum of each frame, block by block.

    Parameters
    ----------
    n_fft, sr_hz : int
        Of the transform.
    rolloff_share : float
        Share of a frame's magnitude that lies below its roll-off.
    """

    def __init__(self, n_fft: int, *, sr_hz: int, rolloff_share: float = 0.85) -> None:
        self.bins_hz = np.fft.rfftfreq(n_fft, 1.0 / sr_hz)
        self._weights = self.bins_hz.astype(np.float32)
        self._share = rolloff_share
        n_parts = -(-len(self.bins_hz) // _BINS_AT_ONCE)
        self._magnitude = np.zeros((FRAMES_AT_ONCE, n_parts * _BINS_AT_ONCE), dtype=np.float32)

    def centroid_and_rolloff_hz(self, power: Float32) -> tuple[NDArray[np.float64], NDArray[np.float64], Float32]:
        """Centroid and roll-off in Hz of some frames, and their magnitudes.

        Parameters
        ----------
        power : array, shape (frames, bins)
            `FRAMES_AT_ONCE` frames at most.

        Returns
        -------
        centroid, rolloff : arrays, shape (frames,)
        magnitude : array, shape (frames, bins)
            Valid until the next call.
        """
        n_frames, n_bins = power.shape
        padded = self._magnitude[:n_frames]
        magnitude = np.sqrt(power, out=padded[:, :n_bins])
        # The frame's cumulative magnitude is needed only near the roll-off: sum parts of some bins, find the part in
        # which the share is reached, and look into that one. Sums of parts are added in double precision.
        parts = padded.reshape(n_frames, -1, _BINS_AT_ONCE)
        cumulative = np.cumsum(np.einsum("tpb->tp", parts), axis=1, dtype=np.float64)
        total = cumulative[:, -1]
        threshold = (self._share * total)[:, np.newaxis]
        part = (cumulative >= threshold).argmax(axis=1)
        rows = np.arange(n_frames)
        inside = np.cumsum(parts[rows, part], axis=1, dtype=np.float64)
        inside += (cumulative[rows, part] - inside[:, -1])[:, np.newaxis]
        reached = inside >= threshold
        # Rounding may leave the last bin of the part a hair short of the part's own sum.
        reached[:, -1] = True
        place = np.minimum(part * _BINS_AT_ONCE + reached.argmax(axis=1), n_bins - 1)
        centroid = np.divide(np.vecdot(magnitude, self._weights), total, out=np.zeros(n_frames), where=total > 0)
        return centroid, self.bins_hz[place], magnitude

    def bandwidth_hz(self, magnitude: Float32, centroid_hz: NDArray[np.float64]) -> NDArray[np.float64]:
        """Standard deviation of frequency about the centroid, weighed by magnitude, shape (frames,)."""
        distance = self._weights - centroid_hz[:, np.newaxis].astype(np.float32)
        np.multiply(distance, distance, out=distance)
        total = np.add.reduce(magnitude, axis=1)
        spread = np.divide(np.vecdot(distance, magnitude), total, out=np.zeros_like(total), where=total > 0)
        deviation: NDArray[np.float64] = np.sqrt(spread.astype(np.float64))
        return deviation


def centroid_and_rolloff_hz(
    power: Float32, *, sr_hz: int, rolloff_share: float = 0.85
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Spectral centroid, and the frequency below which ``rolloff_share`` of the magnitude lies, of each frame.

    Both are of the magnitude (not the power) spectrum. A silent frame has centroid and roll-off 0 Hz.

    Parameters
    ----------
    power : array, shape (bins, frames)
    sr_hz : int
    rolloff_share : float

    Returns
    -------
    centroid, rolloff : arrays in Hz, shape (frames,)
    """
    n_bins, n_frames = power.shape
    figures = MagnitudeFigures(2 * (n_bins - 1), sr_hz=sr_hz, rolloff_share=rolloff_share)
    centroid, rolloff = np.empty(n_frames), np.empty(n_frames)
    for start in range(0, n_frames, FRAMES_AT_ONCE):
        place = slice(start, start + FRAMES_AT_ONCE)
        centroid[place], rolloff[place], _ = figures.centroid_and_rolloff_hz(power.T[place])
    return centroid, rolloff


def root_mean_square(samples: Float32, transform: Transform) -> NDArray[np.float64]:
    """Root mean square of the samples of each frame, shape (frames,); the hop divides ``n_fft``."""
    n_frames = transform.n_frames(len(samples))
    n_hops = transform.n_fft // transform.hop_length
    padded = np.pad(samples, transform.n_fft // 2, mode=transform.padding)
    hops = padded[: (n_frames + n_hops - 1) * transform.hop_length].reshape(-1, transform.hop_length)
    energy = np.vecdot(hops, hops).astype(np.float64)
    of_frames = sum(energy[number : number + n_frames] for number in range(n_hops))
    root: NDArray[np.float64] = np.sqrt(of_frames / transform.n_fft)
    return root


def zero_crossing_rate(samples: Float32, *, frame_length: int, hop_length: int) -> NDArray[np.float64]:
    """Share of sample pairs in each frame whose sign differs, shape (1 + len(samples) // hop_length,).

    The ends are filled by repeating the first and last sample, which adds no crossing.
    """
    n_frames = 1 + len(samples) // hop_length
    before = frame_length // 2
    # In a whole number of hops, long enough for the last frame; 1 where a sample's sign is not that of the one before.
    n_hops = -(-frame_length // hop_length)
    changed = np.zeros((n_frames + n_hops) * hop_length, dtype=np.bool_)
    negative = samples < -AMPLITUDE_FLOOR
    n_inside = min(len(samples), len(changed) - before)
    np.not_equal(negative[1:n_inside], negative[: n_inside - 1], out=changed[before + 1 : before + n_inside])
    starts = np.arange(n_frames) * hop_length
    if frame_length % hop_length == 0 and hop_length % 8 == 0 and hop_length <= 2040:
        # Eight counters of one byte are added at a time; none can pass 255.
        counters = np.add.reduce(changed.view(np.uint64).reshape(-1, hop_length // 8), axis=1)
        hops = np.add.reduce(counters.view(np.uint8).reshape(-1, 8), axis=1, dtype=np.int64)
        total = np.concatenate([[0], np.cumsum(hops)])
        crossings = total[n_hops : n_hops + n_frames] - total[:n_frames] - changed[starts]
    else:
        summed = np.cumsum(changed, dtype=np.int64)
        crossings = summed[starts + frame_length - 1] - summed[starts]
    rate: NDArray[np.float64] = crossings / frame_length
    return rate
