"""Clips as points of a map, in the plane (Altair) and in space (Plotly, turned by dragging)."""

from collections.abc import Collection as Names
from typing import Any

import altair as alt
import pandas as pd
import plotly.graph_objects as go

from core.exploration import ClipMap, stratified_sample
from dashboard.charts.features.clip_selection import (
    FADED,
    box_parameter,
    click_parameter,
    ring,
    selected_opacity,
    with_selected,
    zoom_parameter,
)
from dashboard.charts.style.axes import layered, value_axis, value_scale
from dashboard.charts.style.legends import filtered_by_legend, legend_parameter
from dashboard.charts.style.palette import altair_genre_scale, altair_genre_shapes, genre_colors
from dashboard.charts.style.theme import LIGHT, ChartTheme
from dashboard.sentences.wording import escape_plotly, format_percent

MAX_POINTS = 1_500
"""Points drawn: more are slow, and cover each other."""


def drawn_points(points: pd.DataFrame, *, chosen: str | None = None, n_most: int = MAX_POINTS) -> pd.DataFrame:
    """At most about ``n_most`` of the points, each genre with its share, the chosen one always."""
    if len(points) <= n_most:
        return points
    kept = points.iloc[stratified_sample(points["genre"], n_most)]
    return pd.concat([kept, points[points["clip"] == chosen]]).drop_duplicates("clip")


def axis_titles(placed: ClipMap) -> list[str]:
    """Title of each axis: its share of the variance, or that it has no unit."""
    if placed.method == "pca":
        return [
            f"Component {axis} · {format_percent(share, digits=0)} of the variance"
            for axis, share in enumerate(placed.explained, start=1)
        ]
    return [f"t-SNE {axis}, no unit" for axis in range(1, len(placed.axes) + 1)]


def map_chart(
    placed: ClipMap,
    *,
    chosen: str | None = None,
    selected: Names[str] = (),
    theme: ChartTheme = LIGHT,
    height: int = 520,
) -> alt.LayerChart:
    """Clips in the plane; a click selects a clip (`CLICKED`), a dragged box several (`BRUSHED`), the wheel zooms.

    Parameters
    ----------
    placed : ClipMap
        In two dimensions.
    chosen : str, optional
        Name of the clip to ring.
    selected : names of clips
        Drawn fully while the others are faded; all are where none is selected.
    theme : ChartTheme
    height : int
        Pixels.
    """
    points = with_selected(drawn_points(placed.points, chosen=chosen), selected)
    genres = sorted(points["genre"].unique())
    titles = axis_titles(placed)
    x, y = placed.axes
    axis = value_axis(tickCount=6, labels=placed.method == "pca", ticks=placed.method == "pca")
    scales = {name: value_scale(points[name], padding=16) for name in (x, y)}
    place: dict[str, Any] = {
        "x": alt.X(f"{x}:Q", title=titles[0], scale=scales[x], axis=axis),
        "y": alt.Y(f"{y}:Q", title=titles[1], scale=scales[y], axis=axis),
    }
    base = alt.Chart(points).encode(**place)
    legend = alt.Legend(
        title=None,
        orient="bottom",
        columns=legend_columns(genres),
        labelLimit=120,
        symbolSize=90,
        symbolStrokeWidth=0,
    )
    figures = [
        alt.Tooltip(f"{axis}:Q", title=title.split(" · ")[0].split(",")[0], format=".2f")
        for axis, title in zip(placed.axes, titles, strict=True)
    ]
    dots = (
        base.mark_point(filled=True, size=70 if len(points) <= 1_200 else 34, strokeWidth=0.6)
        .encode(
            color=alt.Color("genre:N", scale=altair_genre_scale(genres), legend=legend),
            shape=alt.Shape("genre:N", scale=altair_genre_shapes(genres), legend=legend),
            stroke=alt.value(theme.surface),
            opacity=selected_opacity(0.95),
            tooltip=[alt.Tooltip("clip:N", title="Clip"), alt.Tooltip("genre:N", title="Genre"), *figures],
        )
        .add_params(click_parameter(chosen), legend_parameter("genre"))
    )
    below = (
        alt.Chart(points.head(1)[["clip", x, y]])
        .mark_point(opacity=0, size=0)
        .encode(**place)
        .add_params(box_parameter(theme), zoom_parameter())
    )
    return layered([below, filtered_by_legend(dots), ring(base, theme)], height=height)


def legend_columns(genres: Names[str]) -> int:
    """As many columns as the longest name leaves room for on a telephone, some 300 pixels: 2 to 5."""
    longest = min(16, max((len(genre) for genre in genres), default=1))
    return max(2, min(5, 300 // (35 + 6 * longest)))


def map_figure(
    placed: ClipMap,
    *,
    chosen: str | None = None,
    selected: Names[str] = (),
    theme: ChartTheme = LIGHT,
    height: int = 560,
) -> go.Figure:
    """Clips in space, one trace a genre, turned by dragging; the chosen clip larger and outlined.

    Parameters
    ----------
    placed : ClipMap
        In three dimensions.
    chosen, selected, theme, height
        As in `map_chart`.
    """
    points = with_selected(drawn_points(placed.points, chosen=chosen), selected)
    genres = sorted(points["genre"].unique())
    colors = genre_colors(genres)
    size = 4.5 if len(points) <= 1_200 else 3.0
    figure = go.Figure()
    for genre in genres:
        own = points[points["genre"] == genre]
        for is_on, opacity in ((True, 0.95), (False, FADED)):
            part = own[own["on"] == is_on]
            if part.empty:
                continue
            figure.add_trace(_cloud(part, placed.axes, genre, colors[genre], size=size, opacity=opacity))
            figure.data[-1].showlegend = bool(is_on or not own["on"].any())
    one = points[points["clip"] == chosen]
    if not one.empty:
        marked = _cloud(one, placed.axes, str(one["genre"].iloc[0]), colors[str(one["genre"].iloc[0])], size=9)
        marked.update(showlegend=False, marker_line={"width": 3, "color": theme.text})
        figure.add_trace(marked)
    titles = [f"t-SNE {number}" for number in (1, 2, 3)]
    if placed.method == "pca":
        shares = [format_percent(share, digits=0) for share in placed.explained]
        titles = [f"Component {number} · {share}" for number, share in enumerate(shares, start=1)]
    axes = {
        name: {
            "title": {"text": title},
            "color": theme.muted,
            "gridcolor": theme.grid,
            "zerolinecolor": theme.grid,
            "backgroundcolor": theme.surface,
            "showspikes": False,
            "showticklabels": False,
        }
        for name, title in zip(("xaxis", "yaxis", "zaxis"), titles, strict=True)
    }
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        # Far enough off, and looked at a little below the middle, for the titles of the axes to be seen whole.
        scene={
            **axes,
            "aspectmode": "cube",
            "camera": {"eye": {"x": 1.5, "y": 1.5, "z": 0.85}, "center": {"x": 0, "y": 0, "z": -0.12}},
        },
        legend={"orientation": "h", "y": 0, "yanchor": "top", "itemsizing": "constant"},
        uirevision=f"{placed.method}:{placed.n_clips}",
    )
    return figure


def _cloud(
    part: pd.DataFrame, axes: tuple[str, ...], genre: str, color: str, *, size: float, opacity: float = 1.0
) -> go.Scatter3d:
    x, y, z = (part[axis].round(4).tolist() for axis in axes)
    return go.Scatter3d(
        x=x,
        y=y,
        z=z,
        mode="markers",
        name=escape_plotly(genre),
        customdata=part[["clip"]].to_numpy().tolist(),
        text=[escape_plotly(clip) for clip in part["clip"]],
        hovertemplate="%{text}<br>" + escape_plotly(genre) + "<extra></extra>",
        marker={"size": size, "color": color, "opacity": opacity, "line": {"width": 0}},
    )
