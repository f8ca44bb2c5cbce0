"""What the values of features mean: the bands of a spectrogram, and its levels."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

BandScale = Literal["mel", "log", "linear", "unknown"]
"""How frequency grows from band to band: as the ear resolves pitch (Slaney), by a factor, in Hz, or not known."""


@dataclass(frozen=True, eq=False)
class BandAxis:
    """What the rows of a spectrogram are, from the lowest up.

    Attributes
    ----------
    scale : "mel", "log", "linear" or "unknown"
    centres_hz : array, shape (bands,), or None
        Centre frequency of each band, rising; None where the scale is unknown.
    """

    scale: BandScale = "unknown"
    centres_hz: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class LevelScale:
    """What a level is, and the range in which all spectrograms of one kind are shown.

    Attributes
    ----------
    low, high : float
        Levels of the darkest and the brightest colour; what lies outside has that colour.
    unit : str
        ``"dB"`` or ``"SD"``.
    meaning : str
        What the level is, in words for a caption.
    """

    low: float
    high: float
    unit: str
    meaning: str

    @property
    def in_decibels(self) -> bool:
        """Whether the level is in dB below the peak; otherwise in standard deviations from the clip's mean."""
        return self.unit == "dB"

    def ticks(self, n: int) -> list[float]:
        """Levels, evenly spaced over the range."""
        return [float(level) for level in np.linspace(self.low, self.high, n)]


def below_peak(top_db: float) -> LevelScale:
    """Levels from ``-top_db`` to 0 dB, where 0 is the clip's own peak."""
    return LevelScale(-top_db, 0.0, "dB", "level in dB below the loudest cell of each clip")


STANDARDISED = LevelScale(-3.0, 3.0, "SD", "level in standard deviations (SD) from the mean of each clip")
"""Levels with mean 0 and variance 1: 99 % of the cells of GTZAN's spectrograms lie within the range shown."""
