"""What every front end has: parameters, an identity under which its output is stored, and a transform."""

import hashlib
import json
from abc import ABC, abstractmethod
from dataclasses import asdict, fields
from typing import Any, ClassVar

from numpy.typing import NDArray

from core.dsp.analysis import ClipAnalysis, Samples
from core.errors import FeatureError


class FrontEnd(ABC):
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
    from_audio : bool
        Whether it can be computed from audio; False for features that can only be brought ready-made.
    added_later : frozenset of str
        Parameters that older stored configurations do not have. At their defaults they leave the identity as it was.
    """

    kind: ClassVar[str]
    code_version: ClassVar[int]
    dtype: ClassVar[str]
    title: ClassVar[str]
    from_audio: ClassVar[bool] = True
    added_later: ClassVar[frozenset[str]] = frozenset()
    sr_hz: int
    hop_length: int

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int]:
        """Shape of the output: (bands or features, frames); numeric features have one frame, or one a part."""

    @property
    def is_numeric(self) -> bool:
        """Whether it gives figures that have names, not the cells of a spectrogram."""
        return bool(getattr(self, "names", ()))

    @property
    def frame_s(self) -> float:
        """Seconds from one frame to the next."""
        return self.hop_length / self.sr_hz

    @property
    @abstractmethod
    def max_samples(self) -> int:
        """Samples of a clip that are looked at, from its start."""

    def transform(self, samples: Samples) -> tuple[NDArray[Any], int]:
        """Features of one clip and the number of frames that are music, not padding.

        Raises
        ------
        FeatureError
            The samples are empty, not finite or digital silence, which has no peak to refer to.
        """
        return self.transform_analysed(ClipAnalysis(samples))

    @abstractmethod
    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[Any], int]:
        """`transform` of a clip whose spectrograms other front ends may have made already."""

    @property
    def known_scaling(self) -> tuple[float, float] | None:
        """Offset and scale that suit a network, ``(x - offset) / scale``; None where they are to be learnt."""
        return None

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; `front_end_from_dict` reads them back."""
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


def require(condition: bool, message: str, *, field: str = "") -> None:
    """`FeatureError` with the message, and the parameter it is about, unless the condition holds."""
    if not condition:
        raise FeatureError(message, field=field)
