"""The numeric features of one clip: how far each lies from the mean of its genre."""

import altair as alt
import pandas as pd

from dashboard.charts.style.axes import names_axis, with_height
from dashboard.charts.style.palette import genre_colors
from dashboard.charts.style.theme import LIGHT, ChartTheme
from dashboard.tables.features import DISTANCE, FEATURE, VALUE

_LEAST_RANGE = 3.0


def distance_chart(table: pd.DataFrame, genre: str, *, genres: tuple[str, ...], theme: ChartTheme = LIGHT) -> alt.Chart:
    """A bar for each feature from its genre's mean, in standard deviations; hover tells the value.

    Parameters
    ----------
    table : DataFrame
        From `unusual_figures`.
    genre : str
        Of the clip.
    genres : tuple of str
        All of the collection, which decide the genre's colour.
    theme : ChartTheme
    """
    reach = max(_LEAST_RANGE, float(table[DISTANCE].abs().max()))
    chart: alt.Chart = (
        alt.Chart(table)
        .mark_bar(cornerRadiusEnd=2, height={"band": 0.62}, color=genre_colors(genres)[genre])
        .encode(
            x=alt.X(
                f"{DISTANCE}:Q",
                scale=alt.Scale(domain=[-reach, reach], nice=False),
                title="SD from its genre's mean",
                axis=alt.Axis(tickCount=5, format="+.0f", gridColor=theme.grid),
            ),
            y=alt.Y(
                f"{FEATURE}:N",
                sort=list(table[FEATURE]),
                title=None,
                axis=names_axis(most_px=120, labelPadding=6),
            ),
            tooltip=[
                alt.Tooltip(f"{FEATURE}:N"),
                alt.Tooltip(f"{VALUE}:Q", format=",.4~g"),
                alt.Tooltip(f"{DISTANCE}:Q", format="+.1f", title=f"SD from the mean of {genre}"),
            ],
        )
    )
    return with_height(chart, alt.Step(24))
