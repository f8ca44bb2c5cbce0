"""Matrices of genres as charts: confusions, the difference of two runs, and where two runs disagree.

Right cells and mistaken cells have two hues, deeper for a larger share; so have cells of a difference, by which run
has more clips in them.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.evaluation.confusion.cells import Cell, chosen_places
from core.evaluation.confusion.two import MatrixDifference
from dashboard.charts.runs.matrix_cells import (
    BELOW,
    BESIDE,
    CellText,
    cell_table,
    difference_cells,
    margin_table,
    margin_titles,
)
from dashboard.charts.runs.matrix_size import (
    LABEL_LIMIT_PX,
    cell_side_px,
    is_overview,
    is_tilted,
    matrix_size,
    named_genres,
)
from dashboard.charts.style.axes import layered
from dashboard.charts.style.theme import LIGHT, ChartTheme

SELECTION = "cell"
_NARROWEST_PX = 11
"""Of a column: in a narrower one no figure is legible."""
_NAME_PX = 15
"""Between two names above the columns, which are written aslant."""

CONFUSION_TITLES = ("Actual genre", "Predicted genre")


def confusion_chart(
    matrix: pd.DataFrame,
    *,
    order: Sequence[str],
    text: CellText = "counts",
    chosen: Sequence[Cell] = (),
    whole: pd.DataFrame | None = None,
    with_margins: bool = False,
    titles: tuple[str, str] = CONFUSION_TITLES,
    unit: str = "clip",
    theme: ChartTheme = LIGHT,
) -> alt.LayerChart:
    """Matrix with rows actual and columns predicted; a click selects a cell under the name ``"cell"``.

    Parameters
    ----------
    matrix : DataFrame
        Counts, rows actual, columns predicted.
    order : sequence of str
        Genres from top to bottom and from left to right.
    text : "counts", "row per cent" or "column per cent"
    chosen : sequence of (str or None, str or None)
        Actual and predicted genre of the outlined cells.
    whole : DataFrame, optional
        The matrix of which only a part is drawn: shares and margins are of it.
    with_margins : bool
        With clips and recall beside the cells and clips, precision and F1 below them; not in an overview.
    titles : (str, str)
        What the rows and the columns are.
    unit : str
        What is counted, in the singular.
    theme : ChartTheme
        Colours of the page.
    """
    of_all = matrix if whole is None else whole
    row, column = titles
    units = f"{unit.capitalize()}s"
    tooltip = [
        alt.Tooltip("actual:N", title=row.removesuffix(" genre")),
        alt.Tooltip("predicted:N", title=column.removesuffix(" genre")),
        alt.Tooltip("n:Q", title=units),
        alt.Tooltip("n_row:Q", title=f"{units} of the row: {row.lower()}"),
        alt.Tooltip("n_column:Q", title=f"{units} of the column: {column.lower()}"),
        alt.Tooltip("share:Q", title=f"Share of the {'column' if text == 'column per cent' else 'row'}", format=".1%"),
    ]
    figures = margin_table(of_all, matrix.index, unit=unit) if with_margins and not is_overview(len(order)) else None
    cells = cell_table(matrix, text=text, background=theme.surface, whole=whole)
    return _drawn(cells, order, chosen=chosen, titles=titles, tooltip=tooltip, figures=figures, unit=unit, theme=theme)


def difference_chart(
    difference: MatrixDifference,
    *,
    order: Sequence[str],
    text: CellText = "counts",
    chosen: Sequence[Cell] = (),
    shown: Collection[tuple[str, str]] | None = None,
    names: tuple[str, str] = ("the first run", "the second run"),
    unit: str = "clip",
    theme: ChartTheme = LIGHT,
) -> alt.LayerChart:
    """The difference of two matrices, to be clicked like a matrix.

    Parameters
    ----------
    difference, text, shown
        See `difference_cells`.
    order, chosen, unit, theme
        See `confusion_chart`.
    names : (str, str)
        Of the runs.
    """
    units = f"{unit.capitalize()}s"
    tooltip = [
        alt.Tooltip("actual:N", title="Actual"),
        alt.Tooltip("predicted:N", title="Predicted"),
        alt.Tooltip("n_first:Q", title=f"{units} by {names[0]}"),
        alt.Tooltip("n_second:Q", title=f"{units} by {names[1]}"),
        alt.Tooltip("n:Q", title="Difference", format="+d"),
        alt.Tooltip("points:Q", title="Points of the row", format="+.1f"),
    ]
    cells = difference_cells(difference, text=text, background=theme.surface, shown=shown)
    return _drawn(
        cells, order, chosen=chosen, titles=CONFUSION_TITLES, tooltip=tooltip, figures=None, unit=unit, theme=theme
    )


def _drawn(
    cells: pd.DataFrame,
    order: Sequence[str],
    *,
    chosen: Sequence[Cell],
    titles: tuple[str, str],
    tooltip: list[alt.Tooltip],
    figures: pd.DataFrame | None,
    unit: str,
    theme: ChartTheme,
) -> alt.LayerChart:
    side, overview = cell_side_px(len(order)), is_overview(len(order))
    beside, below = ((), ()) if figures is None else (BESIDE, BELOW)
    click = alt.selection_point(name=SELECTION, fields=["actual", "predicted"], on="click", toggle=False, clear=False)
    x, y = _axes(order, beside, below, titles, unit, theme)
    base = alt.Chart(cells).encode(x=x, y=y, tooltip=tooltip)
    rects = (
        base.mark_rect(cursor="pointer", cornerRadius=0 if overview else 2)
        .encode(fill=alt.Fill("fill:N", scale=None))
        .add_params(click)
    )
    layers: list[alt.Chart] = [rects]
    size = max(10, min(18, side // 3))
    # On a telephone the columns are narrower than on the server's mind: figures shrink with them, and go at last.
    fits = f"bandwidth('x') < {_NARROWEST_PX} ? 0 : min({size}, max(8, bandwidth('x') / 2.1))"
    if not overview:
        layers.append(
            base.mark_text(fontSize=alt.ExprRef(fits), cursor="pointer").encode(
                text="text:N", color=alt.Color("ink:N", scale=None)
            )
        )
    if chosen:
        rows, columns = np.nonzero(chosen_places(list(order), list(order), chosen))
        outlined = pd.DataFrame({"actual": np.take(order, rows), "predicted": np.take(order, columns)})
        layers.append(
            alt.Chart(outlined)
            .mark_rect(
                fillOpacity=0,
                stroke=theme.text,
                strokeWidth=2.5 if len(outlined) == 1 else 1.5,
                cornerRadius=2,
                cursor="pointer",
            )
            .encode(x=alt.X("predicted:N", sort=list(order)), y=alt.Y("actual:N", sort=list(order)))
        )
    if figures is not None:
        of_genre = alt.Chart(figures).encode(
            x=alt.X("predicted:N"),
            y=alt.Y("actual:N"),
            # A layer without a tooltip takes no clicks.
            tooltip=[alt.Tooltip("about:N", title="Whole row or column")],
        )
        # Nothing to be seen but the figures; what lies under them makes the whole place clickable.
        layers.append(of_genre.mark_rect(fill=theme.surface, fillOpacity=0.01, cursor="pointer", aria=False))
        smaller = f"bandwidth('x') < 2 * {_NARROWEST_PX} ? 0 : min(12, max(9, bandwidth('x') / 2.8))"
        layers.append(
            of_genre.mark_text(fontSize=alt.ExprRef(smaller), color=theme.muted, cursor="pointer", aria=False).encode(
                text="text:N"
            )
        )
    return layered(layers, height=matrix_size(order, beside=len(beside), below=len(below)).height)


def _axes(
    order: Sequence[str],
    beside: Sequence[str],
    below: Sequence[str],
    titles: tuple[str, str],
    unit: str,
    theme: ChartTheme,
) -> tuple[alt.X, alt.Y]:
    gap = 0 if is_overview(len(order)) else 0.04
    named = named_genres(order)
    titled = " : ".join(
        f"datum.value === {json.dumps(name)} ? {json.dumps(title)}" for name, title in margin_titles(unit).items()
    )
    label = f"({titled} : datum.value)" if beside or below else "datum.value"
    # In narrow columns only every other name, or fewer, is seen above: the server does not know how wide they are.
    every = f"max(1, ceil({_NAME_PX} / max(1, bandwidth('x'))))"
    is_seen = f"indexof(domain('x'), datum.value) % {every} === 0"
    # Values only where not all are named: with them Vega leaves out the first name of a chart that it squeezes.
    columns: dict[str, Any] = {"values": [*named, *beside]} if len(named) < len(order) else {}
    rows: dict[str, Any] = {"values": [*named, *below]} if columns else {}
    settings: dict[str, Any] = {
        "labelExpr": label,
        "labelLimit": LABEL_LIMIT_PX,
        "labelOverlap": False,
        "labelFlush": False,
        "labelBound": False,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        # In an overview most cells are blank: lines lead from a cell to its names.
        "grid": is_overview(len(order)),
        "gridColor": theme.grid,
        "gridOpacity": 0.6,
        "zindex": 0,  # Vega-Lite draws the axes of rectangles over them
    }
    x = alt.X(
        "predicted:N",
        sort=list(order),
        title=titles[1],
        scale=alt.Scale(domain=[*order, *beside], paddingInner=gap, paddingOuter=0),
        axis=alt.Axis(
            orient="top",
            labelAngle=-45 if is_tilted(order) else 0,
            labelOpacity={"condition": {"test": is_seen, "value": 1}, "value": 0},
            **columns,
            **settings,
        ),
    )
    y = alt.Y(
        "actual:N",
        sort=list(order),
        title=titles[0],
        scale=alt.Scale(domain=[*order, *below], paddingInner=gap, paddingOuter=0),
        axis=alt.Axis(**rows, **settings),
    )
    return x, y
