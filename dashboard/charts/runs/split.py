"""A split as a picture: how many clips of each genre are learnt from, validated and tested."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from core.splits.base import PARTS
from dashboard.charts.style.axes import count_axis, names_axis, with_height
from dashboard.charts.style.legends import filtered_by_legend, legend_parameter
from dashboard.charts.style.palette import PART_COLORS
from dashboard.charts.style.theme import LIGHT, ChartTheme
from dashboard.sentences.split import PART_TITLES


def parts_table(counts: Mapping[str, Mapping[str, int]]) -> pd.DataFrame:
    """One row a genre and part: ``genre``, ``part`` (title), ``place`` (0 to 2), ``n``."""
    rows = [
        {"genre": genre, "part": PART_TITLES[part], "place": place, "n": by_part[part]}
        for genre, by_part in counts.items()
        for place, part in enumerate(PARTS)
    ]
    return pd.DataFrame(rows, columns=["genre", "part", "place", "n"])


def parts_chart(table: pd.DataFrame, *, unit: str = "clip", theme: ChartTheme = LIGHT) -> alt.Chart:
    """A bar for each genre, divided into its parts.

    Parameters
    ----------
    table : DataFrame
        From `parts_table`.
    unit : str
        What is counted.
    """
    counted = f"{unit.capitalize()}s"
    genres = list(dict.fromkeys(table["genre"]))
    titles = list(PART_TITLES.values())
    chart: alt.Chart = (
        alt.Chart(table)
        .mark_bar(stroke=theme.surface, strokeWidth=1)
        .encode(
            y=alt.Y(
                "genre:N",
                sort=genres,
                title=None,
                axis=names_axis(most_px=120, labelFlush=False, labelPadding=6),
            ),
            x=alt.X("n:Q", title=counted, axis=count_axis()),
            color=alt.Color(
                "part:N",
                title=None,
                scale=alt.Scale(domain=titles, range=[PART_COLORS[part] for part in PARTS]),
                legend=alt.Legend(orient="top", symbolType="square", offset=4),
            ),
            order=alt.Order("place:Q"),
            tooltip=[
                alt.Tooltip("genre:N", title="Genre"),
                alt.Tooltip("part:N", title="Part"),
                alt.Tooltip("n:Q", title=counted, format=",d"),
            ],
        )
    )
    return with_height(
        filtered_by_legend(chart.add_params(legend_parameter("part"))), alt.Step(18 if len(genres) <= 12 else 12)
    )
