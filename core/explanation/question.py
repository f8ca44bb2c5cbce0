"""What is explained: why one genre, or why one genre rather than another, and the figure that stands for the answer.

Conventions: logits say nothing by themselves, since softmax gives the same probabilities when all of them are raised
by one amount. A genre's score is therefore its logit less the mean over all genres; between two genres it is
the difference of their logits. Both are the same made of the logarithms of probabilities, so that models without
logits, and means over several networks, have scores too.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError

_SMALLEST = 1e-12
"""Probabilities below this are not told apart: the logarithm of 0 has no value."""


@dataclass(frozen=True)
class Question:
    """Why this genre; or why this one and not the other.

    Attributes
    ----------
    genres : tuple of str
        All that the run tells apart.
    genre : str
    against : str
        The genre that it is contrasted with; empty for all others together.
    """

    genres: tuple[str, ...]
    genre: str
    against: str = ""

    def __post_init__(self) -> None:
        for name in (self.genre, *([self.against] if self.against else [])):
            if name not in self.genres:
                raise ConfigError(f"Expected a genre of the run ({', '.join(self.genres)}), got {name!r}.")
        if self.genre == self.against:
            raise ConfigError(f"Expected two genres to contrast, got {self.genre} twice. Choose another.")

    @property
    def place(self) -> int:
        """Of the genre among all."""
        return self.genres.index(self.genre)

    @property
    def text(self) -> str:
        """The question in words."""
        return f"Why {self.genre} and not {self.against}?" if self.against else f"Why {self.genre}?"

    @property
    def weights(self) -> NDArray[np.float64]:
        """What each genre's logit counts in the score, shape (genres,); they sum to 0."""
        weights = np.zeros(len(self.genres))
        if self.against:
            weights[self.genres.index(self.against)] = -1
        else:
            weights -= 1 / len(self.genres)
        weights[self.place] += 1
        return weights

    def scores(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Score of each row of probabilities, shape (rows,), of an array of shape (rows, genres); in nats."""
        scores: NDArray[np.float64] = np.log(np.maximum(probabilities, _SMALLEST)) @ self.weights
        return scores

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"genre": self.genre, "against": self.against or None}
