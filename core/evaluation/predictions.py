"""What a model said of its test part, and how often it was correct: plain records without a store."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


COLUMNS = ("clip", "actual", "predicted")
"""Of the table of predictions, before those of the genres: no genre can be called so."""


@dataclass(frozen=True, kw_only=True)
class TestResult:
    """Accuracy of a finished run on its test part.

    Attributes
    ----------
    n_correct, n : int
        Clips judged rightly, and clips judged.
    interval : (float, float)
        95 % Wilson interval of the accuracy.
    chance : float
        Share of the commonest genre in the test part: what always answering it would score.
    protocol : str
        How the clips were split, in words.
    """

    __test__ = False  # not a test class, whatever pytest thinks of its name

    n_correct: int
    n: int
    interval: tuple[float, float]
    chance: float
    protocol: str

    @property
    def accuracy(self) -> float:
        """Share judged rightly, 0 to 1."""
        return self.n_correct / self.n


@dataclass(frozen=True)
class Predictions:
    """Test probabilities of a finished run.

    Attributes
    ----------
    table : DataFrame
        One row a test clip: ``clip`` (name), ``actual`` (genre), ``predicted`` (genre), then one column of
        probabilities for each genre, named as the genre, in the order of ``genres``.
    genres : tuple of str
    """

    table: "pd.DataFrame"
    genres: tuple[str, ...]
