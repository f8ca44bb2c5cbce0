"""What a run's model sees of a song: the features of its windows, as they are before they are cut into parts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.prediction.windows import own_spans


@dataclass(frozen=True, eq=False)
class SeenSong:
    """The windows of a song as the run's front ends give them; silent ones are left out.

    Attributes
    ----------
    spans_s : tuple of (float, float)
        From and to of each window in the song, seconds.
    inputs : tuple of array, each of shape (windows, bands or features, frames)
        One for each front end of the run.
    n_valid : int array, shape (windows,)
        Frames of the first input that are music, not padding.
    """

    spans_s: tuple[tuple[float, float], ...]
    inputs: tuple[NDArray[Any], ...]
    n_valid: NDArray[np.integer]

    @property
    def weights(self) -> NDArray[np.float64]:
        """Share of each window in the verdict, shape (windows,); they sum to 1."""
        own = own_spans([start for start, _ in self.spans_s], [end for _, end in self.spans_s])
        heard_s = np.array([end - start for start, end in own])
        shares: NDArray[np.float64] = heard_s / heard_s.sum()
        return shares
