"""One feature, genre by genre: boxes, violins or ridges, and the clips themselves."""

import json
from collections.abc import Collection as Names
from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from dashboard.charts.features.clip_selection import FADED, click_parameter, ring, with_selected
from dashboard.charts.style.axes import layered, value_axis, value_scale
from dashboard.charts.style.palette import altair_genre_scale
from dashboard.charts.style.theme import LIGHT, ChartTheme
from dashboard.sentences.feature_names import feature_name

MAX_POINTS_PER_GENRE = 60
"""Points drawn beside a box; the box is of all clips."""

_GOLDEN = 0.618034
_ROW_PX, _LEAST_ROW_PX, _SCREEN_PX = 44.0, 15.0, 410.0
_HALF_VIOLIN, _RIDGE_HEIGHT = 0.42, 1.35


def spread_points(
    table: pd.DataFrame, feature: str, *, chosen: str | None = None, selected: Names[str] = ()
) -> pd.DataFrame:
    """Clips to draw: ``clip``, ``genre``, ``value``, ``offset`` (0 to 1, apart from their neighbours) and ``on``.

    Of large genres every n-th clip, the chosen one always.
    """
    shown = table[["clip", "genre", feature]].rename(columns={feature: "value"})
    place = shown.groupby("genre").cumcount()
    size = shown.groupby("genre")["clip"].transform("size")
    step = (size / MAX_POINTS_PER_GENRE).clip(lower=1)
    thinned = shown.assign(offset=(place * _GOLDEN) % 1.0)[((place % step) < 1) | (shown["clip"] == chosen)]
    return with_selected(thinned, selected)


def box_chart(
    table: pd.DataFrame,
    summary: pd.DataFrame,
    feature: str,
    *,
    all_genres: Sequence[str] = (),
    chosen: str | None = None,
    selected: Names[str] = (),
    theme: ChartTheme = LIGHT,
) -> alt.LayerChart:
    """Box (quartiles, whiskers at the 5th and 95th percentile) and clips of a feature for each genre.

    Parameters
    ----------
    table : DataFrame
        ``clip``, ``genre`` and the feature.
    summary : DataFrame
        Of `core.exploration.distribution_by_genre`, whose order is kept. It may be of some of the clips only; those of
        genres that it has not are not drawn.
    feature : str
    all_genres : sequence of str
        Of the collection, which decide the colours.
    chosen : str, optional
        Name of the clip to ring.
    selected : names of clips
    theme : ChartTheme
    """
    genres = summary["genre"].tolist()
    table = table[table["genre"].isin(genres)]
    y = alt.Y("genre:N", sort=genres, title=None, axis=alt.Axis(labelOverlap=False, ticks=False))
    x = _value_axis(table, feature)
    color = alt.Color("genre:N", scale=altair_genre_scale(genres, among=all_genres), legend=None)
    offset = alt.YOffset("offset:Q", scale=alt.Scale(domain=[-0.3, 1.3]))
    placed = alt.Chart(spread_points(table, feature, chosen=chosen, selected=selected)).encode(x=x, y=y, yOffset=offset)
    points = _clips(placed, color, feature, chosen, row_px=_row_px(len(genres)))
    boxes = alt.Chart(summary).encode(y=y, tooltip=_described(feature))
    whiskers = boxes.mark_rule(color=theme.muted).encode(
        x=alt.X("low:Q", title=feature_name(feature).axis_title), x2="high:Q"
    )
    step = _row_px(len(genres))
    thick = round(0.36 * step)
    bars = boxes.mark_bar(height=thick, fillOpacity=0.35, strokeWidth=1.2).encode(
        x=alt.X("q1:Q"), x2="q3:Q", color=color, stroke=color
    )
    medians = boxes.mark_tick(thickness=2.5, height=thick, color=theme.text).encode(x="median:Q")
    return layered([whiskers, bars, points, medians, ring(placed, theme)], height=alt.Step(step))


def density_chart(
    table: pd.DataFrame,
    summary: pd.DataFrame,
    density: pd.DataFrame,
    feature: str,
    *,
    ridge: bool = False,
    all_genres: Sequence[str] = (),
    chosen: str | None = None,
    selected: Names[str] = (),
    theme: ChartTheme = LIGHT,
) -> alt.LayerChart:
    """Violins, or ridges that rise from one line a genre, each scaled to its own peak; with medians and clips.

    Parameters
    ----------
    table, summary, feature, all_genres, chosen, selected, theme
        As in `box_chart`.
    density : DataFrame
        Of `core.exploration.density_by_genre`; genres without one are drawn as their clips only.
    ridge : bool
        Ridges instead of violins.
    """
    genres = summary["genre"].tolist()
    table = table[table["genre"].isin(genres)]
    rows = {genre: float(row) for row, genre in enumerate(genres)}
    color = alt.Color("genre:N", scale=altair_genre_scale(genres, among=all_genres), legend=None)
    # Rows count downwards, so that what rises has the smaller number.
    up, down = (_RIDGE_HEIGHT, 0.0) if ridge else (_HALF_VIOLIN, _HALF_VIOLIN)
    row = density["genre"].map(rows).astype(float)
    height = density["height"].astype(float)
    shape = density.assign(row=row, top=row - up * height, bottom=row + down * height).sort_values(["row", "value"])
    above, below = (_RIDGE_HEIGHT, 0.35) if ridge else (0.55, 0.55)
    top, on_row = (_row_axis(field, genres, above=above, below=below) for field in ("top:Q", "row:Q"))
    x = _value_axis(table, feature)
    areas = (
        alt.Chart(shape)
        .mark_area(fillOpacity=0.55 if ridge else 0.35, line=False, strokeWidth=1.2)
        .encode(x=x, y=top, y2="bottom:Q", color=color, stroke=color, detail="row:O", tooltip=["genre:N"])
    )
    points_table = spread_points(table, feature, chosen=chosen, selected=selected)
    apart = (points_table["offset"] - 0.5) * 0.3
    points_table["row"] = points_table["genre"].map(rows).astype(float) + (0.16 + apart * 0.6 if ridge else apart)
    placed = alt.Chart(points_table).encode(x=x, y=on_row)
    marks = summary.assign(row=summary["genre"].map(rows).astype(float))
    marks = marks.assign(top=marks["row"] - (0.3 if ridge else 0.2), bottom=marks["row"] + (0 if ridge else 0.2))
    medians = (
        alt.Chart(marks)
        .mark_rule(strokeWidth=2.5, color=theme.text)
        .encode(
            x=alt.X("median:Q"),
            y=top,
            y2="bottom:Q",
            tooltip=_described(feature),
        )
    )
    layers = [areas, _clips(placed, color, feature, chosen, row_px=_row_px(len(genres))), medians, ring(placed, theme)]
    return layered(layers, height=max(160, _row_px(len(genres)) * len(genres) + 40))


def _row_px(n_genres: int) -> float:
    """Height of a row: as many as fit a screen, at least as high as their names."""
    return max(_LEAST_ROW_PX, min(_ROW_PX, _SCREEN_PX / max(1, n_genres)))


def _value_axis(table: pd.DataFrame, feature: str) -> alt.X:
    scale = value_scale(table[feature], padding=12)
    return alt.X("value:Q", title=feature_name(feature).axis_title, scale=scale, axis=value_axis())


def _row_axis(field: str, genres: list[str], *, above: float, below: float) -> alt.Y:
    labels = json.dumps(genres)
    return alt.Y(
        field,
        title=None,
        scale=alt.Scale(domain=[len(genres) - 1 + below, -above], nice=False, zero=False),
        axis=alt.Axis(
            values=np.arange(len(genres)).tolist(),
            labelExpr=f"{labels}[datum.value]",
            grid=True,
            labelOverlap=False,
            ticks=False,
        ),
    )


def _clips(placed: alt.Chart, color: alt.Color, feature: str, chosen: str | None, *, row_px: float) -> alt.Chart:
    points: alt.Chart = (
        placed.mark_circle(size=26 * row_px / _ROW_PX)
        .encode(
            color=color,
            opacity=alt.Opacity(**alt.condition("datum.on", alt.value(0.75), alt.value(FADED))),
            tooltip=[
                alt.Tooltip("clip:N", title="Clip"),
                alt.Tooltip("genre:N", title="Genre"),
                alt.Tooltip("value:Q", title=feature_name(feature).axis_title, format=".4~g"),
            ],
        )
        .add_params(click_parameter(chosen))
    )
    return points


def _described(feature: str) -> list[alt.Tooltip]:
    columns = {
        "n": "Clips",
        "low": "5th percentile",
        "q1": "First quartile",
        "median": "Median",
        "q3": "Third quartile",
        "high": "95th percentile",
    }
    return [
        alt.Tooltip("genre:N", title="Genre"),
        *(alt.Tooltip(f"{column}:Q", title=title, format=".4~g") for column, title in columns.items()),
    ]
