"""Two runs' mistakes side by side: the difference of their matrices, where they disagree, and the clips behind it.

Only those clips and genres count that both runs have; where their genres differ, each says the most probable of those
in common (`core.evaluation.paired.shared.restrict_genres`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import RunError
from core.evaluation.confusion.cells import Cell, are_inside, verdict_rows
from core.evaluation.confusion.matrices import merge_families, shares
from core.evaluation.paired.agreement import cross_counts
from core.evaluation.paired.shared import restrict_genres
from core.evaluation.predictions import Predictions

Families = Mapping[str, Sequence[str]]
_MOST_NAMED = 3


@dataclass(frozen=True, eq=False)
class PairedVerdicts:
    """What two runs said of the same clips.

    Attributes
    ----------
    table : DataFrame
        Sorted by clip: ``clip``, ``actual``, ``first``, ``second`` (what each says), ``first_probability`` and
        ``second_probability`` (0 to 1) of that.
    genres : tuple of str
        Those that both know, in the order of the first.
    n_tested : (int, int)
        Clips that each was tested on.
    """

    table: pd.DataFrame
    genres: tuple[str, ...]
    n_tested: tuple[int, int]

    @property
    def is_all(self) -> bool:
        """Whether these are all clips of both."""
        return self.n_tested == (len(self.table), len(self.table))


def pair_verdicts(first: Predictions, second: Predictions) -> PairedVerdicts:
    """Lay two runs' verdicts beside each other.

    Raises
    ------
    RunError
        They have no clip or fewer than two genres in common, or disagree on the genre of a clip.
    """
    genres = tuple(genre for genre in first.genres if genre in second.genres)
    if len(genres) < 2:
        what = "no genre" if not genres else "one genre only"
        raise RunError(f"They have {what} in common; at least two are needed to compare.")
    parts = []
    for each in (first, second):
        part = each if set(each.genres) == set(genres) else restrict_genres(each, genres)
        parts.append(verdict_rows([part]).drop(columns="answerer"))
    joined = parts[0].merge(parts[1], on="clip", suffixes=("_first", "_second"), validate="one_to_one")
    if joined.empty:
        raise RunError("They have no test clip in common. Choose two runs that were tested on the same clips.")
    unlike = joined["actual_first"] != joined["actual_second"]
    if unlike.any():
        examples = ", ".join(joined.loc[unlike, "clip"].head(_MOST_NAMED))
        raise RunError(
            f"They disagree on the genre of {int(unlike.sum()):,} test clips ({examples}): the collection has changed "
            "between them."
        )
    table = pd.DataFrame(
        {
            "clip": joined["clip"],
            "actual": joined["actual_first"],
            "first": joined["predicted_first"],
            "second": joined["predicted_second"],
            "first_probability": joined["probability_first"],
            "second_probability": joined["probability_second"],
        }
    )
    return PairedVerdicts(
        table=table.sort_values("clip", ignore_index=True),
        genres=genres,
        n_tested=(len(first.table), len(second.table)),
    )


@dataclass(frozen=True, eq=False)
class MatrixDifference:
    """The first matrix less the second, cell by cell.

    Attributes
    ----------
    first, second : DataFrame
        The matrices, in the genres' order of the first.
    counts : DataFrame
        Clips, the first less the second.
    shares : DataFrame
        Shares of the row, -1 to 1: NaN in rows of which one of them has no clip.
    """

    first: pd.DataFrame
    second: pd.DataFrame
    counts: pd.DataFrame
    shares: pd.DataFrame

    def part(self, genres: Sequence[str]) -> "MatrixDifference":
        """The rows and columns of some genres; shares stay those of the whole rows."""
        kept = list(genres)
        return MatrixDifference(*(each.loc[kept, kept] for each in (self.first, self.second, self.counts, self.shares)))


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
        first=first,
        second=second,
        counts=first - second,
        shares=shares(first, of="row") - shares(second, of="row"),
    )


@dataclass(frozen=True, kw_only=True)
class Move:
    """A cell in which two runs have not as many clips.

    Attributes
    ----------
    actual, predicted : str
    n_first, n_second : int
        Clips that each put there.
    """

    actual: str
    predicted: str
    n_first: int
    n_second: int

    @property
    def n(self) -> int:
        """The first less the second."""
        return self.n_first - self.n_second


def biggest_moves(difference: MatrixDifference, *, most: int = 5) -> tuple[Move, ...]:
    """The cells in which two matrices differ most, those of right verdicts too; ties by name."""
    first, second = difference.first.to_numpy(np.int64), difference.second.to_numpy(np.int64)
    genres = [str(genre) for genre in difference.counts.index]
    found = [
        Move(
            actual=genres[row],
            predicted=genres[column],
            n_first=int(first[row, column]),
            n_second=int(second[row, column]),
        )
        for row, column in zip(*np.nonzero(first != second), strict=True)
    ]
    found.sort(key=lambda move: (-abs(move.n), move.actual, move.predicted))
    return tuple(found[:most])


def difference_of(said: PairedVerdicts, *, families: Families | None = None) -> MatrixDifference:
    """The matrix of the first less that of the second, of genres or of families."""
    return matrix_difference(
        *(merge_families(_crossed(said, "actual", answerer), families or {}) for answerer in ("first", "second"))
    )


def disagreement_of(
    said: PairedVerdicts, *, actual: str | None = None, families: Families | None = None
) -> pd.DataFrame:
    """What one run says where the other says something: rows the first run's genre, columns the second's.

    On the diagonal are the clips on which the two agree, rightly or wrongly.

    Parameters
    ----------
    said : PairedVerdicts
    actual : str, optional
        Only the clips of this genre.
    families : mapping of str to sequence of str, optional

    Raises
    ------
    RunError
        The genre is none of those in common.
    """
    return merge_families(_crossed(said, "first", "second", actual=actual), families or {})


def moved_clips(said: PairedVerdicts, cells: Sequence[Cell], *, families: Families | None = None) -> pd.DataFrame:
    """The clips that two runs put into some cells of their matrices, those first that only one of them put there.

    Parameters
    ----------
    said : PairedVerdicts
    cells, families
        As for `core.evaluation.confusion.cells.clips_in_cells`.

    Returns
    -------
    DataFrame
        Rows of the table with ``who``: ``first``, ``second`` or ``both``. The difference of the matrices in the cells
        is the number of ``first`` less that of ``second``.
    """
    rows = said.table
    own, other = (
        are_inside(rows["actual"], rows[answerer], cells, families=families) for answerer in ("first", "second")
    )
    who = np.where(own & other, "both", np.where(own, "first", "second"))
    sure = np.where(own, rows["first_probability"], 0.0) + np.where(other, rows["second_probability"], 0.0)
    found = rows.assign(who=who, sure=sure)[own | other]
    order = np.lexsort((found["clip"], -found["sure"], found["who"] == "both"))
    return found.iloc[order].drop(columns="sure").reset_index(drop=True)


def disputed_clips(
    said: PairedVerdicts, cells: Sequence[Cell], *, actual: str | None = None, families: Families | None = None
) -> pd.DataFrame:
    """The clips of which the first says what the cells' rows name, and the second what their columns name.

    Parameters
    ----------
    said : PairedVerdicts
    cells, families
        As for `core.evaluation.confusion.cells.clips_in_cells`.
    actual : str, optional
        Only the clips of this genre.

    Returns
    -------
    DataFrame
        Rows of the table, those first of which the two together are surest.
    """
    rows = _of_genre(said, actual)
    found = rows[are_inside(rows["first"], rows["second"], cells, families=families)]
    sure = found["first_probability"] + found["second_probability"]
    return found.iloc[np.lexsort((found["clip"], -sure))].reset_index(drop=True)


def _of_genre(said: PairedVerdicts, actual: str | None) -> pd.DataFrame:
    if actual is None:
        return said.table
    if actual not in said.genres:
        raise RunError(f"Expected one of the genres in common, {', '.join(said.genres)}; got {actual!r}.")
    return said.table[said.table["actual"] == actual]


def _crossed(said: PairedVerdicts, row: str, column: str, *, actual: str | None = None) -> pd.DataFrame:
    """Counts by two columns of the table."""
    table = _of_genre(said, actual)
    places = [pd.Index(said.genres).get_indexer(pd.Index(table[name])) for name in (row, column)]
    counts = cross_counts(places[0], places[1], len(said.genres))
    names = ("actual", "predicted") if row == "actual" else (row, column)
    return pd.DataFrame(
        counts, index=pd.Index(said.genres, name=names[0]), columns=pd.Index(said.genres, name=names[1])
    )
