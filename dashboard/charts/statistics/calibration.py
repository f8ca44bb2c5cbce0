"""Reliability diagram, and accuracy against coverage."""

import altair as alt
import pandas as pd

from core.evaluation.reliability import CoverageCurve, Reliability
from dashboard.charts.style.axes import layered, share_axis, share_scale
from dashboard.charts.style.theme import LIGHT, ChartTheme

_SIDE_PX = 320


def reliability_table(found: Reliability) -> pd.DataFrame:
    """One row a bin: ``confidence``, ``accuracy``, ``low``, ``high`` (0 to 1), ``n``, ``from``, ``to``."""
    rows = [
        {
            "confidence": each.confidence,
            "accuracy": each.accuracy,
            "low": each.interval[0],
            "high": each.interval[1],
            "n": each.n,
            "from": each.low,
            "to": each.high,
        }
        for each in found.bins
    ]
    return pd.DataFrame(rows, columns=["confidence", "accuracy", "low", "high", "n", "from", "to"])


def reliability_chart(table: pd.DataFrame, *, unit: str = "clip", theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Accuracy of the verdicts over their probability; on the diagonal they are right as often as they say.

    Parameters
    ----------
    table : DataFrame
        From `reliability_table`.
    unit : str
        What was tested, in the singular.
    """
    base = alt.Chart(table).encode(
        x=alt.X("confidence:Q", scale=share_scale(), axis=share_axis("Probability of the verdict")),
        tooltip=[
            alt.Tooltip("from:Q", title="Probability from", format=".0%"),
            alt.Tooltip("to:Q", title="to", format=".0%"),
            alt.Tooltip("confidence:Q", title="Mean probability", format=".1%"),
            alt.Tooltip("accuracy:Q", title="Were right", format=".1%"),
            alt.Tooltip("low:Q", title="95 % interval from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
            alt.Tooltip("n:Q", title=f"Test {unit}s", format=",d"),
        ],
    )
    diagonal = (
        alt.Chart(pd.DataFrame({"x": [0.0, 1.0], "y": [0.0, 1.0]}))
        .mark_line(color=theme.muted, strokeDash=[4, 3], strokeWidth=1.5)
        .encode(x="x:Q", y=alt.Y("y:Q", scale=share_scale(), axis=share_axis("Share that was right")))
    )
    intervals = base.mark_rule(strokeWidth=2.5, opacity=0.5, color=theme.accent).encode(y="low:Q", y2="high:Q")
    dots = base.mark_point(filled=True, opacity=1, color=theme.accent).encode(
        y="accuracy:Q",
        size=alt.Size("n:Q", title=f"Test {unit}s", scale=alt.Scale(range=[30, 260], zero=True), legend=None),
    )
    return layered([diagonal, intervals, dots], height=_SIDE_PX)


def coverage_table(curve: CoverageCurve) -> pd.DataFrame:
    """One row a threshold: ``coverage``, ``accuracy``, ``low``, ``high``, ``threshold`` (0 to 1), ``n``."""
    rows = [
        {
            "coverage": each.coverage,
            "accuracy": each.accuracy,
            "low": each.interval[0],
            "high": each.interval[1],
            "threshold": each.threshold,
            "n": each.n,
        }
        for each in curve.points
    ]
    return pd.DataFrame(rows, columns=["coverage", "accuracy", "low", "high", "threshold", "n"])


def coverage_chart(table: pd.DataFrame, *, unit: str = "clip", theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Accuracy of the surest verdicts over the share of all that they are, with its 95 % interval.

    Parameters
    ----------
    table : DataFrame
        From `coverage_table`.
    unit : str
        What was tested, in the singular.
    """
    x = alt.X("coverage:Q", scale=share_scale(), axis=share_axis(f"Share of the test {unit}s that is judged"))
    base = alt.Chart(table).encode(x=x)
    band = base.mark_area(opacity=0.2, color=theme.accent).encode(
        y=alt.Y("low:Q", scale=share_scale(), axis=share_axis("Share of these that is right")), y2="high:Q"
    )
    line = base.mark_line(strokeWidth=2, color=theme.accent).encode(y="accuracy:Q")
    dots = base.mark_point(filled=True, size=40, opacity=0, color=theme.accent).encode(
        y="accuracy:Q",
        tooltip=[
            alt.Tooltip("threshold:Q", title="Probability of at least", format=".1%"),
            alt.Tooltip("coverage:Q", title=f"{unit.capitalize()}s judged", format=".1%"),
            alt.Tooltip("n:Q", title=f"Test {unit}s", format=",d"),
            alt.Tooltip("accuracy:Q", title="Right", format=".1%"),
            alt.Tooltip("low:Q", title="95 % interval from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
        ],
    )
    return layered([band, line, dots], height=_SIDE_PX)
