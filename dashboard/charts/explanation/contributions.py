"""What each group of features adds to a verdict, as bars to the right (for the genre) or the left (against it)."""

import altair as alt
import pandas as pd

from core.explanation.contributions import Contributions
from dashboard.charts.style.axes import layered, value_axis
from dashboard.charts.style.theme import LIGHT, ChartTheme

_COLORS = {"speaks for it": "#0072b2", "speaks against it": "#d55e00"}
"""Blue and vermilion of Okabe and Ito, told apart with every kind of sight."""


def contribution_table(contributions: Contributions) -> pd.DataFrame:
    """One row a group: ``group``, ``contribution`` (points of per cent, or logits), ``direction``, ``features``."""
    factor = 100 if contributions.unit == "probability" else 1
    return pd.DataFrame(
        {
            "group": [one.name.capitalize() for one in contributions.groups],
            "contribution": [factor * one.value for one in contributions.groups],
            "direction": [list(_COLORS)[one.value < 0] for one in contributions.groups],
            "features": [len(one.features) for one in contributions.groups],
        }
    )


def contribution_bars(contributions: Contributions, *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Bars, the longest at the top, with the figure at their ends on hover."""
    table, question = contribution_table(contributions), contributions.question
    of = f"{question.genre} over {question.against}" if question.against else question.genre
    title = (
        f"Added to the logit of {of}" if question.against else f"Added to the probability of {of} (percentage points)"
    )
    bars = (
        alt.Chart(table)
        .mark_bar(cornerRadius=2)
        .encode(
            x=alt.X("contribution:Q", axis=value_axis(title=title)),
            y=alt.Y("group:N", sort=list(table["group"]), title=None, axis=alt.Axis(labelLimit=220)),
            color=alt.Color(
                "direction:N",
                scale=alt.Scale(domain=list(_COLORS), range=list(_COLORS.values())),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=[
                alt.Tooltip("group:N", title="Group"),
                alt.Tooltip("contribution:Q", title="Adds", format="+.2f"),
                alt.Tooltip("features:Q", title="Features in it"),
            ],
        )
    )
    zero = alt.Chart(pd.DataFrame({"at": [0]})).mark_rule(color=theme.muted).encode(x="at:Q")
    return layered([bars, zero], height=alt.Step(24))
