"""Pictures of a clip that is looked at: of whatever values, on an axis of time that several share, as files.

Time runs across the whole width, from 0 to as many seconds as are asked for: what is beyond the end of the sound is
left transparent, so that the page shows through.
"""

import io
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dashboard.charts.spectrograms.color_maps import palette_of

_QUALITY = 80
WAVE_COLOR = "#25808d"
"""Stands out from the light and from the dark page."""


def on_time_axis(values: NDArray[Any], frame_s: float, span_s: float, max_columns: int) -> NDArray[np.float32]:
    """The same values in columns that divide a span of time evenly.

    Parameters
    ----------
    values : array, shape (rows, frames)
        Frame ``t`` is centred on second ``t * frame_s``.
    frame_s, span_s : float
        Both above 0.
    max_columns : int

    Returns
    -------
    array of float32, shape (rows, columns)
        Each column the mean of the frames whose middle it holds, or the frame nearest to it; NaN beyond the last frame.
    """
    n_frames = values.shape[1]
    n_columns = max(1, min(max_columns, round(2 * span_s / frame_s)))
    edges = np.linspace(0, span_s, n_columns + 1) / frame_s
    first = np.clip(np.ceil(edges[:-1]).astype(np.intp), 0, n_frames - 1)
    stop = np.minimum(np.ceil(edges[1:]).astype(np.intp), n_frames)
    nearest = np.clip(np.rint((edges[:-1] + edges[1:]) / 2).astype(np.intp), 0, n_frames - 1)
    first, stop = np.where(stop > first, first, nearest), np.where(stop > first, stop, nearest + 1)
    shown = np.empty((values.shape[0], n_columns), dtype=np.float32)
    sums = np.zeros((values.shape[0], n_frames + 1))
    np.cumsum(values, axis=1, dtype=np.float64, out=sums[:, 1:])
    shown[:] = (sums[:, stop] - sums[:, first]) / (stop - first)
    # A frame reaches half its distance to the next on either side.
    shown[:, edges[:-1] >= n_frames] = np.nan
    return shown


def fitted_ends(values: NDArray[Any]) -> tuple[float, float]:
    """Values of the darkest and the brightest colour that fit one picture: all but 2 % below and 0.1 % above."""
    known = values[np.isfinite(values)]
    if not known.size:
        return 0.0, 1.0
    low, high = (float(value) for value in np.quantile(known, [0.02, 0.999]))
    return low, max(high, low + 1e-3)


def values_image(values: NDArray[Any], ends: tuple[float, float], colors: Sequence[str]) -> Image.Image:
    """Values as a picture with a pixel each, the highest row on top; transparent where there is none.

    Parameters
    ----------
    values : array, shape (rows, columns)
    ends : (float, float)
        Values of the first and the last colour; what lies outside has that colour.
    colors : sequence of str
        Stops, as in `dashboard.charts.spectrograms.color_maps`.
    """
    palette = palette_of(colors)
    known = np.isfinite(values)
    share = np.clip((np.where(known, values, ends[0]) - ends[0]) / (ends[1] - ends[0]), 0, 1)
    picked = palette[np.rint(share * (len(palette) - 1)).astype(np.intp)]
    if known.all():
        return Image.fromarray(np.ascontiguousarray(picked[::-1]))
    seen = np.where(known, 255, 0).astype(np.uint8)[..., np.newaxis]
    return Image.fromarray(np.ascontiguousarray(np.concatenate([picked, seen], axis=2)[::-1]))


def webp(image: Image.Image) -> bytes:
    """The picture as WebP: less than half of what a PNG takes, and what is lost cannot be seen."""
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=_QUALITY, method=3)
    return stream.getvalue()


def waveform_svg(ends: NDArray[Any], *, most: float) -> bytes:
    """A waveform as SVG that fills whatever it is drawn into.

    Parameters
    ----------
    ends : array, shape (2, columns)
        Lowest and highest sample of each column, from `on_time_axis`.
    most : float
        Samples at the upper and the lower edge.
    """
    n_columns = ends.shape[1]
    known = np.flatnonzero(np.isfinite(ends[0]))
    y = 50 - 50 * np.clip(ends / most, -1, 1)
    above = [f"{column},{min(y[1, column], 49.7):.2f}" for column in known]
    below = [f"{column},{max(y[0, column], 50.3):.2f}" for column in known[::-1]]
    body = f'<polygon points="{" ".join(above + below)}" fill="{WAVE_COLOR}"/>'
    return _svg(body, f'viewBox="0 0 {max(1, n_columns - 1)} 100" preserveAspectRatio="none"')


def reason_svg(text: str) -> bytes:
    """Why there is no picture, in its place."""
    words, lines = text.split(), [""]
    for word in words:
        if len(lines[-1]) + len(word) > 48:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    written = "".join(
        f'<text x="50%" y="{50 + 15 * (number - (len(lines) - 1) / 2):.0f}" text-anchor="middle">{escape(line)}</text>'
        for number, line in enumerate(lines[:6])
    )
    style = 'font-family="sans-serif" font-size="12" fill="#7b8790"'
    return _svg(f"<g {style}>{written}</g>", 'viewBox="0 0 300 100"')


def _svg(body: str, attributes: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{body}</svg>'.encode()
