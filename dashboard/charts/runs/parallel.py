"""Parallel coordinates: a line a run over its settings to the accuracy that it reached."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from dashboard.charts.style.axes import PERCENT_LABEL, layered
from dashboard.charts.style.theme import LIGHT, ChartTheme
from dashboard.tables.parallel import Axis

_HOVERED = "hovered_run"
_LONGEST_TICK = 16
_SHADES = {"light": ["#c3d3d6", "#3c93a1", "#072f36"], "dark": ["#3b4b50", "#2f97a6", "#c9f3f8"]}
"""From the lowest accuracy to the highest, which stands out most on the page."""


def parallel_chart(
    table: pd.DataFrame, axes: Sequence[Axis], *, theme: ChartTheme = LIGHT, height: int = 340
) -> alt.LayerChart:
    """Lines of all runs; the one that is pointed at stands out, and says what it is.

    Parameters
    ----------
    table : DataFrame
        From `dashboard.tables.parallel.parallel_table`.
    axes : sequence of Axis
        From left to right, at least two.
    """
    titles = [axis.title for axis in axes]
    x = alt.X(
        "axis:N",
        sort=titles,
        title=None,
        scale=alt.Scale(domain=titles, padding=0.4),
        axis=alt.Axis(orient="top", labelAngle=-18, labelLimit=170, labelOverlap=False, domain=False, ticks=False),
    )
    scale = alt.Scale(domain=[-0.03, 1.03], nice=False)
    y = alt.Y("place:Q", scale=scale, axis=None)
    hovered = alt.selection_point(
        name=_HOVERED, fields=["id"], on="pointerover", nearest=True, clear="pointerout", empty=False
    )
    known = table.dropna(subset=["place"])
    accuracies = known["accuracy"].dropna()
    low, high = (float(accuracies.min()), float(accuracies.max())) if len(accuracies) else (0.0, 1.0)
    color = alt.Color(
        "accuracy:Q",
        title="Accuracy reached",
        scale=alt.Scale(range=_SHADES[theme.name], domain=[low, high if high > low else low + 0.01]),
        legend=alt.Legend(orient="bottom", type="gradient", labelExpr=PERCENT_LABEL, gradientLength=200, tickCount=3),
    )
    tooltip = [
        alt.Tooltip("run:N", title="Run"),
        alt.Tooltip("axis:N", title="Setting"),
        alt.Tooltip("value:N", title="Value"),
        alt.Tooltip("reached:N", title="Reached"),
    ]
    base = alt.Chart(known).encode(x=x, y=y)
    lines = base.mark_line().encode(
        detail="id:N",
        color=color,
        strokeWidth=alt.condition(hovered, alt.value(4), alt.value(1.6)),
        opacity=alt.condition(hovered, alt.value(1), alt.value(0.55)),
    )
    points = base.mark_point(filled=True).encode(
        color=color,
        size=alt.condition(hovered, alt.value(110), alt.value(34)),
        opacity=alt.condition(hovered, alt.value(1), alt.value(0.7)),
        tooltip=tooltip,
    )
    ticks = pd.DataFrame(
        [
            {"axis": axis.title, "place": place, "text": _cut(text)}
            for axis in axes
            for place, text in _apart(axis.ticks, height)
        ],
        columns=["axis", "place", "text"],
    )
    rules = alt.Chart(pd.DataFrame({"axis": titles, "from": 0.0, "to": 1.0})).mark_rule(color=theme.grid, strokeWidth=2)
    words = alt.Chart(ticks).encode(x=x, y=y, text="text:N")
    # Lines run through the words: a rim in the colour of the page keeps them legible.
    rim = words.mark_text(align="left", dx=7, fontSize=11, color=theme.surface, stroke=theme.surface, strokeWidth=3)
    ink = words.mark_text(align="left", dx=7, fontSize=11, color=theme.text)
    chart = layered(
        [
            rules.encode(x=x, y=alt.Y("from:Q", scale=scale, axis=None), y2="to:Q"),
            lines,
            points.add_params(hovered),
            rim,
            ink,
        ],
        height=height,
    )
    # The height is that of the axes alone, whatever titles and legend take.
    return chart.properties(autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TICK else f"{text[: _LONGEST_TICK - 1]}…"


def _apart(ticks: Sequence[tuple[float, str]], height: int) -> list[tuple[float, str]]:
    """Ticks that do not stand on each other, the outermost always among them."""
    least = 14 / height
    kept: list[tuple[float, str]] = []
    last = max((place for place, _ in ticks), default=1.0)
    for place, text in sorted(ticks):
        near_last = place != last and last - place < least
        if not near_last and (not kept or place - kept[-1][0] >= least):
            kept.append((place, text))
    return kept
