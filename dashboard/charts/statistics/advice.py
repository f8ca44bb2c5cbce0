"""The adviser's curves: how well the genres are told apart as they become fewer."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from core.evaluation.adviser.curve import Step
from dashboard.charts.style.axes import layered, share_axis, share_scale, value_axis
from dashboard.charts.style.theme import LIGHT, ChartTheme

ACCURACY, KAPPA, CHANCE = "accuracy (estimated)", "kappa (beyond chance)", "chance"
_HEIGHT_PX = 280
_MOST_TICKS = 20


def advice_table(steps: Sequence[Step]) -> pd.DataFrame:
    """One row a step and figure: ``genres`` (how many), ``changed``, ``figure``, ``value`` (0 to 1), ``n``."""
    rows = []
    for step in steps:
        changed = (" with " if len(step.changed) == 2 else "").join(step.changed) or "all genres"
        figures = ((ACCURACY, step.score.accuracy), (KAPPA, step.score.kappa), (CHANCE, step.score.chance))
        for figure, value in figures:
            if value is not None:
                rows.append(
                    {
                        "genres": len(step.score.genres),
                        "changed": changed,
                        "figure": figure,
                        "value": value,
                        "n": step.score.n,
                    }
                )
    return pd.DataFrame(rows, columns=["genres", "changed", "figure", "value", "n"])


def advice_chart(table: pd.DataFrame, *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Accuracy, kappa and chance from all genres on the left to two on the right, each step with what it changed.

    Parameters
    ----------
    table : DataFrame
        From `advice_table`, of one curve.
    """
    most = int(table["genres"].max())
    figures = [ACCURACY, KAPPA, CHANCE]
    legend = alt.Legend(orient="top", labelLimit=220)
    base = alt.Chart(table).encode(
        x=alt.X(
            "genres:Q",
            scale=alt.Scale(domain=[2, most], nice=False, padding=12, reverse=True),
            axis=value_axis(title="Genres left", values=list(range(2, most + 1, -(-most // _MOST_TICKS))), grid=False),
        ),
        y=alt.Y("value:Q", scale=share_scale(), axis=share_axis(None)),
        color=alt.Color(
            "figure:N",
            title=None,
            sort=figures,
            scale=alt.Scale(domain=figures, range=["#d55e00", theme.accent, theme.muted]),
            legend=legend,
        ),
        tooltip=[
            alt.Tooltip("genres:Q", title="Genres left"),
            alt.Tooltip("changed:N", title="Left out, or merged"),
            alt.Tooltip("figure:N", title="Figure"),
            alt.Tooltip("value:Q", title="Value", format=".1%"),
            alt.Tooltip("n:Q", title="Test clips", format=",d"),
        ],
    )
    lines = base.mark_line(strokeWidth=2)
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        # With the legend of the colours: the same in all, the two are one.
        shape=alt.Shape("figure:N", title=None, sort=figures, scale=alt.Scale(domain=figures), legend=legend)
    )
    return layered([lines, dots], height=_HEIGHT_PX)
