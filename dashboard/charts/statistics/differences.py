"""Differences of accuracy between runs on the same clips, each with its intervals."""

import altair as alt
import pandas as pd

from core.evaluation.verdict.records import Verdict
from dashboard.charts.style.axes import layered, names_axis
from dashboard.charts.style.theme import LIGHT, ChartTheme

_POINTS_LABEL = "datum.value === 0 ? '0' : format(datum.value, '+.0f')"


def difference_table(verdict: Verdict) -> pd.DataFrame:
    """One row a pair of runs.

    Returns
    -------
    DataFrame
        ``pair``, and in points (100 times a share) ``difference``, ``low``, ``high`` by clips, ``group_low``,
        ``group_high`` by artist or recording (those by clips where there are no groups); ``p`` after Holm, ``n``.
    """
    rows = []
    for pair in verdict.pairs:
        by_group = pair.interval if pair.by_group is None else pair.by_group.interval
        rows.append(
            {
                "pair": f"{verdict.standings[pair.first].name} − {verdict.standings[pair.second].name}",
                "difference": 100 * pair.difference,
                "low": 100 * pair.interval[0],
                "high": 100 * pair.interval[1],
                "group_low": 100 * by_group[0],
                "group_high": 100 * by_group[1],
                "p": pair.p_adjusted,
                "n": pair.paired.n,
            }
        )
    columns = ["pair", "difference", "low", "high", "group_low", "group_high", "p", "n"]
    return pd.DataFrame(rows, columns=columns)


def difference_chart(table: pd.DataFrame, *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """A dot on its intervals for each pair; the line at 0 is no difference, the thin interval is that by groups.

    Parameters
    ----------
    table : DataFrame
        From `difference_table`.
    """
    widest = max(5.0, float(table[["low", "high", "group_low", "group_high"]].abs().max().max()) * 1.05)
    base = alt.Chart(table).encode(
        y=alt.Y(
            "pair:N",
            sort=list(table["pair"]),
            title=None,
            axis=names_axis(most_px=300, labelPadding=8),
        ),
        tooltip=[
            alt.Tooltip("pair:N", title="Difference"),
            alt.Tooltip("difference:Q", title="Points", format="+.1f"),
            alt.Tooltip("low:Q", title="95 % interval from", format="+.1f"),
            alt.Tooltip("high:Q", title="to", format="+.1f"),
            alt.Tooltip("group_low:Q", title="by groups from", format="+.1f"),
            alt.Tooltip("group_high:Q", title="to", format="+.1f"),
            alt.Tooltip("p:Q", title="p", format=".3f"),
            alt.Tooltip("n:Q", title="Test clips", format=",d"),
        ],
    )
    scale = alt.Scale(domain=[-widest, widest], nice=False)
    axis = alt.Axis(title="Difference of test accuracy (points)", labelExpr=_POINTS_LABEL, tickCount=7)
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=theme.muted, strokeDash=[4, 3]).encode(x="zero:Q")
    by_group = base.mark_rule(strokeWidth=1.5, color=theme.accent).encode(
        x=alt.X("group_low:Q", scale=scale, axis=axis), x2="group_high:Q"
    )
    by_clip = base.mark_rule(strokeWidth=6, opacity=0.4, color=theme.accent).encode(x="low:Q", x2="high:Q")
    dots = base.mark_point(filled=True, size=110, opacity=1, color=theme.accent).encode(x="difference:Q")
    return layered([zero, by_clip, by_group, dots], height=alt.Step(38))
