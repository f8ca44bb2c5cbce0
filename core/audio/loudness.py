"""How loud a sound is, second by second: what is needed to find its loudest parts, and no more."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from core.audio.formats import AudioSource
from core.audio.reading import Samples, open_blocks


def power_by_second(source: AudioSource) -> NDArray[np.float64]:
    """Mean square of each whole second of a sound file, shape (seconds,); full scale is 1.

    The file is decoded once, block by block, and not resampled. What follows the last whole second is left out.

    Raises
    ------
    AudioError
        As of `core.audio.read_audio`.

    Examples
    --------
    >>> from core.audio.loudness import power_by_second
    >>> power_by_second(folder / "bass" / "bass.00000.flac").shape
    (2,)
    """
    with open_blocks(source) as (sr_hz, blocks):
        powers = [np.einsum("ij,ij->i", rows, rows, dtype=np.float64) / sr_hz for rows in _seconds(blocks, sr_hz)]
    return np.concatenate(powers) if powers else np.zeros(0)


def _seconds(blocks: Iterable[Samples], sr_hz: int) -> Iterator[Samples]:
    """Whole seconds, shape (seconds, sr_hz); what is left of a block goes before the next."""
    rest = np.zeros(0, np.float32)
    for block in blocks:
        joined = np.concatenate([rest, block]) if len(rest) else block
        n_seconds = len(joined) // sr_hz
        if n_seconds:
            yield joined[: n_seconds * sr_hz].reshape(n_seconds, sr_hz)
        rest = joined[n_seconds * sr_hz :]
