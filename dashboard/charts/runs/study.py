"""The study's published accuracies beside those of its repetition, each with its 95 % interval."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from core.experiments.study import StudyRow
from dashboard.charts.style.axes import layered, names_axis, share_axis, share_scale
from dashboard.charts.style.legends import filtered_by_legend, legend_parameter
from dashboard.charts.style.theme import LIGHT, ChartTheme

PUBLISHED, PADDED, REFLOWED = "Published", "Here", "Here, with the study's resize"


def study_table(rows: Sequence[StudyRow]) -> pd.DataFrame:
    """One row a figure, published or reached.

    Returns
    -------
    DataFrame
        ``experiment``, ``source``, ``accuracy``, ``low``, ``high`` (0 to 1), ``n_correct``, ``n``, ``protocol``,
        ``run`` (id, empty for the published ones).
    """
    table = []
    for row in rows:
        one = row.experiment
        table.append(
            {
                "experiment": one.title,
                "source": PUBLISHED,
                "accuracy": one.accuracy,
                "low": one.interval[0],
                "high": one.interval[1],
                "n_correct": one.n_correct,
                "n": one.n,
                "protocol": "by clip, 80/20, seed 42; the test set was also used for validation",
                "run": "",
            }
        )
        for source, run in ((PADDED, row.padded), (REFLOWED, row.reflowed)):
            if run is None or run.result is None:
                continue
            result = run.result
            table.append(
                {
                    "experiment": one.title,
                    "source": source,
                    "accuracy": result.accuracy,
                    "low": result.interval[0],
                    "high": result.interval[1],
                    "n_correct": result.n_correct,
                    "n": result.n,
                    "protocol": result.protocol,
                    "run": run.id,
                }
            )
    return pd.DataFrame(table)


def study_chart(table: pd.DataFrame, *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """A dot on its interval for each figure, those of an experiment below one another.

    Parameters
    ----------
    table : DataFrame
        From `study_table`.
    """
    sources = [source for source in (PUBLISHED, PADDED, REFLOWED) if source in set(table["source"])]
    colors = dict(zip((PUBLISHED, PADDED, REFLOWED), (theme.muted, theme.accent, "#963cae"), strict=True))
    shapes = dict(zip((PUBLISHED, PADDED, REFLOWED), ("diamond", "circle", "square"), strict=True))
    y = alt.Y(
        "experiment:N",
        sort=list(dict.fromkeys(table["experiment"])),
        title=None,
        axis=names_axis(most_px=140, labelPadding=8),
    )
    base = alt.Chart(table.assign(place=[sources.index(source) for source in table["source"]])).encode(
        y=y,
        yOffset=alt.YOffset("place:O", scale=alt.Scale(domain=list(range(len(sources))), paddingOuter=0.3)),
        color=alt.Color(
            "source:N",
            title=None,
            scale=alt.Scale(domain=sources, range=[colors[source] for source in sources]),
            legend=alt.Legend(orient="top", labelLimit=260, columns=1 if len(sources) > 2 else 2),
        ),
        tooltip=[
            alt.Tooltip("experiment:N", title="Experiment"),
            alt.Tooltip("source:N", title="Source"),
            alt.Tooltip("accuracy:Q", title="Test accuracy", format=".1%"),
            alt.Tooltip("low:Q", title="95 % interval from", format=".1%"),
            alt.Tooltip("high:Q", title="to", format=".1%"),
            alt.Tooltip("n:Q", title="Test clips", format=",d"),
        ],
    )
    intervals = base.mark_rule(strokeWidth=3, opacity=0.45).encode(
        x=alt.X("low:Q", scale=share_scale(), axis=share_axis("Test accuracy")), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=alt.X("accuracy:Q", scale=share_scale(), axis=share_axis("Test accuracy")),
        shape=alt.Shape(
            "source:N", title=None, scale=alt.Scale(domain=sources, range=[shapes[source] for source in sources])
        ),
    )
    return layered(
        [filtered_by_legend(intervals), filtered_by_legend(points.add_params(legend_parameter("source")))],
        height=alt.Step(20),
    )
