"""Front ends of features that were brought ready-made, where what made them is not known: they never run from audio."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.dsp.analysis import ClipAnalysis
from core.errors import FeatureError
from core.features.base import FrontEnd, require

MAX_COLUMNS = 4_096
"""Columns of a table."""
MAX_BANDS, MAX_FRAMES = 1_024, 20_000


@dataclass(frozen=True, kw_only=True)
class GivenTable(FrontEnd):
    """Numeric columns of a table, whatever made them.

    Attributes
    ----------
    names : tuple of str
        Of the columns, in their order; each once.
    """

    kind: ClassVar[str] = "table"
    code_version: ClassVar[int] = 1
    dtype: ClassVar[str] = "float32"
    title: ClassVar[str] = "Columns of a table"
    from_audio: ClassVar[bool] = False
    sr_hz: ClassVar[int] = 22_050  # type: ignore[misc]
    hop_length: ClassVar[int] = 512  # type: ignore[misc]

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        # JSON knows no tuples.
        object.__setattr__(self, "names", tuple(self.names))
        require(
            1 <= len(self.names) <= MAX_COLUMNS, f"Table: expected 1 to {MAX_COLUMNS:,} columns, got {len(self.names)}."
        )
        require(all(isinstance(name, str) and name for name in self.names), "Each column needs a name.")
        require(len(set(self.names)) == len(self.names), "Two columns have the same name.")

    @property
    def shape(self) -> tuple[int, int]:
        """(columns, 1)."""
        return len(self.names), 1

    @property
    def max_samples(self) -> int:
        """None of a clip is looked at."""
        return 1

    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[Any], int]:
        """`FeatureError`: these columns cannot be computed from audio."""
        raise FeatureError(NOT_FROM_AUDIO.format(what="the columns of a table"))


@dataclass(frozen=True, kw_only=True)
class GivenSpectrogram(FrontEnd):
    """Spectrograms of unknown making, each clip brought to mean 0 and standard deviation 1.

    Attributes
    ----------
    n_bands, n_frames : int
        Rows, low to high, and columns.
    frame_s : float
        Seconds from one column to the next; 0 where that is not known.
    """

    kind: ClassVar[str] = "given-spectrogram"
    code_version: ClassVar[int] = 1
    dtype: ClassVar[str] = "float16"
    title: ClassVar[str] = "Pre-computed spectrogram"
    from_audio: ClassVar[bool] = False
    sr_hz: ClassVar[int] = 22_050  # type: ignore[misc]
    hop_length: ClassVar[int] = 512  # type: ignore[misc]

    n_bands: int
    n_frames: int
    frame_s: float = 0.0

    def __post_init__(self) -> None:
        require(2 <= self.n_bands <= MAX_BANDS, f"Bands: expected 2 to {MAX_BANDS:,}, got {self.n_bands}.")
        require(2 <= self.n_frames <= MAX_FRAMES, f"Frames: expected 2 to {MAX_FRAMES:,}, got {self.n_frames}.")
        require(
            bool(np.isfinite(self.frame_s)) and self.frame_s >= 0, f"Frame: expected 0 s or more, got {self.frame_s}."
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(bands, frames)."""
        return self.n_bands, self.n_frames

    @property
    def max_samples(self) -> int:
        """None of a clip is looked at."""
        return 1

    @property
    def known_scaling(self) -> tuple[float, float]:
        """As it is: it has mean 0 and variance 1."""
        return 0.0, 1.0

    def transform_analysed(self, analysis: ClipAnalysis) -> tuple[NDArray[Any], int]:
        """`FeatureError`: what made these spectrograms is not known."""
        raise FeatureError(NOT_FROM_AUDIO.format(what="spectrograms of unknown origin"))


NOT_FROM_AUDIO = (
    "This model was trained on {what}, which cannot be computed from audio. Choose a run whose front end Genre Lab can "
    "compute."
)
