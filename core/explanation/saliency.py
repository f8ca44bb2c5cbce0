"""Which cells of a spectrogram speak for a genre: the picture, and what can be asked of it.

Conventions: a picture has the bands of the run's front end and its columns over the whole song. What the model did not
see (the rest after the last window, silent windows) has no value there.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import RunError
from core.explanation.question import Question
from core.explanation.subject import Subject
from core.features.base import Features

Method = Literal["grad-cam", "hires-cam", "occlusion", "occlusion-time", "occlusion-band"]
METHODS: dict[Method, str] = {
    "grad-cam": "Grad-CAM",
    "hires-cam": "Grad-CAM cell by cell (HiResCAM)",
    "occlusion": "Occlusion",
    "occlusion-time": "Occlusion by time",
    "occlusion-band": "Occlusion by band",
}
"""What each is called; an occlusion is of cells, unless it is of moments with all bands, or of bands at all times."""


@dataclass(frozen=True, eq=False)
class Saliency:
    """How much each cell of a song's spectrogram speaks for a genre.

    Attributes
    ----------
    values : array, shape (bands, columns)
        The higher, the more the cell speaks for it; below 0 it speaks against it; NaN where nothing was seen.
    front_end : Features
        Whose bands and columns these are.
    question : Question
    method : str
        Of `METHODS`.
    basis : str
        What the values are, in a sentence or two.
    """

    values: NDArray[np.float32]
    front_end: Features
    question: Question
    method: Method
    basis: str

    @property
    def is_seen(self) -> NDArray[np.bool_]:
        """Cells that have a value, shape (bands, columns)."""
        return np.isfinite(self.values)

    @property
    def column_s(self) -> float:
        """Seconds from column to column."""
        return self.front_end.frame_s

    def mass(self) -> NDArray[np.float64]:
        """What speaks for the genre, as shares that sum to 1, shape (bands, columns); all 0 where nothing does."""
        positive = np.where(self.is_seen, np.maximum(self.values, 0), 0).astype(np.float64)
        total = positive.sum()
        return positive / total if total > 0 else positive

    def by_band(self) -> NDArray[np.float64]:
        """Share of each band, shape (bands,)."""
        shares: NDArray[np.float64] = self.mass().sum(axis=1)
        return shares

    def by_column(self) -> NDArray[np.float64]:
        """Share of each column, shape (columns,)."""
        shares: NDArray[np.float64] = self.mass().sum(axis=0)
        return shares

    def share_between(self, low_hz: float, high_hz: float) -> float:
        """Share of the saliency in the bands whose centres lie in a range, 0 to 1.

        Raises
        ------
        RunError
            The frequencies of the bands are not known.
        """
        centres = require_frequencies(self.front_end)
        return float(self.by_band()[(centres >= low_hz) & (centres <= high_hz)].sum())

    def most_salient(self, share: float) -> NDArray[np.bool_]:
        """The most salient cells, shape (bands, columns).

        Parameters
        ----------
        share : float
            Of the cells seen, 0 to 1. At 1 all cells, those that nothing was seen of too.
        """
        if share >= 1:
            return np.ones(self.values.shape, dtype=bool)
        chosen = np.zeros(self.values.size, dtype=bool)
        flat = np.where(self.is_seen, self.values, -np.inf).ravel()
        # Where values are equal, as within a patch, the earlier cell of the lower band goes first: always the same.
        order = np.argsort(-flat, kind="stable")
        chosen[order[: round(share * int(self.is_seen.sum()))]] = True
        return chosen.reshape(self.values.shape)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON: the shares of bands and of seconds, not every cell."""
        centres = self.front_end.band_axis.centres_hz
        return {
            **self.question.to_dict(),
            "method": self.method,
            "basis": self.basis,
            "bands_hz": None if centres is None else [round(float(hz), 2) for hz in centres],
            "share_by_band": [round(float(share), 6) for share in self.by_band()],
            "share_by_second": [round(share, 6) for share in by_second(self.by_column(), self.column_s)],
        }


def by_second(of_columns: NDArray[np.float64], column_s: float) -> list[float]:
    """Sums over the columns that begin within each second."""
    seconds = (np.arange(len(of_columns)) * column_s).astype(int)
    return [float(value) for value in np.bincount(seconds, weights=of_columns)]


def require_frequencies(front_end: Features) -> NDArray[np.float64]:
    """Centres of its bands in Hz; `RunError` where they are not known."""
    centres = front_end.band_axis.centres_hz
    if centres is None:
        raise RunError(f"The frequencies of the bands of {front_end.title.lower()} are not known. Choose another run.")
    return centres


def require_spectrogram(subject: Subject) -> Features:
    """The front end whose picture is explained; `RunError` for a model on numeric features."""
    front_end = subject.config.front_end
    if front_end.is_numeric:
        raise RunError(
            f"Expected a run on spectrograms, got {subject.run.label} on {front_end.title.lower()}, which have no "
            "picture. Ask for contributions instead."
        )
    return front_end


class Picture:
    """Values of parts of a song brought together on the columns of its whole spectrogram; the mean where they overlap.

    Parameters
    ----------
    subject : Subject
        Of a run on spectrograms.
    """

    def __init__(self, subject: Subject) -> None:
        self._front_end = require_spectrogram(subject)
        spans = subject.seen.spans_s
        self._starts = [round(start / self._front_end.frame_s) for start, _ in spans]
        n_columns = max(start + int(n_valid) for start, n_valid in zip(self._starts, subject.seen.n_valid, strict=True))
        self._sums = np.zeros((self._front_end.shape[0], n_columns), dtype=np.float64)
        self._counts = np.zeros(n_columns)

    def add(self, window: int, start: int, values: NDArray[Any]) -> None:
        """Add what was found in some frames.

        Parameters
        ----------
        window : int
            Place of the window in the song.
        start : int
            First frame within it.
        values : array, shape (bands, frames)
            Of frames that are music.
        """
        first = self._starts[window] + start
        # The last frames of a whole window may reach over the end by one, which is padding.
        width = min(values.shape[1], self._sums.shape[1] - first)
        self._sums[:, first : first + width] += values[:, :width]
        self._counts[first : first + width] += 1

    def finished(self, question: Question, method: Method, basis: str) -> Saliency:
        """The picture as it is now."""
        with np.errstate(invalid="ignore", divide="ignore"):
            values = np.where(self._counts > 0, self._sums / self._counts, np.nan)
        return Saliency(values.astype(np.float32), self._front_end, question, method, basis)
