"""Spectrograms as still pictures: an SVG with axes around a small PNG, for pages that show many at once.

A browser draws twenty of these as fast as one interactive chart; `dashboard.charts.spectrograms.spectrogram` is for
the one clip that is looked at closely. Both have the same axes and colours.
"""

import base64
import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.features.axes import LevelScale
from core.features.base import Features
from dashboard.charts.spectrograms.color_maps import N_COLORS, palette_of
from dashboard.charts.spectrograms.level_scale import (
    column_s,
    frequency_ticks,
    has_frequencies,
    level_text,
    time_title,
)
from dashboard.charts.spectrograms.spectrogram import COLOR_SCALE, MAX_COLUMNS, thin_columns
from dashboard.charts.style.theme import LIGHT, ChartTheme

WIDTH, HEIGHT = 256, 168
LEGEND_WIDTH = 260
_LEFT, _TOP, _RIGHT, _BOTTOM = 42, 6, 8, 34
_FONT = (
    "font-family=\"'Source Sans', 'Source Sans 3', 'Segoe UI', 'Helvetica Neue', Arial, sans-serif\" font-size=\"11\""
)


def level_image(level: NDArray[Any], scale: LevelScale) -> Image.Image:
    """Levels as a picture, one pixel a cell, the highest band on top.

    Parameters
    ----------
    level : array, shape (bands, frames)
    scale : LevelScale
        Levels of the darkest and the brightest colour.
    """
    share = np.clip((np.asarray(level, dtype=np.float32) - scale.low) / (scale.high - scale.low), 0.0, 1.0)
    index = np.rint(share * (N_COLORS - 1)).astype(np.uint8)[::-1]
    image = Image.fromarray(np.ascontiguousarray(index), mode="P")
    image.putpalette(palette_of(COLOR_SCALE).tobytes())
    return image


def level_png(level: NDArray[Any], scale: LevelScale) -> bytes:
    """PNG of `level_image`."""
    stream = io.BytesIO()
    level_image(level, scale).save(stream, format="PNG", compress_level=3)
    return stream.getvalue()


def spectrogram_svg(
    level_db: NDArray[Any],
    front_end: Features,
    *,
    theme: ChartTheme = LIGHT,
    name: str = "Mel spectrogram",
    accent: str | None = None,
) -> str:
    """Spectrogram with axes in Hz and s, as SVG of `WIDTH` x `HEIGHT`.

    Parameters
    ----------
    level_db : array, shape (bands, frames)
        Level in dB below the clip's peak or in standard deviations, as the front end gives it.
    front_end : Features
        That made it.
    theme : ChartTheme
    name : str
        Title for screen readers.
    accent : str, optional
        Colour of a thin line above the picture: that of the genre.
    """
    thinned, _ = thin_columns(level_db, MAX_COLUMNS)
    return framed_svg(
        level_image(thinned, front_end.level_scale),
        front_end,
        duration_s=level_db.shape[1] * column_s(front_end),
        theme=theme,
        name=name,
        accent=accent,
    )


def framed_svg(
    image: Image.Image,
    front_end: Features,
    *,
    duration_s: float,
    theme: ChartTheme = LIGHT,
    name: str = "Mel spectrogram",
    accent: str | None = None,
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> str:
    """A picture of bands over time with axes in Hz and s, as SVG.

    Parameters
    ----------
    image : Image
        A pixel a cell, the highest band on top.
    front_end : Features
        Whose bands these are.
    duration_s : float
        Across the whole width.
    theme : ChartTheme
    name : str
        Title for screen readers.
    accent : str, optional
        Colour of a thin line above the picture.
    size : (int, int)
        Width and height with the axes.
    """
    stream = io.BytesIO()
    image.save(stream, format="PNG", compress_level=3)
    picture = base64.b64encode(stream.getvalue()).decode()
    width, height = size[0] - _LEFT - _RIGHT, size[1] - _TOP - _BOTTOM
    parts = [
        f'<image x="{_LEFT}" y="{_TOP}" width="{width}" height="{height}" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{picture}"/>'
    ]
    if accent is not None:
        parts.append(f'<rect x="{_LEFT}" y="{_TOP - 5}" width="{width}" height="3" fill="{accent}"/>')
    places, texts = frequency_ticks(front_end)
    for place, text in zip(places, texts, strict=True):
        y = _TOP + height * (1 - (place + 0.5) / image.height)
        parts.append(f'<path d="M{_LEFT - 4},{y:.1f}h4" stroke="{theme.muted}"/>')
        parts.append(_text(_LEFT - 6, y + 3.5, text, theme.muted, anchor="end"))
    for time_s in _time_ticks(duration_s):
        x = _LEFT + width * time_s / duration_s
        parts.append(f'<path d="M{x:.1f},{_TOP + height}v4" stroke="{theme.muted}"/>')
        parts.append(_text(x, _TOP + height + 15, f"{time_s:g}", theme.muted))
    parts.append(_text(_LEFT + width / 2, size[1] - 4, time_title(front_end), theme.muted))
    parts.append(_text(2, size[1] - 4, "Hz" if has_frequencies(front_end) else "Band", theme.muted, anchor="start"))
    return _svg(parts, *size, name)


def level_legend_svg(scale: LevelScale, *, colors: Sequence[str] = COLOR_SCALE, theme: ChartTheme = LIGHT) -> str:
    """The one colour scale of all pictures: a strip from the lowest to the highest level.

    Parameters
    ----------
    scale : LevelScale
        Of what is shown.
    colors : sequence of str
        From the lowest to the highest, as in `dashboard.charts.spectrograms.color_maps`.
    theme : ChartTheme
    """
    width, height, bar = LEGEND_WIDTH, 34, 210
    strip = Image.fromarray(np.ascontiguousarray(palette_of(colors)[np.newaxis]))
    stream = io.BytesIO()
    strip.save(stream, format="PNG")
    parts = [
        f'<image x="14" y="2" width="{bar}" height="10" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"/>'
    ]
    for place, level in enumerate(scale.ticks(5)):
        parts.append(_text(14 + bar * place / 4, 26, level_text(round(level, 1)), theme.muted))
    parts.append(_text(14 + bar + 14, 11, scale.unit, theme.muted, anchor="start"))
    return _svg(parts, width, height, f"Colour scale of level in {scale.unit}")


def _time_ticks(duration_s: float) -> list[float]:
    step = next((step for step in (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300) if duration_s / step <= 6.5), 600)
    return [step * number for number in range(int(duration_s / step) + 1)]


def _text(x: float, y: float, text: str, color: str, *, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}" {_FONT}>{escape(text)}</text>'


def _svg(parts: list[str], width: int, height: int, name: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img"><title>{escape(name)}</title>{"".join(parts)}</svg>'
    )
