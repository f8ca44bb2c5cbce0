"""Spectrogram of one clip: time across, bands upwards with ticks at real Hz, level as colour."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.features.base import Features
from dashboard.charts.spectrograms.level_scale import (
    band_values,
    column_s,
    frequency_label,
    frequency_ticks,
    frequency_title,
    has_frequencies,
    level_text,
    time_hover,
    time_title,
)
from dashboard.charts.style.axes import PLAIN_NUMBERS
from dashboard.charts.style.theme import LIGHT, ChartTheme

__all__ = ["COLOR_SCALE", "MAX_COLUMNS", "frequency_label", "frequency_ticks", "spectrogram_figure", "thin_columns"]

MAX_COLUMNS = 330
"""Columns drawn: more would not be seen at the widths in use."""

COLOR_SCALE: tuple[str, ...] = (
    "#03010c",
    "#1c1044",
    "#4f127b",
    "#812581",
    "#b5367a",
    "#e55064",
    "#fb8761",
    "#fec287",
    "#fcfdbf",
)
"""Magma (van der Walt and Smith 2015), perceptually uniform: equal steps of level look like equal steps.

Its own first colour, #000004, is one that Streamlit's chart theme takes for a placeholder and paints green.
"""


def thin_columns(level_db: NDArray[Any], max_columns: int = MAX_COLUMNS) -> tuple[NDArray[np.float32], int]:
    """Mean level over groups of neighbouring frames, and the frames in a group.

    Parameters
    ----------
    level_db : array, shape (bands, frames)
    max_columns : int

    Returns
    -------
    array, shape (bands, at most max_columns), and int
    """
    n_frames = level_db.shape[1]
    step = -(-n_frames // max_columns)
    starts = np.arange(0, n_frames, step)
    sums = np.add.reduceat(level_db.astype(np.float32), starts, axis=1)
    sizes = np.diff(np.append(starts, n_frames))
    return (sums / sizes).astype(np.float32), step


def spectrogram_figure(
    level_db: NDArray[Any],
    front_end: Features,
    *,
    title: str | None = None,
    theme: ChartTheme = LIGHT,
    height: int = 260,
) -> go.Figure:
    """Interactive spectrogram: hover tells time, frequency and level.

    Parameters
    ----------
    level_db : array, shape (bands, frames)
        Level in dB below the clip's peak or in standard deviations, as the front end gives it, without padding.
    front_end : Features
        That made it: gives the axes and the range of the colours.
    title : str, optional
    theme : ChartTheme
    height : int
        Pixels.
    """
    thinned, step = thin_columns(level_db)
    frame_s = column_s(front_end)
    scale = front_end.level_scale
    rounded = np.rint(thinned).astype(np.int8) if scale.in_decibels else thinned.round(1)
    places, texts = frequency_ticks(front_end)
    duration_s = level_db.shape[1] * frame_s
    centres = band_values(front_end)
    when = time_hover(front_end)
    hover = f"{when}<br>" + ("%{customdata} Hz<br>" if has_frequencies(front_end) else "band %{customdata}<br>")
    figure = go.Figure(
        go.Heatmap(
            z=rounded,
            x0=step * frame_s / 2,
            dx=step * frame_s,
            customdata=np.repeat(np.rint(centres).astype(np.uint16)[:, np.newaxis], rounded.shape[1], axis=1),
            zmin=scale.low,
            zmax=scale.high,
            colorscale=list(COLOR_SCALE),
            hovertemplate=f"{hover}%{{z}} {scale.unit}<extra></extra>",
            colorbar={
                "title": {"text": scale.unit, "side": "top"},
                "thickness": 7,  # slim: on a card the picture needs the width
                "xpad": 4,
                "tickfont": {"size": 10},
                "outlinewidth": 0,
                "tickvals": scale.ticks(3),
                "ticktext": [level_text(level) for level in scale.ticks(3)],
                "ticks": "",
            },
        )
    )
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 36 if title else 12, "b": 8},
        title={"text": title, "font": {"size": 14, "color": theme.text}} if title else None,
        **spectrogram_axes(front_end, duration_s, places, texts, n_bands=rounded.shape[0]),
    )
    return figure


def spectrogram_axes(
    front_end: Features, duration_s: float, places: Sequence[float], texts: Sequence[str], *, n_bands: int
) -> dict[str, Any]:
    """Layout of the axes of a spectrogram: time that can be zoomed, bands that cannot.

    Parameters
    ----------
    front_end : Features
    duration_s : float
        Right edge, in the unit of the time axis.
    places : sequence of float
        Bands that are labelled.
    texts : sequence of str
        Their labels.
    n_bands : int
    """
    plain = {"showgrid": False, "zeroline": False}
    return {
        "xaxis": {
            "title": {"text": time_title(front_end)},
            "range": [0, duration_s],
            "minallowed": 0,
            "maxallowed": duration_s,
            **plain,
            **PLAIN_NUMBERS,
        },
        "yaxis": {
            "title": {"text": frequency_title(front_end)},
            "tickvals": places,
            "ticktext": texts,
            "range": [-0.5, n_bands - 0.5],
            "fixedrange": True,
            **plain,
        },
    }
