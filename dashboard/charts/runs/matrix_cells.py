"""The cells of a matrix as rows to draw: their figures, what is written in them, and their colours."""

from collections.abc import Collection
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.evaluation.confusion.cells import chosen_places
from core.evaluation.confusion.matrices import margins
from core.evaluation.confusion.two import MatrixDifference
from core.evaluation.verdict.words import MINUS
from dashboard.charts.runs.matrix_size import is_overview
from dashboard.charts.style.contrast import blend, legible_on

RIGHT_COLOR = "#0072b2"
MISTAKEN_COLOR = "#d55e00"
FIRST_COLOR, SECOND_COLOR = "#6a51a3", "#d95f0e"
"""Purple where the first run has more, orange where the second has: told apart with every kind of colour vision."""

CellText = Literal["counts", "row per cent", "column per cent"]
MARGIN = "\x01"
"""Begins the name of what stands beside or below the cells: no genre has a control character in its name."""
_BESIDE = {"clips": "Clips", "recall": "Recall"}
_BELOW = {"clips": "Clips", "precision": "Precision", "f1": "F1"}
BESIDE = tuple(MARGIN + name for name in _BESIDE)
BELOW = tuple(MARGIN + name for name in _BELOW)


def margin_titles(unit: str) -> dict[str, str]:
    """What stands beside and below the cells, by its name; ``unit`` is what is counted, in the singular."""
    titles = {**_BESIDE, **_BELOW, "clips": f"{unit.capitalize()}s"}
    return {MARGIN + name: title for name, title in titles.items()}


def cell_table(
    matrix: pd.DataFrame, *, text: CellText, background: str, whole: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row a cell of a matrix of counts.

    Parameters
    ----------
    matrix : DataFrame
        Counts, rows actual, columns predicted, the same genres in both.
    text : "counts", "row per cent" or "column per cent"
        What is written in the cells; a cell without a clip stays empty.
    background : str
        Colour of the page, on which the fill is blended.
    whole : DataFrame, optional
        The matrix of which only a part is drawn: shares are of its rows and columns.

    Returns
    -------
    DataFrame
        ``actual``, ``predicted``, ``n`` (clips), ``n_row`` (clips of the actual genre), ``n_column`` (clips that were
        taken for the predicted one), ``share`` (of the row, of the column where that is written; 0 to 1), ``text``,
        ``fill``, ``ink``. Of an overview (see `is_overview`) only the cells with clips, without ``text`` and ``ink``.
    """
    counts = matrix.to_numpy()
    of_all = matrix if whole is None else whole
    n_row = of_all.sum(axis=1).loc[matrix.index].to_numpy()[:, np.newaxis]
    n_column = of_all.sum(axis=0).loc[matrix.columns].to_numpy()[np.newaxis, :]
    of = np.broadcast_to(n_column if text == "column per cent" else n_row, counts.shape)
    shared = np.divide(counts, of, out=np.zeros(counts.shape), where=of > 0)
    right = np.asarray(matrix.index)[:, np.newaxis] == np.asarray(matrix.columns)[np.newaxis, :]
    fill = _fills(np.where(right, RIGHT_COLOR, MISTAKEN_COLOR), np.where(counts == 0, -1.0, shared), background)
    written = counts if text == "counts" else np.rint(100 * shared).astype(np.int64)
    return _sent(
        matrix,
        {
            "n": counts.astype(np.int32),
            "n_row": np.broadcast_to(n_row, counts.shape).astype(np.int32),
            "n_column": np.broadcast_to(n_column, counts.shape).astype(np.int32),
            "share": shared.astype(np.float32),
        },
        written=[str(value) if n else "" for value, n in zip(written.flat, counts.flat, strict=True)],
        fill=fill,
        is_there=counts > 0,
    )


def difference_cells(
    difference: MatrixDifference,
    *,
    text: CellText,
    background: str,
    shown: Collection[tuple[str, str]] | None = None,
) -> pd.DataFrame:
    """One row a cell of the difference of two matrices.

    Parameters
    ----------
    difference : MatrixDifference
    text : "counts" or "row per cent"
        What is written: clips more or fewer, or points of the row; a cell without a difference stays empty.
    background : str
    shown : collection of (str, str), optional
        Which cells are drawn with what they hold; all when not given.

    Returns
    -------
    DataFrame
        ``actual``, ``predicted``, ``n_first``, ``n_second`` (clips), ``n`` (first less second), ``points`` (of the
        row, first less second, 100 times a share; missing where one of them has no clip of it), ``text``, ``fill``,
        ``ink``. Of an overview only the cells that differ, without ``text`` and ``ink``.
    """
    counts = difference.counts.to_numpy()
    if shown is not None:
        counts = np.where(
            chosen_places(list(difference.counts.index), list(difference.counts.columns), [*shown]), counts, 0
        )
    points = 100 * difference.shares.to_numpy()
    values = counts if text == "counts" else np.where(counts == 0, 0.0, np.nan_to_num(points))
    most = np.abs(values).max() or 1.0
    fill = _fills(
        np.where(values > 0, FIRST_COLOR, SECOND_COLOR), np.where(values == 0, -1.0, np.abs(values) / most), background
    )
    whole = np.rint(values).astype(np.int64)
    return _sent(
        difference.counts,
        {
            "n_first": difference.first.to_numpy().astype(np.int32),
            "n_second": difference.second.to_numpy().astype(np.int32),
            "n": counts.astype(np.int32),
            "points": points,
        },
        written=[_signed(int(value)) if n else "" for value, n in zip(whole.flat, counts.flat, strict=True)],
        fill=fill,
        is_there=counts != 0,
    )


def _signed(value: int) -> str:
    return "0" if value == 0 else f"{value:+d}".replace("-", MINUS)


def margin_table(whole: pd.DataFrame, genres: pd.Index, *, unit: str = "clip") -> pd.DataFrame:
    """The figures beside and below the cells: ``actual``, ``predicted``, ``text`` and ``about``, which says it whole.

    One of actual and predicted names the figure.

    Parameters
    ----------
    whole : DataFrame
        The matrix, of which these genres are drawn.
    genres : Index
    unit : str
        What is counted, in the singular.
    """
    titles = margin_titles(unit)
    found = margins(whole).set_index("genre").loc[list(genres)]
    beside = (("clips", "n", _counted), ("recall", "recall", _per_cent))
    below = (("clips", "n_predicted", _counted), ("precision", "precision", _per_cent), ("f1", "f1", _per_cent))
    rows = [(genre, MARGIN + name, say(found.loc[genre, column])) for name, column, say in beside for genre in genres]
    rows += [(MARGIN + name, genre, say(found.loc[genre, column])) for name, column, say in below for genre in genres]
    table = pd.DataFrame(rows, columns=["actual", "predicted", "text"])
    of = table["actual"].where(~table["actual"].isin(BELOW), table["predicted"])
    name = table["predicted"].where(table["predicted"].isin(BESIDE), table["actual"])
    table["about"] = [
        f"{titles[each]} of {genre}: {text}" for each, genre, text in zip(name, of, table["text"], strict=True)
    ]
    return table


def _counted(n: float) -> str:
    return f"{int(n):,}"


def _per_cent(share: float) -> str:
    return "–" if np.isnan(share) else f"{100 * share:.0f} %"


def _fills(hues: NDArray[np.str_], depths: NDArray[np.float64], background: str) -> list[str]:
    """Fill of each cell by its hue and its depth, 0 to 1; -1 for a cell with nothing in it."""
    # A colour for each depth in per mille: finer cannot be seen, and 10,000 cells have a few hundred.
    per_mille = np.where(depths < 0, -1, np.rint(1000 * depths)).astype(np.int64)
    looks = list(zip(hues.ravel().tolist(), per_mille.ravel().tolist(), strict=True))
    fills = {
        (hue, depth): blend(hue, background, 0.04 if depth < 0 else 0.12 + 0.88 * depth / 1000)
        for hue, depth in set(looks)
    }
    return [fills[look] for look in looks]


def _sent(
    matrix: pd.DataFrame,
    figures: dict[str, NDArray[np.generic]],
    *,
    written: list[str],
    fill: list[str],
    is_there: NDArray[np.bool_],
) -> pd.DataFrame:
    """The table as it is sent to the browser."""
    n_actual, n_predicted = matrix.shape
    inks = {color: legible_on(color) for color in set(fill)}
    # Names and colours come once and then as numbers: the table of a hundred genres would be a megabyte otherwise.
    table = pd.DataFrame(
        {
            "actual": pd.Categorical.from_codes(
                np.repeat(np.arange(n_actual), n_predicted), pd.Index(matrix.index.astype(str))
            ),
            "predicted": pd.Categorical.from_codes(
                np.tile(np.arange(n_predicted), n_actual), pd.Index(matrix.columns.astype(str))
            ),
            **{name: values.ravel() for name, values in figures.items()},
            "text": pd.Categorical(written),
            "fill": pd.Categorical(fill),
            "ink": pd.Categorical([inks[color] for color in fill]),
        }
    )
    if not is_overview(n_actual):
        return table
    return table[is_there.ravel()].drop(columns=["text", "ink"]).reset_index(drop=True)
