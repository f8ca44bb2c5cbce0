"""The confusion matrix as a chart: right cells and mistaken cells in two hues, deeper for a larger share of the row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import altair as alt
import numpy as np
import pandas as pd

from dashboard.charts.style.axes import layered
from dashboard.charts.style.contrast import blend, legible_on
from dashboard.charts.style.theme import LIGHT, ChartTheme

SELECTION = "cell"
RIGHT_COLOR = "#0072b2"
MISTAKEN_COLOR = "#d55e00"
_LABEL_LIMIT_PX = 110
BESIDE_LISTS = 14
"""With more genres the matrix takes the whole width of the page."""

OVERVIEW_FROM = 35
"""From so many genres on, the matrix is seen as a whole: no figure would fit into its cells."""
_OVERVIEW_PX = 900
_LABEL_EVERY_PX = 12

CellText = Literal["counts", "row per cent"]


def cell_table(matrix: pd.DataFrame, *, text: CellText, background: str) -> pd.DataFrame:
    """One row a cell of a matrix of counts.

    Parameters
    ----------
    matrix : DataFrame
        Counts, rows actual, columns predicted, the same genres in both.
    text : "counts" or "row per cent"
        What is written in the cells; a cell without a clip stays empty.
    background : str
        Colour of the page, on which the fill is blended.

    Returns
    -------
    DataFrame
        ``actual``, ``predicted``, ``n`` (clips), ``n_row`` (clips of the actual genre), ``share`` (of the row,
        0 to 1), ``text``, ``fill``, ``ink``. Of an overview (see `is_overview`) only the cells with clips, without
        ``text`` and ``ink``.
    """
    counts = matrix.to_numpy()
    n_actual, n_predicted = counts.shape
    totals = counts.sum(axis=1)
    shares = np.divide(counts, totals[:, np.newaxis], out=np.zeros(counts.shape), where=totals[:, np.newaxis] > 0)
    right = np.asarray(matrix.index)[:, np.newaxis] == np.asarray(matrix.columns)[np.newaxis, :]
    # A colour for each share in per mille: finer cannot be seen, and 10,000 cells have a few hundred.
    depth = np.where(counts == 0, -1, np.rint(1000 * shares)).astype(np.int64)
    looks = list(
        zip(np.where(right, RIGHT_COLOR, MISTAKEN_COLOR).ravel().tolist(), depth.ravel().tolist(), strict=True)
    )
    fills = {(hue, per_mille): _fill(hue, per_mille, background) for hue, per_mille in set(looks)}
    fill = [fills[look] for look in looks]
    inks = {color: legible_on(color) for color in set(fills.values())}
    written = counts if text == "counts" else np.rint(100 * shares).astype(np.int64)
    # Names and colours come once and then as numbers: the table of a hundred genres would be a megabyte otherwise.
    table = pd.DataFrame(
        {
            "actual": pd.Categorical.from_codes(
                np.repeat(np.arange(n_actual), n_predicted), pd.Index(matrix.index.astype(str))
            ),
            "predicted": pd.Categorical.from_codes(
                np.tile(np.arange(n_predicted), n_actual), pd.Index(matrix.columns.astype(str))
            ),
            "n": counts.ravel().astype(np.int32),
            "n_row": np.repeat(totals, n_predicted).astype(np.int32),
            "share": shares.ravel(),
            "text": pd.Categorical(
                [str(value) if n else "" for value, n in zip(written.flat, counts.flat, strict=True)]
            ),
            "fill": pd.Categorical(fill),
            "ink": pd.Categorical([inks[color] for color in fill]),
        }
    )
    if not is_overview(n_actual):
        return table
    return table[table["n"] > 0].drop(columns=["text", "ink"]).reset_index(drop=True)


def _fill(hue: str, per_mille: int, background: str) -> str:
    """Fill of a cell; ``per_mille`` is the share of its row, -1 for a cell without a clip."""
    return blend(hue, background, 0.04 if per_mille < 0 else 0.12 + 0.88 * per_mille / 1000)


def is_overview(n_genres: int) -> bool:
    """Whether the matrix is so large that its cells hold no text and only some genres are named."""
    return n_genres >= OVERVIEW_FROM


@dataclass(frozen=True)
class MatrixSize:
    """Pixels of the whole chart, labels included, at which its cells are square."""

    width: int
    height: int


def cell_side_px(n_genres: int) -> int:
    """Side of a cell in pixels: large for two genres, still legible for thirty.

    Few genres share the page with the lists beside them, many have its whole width: a chart wider than its place would
    be squeezed, and its cells no longer square. So an overview is about as wide as a page, whatever its genres.
    """
    if is_overview(n_genres):
        return max(4, _OVERVIEW_PX // n_genres)
    return min(96, 400 // n_genres) if n_genres <= BESIDE_LISTS else max(26, 660 // n_genres)


def matrix_size(genres: Sequence[str]) -> MatrixSize:
    """Size of the chart of these genres."""
    cells = cell_side_px(len(genres)) * len(genres)
    label = min(_LABEL_LIMIT_PX, 6.5 * max(len(genre) for genre in genres))
    above = 0.71 * label + 10 if _is_tilted(genres) else 16
    return MatrixSize(round(cells + label + 40), round(cells + above + 64))


def named_genres(order: Sequence[str]) -> list[str]:
    """Genres that are named on the axes: all, or of an overview as many as can be read."""
    every = -(-_LABEL_EVERY_PX // cell_side_px(len(order))) if is_overview(len(order)) else 1
    return list(order[::every])


def _is_tilted(genres: Sequence[str]) -> bool:
    return len(genres) > 4


def confusion_chart(
    matrix: pd.DataFrame,
    *,
    order: Sequence[str],
    text: CellText = "counts",
    chosen: tuple[str, str] | None = None,
    theme: ChartTheme = LIGHT,
) -> alt.LayerChart:
    """Matrix with rows actual and columns predicted; a click selects a cell under the name ``"cell"``.

    Parameters
    ----------
    matrix : DataFrame
        Counts, rows actual, columns predicted.
    order : sequence of str
        Genres from top to bottom and from left to right.
    text : "counts" or "row per cent"
    chosen : (str, str) or None
        Actual and predicted genre of the outlined cell.
    theme : ChartTheme
        Colours of the page.
    """
    cells = cell_table(matrix, text=text, background=theme.surface)
    side, overview, named = cell_side_px(len(order)), is_overview(len(order)), named_genres(order)
    gap = 0 if overview else 0.04
    click = alt.selection_point(name=SELECTION, fields=["actual", "predicted"], on="click", toggle=False, clear=False)
    base = alt.Chart(cells).encode(
        x=alt.X(
            "predicted:N",
            sort=list(order),
            title="Predicted genre",
            scale=alt.Scale(domain=list(order), paddingInner=gap, paddingOuter=0),
            axis=alt.Axis(
                orient="top",
                values=named,
                labelAngle=-45 if _is_tilted(order) else 0,
                labelLimit=_LABEL_LIMIT_PX,
                labelOverlap=False,
                labelFlush=False,
                domain=False,
                ticks=False,
                labelPadding=6,
            ),
        ),
        y=alt.Y(
            "actual:N",
            sort=list(order),
            title="Actual genre",
            scale=alt.Scale(domain=list(order), paddingInner=gap, paddingOuter=0),
            axis=alt.Axis(
                values=named,
                labelLimit=_LABEL_LIMIT_PX,
                domain=False,
                ticks=False,
                labelOverlap=False,
                labelPadding=6,
            ),
        ),
        tooltip=[
            alt.Tooltip("actual:N", title="Actual"),
            alt.Tooltip("predicted:N", title="Predicted"),
            alt.Tooltip("n:Q", title="Clips"),
            alt.Tooltip("n_row:Q", title="Clips of the actual genre"),
            alt.Tooltip("share:Q", title="Share of the actual genre", format=".1%"),
        ],
    )
    rects = (
        base.mark_rect(cursor="pointer", cornerRadius=0 if overview else 2)
        .encode(fill=alt.Fill("fill:N", scale=None))
        .add_params(click)
    )
    layers: list[alt.Chart] = [rects]
    if not overview:
        layers.append(
            base.mark_text(fontSize=max(10, min(18, side // 3)), cursor="pointer").encode(
                text="text:N", color=alt.Color("ink:N", scale=None)
            )
        )
    if chosen is not None:
        outlined = pd.DataFrame({"actual": [chosen[0]], "predicted": [chosen[1]]})
        layers.append(
            alt.Chart(outlined)
            .mark_rect(fillOpacity=0, stroke=theme.text, strokeWidth=2.5, cornerRadius=2, cursor="pointer")
            .encode(x=alt.X("predicted:N", sort=list(order)), y=alt.Y("actual:N", sort=list(order)))
        )
    return layered(layers, height=matrix_size(order).height)
