"""Saliency over the spectrogram it was made of: the music in grey, what speaks for the genre in colour over it."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.explanation.saliency import Saliency
from dashboard.charts.spectrograms.level_scale import band_values, frequency_ticks, has_frequencies, time_hover
from dashboard.charts.spectrograms.spectrogram import spectrogram_axes, thin_columns
from dashboard.charts.style.theme import LIGHT, ChartTheme

_COLOR = "15, 160, 220"
"""Blue, which every kind of sight tells from grey; stronger for more."""
_STRONGEST = 0.85


def saliency_figure(
    level: NDArray[np.floating], saliency: Saliency, *, theme: ChartTheme = LIGHT, height: int = 300
) -> go.Figure:
    """The spectrogram with its saliency over it; hover tells time, frequency and saliency.

    Parameters
    ----------
    level : array, shape (bands, frames)
        Of the whole song, as the front end gives it; brought to the columns of the saliency where it has others.
    saliency : Saliency
    theme : ChartTheme
    height : int
        Pixels.
    """
    front_end = saliency.front_end
    n_columns = saliency.values.shape[1]
    picture, step = thin_columns(np.asarray(level)[:, :n_columns])
    # The strongest of the cells that are drawn as one is what a reader should see.
    strong, _ = thin_columns(np.where(saliency.is_seen, np.maximum(saliency.values, 0), 0))
    top = float(strong.max())
    relative = 100 * strong / top if top > 0 else strong
    scale, column_s = front_end.level_scale, saliency.column_s
    place = {"x0": step * column_s / 2, "dx": step * column_s}
    hz = np.repeat(np.rint(band_values(front_end))[:, np.newaxis], relative.shape[1], axis=1)
    unit = "%{customdata:,.0f} Hz" if has_frequencies(front_end) else "band %{customdata}"
    figure = go.Figure(
        [
            go.Heatmap(
                z=picture.round(1),
                zmin=scale.low,
                zmax=scale.high,
                colorscale=[[0, "#03010c"], [1, "#f2f2f2"]],
                showscale=False,
                hoverinfo="skip",
                **place,
            ),
            go.Heatmap(
                z=relative.round(0),
                zmin=0,
                zmax=100,
                customdata=hz,
                colorscale=[[0, f"rgba({_COLOR}, 0)"], [1, f"rgba({_COLOR}, {_STRONGEST})"]],
                hovertemplate=f"{time_hover(front_end)}<br>{unit}<br>saliency %{{z:.0f}} %<extra></extra>",
                colorbar={
                    "title": {"text": "Saliency (% of the strongest)", "side": "right"},
                    "thickness": 7,
                    "outlinewidth": 0,
                    "tickvals": [0, 50, 100],
                    "ticks": "",
                },
                **place,
            ),
        ]
    )
    places, texts = frequency_ticks(front_end)
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        font={"color": theme.text},
        **spectrogram_axes(front_end, n_columns * column_s, places, texts, n_bands=len(relative)),
    )
    return figure
