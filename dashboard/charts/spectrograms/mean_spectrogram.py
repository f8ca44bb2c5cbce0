"""Mean spectrograms of genres, their difference, and their mean spectra."""

from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.exploration import MeanSpectrogram
from core.features.base import Features
from dashboard.charts.features.correlation import diverging_colors
from dashboard.charts.spectrograms.level_scale import (
    band_values,
    column_s,
    frequency_ticks,
    frequency_title,
    has_frequencies,
    is_even_in_pitch,
    time_hover,
)
from dashboard.charts.spectrograms.spectrogram import COLOR_SCALE, spectrogram_axes
from dashboard.charts.style.axes import PLAIN_NUMBERS, layered, value_axis
from dashboard.charts.style.legends import filtered_by_legend, legend_parameter
from dashboard.charts.style.palette import altair_genre_scale
from dashboard.charts.style.theme import LIGHT, ChartTheme

MAX_COLUMNS = 165
"""Columns drawn: a mean has no detail that more would show."""
DASHES = ([1, 0], [6, 3])
_MEL_TICKS_HZ = (50, 100, 300, 1000, 3000, 8000, 16000)


def mean_columns(level: NDArray[np.float64], max_columns: int = MAX_COLUMNS) -> tuple[NDArray[np.float64], int]:
    """Mean over groups of neighbouring frames, missing ones left out, and the frames in a group."""
    n_frames = level.shape[1]
    step = -(-n_frames // max_columns)
    starts = np.arange(0, n_frames, step)
    known = np.isfinite(level)
    sums = np.add.reduceat(np.where(known, level, 0.0), starts, axis=1)
    counts = np.add.reduceat(known, starts, axis=1, dtype=np.intp)
    return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0), step


def mean_figure(
    level: NDArray[np.float64],
    front_end: Features,
    *,
    is_difference: bool = False,
    limits: tuple[float, float] | None = None,
    theme: ChartTheme = LIGHT,
    height: int = 280,
) -> go.Figure:
    """Heat map of a mean spectrogram, or of a difference on a scale centred on 0.

    Parameters
    ----------
    level : array, shape (bands, frames)
        NaN where there is nothing.
    front_end : Features
    is_difference : bool
    limits : (float, float), optional
        Levels at the ends of the colour scale, so that two pictures can be compared; from the levels where not given.
    theme : ChartTheme
    height : int
        Pixels.
    """
    shown, step = mean_columns(level)
    unit = front_end.level_scale.unit
    limits = limits or color_limits(level, is_difference=is_difference)
    bands = np.rint(band_values(front_end))
    places, texts = frequency_ticks(front_end)
    width_s = step * column_s(front_end)
    duration_s = level.shape[1] * column_s(front_end)
    when = time_hover(front_end)
    where = "%{customdata:.0f} Hz" if has_frequencies(front_end) else "band %{customdata:.0f}"
    figure = go.Figure(
        go.Heatmap(
            z=np.round(shown, 2),
            x0=width_s / 2,
            dx=width_s,
            customdata=np.repeat(bands[:, np.newaxis], shown.shape[1], axis=1),
            zmin=limits[0],
            zmax=limits[1],
            colorscale=diverging_colors(theme) if is_difference else list(COLOR_SCALE),
            hoverongaps=False,
            hovertemplate=f"{when}<br>{where}<br>%{{z:{'+' if is_difference else ''}.1f}} {unit}<extra></extra>",
            colorbar={
                "title": {"text": unit, "side": "top"},
                "thickness": 10,
                "outlinewidth": 0,
                "ticks": "",
                **PLAIN_NUMBERS,
            },
        )
    )
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        **spectrogram_axes(front_end, duration_s, places, texts, n_bands=shown.shape[0]),
    )
    return figure


def color_limits(level: NDArray[np.float64], *, is_difference: bool = False) -> tuple[float, float]:
    """Levels at the ends of the colours: all but the farthest half per cent; as far below 0 as above in differences."""
    known = level[np.isfinite(level)]
    if not known.size:
        return (-1.0, 1.0)
    if is_difference:
        most = max(float(np.quantile(np.abs(known), 0.995)), 1e-6)
        return (-most, most)
    low, high = (float(value) for value in np.quantile(known, [0.005, 0.995]))
    return (low, max(high, low + 1e-6))


def spectrum_table(means: Mapping[str, MeanSpectrogram], front_end: Features) -> pd.DataFrame:
    """Mean spectrum of each genre: ``genre``, ``band`` (from 1), ``frequency_hz`` (where known), ``level``,
    ``deviation`` between clips, ``n_clips``.
    """
    parts = []
    for genre, mean in means.items():
        part = pd.DataFrame({"genre": genre, "band": np.arange(1, len(mean.profile) + 1)})
        if has_frequencies(front_end):
            part["frequency_hz"] = band_values(front_end).round(2)
        parts.append(part.assign(level=mean.profile, deviation=mean.deviation, n_clips=mean.n_clips))
    return pd.concat(parts, ignore_index=True)


def spectrum_chart(
    means: Mapping[str, MeanSpectrogram],
    front_end: Features,
    *,
    all_genres: Sequence[str] = (),
    theme: ChartTheme = LIGHT,
) -> alt.LayerChart:
    """Mean level against frequency, a line a genre, with a band of one standard deviation between clips.

    ``all_genres`` of the collection decide the colours.
    """
    table = spectrum_table(means, front_end)
    table = table.assign(low=table["level"] - table["deviation"], high=table["level"] + table["deviation"])
    genres = list(means)
    unit = front_end.level_scale.unit
    if "frequency_hz" not in table:
        x, x_tooltip = (
            alt.X("band:Q", title=frequency_title(front_end), axis=value_axis()),
            alt.Tooltip("band:Q", title="Band"),
        )
    else:
        # Even steps of pitch for mel bands, even Hz for linear ones, as in the pictures.
        is_even = is_even_in_pitch(front_end)
        scale = alt.Scale(type="symlog", constant=300, nice=False) if is_even else alt.Scale(nice=False)
        axis = value_axis(values=list(_MEL_TICKS_HZ)) if is_even else value_axis(tickCount=8)
        x = alt.X("frequency_hz:Q", title=frequency_title(front_end), scale=scale, axis=axis)
        x_tooltip = alt.Tooltip("frequency_hz:Q", title="Frequency (Hz)", format=",.0f")
    color = alt.Color(
        "genre:N",
        title=None,
        scale=altair_genre_scale(genres, among=all_genres),
        legend=alt.Legend(orient="bottom", symbolType="stroke", symbolSize=400),
    )
    base = alt.Chart(table).encode(x=x, color=color)
    title = f"Mean level ({unit})"
    spread = base.mark_area(opacity=0.16).encode(y=alt.Y("low:Q", title=title, axis=value_axis()), y2="high:Q")
    # A second mark beside colour: of two lines the second is dashed.
    dash = alt.StrokeDash("genre:N", title=None, scale=alt.Scale(domain=genres, range=DASHES[: len(genres)]))
    lines = base.mark_line(strokeWidth=2.2).encode(
        strokeDash=dash,
        y=alt.Y("level:Q", title=title, scale=alt.Scale(zero=False)),
        tooltip=[
            alt.Tooltip("genre:N", title="Genre"),
            x_tooltip,
            alt.Tooltip("level:Q", title=title, format=".1f"),
            alt.Tooltip("deviation:Q", title=f"Deviation between clips ({unit})", format=".1f"),
            alt.Tooltip("n_clips:Q", title="Clips"),
        ],
    )
    return layered(
        [filtered_by_legend(spread), filtered_by_legend(lines.add_params(legend_parameter("genre")))], height=300
    )
