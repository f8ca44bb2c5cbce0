"""Spectrogram of one clip: time across, mel bands upwards with ticks at real Hz, level as colour."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.features.frontends import MelSpectrogram
from dashboard.charts.theme import LIGHT, ChartTheme

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

TICKS_HZ = (50, 100, 300, 1000, 3000, 8000, 16000)


def frequency_label(frequency_hz: float) -> str:
    """Tick text of a frequency: ``300``, ``1k``, ``1.5k``."""
    return f"{frequency_hz / 1000:g}k" if frequency_hz >= 1000 else f"{frequency_hz:g}"


def frequency_ticks(front_end: MelSpectrogram) -> tuple[list[float], list[str]]:
    """Places of round frequencies on the axis of mel bands (in bands from the lowest), and their texts."""
    centres = front_end.band_centres_hz
    bands = np.arange(len(centres))
    shown = [hz for hz in TICKS_HZ if centres[0] <= hz <= centres[-1]]
    places = np.interp(shown, centres, bands)
    kept: list[int] = []
    for place in range(len(shown)):
        if not kept or places[place] - places[kept[-1]] >= len(centres) / 12:
            kept.append(place)
    return [float(places[place]) for place in kept], [frequency_label(shown[place]) for place in kept]


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
    front_end: MelSpectrogram,
    *,
    title: str | None = None,
    theme: ChartTheme = LIGHT,
    height: int = 260,
) -> go.Figure:
    """Interactive mel spectrogram: hover tells time, frequency and level.

    Parameters
    ----------
    level_db : array, shape (bands, frames)
        Level in dB below the clip's peak, without padding.
    front_end : MelSpectrogram
        That made it: gives the axes and the range of the colours.
    title : str, optional
    theme : ChartTheme
    height : int
        Pixels.
    """
    thinned, step = thin_columns(level_db)
    column_s = step * front_end.frame_s
    rounded = np.rint(thinned).astype(np.int8)
    centres = np.rint(front_end.band_centres_hz).astype(np.uint16)
    places, texts = frequency_ticks(front_end)
    duration_s = level_db.shape[1] * front_end.frame_s
    figure = go.Figure(
        go.Heatmap(
            z=rounded,
            x0=column_s / 2,
            dx=column_s,
            customdata=np.repeat(centres[:, np.newaxis], rounded.shape[1], axis=1),
            zmin=-front_end.top_db,
            zmax=0,
            colorscale=list(COLOR_SCALE),
            hovertemplate="%{x:.1f} s<br>%{customdata} Hz<br>%{z} dB<extra></extra>",
            colorbar={
                "title": {"text": "dB", "side": "top"},
                "thickness": 10,
                "outlinewidth": 0,
                "tickvals": [-front_end.top_db, -front_end.top_db / 2, 0],
                "ticks": "",
            },
        )
    )
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 36 if title else 12, "b": 8},
        title={"text": title, "font": {"size": 14, "color": theme.text}} if title else None,
        xaxis={
            "title": {"text": "Time (s)"},
            "range": [0, duration_s],
            "minallowed": 0,
            "maxallowed": duration_s,
            "showgrid": False,
            "zeroline": False,
        },
        yaxis={
            "title": {"text": "Frequency (Hz)"},
            "tickvals": places,
            "ticktext": texts,
            "range": [-0.5, rounded.shape[0] - 0.5],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
    )
    return figure
