"""Axes that the charts of runs share: shares written in per cent, whole epochs."""

from collections.abc import Sequence

import altair as alt

PERCENT_LABEL = "format(100 * datum.value, '.0f') + ' %'"


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
    return alt.Axis(title="Epoch", values=ticks, format="d", grid=False, labelOverlap=False)


def layered(layers: Sequence[alt.Chart], *, height: float | alt.Step) -> alt.LayerChart:
    """The layers on top of each other, the first at the bottom."""
    chart = alt.layer(*layers)
    assert isinstance(chart, alt.LayerChart)  # `alt.layer` facets only charts that are faceted themselves
    return chart.properties(height=height)
