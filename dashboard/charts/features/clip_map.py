"""Clips as points of a map: as a figure for a file (Altair), and in space (Plotly, turned by dragging)."""

from collections.abc import Collection as Names
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
import plotly.graph_objects as go

from core.exploration import ClipMap, stratified_sample
from dashboard.charts.features.clip_selection import FADED, with_selected
from dashboard.charts.features.crowding import point_opacity, point_px
from dashboard.charts.style.axes import layered, value_axis, value_scale
from dashboard.charts.style.palette import altair_genre_scale, altair_genre_shapes, genre_colors
from dashboard.charts.style.theme import LIGHT, ChartTheme
from dashboard.sentences.wording import escape_plotly, format_percent

MAX_POINTS = 5_000
"""Points drawn in space: more cover each other from every side."""

_WIDTH_PX = 700


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
    genres: Names[str] | None = None,
    all_genres: Sequence[str] = (),
    chosen: str | None = None,
    selected: Names[str] = (),
    theme: ChartTheme = LIGHT,
    height: int = 520,
) -> alt.LayerChart:
    """Clips in the plane with a legend, as a figure for a file; `clip_plane.plane_figure` is the one on the page.

    Parameters
    ----------
    placed : ClipMap
        In two dimensions.
    genres : names of genres, optional
        Shown; all where not given.
    all_genres : sequence of str
        Of the collection, which decide the colours.
    chosen : str, optional
        Name of the clip to ring.
    selected : names of clips
        Drawn fully while the others are faded; all are where none is selected.
    theme : ChartTheme
    height : int
        Pixels.
    """
    # In an order of chance: else the last genre would cover the others.
    points = with_selected(_of_genres(placed.points, genres), selected).sample(frac=1, random_state=0)
    shown = sorted(points["genre"].unique())
    titles = axis_titles(placed)
    x, y = placed.axes
    axis = value_axis(tickCount=6, labels=placed.method == "pca", ticks=placed.method == "pca")
    scales = {name: value_scale(placed.points[name], padding=16) for name in (x, y)}
    place: dict[str, Any] = {
        "x": alt.X(f"{x}:Q", title=titles[0], scale=scales[x], axis=axis),
        "y": alt.Y(f"{y}:Q", title=titles[1], scale=scales[y], axis=axis),
    }
    legend = alt.Legend(
        title=None,
        orient="bottom",
        columns=legend_columns(shown),
        labelLimit=120,
        symbolSize=90,
        symbolStrokeWidth=0,
        symbolOpacity=1,
    )
    size, opacity = point_px(len(points), width=_WIDTH_PX, height=height), point_opacity(len(points))
    dots = (
        alt.Chart(points)
        .mark_point(filled=True, size=size**2, strokeWidth=0.6 if size > 4 else 0)
        .encode(
            **place,
            color=alt.Color("genre:N", scale=altair_genre_scale(shown, among=all_genres), legend=legend),
            shape=alt.Shape("genre:N", scale=altair_genre_shapes(shown, among=all_genres), legend=legend),
            stroke=alt.value(theme.surface),
            opacity=alt.Opacity(**alt.condition("datum.on", alt.value(opacity), alt.value(min(FADED, opacity / 2)))),
        )
    )
    ring = (
        alt.Chart(points[points["clip"] == chosen])
        .mark_point(shape="circle", filled=False, size=420, strokeWidth=2.5, opacity=1, color=theme.text)
        .encode(**place)
    )
    return layered([dots, ring], height=height)


def _of_genres(points: pd.DataFrame, genres: Names[str] | None) -> pd.DataFrame:
    return points if genres is None else points[points["genre"].isin(list(genres))]


def legend_columns(genres: Names[str]) -> int:
    """As many columns as the longest name leaves room for on a telephone, some 300 pixels: 2 to 5."""
    longest = min(16, max((len(genre) for genre in genres), default=1))
    return max(2, min(5, 300 // (35 + 6 * longest)))


def map_figure(
    placed: ClipMap,
    *,
    genres: Names[str] | None = None,
    all_genres: Names[str] = (),
    chosen: str | None = None,
    selected: Names[str] = (),
    theme: ChartTheme = LIGHT,
    height: int = 470,
) -> go.Figure:
    """Clips in space, one trace a genre, turned by dragging; the chosen clip larger and outlined.

    Parameters
    ----------
    placed : ClipMap
        In three dimensions.
    genres, all_genres, chosen, selected, theme, height
        As in `map_chart`.
    """
    points = with_selected(drawn_points(_of_genres(placed.points, genres), chosen=chosen), selected)
    shown = sorted(points["genre"].unique())
    colors = genre_colors(all_genres or shown)
    size = point_px(len(points), width=_WIDTH_PX, height=height) / 2
    figure = go.Figure()
    for genre in shown:
        own = points[points["genre"] == genre]
        for is_on, opacity in ((True, point_opacity(len(points))), (False, FADED)):
            part = own[own["on"] == is_on]
            if part.empty:
                continue
            figure.add_trace(_cloud(part, placed.axes, genre, colors[genre], size=size, opacity=opacity))
    one = points[points["clip"] == chosen]
    if not one.empty:
        marked = _cloud(one, placed.axes, str(one["genre"].iloc[0]), colors[str(one["genre"].iloc[0])], size=9)
        marked.update(marker_line={"width": 3, "color": theme.text})
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
        showlegend=False,
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
