"""Sustained instruments: bowed strings, winds, brass, reeds, organ and synthesisers.

Every function takes the pitch in hertz, the length in samples, the velocity (0 to 1) and a generator, and returns
float32 audio of shape (n_samples,), not normalised.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.synthesis.constants import SAMPLE_RATE_HZ, Audio
from core.synthesis.effects import filter_audio, halve_rate, saturate
from core.synthesis.tones import (
    decay_envelope,
    fade_edges,
    harmonic_numbers,
    noise,
    read_table,
    swell_envelope,
    vibrato_cycles,
    wavetable,
)


def _rolled_off(
    numbers: NDArray[np.float64], frequency_hz: float, slope: float, cutoff_hz: float
) -> NDArray[np.float64]:
    return np.asarray(numbers**-slope / (1.0 + (numbers * frequency_hz / cutoff_hz) ** 4))


def _formants(
    numbers: NDArray[np.float64], frequency_hz: float, centres_hz: tuple[float, ...], width_hz: float, floor: float
) -> NDArray[np.float64]:
    partials = numbers * frequency_hz
    gain = np.full(partials.shape, floor)
    for rank, centre in enumerate(centres_hz):
        gain += 0.7**rank / (1.0 + ((partials - centre) / width_hz) ** 2)
    return gain


def _bloom(cycles: NDArray[np.float64], dark: NDArray[np.float64], bright: NDArray[np.float64], share: Audio) -> Audio:
    base = read_table(wavetable(dark), cycles)
    tone: Audio = base + share * (read_table(wavetable(bright), cycles) - base)
    return tone


def _breath(tone: Audio, amount: float, low_hz: float, high_hz: float, rng: np.random.Generator) -> Audio:
    hiss = filter_audio(noise(tone.size, rng), "band", low_hz, high_hz, order=1)
    return np.asarray(tone + np.float32(amount * float(np.std(tone))) * hiss, dtype=np.float32)


def _ensemble(
    frequency_hz: float,
    n_samples: int,
    amplitudes: NDArray[np.float64],
    rng: np.random.Generator,
    *,
    spread_cents: float,
    depth_cents: float = 0.0,
    n_voices: int = 3,
) -> Audio:
    table = wavetable(amplitudes)
    tone = np.zeros(n_samples, dtype=np.float32)
    for cents in np.linspace(-spread_cents, spread_cents, n_voices):
        cycles = vibrato_cycles(
            frequency_hz * 2.0 ** (float(cents) / 1200.0),
            n_samples,
            rate_hz=float(rng.uniform(4.8, 6.0)),
            depth_cents=depth_cents,
            onset_s=0.5,
        )
        tone += read_table(table, cycles + rng.uniform())
    return tone


def string_section(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Bowed string section: three detuned, softly rolled-off sawtooths."""
    numbers = harmonic_numbers(frequency_hz, 6500.0)
    amplitudes = _rolled_off(numbers, frequency_hz, 1.0, 1600.0 + 1800.0 * velocity)
    tone = _ensemble(frequency_hz, n_samples, amplitudes, rng, spread_cents=5.0, depth_cents=5.0)
    return tone * swell_envelope(n_samples, 0.09, 0.85, 0.5)


def solo_violin(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Violin with vibrato and body resonances."""
    numbers = harmonic_numbers(frequency_hz, 7000.0)
    body = _formants(numbers, frequency_hz, (480.0, 1100.0, 2600.0), 350.0, 0.35)
    amplitudes = _rolled_off(numbers, frequency_hz, 0.9, 2200.0 + 1800.0 * velocity) * body
    cycles = vibrato_cycles(frequency_hz, n_samples, depth_cents=14.0, onset_s=0.3)
    tone = read_table(wavetable(amplitudes), cycles)
    return _breath(tone, 0.04, 1500.0, 5000.0, rng) * swell_envelope(n_samples, 0.05, 0.85, 0.4)


def fiddle(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Country fiddle: a violin with a harder bow, a slide into the note and little vibrato."""
    numbers = harmonic_numbers(frequency_hz, 7500.0)
    body = _formants(numbers, frequency_hz, (500.0, 1300.0, 2900.0), 400.0, 0.4)
    amplitudes = _rolled_off(numbers, frequency_hz, 0.75, 4200.0) * body
    cycles = vibrato_cycles(frequency_hz, n_samples, depth_cents=7.0, onset_s=0.5, scoop_cents=-70.0, scoop_s=0.035)
    tone = read_table(wavetable(amplitudes), cycles)
    return _breath(tone, 0.06, 1500.0, 6000.0, rng) * swell_envelope(n_samples, 0.025, 0.8, 0.3)


def cello(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Cello: a darker violin."""
    numbers = harmonic_numbers(frequency_hz, 5000.0)
    body = _formants(numbers, frequency_hz, (250.0, 600.0, 1500.0), 220.0, 0.35)
    amplitudes = _rolled_off(numbers, frequency_hz, 1.0, 1500.0 + 1000.0 * velocity) * body
    cycles = vibrato_cycles(frequency_hz, n_samples, depth_cents=10.0, onset_s=0.4, rate_hz=5.0)
    return read_table(wavetable(amplitudes), cycles) * swell_envelope(n_samples, 0.07, 0.85, 0.5)


def flute(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Flute: few harmonics, audible breath."""
    amplitudes = np.array([1.0, 0.42, 0.16, 0.06, 0.03])[: harmonic_numbers(frequency_hz).size]
    cycles = vibrato_cycles(frequency_hz, n_samples, depth_cents=9.0, rate_hz=4.9)
    tone = _breath(read_table(wavetable(amplitudes), cycles), 0.1, 800.0, 4500.0, rng)
    return tone * swell_envelope(n_samples, 0.045, 0.85, 0.3)


def clarinet(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Clarinet: mainly odd harmonics."""
    numbers = harmonic_numbers(frequency_hz, 5500.0)
    amplitudes = np.where(numbers % 2 == 1, 1.0, 0.08) * _rolled_off(numbers, frequency_hz, 1.0, 2600.0)
    cycles = vibrato_cycles(frequency_hz, n_samples, depth_cents=4.0)
    return read_table(wavetable(amplitudes), cycles) * swell_envelope(n_samples, 0.04, 0.9, 0.4)


def trumpet(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Trumpet: the harmonics bloom with the attack."""
    numbers = harmonic_numbers(frequency_hz, 7000.0)
    body = _formants(numbers, frequency_hz, (1200.0, 2200.0), 800.0, 0.4)
    dark = _rolled_off(numbers, frequency_hz, 1.2, 1100.0) * body
    bright = _rolled_off(numbers, frequency_hz, 0.6, 2600.0 + 1500.0 * velocity) * body
    cycles = vibrato_cycles(frequency_hz, n_samples, depth_cents=7.0, onset_s=0.5, scoop_cents=-25.0, scoop_s=0.02)
    share = swell_envelope(n_samples, 0.06, 0.7, 0.2)
    return _bloom(cycles, dark, bright, share) * swell_envelope(n_samples, 0.03, 0.8, 0.25)


def brass_section(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Horn section in unison: slightly detuned and bright."""
    numbers = harmonic_numbers(frequency_hz, 7000.0)
    body = _formants(numbers, frequency_hz, (900.0, 1800.0), 800.0, 0.4)
    amplitudes = _rolled_off(numbers, frequency_hz, 0.75, 2200.0 + 1200.0 * velocity) * body
    tone = _ensemble(frequency_hz, n_samples, amplitudes, rng, spread_cents=4.0, n_voices=2)
    return tone * swell_envelope(n_samples, 0.035, 0.7, 0.18)


def saxophone(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Tenor saxophone: reedy formants, breath, a small scoop."""
    numbers = harmonic_numbers(frequency_hz, 6000.0)
    body = _formants(numbers, frequency_hz, (520.0, 1150.0, 2100.0), 330.0, 0.3)
    dark = _rolled_off(numbers, frequency_hz, 1.1, 1300.0) * body
    bright = _rolled_off(numbers, frequency_hz, 0.7, 2200.0 + 1500.0 * velocity) * body
    cycles = vibrato_cycles(frequency_hz, n_samples, depth_cents=12.0, onset_s=0.45, scoop_cents=-45.0, scoop_s=0.03)
    tone = _bloom(cycles, dark, bright, swell_envelope(n_samples, 0.05, 0.6, 0.3))
    return _breath(tone, 0.07, 1200.0, 5000.0, rng) * swell_envelope(n_samples, 0.03, 0.8, 0.3)


def harmonica(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Blues harp: strong middle harmonics, a bend into the note, a hand tremolo."""
    numbers = harmonic_numbers(frequency_hz, 6000.0)
    body = _formants(numbers, frequency_hz, (900.0, 2300.0), 600.0, 0.3)
    amplitudes = _rolled_off(numbers, frequency_hz, 0.5, 3000.0) * body
    cycles = vibrato_cycles(frequency_hz, n_samples, depth_cents=8.0, scoop_cents=-90.0, scoop_s=0.04)
    t = np.arange(n_samples, dtype=np.float32) / SAMPLE_RATE_HZ
    hand = 1.0 + 0.2 * np.minimum(1.0, t / 0.4) * np.sin(np.float32(2.0 * np.pi * 5.5) * t)
    tone = _breath(read_table(wavetable(amplitudes), cycles), 0.06, 1000.0, 5000.0, rng)
    return np.asarray(tone * hand * swell_envelope(n_samples, 0.03, 0.8, 0.4), dtype=np.float32)


def pedal_steel(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Pedal steel guitar: a pure tone that glides up a whole tone into its pitch."""
    numbers = harmonic_numbers(frequency_hz, 5000.0)
    cycles = vibrato_cycles(frequency_hz, n_samples, depth_cents=10.0, onset_s=0.5, scoop_cents=-190.0, scoop_s=0.05)
    amplitudes = _rolled_off(numbers, frequency_hz, 1.3, 2600.0) * (0.3 + np.abs(np.sin(0.6 * numbers)))
    return read_table(wavetable(amplitudes), cycles) * swell_envelope(n_samples, 0.025, 0.5, 0.9)


def drawbar_organ(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Drawbar organ (16', 8', 5 1/3', 4', 2 2/3') through a slow rotating speaker."""
    drawbars = np.zeros(8)
    drawbars[[0, 1, 2, 3, 5, 7]] = (0.55, 1.0, 0.55, 0.4, 0.25, 0.15)
    n_kept = harmonic_numbers(0.5 * frequency_hz).size
    cycles = vibrato_cycles(0.5 * frequency_hz, n_samples, depth_cents=4.0, rate_hz=5.8, onset_s=0.1)
    t = np.arange(n_samples, dtype=np.float32) / SAMPLE_RATE_HZ
    tone = read_table(wavetable(drawbars[:n_kept]), cycles) * (1.0 + 0.15 * np.sin(np.float32(2.0 * np.pi * 5.8) * t))
    return fade_edges(saturate(tone.astype(np.float32), 0.5, 0.1), 0.008)


def synth_pad(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Warm analogue pad."""
    numbers = harmonic_numbers(frequency_hz, 4000.0)
    amplitudes = _rolled_off(numbers, frequency_hz, 1.0, 900.0 + 1200.0 * velocity)
    return _ensemble(frequency_hz, n_samples, amplitudes, rng, spread_cents=6.0) * swell_envelope(
        n_samples, 0.12, 0.9, 0.6
    )


def synth_lead(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Bright two-oscillator lead."""
    numbers = harmonic_numbers(frequency_hz, 7000.0)
    amplitudes = _rolled_off(numbers, frequency_hz, 0.9, 2500.0 + 2500.0 * velocity)
    cycles = vibrato_cycles(frequency_hz, n_samples, depth_cents=6.0, onset_s=0.5)
    table = wavetable(amplitudes)
    tone = read_table(table, cycles) + read_table(table, cycles * 2.0 ** (4.0 / 1200.0) + 0.3)
    return np.asarray(tone * swell_envelope(n_samples, 0.008, 0.65, 0.3), dtype=np.float32)


def synth_pluck(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Short synthesiser note whose filter closes quickly."""
    numbers = harmonic_numbers(frequency_hz, 6500.0)
    dark = _rolled_off(numbers, frequency_hz, 1.2, 700.0)
    bright = _rolled_off(numbers, frequency_hz, 0.8, 2500.0 + 2000.0 * velocity)
    cycles = vibrato_cycles(frequency_hz, n_samples)
    tone = _bloom(cycles, dark, bright, decay_envelope(n_samples, 0.09))
    return fade_edges(tone * decay_envelope(n_samples, 0.35), 0.003)


def synth_bass(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Analogue bass: a sawtooth whose filter snaps shut."""
    numbers = harmonic_numbers(frequency_hz, 3500.0)
    dark = _rolled_off(numbers, frequency_hz, 1.1, 350.0)
    bright = _rolled_off(numbers, frequency_hz, 1.0, 900.0 + 900.0 * velocity)
    cycles = vibrato_cycles(frequency_hz, n_samples)
    tone = _bloom(cycles, dark, bright, decay_envelope(n_samples, 0.1))
    return fade_edges(tone * swell_envelope(n_samples, 0.004, 0.55, 0.4), 0.004)


def sub_bass(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Deep sine bass with a little saturation, as drum-machine records have it."""
    cycles = vibrato_cycles(frequency_hz, n_samples, scoop_cents=180.0, scoop_s=0.015)
    tone = read_table(wavetable(np.array([1.0, 0.12, 0.05])), cycles)
    return fade_edges(saturate(tone * decay_envelope(n_samples, 1.1), 1.4, 0.1), 0.006)


def _electric_lead(
    frequency_hz: float,
    n_samples: int,
    rng: np.random.Generator,
    *,
    drive: float,
    cutoff_hz: float,
    decay_s: float,
    vibrato_cents: float,
    bend_cents: float,
    bend_s: float,
) -> Audio:
    """One string, bent and shaken, through an amplifier; oversampled twice against aliasing."""
    numbers = harmonic_numbers(frequency_hz, 6000.0)
    cycles = vibrato_cycles(
        frequency_hz, n_samples, depth_cents=vibrato_cents, onset_s=0.4, scoop_cents=bend_cents, scoop_s=bend_s
    )
    dense = np.interp(np.arange(2 * n_samples) / 2.0, np.arange(n_samples), cycles)
    string = read_table(wavetable(_rolled_off(numbers, frequency_hz, 1.0, cutoff_hz)), dense)
    string *= np.repeat(decay_envelope(n_samples, decay_s), 2)
    string += np.float32(0.01) * noise(2 * n_samples, rng)
    string /= np.max(np.abs(string)) + np.float32(1e-9)
    tone = halve_rate(saturate(string, drive, 0.25))[:n_samples]
    spoken = filter_audio(tone, "band", 150.0, 5500.0)
    return fade_edges(spoken + filter_audio(tone, "band", 1800.0, 4500.0), 0.004)


def lead_distortion(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Singing high-gain lead guitar."""
    return _electric_lead(
        frequency_hz,
        n_samples,
        rng,
        drive=14.0,
        cutoff_hz=3500.0,
        decay_s=2.5,
        vibrato_cents=16.0,
        bend_cents=-80.0,
        bend_s=0.03,
    )


def blues_guitar(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Electric guitar on the edge of breaking up: every note is bent up a whole tone and then shaken."""
    return _electric_lead(
        frequency_hz,
        n_samples,
        rng,
        drive=1.5 + 2.0 * velocity,
        cutoff_hz=1800.0 + 1500.0 * velocity,
        decay_s=0.9,
        vibrato_cents=22.0,
        bend_cents=float(rng.choice((0.0, -100.0, -200.0))),
        bend_s=0.06,
    )


def slide_guitar(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Steel strings under a bottleneck: the pitch slides in and trembles."""
    numbers = harmonic_numbers(frequency_hz, 6000.0)
    cycles = vibrato_cycles(frequency_hz, n_samples, depth_cents=28.0, onset_s=0.25, scoop_cents=-250.0, scoop_s=0.07)
    bright = _rolled_off(numbers, frequency_hz, 0.9, 3200.0) * (0.25 + np.abs(np.sin(0.5 * numbers)))
    dark = _rolled_off(numbers, frequency_hz, 1.4, 1500.0)
    tone = _bloom(cycles, dark, bright, decay_envelope(n_samples, 0.5))
    return fade_edges(tone * decay_envelope(n_samples, 0.9), 0.004)
