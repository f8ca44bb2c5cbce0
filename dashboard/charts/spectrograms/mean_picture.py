"""Mean spectrograms and their differences as still pictures with axes, many on a page, and as files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.features.axes import LevelScale
from core.features.base import Features
from dashboard.charts.spectrograms.level_scale import band_values, column_s, has_frequencies
from dashboard.charts.spectrograms.looks import values_image
from dashboard.charts.spectrograms.mean_spectrogram import color_limits, mean_columns
from dashboard.charts.spectrograms.spectrogram_picture import HEIGHT, WIDTH, framed_svg
from dashboard.charts.style.theme import LIGHT, ChartTheme

_WIDE = 900
_SCALE = 3.0
"""Dots of a PNG to a unit of the picture."""


@dataclass(frozen=True, eq=False)
class MeanPicture:
    """What is drawn.

    Attributes
    ----------
    level : array, shape (bands, frames)
        NaN where no clip is left.
    front_end : Features
    ends : (float, float)
        Levels of the first and the last colour.
    colors : sequence of str
    """

    level: NDArray[np.float64]
    front_end: Features
    ends: tuple[float, float]
    colors: Sequence[str]


def common_ends(levels: Sequence[NDArray[np.float64]], front_end: Features) -> LevelScale:
    """One scale for several means: from the lowest to the highest level among them, but for outliers."""
    limits = [color_limits(level) for level in levels]
    scale = front_end.level_scale
    step = 10.0 if scale.in_decibels else 0.5
    return replace(
        scale,
        low=step * float(np.floor(min(low for low, _ in limits) / step)),
        high=step * float(np.ceil(max(high for _, high in limits) / step)),
        meaning=f"mean {scale.meaning}",
    )


def difference_ends(level: NDArray[np.float64], front_end: Features) -> LevelScale:
    """A scale as far below 0 as above."""
    step = 2.0 if front_end.level_scale.in_decibels else 0.2
    most = step * float(np.ceil(color_limits(level, is_difference=True)[1] / step))
    return replace(front_end.level_scale, low=-most, high=most, meaning="difference of mean levels")


def mean_svg(picture: MeanPicture, *, name: str, theme: ChartTheme = LIGHT, wide: bool = False) -> str:
    """A mean spectrogram with axes in Hz and s.

    Parameters
    ----------
    picture : MeanPicture
    name : str
        Title for screen readers.
    theme : ChartTheme
    wide : bool
        Over the whole page, not on a card.
    """
    n_known = max(1, int(np.isfinite(picture.level).any(axis=0).sum()))
    level, _ = mean_columns(picture.level[:, :n_known])
    image = values_image(level, picture.ends, picture.colors)
    return framed_svg(
        image,
        picture.front_end,
        duration_s=n_known * column_s(picture.front_end),
        theme=theme,
        name=name,
        size=(_WIDE, 300) if wide else (WIDTH, HEIGHT),
    )


def svg_as_png(svg: str, *, theme: ChartTheme = LIGHT) -> bytes:
    """The picture as PNG with the page's background, drawn on this computer without a browser."""
    import vl_convert

    start = svg.index("</title>") + len("</title>")
    filled = f'{svg[:start]}<rect width="100%" height="100%" fill="{theme.surface}"/>{svg[start:]}'
    content: bytes = vl_convert.svg_to_png(filled, scale=_SCALE)
    return content


def mean_table(levels: Mapping[str, tuple[NDArray[np.float64], int]], front_end: Features) -> pd.DataFrame:
    """A row for each genre and band, a column for each frame: as many cells as there are levels, for a spreadsheet.

    Parameters
    ----------
    levels : mapping of genre to (array of shape (bands, frames), clips it is the mean of)
    front_end : Features

    Returns
    -------
    DataFrame
        ``genre``, ``n_clips``, ``unit`` (``dB`` or ``SD``), ``band`` (from 1), ``frequency_hz`` (where known), and the
        level at ``0.000 s``, ``0.046 s`` ... (or in ``column 0`` ...); empty where no clip is left.
    """
    parts = []
    for genre, (level, n_clips) in levels.items():
        n_known = max(1, int(np.isfinite(level).any(axis=0).sum()))
        about = {"genre": genre, "n_clips": n_clips, "unit": front_end.level_scale.unit}
        part = pd.DataFrame({**about, "band": np.arange(1, len(level) + 1)})
        if has_frequencies(front_end):
            part["frequency_hz"] = band_values(front_end).round(2)
        when = [_when(frame, front_end) for frame in range(n_known)]
        shown = pd.DataFrame(level[:, :n_known].round(3), columns=when)
        parts.append(pd.concat([part, shown], axis=1))
    return pd.concat(parts, ignore_index=True)


def _when(frame: int, front_end: Features) -> str:
    return f"{frame * front_end.frame_s:.3f} s" if front_end.frame_s else f"column {frame}"
