"""Effects on whole signals: filters, waveshaping, the room and the glue of a mix."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import scipy.fft
import scipy.signal
from numpy.typing import NDArray

from core.synthesis.constants import SAMPLE_RATE_HZ, Audio
from core.synthesis.mastering import master_response


@lru_cache(maxsize=256)
def _sections(kind: str, cutoff: tuple[float, ...], order: int, rate_hz: int) -> NDArray[np.float64]:
    edges = cutoff[0] if len(cutoff) == 1 else cutoff
    sections: NDArray[np.float64] = scipy.signal.butter(order, edges, kind, fs=rate_hz, output="sos")
    return sections


def filter_audio(audio: Audio, kind: str, *cutoff_hz: float, order: int = 2, rate_hz: int = SAMPLE_RATE_HZ) -> Audio:
    """Butterworth filter; `kind` is ``"low"``, ``"high"`` or ``"band"`` (which takes two cut-off frequencies)."""
    sections = _sections(kind, tuple(round(edge, 1) for edge in cutoff_hz), order, rate_hz).astype(np.float32)
    filtered: Any = scipy.signal.sosfilt(sections, audio)
    return np.asarray(filtered, dtype=np.float32)


def saturate(audio: Audio, drive: float, bias: float = 0.0) -> Audio:
    """Waveshaper tanh(drive * x + bias) with the bias taken out again; a bias adds even harmonics."""
    shaped = np.tanh(np.float32(drive) * audio + np.float32(bias)) - np.float32(np.tanh(bias))
    return np.asarray(shaped, dtype=np.float32)


def halve_rate(audio: Audio) -> Audio:
    """Audio at half its sampling rate, low-passed first; shape (ceil(n_samples / 2),)."""
    return np.asarray(scipy.signal.resample_poly(audio, 1, 2), dtype=np.float32)


def room_impulse_response(decay_s: float, damping_hz: float, rng: np.random.Generator) -> Audio:
    """Impulse response of a room without its direct sound.

    Parameters
    ----------
    decay_s : float
        Time in which the reverberation falls by 60 dB.
    damping_hz : float
        Cut-off of the wall's absorption: lower is a darker room.
    rng : numpy.random.Generator
        Draws the reflections.

    Returns
    -------
    ndarray, shape (round(decay_s * SAMPLE_RATE_HZ),), float32
        Unit energy.
    """
    n_samples = max(64, round(decay_s * SAMPLE_RATE_HZ))
    t = np.arange(n_samples, dtype=np.float32) / SAMPLE_RATE_HZ
    tail = rng.standard_normal(n_samples, dtype=np.float32) * np.exp(np.float32(-6.9 / decay_s) * t)
    tail *= np.minimum(1.0, t / 0.02)
    early = (rng.uniform(0.006, 0.045, 7) * SAMPLE_RATE_HZ).astype(np.int64)
    tail[early[early < n_samples]] += 3.0
    tail = filter_audio(filter_audio(tail, "low", damping_hz), "high", 180.0)
    return np.asarray(tail / np.sqrt(np.sum(tail**2)), dtype=np.float32)


def add_room_and_equalise(
    dry: Audio,
    send: Audio,
    impulse_response: Audio,
    *,
    wet: float,
    balance_db: tuple[float, ...],
    cutoff_hz: float,
    tilt_db_per_octave: float,
) -> Audio:
    """Mix of `dry` with `send` in a room, through the master equaliser; shape of `dry`.

    Both steps are products in one FFT that is long enough for the reverberation not to wrap round.
    """
    n_fft: int = scipy.fft.next_fast_len(dry.size + impulse_response.size, real=True)
    spectrum: Any = scipy.fft.rfft(send, n_fft)
    spectrum *= scipy.fft.rfft(impulse_response * np.float32(wet), n_fft)
    spectrum += scipy.fft.rfft(dry, n_fft)
    spectrum *= master_response(
        spectrum, n_fft, balance_db=balance_db, cutoff_hz=cutoff_hz, tilt_db_per_octave=tilt_db_per_octave
    )
    mixed: Any = scipy.fft.irfft(spectrum, n_fft)
    return np.ascontiguousarray(mixed[: dry.size], dtype=np.float32)


def glue(audio: Audio, drive: float) -> Audio:
    """Soft saturation that keeps the level of quiet passages and rounds the peaks.

    Parameters
    ----------
    audio : ndarray, shape (n_samples,)
        The dry mix at any level. Silence stays silence.
    drive : float
        Its RMS relative to the knee of the saturation: 0.1 leaves all but the sharpest peaks alone, 0.5 is dense.
    """
    rms = float(np.sqrt(np.mean(audio**2)))
    if rms == 0.0:
        return audio
    return saturate(audio, drive / rms) * np.float32(rms / drive)
