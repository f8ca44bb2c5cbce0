"""A song's spectrogram with its saliency over it, as a picture for a page or for paper.

Conventions: the music is grey; what speaks for the genre is tinted, the stronger the more; a line goes around the cells
that count as salient, whether they are tinted much or little. Time runs across the whole width.
"""

import io
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.explanation.saliency import Saliency
from core.features.base import Features

Ground = Literal["dark", "paper"]
WIDTH, HEIGHT = 1_200, 320
"""Pixels of a picture, about; cells are never parted unevenly."""
_TINTS: dict[Ground, tuple[int, int, int]] = {"dark": (30, 170, 235), "paper": (0, 114, 178)}
_LINES: dict[Ground, tuple[int, int, int]] = {"dark": (255, 205, 70), "paper": (200, 75, 0)}
_STRONGEST = 0.75
"""Share of the tint where the saliency is strongest."""
_QUIET = 0.55
"""Brightness of the loudest grey, so that tints stay to be seen on it."""


def spectrogram_pixels(
    level: NDArray[np.floating], front_end: Features, *, ground: Ground = "dark", width: int = WIDTH
) -> NDArray[np.uint8]:
    """The music alone, in grey, shape (pixel rows, pixel columns, 3); the highest band on top.

    Parameters
    ----------
    level : array, shape (bands, frames)
        As the front end gives it.
    front_end : Features
        Whose levels they are.
    ground : "dark" or "paper"
        Loud is bright on a dark ground, and dark on paper.
    width : int
        Pixels across, at most, where there are more frames than that.
    """
    return _pixels(_grey(_fewer(np.asarray(level, dtype=np.float32), width, "mean"), front_end, ground))


def saliency_pixels(
    level: NDArray[np.floating],
    saliency: Saliency,
    *,
    share: float,
    ground: Ground = "dark",
    width: int = WIDTH,
) -> NDArray[np.uint8]:
    """The music with its saliency, shape (pixel rows, pixel columns, 3); the highest band on top.

    Parameters
    ----------
    level : array, shape (bands, frames)
        Of the whole song, as the front end of the saliency gives it.
    saliency : Saliency
    share : float
        Of the cells that the line goes around, 0 to 1.
    ground : "dark" or "paper"
    width : int
        Pixels across, at most, where there are more frames than that.
    """
    n_columns = np.shape(level)[1]
    grey = _grey(_fewer(np.asarray(level, dtype=np.float32), width, "mean"), saliency.front_end, ground)
    values = np.where(saliency.is_seen, np.maximum(saliency.values, 0), 0)
    strong = _fewer(_as_wide(values, n_columns), width, "max")
    chosen = _fewer(_as_wide(saliency.most_salient(share), n_columns), width, "max")
    top = float(strong.max())
    tint = (_STRONGEST * strong / top if top > 0 else strong)[..., np.newaxis]
    tinted = grey * (1 - tint) + np.array(_TINTS[ground], dtype=np.float32) * tint
    pixels = _pixels(tinted)
    around = _edges(_repeated(chosen[::-1]))
    pixels[around] = _LINES[ground]
    return pixels


def encode_picture(pixels: NDArray[np.uint8], kind: Literal["webp", "png"]) -> bytes:
    """A file of a picture, for a browser; PNG for what is kept."""
    from PIL import Image

    stream = io.BytesIO()
    image = Image.fromarray(pixels)
    if kind == "webp":
        image.save(stream, "WEBP", quality=85, method=4)
    else:
        # A palette of its own: a third of the size, and nothing to be seen of it.
        image.quantize(128).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _grey(level: NDArray[np.float32], front_end: Features, ground: Ground) -> NDArray[np.float32]:
    scale = front_end.level_scale
    share = np.clip((level - scale.low) / (scale.high - scale.low), 0, 1)
    grey = 8 + 247 * _QUIET * share if ground == "dark" else 255 - 255 * _QUIET * share
    return np.repeat(grey[..., np.newaxis], 3, axis=2).astype(np.float32)


def _as_wide(values: NDArray[np.generic], n_columns: int) -> NDArray[np.float32]:
    """The same with so many columns; nothing is salient beyond those that were seen."""
    wide = np.zeros((values.shape[0], n_columns), dtype=np.float32)
    n_both = min(n_columns, values.shape[1])
    wide[:, :n_both] = values[:, :n_both]
    return wide


def _fewer(values: NDArray[np.float32], most: int, how: Literal["mean", "max"]) -> NDArray[np.float32]:
    """Neighbouring columns brought together, so that there are at most so many."""
    step = -(-values.shape[1] // most)
    starts = np.arange(0, values.shape[1], step)
    if how == "max":
        strongest: NDArray[np.float32] = np.maximum.reduceat(values, starts, axis=1)
        return strongest
    sizes = np.diff(np.append(starts, values.shape[1]))
    means: NDArray[np.float32] = (np.add.reduceat(values, starts, axis=1) / sizes).astype(np.float32)
    return means


def _repeated(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """Every cell as many pixels as make about `WIDTH` x `HEIGHT`."""
    tall, wide = max(1, round(HEIGHT / values.shape[0])), max(1, round(WIDTH / values.shape[1]))
    return np.repeat(np.repeat(values, tall, axis=0), wide, axis=1)


def _pixels(colors: NDArray[np.float32]) -> NDArray[np.uint8]:
    repeated: NDArray[np.uint8] = np.ascontiguousarray(_repeated(np.rint(colors[::-1]).astype(np.uint8)))
    return repeated


def _edges(chosen: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Pixels that are chosen and border on one that is not."""
    inside = np.pad(np.asarray(chosen, dtype=bool), 1, mode="edge")
    core = inside[1:-1, 1:-1]
    whole = inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
    edges: NDArray[np.bool_] = core & ~whole
    return edges
