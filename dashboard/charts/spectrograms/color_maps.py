"""Colours of levels. All grow lighter evenly: equal steps of level look like equal steps, also in grey."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from plotly.colors import sequential

from dashboard.charts.spectrograms.spectrogram import COLOR_SCALE

N_COLORS = 128
_N_GREYS = 33


def _greys() -> tuple[str, ...]:
    """From black to white in even steps of lightness (CIE L*), not of the screen's own values."""
    lightness = np.linspace(0, 100, _N_GREYS)
    luminance = np.where(lightness > 8, ((lightness + 16) / 116) ** 3, lightness / 903.3)
    shown = np.where(luminance > 0.0031308, 1.055 * luminance ** (1 / 2.4) - 0.055, 12.92 * luminance)
    return tuple(f"#{value:02x}{value:02x}{value:02x}" for value in np.rint(255 * shown).astype(int).tolist())


COLOR_MAPS: dict[str, tuple[str, ...]] = {
    "magma": COLOR_SCALE,
    "viridis": tuple(sequential.Viridis),
    "inferno": tuple(sequential.Inferno),
    "cividis": tuple(sequential.Cividis),
    "greys": _greys(),
}
"""Each from the lowest level to the highest; magma, viridis and inferno by van der Walt and Smith 2015, cividis, which
every kind of sight sees alike, by Nuñez and others 2018."""


def palette_of(stops: Sequence[str], n_colors: int = N_COLORS) -> NDArray[np.uint8]:
    """Evenly spaced colours between stops given as ``#rrggbb``, shape (n_colors, 3)."""
    return _palette(tuple(stops), n_colors)


@lru_cache(maxsize=16)
def _palette(stops: tuple[str, ...], n_colors: int) -> NDArray[np.uint8]:
    channels_of = np.array([[int(color[place : place + 2], 16) for place in (1, 3, 5)] for color in stops])
    at, steps = np.linspace(0, 1, len(stops)), np.linspace(0, 1, n_colors)
    channels = [np.interp(steps, at, channels_of[:, channel]) for channel in range(3)]
    colors: NDArray[np.uint8] = np.rint(np.stack(channels, axis=1)).astype(np.uint8)
    colors.setflags(write=False)
    return colors
