"""Two runs' mistakes side by side: the difference of their matrices, and where they disagree."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import RunError
from core.evaluation.metrics import confusion_matrix
from core.evaluation.paired.agreement import cross_counts
from core.evaluation.paired.shared import share_clips
from core.evaluation.predictions import Predictions


@dataclass(frozen=True, eq=False)
class MatrixDifference:
    """The first matrix less the second, cell by cell.

    Attributes
    ----------
    counts : DataFrame
        Clips.
    shares : DataFrame
        Shares of the row, -1 to 1: comparable where the runs were tested on other clips or on more of them. NaN in rows
        of which one run has no clip.
    n_first, n_second : int
        Clips that each was tested on.
    """

    counts: pd.DataFrame
    shares: pd.DataFrame
    n_first: int
    n_second: int


def matrix_difference(first: pd.DataFrame, second: pd.DataFrame) -> MatrixDifference:
    """The difference of two confusion matrices, in the genres' order of the first.

    Raises
    ------
    RunError
        Their genres differ.
    """
    genres = [str(genre) for genre in first.index]
    if set(genres) != {str(genre) for genre in second.index}:
        raise RunError(
            "Only matrices of the same genres can be subtracted: "
            f"{', '.join(genres)} and {', '.join(str(genre) for genre in second.index)}."
        )
    second = second.loc[genres, genres]
    return MatrixDifference(
        counts=first - second,
        shares=_shares(first) - _shares(second),
        n_first=int(first.to_numpy().sum()),
        n_second=int(second.to_numpy().sum()),
    )


def _shares(matrix: pd.DataFrame) -> pd.DataFrame:
    counts = matrix.to_numpy(dtype=np.float64)
    totals = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0)
    return pd.DataFrame(shares, index=matrix.index, columns=matrix.columns)


@dataclass(frozen=True, kw_only=True)
class CellClips:
    """Clips of a cell of the difference of two runs on the same clips.

    Attributes
    ----------
    both, only_first, only_second : tuple of str
        Names of the clips that both, only one of the runs put there.
    """

    both: tuple[str, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def clips_of_difference(first: Predictions, second: Predictions, actual: str, predicted: str) -> CellClips:
    """Which clips of ``actual`` two runs took for ``predicted``; clips that only one was tested on count as well."""
    own, other = (
        set(each.table.loc[(each.table["actual"] == actual) & (each.table["predicted"] == predicted), "clip"])
        for each in (first, second)
    )
    return CellClips(
        both=tuple(sorted(own & other)),
        only_first=tuple(sorted(own - other)),
        only_second=tuple(sorted(other - own)),
    )


def disagreement_matrix(first: Predictions, second: Predictions, *, actual: str | None = None) -> pd.DataFrame:
    """What one run says where the other says something: rows the first run's genre, columns the second's.

    On the diagonal are the clips on which the two agree, rightly or wrongly.

    Parameters
    ----------
    first, second : Predictions
        Those clips and genres count that both have.
    actual : str, optional
        Only the clips of this genre.

    Raises
    ------
    RunError
        They have no clip or fewer than two genres in common, or not this genre.
    """
    shared = share_clips([first, second])
    said = shared.predicted
    if actual is not None:
        if actual not in shared.genres:
            raise RunError(f"Expected one of the genres in common, {', '.join(shared.genres)}; got {actual!r}.")
        said = said[:, shared.actual == shared.genres.index(actual)]
    counts = cross_counts(said[0], said[1], len(shared.genres))
    genres = list(shared.genres)
    return pd.DataFrame(counts, index=pd.Index(genres, name="first"), columns=pd.Index(genres, name="second"))


def difference_of(first: Predictions, second: Predictions) -> MatrixDifference:
    """`matrix_difference` of two runs' own matrices."""
    return matrix_difference(confusion_matrix(first), confusion_matrix(second))
