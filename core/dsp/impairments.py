"""Sound changed as microphones, players, rooms and files change it.

Conventions: samples are mono float32, full scale ±1, shape (n,); each function gives an array as long as it was given.
"""

import numpy as np
from numpy.typing import NDArray

from core.dsp.spectral import Float32

_FILTER_ORDER = 8
"""48 dB an octave."""
_DECAY_DB = 60.0


def cut_frequencies(samples: Float32, edge_hz: float, *, sr_hz: int, keep: str) -> Float32:
    """A Butterworth filter of 48 dB an octave.

    Parameters
    ----------
    samples : array, shape (n,)
    edge_hz : float
        Where the level has fallen by 3 dB; at half the sample rate or above nothing can be cut off the top.
    sr_hz : int
    keep : "below" or "above"
        Which side of the edge stays.
    """
    import scipy.signal

    if edge_hz >= sr_hz / 2:
        return samples if keep == "below" else np.zeros_like(samples)
    kind = "lowpass" if keep == "below" else "highpass"
    sections = scipy.signal.butter(_FILTER_ORDER, edge_hz, kind, fs=sr_hz, output="sos")
    filtered: Float32 = scipy.signal.sosfilt(sections, samples.astype(np.float64)).astype(np.float32)
    return filtered


def add_noise(samples: Float32, snr_db: float, *, seed: int = 0) -> Float32:
    """White noise added, so much weaker than the sound as a whole; the same noise for the same seed."""
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    noise = np.random.default_rng(seed).standard_normal(len(samples), dtype=np.float32)
    noisy: Float32 = samples + noise * np.float32(np.sqrt(power) * 10 ** (-snr_db / 20))
    return noisy


def amplify(samples: Float32, gain_db: float) -> Float32:
    """Louder or quieter; what becomes louder than full scale is clipped, as a player does."""
    changed: Float32 = samples * np.float32(10 ** (gain_db / 20))
    # What a file has beyond full scale is its own: made quieter it is no other sound.
    return changed if gain_db <= 0 else np.clip(changed, -1.0, 1.0)


def reverberate(samples: Float32, decay_s: float, *, sr_hz: int, seed: int = 0) -> Float32:
    """A room around the sound: noise that decays by 60 dB in so many seconds, as strong as the direct sound.

    The result is as loud as what was given. The same room for the same seed.

    References
    ----------
    J. A. Moorer, "About this reverberation business", Computer Music Journal 3 (1979).
    """
    import scipy.signal

    n_room = max(1, round(decay_s * sr_hz))
    envelope = 10 ** (-_DECAY_DB / 20 * np.arange(n_room) / n_room)
    room = np.random.default_rng(seed).standard_normal(n_room) * envelope
    room /= np.sqrt(np.sum(np.square(room)))
    wet = samples + scipy.signal.oaconvolve(samples, room.astype(np.float32))[: len(samples)]
    return _as_loud(wet.astype(np.float32), samples)


def _as_loud(samples: Float32, as_what: Float32) -> Float32:
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    if power == 0:
        return samples
    factor: NDArray[np.float64] = np.sqrt(np.mean(np.square(as_what, dtype=np.float64)) / power)
    scaled: Float32 = samples * np.float32(factor)
    return scaled
