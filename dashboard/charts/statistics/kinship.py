"""How often genres are confused over how kin they are."""

import altair as alt
import pandas as pd

from core.evaluation.human.kinship import KinshipResult
from dashboard.charts.style.axes import PERCENT_LABEL, layered, value_axis
from dashboard.charts.style.theme import LIGHT, ChartTheme

_HEIGHT_PX = 300
_NAMED = 5
_NEAR = 0.05
"""Of the height of the chart: less than a line of text."""


def kinship_table(result: KinshipResult) -> pd.DataFrame:
    """One row a pair: ``pair``, ``kinship``, ``confusion`` (0 to 1), ``label`` (of the most confused; else empty)."""
    pairs = result.pairs
    names = [f"{first} / {second}" for first, second in zip(pairs["first"], pairs["second"], strict=True)]
    table = pd.DataFrame({"pair": names, "kinship": pairs["kinship"], "confusion": pairs["confusion"], "label": ""})
    named = table[table["confusion"] > 0].head(_NAMED)
    near = _NEAR * float(table["confusion"].max())
    for _, equally_kin in named.groupby("kinship", sort=False):
        # Dots at one place, or so near that their names would be written over each other, have one name.
        place = (equally_kin["confusion"].diff().abs() > near).cumsum()
        for _, alike in equally_kin.groupby(place, sort=False):
            further = f" and {len(alike) - 1} more" if len(alike) > 1 else ""
            table.loc[alike.index[0], "label"] = f"{alike['pair'].iloc[0]}{further}"
    return table


def kinship_chart(table: pd.DataFrame, *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """A dot a pair, and the mean of all pairs that are equally kin as a bar.

    Parameters
    ----------
    table : DataFrame
        From `kinship_table`.
    """
    most = max(0.05, float(table["confusion"].max()) * 1.1)
    levels = sorted(table["kinship"].unique())
    middle = (levels[0] + levels[-1]) / 2 if len(levels) > 1 else levels[0] + 1
    x = alt.X(
        "kinship:Q",
        scale=alt.Scale(domain=[levels[0], levels[-1]], nice=False, padding=40),
        axis=value_axis(title="Kinship", values=levels, grid=False)
        if len(levels) <= 10
        else value_axis(title="Kinship", grid=False),
    )
    y = alt.Y(
        "confusion:Q",
        scale=alt.Scale(domain=[0, most], nice=False),
        axis=alt.Axis(title="Taken for each other", labelExpr=PERCENT_LABEL, tickCount=5),
    )
    base = alt.Chart(table).encode(x=x, y=y)
    dots = base.mark_point(filled=True, size=70, opacity=0.6, color=theme.accent).encode(
        tooltip=[
            alt.Tooltip("pair:N", title="Genres"),
            alt.Tooltip("kinship:Q", title="Kinship"),
            alt.Tooltip("confusion:Q", title="Taken for each other", format=".1%"),
        ]
    )
    names = [
        base.mark_text(align=align, dx=9 if align == "left" else -9, fontSize=11, color=theme.text)
        .encode(text="label:N")
        .transform_filter(f"datum.kinship {'<' if align == 'left' else '>='} {middle:g}")
        for align in ("left", "right")
    ]
    means = table.groupby("kinship", as_index=False)["confusion"].mean()
    bars = (
        alt.Chart(means)
        .mark_tick(thickness=3, size=44, color="#d55e00", orient="horizontal")
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("kinship:Q", title="Kinship"),
                alt.Tooltip("confusion:Q", title="Mean of these pairs", format=".1%"),
            ],
        )
    )
    return layered([dots, bars, *names], height=_HEIGHT_PX)
