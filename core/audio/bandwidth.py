"""How far up the sound in a file reaches: what was resampled from a low rate has nothing above half of it."""

import numpy as np
from numpy.typing import NDArray

_N_FFT = 2048
_MOST_FRAMES = 300
_MIN_DROP_DB = 22.0
_LOWEST_HZ = 1500.0
"""Below, a tone with its overtones could be taken for all that a file holds."""
_HIGHEST_HZ = 8300.0
"""Above, the filters of lossy coding and old recordings end as steeply: of 559 clips at 22,050 Hz, from 8.8 kHz on."""


def top_hz(samples: NDArray[np.float32], sr_hz: int) -> float | None:
    """Frequency above which nothing is in the sound though its rate would allow it; None where there is no such edge.

    The mean spectrum has an edge where all of the octave below (but for its quietest tenth) is at least 22 dB above
    the loudest of what follows.

    Parameters
    ----------
    samples : array of float32, shape (samples,)
    sr_hz : int

    Returns
    -------
    float or None
        In Hz, 1,500 to 8,300, right to some 10 %.
    """
    n_frames = len(samples) // _N_FFT
    if n_frames < 4:
        return None
    step = -(-n_frames // _MOST_FRAMES)
    frames = samples[: n_frames * _N_FFT].reshape(n_frames, _N_FFT)[::step]
    power = np.mean(np.abs(np.fft.rfft(frames * np.hanning(_N_FFT).astype(np.float32), axis=1)) ** 2, axis=0)
    level_db = np.convolve(10.0 * np.log10(power + 1e-20), np.ones(5) / 5, "same")
    highest_above = np.maximum.accumulate(level_db[::-1])[::-1]
    best_db, best = _MIN_DROP_DB, 0
    last = min(0.9 * len(power), _HIGHEST_HZ * _N_FFT / sr_hz)
    for place in range(int(_LOWEST_HZ * _N_FFT / sr_hz), int(last)):
        octave = np.sort(level_db[place // 2 : int(place * 0.92)])
        drop_db = octave[len(octave) // 10] - highest_above[int(place * 1.08)]
        if drop_db >= best_db:
            best_db, best = drop_db, place
    return best * sr_hz / _N_FFT if best else None
