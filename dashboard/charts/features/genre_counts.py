"""How many clips a genre has."""

from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from dashboard.charts.style.axes import COUNT_FORMAT, count_axis, layered
from dashboard.charts.style.palette import altair_genre_scale
from dashboard.charts.style.theme import LIGHT, ChartTheme


def genre_count_chart(
    counts: Mapping[str, int], *, all_genres: Sequence[str] = (), theme: ChartTheme = LIGHT
) -> alt.LayerChart:
    """Bars of clips by genre, with the counts; ``all_genres`` of the collection decide the colours."""
    table = pd.DataFrame({"genre": list(counts), "clips": list(counts.values())})
    base = alt.Chart(table).encode(
        y=alt.Y("genre:N", title=None, sort=list(counts)),
        x=alt.X("clips:Q", title="Clips", axis=count_axis()),
        tooltip=[alt.Tooltip("genre:N", title="Genre"), alt.Tooltip("clips:Q", title="Clips", format=COUNT_FORMAT)],
    )
    bars = base.mark_bar(cornerRadiusEnd=2, height={"band": 0.7}).encode(
        color=alt.Color("genre:N", scale=altair_genre_scale(list(counts), among=all_genres), legend=None)
    )
    texts = base.mark_text(align="left", dx=4, color=theme.text).encode(text=alt.Text("clips:Q", format=","))
    return layered([bars, texts], height=alt.Step(24))
