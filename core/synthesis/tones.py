"""Tone generators: everything an instrument is made of, each a vectorised function that returns float32 audio.

Two methods cover the pitched instruments.

*Plucked and struck* tones follow Karplus and Strong (1983): a period of a string is fed back through a damping filter.
That system is linear, so its k-th period is known in closed form (every harmonic of the first period times its damping
to the power k) and one inverse FFT makes all the periods at once. Reading them back at a fractional rate gives the
exact pitch, which the original delay line cannot.

*Sustained* tones read a single-cycle wavetable of a stated harmonic spectrum, with vibrato and detuned copies.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.synthesis.constants import HIGHEST_PARTIAL_HZ, SAMPLE_RATE_HZ, Audio

TABLE_SIZE = 2048


def harmonic_numbers(frequency_hz: float, highest_hz: float = HIGHEST_PARTIAL_HZ) -> NDArray[np.float64]:
    """Numbers 1, 2, ... of the harmonics of `frequency_hz` up to `highest_hz`; always at least the first."""
    return np.arange(1.0, max(1, int(highest_hz / frequency_hz)) + 1.0)


def fade_edges(audio: Audio, attack_s: float, release_s: float = 0.0, rate_hz: int = SAMPLE_RATE_HZ) -> Audio:
    """Ramp the beginning (and the end) of `audio` in place with half-cosines; returns it."""
    n_attack = min(audio.size, int(attack_s * rate_hz))
    n_release = min(audio.size, int(release_s * rate_hz))
    if n_attack > 0:
        audio[:n_attack] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(n_attack, dtype=np.float32) / n_attack)
    if n_release > 0:
        audio[-n_release:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, n_release + 1, dtype=np.float32) / n_release)
    return audio


def decay_envelope(n_samples: int, decay_s: float, rate_hz: int = SAMPLE_RATE_HZ) -> Audio:
    """Exponential decay, 1 at the start and 1/e after `decay_s`; shape (n_samples,)."""
    exponent = np.arange(n_samples, dtype=np.float32) * np.float32(-1.0 / (decay_s * rate_hz))
    return np.asarray(np.exp(exponent), dtype=np.float32)


def swell_envelope(n_samples: int, attack_s: float, sustain: float, decay_s: float) -> Audio:
    """Attack to 1 within `attack_s`, then an exponential approach to `sustain`; shape (n_samples,)."""
    envelope = sustain + np.float32(1.0 - sustain) * decay_envelope(n_samples, decay_s)
    return fade_edges(envelope.astype(np.float32), attack_s)


def plucked_tone(
    frequency_hz: float,
    n_samples: int,
    *,
    amplitudes: NDArray[np.float64],
    decays_s: NDArray[np.float64],
    rng: np.random.Generator,
    phase_spread: float = 1.0,
    rate_hz: int = SAMPLE_RATE_HZ,
) -> Audio:
    """A string that is excited once and left to ring.

    Parameters
    ----------
    frequency_hz : float
        Pitch, above 0.
    n_samples : int
        Length of the result.
    amplitudes : ndarray, shape (n_harmonics,)
        Linear amplitude of every harmonic at the start.
    decays_s : ndarray, shape (n_harmonics,)
        Time in which each harmonic falls to 1/e.
    rng : numpy.random.Generator
        Draws the phases of the harmonics.
    phase_spread : float
        0 gives every string the same attack, 1 wholly random phases (a noise burst, as Karplus and Strong have it).
    rate_hz : int
        Sampling rate.

    Returns
    -------
    ndarray, shape (n_samples,), float32
        Not normalised.
    """
    n_harmonics = amplitudes.size
    n_table = 2 * max(n_harmonics + 1, round(rate_hz / frequency_hz))
    n_periods = int(n_samples * frequency_hz / rate_hz) + 2
    phases = phase_spread * rng.uniform(-np.pi, np.pi, n_harmonics) - 0.5 * np.pi
    first = np.zeros(n_table // 2 + 1, dtype=np.complex64)
    first[1 : n_harmonics + 1] = amplitudes * np.exp(1j * phases) * (0.5 * n_table)
    damping = np.exp(-1.0 / (frequency_hz * decays_s)).astype(np.float32)
    spectra = np.zeros((n_periods, first.size), dtype=np.complex64)
    powers = np.log(damping)[np.newaxis, :] * np.arange(n_periods, dtype=np.float32)[:, np.newaxis]
    spectra[:, 1 : n_harmonics + 1] = first[1 : n_harmonics + 1] * np.exp(powers)
    periods = np.fft.irfft(spectra, n_table, axis=1).astype(np.float32).reshape(-1)
    position = np.arange(n_samples) * (n_table * frequency_hz / rate_hz)
    index = position.astype(np.int64)
    fraction = (position - index).astype(np.float32)
    left = periods[index]
    tone: Audio = left + fraction * (periods[index + 1] - left)
    return tone


def string_decays(
    frequency_hz: float, numbers: NDArray[np.float64], sustain_s: float, damping_hz: float
) -> NDArray[np.float64]:
    """Decay times of a string's harmonics: `sustain_s` for low ones, falling fast above `damping_hz`."""
    return np.asarray(sustain_s / (1.0 + (numbers * frequency_hz / damping_hz) ** 1.6))


def pluck_amplitudes(numbers: NDArray[np.float64], position: float, slope: float) -> NDArray[np.float64]:
    """Harmonic amplitudes of a string plucked at `position` (share of its length), falling as 1 / number ** slope."""
    return np.asarray((0.12 + np.abs(np.sin(np.pi * numbers * position))) / numbers**slope)


def wavetable(amplitudes: NDArray[np.float64], phases: NDArray[np.float64] | None = None) -> Audio:
    """One cycle of a harmonic spectrum, shape (TABLE_SIZE + 1,); the last sample repeats the first."""
    spectrum = np.zeros(TABLE_SIZE // 2 + 1, dtype=np.complex128)
    turns = np.zeros(amplitudes.size) if phases is None else phases
    spectrum[1 : amplitudes.size + 1] = amplitudes * np.exp(1j * (turns - 0.5 * np.pi)) * (0.5 * TABLE_SIZE)
    cycle = np.fft.irfft(spectrum, TABLE_SIZE)
    return np.append(cycle, cycle[0]).astype(np.float32)


def read_table(table: Audio, cycles: NDArray[np.float64]) -> Audio:
    """Read a wavetable at a phase given in cycles, with linear interpolation; shape of `cycles`."""
    position = (cycles - np.floor(cycles)) * TABLE_SIZE
    index = position.astype(np.int64)
    fraction = (position - index).astype(np.float32)
    left = table[index]
    tone: Audio = left + fraction * (table[index + 1] - left)
    return tone


def vibrato_cycles(
    frequency_hz: float,
    n_samples: int,
    *,
    rate_hz: float = 5.4,
    depth_cents: float = 0.0,
    onset_s: float = 0.35,
    scoop_cents: float = 0.0,
    scoop_s: float = 0.06,
) -> NDArray[np.float64]:
    """Phase in cycles of a note whose pitch may slide in and then vibrate.

    Parameters
    ----------
    frequency_hz : float
        Pitch that the note settles on.
    n_samples : int
        Length of the result.
    rate_hz, depth_cents, onset_s : float
        Speed and depth of the vibrato, and the time in which it comes in.
    scoop_cents, scoop_s : float
        How far from its pitch the note starts (negative: below) and the time constant of its slide.

    Returns
    -------
    ndarray, shape (n_samples,), float64
    """
    t = np.arange(n_samples) / SAMPLE_RATE_HZ
    cycles = t * frequency_hz
    if depth_cents:
        swing = (2.0 ** (depth_cents / 1200.0) - 1.0) * frequency_hz / (2.0 * np.pi * rate_hz)
        cycles += swing * np.minimum(1.0, t / onset_s) ** 2 * np.sin((2.0 * np.pi * rate_hz) * t)
    if scoop_cents:
        offset = (2.0 ** (scoop_cents / 1200.0) - 1.0) * frequency_hz * scoop_s
        cycles -= offset * np.exp(t / -scoop_s)
    return cycles


def fm_tone(cycles: NDArray[np.float64], *, ratio: float, index: Audio) -> Audio:
    """Two-operator FM (Chowning 1973): a sine carrier bent by a sine `ratio` times as fast.

    Parameters
    ----------
    cycles : ndarray, shape (n_samples,)
        Phase of the carrier in cycles.
    ratio : float
        Frequency of the modulator over that of the carrier.
    index : ndarray, shape (n_samples,)
        Modulation index in radians.
    """
    carrier = ((cycles - np.floor(cycles)) * (2.0 * np.pi)).astype(np.float32)
    modulator_cycles = cycles * ratio
    modulator = ((modulator_cycles - np.floor(modulator_cycles)) * (2.0 * np.pi)).astype(np.float32)
    return np.asarray(np.sin(carrier + index * np.sin(modulator)), dtype=np.float32)


def noise(n_samples: int, rng: np.random.Generator) -> Audio:
    """White Gaussian noise of unit variance, shape (n_samples,)."""
    return rng.standard_normal(n_samples, dtype=np.float32)
