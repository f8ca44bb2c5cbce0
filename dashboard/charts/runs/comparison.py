"""Runs side by side: accuracy with its interval, and recall genre by genre."""

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from core.runs.record import Run
from dashboard.charts.style.axes import layered, names_axis, share_axis, share_scale
from dashboard.charts.style.legends import filtered_by_legend, legend_parameter
from dashboard.charts.style.theme import LIGHT, ChartTheme


def accuracy_table(runs: Mapping[str, Run]) -> pd.DataFrame:
    """One row a finished run: ``run`` (label), ``accuracy``, ``low``, ``high``, ``chance`` (0 to 1), ``n``, text."""
    rows = [
        {
            "run": label,
            "accuracy": run.result.accuracy,
            "low": run.result.interval[0],
            "high": run.result.interval[1],
            "chance": run.result.chance,
            "n": run.result.n,
            "text": f"{100 * run.result.accuracy:.1f} %",
        }
        for label, run in runs.items()
        if run.result is not None
    ]
    return pd.DataFrame(rows, columns=["run", "accuracy", "low", "high", "chance", "n", "text"])


def accuracy_chart(table: pd.DataFrame, *, colors: Mapping[str, str], theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Test accuracy as a point, its 95 % interval as a bar, chance as a tick, a line for each run.

    Parameters
    ----------
    table : DataFrame
        From `accuracy_table`.
    colors : mapping
        Colour of each run by its label.
    """
    labels = list(table["run"])
    y = alt.Y(
        "run:N",
        sort=labels,
        title=None,
        axis=names_axis(most_px=260, labelPadding=8),
    )
    base = alt.Chart(table).encode(
        y=y,
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("accuracy:Q", title="Test accuracy", format=".1%"),
            alt.Tooltip("low:Q", title="95 % interval from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
            alt.Tooltip("n:Q", title="Test clips"),
            alt.Tooltip("chance:Q", title="Chance", format=".1%"),
        ],
    )
    color = alt.Color("run:N", scale=alt.Scale(domain=labels, range=[colors[label] for label in labels]), legend=None)
    axis = share_axis("Test accuracy")
    intervals = base.mark_rule(strokeWidth=4, opacity=0.45).encode(
        x=alt.X("low:Q", scale=share_scale(), axis=axis), x2="high:Q", color=color
    )
    points = base.mark_point(filled=True, size=130, opacity=1).encode(x=alt.X("accuracy:Q"), color=color)
    figures = base.mark_text(dy=17, fontWeight="bold", color=theme.text).encode(x=alt.X("accuracy:Q"), text="text:N")
    chance = base.mark_tick(thickness=2, size=22, color=theme.muted).encode(x=alt.X("chance:Q"))
    word = (
        alt.Chart(table.head(1))
        .mark_text(dy=-18, fontSize=11, color=theme.muted)
        .encode(y=y, x=alt.X("chance:Q"), text=alt.value("chance"))
    )
    return layered([intervals, chance, word, points, figures], height=alt.Step(58))


def recall_table(recalls: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Recalls by genre of several runs as one long table with a column ``run``."""
    frames = [frame.assign(run=label) for label, frame in recalls.items()]
    return pd.concat(frames, ignore_index=True)


def recall_chart(
    table: pd.DataFrame, *, colors: Mapping[str, str], order: Sequence[str], theme: ChartTheme = LIGHT
) -> alt.LayerChart:
    """A group for each genre: the recall of every run as a dot on its 95 % interval.

    Parameters
    ----------
    table : DataFrame
        From `recall_table`: ``run``, ``genre``, ``recall``, ``low``, ``high``, ``n``, ``n_correct``.
    colors : mapping
        Colour of each run by its label.
    order : sequence of str
        Genres from top to bottom.
    """
    labels = list(colors)
    base = alt.Chart(table).encode(
        y=alt.Y(
            "genre:N",
            sort=list(order),
            title=None,
            scale=alt.Scale(paddingInner=0.45, paddingOuter=0.25),
            axis=names_axis(most_px=120, labelPadding=8),
        ),
        yOffset=alt.YOffset("run:N", sort=labels, scale=alt.Scale(domain=labels)),
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("genre:N", title="Genre"),
            alt.Tooltip("recall:Q", title="Recall", format=".1%"),
            alt.Tooltip("low:Q", title="95 % interval from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
            alt.Tooltip("n_correct:Q", title="Correct"),
            alt.Tooltip("n:Q", title="Test clips"),
        ],
    )
    color = alt.Color(
        "run:N",
        title=None,
        scale=alt.Scale(domain=labels, range=[colors[label] for label in labels]),
        legend=alt.Legend(orient="top", columns=1, labelLimit=400, symbolOpacity=1, symbolSize=90),
    )
    axis = share_axis("Recall")
    intervals = base.mark_rule(strokeWidth=2, opacity=0.45).encode(
        x=alt.X("low:Q", scale=share_scale(), axis=axis), x2="high:Q", color=color
    )
    dots = base.mark_point(filled=True, size=90, opacity=1, stroke=theme.surface, strokeWidth=1).encode(
        x=alt.X("recall:Q", scale=share_scale()),
        color=color,
        shape=alt.Shape("run:N", title=None, scale=alt.Scale(domain=labels)),
    )
    return layered(
        [filtered_by_legend(intervals), filtered_by_legend(dots.add_params(legend_parameter("run")))],
        height=alt.Step(14, **{"for": "offset"}),
    )
