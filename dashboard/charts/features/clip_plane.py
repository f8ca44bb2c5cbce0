"""Clips as points of a map in the plane, for the page: every clip is drawn, thousands of them by WebGL.

One trace holds all clips, in an order of chance: with a trace a genre the last genre would cover the others.
"""

from collections.abc import Collection as Names
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.exploration import ClipMap
from dashboard.charts.features.clip_map import axis_titles
from dashboard.charts.features.clip_selection import FADED
from dashboard.charts.features.crowding import point_opacity, point_px
from dashboard.charts.style.axes import PLAIN_NUMBERS
from dashboard.charts.style.palette import genre_colors, plotly_symbols
from dashboard.charts.style.theme import LIGHT, ChartTheme
from dashboard.sentences.wording import escape_plotly

MAX_SVG = 1_500
"""Points drawn one by one, crisp at any zoom; more are drawn by WebGL."""

_MARGIN = 0.05
_SIDE_PX = 520
"""About the width of the plot, for the size of its points."""


def plane_figure(
    placed: ClipMap,
    *,
    genres: Names[str],
    all_genres: Names[str],
    chosen: str | None = None,
    selected: Names[str] = (),
    seen: Mapping[str, tuple[float, float]] | None = None,
    theme: ChartTheme = LIGHT,
    height: int = 470,
) -> go.Figure:
    """Clips in the plane; the first custom datum of a point is its clip.

    Parameters
    ----------
    placed : ClipMap
        In two dimensions.
    genres : names of genres
        Shown; the axes stay those of all that is placed.
    all_genres : names of genres
        Of the collection, which decide the colours.
    chosen : str, optional
        Name of the clip to ring.
    selected : names of clips
        Drawn fully while the others are faded; all are where none is selected.
    seen : mapping of "x" and "y" to (from, to), optional
        The part that is looked at; all where not given.
    theme : ChartTheme
    height : int
        Pixels.
    """
    points = placed.points
    shown = points[points["genre"].isin(list(genres))]
    shown = shown.iloc[np.random.default_rng(0).permutation(len(shown))]
    many = len(shown) > MAX_SVG
    figure = go.Figure(_dots(shown, placed.axes, all_genres, selected=selected, many=many, theme=theme, height=height))
    one = shown[shown["clip"] == chosen]
    if not one.empty:
        figure.add_trace(_ring(one, placed.axes, many=many, theme=theme))
    titles = axis_titles(placed)
    style = {"showgrid": True, "gridcolor": theme.grid, "zeroline": False, "color": theme.muted, **PLAIN_NUMBERS}
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 30, "b": 8},
        xaxis={**style, "title": titles[0], "range": _ends(points[placed.axes[0]], seen, "x")},
        yaxis={**style, "title": titles[1], "range": _ends(points[placed.axes[1]], seen, "y")},
        dragmode="select",
        showlegend=False,
        newselection={"line": {"color": theme.muted, "width": 1, "dash": "solid"}},
        hoverlabel={"align": "left"},
    )
    if placed.method != "pca":
        figure.update_xaxes(showticklabels=False)
        figure.update_yaxes(showticklabels=False)
    return figure


def _dots(
    shown: pd.DataFrame,
    axes: tuple[str, ...],
    all_genres: Names[str],
    *,
    selected: Names[str],
    many: bool,
    theme: ChartTheme,
    height: int,
) -> go.Scatter | go.Scattergl:
    codes, names = pd.factorize(shown["genre"], sort=True)
    colors, symbols = genre_colors(all_genres), plotly_symbols(all_genres)
    x, y = (shown[axis].to_numpy(dtype=np.float32) for axis in axes)
    opacity = point_opacity(len(shown))
    marker: dict[str, Any] = {
        "size": round(point_px(len(shown), width=_SIDE_PX, height=height), 1),
        # Numbers, not names: a tenth of the bytes.
        "color": codes.astype(np.uint16),
        "cmin": -0.5,
        "cmax": len(names) - 0.5,
        "colorscale": _steps([colors[str(name)] for name in names]),
        # Of many, each is too small for its shape to be seen, and Plotly looks at each for a tenth of a millisecond.
        "symbol": "circle" if many else [symbols[str(name)] for name in np.asarray(names)[codes]],
        "opacity": opacity,
        "line": {"width": 0 if many else 0.6, "color": theme.surface},
    }
    kind = go.Scattergl if many else go.Scatter
    escaped = np.array([escape_plotly(str(name)) for name in names], dtype=object)
    trace = kind(
        x=x,
        y=y,
        mode="markers",
        marker=marker,
        # Arrays: Plotly goes through a list item by item.
        customdata=shown["clip"].to_numpy(dtype=object),
        text=np.array([escape_plotly(clip) for clip in shown["clip"]], dtype=object),
        hovertext=escaped[codes],
        hovertemplate="<b>%{text}</b><br>%{hovertext}<extra></extra>",
    )
    if selected:
        trace.selectedpoints = np.flatnonzero(shown["clip"].isin(list(selected)).to_numpy()).tolist()
        trace.selected = {"marker": {"opacity": max(opacity, 0.8)}}
    # Also while a box is being dragged.
    trace.unselected = {"marker": {"opacity": min(FADED, opacity / 2)}}
    return trace


def _ring(one: pd.DataFrame, axes: tuple[str, ...], *, many: bool, theme: ChartTheme) -> go.Scatter | go.Scattergl:
    x, y = (one[axis].tolist() for axis in axes)
    # Drawn like the points, or it would lie below them. What is not selected is faded, but never the ring.
    kind = go.Scattergl if many else go.Scatter
    return kind(
        x=x,
        y=y,
        mode="markers",
        hoverinfo="skip",
        marker={"symbol": "circle-open", "size": 22, "color": theme.text, "line": {"width": 2.5}},
        unselected={"marker": {"opacity": 1}},
    )


def _steps(colors: list[str]) -> list[list[Any]]:
    """A colour scale of one even step a colour."""
    n = max(1, len(colors))
    return [[place / n, color] for start, color in enumerate(colors) for place in (start, start + 1)] or [
        [0, "#000000"],
        [1, "#000000"],
    ]


def _ends(values: pd.Series, seen: Mapping[str, tuple[float, float]] | None, axis: str) -> list[float]:
    if seen and axis in seen:
        return list(seen[axis])
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    beyond = _MARGIN * (high - low) or 0.5
    return [low - beyond, high + beyond]
