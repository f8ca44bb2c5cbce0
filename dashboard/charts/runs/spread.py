"""Probabilities of a song and their spread over its windows: bars, and lines from the lowest to the highest."""

import altair as alt
import pandas as pd

from dashboard.charts.style.axes import layered, names_axis, share_axis
from dashboard.charts.style.contrast import blend
from dashboard.charts.style.palette import genre_colors
from dashboard.charts.style.theme import LIGHT, ChartTheme

_RIGHT = 1.35
"""Where the axis ends: beyond 1 stand the figures."""


def spread_chart(table: pd.DataFrame, *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Horizontal bars in the genres' colours with lines over them.

    Parameters
    ----------
    table : DataFrame
        From `dashboard.tables.song.spread_table`, from top to bottom.
    theme : ChartTheme
    """
    colors = genre_colors(table["genre"])
    drawn = table.assign(
        fill=[colors[genre] for genre in table["genre"]],
        edge=[blend(theme.text, colors[genre], 0.3) for genre in table["genre"]],
    )
    base = alt.Chart(drawn).encode(
        y=alt.Y(
            "genre:N",
            sort=list(table["genre"]),
            title=None,
            axis=names_axis(most_px=120, labelPadding=6),
        ),
        tooltip=[
            alt.Tooltip("genre:N", title="Genre"),
            alt.Tooltip("probability:Q", title="Over the song", format=".2%"),
            alt.Tooltip("lowest:Q", title="Lowest window", format=".2%"),
            alt.Tooltip("highest:Q", title="Highest window", format=".2%"),
        ],
    )
    bars = base.mark_bar(cornerRadiusEnd=2, height={"band": 0.72}, strokeWidth=1).encode(
        x=alt.X("probability:Q", scale=alt.Scale(domain=[0, _RIGHT], nice=False), axis=share_axis("Probability")),
        fill=alt.Fill("fill:N", scale=None),
        stroke=alt.Stroke("edge:N", scale=None),
    )
    lines = base.mark_rule(color=theme.text, strokeWidth=2).encode(x="lowest:Q", x2="highest:Q")
    figures = base.mark_text(align="left", color=theme.text).encode(x=alt.datum(1.02), text="text:N")
    return layered([bars, lines, figures], height=alt.Step(24 if len(table) <= 12 else 18))
