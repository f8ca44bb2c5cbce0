"""Pair plot: each feature against each other one, with one selection over all of them."""

from collections.abc import Collection as Names
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.features.clip_map import drawn_points, legend_columns
from dashboard.charts.features.clip_selection import (
    box_parameter,
    click_parameter,
    ring,
    selected_opacity,
    with_selected,
)
from dashboard.charts.features.crowding import point_opacity, point_px
from dashboard.charts.style.axes import VALUE_LABEL, layered, value_scale
from dashboard.charts.style.palette import altair_genre_scale, altair_genre_shapes
from dashboard.charts.style.theme import LIGHT, ChartTheme
from dashboard.sentences.feature_names import feature_name

MAX_POINTS = 1_000
"""Clips drawn, in each of up to ten plots."""

MAX_FEATURES = 5


def field(place: int) -> str:
    """Column of the chart's data that holds a feature: a name from outside could mean something else to Vega."""
    return f"f{place}"


def pair_chart(
    table: pd.DataFrame,
    features: Sequence[str],
    *,
    all_genres: Sequence[str] = (),
    has_legend: bool = False,
    chosen: str | None = None,
    selected: Names[str] = (),
    theme: ChartTheme = LIGHT,
) -> alt.VConcatChart:
    """Plots of every pair of features below the diagonal; a box in one shows its clips in all.

    Parameters
    ----------
    table : DataFrame
        ``clip``, ``genre`` and the features.
    features : sequence of str
        Two to five.
    has_legend : bool
        Whether the genres are named below the plots: for a figure that stands by itself.
    all_genres, chosen, selected, theme
        As in `dashboard.charts.features.clip_map.map_chart`.
    """
    named = table[["clip", "genre", *features]].set_axis(
        ["clip", "genre", *(field(place) for place in range(len(features)))], axis=1
    )
    # In an order of chance: else the last genre would cover the others.
    drawn = drawn_points(named, chosen=chosen, n_most=MAX_POINTS).sample(frac=1, random_state=0)
    points = with_selected(drawn, selected)
    genres = sorted(points["genre"].unique())
    width, height = {2: (480, 400), 3: (242, 200), 4: (158, 136), 5: (115, 102)}[len(features)]
    legend = (
        alt.Legend(
            title=None,
            orient="bottom",
            columns=legend_columns(genres),
            labelLimit=120,
            symbolSize=90,
            symbolStrokeWidth=0,
            symbolOpacity=1,
        )
        if has_legend
        else None
    )
    color = alt.Color("genre:N", scale=altair_genre_scale(genres, among=all_genres), legend=legend)
    shape = alt.Shape("genre:N", scale=altair_genre_shapes(genres, among=all_genres), legend=legend)
    size = point_px(len(points), width=width, height=height)
    tooltip = [
        alt.Tooltip("clip:N", title="Clip"),
        alt.Tooltip("genre:N", title="Genre"),
        *(
            alt.Tooltip(f"{field(place)}:Q", title=feature_name(feature).axis_title, format=".4~g")
            for place, feature in enumerate(features)
        ),
    ]

    def cell(row: int, column: int) -> alt.LayerChart:
        def axis(place: int, *, shown: bool) -> dict[str, Any]:
            name = feature_name(features[place])
            title = [name.label, f"({name.unit})"] if name.unit and len(features) > 3 else name.axis_title
            return {
                "title": title if shown else None,
                "scale": value_scale(points[field(place)], padding=8),
                "axis": alt.Axis(tickCount=4, labels=shown, ticks=shown, labelExpr=VALUE_LABEL, titleFontSize=11),
            }

        place: dict[str, Any] = {
            "x": alt.X(f"{field(column)}:Q", **axis(column, shown=row == len(features) - 1)),
            "y": alt.Y(f"{field(row)}:Q", **axis(row, shown=column == 0)),
        }
        base = alt.Chart().encode(**place)
        below = base.mark_point(opacity=0, size=0).transform_filter("false").properties(name=f"box_{row}_{column}")
        dots = (
            base.mark_point(filled=True, size=size**2, strokeWidth=0.4)
            .encode(
                color=color,
                shape=shape,
                stroke=alt.value(theme.surface),
                opacity=selected_opacity(point_opacity(len(points))),
                tooltip=tooltip,
            )
            .properties(name=f"dots_{row}_{column}")
        )
        return layered([below, dots, ring(base, theme)], height=height).properties(width=width)

    rows = [alt.hconcat(*(cell(row, column) for column in range(row)), spacing=10) for row in range(1, len(features))]
    chart: alt.VConcatChart = alt.vconcat(*rows, data=points, spacing=10)
    cells = [f"{row}_{column}" for row in range(1, len(features)) for column in range(row)]
    # Named views: Altair itself would give both selections to both layers of a cell, which Vega refuses.
    chart.params = [
        _over_views(box_parameter(theme), [f"box_{cell}" for cell in cells]),
        _over_views(click_parameter(chosen), [f"dots_{cell}" for cell in cells]),
    ]
    return chart


def _over_views(parameter: alt.Parameter, views: list[str]) -> alt.TopLevelSelectionParameter:
    own = parameter.param
    assert isinstance(own, alt.SelectionParameter)
    return alt.TopLevelSelectionParameter(
        name=parameter.name, select=own.select, value=own.value, bind=own.bind, views=views
    )
