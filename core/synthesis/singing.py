"""Singing without words: a glottal source and noise through formants that move from syllable to syllable.

A whole line is sung at once, not note by note, so that pitch and formants glide as they do in a mouth. The source is a
sawtooth (the spectrum of a sung glottis with the lips' radiation), the noise is breath and consonants, and both pass
through a cascade of formants (Klatt 1980) that changes every `HOP` samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from core.synthesis.constants import SAMPLE_RATE_HZ, Audio
from core.synthesis.singers import Singer
from core.synthesis.tones import noise

HOP: Final = 256
WINDOW: Final = 512
FRAME_S: Final = HOP / SAMPLE_RATE_HZ

VOWELS_HZ: Final = (
    (730.0, 1090.0, 2440.0),
    (660.0, 1720.0, 2410.0),
    (530.0, 1840.0, 2480.0),
    (300.0, 2250.0, 2950.0),
    (570.0, 840.0, 2410.0),
    (320.0, 900.0, 2240.0),
    (640.0, 1190.0, 2390.0),
    (490.0, 1350.0, 1700.0),
)
"""First three formants of a man's vowels (Peterson and Barney 1952)."""
UPPER_FORMANTS_HZ: Final = (3400.0, 4500.0)
BANDWIDTHS_HZ: Final = (80.0, 100.0, 140.0, 220.0, 300.0)


@dataclass(frozen=True, slots=True)
class Consonant:
    """What stands before a vowel: its length, its voicing, the band of its noise, and the formants it comes from.

    Attributes
    ----------
    length_s, noise_s : float
        Length in all, and of the noise at its end.
    voiced : float
        Amplitude of the voice within it.
    noise : float
        Amplitude of its noise.
    noise_hz : float
        Centre of the noise.
    locus_hz : tuple of float
        First three formants at its end.
    """

    length_s: float
    noise_s: float
    voiced: float
    noise: float
    noise_hz: float
    locus_hz: tuple[float, float, float]


CONSONANTS: Final = (
    Consonant(0.07, 0.03, 0.0, 1.0, 4500.0, (350.0, 1800.0, 2700.0)),  # t
    Consonant(0.07, 0.03, 0.0, 0.9, 2200.0, (300.0, 2000.0, 2300.0)),  # k
    Consonant(0.06, 0.02, 0.0, 0.6, 1200.0, (350.0, 900.0, 2200.0)),  # p
    Consonant(0.05, 0.012, 0.15, 0.5, 3800.0, (300.0, 1700.0, 2600.0)),  # d
    Consonant(0.05, 0.012, 0.15, 0.3, 1000.0, (300.0, 900.0, 2200.0)),  # b
    Consonant(0.1, 0.09, 0.0, 0.9, 7000.0, (320.0, 1700.0, 2600.0)),  # s
    Consonant(0.1, 0.09, 0.0, 0.8, 3400.0, (300.0, 1900.0, 2500.0)),  # sh
    Consonant(0.07, 0.06, 0.0, 0.3, 1600.0, (500.0, 1300.0, 2400.0)),  # h
    Consonant(0.07, 0.0, 0.45, 0.0, 1000.0, (260.0, 1000.0, 2200.0)),  # m
    Consonant(0.07, 0.0, 0.45, 0.0, 1000.0, (260.0, 1600.0, 2500.0)),  # n
    Consonant(0.06, 0.0, 0.6, 0.0, 1000.0, (330.0, 1150.0, 2700.0)),  # l
    Consonant(0.06, 0.0, 0.6, 0.0, 1000.0, (300.0, 700.0, 2200.0)),  # w
)
N_AIR: Final = 256
"""Windows of noise that are drawn from: more than anyone tells apart."""
NO_CONSONANT: Final = 0.15
"""Share of syllables that begin with their vowel."""


class _Mouth:
    """What the singer does in every frame: pitch, loudness of voice and noise, formants."""

    def __init__(self, n_frames: int, pitch: float) -> None:
        self.pitch = np.full(n_frames, pitch)
        self.voice = np.zeros(n_frames)
        self.hiss = np.zeros(n_frames)
        self.hiss_hz = np.full(n_frames, 3000.0)
        self.formants = np.tile(np.array(VOWELS_HZ[6]), (n_frames, 1))


def _articulate(
    starts: NDArray[np.int64], stops: NDArray[np.int64], pitches: list[int], loudness: list[float],
    singer: Singer, n_frames: int, rng: np.random.Generator,
) -> _Mouth:  # fmt: skip
    mouth = _Mouth(n_frames, float(pitches[0]))
    ending = 0
    for start, stop, pitch, loud in zip(starts.tolist(), stops.tolist(), pitches, loudness, strict=True):
        vowel = np.array(VOWELS_HZ[int(rng.integers(len(VOWELS_HZ)))])
        length = max(2, stop - start)
        stop = start + length
        phrase_begins = start - ending > 0.15 / FRAME_S
        mouth.pitch[max(0, start - 6) :] = pitch
        if singer.speaks:
            accent = float(rng.normal(0.0, 2.0)) + (2.0 if loud > 0.7 else 0.0)
            mouth.pitch[start:stop] += accent - np.linspace(0.0, 2.5, length)[: n_frames - start]
        elif phrase_begins and rng.random() < 0.6:
            n_scoop = min(length, 8)
            mouth.pitch[start : start + n_scoop] -= np.linspace(2.0, 0.0, n_scoop)[: n_frames - start]
        mouth.voice[start:stop] = loud * np.linspace(1.0, 0.75, length)[: n_frames - start]
        mouth.formants[max(0, start - 1) : stop] = vowel
        if length > 10 and rng.random() < 0.4:
            mouth.formants[start + length // 2 : stop] = VOWELS_HZ[int(rng.integers(len(VOWELS_HZ)))]
        if rng.random() > NO_CONSONANT:
            _pronounce(mouth, CONSONANTS[int(rng.integers(len(CONSONANTS)))], start, loud)
        ending = stop
    return mouth


def _pronounce(mouth: _Mouth, consonant: Consonant, vowel_start: int, loud: float) -> None:
    begin = max(0, vowel_start - max(2, round(consonant.length_s / FRAME_S)))
    mouth.voice[begin:vowel_start] = loud * consonant.voiced
    mouth.formants[begin:vowel_start] = consonant.locus_hz
    if consonant.noise_s > 0.0:
        burst = slice(max(0, vowel_start - max(1, round(consonant.noise_s / FRAME_S))), vowel_start + 1)
        mouth.hiss[burst] = loud * consonant.noise
        mouth.hiss_hz[burst] = consonant.noise_hz


def _bend(mouth: _Mouth, singer: Singer, rng: np.random.Generator) -> NDArray[np.float64]:
    """Fundamental in hertz of every frame: notes joined by glides, with vibrato on long ones and a natural drift."""
    n_frames = mouth.pitch.size
    pitch = gaussian_filter1d(mouth.pitch, max(0.6, singer.glide_s / FRAME_S))
    steady = gaussian_filter1d(np.abs(np.gradient(mouth.pitch)) < 1e-6, 12.0, mode="nearest", output=np.float64)
    depth = 0.01 * singer.vibrato_cents * rng.uniform(0.6, 1.3) * np.clip(4.0 * steady - 3.0, 0.0, 1.0)
    phase = 2.0 * np.pi * np.cumsum(FRAME_S * (rng.uniform(5.0, 6.2) + 0.3 * rng.standard_normal(n_frames)))
    drift = gaussian_filter1d(rng.standard_normal(n_frames), 4.0) * 0.35
    return np.asarray(440.0 * 2.0 ** ((pitch + depth * np.sin(phase) + drift - 69.0) / 12.0))


def _sawtooth(frequency_hz: NDArray[np.float64], n_samples: int, singer: Singer, rng: np.random.Generator) -> Audio:
    """Sawtooth of a moving pitch, with its steps rounded by two samples (polyBLEP) against aliasing."""
    frames = frequency_hz / SAMPLE_RATE_HZ
    slope = np.arange(HOP) / HOP
    step = (frames[:-1, np.newaxis] + np.diff(frames)[:, np.newaxis] * slope).reshape(-1)[:n_samples]
    tone = np.zeros(n_samples, dtype=np.float32)
    for number in range(singer.n_voices):
        detuned = step * 2.0 ** (0.01 * (number - 0.5 * (singer.n_voices - 1)))
        phase = np.cumsum(detuned)
        phase -= np.floor(phase)
        saw = (2.0 * phase - 1.0).astype(np.float32)
        after = np.flatnonzero(phase < detuned)
        x = phase[after] / detuned[after]
        saw[after] -= (2.0 * x - x * x - 1.0).astype(np.float32)
        before = np.flatnonzero(phase > 1.0 - detuned)
        x = (phase[before] - 1.0) / detuned[before]
        saw[before] -= (x * x + 2.0 * x + 1.0).astype(np.float32)
        tone += saw
    if singer.rasp > 0.0:
        # Folds that swing unevenly: every other cycle is weaker, more so in some moments than in others.
        grain = gaussian_filter1d(rng.standard_normal(n_samples // HOP + 2), 3.0) * 2.5
        depth = np.float32(0.5 * singer.rasp) * np.repeat(np.clip(0.6 + grain, 0.0, 1.0), HOP)[:n_samples]
        half = np.cumsum(0.5 * step)
        tone *= 1.0 - depth.astype(np.float32) * ((half - np.floor(half)) < 0.5)
    return tone


def _resonance(centre_hz: NDArray[np.float32], width_hz: float, squared_hz: NDArray[np.float32]) -> Any:
    """Inverse power of one formant; of shape (bins,) or (frames, bins)."""
    share = squared_hz / centre_hz**2
    fall = share * np.float32(width_hz**2) / centre_hz**2
    share -= np.float32(1.0)
    share *= share
    return share + fall


def _vocal_tract(
    formants_hz: NDArray[np.float32], upper_hz: NDArray[np.float32], frequency_hz: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Magnitude of a cascade of three formants that move, shape (frames, 3), and two that stay; (frames, bins)."""
    squared = frequency_hz**2
    power = np.ones(frequency_hz.size, dtype=np.float32)
    for centre, width in zip(upper_hz, BANDWIDTHS_HZ[3:], strict=True):
        power = power * _resonance(centre, width, squared)
    for number, width in enumerate(BANDWIDTHS_HZ[:3]):
        power = power * _resonance(formants_hz[:, number : number + 1], width, squared)
    return np.asarray(1.0 / np.sqrt(power), dtype=np.float32)


def _frames(audio: Audio, chosen: NDArray[np.int64], window: Audio) -> Any:
    """Spectra of the chosen windows, each round the beginning of its frame; shape (chosen, bins)."""
    padded = np.concatenate([np.zeros(HOP, dtype=np.float32), audio, np.zeros(2 * WINDOW, dtype=np.float32)])
    cut = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][chosen]
    return scipy.fft.rfft(cut * window, axis=1)


def sing(
    starts_s: NDArray[np.float64],
    holds_s: NDArray[np.float64],
    pitches: list[int],
    loudness: list[float],
    singer: Singer,
    n_samples: int,
    rng: np.random.Generator,
) -> Audio:
    """Sing a line: one syllable a note, with consonants before most vowels.

    Parameters
    ----------
    starts_s, holds_s : ndarray, shape (n_notes,)
        Beginnings of the vowels, ascending, and lengths in seconds. A note ends where the next begins.
    pitches : list of int
        MIDI note numbers.
    loudness : list of float
        Of every note, above 0 and at most 1.
    singer : Singer
        Whose voice it is.
    n_samples : int
        Length of the result.
    rng : numpy.random.Generator
        Draws vowels, consonants, vibrato and noise.

    Returns
    -------
    ndarray, shape (n_samples,), float32
        The vowels of a note sung with loudness 1 have an RMS of about 0.1.
    """
    n_frames = n_samples // HOP + 3
    starts = np.minimum(np.rint(starts_s / FRAME_S).astype(np.int64), n_frames - 1)
    stops = np.minimum(np.rint((starts_s + holds_s) / FRAME_S).astype(np.int64), n_frames)
    stops[:-1] = np.minimum(stops[:-1], np.maximum(starts[1:], starts[:-1] + 1))
    mouth = _articulate(starts, stops, pitches, loudness, singer, n_frames, rng)
    pitch_hz = _bend(mouth, singer, rng)
    voice = gaussian_filter1d(mouth.voice, 1.1)
    hiss = gaussian_filter1d(mouth.hiss, 0.5)
    active = np.flatnonzero((voice > 1e-3) | (hiss > 1e-3))
    if active.size == 0:
        return np.zeros(n_samples, dtype=np.float32)

    tract = singer.tract * float(rng.uniform(0.95, 1.05))
    formants = (gaussian_filter1d(mouth.formants, 1.6, axis=0) * tract).astype(np.float32)
    # A singer opens the mouth rather than let a high note pass above the first formant.
    formants[:, 0] = np.maximum(formants[:, 0], 1.03 * pitch_hz)
    formants[:, 1] = np.maximum(formants[:, 1], 1.3 * formants[:, 0])
    upper = (np.array(UPPER_FORMANTS_HZ) * tract).astype(np.float32)

    bins_hz = scipy.fft.rfftfreq(WINDOW, 1.0 / SAMPLE_RATE_HZ).astype(np.float32)
    window = np.sqrt(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)
    soft_hz = np.float32(1200.0 + 3500.0 * singer.effort)
    glottis = 1.0 / np.sqrt(1.0 + (bins_hz / soft_hz) ** 2)
    level = voice[active, np.newaxis].astype(np.float32)
    spectrum = _frames(_sawtooth(pitch_hz, n_samples, singer, rng), active, window) * glottis
    air = scipy.fft.rfft(noise(N_AIR * WINDOW, rng).reshape(N_AIR, WINDOW) * window, axis=1)
    breath = air[rng.integers(N_AIR, size=active.size)]
    spectrum += np.float32(0.35 * singer.breath) * breath
    spectrum *= _vocal_tract(formants[active], upper, bins_hz) * level
    hissing = np.flatnonzero(hiss[active] > 1e-3)
    centre = mouth.hiss_hz[active[hissing], np.newaxis].astype(np.float32)
    band = 1.0 / (1.0 + ((bins_hz - centre) / (0.35 * centre)) ** 4)
    spectrum[hissing] += breath[hissing] * band * (0.9 * hiss[active[hissing], np.newaxis]).astype(np.float32)
    pieces = scipy.fft.irfft(spectrum, WINDOW, axis=1) * window
    line = np.zeros((n_frames + 2) * HOP, dtype=np.float32)
    halves = line.reshape(-1, HOP)
    np.add.at(halves, active, pieces[:, :HOP])
    np.add.at(halves, active + 1, pieces[:, HOP:])
    sung = line[HOP : HOP + n_samples]
    strongest = float(np.sqrt(np.mean(pieces[level[:, 0] > 0.5 * level.max()] ** 2) + 1e-12))
    return np.asarray(sung * np.float32(0.14 * float(level.max()) / strongest), dtype=np.float32)
