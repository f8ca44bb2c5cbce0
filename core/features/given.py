"""Features that were brought pre-computed, where what made them is not known: they are never computed from audio."""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from core.features.axes import STANDARDISED, BandAxis, LevelScale
from core.features.base import Features, require

MAX_COLUMNS = 4_096
"""Columns of a table."""
MAX_BANDS, MAX_FRAMES = 1_024, 20_000


@dataclass(frozen=True, kw_only=True)
class GivenTable(Features):
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

    # Without `field` a dataclass would use the value of the base class as the default.
    names: tuple[str, ...] = field()

    def __post_init__(self) -> None:
        # JSON knows no tuples.
        object.__setattr__(self, "names", tuple(self.names))
        require(
            1 <= len(self.names) <= MAX_COLUMNS,
            f"Expected a table of 1 to {MAX_COLUMNS:,} columns, got {len(self.names)}.",
        )
        require(all(isinstance(name, str) and name for name in self.names), "Each column needs a name.")
        require(len(set(self.names)) == len(self.names), "Two columns have the same name.")

    @property
    def shape(self) -> tuple[int, int]:
        """(columns, 1)."""
        return len(self.names), 1


@dataclass(frozen=True, kw_only=True)
class GivenSpectrogram(Features):
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
    def band_axis(self) -> BandAxis:
        """Bands from low to high, their frequencies unknown."""
        return BandAxis()

    @property
    def level_scale(self) -> LevelScale:
        """Standardised."""
        return STANDARDISED

    @property
    def known_scaling(self) -> tuple[float, float]:
        """As it is: it has mean 0 and variance 1."""
        return 0.0, 1.0
