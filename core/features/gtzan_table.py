"""The 57 features of the public GTZAN tables, computed from audio."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from core.dsp import spectral
from core.dsp.analysis import ClipAnalysis, Samples
from core.dsp.bands import Bands
from core.dsp.chroma import PitchPeaks, chroma, chroma_matrix
from core.dsp.separation import harmonic_part
from core.dsp.spectral import FRAMES_AT_ONCE, Float32, Padding, Transform
from core.dsp.tempo import onset_strength, tempo_bpm
from core.features.base import AudioFrontEnd, require

Variant = Literal["table", "librosa"]

N_MFCC = 20
_N_FFT, _HOP_LENGTH = 2048, 512
_BEFORE_TEMPO = (
    "chroma_stft",
    "rms",
    "spectral_centroid",
    "spectral_bandwidth",
    "rolloff",
    "zero_crossing_rate",
    "harmony",
    "perceptr",
)
_AFTER_TEMPO = tuple(f"mfcc{number}" for number in range(1, N_MFCC + 1))


def _columns(figures: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{figure}_{moment}" for figure in figures for moment in ("mean", "var"))


TABLE_NAMES = (*_columns(_BEFORE_TEMPO), "tempo", *_columns(_AFTER_TEMPO))
"""The 57 columns of ``features_30_sec.csv``, in its order and with its names."""


@dataclass(frozen=True, kw_only=True)
class GtzanTableFeatures(AudioFrontEnd):
    """The 57 columns of the public GTZAN tables: mean and variance over frames, and the tempo.

    Chroma (share of the strongest pitch class), root mean square, spectral centroid and bandwidth and roll-off at 85 %
    (Hz), zero-crossing rate, harmonic ("harmony") and percussive ("perceptr") part of the samples, tempo (beats per
    minute, 0 where there is no onset), MFCC 1-20. Windows of 2,048 samples, hop 512.

    Attributes
    ----------
    sr_hz : int
        8,000 to 96,000.
    variant : "table" or "librosa"
        "table", the default, gives the columns of the public tables (to about 1e-5), so that a table and one's own
        audio can be used together. They were made by an old librosa, which mirrored the clip at its ends and left the
        harmonic and percussive parts silent after the last whole hop. "librosa" gives what librosa 0.11 does at its
        defaults: zeros beyond the ends, both parts to the last sample.
    max_duration_s : float
        Seconds of a clip that are looked at, from its start; 120 at most, since the whole spectrogram is in memory.
    """

    kind: ClassVar[str] = "gtzan57"
    code_version: ClassVar[int] = 1
    dtype: ClassVar[str] = "float32"
    title: ClassVar[str] = "57 features of the GTZAN tables"
    names = TABLE_NAMES
    n_fft: ClassVar[int] = _N_FFT
    hop_length: ClassVar[int] = _HOP_LENGTH

    sr_hz: int = 22_050
    variant: Variant = "table"
    max_duration_s: float = 60.0

    def __post_init__(self) -> None:
        require(
            8_000 <= self.sr_hz <= 96_000, f"Sample rate: expected 8,000 to 96,000 Hz, got {self.sr_hz}.", field="sr_hz"
        )
        require(
            self.variant in ("table", "librosa"),
            f"Variant: expected table or librosa, got {self.variant!r}.",
            field="variant",
        )
        require(
            1 <= self.max_duration_s <= 120,
            f"Duration: expected 1 to 120 s, got {self.max_duration_s:g}.",
            field="max_duration_s",
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(57, 1)."""
        return len(TABLE_NAMES), 1

    @property
    def max_samples(self) -> int:
        """Samples in ``max_duration_s``."""
        return round(self.max_duration_s * self.sr_hz)

    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[np.float32], int]:
        """The features, shape (57, 1), in the order of ``names``; and 1."""
        values = table_values(analysis.first(self.max_samples), sr_hz=self.sr_hz, variant=self.variant)
        return np.array([values[name] for name in TABLE_NAMES], dtype=np.float32)[:, np.newaxis], 1


def table_values(samples: Samples, *, sr_hz: int, variant: Variant) -> dict[str, float]:
    """The features by name; see `GtzanTableFeatures`."""
    padding: Padding = "reflect" if variant == "table" else "constant"
    transform = Transform(n_fft=_N_FFT, hop_length=_HOP_LENGTH, padding=padding)
    bands = Bands(sr_hz=sr_hz, n_fft=transform.n_fft)
    n_frames = transform.n_frames(len(samples))
    level_db = np.empty((bands.n_bands, n_frames), dtype=np.float32)
    spectrum = np.empty((n_frames, transform.n_bins), dtype=np.complex64)
    magnitude = np.empty((n_frames, transform.n_bins), dtype=np.float32)
    centroid, rolloff, bandwidth = np.empty(n_frames), np.empty(n_frames), np.empty(n_frames)
    figures = spectral.MagnitudeFigures(transform.n_fft, sr_hz=sr_hz)
    peaks = PitchPeaks(sr_hz, transform.n_fft)
    for place, block in spectral.spectrum_blocks(samples, transform, n_frames, precise=True):
        spectrum[place] = block
        power = spectral.squared_magnitude(block)
        peaks.add(power)
        spectral.to_db(bands.sum_power(power.T), out=level_db[:, place])
        centroid[place], rolloff[place], magnitude[place] = figures.centroid_and_rolloff_hz(power)
        bandwidth[place] = figures.bandwidth_hz(magnitude[place], centroid[place])
    matrix = chroma_matrix(sr_hz, transform.n_fft, peaks.tuning())
    shares = np.concatenate(
        [
            chroma(np.square(magnitude[start : start + FRAMES_AT_ONCE]), matrix)
            for start in range(0, n_frames, FRAMES_AT_ONCE)
        ]
    )
    raised = spectral.floor_below_peak_db(level_db)
    strength = onset_strength(raised, n_fft=transform.n_fft, hop_length=transform.hop_length)
    harmonic = harmonic_part(spectrum, magnitude, transform, len(samples))
    percussive = samples - harmonic
    if variant == "table":
        end = len(samples) // transform.hop_length * transform.hop_length
        harmonic[end:] = percussive[end:] = 0
    series: dict[str, NDArray[np.float32] | NDArray[np.float64]] = {
        "chroma_stft": shares,
        "rms": spectral.root_mean_square(samples, transform),
        "spectral_centroid": centroid,
        "spectral_bandwidth": bandwidth,
        "rolloff": rolloff,
        "zero_crossing_rate": spectral.zero_crossing_rate(
            samples, frame_length=transform.n_fft, hop_length=transform.hop_length
        ),
        "harmony": harmonic,
        "perceptr": percussive,
        **dict(zip(_AFTER_TEMPO, spectral.mfcc(raised, n_mfcc=N_MFCC), strict=True)),
    }
    values = {"tempo": tempo_bpm(strength, sr_hz=sr_hz, hop_length=transform.hop_length)}
    for name, of_frames in series.items():
        values[f"{name}_mean"], values[f"{name}_var"] = _moments(of_frames)
    return values


def _moments(values: Float32 | NDArray[np.float64]) -> tuple[float, float]:
    """Mean and variance, summed in double precision."""
    mean = float(values.mean(dtype=np.float64))
    return mean, float(np.square(values - mean).mean(dtype=np.float64))
