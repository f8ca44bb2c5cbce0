"""Results that were published without their clips: a confusion matrix counts wherever clips are not needed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation.metrics import wilson_interval
from core.evaluation.predictions import TestResult
from core.evaluation.verdict.records import Contender, Cost


@dataclass(frozen=True, kw_only=True)
class PublishedMatrix:
    """A published confusion matrix.

    Attributes
    ----------
    id : str
        As it is named on the command line in place of a run.
    title : str
    source : str
        Whose it is, in a sentence.
    protocol : str
        How the clips were split, in words.
    genres : tuple of str
        In the order of rows and columns, as published.
    counts : tuple of tuple of int
        Rows actual, columns predicted.
    n_parameters : int or None
    own_choice : tuple of str
        Genres that its authors left out afterwards; empty where they did not.
    own_result : (int, int) or None
        Test clips judged rightly, and judged, when they trained without these.
    """

    id: str
    title: str
    source: str
    protocol: str
    genres: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    n_parameters: int | None = None
    own_choice: tuple[str, ...] = ()
    own_result: tuple[int, int] | None = None

    @property
    def matrix(self) -> pd.DataFrame:
        """The matrix as `core.evaluation.metrics.confusion_matrix` gives that of a run."""
        return pd.DataFrame(
            np.array(self.counts, dtype=np.int64),
            index=pd.Index(self.genres, name="actual"),
            columns=pd.Index(self.genres, name="predicted"),
        )

    @property
    def result(self) -> TestResult:
        """Its accuracy, with the Wilson interval computed here."""
        counts = self.matrix.to_numpy()
        n, n_correct = int(counts.sum()), int(np.trace(counts))
        return TestResult(
            n_correct=n_correct,
            n=n,
            interval=wilson_interval(n_correct, n),
            chance=float(counts.sum(axis=1).max() / n),
            protocol=self.protocol,
        )

    @property
    def contender(self) -> Contender:
        """As one to be judged beside runs."""
        return Contender(
            name=self.title,
            matrix=self.matrix,
            protocol=self.protocol,
            cost=Cost(n_parameters=self.n_parameters),
        )


STUDY = PublishedMatrix(
    id="study",
    title="The study's CNN (published)",
    source="The study on GTZAN that Genre Lab grew from: its CNN for ten genres, right for 136 of 200 test clips.",
    protocol="by clip, 80/20, seed 42; the test set was also used for validation",
    genres=("jazz", "reggae", "rock", "blues", "hiphop", "country", "metal", "classical", "disco", "pop"),
    counts=(
        (11, 0, 1, 1, 0, 1, 0, 6, 0, 0),
        (0, 12, 2, 0, 4, 0, 0, 0, 0, 2),
        (0, 2, 14, 0, 0, 1, 1, 1, 1, 0),
        (3, 1, 4, 7, 0, 1, 1, 3, 0, 0),
        (1, 2, 0, 0, 16, 0, 1, 0, 0, 0),
        (0, 0, 4, 1, 0, 13, 0, 2, 0, 0),
        (0, 0, 1, 0, 0, 0, 19, 0, 0, 0),
        (0, 0, 1, 0, 0, 2, 0, 17, 0, 0),
        (0, 2, 2, 0, 2, 1, 1, 0, 12, 0),
        (0, 0, 0, 0, 1, 1, 0, 2, 1, 15),
    ),
    n_parameters=2_463_114,
    own_choice=("blues", "rock", "reggae"),
    own_result=(113, 140),
)
PUBLISHED: dict[str, PublishedMatrix] = {STUDY.id: STUDY}
"""Published matrices by what they are called in place of a run."""
