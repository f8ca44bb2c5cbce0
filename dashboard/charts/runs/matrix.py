"""The confusion matrix as a chart: right cells and mistaken cells in two hues, deeper for a larger share of the row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import altair as alt
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
        0 to 1), ``text``, ``fill``, ``ink``.
    """
    rows = []
    for actual in matrix.index:
        n_row = int(matrix.loc[actual].sum())
        for predicted in matrix.columns:
            n = int(matrix.loc[actual, predicted])
            share = n / n_row if n_row else 0.0
            hue = RIGHT_COLOR if actual == predicted else MISTAKEN_COLOR
            fill = blend(hue, background, 0.04 if n == 0 else 0.12 + 0.88 * share)
            written = str(n) if text == "counts" else f"{100 * share:.0f}"
            rows.append(
                {
                    "actual": actual,
                    "predicted": predicted,
                    "n": n,
                    "n_row": n_row,
                    "share": share,
                    "text": written if n else "",
                    "fill": fill,
                    "ink": legible_on(fill),
                }
            )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class MatrixSize:
    """Pixels of the whole chart, labels included, at which its cells are square."""

    width: int
    height: int


def cell_side_px(n_genres: int) -> int:
    """Side of a cell in pixels: large for two genres, still legible for thirty.

    Few genres share the page with the lists beside them, many have its whole width: a chart wider than its place would
    be squeezed, and its cells no longer square.
    """
    return min(96, 400 // n_genres) if n_genres <= BESIDE_LISTS else max(26, 660 // n_genres)


def matrix_size(genres: Sequence[str]) -> MatrixSize:
    """Size of the chart of these genres."""
    cells = cell_side_px(len(genres)) * len(genres)
    label = min(_LABEL_LIMIT_PX, 6.5 * max(len(genre) for genre in genres))
    above = 0.71 * label + 10 if _is_tilted(genres) else 16
    return MatrixSize(round(cells + label + 40), round(cells + above + 64))


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
    side = cell_side_px(len(order))
    click = alt.selection_point(name=SELECTION, fields=["actual", "predicted"], on="click", toggle=False, clear=False)
    base = alt.Chart(cells).encode(
        x=alt.X(
            "predicted:N",
            sort=list(order),
            title="Predicted genre",
            scale=alt.Scale(paddingInner=0.04, paddingOuter=0),
            axis=alt.Axis(
                orient="top",
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
            scale=alt.Scale(paddingInner=0.04, paddingOuter=0),
            axis=alt.Axis(labelLimit=_LABEL_LIMIT_PX, domain=False, ticks=False, labelOverlap=False, labelPadding=6),
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
        base.mark_rect(cursor="pointer", cornerRadius=2).encode(fill=alt.Fill("fill:N", scale=None)).add_params(click)
    )
    texts = base.mark_text(fontSize=max(10, min(18, side // 3)), cursor="pointer").encode(
        text="text:N", color=alt.Color("ink:N", scale=None)
    )
    layers: list[alt.Chart] = [rects, texts]
    if chosen is not None:
        outlined = cells[(cells["actual"] == chosen[0]) & (cells["predicted"] == chosen[1])]
        layers.append(
            alt.Chart(outlined)
            .mark_rect(fillOpacity=0, stroke=theme.text, strokeWidth=2.5, cornerRadius=2, cursor="pointer")
            .encode(x=alt.X("predicted:N", sort=list(order)), y=alt.Y("actual:N", sort=list(order)))
        )
    return layered(layers, height=matrix_size(order).height)
