"""What trained ears hear along a song: a row for each tag over time."""

import altair as alt
import pandas as pd

from core.prediction.tags import SongTags
from dashboard.charts.style.axes import names_axis
from dashboard.charts.style.contrast import blend
from dashboard.charts.style.theme import LIGHT, ChartTheme

N_MEAN, N_MOST = 8, 12
"""Tags that are shown because they are probable over the song, and at most with those that are so somewhere."""
SOMEWHERE = 0.3
"""Probability from which on a tag is worth a row although it is improbable over the song."""
FULL = 0.6
"""Probability of the deepest colour, unless there is more."""


def shown_tags(tags: SongTags) -> list[str]:
    """The tags to show, the most probable over the song first.

    The eight most probable over the song, and up to four more that reach 30 % somewhere in it.
    """
    ranked = list(tags.means)
    shown = ranked[:N_MEAN]
    peaks = {tag: float(tags.along(tag).max()) for tag in ranked[N_MEAN:]}
    further = sorted((tag for tag, peak in peaks.items() if peak >= SOMEWHERE), key=lambda tag: -peaks[tag])
    kept = {*shown, *further[: N_MOST - N_MEAN]}
    return [tag for tag in ranked if tag in kept]


def tags_table(tags: SongTags, names: list[str]) -> pd.DataFrame:
    """One row a stretch and tag: ``tag``, ``start_s``, ``end_s``, ``probability``."""
    return pd.DataFrame(
        {"tag": tag, "start_s": start_s, "end_s": end_s, "probability": float(probability)}
        for tag in names
        for (start_s, end_s), probability in zip(tags.spans_s, tags.along(tag), strict=True)
    )


def tags_chart(table: pd.DataFrame, *, duration_s: float, theme: ChartTheme = LIGHT) -> alt.Chart:
    """A row for each tag over time, the deeper the more probable.

    Parameters
    ----------
    table : DataFrame
        From `tags_table`, its tags from top to bottom.
    duration_s : float
        Of the song: the right end of the axis.
    theme : ChartTheme
    """
    order = list(dict.fromkeys(table["tag"]))
    full = max(FULL, float(table["probability"].max()))
    chart: alt.Chart = (
        alt.Chart(table)
        .mark_rect()
        .encode(
            x=alt.X(
                "start_s:Q",
                scale=alt.Scale(domain=[0, duration_s], nice=False),
                axis=alt.Axis(title="Time (s)", grid=False, tickCount=8),
            ),
            x2="end_s:Q",
            y=alt.Y(
                "tag:N",
                sort=order,
                title=None,
                scale=alt.Scale(paddingInner=0.08),
                axis=names_axis(most_px=140),
            ),
            color=alt.Color(
                "probability:Q",
                scale=alt.Scale(domain=[0, full], range=[blend(theme.accent, theme.surface, 0.05), theme.accent]),
                legend=alt.Legend(title="Probability", format=".0%", tickCount=3, gradientLength=120),
            ),
            tooltip=[
                alt.Tooltip("tag:N", title="Tag"),
                alt.Tooltip("start_s:Q", title="From (s)", format=".1f"),
                alt.Tooltip("end_s:Q", title="To (s)", format=".1f"),
                alt.Tooltip("probability:Q", title="Probability", format=".1%"),
            ],
        )
        .properties(height=alt.Step(22))
    )
    return chart
