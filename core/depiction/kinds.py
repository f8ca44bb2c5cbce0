"""Pictures of a sound that are looked at and not trained on, all on one axis of time with its spectrograms.

Conventions: column ``t`` is centred on second ``t * frame_s``; rows go from the lowest up. Each figure equals librosa's
at the same parameters, which the tests hold beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.dsp import spectral
from core.dsp.analysis import ClipAnalysis, Samples
from core.dsp.chroma import PitchPeaks, chroma, chroma_matrix
from core.dsp.constant_q import constant_q, frequencies_hz, most_octaves
from core.dsp.spectral import Float32
from core.dsp.tempo import lags_bpm, onset_strength, tempogram
from core.features.mel import MelSpectrogram

N_MFCC = 13
CLASSES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
SLOWEST_BPM, FASTEST_BPM = 30.0, 300.0
_N_TEMPI = 120
_LONGEST_TEMPO_HOP = 512
"""A longer one leaves too few lags to tell tempi apart."""


@dataclass(frozen=True, eq=False)
class Depiction:
    """A picture of a sound.

    Attributes
    ----------
    values : array of float32, shape (rows, columns)
        In the unit of the kind. Of a waveform two rows: the lowest and the highest sample of each column.
    frame_s : float
        Seconds from one column to the next.
    """

    values: Float32
    frame_s: float


@dataclass(frozen=True)
class DepictionKind:
    """A way to depict a sound.

    Attributes
    ----------
    name, title : str
        In addresses, and for people.
    low, high : float
        Values of the darkest and the brightest colour.
    unit : str
        Of the values: dB, SD, or a share of the strongest in its column.
    row_unit : str
        Of the labels of rows.
    depict : callable
        Of samples and the spectrogram whose window, hop and bands are used.
    labels : callable
        Of that spectrogram: labels of rows, each at its share of the height, from 0 (below) to 1.
    note : str
        What is seen, in one sentence.
    """

    name: str
    title: str
    low: float
    high: float
    unit: str
    row_unit: str
    depict: Callable[[Samples, MelSpectrogram], Depiction]
    labels: Callable[[MelSpectrogram], tuple[tuple[float, str], ...]]
    note: str


def _constant_q(samples: Samples, front_end: MelSpectrogram) -> Depiction:
    spectral.validate_samples(samples)
    n_octaves = most_octaves(front_end.sr_hz)
    step = 2 ** (n_octaves - 1)
    hop_length = max(step, front_end.hop_length // step * step)
    magnitude = constant_q(samples, sr_hz=front_end.sr_hz, hop_length=hop_length, n_octaves=n_octaves)
    level = spectral.to_db(np.square(magnitude))
    return Depiction(spectral.level_below_peak_db(level, top_db=front_end.top_db), hop_length / front_end.sr_hz)


def _octave_labels(front_end: MelSpectrogram) -> tuple[tuple[float, str], ...]:
    n_octaves = most_octaves(front_end.sr_hz)
    n_rows = len(frequencies_hz(n_octaves))
    return tuple(((12 * octave + 0.5) / n_rows, f"C{octave + 1}") for octave in range(n_octaves))


def _chroma(samples: Samples, front_end: MelSpectrogram) -> Depiction:
    spectral.validate_samples(samples)
    transform = front_end.transform_parameters
    n_frames = transform.n_frames(len(samples))
    peaks = PitchPeaks(front_end.sr_hz, transform.n_fft)
    for _, power in spectral.power_blocks(samples, transform, n_frames):
        peaks.add(power)
    matrix = chroma_matrix(front_end.sr_hz, transform.n_fft, peaks.tuning())
    shares = np.empty((n_frames, len(CLASSES)), dtype=np.float32)
    for place, power in spectral.power_blocks(samples, transform, n_frames):
        shares[place] = chroma(power, matrix)
    return Depiction(shares.T, front_end.frame_s)


def _mfcc(samples: Samples, front_end: MelSpectrogram) -> Depiction:
    coefficients = clip_mfcc(samples, front_end)
    mean = coefficients.mean(axis=1, keepdims=True)
    spread = coefficients.std(axis=1, keepdims=True)
    standard = np.divide(coefficients - mean, spread, out=np.zeros_like(coefficients), where=spread > 1e-6)
    return Depiction(standard, front_end.frame_s)


def clip_mfcc(samples: Samples, front_end: MelSpectrogram) -> Float32:
    """MFCC of each frame, shape (13, frames), or as many as there are bands if these are fewer.

    Parameters
    ----------
    samples : array, shape (samples,)
    front_end : MelSpectrogram
        Whose bands they are made of, with its floor below the peak.
    """
    level = spectral.floor_below_peak_db(band_level_db(samples, front_end), top_db=front_end.top_db)
    return spectral.mfcc(level, n_mfcc=N_MFCC)


def band_level_db(samples: Samples, front_end: MelSpectrogram) -> Float32:
    """Level of each band of the whole sound in dB re 1, not below -100 dB, shape (bands, frames)."""
    return (
        ClipAnalysis(samples).measure(front_end.transform_parameters, front_end.bands, n_samples=len(samples)).level_db
    )


def _tempogram(samples: Samples, front_end: MelSpectrogram) -> Depiction:
    hop_length = min(front_end.hop_length, _LONGEST_TEMPO_HOP)
    quick = replace(front_end, hop_length=hop_length)
    level = spectral.floor_below_peak_db(band_level_db(samples, quick))
    strength = onset_strength(level, n_fft=quick.n_fft, hop_length=hop_length)
    repeats = tempogram(strength, sr_hz=quick.sr_hz, hop_length=hop_length)
    # From lags, evenly in seconds, to tempi, evenly in octaves.
    lags = 60.0 * quick.sr_hz / (hop_length * tempi_bpm())
    below = np.minimum(lags.astype(np.intp), len(repeats) - 2)
    share = (lags - below)[:, np.newaxis].astype(np.float32)
    rows = (1 - share) * repeats[below] + share * repeats[below + 1]
    assert lags_bpm(quick.sr_hz, hop_length)[-1] < SLOWEST_BPM
    return Depiction(np.clip(rows, 0, 1), quick.frame_s)


def tempi_bpm() -> NDArray[np.float64]:
    """Tempo of each row of a tempogram as it is drawn, in beats per minute, evenly in octaves."""
    return np.geomspace(SLOWEST_BPM, FASTEST_BPM, _N_TEMPI)


def _tempo_labels(front_end: MelSpectrogram) -> tuple[tuple[float, str], ...]:
    rows = np.interp([30, 60, 120, 240], tempi_bpm(), np.arange(_N_TEMPI))
    return tuple(
        ((float(row) + 0.5) / _N_TEMPI, text) for row, text in zip(rows, ("30", "60", "120", "240"), strict=True)
    )


def _waveform(samples: Samples, front_end: MelSpectrogram) -> Depiction:
    spectral.validate_samples(samples)
    starts = np.arange(0, len(samples), front_end.hop_length)
    ends = np.stack([np.minimum.reduceat(samples, starts), np.maximum.reduceat(samples, starts)])
    return Depiction(ends.astype(np.float32), front_end.frame_s)


def _class_labels(front_end: MelSpectrogram) -> tuple[tuple[float, str], ...]:
    return tuple(((row + 0.5) / len(CLASSES), CLASSES[row]) for row in (0, 2, 4, 7, 9))


def _coefficient_labels(front_end: MelSpectrogram) -> tuple[tuple[float, str], ...]:
    n_rows = min(N_MFCC, front_end.n_mels)
    return tuple(((row + 0.5) / n_rows, str(row)) for row in range(0, n_rows, 3))


KINDS: dict[str, DepictionKind] = {
    kind.name: kind
    for kind in (
        DepictionKind(
            "cqt", "Constant-Q", -80.0, 0.0, "dB", "Note", _constant_q, _octave_labels,
            "One row a semitone, from C1: melodies and chords keep their shape in every key.",
        ),
        DepictionKind(
            "chroma", "Chroma", 0.0, 1.0, "share of the strongest in each frame", "Note", _chroma, _class_labels,
            "Strength of the twelve pitch classes, octaves folded together: which chord sounds.",
        ),
        DepictionKind(
            "mfcc", f"{N_MFCC} MFCC", -3.0, 3.0, "SD", "Coeff.", _mfcc, _coefficient_labels,
            "Coarse shape of the spectrum, as numeric features have it; each coefficient in SD from its mean.",
        ),
        DepictionKind(
            "tempogram", "Tempogram", 0.0, 1.0, "share of the best in each frame", "BPM", _tempogram, _tempo_labels,
            "How well onsets repeat at each tempo, in windows of 8 s; multiples of the beat show as well.",
        ),
        DepictionKind(
            "waveform", "Waveform", -1.0, 1.0, "share of full scale", "", _waveform,
            lambda front_end: ((0.02, "−1"), (0.5, "0"), (0.98, "1")),
            "The samples themselves, lowest to highest.",
        ),
    )
}  # fmt: skip
"""Every kind by its name, in the order in which pages offer them."""
