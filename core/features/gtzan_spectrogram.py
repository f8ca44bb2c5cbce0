"""The front end of the shared set of GTZAN spectrograms, computed from audio."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from core.dsp import spectral
from core.dsp.analysis import ClipAnalysis, Samples
from core.dsp.spectral import Float32
from core.dsp.windows import window_samples
from core.features.axes import STANDARDISED, BandAxis, LevelScale
from core.features.base import AudioFrontEnd, Features, require

N_BANDS, N_COLUMNS = 128, 496
_N_FFT, _HOP_LENGTH = 256, 224
_USUAL_N_FRAMES, _FEWEST_FRAMES_OF_WHOLE = 2953, 2900
"""Frames of a clip of 30 s, and the fewest of a clip that counts as one."""


@dataclass(frozen=True, kw_only=True)
class GtzanSpectrogram(AudioFrontEnd):
    """Linear log-power spectrogram as in the set ``gtzan_spectrograms.npz``, with mean 0 and variance 1.

    `scipy.signal.spectrogram` at its defaults: Tukey window 0.25 of 256 samples (11.6 ms), hop 224 (10.2 ms), the mean
    of each window taken away; bands 0 to 127 of its 129, 86 Hz each, low to high. Of some 2,953 frames of a clip 496
    are picked, one each 60.5 ms. Scale and offset of the set's clips are unknown: the output is standardised, and so
    must those be before they are compared (see `standardise`).

    A clip much shorter than 30 s keeps the 60.5 ms from column to column and is padded with its own lowest level.

    Attributes
    ----------
    rendering : "A" or "B"
        Which frames are picked, of n: column j is frame ``ceil((j + 1) * (n - 1) / 496) - 1`` in rendering A (most of
        the set), ``int((j + 0.5) * n / 496)`` in B.
    max_duration_s : float
        Seconds of a clip that are looked at; a longer clip is cut.
    """

    kind: ClassVar[str] = "gtzan-linear"
    code_version: ClassVar[int] = 1
    dtype: ClassVar[str] = "float16"
    title: ClassVar[str] = "Linear spectrogram of the shared GTZAN set"
    sr_hz: ClassVar[int] = 22_050
    n_fft: ClassVar[int] = _N_FFT
    hop_length: ClassVar[int] = _HOP_LENGTH

    rendering: Literal["A", "B"] = "A"
    max_duration_s: float = 31.0

    def __post_init__(self) -> None:
        require(self.rendering in ("A", "B"), f"Rendering: expected A or B, got {self.rendering!r}.", field="rendering")
        require(
            1 <= self.max_duration_s <= 31,
            f"Duration: expected 1 to 31 s, got {self.max_duration_s:g}.",
            field="max_duration_s",
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(128, 496)."""
        return N_BANDS, N_COLUMNS

    @property
    def max_samples(self) -> int:
        """Samples in ``max_duration_s``."""
        return round(self.max_duration_s * self.sr_hz)

    @property
    def frame_s(self) -> float:
        """Seconds from one column to the next."""
        return _USUAL_N_FRAMES / N_COLUMNS * _HOP_LENGTH / self.sr_hz

    @property
    def window_s(self) -> float:
        """Seconds of one window."""
        return _N_FFT / self.sr_hz

    @property
    def band_axis(self) -> BandAxis:
        """Bands of 86 Hz each, the lowest at 0."""
        return BandAxis("linear", np.arange(N_BANDS, dtype=np.float64) * self.sr_hz / _N_FFT)

    @property
    def level_scale(self) -> LevelScale:
        """Standardised."""
        return STANDARDISED

    @property
    def known_scaling(self) -> tuple[float, float]:
        """As it is: it has mean 0 and variance 1."""
        return 0.0, 1.0

    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[np.float16], int]:
        """Standardised level, shape (128, 496), and the columns that are music.

        Raises
        ------
        FeatureError
            Shorter than the first column, or its level is the same everywhere.
        """
        samples = analysis.first(self.max_samples)
        require(len(samples) >= _N_FFT, f"The clip is too short: {len(samples)} samples, {_N_FFT} are one window.")
        n_frames = 1 + (len(samples) - _N_FFT) // _HOP_LENGTH
        picked = _picked_frames(n_frames if n_frames >= _FEWEST_FRAMES_OF_WHOLE else _USUAL_N_FRAMES, self.rendering)
        picked = picked[picked < n_frames]
        require(picked.size > 0, f"The clip is too short: it ends before the first of the {N_COLUMNS} columns.")
        level = standardise(_levels(samples, picked))
        padded = np.full(self.shape, level.min(), dtype=np.float16)
        padded[:, : level.shape[1]] = level
        return padded, level.shape[1]

    def whole_sound(self, samples: Samples, *, max_frames: int) -> tuple[NDArray[Any], Features]:
        """Level standardised over the whole sound, shape (128, columns); see `song_level`."""
        return song_level(samples)[:, :max_frames], self


def song_level(samples: Float32) -> Float32:
    """Level of a sound of any length, standardised over the whole of it: the picture of a song.

    Parameters
    ----------
    samples : array, shape (samples,)
        At 22,050 Hz.

    Returns
    -------
    array of float32, shape (128, columns)
        A column each 60.5 ms, each in the middle of its time.

    Raises
    ------
    FeatureError
        Shorter than one window, or its level is the same everywhere.
    """
    require(len(samples) >= _N_FFT, f"The sound is too short: {len(samples)} samples, {_N_FFT} are one window.")
    n_frames = 1 + (len(samples) - _N_FFT) // _HOP_LENGTH
    n_columns = max(1, int(n_frames * N_COLUMNS / _USUAL_N_FRAMES))
    frames = ((np.arange(n_columns) + 0.5) * _USUAL_N_FRAMES / N_COLUMNS).astype(np.intp)
    return standardise(_levels(samples, np.minimum(frames, n_frames - 1)))


def standardise(level: NDArray[np.generic]) -> Float32:
    """Level with mean 0 and standard deviation 1, in whatever unit it came; for the clips of the stored set too.

    Raises
    ------
    FeatureError
        The level is the same everywhere.
    """
    level_db = np.asarray(level, dtype=np.float32)
    mean, deviation = spectral.mean_and_deviation(level_db)
    standard: Float32 = (level_db - np.float32(mean)) / np.float32(deviation)
    return standard


def _picked_frames(n_frames: int, rendering: str) -> NDArray[np.intp]:
    column = np.arange(N_COLUMNS)
    if rendering == "A":
        return np.ceil((column + 1) * (n_frames - 1) / N_COLUMNS).astype(np.intp) - 1
    return ((column + 0.5) * n_frames / N_COLUMNS).astype(np.intp)


def _levels(samples: Float32, frames: NDArray[np.intp]) -> Float32:
    """Level in dB of some frames, shape (128, frames); digital silence has the lowest level of the rest."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, _N_FFT)[frames * _HOP_LENGTH]
    windows = (windows - windows.mean(axis=1, keepdims=True)) * window_samples("tukey", _N_FFT)
    power = spectral.squared_magnitude(scipy.fft.rfft(windows, axis=1))[:, :N_BANDS]
    # The density of a real signal counts each frequency twice, save 0 Hz.
    power[:, 1:] *= 2
    audible = power > 0
    require(bool(audible.any()), "The clip is digital silence in every frame that is analysed.")
    power[~audible] = power[audible].min()
    level: Float32 = (10 * np.log10(power)).T
    return level
