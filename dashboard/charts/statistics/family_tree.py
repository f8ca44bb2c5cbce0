"""The family tree of the genres, drawn from left (each by itself) to right (all together)."""

import json

import altair as alt
import pandas as pd

from core.evaluation.confusion.tree import GenreTree
from dashboard.charts.style.axes import layered, value_axis
from dashboard.charts.style.theme import LIGHT, ChartTheme

_ROW_PX = 24
_LABEL_LIMIT_PX = 140


def tree_table(tree: GenreTree) -> pd.DataFrame:
    """The lines of the drawing: three a join, two along and one across.

    Returns
    -------
    DataFrame
        ``x``, ``x2`` (distances), ``y``, ``y2`` (rows from 0, of the genres in the tree's order), ``distance`` at which
        the join is, ``genres`` that it brings together.
    """
    row_of = {genre: float(row) for row, genre in enumerate(tree.order)}
    branches: list[tuple[float, float, tuple[str, ...]]] = [(row_of[genre], 0.0, (genre,)) for genre in tree.genres]
    lines = []
    for first, second, distance, _ in tree.joins:
        ends = [branches[int(first)], branches[int(second)]]
        together = tuple(sorted((*ends[0][2], *ends[1][2]), key=lambda genre: row_of[genre]))
        shared = {"distance": float(distance), "genres": ", ".join(together)}
        for row, begins, _ in ends:
            lines.append({"x": begins, "x2": float(distance), "y": row, "y2": row, **shared})
        lines.append({"x": float(distance), "x2": float(distance), "y": ends[0][0], "y2": ends[1][0], **shared})
        branches.append(((ends[0][0] + ends[1][0]) / 2, float(distance), together))
    return pd.DataFrame(lines, columns=["x", "x2", "y", "y2", "distance", "genres"])


def tree_chart(tree: GenreTree, *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Genres down the left side; where two lines meet, the genres on them come together at that distance."""
    table = tree_table(tree)
    n = len(tree.order)
    x_scale = alt.Scale(domain=[0, float(table["x2"].max()) or 1.0], nice=False)
    y_scale = alt.Scale(domain=[-0.5, n - 0.5], nice=False, reverse=True)
    names = alt.Axis(
        title=None,
        values=list(range(n)),
        # A JSON text is a text in Vega's expressions as well, whatever stands in a genre's name.
        labelExpr=f"{json.dumps(tree.order)}[datum.value]",
        labelLimit=_LABEL_LIMIT_PX,
        labelOverlap=False,
        labelPadding=8,
        domain=False,
        ticks=False,
        grid=False,
    )
    lines = (
        alt.Chart(table)
        .mark_rule(strokeWidth=2, color=theme.accent, strokeCap="round")
        .encode(
            x=alt.X("x:Q", scale=x_scale, axis=value_axis(title="Distance", grid=False, tickCount=5)),
            x2="x2:Q",
            y=alt.Y("y:Q", scale=y_scale, axis=names),
            y2="y2:Q",
            tooltip=[
                alt.Tooltip("genres:N", title="Together"),
                alt.Tooltip("distance:Q", title="at distance", format=".3f"),
            ],
        )
    )
    return layered([lines], height=_ROW_PX * n)
