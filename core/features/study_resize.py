"""The study's way to bring spectrograms to one width, kept to be shown and to reproduce its figures.

It called numpy's in-place ``ndarray.resize``, which re-flows the flat buffer: every row but the first starts in the
wrong place, and the end of the picture is filled with 0 dB, the loudest value. Ten or more public copies do the same.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ResizeDamage:
    """What the re-flow does to a picture of (bands, frames) brought to another width.

    Attributes
    ----------
    kept : float
        Share of the cells of the new picture that hold what belongs there, by position, 0 to 1.
    shear_frames : int
        Frames by which each row slips against the one below.
    n_loudest : int
        Cells filled with 0 dB.
    """

    kept: float
    shear_frames: int
    n_loudest: int


def study_resize(level_db: NDArray[Any], n_frames: int) -> NDArray[np.float32]:
    """The picture as the study's networks saw it.

    Parameters
    ----------
    level_db : array, shape (bands, frames)
    n_frames : int
        Width wanted.

    Returns
    -------
    array, shape (bands, n_frames)
        dB; cells beyond the buffer are 0.
    """
    resized = np.zeros(level_db.shape[0] * n_frames, dtype=np.float32)
    flat = level_db.astype(np.float32).ravel()[: resized.size]
    resized[: flat.size] = flat
    return resized.reshape(level_db.shape[0], n_frames)


def pad_with_floor(level_db: NDArray[Any], n_frames: int, *, top_db: float) -> NDArray[np.float32]:
    """The picture brought to a width as it should be: cut, or padded in time with -top_db."""
    padded = np.full((level_db.shape[0], n_frames), -top_db, dtype=np.float32)
    kept = min(n_frames, level_db.shape[1])
    padded[:, :kept] = level_db[:, :kept]
    return padded


def resize_damage(shape: tuple[int, int], n_frames: int) -> ResizeDamage:
    """What `study_resize` does to a picture of this shape (bands, frames)."""
    n_bands, width = shape
    rows, columns = np.divmod(np.arange(n_bands * n_frames), n_frames)
    flat = np.arange(n_bands * n_frames)
    right = (columns < width) & (rows * width + columns == flat) & (flat < n_bands * width)
    n_loudest = max(0, n_bands * (n_frames - width))
    return ResizeDamage(float(right.mean()), n_frames - width, n_loudest)
