"""The mastering engineer: brings a mix near its genre's balance, sets the loudness, catches the peaks."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.synthesis.constants import SAMPLE_RATE_HZ, Audio
from core.synthesis.tones import fade_edges

OCTAVES_HZ: Final = (62.5, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)
"""Centres of the octaves in which a mix is balanced; the first begins at 44 Hz, the last ends at 11 kHz."""
BALANCED_SHARE: Final = 0.85
"""How far a mix is moved from the balance that it has to the one that is wanted."""
MOST_GAIN_DB: Final = 15.0
RUMBLE_HZ: Final = 32.0
TOP_OPENING: Final = 1.2
"""The master's top closes this much above what a recipe states, which is where the room is damped."""
PEAK_CEILING: Final = 0.85
PEAK_FLOOR: Final = 0.25
LIMITER_KNEE: Final = 0.6
"""Share of the ceiling above which the limiter rounds peaks off."""
EDGE_FADE_S: Final = 0.005


def octave_levels_db(spectrum: NDArray[np.complexfloating], n_fft: int) -> NDArray[np.float64]:
    """Energy of each octave of `OCTAVES_HZ` in decibels relative to that of all of them, shape (8,).

    Parameters
    ----------
    spectrum : ndarray, shape (n_fft // 2 + 1,)
        Of the whole sound, by a real FFT; not silent.
    n_fft : int
        Length of the FFT.
    """
    edges = np.rint(np.array([*OCTAVES_HZ, 16000.0]) / np.sqrt(2.0) * n_fft / SAMPLE_RATE_HZ).astype(np.int64)
    inside = spectrum[edges[0] : edges[-1]]
    energy = np.add.reduceat(inside.real**2 + inside.imag**2, edges[:-1] - edges[0], dtype=np.float64)
    return np.asarray(10.0 * np.log10(np.maximum(energy / energy.sum(), 1e-12)))


def master_response(
    spectrum: NDArray[np.complexfloating],
    n_fft: int,
    *,
    balance_db: tuple[float, ...],
    cutoff_hz: float,
    tilt_db_per_octave: float,
) -> NDArray[np.float32]:
    """Magnitude response of the master equaliser for a mix, shape of `spectrum`.

    A rumble filter takes out everything near 0 Hz, each octave is moved towards its wanted share of the energy, and a
    gentle low-pass (24 dB an octave) begins to close the top at `cutoff_hz`: cymbals and consonants stay audible above
    it.

    Parameters
    ----------
    spectrum : ndarray, shape (n_fft // 2 + 1,)
        Of the mix; not silent.
    n_fft : int
        Length of the FFT.
    balance_db : tuple of float
        Wanted level of each octave of `OCTAVES_HZ` relative to the whole.
    cutoff_hz : float
        Where the top closes.
    tilt_db_per_octave : float
        Tilt of the wanted balance, pivoting at 700 Hz; negative is darker.
    """
    tilt = tilt_db_per_octave * np.log2(np.array(OCTAVES_HZ) / 700.0)
    wanted = np.array(balance_db) + tilt
    gain_db = np.clip(BALANCED_SHARE * (wanted - octave_levels_db(spectrum, n_fft)), -MOST_GAIN_DB, MOST_GAIN_DB)
    # Drawn on a coarse grid: the response is smooth, and a whole clip's spectrum has 350,000 bins.
    grid = np.linspace(0.0, 0.5 * SAMPLE_RATE_HZ, 512)
    balanced = 10.0 ** (np.interp(np.log2(np.maximum(grid, 1.0)), np.log2(OCTAVES_HZ), gain_db) / 20.0)
    frequency = np.arange(spectrum.size, dtype=np.float32) * np.float32(SAMPLE_RATE_HZ / n_fft)
    rumble = frequency**4 / (frequency**4 + np.float32(RUMBLE_HZ**4))
    top = 1.0 / (1.0 + (frequency / np.float32(TOP_OPENING * cutoff_hz)) ** 4)
    return np.asarray(np.interp(frequency, grid, balanced).astype(np.float32) * rumble * top, dtype=np.float32)


def limit(audio: Audio) -> Audio:
    """Round off what is above `LIMITER_KNEE` of `PEAK_CEILING`, so that nothing reaches the ceiling."""
    knee = np.float32(LIMITER_KNEE * PEAK_CEILING)
    above = np.abs(audio) > knee
    limited = audio.copy()
    room = np.float32(PEAK_CEILING) - knee
    loud: Any = audio[above]
    limited[above] = np.sign(loud) * (knee + room * np.tanh((np.abs(loud) - knee) / room))
    return limited


def finish(audio: Audio, *, target_rms_db: float) -> Audio:
    """Set the loudness, keep the peak in bounds and fade the edges.

    Parameters
    ----------
    audio : ndarray, shape (n_samples,)
        The mix at any level.
    target_rms_db : float
        Wanted RMS in decibels below full scale. It yields where the peak would not reach 0.25; the limiter catches
        peaks above, and takes a little of it.

    Returns
    -------
    ndarray, shape (n_samples,), float32
        Without a mean, peak at most 0.85. Silence stays silence.
    """
    centred = audio - np.mean(audio)
    fade_edges(centred, EDGE_FADE_S, EDGE_FADE_S)
    peak = float(np.max(np.abs(centred)))
    if peak == 0.0:
        return centred
    gain = 10.0 ** (target_rms_db / 20.0) / float(np.sqrt(np.mean(centred**2)))
    loud = limit(centred * np.float32(max(gain, PEAK_FLOOR / peak)))
    loud -= np.mean(loud)
    return np.asarray(loud * np.float32(min(1.0, PEAK_CEILING / np.max(np.abs(loud)))), dtype=np.float32)
