"""Which features tell genres apart, as bars."""

from typing import Literal

import altair as alt
import pandas as pd

from dashboard.charts.style.axes import layered, value_axis
from dashboard.charts.style.legends import filtered_by_legend, legend_parameter
from dashboard.charts.style.palette import genre_colors
from dashboard.charts.style.theme import LIGHT, ChartTheme
from dashboard.sentences.feature_names import feature_name

Measure = Literal["eta_squared", "mutual_information", "f"]

MEASURES: dict[Measure, str] = {
    "eta_squared": "Share of variance between genres (η²)",
    "mutual_information": "Mutual information (bits)",
    "f": "ANOVA F",
}

MAX_BARS = 20


def ranking_chart(ranking: pd.DataFrame, measure: Measure, *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Bars of the twenty best features by one measure.

    Parameters
    ----------
    ranking : DataFrame
        Of `core.exploration.feature_ranking`.
    measure : str
        A key of `MEASURES`.
    theme : ChartTheme
    """
    best = ranking.dropna(subset=[measure]).sort_values(measure, ascending=False, kind="stable").head(MAX_BARS)
    shown = best.assign(label=[feature_name(str(feature)).label for feature in best["feature"]], value=best[measure])
    pattern = ".1f" if measure == "f" else ".2f"
    base = alt.Chart(shown).encode(
        y=alt.Y("label:N", sort=shown["label"].tolist(), title=None, axis=alt.Axis(labelLimit=220, ticks=False)),
        x=alt.X("value:Q", title=MEASURES[measure], axis=value_axis(tickCount=6)),
        tooltip=[
            alt.Tooltip("label:N", title="Feature"),
            alt.Tooltip("eta_squared:Q", title="η²", format=".3f"),
            alt.Tooltip("f:Q", title="F", format=",.1f"),
            alt.Tooltip("p:Q", title="p", format=".2~g"),
            alt.Tooltip("mutual_information:Q", title="Mutual information (bits)", format=".3f"),
        ],
    )
    bars = base.mark_bar(cornerRadiusEnd=2, height={"band": 0.7}, color=theme.accent)
    texts = base.mark_text(align="left", dx=4, color=theme.text).encode(text=alt.Text("value:Q", format=pattern))
    return layered([bars, texts], height=alt.Step(24))


def pair_ranking_chart(ranking: pd.DataFrame, first: str, second: str, *, theme: ChartTheme = LIGHT) -> alt.LayerChart:
    """Bars of Cohen's d of the twenty best features, in the colour of the genre that has the larger mean."""
    best = ranking.dropna(subset=["cohens_d"]).head(MAX_BARS)
    shown = best.assign(
        label=[feature_name(str(feature)).label for feature in best["feature"]],
        larger=[first if d > 0 else second for d in best["cohens_d"]],
    )
    colors = genre_colors([first, second])
    base = alt.Chart(shown).encode(
        y=alt.Y("label:N", sort=shown["label"].tolist(), title=None, axis=alt.Axis(labelLimit=220, ticks=False)),
        x=alt.X("cohens_d:Q", title="Cohen's d (pooled standard deviations)", axis=value_axis(tickCount=6)),
        tooltip=[
            alt.Tooltip("label:N", title="Feature"),
            alt.Tooltip("cohens_d:Q", title="Cohen's d", format="+.2f"),
            alt.Tooltip("auc:Q", title="AUC", format=".3f"),
            alt.Tooltip("larger:N", title="Larger in"),
        ],
    )
    bars = base.mark_bar(cornerRadiusEnd=2, height={"band": 0.7}).encode(
        color=alt.Color(
            "larger:N",
            title="Larger in",
            scale=alt.Scale(domain=[first, second], range=[colors[first], colors[second]]),
            legend=alt.Legend(orient="bottom"),
        )
    )
    zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=theme.muted).encode(x="x:Q")
    return layered([filtered_by_legend(bars.add_params(legend_parameter("larger"))), zero], height=alt.Step(24))
