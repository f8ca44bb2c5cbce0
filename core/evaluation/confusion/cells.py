"""The clips behind the cells of a matrix, of one run or of several laid on each other.

Conventions: a *cell* is a genre of the rows and one of the columns; None stands for every genre, so that a whole row
or column is a cell as well. Genres may have been merged into families: then cells are named by the families.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import RunError
from core.evaluation.confusion.matrices import label_of_genres
from core.evaluation.predictions import Predictions

Cell = tuple[str | None, str | None]


def chosen_places(rows: Sequence[str], columns: Sequence[str], cells: Sequence[Cell]) -> NDArray[np.bool_]:
    """Which places of a matrix the cells take, shape (rows, columns).

    Raises
    ------
    RunError
        A cell names what is not there.
    """
    chosen = np.zeros((len(rows), len(columns)), dtype=np.bool_)
    for row, column in cells:
        if row is not None and row not in rows:
            raise RunError(f"Expected one of {', '.join(rows)}; got {row!r}.")
        if column is not None and column not in columns:
            raise RunError(f"Expected one of {', '.join(columns)}; got {column!r}.")
        places = slice(None) if row is None else rows.index(row)
        chosen[places, slice(None) if column is None else columns.index(column)] = True
    return chosen


def verdict_rows(answers: Sequence[Predictions]) -> pd.DataFrame:
    """What each of several answerers said of each of its clips.

    Parameters
    ----------
    answers : sequence of Predictions
        At least one, all of the same genres.

    Returns
    -------
    DataFrame
        One row a verdict: ``clip``, ``answerer`` (its place among them), ``actual``, ``predicted`` (genres), and
        ``probability`` (0 to 1) of what it said.
    """
    parts = []
    for place, each in enumerate(answers):
        values = each.table[list(each.genres)].to_numpy(np.float64)
        said = pd.Index(each.genres).get_indexer(pd.Index(each.table["predicted"]))
        part = each.table[["clip", "actual", "predicted"]].copy()
        part.insert(1, "answerer", place)
        part["probability"] = values[np.arange(len(values)), said]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def are_inside(
    row: pd.Series, column: pd.Series, cells: Sequence[Cell], *, families: Mapping[str, Sequence[str]] | None = None
) -> NDArray[np.bool_]:
    """Which clips are in some cells, by the genres that say their row and their column.

    Parameters
    ----------
    row, column : Series of str
        Genres, a clip each.
    cells : sequence of (str or None, str or None)
        Of genres, or of families where there are some.
    families : mapping of str to sequence of str, optional
        As for `core.evaluation.confusion.matrices.merge_families`.
    """
    genres = sorted({*row.unique(), *column.unique()})
    label_of = label_of_genres(genres, families or {}, are_all=False)
    labels = sorted({*label_of.values(), *(name for cell in cells for name in cell if name is not None)})
    places = {genre: labels.index(label) for genre, label in label_of.items()}
    chosen = chosen_places(labels, labels, cells)
    inside: NDArray[np.bool_] = chosen[row.map(places).to_numpy(np.intp), column.map(places).to_numpy(np.intp)]
    return inside


def clips_in_cells(
    rows: pd.DataFrame, cells: Sequence[Cell], *, families: Mapping[str, Sequence[str]] | None = None
) -> pd.DataFrame:
    """The clips of some cells, those first of which the answerers are surest.

    Parameters
    ----------
    rows : DataFrame
        From `verdict_rows`.
    cells : sequence of (str or None, str or None)
        Actual and predicted genre, or family.
    families : mapping of str to sequence of str, optional
        As for `are_inside`.

    Returns
    -------
    DataFrame
        One row a clip: ``clip``, ``actual``, ``predicted`` and ``probability`` of the surest of the verdicts in the
        cells, ``answerer`` whose it is, ``n`` (verdicts in the cells) and ``n_verdicts`` (all there are of the clip).
    """
    inside = rows[are_inside(rows["actual"], rows["predicted"], cells, families=families)]
    ordered = inside.sort_values(["probability", "clip"], ascending=[False, True], kind="stable")
    found = ordered.drop_duplicates("clip").reset_index(drop=True)
    found["n"] = found["clip"].map(inside["clip"].value_counts()).astype(np.int64)
    found["n_verdicts"] = found["clip"].map(rows["clip"].value_counts()).astype(np.int64)
    return found[["clip", "actual", "predicted", "probability", "answerer", "n", "n_verdicts"]]
