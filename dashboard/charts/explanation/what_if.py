"""Probabilities over the range of a change: a line for each genre that matters, and where the song itself is."""

from collections.abc import Mapping
from typing import Any, Literal

import altair as alt
import pandas as pd

from core.explanation.what_if import WhatIf
from dashboard.charts.style.axes import layered, share_axis, share_scale, value_axis
from dashboard.charts.style.palette import altair_genre_scale, altair_genre_shapes
from dashboard.charts.style.theme import LIGHT, ChartTheme

_MATTERS = 0.15
"""Probability that a genre has to reach somewhere to have a line."""


def curve_table(curve: WhatIf) -> pd.DataFrame:
    """One row a value and genre: ``value``, ``text`` (value with its unit), ``genre``, ``probability``."""
    return pd.DataFrame(
        [
            {"value": value, "text": curve.change.value_text(value), "genre": genre, "probability": probability}
            for value, verdict in curve.judged
            for genre, probability in zip(verdict.genres, verdict.probabilities, strict=True)
        ],
        columns=["value", "text", "genre", "probability"],
    )


def curves_table(curves: Mapping[str, WhatIf]) -> pd.DataFrame:
    """The curves of several runs by their names, to be exported: ``model``, ``change``, ``unit`` and `curve_table`."""
    tables = [
        curve_table(curve).assign(model=name, change=curve.change.title, unit=curve.change.unit)
        for name, curve in curves.items()
    ]
    columns = ["model", "change", "value", "unit", "genre", "probability"]
    return pd.concat(tables, ignore_index=True)[columns]


def what_if_chart(curve: WhatIf, *, chosen: float | None = None, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Lines of probability; a dashed rule marks the value that leaves the song as it is.

    Parameters
    ----------
    curve : WhatIf
    chosen : float, optional
        The value that is listened to: a thin rule marks it, unless it is that of the song as it is.
    theme : ChartTheme
    """
    change, table = curve.change, curve_table(curve)
    highest = table.groupby("genre")["probability"].max()
    shown = sorted(highest[highest >= min(_MATTERS, highest.max())].index)
    drawn = table[table["genre"].isin(shown)]
    kind: Literal["log", "linear"] = "log" if change.is_logarithmic else "linear"
    scale = alt.Scale(type=kind, domain=[change.low, change.high], nice=False, zero=False)
    x = alt.X(
        "value:Q", scale=scale, axis=value_axis(title=f"{change.title} ({change.unit})", values=list(change.values))
    )
    lines = (
        alt.Chart(drawn)
        .mark_line(point={"filled": True, "size": 55})
        .encode(
            x=x,
            y=alt.Y("probability:Q", scale=share_scale(), axis=share_axis("Probability")),
            color=alt.Color(
                "genre:N", scale=altair_genre_scale(shown), legend=alt.Legend(title=None, orient="top", columns=3)
            ),
            shape=alt.Shape(
                "genre:N", scale=altair_genre_shapes(shown), legend=alt.Legend(title=None, orient="top", columns=3)
            ),
            tooltip=[
                alt.Tooltip("text:N", title=change.title),
                alt.Tooltip("genre:N", title="Genre"),
                alt.Tooltip("probability:Q", title="Probability", format=".1%"),
            ],
        )
    )
    rules = [_rule(x, change.neutral, "the song as it is", color=theme.muted, strokeDash=[4, 3])]
    if chosen is not None and chosen != change.neutral:
        rules.append(_rule(x, chosen, f"heard below: {change.value_text(chosen)}", color=theme.text, strokeWidth=1.5))
    return layered([*rules, lines], height=290)


def _rule(x: alt.X, value: float, text: str, **mark: Any) -> alt.Chart:
    chart: alt.Chart = alt.Chart(pd.DataFrame({"value": [value], "text": [text]})).mark_rule(**mark)
    return chart.encode(x=x, tooltip=[alt.Tooltip("text:N", title="Here")])
