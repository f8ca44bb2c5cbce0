"""Tempo and pitch changed apart from each other, by librosa's phase vocoder."""

from core.dsp.spectral import Float32


def change_tempo(samples: Float32, rate: float) -> Float32:
    """The sound so many times as fast, its pitch kept, shape (n / rate,).

    Parameters
    ----------
    samples : array, shape (n,)
        Mono.
    rate : float
        Above 0; 2 is twice as fast.
    """
    from librosa.effects import time_stretch

    stretched: Float32 = time_stretch(samples, rate=rate)
    return stretched


def change_pitch(samples: Float32, semitones: float, *, sr_hz: int) -> Float32:
    """The sound so many semitones higher (or lower), its tempo kept, shape (n,)."""
    from librosa.effects import pitch_shift

    shifted: Float32 = pitch_shift(samples, sr=sr_hz, n_steps=semitones, res_type="soxr_hq")
    return shifted
