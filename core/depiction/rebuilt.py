"""What a model is told of a clip, as sound: the clip rebuilt from its mel spectrogram, or from 13 MFCC.

The level that is stored says nothing of phases, which are found anew (`core.dsp.inversion`), nor of loudness, which is
made that of the clip. What was below the floor of the spectrogram stays at the floor.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.depiction.kinds import N_MFCC, band_level_db
from core.dsp import spectral
from core.dsp.analysis import Samples
from core.dsp.inversion import find_sound, mel_of_mfcc, power_of_bands, require_overlap
from core.dsp.spectral import Float32
from core.errors import FeatureError
from core.features.mel import MelSpectrogram
from core.features.study_resize import study_resize

Source = Literal["mel", "mfcc", "sheared"]
"""The spectrogram; 13 coefficients of it; or the spectrogram as the study's flat resize left it."""
LONGEST_S = 60.0
_MOST_CELLS = 4_000_000
"""Of the Fourier transform: some 80 MB while phases are found, and less than two seconds."""


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """A clip rebuilt from what a model is told of it.

    Attributes
    ----------
    samples : array of float32, shape (samples,)
        As loud as the clip, within full scale.
    off_db : float
        Mean difference between the spectrogram of the rebuilt sound and that of the clip, in dB, over the cells of the
        clip that are above the floor.
    """

    samples: Float32
    off_db: float


def most_seconds(front_end: MelSpectrogram) -> float:
    """How much of a clip is rebuilt at most, from its start."""
    frames = _MOST_CELLS / (1 + front_end.n_fft // 2)
    return min(LONGEST_S, frames * front_end.frame_s)


def why_not(front_end: MelSpectrogram, source: Source, n_samples: int) -> str:
    """Why a clip of so many samples cannot be rebuilt in this way, and what to do; empty where it can."""
    try:
        require_overlap(front_end.transform_parameters)
    except FeatureError as error:
        return str(error)
    if source == "sheared" and 1 + n_samples // front_end.hop_length >= front_end.n_frames:
        return f"This clip fills all {front_end.n_frames} frames, so that nothing is resized. Choose a shorter one."
    return ""


def rebuild(
    samples: Samples,
    front_end: MelSpectrogram,
    *,
    source: Source = "mel",
    seed: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
) -> Rebuilt:
    """A clip from its spectrogram alone.

    Parameters
    ----------
    samples : array, shape (samples,)
        At the rate of the front end; `most_seconds` of it are taken.
    front_end : MelSpectrogram
    source : "mel", "mfcc" or "sheared"
    seed : int
        Of the phases guessed at first.
    on_progress : callable, optional
        Called with (steps done, steps in all).

    Raises
    ------
    FeatureError
        See `why_not`; or the clip is silent.
    """
    samples = samples[: round(most_seconds(front_end) * front_end.sr_hz)]
    if reason := why_not(front_end, source, len(samples)):
        raise FeatureError(reason)
    given_db = band_level_db(samples, front_end)
    level = told_level(given_db, front_end, source)
    power: Float32 = np.exp(level.astype(np.float32) * np.float32(np.log(10.0) / 10.0))
    magnitude = np.ascontiguousarray(np.sqrt(power_of_bands(power, front_end.bands)).T)
    n_samples = len(samples) if source != "sheared" else (front_end.n_frames - 1) * front_end.hop_length
    sound = find_sound(magnitude, front_end.transform_parameters, n_samples, seed=seed, on_progress=on_progress)
    sound = _as_loud(sound, samples)
    found_db = band_level_db(sound, front_end)[:, : given_db.shape[1]]
    heard = given_db > given_db.max() - front_end.top_db
    return Rebuilt(sound, float(np.abs(found_db - given_db)[heard].mean()))


def told_level(level_db: Float32, front_end: MelSpectrogram, source: Source) -> NDArray[np.floating]:
    """Level in dB below the peak that is all a model is told, shape (bands, frames), in the precision of storage.

    Parameters
    ----------
    level_db : array, shape (bands, frames)
        From `core.depiction.kinds.band_level_db`.
    front_end : MelSpectrogram
    source : "mel", "mfcc" or "sheared"
    """
    level = spectral.level_below_peak_db(level_db, top_db=front_end.top_db).astype(front_end.dtype)
    if source == "sheared":
        return study_resize(level, front_end.n_frames)
    if source == "mfcc":
        return mel_of_mfcc(spectral.mfcc(level.astype(np.float32), n_mfcc=N_MFCC), front_end.n_mels)
    return level


def as_rebuilt(front_end: MelSpectrogram) -> MelSpectrogram:
    """The same parameters with levels below the peak, padded in time, whatever a model is then given of them."""
    return replace(front_end, normalisation="peak", width="padded")


def _as_loud(sound: Float32, like: Samples) -> Float32:
    power, wanted = (float(np.mean(np.square(each, dtype=np.float64))) for each in (sound, like))
    peak = float(np.abs(sound).max())
    if power == 0 or peak == 0:
        return sound
    scale = min(np.sqrt(wanted / power), 0.99 / peak)
    return sound * np.float32(scale)
