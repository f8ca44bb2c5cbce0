"""Front ends: what turns samples into a model's input, with an identity under which the output is stored.

The figures are those of librosa at the same parameters (checked in the tests), computed here in
single precision from one shared Fourier transform, which is several times faster and needs no
just-in-time compilation in a fresh environment.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import FeatureError
from core.features import spectral
from core.features.analysis import ClipAnalysis, Samples


class FrontEnd:
    """Parameters of a front end. Subclasses are frozen dataclasses.

    Attributes
    ----------
    sr_hz : int
        Sample rate at which the audio is analysed.
    kind : str
        Name of the front end in stored configurations.
    code_version : int
        Raised whenever the same parameters give other figures, so that stored features are made anew.
    dtype : str
        Of the stored array.
    """

    kind: ClassVar[str]
    code_version: ClassVar[int]
    dtype: ClassVar[str]
    title: ClassVar[str]
    sr_hz: int
    hop_length: int

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the output: (bands or features, frames); numeric features have one frame."""
        raise NotImplementedError

    @property
    def max_samples(self) -> int:
        """Samples of a clip that are looked at, from its start."""
        raise NotImplementedError

    def transform(self, samples: Samples) -> tuple[NDArray[Any], int]:
        """Features of one clip and the number of frames that are music, not padding.

        Raises
        ------
        FeatureError
            The samples are empty, not finite or digital silence, which has no peak to refer to.
        """
        return self.transform_analysed(ClipAnalysis(samples))

    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[Any], int]:
        """`transform` of a clip whose spectrograms other front ends may have made already."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `front_end_from_dict` reads them back."""
        return {"kind": self.kind, **asdict(self)}  # type: ignore[call-overload]

    @property
    def identity(self) -> str:
        """Stable name of these parameters and this code version, safe as a folder name."""
        content = json.dumps({**self.to_dict(), "code_version": self.code_version}, sort_keys=True)
        return f"{self.kind}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise FeatureError(message)


@dataclass(frozen=True, kw_only=True)
class MelSpectrogram(FrontEnd):
    """Mel spectrogram in dB below the clip's own peak, padded in time with the floor.

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
        Range kept below the peak: output lies in -top_db..0.
    n_frames : int
        Frames kept; a longer clip is cut, a shorter one padded.
    """

    kind: ClassVar[str] = "mel"
    code_version: ClassVar[int] = 1
    dtype: ClassVar[str] = "float16"
    title: ClassVar[str] = "Mel spectrogram"

    sr_hz: int = 22_050
    n_fft: int = 2048
    hop_length: int = 1024
    n_mels: int = 128
    fmin_hz: float = 0.0
    fmax_hz: float | None = None
    top_db: float = 80.0
    n_frames: int = 660

    def __post_init__(self) -> None:
        _require(8_000 <= self.sr_hz <= 96_000, f"Sample rate must be 8,000 to 96,000 Hz; it is {self.sr_hz}.")
        _require(64 <= self.n_fft <= 16_384, f"n_fft must be 64 to 16,384 samples; it is {self.n_fft}.")
        _require(1 <= self.hop_length <= self.n_fft, f"hop must be 1 to n_fft samples; it is {self.hop_length}.")
        _require(4 <= self.n_mels <= 512, f"Mel bands must be 4 to 512; it is {self.n_mels}.")
        top_hz = self.sr_hz / 2 if self.fmax_hz is None else self.fmax_hz
        _require(
            0 <= self.fmin_hz < top_hz <= self.sr_hz / 2,
            f"0 <= fmin < fmax <= {self.sr_hz / 2:g} Hz must hold; fmin is {self.fmin_hz:g}, fmax {top_hz:g}.",
        )
        _require(20 <= self.top_db <= 120, f"dB range must be 20 to 120; it is {self.top_db:g}.")
        _require(1 <= self.n_frames <= 20_000, f"Frames must be 1 to 20,000; it is {self.n_frames}.")

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
        return spectral.mel_centres_hz(self.n_mels, self.fmin_hz, self.fmax_hz or self.sr_hz / 2)

    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[np.float16], int]:
        """Level in dB, shape (n_mels, n_frames), range -top_db..0, and the frames that are music."""
        power = analysis.power(n_fft=self.n_fft, hop_length=self.hop_length, n_samples=self.max_samples)
        power = power[:, : self.n_frames]
        mel = spectral.mel_power(
            power, sr_hz=self.sr_hz, n_mels=self.n_mels, fmin_hz=self.fmin_hz, fmax_hz=self.fmax_hz
        )
        level = spectral.power_to_level_db(mel, top_db=self.top_db)
        n_valid = level.shape[1]
        padded = np.full(self.shape, -self.top_db, dtype=np.float16)
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
    padding: Literal["constant", "reflect"] = "constant"
    max_duration_s: float = 60.0

    def __post_init__(self) -> None:
        _require(8_000 <= self.sr_hz <= 96_000, f"Sample rate must be 8,000 to 96,000 Hz; it is {self.sr_hz}.")
        _require(64 <= self.n_fft <= 16_384, f"n_fft must be 64 to 16,384 samples; it is {self.n_fft}.")
        _require(1 <= self.hop_length <= self.n_fft, f"hop must be 1 to n_fft samples; it is {self.hop_length}.")
        _require(self.padding in ("constant", "reflect"), f"Padding is constant or reflect; it is {self.padding!r}.")
        _require(1 <= self.max_duration_s <= 600, f"Duration must be 1 to 600 s; it is {self.max_duration_s:g}.")

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
        power = analysis.power(
            n_fft=self.n_fft, hop_length=self.hop_length, n_samples=self.max_samples, padding=self.padding
        )
        centroid, rolloff = spectral.centroid_and_rolloff_hz(power, sr_hz=self.sr_hz)
        mfcc = spectral.mfcc(power, sr_hz=self.sr_hz, n_mfcc=13)
        crossings = spectral.zero_crossing_rate(samples, frame_length=self.n_fft, hop_length=self.hop_length)
        values = np.concatenate([[crossings.mean(), centroid.mean(), rolloff.mean()], mfcc.mean(axis=1)])
        return values.astype(np.float32)[:, np.newaxis], 1


_FRONT_ENDS: dict[str, type[MelSpectrogram] | type[NumericFeatures]] = {
    "mel": MelSpectrogram,
    "numeric16": NumericFeatures,
}


def front_end_from_dict(values: Mapping[str, Any]) -> FrontEnd:
    """Front end from plain values; `FeatureError` names what is wrong."""
    given = dict(values)
    kind = given.pop("kind", None)
    if kind not in _FRONT_ENDS:
        raise FeatureError(f"A front end is one of {', '.join(_FRONT_ENDS)}; {kind!r} came.")
    try:
        return _FRONT_ENDS[kind](**given)
    except TypeError as error:
        raise FeatureError(f"The {kind} front end does not fit: {error}.") from error
