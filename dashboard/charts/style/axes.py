"""How numbers stand on the axes of all charts, and how charts of several layers are put together.

There is one way to write numbers: a comma after the thousands of counts and values alike, a point before decimals, no
prefix of a unit (never ``600m`` for 0.6, nor ``1k`` for 1,000), no exponent but for what could not be read otherwise.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import altair as alt
import numpy as np
import pandas as pd

PERCENT_LABEL = "format(100 * datum.value, '.0f') + ' %'"
COUNT_FORMAT = ",d"
_LEAST_PLAIN = 1e-3
_BETWEEN_ROWS = 0.8
"""Lines left free between two rows that are divided."""
_IS_SMALL = f"datum.value !== 0 && abs(datum.value) < {_LEAST_PLAIN}"
VALUE_LABEL = f"{_IS_SMALL} ? format(datum.value, '.2~e') : format(datum.value, ',.6~f')"
"""Vega expression that writes a tick of any value: ``0.6``, ``1,000``, ``2,500,000``, ``2e-6``."""

PLAIN_NUMBERS = {"exponentformat": "none", "separatethousands": True}
"""The same for an axis of Plotly, which else writes ``20k``."""


def count_axis() -> alt.Axis:
    """Axis of what is counted: whole numbers only."""
    return alt.Axis(format=COUNT_FORMAT, tickMinStep=1, tickCount=5)


def value_axis(**settings: Any) -> alt.Axis:
    """Axis of values of a feature or any other quantity, however large or small."""
    return alt.Axis(labelExpr=VALUE_LABEL, **settings)


def value_scale(values: Iterable[float], *, padding: int) -> alt.Scale:
    """From the smallest to the largest of these values and some pixels beyond, whatever of them is drawn.

    The ends are given, not found by the browser: it would warn of a layer without a point, and move the axes when a
    genre is filtered out.
    """
    known = np.asarray(list(values), dtype=np.float64)
    known = known[np.isfinite(known)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    if low == high:
        low, high = low - 0.5, high + 0.5
    return alt.Scale(domain=[low, high], zero=False, nice=False, padding=padding)


def names_axis(*, most_px: int, **settings: Any) -> alt.Axis:
    """Axis of names, each of which is shown; longer ones than so many pixels are cut."""
    return alt.Axis(domain=False, ticks=False, labelOverlap=False, labelLimit=most_px, **settings)


def share_axis(title: str | None, *, grid: bool = True) -> alt.Axis:
    """Axis of a share 0 to 1, labelled in per cent."""
    return alt.Axis(title=title, labelExpr=PERCENT_LABEL, values=[0, 0.2, 0.4, 0.6, 0.8, 1], grid=grid)


def share_scale() -> alt.Scale:
    """The whole range of a share, so that two charts can be compared by eye."""
    return alt.Scale(domain=[0, 1], nice=False)


def epoch_axis(n_epochs: int) -> alt.Axis:
    """Axis of epochs with at most about ten whole-numbered ticks."""
    step = max(1, -(-n_epochs // 10))
    ticks = [1, *range(step, n_epochs + 1, step)] if step > 1 else list(range(1, n_epochs + 1))
    return alt.Axis(title="Epoch", values=ticks, format=COUNT_FORMAT, grid=False, labelOverlap=False)


def layered(layers: Sequence[alt.Chart], *, height: float | alt.Step) -> alt.LayerChart:
    """The layers on top of each other, the first at the bottom."""
    chart = alt.layer(*layers)
    assert isinstance(chart, alt.LayerChart)  # `alt.layer` facets only charts that are faceted themselves
    return with_height(chart, height)


Chart = TypeVar("Chart", alt.Chart, alt.LayerChart)


def with_height(chart: Chart, height: float | alt.Step) -> Chart:
    """The chart in this height: pixels, or pixels a row, of which there are as many as its y axis has names.

    It is fitted in width alone. A height in steps would make Vega warn, since Streamlit's theme fits every chart.
    """
    pixels = round(height.step * _n_rows(chart)) if isinstance(height, alt.Step) else height
    sized: Chart = chart.properties(height=pixels)
    if isinstance(height, alt.Step):
        sized = sized.properties(autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
    return sized


def _n_rows(chart: alt.Chart | alt.LayerChart) -> float:
    """Names on the y axis; of rows that are divided, all their lines with the room between the rows."""
    layers: list[Any] = chart.layer if isinstance(chart, alt.LayerChart) else [chart]
    names, lines = 0, 0
    for layer in layers:
        row = _nominal(layer, "y")
        if row is None:
            continue
        data = layer.data if isinstance(layer.data, pd.DataFrame) else chart.data
        assert isinstance(data, pd.DataFrame)
        names = max(names, data[row].nunique())
        if (line := _nominal(layer, "yOffset")) is not None:
            lines = max(lines, data[line].nunique())
    if not lines:
        return max(1, names)
    return max(1, names) * (lines + _BETWEEN_ROWS)


def _nominal(layer: alt.Chart, channel: str) -> str | None:
    """Field of names, or of places, in a channel of a layer; None where it has none."""
    encoded = getattr(layer.encoding, channel, alt.Undefined)
    shorthand = getattr(encoded, "shorthand", alt.Undefined)
    if not isinstance(shorthand, str):
        return None
    field, _, kind = shorthand.rpartition(":")
    return field if kind in ("N", "O") else None
