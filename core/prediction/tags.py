"""What trained ears hear along a song: the probability of each of their tags in each stretch of 3 s.

Conventions: a stretch is a patch of the ears' network; where stretches overlap, each has half of the overlap, as the
windows of a verdict do. Stretches of digital silence are left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.ears import network
from core.ears.weights import TRAININGS, Training
from core.prediction.hearing import SongHearing
from core.prediction.windows import own_spans

PATCH_S = network.PATCH_FRAMES * network.HOP_LENGTH / network.SR_HZ
"""Seconds of a stretch."""


@dataclass(frozen=True)
class SongTags:
    """Tags along a song.

    Attributes
    ----------
    training : "msd" or "mtt"
        What the ears were trained on, see `core.ears.weights.TRAININGS`.
    spans_s : tuple of (float, float)
        Where each stretch begins and ends, ascending, without overlap.
    probabilities : array, shape (stretches, 50)
        Of each tag, 0..1; they do not sum to 1, for a song has several tags.
    """

    training: Training
    spans_s: tuple[tuple[float, float], ...]
    probabilities: NDArray[np.float32]

    @property
    def tags(self) -> tuple[str, ...]:
        """Names of the tags, in the order of the columns."""
        return TRAININGS[self.training].tags

    @property
    def means(self) -> dict[str, float]:
        """Probability of each tag over all that is heard, each second the same, the most probable first."""
        lengths = [end - start for start, end in self.spans_s]
        means = np.average(self.probabilities.astype(np.float64), axis=0, weights=lengths)
        return {self.tags[place]: float(means[place]) for place in np.argsort(-means, kind="stable")}

    def along(self, tag: str) -> NDArray[np.float32]:
        """Probability of one tag in each stretch."""
        along: NDArray[np.float32] = self.probabilities[:, self.tags.index(tag)]
        return along


def tags_along(heard: SongHearing) -> SongTags:
    """Tags along a song from those of its patches."""
    starts_s = [start / network.SR_HZ for start in heard.starts]
    ends_s = [min(start + PATCH_S, heard.n_samples / network.SR_HZ) for start in starts_s]
    return SongTags(heard.training, tuple(own_spans(starts_s, ends_s)), heard.tags)
