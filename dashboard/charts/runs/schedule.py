"""Learning rate over the epochs of a training that has not begun."""

import altair as alt
import numpy as np
import pandas as pd

from core.recipe.config import TrainingConfig
from core.training.schedule import learning_rate
from dashboard.charts.style.axes import COUNT_FORMAT, VALUE_LABEL
from dashboard.charts.style.theme import LIGHT, ChartTheme

_N_POINTS = 160


def schedule_table(config: TrainingConfig) -> pd.DataFrame:
    """``epoch`` (0 is the start) and ``rate``; each whole epoch is among the points."""
    n_within = max(1, -(-_N_POINTS // config.epochs))
    epochs = np.arange(config.epochs * n_within + 1) / n_within
    if len(epochs) > 4 * _N_POINTS:
        epochs = epochs[:: len(epochs) // (2 * _N_POINTS)]
    return pd.DataFrame({"epoch": epochs, "rate": [learning_rate(config, float(epoch)) for epoch in epochs]})


def schedule_chart(table: pd.DataFrame, *, theme: ChartTheme = LIGHT) -> alt.Chart:
    """A line from 0 upwards.

    Parameters
    ----------
    table : DataFrame
        From `schedule_table`.
    """
    chart: alt.Chart = (
        alt.Chart(table)
        .mark_line(strokeWidth=2, color=theme.accent, interpolate="step-after")
        .encode(
            x=alt.X("epoch:Q", title="Epochs done", axis=alt.Axis(grid=False, tickCount=6, format=COUNT_FORMAT)),
            y=alt.Y(
                "rate:Q",
                title=None,
                scale=alt.Scale(domainMin=0),
                axis=alt.Axis(tickCount=3, labelExpr=VALUE_LABEL, labelLimit=60),
            ),
            tooltip=[
                alt.Tooltip("epoch:Q", title="Epochs done", format=".1f"),
                alt.Tooltip("rate:Q", title="Learning rate", format=".2~e"),
            ],
        )
        .properties(height=150)
    )
    return chart
