"""Charts of numeric features: map, spread by genre, correlation; and of how many clips a genre has."""

from collections.abc import Mapping

import altair as alt
import numpy as np
import pandas as pd

from core.exploration import PrincipalMap
from dashboard.charts.axes import layered
from dashboard.charts.theme import LIGHT, ChartTheme
from dashboard.feature_names import feature_name
from dashboard.palette import altair_genre_scale, altair_genre_shapes
from dashboard.wording import format_percent

CLICKED = "clicked"
"""Name of the selection that a click on a clip makes; its points have a field ``clip``."""

MAX_POINTS_PER_GENRE = 60
"""Points drawn beside a box; the box is of all clips."""


def genre_count_chart(counts: Mapping[str, int], *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Bars of clips by genre, with the counts."""
    table = pd.DataFrame({"genre": list(counts), "clips": list(counts.values())})
    base = alt.Chart(table).encode(
        y=alt.Y("genre:N", title=None, sort=list(counts)),
        x=alt.X("clips:Q", title="Clips", axis=alt.Axis(format="d", tickMinStep=1, tickCount=5)),
        tooltip=[alt.Tooltip("genre:N", title="Genre"), alt.Tooltip("clips:Q", title="Clips")],
    )
    bars = base.mark_bar(cornerRadiusEnd=2, height={"band": 0.7}).encode(
        color=alt.Color("genre:N", scale=altair_genre_scale(list(counts)), legend=None)
    )
    texts = base.mark_text(align="left", dx=4, color=theme.text).encode(text=alt.Text("clips:Q", format=","))
    return layered([bars, texts], height=alt.Step(24))


def map_chart(
    principal: PrincipalMap, *, chosen: str | None = None, theme: ChartTheme = LIGHT, height: int = 520
) -> alt.LayerChart:
    """Clips in the plane of two principal components; a click selects a clip (`CLICKED`), the wheel zooms.

    Parameters
    ----------
    principal : PrincipalMap
    chosen : str, optional
        Name of the clip to ring.
    theme : ChartTheme
    height : int
        Pixels.
    """
    points = principal.points
    genres = sorted(points["genre"].unique())
    titles = [
        f"Component {axis} · {format_percent(share, digits=0)} of the variance"
        for axis, share in enumerate(principal.explained, start=1)
    ]
    base = alt.Chart(points).encode(
        x=alt.X("pc1:Q", title=titles[0], scale=alt.Scale(nice=False, padding=16), axis=alt.Axis(tickCount=6)),
        y=alt.Y("pc2:Q", title=titles[1], scale=alt.Scale(nice=False, padding=16), axis=alt.Axis(tickCount=6)),
    )
    legend = alt.Legend(
        title=None, orient="bottom", columns=5 if len(genres) <= 15 else 6, symbolSize=90, symbolStrokeWidth=0
    )
    dots = (
        base.mark_point(filled=True, size=70 if len(points) <= 1500 else 30, opacity=0.95, strokeWidth=0.6)
        .encode(
            color=alt.Color("genre:N", scale=altair_genre_scale(genres), legend=legend),
            shape=alt.Shape("genre:N", scale=altair_genre_shapes(genres), legend=legend),
            stroke=alt.value(theme.surface),
            tooltip=[
                alt.Tooltip("clip:N", title="Clip"),
                alt.Tooltip("genre:N", title="Genre"),
                alt.Tooltip("pc1:Q", title="Component 1", format=".2f"),
                alt.Tooltip("pc2:Q", title="Component 2", format=".2f"),
            ],
        )
        .add_params(_click(chosen), alt.selection_interval(bind="scales", name="zoom"))
    )
    return layered([dots, _ring(base, theme)], height=height)


def _click(chosen: str | None) -> alt.Parameter:
    """The selection of one clip by a click, `chosen` at first; a click beside the points changes nothing."""
    value = alt.Undefined if chosen is None else [{"clip": chosen}]
    return alt.selection_point(name=CLICKED, fields=["clip"], on="click", clear=False, toggle=False, value=value)


def _ring(placed: alt.Chart, theme: ChartTheme) -> alt.Chart:
    """A ring around the selected clip, moved by the browser itself: a click redraws nothing else and keeps the zoom."""
    ring: alt.Chart = placed.transform_filter({"param": CLICKED, "empty": False}).mark_point(
        shape="circle", filled=False, size=420, strokeWidth=2.5, opacity=1, color=theme.text
    )
    return ring


def distribution_chart(
    table: pd.DataFrame, summary: pd.DataFrame, feature: str, *, chosen: str | None = None, theme: ChartTheme = LIGHT
) -> alt.LayerChart:
    """Box (quartiles, whiskers at the 5th and 95th percentile) and clips of a feature for each genre.

    Parameters
    ----------
    table : DataFrame
        ``clip``, ``genre`` and the feature.
    summary : DataFrame
        Of `core.exploration.distribution_by_genre`, whose order is kept.
    feature : str
    chosen : str, optional
        Name of the clip to ring.
    theme : ChartTheme
    """
    name = feature_name(feature)
    genres = summary["genre"].tolist()
    shown = table[["clip", "genre", feature]].rename(columns={feature: "value"})
    place = shown.groupby("genre").cumcount()
    size = shown.groupby("genre")["clip"].transform("size")
    step = (size / MAX_POINTS_PER_GENRE).clip(lower=1)
    shown = shown.assign(offset=(place * 0.618034) % 1.0)[((place % step) < 1) | (shown["clip"] == chosen)]
    y = alt.Y("genre:N", sort=genres, title=None)
    color = alt.Color("genre:N", scale=altair_genre_scale(genres), legend=None)
    scale = alt.Scale(zero=False, padding=12)
    x_axis = alt.X("value:Q", title=name.axis_title, scale=scale)
    offset = alt.YOffset("offset:Q", scale=alt.Scale(domain=[-0.3, 1.3]))
    placed = alt.Chart(shown).encode(x=x_axis, y=y, yOffset=offset)
    points = (
        placed.mark_circle(size=26, opacity=0.7)
        .encode(
            color=color,
            tooltip=[
                alt.Tooltip("clip:N", title="Clip"),
                alt.Tooltip("genre:N", title="Genre"),
                alt.Tooltip("value:Q", title=name.axis_title, format=".4~g"),
            ],
        )
        .add_params(_click(chosen))
    )
    described = [
        alt.Tooltip(f"{column}:Q", title=title, format=".4~g")
        for column, title in (
            ("n", "Clips"),
            ("low", "5th percentile"),
            ("q1", "First quartile"),
            ("median", "Median"),
            ("q3", "Third quartile"),
            ("high", "95th percentile"),
        )
    ]
    boxes = alt.Chart(summary).encode(y=y, tooltip=[alt.Tooltip("genre:N", title="Genre"), *described])
    whiskers = boxes.mark_rule(color=theme.muted).encode(x=alt.X("low:Q", title=name.axis_title), x2="high:Q")
    bars = boxes.mark_bar(height=16, fillOpacity=0.35, strokeWidth=1.2).encode(
        x=alt.X("q1:Q"), x2="q3:Q", color=color, stroke=color
    )
    medians = boxes.mark_tick(thickness=2.5, height=16, color=theme.text).encode(x="median:Q")
    return layered([whiskers, bars, points, medians, _ring(placed, theme)], height=alt.Step(44))


def correlation_chart(matrix: pd.DataFrame, *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Matrix of correlations, -1 to 1; cells without a correlation are left empty."""
    order = [feature_name(str(feature)).label for feature in matrix.columns]
    cells = pd.DataFrame(
        {
            "feature_a": np.repeat(order, len(order)),
            "feature_b": order * len(order),
            "correlation": matrix.to_numpy().ravel(),
        }
    ).dropna()
    cells["text"] = [f"{value:.1f}".replace("-0.0", "0.0").replace("-", "−") for value in cells["correlation"]]
    middle = "#f4f4f2" if theme.name == "light" else "#262c30"
    base = alt.Chart(cells).encode(
        x=alt.X("feature_b:N", sort=order, title=None, axis=alt.Axis(labelAngle=-90, labelLimit=160, ticks=False)),
        y=alt.Y("feature_a:N", sort=order, title=None, axis=alt.Axis(labelLimit=160, ticks=False)),
        tooltip=[
            alt.Tooltip("feature_a:N", title="Feature"),
            alt.Tooltip("feature_b:N", title="with"),
            alt.Tooltip("correlation:Q", title="Correlation r", format="+.3f"),
        ],
    )
    squares = base.mark_rect().encode(
        color=alt.Color(
            "correlation:Q",
            title="r",
            scale=alt.Scale(domain=[-1, 0, 1], range=["#c2571a", middle, "#2274b5"], interpolate="rgb"),
            legend=alt.Legend(gradientLength=200, tickCount=5),
        )
    )
    texts = base.mark_text(fontSize=10).encode(
        text="text:N",
        color=alt.condition("abs(datum.correlation) > 0.8", alt.value("#ffffff"), alt.value(theme.text)),
    )
    return layered([squares, texts], height=alt.Step(30))
