"""What groups of features, or single ones, add to a verdict: bars to the right (for the genre) or the left."""

import altair as alt
import pandas as pd

from core.explanation.contributions import Contribution, Contributions
from dashboard.charts.style.axes import layered, value_axis
from dashboard.charts.style.theme import LIGHT, ChartTheme

_COLORS = {"speaks for it": "#0072b2", "speaks against it": "#d55e00"}
"""Blue and vermilion of Okabe and Ito, told apart with every kind of sight."""


def contribution_table(contributions: Contributions) -> pd.DataFrame:
    """One row a group: ``group``, ``contribution`` (points of per cent, or logits), ``direction``, ``features``."""
    factor = 100 if contributions.unit == "probability" else 1
    return pd.DataFrame(
        {
            "group": [one.name[:1].upper() + one.name[1:] for one in contributions.groups],
            "contribution": [factor * one.value for one in contributions.groups],
            "direction": _directions(contributions.groups),
            "features": [len(one.features) for one in contributions.groups],
        }
    )


def single_table(contributions: Contributions) -> pd.DataFrame:
    """One row a feature of a linear model: ``feature``, ``contribution`` (logits), ``direction``, ``deviation``."""
    return pd.DataFrame(
        {
            "feature": [one.name.removeprefix("tag_").replace("_", " ") for one in contributions.linear],
            "contribution": [one.value for one in contributions.linear],
            "direction": _directions(contributions.linear),
            "deviation": [one.deviation for one in contributions.linear],
        }
    )


def _directions(given: tuple[Contribution, ...]) -> list[str]:
    return [list(_COLORS)[one.value < 0] for one in given]


def contribution_bars(contributions: Contributions, *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Bars of the groups, the longest at the top."""
    question = contributions.question
    if question.against:
        title = f"Added to the logit of {question.genre} over {question.against}"
    else:
        title = f"Percentage points added to {question.genre}"
    told = alt.Tooltip("features:Q", title="Features in it")
    return _bars(contribution_table(contributions), "group", title, told, theme=theme)


def single_bars(contributions: Contributions, *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Bars of the single features of a linear model, the longest at the top."""
    question = contributions.question
    over = f" over {question.against}" if question.against else ""
    told = alt.Tooltip("deviation:Q", title="From the mean of the training clips (SD)", format="+.2f")
    title = f"Added to the logit of {question.genre}{over}"
    return _bars(single_table(contributions), "feature", title, told, theme=theme)


def _bars(table: pd.DataFrame, name: str, title: str, told: alt.Tooltip, *, theme: ChartTheme) -> alt.LayerChart:
    bars = (
        alt.Chart(table)
        .mark_bar(cornerRadius=2)
        .encode(
            x=alt.X("contribution:Q", axis=value_axis(title=title)),
            y=alt.Y(f"{name}:N", sort=list(table[name]), title=None, axis=alt.Axis(labelLimit=220)),
            color=alt.Color(
                "direction:N",
                scale=alt.Scale(domain=list(_COLORS), range=list(_COLORS.values())),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=[
                alt.Tooltip(f"{name}:N", title=name.capitalize()),
                alt.Tooltip("contribution:Q", title="Adds", format="+.2f"),
                told,
            ],
        )
    )
    zero = alt.Chart(pd.DataFrame({"at": [0]})).mark_rule(color=theme.muted).encode(x="at:Q")
    return layered([bars, zero], height=alt.Step(24))
