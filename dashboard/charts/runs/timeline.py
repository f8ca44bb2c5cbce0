"""How the probabilities of a song run through its windows: a strip for each genre over time."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from core.prediction.windows import own_spans
from dashboard.charts.style.axes import layered, names_axis, value_axis
from dashboard.charts.style.contrast import blend, legible_on
from dashboard.charts.style.palette import genre_colors
from dashboard.charts.style.theme import LIGHT, ChartTheme


def timeline_table(
    starts_s: Sequence[float],
    ends_s: Sequence[float],
    probabilities: Sequence[Sequence[float]],
    genres: Sequence[str],
    *,
    surface: str,
) -> pd.DataFrame:
    """One row a window and genre.

    A window is drawn over the time that is its own (`core.prediction.windows.own_spans`), so that every second that was
    heard is painted once and what was not stays blank.

    Parameters
    ----------
    starts_s, ends_s : sequence of float
        Of each window, ascending.
    probabilities : sequence of sequence of float
        Shape (windows, genres), each row sums to 1.
    genres : sequence of str
    surface : str
        Colour of the page, on which a genre's colour is blended by its probability.

    Returns
    -------
    DataFrame
        ``genre``, ``start_s``, ``end_s`` (of the window), ``left_s``, ``right_s`` (drawn), ``middle_s``,
        ``probability``, ``text`` (per cent), ``fill``, ``ink``.
    """
    colors = genre_colors(sorted(genres))
    drawn = own_spans(starts_s, ends_s)
    rows = []
    for number, window in enumerate(probabilities):
        left_s, right_s = drawn[number]
        for genre, probability in zip(genres, window, strict=True):
            fill = blend(colors[genre], surface, 0.05 + 0.95 * float(probability))
            rows.append(
                {
                    "genre": genre,
                    "start_s": starts_s[number],
                    "end_s": ends_s[number],
                    "left_s": left_s,
                    "right_s": right_s,
                    "middle_s": (left_s + right_s) / 2,
                    "probability": float(probability),
                    "text": f"{100 * probability:.0f}" if probability >= 0.05 else "",
                    "fill": fill,
                    "ink": legible_on(fill),
                }
            )
    return pd.DataFrame(rows)


def probability_timeline(
    table: pd.DataFrame, *, order: Sequence[str], duration_s: float, theme: ChartTheme = LIGHT
) -> alt.LayerChart:
    """Strips of probability over time, one for each genre, the deeper the more probable.

    Parameters
    ----------
    table : DataFrame
        From `timeline_table`.
    order : sequence of str
        Genres from top to bottom.
    duration_s : float
        Of the song: the right end of the axis.
    """
    x_scale = alt.Scale(domain=[0, duration_s], nice=False)
    y = alt.Y(
        "genre:N",
        sort=list(order),
        title=None,
        scale=alt.Scale(paddingInner=0.08),
        axis=names_axis(most_px=120),
    )
    tooltip = [
        alt.Tooltip("genre:N", title="Genre"),
        alt.Tooltip("start_s:Q", title="Window from (s)", format=".1f"),
        alt.Tooltip("end_s:Q", title="Window to (s)", format=".1f"),
        alt.Tooltip("probability:Q", title="Probability", format=".1%"),
    ]
    strips = (
        alt.Chart(table)
        .mark_rect(stroke=theme.surface, strokeWidth=1)
        .encode(
            x=alt.X("left_s:Q", scale=x_scale, axis=value_axis(title="Time (s)", grid=False, tickCount=8)),
            x2="right_s:Q",
            y=y,
            fill=alt.Fill("fill:N", scale=None),
            tooltip=tooltip,
        )
    )
    layers: list[alt.Chart] = [strips]
    if table["left_s"].nunique() <= 24:
        layers.append(
            alt.Chart(table)
            .mark_text(fontSize=11)
            .encode(
                x=alt.X("middle_s:Q", scale=x_scale),
                y=y,
                text="text:N",
                color=alt.Color("ink:N", scale=None),
                tooltip=tooltip,
            )
        )
    return layered(layers, height=alt.Step(24 if len(order) <= 12 else 18))
