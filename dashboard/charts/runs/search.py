"""Charts of a search: what each trial reached, the best so far, and which settings mattered."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from core.search.study import Search
from dashboard.charts.style.axes import COUNT_FORMAT, PERCENT_LABEL, layered
from dashboard.charts.style.legends import filtered_by_legend, legend_parameter
from dashboard.charts.style.theme import LIGHT, ChartTheme

STATE_WORDS = {
    "complete": "Complete",
    "pruned": "Stopped early",
    "running": "Running",
    "open": "Unfinished",
    "failed": "Failed",
}
_SHAPES = {
    "complete": "circle",
    "pruned": "cross",
    "running": "triangle-up",
    "open": "triangle-down",
    "failed": "square",
}


def trial_points(search: Search) -> pd.DataFrame:
    """One row a trial that has a value: ``trial``, ``value``, ``state`` (in words), ``best`` (best so far)."""
    better = max if search.spec.objective == "accuracy" else min
    rows, best = [], None
    for trial in search.trials:
        if trial.value is None:
            continue
        if trial.state in ("complete", "pruned"):
            best = trial.value if best is None else better(best, trial.value)
        rows.append({"trial": trial.number, "value": trial.value, "state": STATE_WORDS[trial.state], "best": best})
    return pd.DataFrame(rows, columns=["trial", "value", "state", "best"]).astype({"best": "float64"})


def history_chart(search: Search, *, theme: ChartTheme = LIGHT, height: int = 280) -> alt.LayerChart:
    """What each trial reached, and the best so far as a stepped line."""
    table = trial_points(search)
    accuracy = search.spec.objective == "accuracy"
    title = "Validation accuracy" if accuracy else "Validation loss (nats)"
    last = max(2, int(table["trial"].max()) if len(table) else 2, len(search.trials))
    axis = (
        alt.Axis(title=title, labelExpr=PERCENT_LABEL, tickCount=5) if accuracy else alt.Axis(title=title, tickCount=5)
    )
    x = alt.X(
        "trial:Q",
        scale=alt.Scale(domain=[0.5, last + 0.5], nice=False),
        axis=alt.Axis(title="Trial", format=COUNT_FORMAT, tickMinStep=1, grid=False),
    )
    base = alt.Chart(table).encode(x=x)
    scale = alt.Scale(zero=False, nice=True)
    if accuracy and len(table):
        # Ten points at least, so that small differences look small.
        low, high = float(table["value"].min()), float(table["value"].max())
        scale = alt.Scale(domain=[max(0.0, min(low, high - 0.1) - 0.02), min(1.0, max(high, low + 0.1) + 0.02)])
    # Only what there is: most searches have no failed trial.
    states = [state for state in STATE_WORDS if (table["state"] == STATE_WORDS[state]).any()]
    words = [STATE_WORDS[state] for state in states]
    colors = {"complete": theme.accent, "pruned": theme.muted}
    points = base.mark_point(filled=True, size=70, opacity=0.9).encode(
        y=alt.Y("value:Q", scale=scale, axis=axis),
        shape=alt.Shape(
            "state:N",
            title=None,
            scale=alt.Scale(domain=words, range=[_SHAPES[state] for state in states]),
            legend=alt.Legend(orient="top"),
        ),
        color=alt.Color(
            "state:N",
            title=None,
            scale=alt.Scale(domain=words, range=[colors.get(state, theme.text) for state in states]),
        ),
        tooltip=[
            alt.Tooltip("trial:Q", title="Trial"),
            alt.Tooltip("value:Q", title=title, format=".1%" if accuracy else ".3f"),
            alt.Tooltip("state:N", title="State"),
            alt.Tooltip("best:Q", title="Best so far", format=".1%" if accuracy else ".3f"),
        ],
    )
    line = base.mark_line(interpolate="step-after", strokeWidth=2, color=theme.accent, opacity=0.6).encode(
        y=alt.Y("best:Q", scale=scale, axis=axis)
    )
    return layered([line, filtered_by_legend(points.add_params(legend_parameter("state")))], height=height)


def importance_chart(shares: Mapping[str, float], *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Bars of how much of the trials' differences each setting explains."""
    table = pd.DataFrame({"setting": list(shares), "share": list(shares.values())})
    base = alt.Chart(table).encode(
        y=alt.Y("setting:N", sort=None, title=None, axis=alt.Axis(labelLimit=220)),
        x=alt.X(
            "share:Q",
            scale=alt.Scale(domain=[0, 1], nice=False),
            axis=alt.Axis(title="Share of the variance explained", labelExpr=PERCENT_LABEL, tickCount=5),
        ),
        tooltip=[alt.Tooltip("setting:N", title="Setting"), alt.Tooltip("share:Q", title="Share", format=".0%")],
    )
    bars = base.mark_bar(color=theme.accent, height={"band": 0.6})
    text = base.mark_text(align="left", dx=4, color=theme.text).encode(text=alt.Text("share:Q", format=".0%"))
    return layered([bars, text], height=alt.Step(28))
