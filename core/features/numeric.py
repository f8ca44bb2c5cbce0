"""The study's 16 numeric features, whose values are those of librosa at the same parameters."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from core.dsp import spectral
from core.dsp.analysis import ClipAnalysis
from core.dsp.bands import Bands
from core.dsp.spectral import Padding, Transform
from core.features.base import AudioFrontEnd, require

NUMERIC_NAMES = (
    "zero_crossing_rate",
    "spectral_centroid",
    "spectral_rolloff",
    *(f"mfcc_{number}" for number in range(1, 14)),
)
"""Names of the 16 numeric features, in the order of their values."""


@dataclass(frozen=True, kw_only=True)
class NumericFeatures(AudioFrontEnd):
    """The study's 16 numeric features: means over frames, named in ``names``.

    Zero-crossing rate (share of samples), spectral centroid (Hz), spectral roll-off at 85 % (Hz) and
    MFCC 1-13 (dB, from 128 mel bands with the top 80 dB).

    Attributes
    ----------
    sr_hz, n_fft, hop_length : int
    padding : "constant" or "reflect"
        How frames at the two ends are filled: zeros as librosa does today, or mirrored as the librosa of the study
        did.
    max_duration_s : float
        Seconds of a clip that are looked at, from its start.
    """

    kind: ClassVar[str] = "numeric16"
    code_version: ClassVar[int] = 1
    dtype: ClassVar[str] = "float32"
    title: ClassVar[str] = "16 numeric features"
    names = NUMERIC_NAMES

    sr_hz: int = 22_050
    n_fft: int = 2048
    hop_length: int = 512
    padding: Padding = "constant"
    max_duration_s: float = 60.0

    def __post_init__(self) -> None:
        require(
            8_000 <= self.sr_hz <= 96_000, f"Sample rate: expected 8,000 to 96,000 Hz, got {self.sr_hz}.", field="sr_hz"
        )
        require(64 <= self.n_fft <= 16_384, f"n_fft: expected 64 to 16,384 samples, got {self.n_fft}.", field="n_fft")
        require(
            1 <= self.hop_length <= self.n_fft,
            f"hop: expected 1 to n_fft samples, got {self.hop_length}.",
            field="hop_length",
        )
        require(
            self.padding in ("constant", "reflect"),
            f"Padding: expected constant or reflect, got {self.padding!r}.",
            field="padding",
        )
        require(
            1 <= self.max_duration_s <= 600,
            f"Duration: expected 1 to 600 s, got {self.max_duration_s:g}.",
            field="max_duration_s",
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(16, 1)."""
        return len(NUMERIC_NAMES), 1

    @property
    def max_samples(self) -> int:
        """Samples in ``max_duration_s``."""
        return round(self.max_duration_s * self.sr_hz)

    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[np.float32], int]:
        """The features, shape (16, 1), in the order of ``names``; and 1."""
        samples = analysis.first(self.max_samples)
        transform = Transform(n_fft=self.n_fft, hop_length=self.hop_length, padding=self.padding)
        bands = Bands(sr_hz=self.sr_hz, n_fft=self.n_fft)
        figures = analysis.measure(transform, bands, n_samples=self.max_samples, with_magnitude=True)
        assert figures.centroid_hz is not None
        assert figures.rolloff_hz is not None
        level = spectral.floor_below_peak_db(figures.level_db).mean(axis=1)
        crossings = spectral.zero_crossing_rate(samples, frame_length=self.n_fft, hop_length=self.hop_length)
        means = [crossings.mean(), figures.centroid_hz.mean(), figures.rolloff_hz.mean()]
        values = np.concatenate([means, spectral.mfcc(level, n_mfcc=13)])
        return values.astype(np.float32)[:, np.newaxis], 1
