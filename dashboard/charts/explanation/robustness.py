"""Accuracy of runs over the range of a change, with 95 % intervals, and where the clips are as they are."""

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from core.explanation.changes import Change
from core.explanation.robustness import RobustPoint
from dashboard.charts.style.axes import layered, share_axis, share_scale, value_axis
from dashboard.charts.style.theme import LIGHT, ChartTheme

_HEIGHT_PX, _LEGEND_ROW_PX = 372, 28
_MOST_BANDS = 2
_ASIDE_PX = 5
"""Pixels between the bars of two runs at one value."""


def robustness_table(curves: Mapping[str, Sequence[RobustPoint]], change: Change) -> pd.DataFrame:
    """One row a run and value: ``run``, ``change``, ``value``, ``text``, ``accuracy``, ``low``, ``high``, counts.

    Parameters
    ----------
    curves : mapping of str to sequence of RobustPoint
        By the names of the runs.
    change : Change
    """
    return pd.DataFrame(
        [
            {
                "run": name,
                "change": change.title,
                "value": point.value,
                "text": change.value_text(point.value),
                "accuracy": point.accuracy,
                "low": point.interval[0],
                "high": point.interval[1],
                "n_correct": point.n_correct,
                "n": point.n,
            }
            for name, points in curves.items()
            for point in points
        ]
    )


def robustness_chart(
    table: pd.DataFrame, change: Change, *, colors: Mapping[str, str], theme: ChartTheme = LIGHT
) -> alt.LayerChart:
    """A line for each run with its 95 % intervals; a rule marks the clips as they are.

    One or two runs have bands. Bands of more would cover each other: their intervals are bars, side by side.

    Parameters
    ----------
    table : DataFrame
        From `robustness_table`.
    change : Change
    colors : mapping of str to str
        Of each run, by its name.
    theme : ChartTheme
    """
    runs = list(dict.fromkeys(table["run"]))
    x = alt.X(
        "value:Q",
        scale=alt.Scale(
            type="log" if change.is_logarithmic else "linear", domain=[change.low, change.high], nice=False, zero=False
        ),
        axis=value_axis(title=f"{change.title} ({change.unit})", values=list(change.values)),
    )
    color = alt.Color(
        "run:N",
        scale=alt.Scale(domain=runs, range=[colors[name] for name in runs]),
        legend=alt.Legend(title=None, orient="top", labelLimit=320, symbolOpacity=1, columns=1),
    )
    rule = (
        alt.Chart(pd.DataFrame({"value": [change.neutral], "text": [change.neutral_text]}))
        .mark_rule(color=theme.muted, strokeDash=[4, 3])
        .encode(x=x, tooltip=[alt.Tooltip("text:N", title="Here")])
    )
    if len(runs) <= _MOST_BANDS:
        return layered(
            [_bands(table, x, color), rule, _lines(table, x, color, change)],
            height=_HEIGHT_PX + _LEGEND_ROW_PX * len(runs),
        )
    aside = {run: _ASIDE_PX * (place - (len(runs) - 1) / 2) for place, run in enumerate(runs)}
    by_run = {run: table[table["run"] == run] for run in runs}
    bars = [_bars(by_run[run], x, color, aside[run]) for run in runs]
    lines = [_lines(by_run[run], x, color, change, aside_px=aside[run]) for run in runs]
    return layered([rule, *bars, *lines], height=_HEIGHT_PX + _LEGEND_ROW_PX * len(runs))


def _bands(table: pd.DataFrame, x: alt.X, color: alt.Color) -> alt.Chart:
    chart: alt.Chart = alt.Chart(table).mark_area(opacity=0.18)
    return chart.encode(x=x, y=alt.Y("low:Q", scale=share_scale()), y2="high:Q", color=color)


def _bars(table: pd.DataFrame, x: alt.X, color: alt.Color, aside_px: float) -> alt.Chart:
    chart: alt.Chart = alt.Chart(table).mark_rule(opacity=0.6, strokeWidth=1.5, xOffset=aside_px)
    return chart.encode(x=x, y=alt.Y("low:Q", scale=share_scale()), y2="high:Q", color=color)


def _lines(table: pd.DataFrame, x: alt.X, color: alt.Color, change: Change, *, aside_px: float = 0.0) -> alt.Chart:
    chart: alt.Chart = alt.Chart(table).mark_line(
        point={"filled": True, "size": 55, "xOffset": aside_px}, xOffset=aside_px
    )
    return chart.encode(
        x=x,
        y=alt.Y("accuracy:Q", scale=share_scale(), axis=share_axis("Accuracy")),
        color=color,
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("text:N", title=change.title),
            alt.Tooltip("accuracy:Q", title="Accuracy", format=".1%"),
            alt.Tooltip("low:Q", title="95 % interval from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
            alt.Tooltip("n_correct:Q", title="Correct"),
            alt.Tooltip("n:Q", title="Clips"),
        ],
    )
