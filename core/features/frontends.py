"""Front ends: what turns samples into a model's input, with an identity under which the output is stored.

The figures are those of librosa at the same parameters (checked in the tests), computed here in
single precision from one shared Fourier transform, which is several times faster and needs no
just-in-time compilation in a fresh environment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from core.dsp import spectral
from core.dsp.analysis import ClipAnalysis
from core.dsp.bands import Bands, Scale
from core.dsp.spectral import Padding, Transform
from core.dsp.windows import WINDOWS
from core.errors import FeatureError
from core.features.base import FrontEnd, require
from core.features.given import GivenSpectrogram, GivenTable
from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_spectrogram import GtzanSpectrogram
from core.features.gtzan_table import GtzanTableFeatures
from core.features.study_resize import study_resize

__all__ = [
    "NUMERIC_NAMES",
    "FrontEnd",
    "GivenSpectrogram",
    "GivenTable",
    "GtzanSpectrogram",
    "GtzanTableFeatures",
    "GtzanTableParts",
    "MelSpectrogram",
    "NumericFeatures",
    "front_end_from_dict",
]


@dataclass(frozen=True, kw_only=True)
class MelSpectrogram(FrontEnd):
    """Mel (or linear) spectrogram in dB below the clip's own peak, padded in time with the floor.

    The study's front end at its defaults; its width was brought to 660 frames by a flat resize that sheared the
    picture, here the floor is appended on the time axis.

    Attributes
    ----------
    sr_hz : int
        8,000 to 96,000.
    n_fft, hop_length : int
        Window and hop in samples.
    n_mels : int
        Mel bands (Slaney's scale and norm).
    fmin_hz, fmax_hz : float
        Edges of the lowest and highest band; ``fmax_hz`` None means half the sample rate.
    top_db : float
        Range kept below the peak.
    n_frames : int
        Frames kept; a longer clip is cut, a shorter one padded.
    window : str
        One of `core.dsp.windows.WINDOWS`: what each frame is weighed with before its Fourier transform.
    scale : "mel" or "linear"
        Bands equally wide on Slaney's mel scale, as the ear resolves pitch, or in Hz.
    width : "padded" or "reflowed"
        How a clip is brought to ``n_frames``: cut or padded in time; or by the study's flat resize, which shears the
        picture (see `core.features.study_resize`), to reproduce its figures.
    normalisation : "peak" or "standard"
        Output in dB below the clip's own peak, -top_db..0; or the same with mean 0 and variance 1 over the clip's own
        frames, padded with the floor.
    """

    kind: ClassVar[str] = "mel"
    code_version: ClassVar[int] = 1
    dtype: ClassVar[str] = "float16"
    title: ClassVar[str] = "Mel spectrogram"
    added_later: ClassVar[frozenset[str]] = frozenset({"window", "scale", "normalisation", "width"})

    sr_hz: int = 22_050
    n_fft: int = 2048
    hop_length: int = 1024
    n_mels: int = 128
    fmin_hz: float = 0.0
    fmax_hz: float | None = None
    top_db: float = 80.0
    n_frames: int = 660
    window: str = "hann"
    scale: Scale = "mel"
    normalisation: Literal["peak", "standard"] = "peak"
    width: Literal["padded", "reflowed"] = "padded"

    def __post_init__(self) -> None:
        require(
            8_000 <= self.sr_hz <= 96_000, f"Sample rate must be 8,000 to 96,000 Hz; it is {self.sr_hz}.", field="sr_hz"
        )
        require(64 <= self.n_fft <= 16_384, f"n_fft must be 64 to 16,384 samples; it is {self.n_fft}.", field="n_fft")
        require(
            1 <= self.hop_length <= self.n_fft,
            f"hop must be 1 to n_fft samples; it is {self.hop_length}.",
            field="hop_length",
        )
        require(4 <= self.n_mels <= 512, f"Mel bands must be 4 to 512; it is {self.n_mels}.", field="n_mels")
        top_hz = self.sr_hz / 2 if self.fmax_hz is None else self.fmax_hz
        require(
            0 <= self.fmin_hz < top_hz <= self.sr_hz / 2,
            f"0 <= fmin < fmax <= {self.sr_hz / 2:g} Hz must hold; fmin is {self.fmin_hz:g}, fmax {top_hz:g}.",
            field="fmin_hz" if 0 < top_hz <= self.sr_hz / 2 else "fmax_hz",
        )
        require(20 <= self.top_db <= 120, f"dB range must be 20 to 120; it is {self.top_db:g}.", field="top_db")
        require(1 <= self.n_frames <= 20_000, f"Frames must be 1 to 20,000; it is {self.n_frames}.", field="n_frames")
        require(
            self.window in WINDOWS, f"Window is one of {', '.join(WINDOWS)}; it is {self.window!r}.", field="window"
        )
        require(self.scale in ("mel", "linear"), f"Scale is mel or linear; it is {self.scale!r}.", field="scale")
        require(
            self.normalisation in ("peak", "standard"),
            f"Normalisation is peak or standard; it is {self.normalisation!r}.",
            field="normalisation",
        )
        require(
            self.width in ("padded", "reflowed"), f"Width is padded or reflowed; it is {self.width!r}.", field="width"
        )
        require(
            self.width == "padded" or self.normalisation == "peak",
            "The study's flat resize is of levels below the peak; choose normalisation peak with it.",
            field="width",
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(mel bands, frames)."""
        return self.n_mels, self.n_frames

    @property
    def max_samples(self) -> int:
        """Samples that reach into the last frame kept."""
        return (self.n_frames - 1) * self.hop_length + self.n_fft

    @property
    def frame_s(self) -> float:
        """Seconds from one frame to the next."""
        return self.hop_length / self.sr_hz

    @property
    def band_centres_hz(self) -> NDArray[np.float64]:
        """Centre frequency of each mel band, shape (n_mels,)."""
        return self.bands.centres_hz

    @property
    def transform_parameters(self) -> Transform:
        """The Fourier transform behind the bands."""
        return Transform(n_fft=self.n_fft, hop_length=self.hop_length, window=self.window)

    @property
    def bands(self) -> Bands:
        """The bands in frequency."""
        return Bands(
            sr_hz=self.sr_hz,
            n_fft=self.n_fft,
            n_bands=self.n_mels,
            scale=self.scale,
            fmin_hz=self.fmin_hz,
            fmax_hz=self.fmax_hz,
        )

    @property
    def known_scaling(self) -> tuple[float, float]:
        """1 for the floor and 0 for the loudest, as in the study; as it is where it is standardised already."""
        return (0.0, -self.top_db) if self.normalisation == "peak" else (0.0, 1.0)

    @property
    def meanings(self) -> dict[str, str]:
        """What the parameters mean in ms and Hz, in words, by their names."""
        centres = self.band_centres_hz
        top_hz = self.sr_hz / 2 if self.fmax_hz is None else self.fmax_hz
        meanings = {
            "sr_hz": f"Nothing above {self.sr_hz / 2:,.0f} Hz is heard.",
            "n_fft": f"A window of {1000 * self.n_fft / self.sr_hz:.1f} ms tells tones "
            f"{self.sr_hz / self.n_fft:.1f} Hz apart from each other.",
            "hop_length": f"A frame each {1000 * self.frame_s:.1f} ms.",
            "n_mels": f"Band centres lie {centres[1] - centres[0]:.0f} Hz apart at the bottom and "
            f"{centres[-1] - centres[-2]:.0f} Hz at the top.",
            "fmin_hz": f"Bands from {self.fmin_hz:,.0f} to {top_hz:,.0f} Hz.",
            "n_frames": f"The first {self.n_frames * self.frame_s:.1f} s of a clip.",
            "top_db": f"What is {self.top_db:g} dB below the loudest cell, or less, is silence.",
        }
        if n_empty := self.bands.n_empty:
            meanings["n_mels"] += (
                f" {n_empty} are narrower than a bin and stay silent: take fewer bands or a larger n_fft."
            )
        return meanings

    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[np.float16], int]:
        """Level, shape (n_mels, n_frames), and the frames that are music.

        Raises
        ------
        FeatureError
            The level is to be standardised and is the same everywhere.
        """
        figures = analysis.measure(
            self.transform_parameters, self.bands, n_samples=self.max_samples, n_frames=self.n_frames
        )
        level = spectral.level_below_peak_db(figures.level_db, top_db=self.top_db)
        floor = -self.top_db
        if self.normalisation == "standard":
            mean, deviation = spectral.mean_and_deviation(level)
            level, floor = (level - np.float32(mean)) / np.float32(deviation), (floor - mean) / deviation
        n_valid = level.shape[1]
        if self.width == "reflowed":
            return study_resize(level, self.n_frames).astype(np.float16), self.n_frames
        padded = np.full(self.shape, floor, dtype=np.float16)
        padded[:, :n_valid] = level
        return padded, n_valid


NUMERIC_NAMES = (
    "zero_crossing_rate",
    "spectral_centroid",
    "spectral_rolloff",
    *(f"mfcc_{number}" for number in range(1, 14)),
)
"""Names of the 16 numeric features, in the order of their values."""


@dataclass(frozen=True, kw_only=True)
class NumericFeatures(FrontEnd):
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
    names: ClassVar[tuple[str, ...]] = NUMERIC_NAMES

    sr_hz: int = 22_050
    n_fft: int = 2048
    hop_length: int = 512
    padding: Padding = "constant"
    max_duration_s: float = 60.0

    def __post_init__(self) -> None:
        require(
            8_000 <= self.sr_hz <= 96_000, f"Sample rate must be 8,000 to 96,000 Hz; it is {self.sr_hz}.", field="sr_hz"
        )
        require(64 <= self.n_fft <= 16_384, f"n_fft must be 64 to 16,384 samples; it is {self.n_fft}.", field="n_fft")
        require(
            1 <= self.hop_length <= self.n_fft,
            f"hop must be 1 to n_fft samples; it is {self.hop_length}.",
            field="hop_length",
        )
        require(
            self.padding in ("constant", "reflect"),
            f"Padding is constant or reflect; it is {self.padding!r}.",
            field="padding",
        )
        require(
            1 <= self.max_duration_s <= 600,
            f"Duration must be 1 to 600 s; it is {self.max_duration_s:g}.",
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


FRONT_ENDS: dict[str, Callable[..., FrontEnd]] = {
    front_end.kind: front_end
    for front_end in (MelSpectrogram, NumericFeatures, GtzanTableFeatures, GtzanTableParts, GtzanSpectrogram)
}
"""Every front end that runs from audio, by its kind; called without arguments, each has its defaults."""

_READABLE: dict[str, Callable[..., FrontEnd]] = FRONT_ENDS | {
    GivenTable.kind: GivenTable,
    GivenSpectrogram.kind: GivenSpectrogram,
}


def front_end_from_dict(values: Mapping[str, Any]) -> FrontEnd:
    """Front end from plain values; `FeatureError` names what is wrong."""
    given = dict(values)
    kind = given.pop("kind", None)
    if kind not in _READABLE:
        raise FeatureError(f"A front end is one of {', '.join(_READABLE)}; {kind!r} came.", field="kind")
    try:
        return _READABLE[kind](**given)
    except TypeError as error:
        raise FeatureError(f"The {kind} front end does not fit: {error}.") from error
