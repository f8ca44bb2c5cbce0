"""Accuracy of runs over what they cost, and the Pareto front of the two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import altair as alt
import pandas as pd

from core.evaluation.predictions import TestResult
from core.evaluation.verdict.front import pareto_front
from dashboard.charts.style.axes import layered, share_axis, share_scale, value_axis
from dashboard.charts.style.legends import filtered_by_legend, legend_parameter
from dashboard.charts.style.theme import LIGHT, ChartTheme

_HEIGHT_PX = 260
_WIDE = 5.0
"""From so many times the cheapest on, costs stand on a logarithmic axis."""
_MOST_TICKS = 8


@dataclass(frozen=True)
class Costs:
    """A kind of cost of several runs.

    Attributes
    ----------
    title : str
        With its unit: ``"Training time (s)"``.
    of : mapping of str to float or None
        By the label of the run; None where it is not known.
    """

    title: str
    of: Mapping[str, float | None]


def cost_front_table(results: Mapping[str, TestResult], costs: Costs, *, with_front: bool) -> pd.DataFrame:
    """One row a run of known cost, the cheapest first.

    Parameters
    ----------
    results : mapping of label to TestResult
    costs : Costs
    with_front : bool
        Whether the accuracies are of the same clips, so that there is a front.

    Returns
    -------
    DataFrame
        ``run``, ``cost`` (above 0), ``accuracy``, ``low``, ``high`` (0 to 1), ``n``, ``on_front``.
    """
    known = sorted((cost, label) for label in results if (cost := costs.of[label]))
    front = pareto_front([cost for cost, _ in known], [results[label].accuracy for _, label in known])
    rows = [
        {
            "run": label,
            "cost": float(cost),
            "accuracy": results[label].accuracy,
            "low": results[label].interval[0],
            "high": results[label].interval[1],
            "n": results[label].n,
            "on_front": with_front and place in front,
        }
        for place, (cost, label) in enumerate(known)
    ]
    return pd.DataFrame(rows, columns=["run", "cost", "accuracy", "low", "high", "n", "on_front"])


def cost_front_chart(
    table: pd.DataFrame, costs: Costs, *, colors: Mapping[str, str], theme: ChartTheme = LIGHT
) -> alt.LayerChart:
    """A dot on its 95 % interval for each run; the steps join those that nothing beats.

    Parameters
    ----------
    table : DataFrame
        From `cost_front_table`, not empty.
    costs : Costs
    colors : mapping
        Colour of each run by its label.
    """
    labels = [label for label in colors if label in set(table["run"])]
    x = _cost_axis(table["cost"].tolist(), costs.title)
    base = alt.Chart(table).encode(
        x=x,
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("cost:Q", title=costs.title, format=",.4~r"),
            alt.Tooltip("accuracy:Q", title="Test accuracy", format=".1%"),
            alt.Tooltip("low:Q", title="95 % interval from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
            alt.Tooltip("n:Q", title="Test clips", format=",d"),
        ],
    )
    color = alt.Color(
        "run:N",
        title=None,
        scale=alt.Scale(domain=labels, range=[colors[label] for label in labels]),
        legend=alt.Legend(orient="top", columns=1, labelLimit=400, symbolOpacity=1, symbolSize=90),
    )
    shape = alt.Shape("run:N", title=None, scale=alt.Scale(domain=labels))
    y_axis = share_axis("Test accuracy")
    intervals = base.mark_rule(strokeWidth=3, opacity=0.4).encode(
        y=alt.Y("low:Q", scale=share_scale(), axis=y_axis), y2="high:Q", color=color
    )
    dots = base.mark_point(filled=True, size=120, opacity=1, stroke=theme.surface, strokeWidth=1).encode(
        y=alt.Y("accuracy:Q", scale=share_scale(), axis=y_axis), color=color, shape=shape
    )
    layers = [filtered_by_legend(intervals), filtered_by_legend(dots.add_params(legend_parameter("run")))]
    if table["on_front"].any():
        front = alt.Chart(table[table["on_front"]]).mark_line(
            interpolate="step-after", strokeWidth=1.5, strokeDash=[5, 3], color=theme.muted
        )
        layers.insert(0, front.encode(x=x, y=alt.Y("accuracy:Q", scale=share_scale(), axis=y_axis)))
    # The height is that of the axes alone: the legend of a dozen runs would leave nothing of it.
    return layered(layers, height=_HEIGHT_PX).properties(autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))


def _cost_axis(values: Sequence[float], title: str) -> alt.X:
    low, high = min(values), max(values)
    if high < _WIDE * low:
        room = 0.1 * high
        scale = alt.Scale(domain=[max(0.0, low - room), high + room], nice=False)
        return alt.X("cost:Q", scale=scale, axis=value_axis(title=title, tickCount=5, grid=False))
    low, high = low / 1.4, high * 1.4
    ticks = [
        digit * 10.0**power
        for power in range(floor(log10(low)), ceil(log10(high)) + 1)
        for digit in (1, 2, 5)
        if low <= digit * 10.0**power <= high
    ]
    if len(ticks) > _MOST_TICKS:
        ticks = [tick for tick in ticks if abs(log10(tick) - round(log10(tick))) < 1e-9]
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    return alt.X("cost:Q", scale=scale, axis=value_axis(title=title, values=ticks, grid=False))
