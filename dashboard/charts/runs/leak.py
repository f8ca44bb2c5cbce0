"""The leak meter as a picture: accuracy with its interval under each protocol, from the loosest to the strictest."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.experiments.aggregate import LeakRow
from dashboard.charts.style.axes import layered, names_axis, share_axis, share_scale
from dashboard.charts.style.theme import LIGHT, ChartTheme
from dashboard.sentences.leak import inflation_text


def leak_table(rows: Sequence[LeakRow]) -> pd.DataFrame:
    """One row a protocol: ``protocol`` (title), ``accuracy``, ``low``, ``high`` (0 to 1), ``n``, ``points``, texts.

    ``points`` is the inflation in points of per cent against the last, the strictest, row.
    """
    table = [
        {
            "protocol": row.title,
            "accuracy": row.accuracy,
            "low": row.interval[0],
            "high": row.interval[1],
            "n": row.n,
            "points": 100 * row.inflation,
            "text": f"{100 * row.accuracy:.1f} %, n = {row.n:,}{' excerpts' if row.unit == 'excerpt' else ''}",
            "inflation": inflation_text(row.inflation) if place < len(rows) - 1 else "",
            "wrong": row.rules.is_wrong,
        }
        for place, row in enumerate(rows)
    ]
    return pd.DataFrame(table)


def leak_chart(table: pd.DataFrame, *, chance: float, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """A dot on its 95 % interval for each protocol; a dashed line leads from the strictest up to the loosest.

    Parameters
    ----------
    table : DataFrame
        From `leak_table`.
    chance : float
        What always answering the commonest genre would score, 0 to 1.
    """
    titles = list(table["protocol"])
    y = alt.Y(
        "protocol:N",
        sort=titles,
        title=None,
        scale=alt.Scale(domain=titles),
        axis=names_axis(most_px=240, labelPadding=8),
    )
    base = alt.Chart(table).encode(
        y=y,
        tooltip=[
            alt.Tooltip("protocol:N", title="Protocol"),
            alt.Tooltip("accuracy:Q", title="Test accuracy", format=".1%"),
            alt.Tooltip("low:Q", title="95 % interval from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
            alt.Tooltip("n:Q", title="n", format=",d"),
            alt.Tooltip("inflation:N", title="Difference from the strictest"),
        ],
    )
    x = alt.X("accuracy:Q", scale=share_scale(), axis=share_axis("Test accuracy"))
    strictest = (
        alt.Chart(table.tail(1).assign(protocol=titles[0], strictest=titles[-1]))
        .mark_rule(strokeDash=[4, 3], strokeWidth=1.5, color=theme.muted)
        .encode(x=alt.X("accuracy:Q"), y=y, y2="strictest:N")
    )
    line = (
        alt.Chart(pd.DataFrame({"chance": [chance], "protocol": titles[:1]}))
        .mark_rule(strokeWidth=1, color=theme.grid)
        .encode(x=alt.X("chance:Q"))
    )
    word = (
        alt.Chart(pd.DataFrame({"chance": [chance], "protocol": titles[:1]}))
        .mark_text(dy=-20, dx=4, align="left", fontSize=11, color=theme.muted)
        .encode(y=y, x=alt.X("chance:Q"), text=alt.value("chance"))
    )
    intervals = base.mark_rule(strokeWidth=4, opacity=0.45, color=theme.accent).encode(
        x=alt.X("low:Q", scale=share_scale(), axis=share_axis("Test accuracy")), x2="high:Q"
    )
    points = base.mark_point(size=130, opacity=1, stroke=theme.accent, strokeWidth=2.5).encode(
        x=x,
        fill=alt.condition("datum.wrong", alt.value(theme.surface), alt.value(theme.accent)),
    )
    # The dashed line may pass behind words: a margin in the colour of the page keeps them legible.
    halo: dict[str, Any] = {"stroke": theme.surface, "strokeWidth": 5, "strokeJoin": "round", "color": theme.surface}
    texts = [
        base.mark_text(**({"dy": dy, "fontWeight": weight, "fontSize": size} | look)).encode(x=x, text=f"{field}:N")
        for field, dy, weight, size, color in (
            ("text", 18, "bold", 11, theme.text),
            ("inflation", -15, "normal", 11, theme.muted),
        )
        for look in (halo, {"color": color})
    ]
    return layered([line, word, strictest, *texts, intervals, points], height=alt.Step(64))
