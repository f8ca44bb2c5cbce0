"""What a verdict tells of the genre, in bits: a measure that can be held against one of other genres.

Conventions: information of base 2; counts with rows actual and columns predicted.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Information:
    """Mutual information between the actual and the predicted genre of a test clip.

    Attributes
    ----------
    bits : float
        Of how much uncertainty a verdict takes away, 0 or more: corrected for most of what few clips make it seem.
    raw_bits : float
        As the counts say it. With few clips for many genres that is too much: mere guessing seems to tell something.
    most_bits : float
        Uncertainty of the actual genre: what a verdict that is always right tells.
    """

    bits: float
    raw_bits: float
    most_bits: float

    @property
    def share(self) -> float | None:
        """Part of the uncertainty that is taken away, 0 to 1; None where there was none."""
        return self.bits / self.most_bits if self.most_bits > 0 else None


def information_gained(counts: NDArray[np.number]) -> Information:
    """Information of a confusion matrix, at least one clip.

    References
    ----------
    G. A. Miller, "Note on the bias of information estimates", in H. Quastler (ed.), Information Theory in Psychology,
    Free Press (1955): each entropy is raised by its non-empty cells less one, over twice the clips.
    """
    values = np.asarray(counts, dtype=np.float64)
    total = values.sum()
    if total <= 0:
        raise ValueError("There are no clips.")
    joint, actual, predicted = values.ravel(), values.sum(axis=1), values.sum(axis=0)
    raw = max(0.0, _entropy(actual) + _entropy(predicted) - _entropy(joint))
    cells = [int((each > 0).sum()) for each in (actual, predicted, joint)]
    most = _entropy(actual)
    correction = (cells[0] + cells[1] - cells[2] - 1) / (2 * total * log(2))
    return Information(bits=float(min(most, max(0.0, raw + correction))), raw_bits=raw, most_bits=most)


def _entropy(counts: NDArray[np.float64]) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum()) + 0.0
