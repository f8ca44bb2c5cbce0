"""What features are: what is stored and drawn (`Features`), and how it is made from sound (`AudioFrontEnd`)."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any, ClassVar

from numpy.typing import NDArray

from core.dsp.analysis import ClipAnalysis, Samples
from core.errors import FeatureError
from core.features.axes import BandAxis, LevelScale


class Features(ABC):
    """Features of clips: their shape, what their rows and columns mean, and the identity under which they are stored.

    Subclasses are frozen dataclasses, whose fields are the parameters. Each is either numeric, with a name for each
    row, or a spectrogram, whose rows are bands.

    Attributes
    ----------
    kind : str
        Name of this kind of features in stored configurations.
    title : str
        The same for people.
    code_version : int
        Raised whenever the same parameters give other values, so that stored features are made anew.
    dtype : str
        Of the stored array.
    added_later : frozenset of str
        Parameters that older stored configurations do not have. At their defaults they leave the identity as it was.
    names : tuple of str
        Of numeric features, one a row; empty for spectrograms.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    code_version: ClassVar[int]
    dtype: ClassVar[str]
    added_later: ClassVar[frozenset[str]] = frozenset()
    names: tuple[str, ...] = ()

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """(bands or numeric features, columns): numeric features have one column, or one a part of the clip."""

    @property
    def is_numeric(self) -> bool:
        """Whether the rows are numeric features that have names, not the bands of a spectrogram."""
        return bool(self.names)

    @property
    def n_parts(self) -> int:
        """Parts of a clip that numeric features are of, 1 for whole clips; 0 for spectrograms."""
        return self.shape[1] if self.is_numeric else 0

    @property
    def frame_s(self) -> float:
        """Seconds from one column to the next; 0 where that is not known."""
        return 0.0

    @property
    def window_s(self) -> float:
        """Seconds of sound that one column of a spectrogram is made of; 0 where that is not known."""
        return 0.0

    @property
    def band_axis(self) -> BandAxis:
        """What the rows of a spectrogram are; `FeatureError` for numeric features, which have `names`."""
        raise FeatureError(f"Expected a spectrogram, got {self.title.lower()}, which have no bands.")

    @property
    def level_scale(self) -> LevelScale:
        """What the levels of a spectrogram are; `FeatureError` for numeric features."""
        raise FeatureError(f"Expected a spectrogram, got {self.title.lower()}, which have no level.")

    @property
    def known_scaling(self) -> tuple[float, float] | None:
        """Offset and scale that suit a network, ``(x - offset) / scale``; None where training determines them."""
        return None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `core.features.table.features_from_dict` reads them back."""
        return {"kind": self.kind, **asdict(self)}  # type: ignore[call-overload]

    @property
    def identity(self) -> str:
        """Stable name of these parameters and this code version, safe as a folder name."""
        defaults = {field.name: field.default for field in fields(self)}  # type: ignore[arg-type]
        values = {
            name: value
            for name, value in self.to_dict().items()
            if not (name in self.added_later and value == defaults[name])
        }
        content = json.dumps({**values, "code_version": self.code_version}, sort_keys=True)
        return f"{self.kind}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"


class AudioFrontEnd(Features):
    """Features that are computed from sound. Without arguments a front end has its usual parameters."""

    @property
    @abstractmethod
    def sr_hz(self) -> int:
        """Sample rate at which the sound is analysed."""

    @property
    def highest_hz(self) -> float:
        """Frequency up to which it listens."""
        return self.sr_hz / 2

    @property
    @abstractmethod
    def hop_length(self) -> int:
        """Samples from one frame to the next."""

    @property
    @abstractmethod
    def max_samples(self) -> int:
        """Samples of a clip that are looked at, from its start."""

    @property
    def fewest_samples(self) -> int:
        """Samples that a window of a longer song has at least, however short the clips of a training are."""
        return 2

    @property
    def frame_s(self) -> float:
        """Seconds from one column to the next."""
        return self.hop_length / self.sr_hz

    @property
    def meanings(self) -> dict[str, str]:
        """What the parameters mean in ms and Hz, in words, by their names; empty where nothing is to be said."""
        return {}

    @property
    def why_not_here(self) -> str:
        """Why this machine cannot compute them and what to do; empty where it can."""
        return ""

    def transform(self, samples: Samples) -> tuple[NDArray[Any], int]:
        """Features of one clip and the number of columns that are music, not padding.

        Parameters
        ----------
        samples : array, shape (samples,)
            Mono, at ``sr_hz``, -1..1.

        Returns
        -------
        array of ``dtype``, shape ``shape``, and int

        Raises
        ------
        FeatureError
            The samples are empty, not finite or digital silence, which has no peak to refer to.
        """
        return self.transform_analysed(ClipAnalysis(samples))

    @abstractmethod
    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[Any], int]:
        """`transform` of a clip whose spectrograms other front ends may have made already."""

    def whole_sound(self, samples: Samples, *, max_frames: int) -> tuple[NDArray[Any], Features]:
        """Spectrogram of a sound that may be longer than a clip, and the features whose axes and levels it has.

        Parameters
        ----------
        samples : array, shape (samples,)
            At ``sr_hz``.
        max_frames : int
            Columns at most, from the start of the sound.

        Returns
        -------
        array, shape (bands, columns), and Features
            As much as a clip has where a kind of spectrogram has no way to show more.
        """
        level, n_valid = self.transform(samples)
        return level[:, : min(n_valid, max_frames)], self


def require_audio_front_ends(given: Iterable[Features]) -> list[AudioFrontEnd]:
    """The same front ends; `FeatureError` where one cannot be computed from audio, or not on this machine."""
    front_ends = []
    for one in given:
        if not isinstance(one, AudioFrontEnd):
            raise FeatureError(f"{one.title} cannot be computed from audio. Choose another front end.")
        if one.why_not_here:
            raise FeatureError(one.why_not_here)
        front_ends.append(one)
    return front_ends


def require(condition: bool, message: str, *, field: str = "") -> None:  # noqa: FBT001, like assert
    """`FeatureError` with the message, and the parameter it is about, unless the condition holds."""
    if not condition:
        raise FeatureError(message, field=field)
