"""Mel and linear spectrograms.

The values are those of librosa at the same parameters (checked in the tests), computed here in
single precision from one shared Fourier transform, which is several times faster and needs no
just-in-time compilation in a fresh environment.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from core.dsp import spectral
from core.dsp.analysis import ClipAnalysis, Samples
from core.dsp.bands import Bands, Scale
from core.dsp.spectral import Transform
from core.dsp.windows import WINDOWS
from core.features.axes import STANDARDISED, BandAxis, LevelScale, below_peak
from core.features.base import AudioFrontEnd, Features, require
from core.features.study_resize import study_resize


@dataclass(frozen=True, kw_only=True)
class MelSpectrogram(AudioFrontEnd):
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
            8_000 <= self.sr_hz <= 96_000, f"Sample rate: expected 8,000 to 96,000 Hz, got {self.sr_hz}.", field="sr_hz"
        )
        require(64 <= self.n_fft <= 16_384, f"n_fft: expected 64 to 16,384 samples, got {self.n_fft}.", field="n_fft")
        require(
            1 <= self.hop_length <= self.n_fft,
            f"hop: expected 1 to n_fft samples, got {self.hop_length}.",
            field="hop_length",
        )
        require(4 <= self.n_mels <= 512, f"Mel bands: expected 4 to 512, got {self.n_mels}.", field="n_mels")
        top_hz = self.sr_hz / 2 if self.fmax_hz is None else self.fmax_hz
        require(
            0 <= self.fmin_hz < top_hz <= self.sr_hz / 2,
            f"Expected 0 <= fmin < fmax <= {self.sr_hz / 2:g} Hz, got fmin {self.fmin_hz:g} and fmax {top_hz:g}.",
            field="fmin_hz" if 0 < top_hz <= self.sr_hz / 2 else "fmax_hz",
        )
        require(20 <= self.top_db <= 120, f"dB range: expected 20 to 120, got {self.top_db:g}.", field="top_db")
        require(1 <= self.n_frames <= 20_000, f"Frames: expected 1 to 20,000, got {self.n_frames}.", field="n_frames")
        require(
            self.window in WINDOWS,
            f"Window: expected one of {', '.join(WINDOWS)}, got {self.window!r}.",
            field="window",
        )
        require(self.scale in ("mel", "linear"), f"Scale: expected mel or linear, got {self.scale!r}.", field="scale")
        require(
            self.normalisation in ("peak", "standard"),
            f"Normalisation: expected peak or standard, got {self.normalisation!r}.",
            field="normalisation",
        )
        require(
            self.width in ("padded", "reflowed"),
            f"Width: expected padded or reflowed, got {self.width!r}.",
            field="width",
        )
        require(
            self.width == "padded" or self.normalisation == "peak",
            "The study's flat resize works on levels below the peak; choose normalisation peak with it.",
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
    def highest_hz(self) -> float:
        """Upper edge of the highest band."""
        return self.sr_hz / 2 if self.fmax_hz is None else self.fmax_hz

    @property
    def window_s(self) -> float:
        """Seconds of a frame."""
        return self.n_fft / self.sr_hz

    @property
    def band_axis(self) -> BandAxis:
        """Bands on the mel scale or in Hz."""
        return BandAxis(self.scale, self.bands.centres_hz)

    @property
    def level_scale(self) -> LevelScale:
        """In dB below the peak, or standardised."""
        return below_peak(self.top_db) if self.normalisation == "peak" else STANDARDISED

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
        centres = self.bands.centres_hz
        top_hz = self.sr_hz / 2 if self.fmax_hz is None else self.fmax_hz
        meanings = {
            "sr_hz": f"Frequencies above {self.sr_hz / 2:,.0f} Hz are not used.",
            "n_fft": f"A window of {1000 * self.n_fft / self.sr_hz:.1f} ms resolves tones that are "
            f"{self.sr_hz / self.n_fft:.1f} Hz apart.",
            "hop_length": f"One frame every {1000 * self.frame_s:.1f} ms.",
            "n_mels": f"Band centres are {centres[1] - centres[0]:.0f} Hz apart at the bottom and "
            f"{centres[-1] - centres[-2]:.0f} Hz at the top.",
            "fmin_hz": f"Bands from {self.fmin_hz:,.0f} to {top_hz:,.0f} Hz.",
            "n_frames": f"The first {self.n_frames * self.frame_s:.1f} s of a clip.",
            "top_db": f"Levels of {self.top_db:g} dB or more below the loudest cell count as silence.",
        }
        if n_empty := self.bands.n_empty:
            meanings["n_mels"] += (
                f" {n_empty} bands are narrower than a bin and stay silent: use fewer bands or a larger n_fft."
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

    def whole_sound(self, samples: Samples, *, max_frames: int) -> tuple[NDArray[Any], Features]:
        """Level of all frames, shape (n_mels, frames), and these parameters with as many frames."""
        whole = replace(self, n_frames=min(max_frames, 1 + len(samples) // self.hop_length))
        level, n_valid = whole.transform(samples)
        return level[:, :n_valid].astype(np.float32), whole
