"""What the salient cells sound like: the song with only these kept, and with these taken out.

Conventions: a cell of the picture lends its gain to the cells of a finer Fourier transform that lie nearest to it, in
frequency between the centres of bands and in time; what is above the highest or below the lowest band goes with it. The
phase is kept. What is taken out is made quieter by `QUIETER_DB`, not silenced: a hole in the spectrogram is what
no music has, and a model would hear the hole. Kept and taken out together are the song again.
"""

import numpy as np
from numpy.typing import NDArray

from core.dsp.masking import apply_gains
from core.errors import ConfigError, RunError
from core.explanation.saliency import require_frequencies
from core.features.base import AudioFrontEnd, Features
from core.features.mel import MelSpectrogram

QUIETER_DB = 30.0
"""By how much what is taken out is made quieter."""
LEAST_SHARE, MOST_SHARE = 0.05, 1.0


def check_share(share: float) -> float:
    """The same share of cells kept; `ConfigError` where it is not 0.05 to 1."""
    if not LEAST_SHARE <= share <= MOST_SHARE:
        raise ConfigError(f"Expected a share of cells from {LEAST_SHARE:g} to {MOST_SHARE:g}, got {share:g}.")
    return share


def sound_of_cells(
    samples: NDArray[np.float32],
    cells: NDArray[np.bool_],
    front_end: Features,
    *,
    keep_rest: bool,
    quieter_db: float = QUIETER_DB,
) -> NDArray[np.float32]:
    """The song with some cells as they are and all others made quieter.

    Parameters
    ----------
    samples : array, shape (samples,)
        The whole song at the rate of the front end.
    cells : bool array, shape (bands, columns)
        Those kept, on the picture of the whole song (`core.explanation.saliency`).
    front_end : Features
        That made the picture.
    keep_rest : bool
        Whether what comes after the last column, which nobody saw, is kept too.
    quieter_db : float
        By how much the others are made quieter; infinite for silence.

    Returns
    -------
    array of float32, shape (samples,)

    Raises
    ------
    RunError
        The cells of this front end have no place in the sound.
    """
    centres = require_frequencies(front_end)
    if not isinstance(front_end, AudioFrontEnd) or (
        isinstance(front_end, MelSpectrogram) and front_end.width == "reflowed"
    ):
        raise RunError(
            f"The cells of this {front_end.title.lower()} have no place in the sound, so that it cannot be heard. "
            "Choose a run whose spectrograms are padded in time."
        )
    sr_hz, column_s = front_end.sr_hz, front_end.frame_s
    quiet = np.float32(10 ** (-quieter_db / 20))
    beyond = np.full((len(cells), 1), keep_rest)
    gains_of_cells = np.where(np.hstack([cells, beyond]), np.float32(1), quiet).T

    def gains(middles_s: NDArray[np.float64], bins_hz: NDArray[np.float64]) -> NDArray[np.float32]:
        columns = np.clip((middles_s / column_s).astype(np.intp), 0, cells.shape[1])
        bands = np.interp(bins_hz, centres, np.arange(len(centres))).round().astype(np.intp)
        chosen: NDArray[np.float32] = gains_of_cells[columns][:, bands]
        return chosen

    return apply_gains(samples, gains, sr_hz=sr_hz)
