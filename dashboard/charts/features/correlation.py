"""The correlation matrix of features."""

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from dashboard.charts.style.axes import layered
from dashboard.charts.style.theme import LIGHT, ChartTheme
from dashboard.sentences.feature_names import feature_name

NEGATIVE, POSITIVE = "#c2571a", "#2274b5"
"""Ends of every diverging scale: told apart with any kind of sight, and equally dark."""

MAX_WRITTEN = 20
"""Features above which the cells are too small for their figures."""


def diverging_colors(theme: ChartTheme) -> list[str]:
    """From negative through the page's own neutral to positive."""
    return [NEGATIVE, "#f4f4f2" if theme.name == "light" else "#262c30", POSITIVE]


def cell_side_px(n_features: int) -> int:
    """Side of a cell: large enough for its figure where it has one, and small enough for 16 on one screen."""
    return 27 if n_features <= MAX_WRITTEN else max(6, min(18, 800 // n_features))


def correlation_chart(matrix: pd.DataFrame, *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Matrix of correlations, -1 to 1; cells without a correlation are left empty.

    The figures are written in the cells of up to twenty features; of more, the tooltip tells them.
    """
    labels = _unique_labels([str(feature) for feature in matrix.columns])
    cells = pd.DataFrame(
        {
            "feature_a": np.repeat(labels, len(labels)),
            "feature_b": labels * len(labels),
            "correlation": matrix.to_numpy().ravel().round(4),
        }
    ).dropna()
    cells["text"] = [f"{value:.1f}".replace("-0.0", "0.0").replace("-", "−") for value in cells["correlation"]]
    side = cell_side_px(len(labels))
    axis: dict[str, Any] = {
        "ticks": False,
        "domain": False,
        "labelLimit": 190,
        "labelFontSize": max(8, min(12, side - 1)),
    }
    base = alt.Chart(cells).encode(
        x=alt.X("feature_b:N", sort=labels, title=None, axis=alt.Axis(labelAngle=-90, labelOverlap=False, **axis)),
        y=alt.Y("feature_a:N", sort=labels, title=None, axis=alt.Axis(labelOverlap=False, **axis)),
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
            scale=alt.Scale(domain=[-1, 0, 1], range=diverging_colors(theme), interpolate="rgb"),
            legend=alt.Legend(gradientLength=200, tickCount=5),
        )
    )
    layers: list[alt.Chart] = [squares]
    if len(labels) <= MAX_WRITTEN:
        layers.append(
            base.mark_text(fontSize=10).encode(
                text="text:N",
                color=alt.condition("abs(datum.correlation) > 0.8", alt.value("#ffffff"), alt.value(theme.text)),
            )
        )
    return layered(layers, height=alt.Step(side))


def _unique_labels(features: list[str]) -> list[str]:
    """Labels of features; two that would read the same keep their own names instead."""
    labels = [feature_name(feature).label for feature in features]
    return [label if labels.count(label) == 1 else feature for label, feature in zip(labels, features, strict=True)]
