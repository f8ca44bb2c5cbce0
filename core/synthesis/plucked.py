"""Plucked and struck instruments: guitars, basses, banjo, harp, harpsichord, pianos, mallets, and amplified guitars.

Every function takes the pitch in hertz, the length in samples, the velocity (0 to 1) and a generator, and returns
float32 audio of shape (n_samples,), not normalised.
"""

from __future__ import annotations

import numpy as np

from core.synthesis.constants import SAMPLE_RATE_HZ, Audio
from core.synthesis.effects import filter_audio, halve_rate, saturate
from core.synthesis.tones import (
    decay_envelope,
    fade_edges,
    fm_tone,
    harmonic_numbers,
    noise,
    pluck_amplitudes,
    plucked_tone,
    string_decays,
    vibrato_cycles,
)

FIFTH = 2.0 ** (7.0 / 12.0)


def _pluck(
    frequency_hz: float,
    n_samples: int,
    velocity: float,
    rng: np.random.Generator,
    *,
    position: float,
    slope: float,
    sustain_s: float,
    damping_hz: float,
    pick: float = 0.0,
    highest_hz: float = 7500.0,
    phase_spread: float = 0.35,
) -> Audio:
    numbers = harmonic_numbers(frequency_hz, highest_hz)
    tone = plucked_tone(
        frequency_hz,
        n_samples,
        amplitudes=pluck_amplitudes(numbers, position, slope - 0.5 * (velocity - 0.7)),
        decays_s=string_decays(frequency_hz, numbers, sustain_s, damping_hz),
        rng=rng,
        phase_spread=phase_spread,
    )
    if pick > 0.0:
        n_pick = min(n_samples, 260)
        tone[:n_pick] += np.float32(pick * np.max(np.abs(tone))) * noise(n_pick, rng) * decay_envelope(n_pick, 0.003)
    return fade_edges(tone, 0.0015)


def steel_guitar(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Steel-string acoustic guitar."""
    sustain = 1.9 * (110.0 / frequency_hz) ** 0.35
    return _pluck(
        frequency_hz,
        n_samples,
        velocity,
        rng,
        position=0.17,
        slope=1.0,
        sustain_s=sustain,
        damping_hz=1500.0,
        pick=0.05,
    )


def nylon_guitar(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Nylon-string classical guitar: rounder, damped higher up."""
    sustain = 1.5 * (110.0 / frequency_hz) ** 0.35
    return _pluck(
        frequency_hz,
        n_samples,
        velocity,
        rng,
        position=0.27,
        slope=1.5,
        sustain_s=sustain,
        damping_hz=900.0,
        pick=0.015,
    )


def clean_guitar(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Electric guitar through a clean amplifier, near the neck."""
    sustain = 1.7 * (110.0 / frequency_hz) ** 0.3
    tone = _pluck(
        frequency_hz,
        n_samples,
        velocity,
        rng,
        position=0.13,
        slope=1.25,
        sustain_s=sustain,
        damping_hz=1800.0,
        pick=0.02,
    )
    return saturate(tone / np.float32(np.max(np.abs(tone)) + 1e-9), 0.8 + 0.5 * velocity, 0.1)


def jazz_guitar(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Hollow-body electric guitar with the tone control down."""
    return _pluck(
        frequency_hz,
        n_samples,
        velocity,
        rng,
        position=0.3,
        slope=1.9,
        sustain_s=1.1,
        damping_hz=900.0,
        pick=0.01,
        highest_hz=3500.0,
    )


def muted_guitar(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Clean electric guitar with the strings stopped: a short pitched tick."""
    return _pluck(
        frequency_hz, n_samples, velocity, rng, position=0.13, slope=1.0, sustain_s=0.07, damping_hz=1500.0, pick=0.12
    )


def banjo(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Five-string banjo: bright, nasal and short."""
    tone = _pluck(
        frequency_hz, n_samples, velocity, rng, position=0.09, slope=0.75, sustain_s=0.42, damping_hz=2200.0, pick=0.1
    )
    return filter_audio(tone, "high", 260.0)


def harp(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Concert harp."""
    return _pluck(
        frequency_hz, n_samples, velocity, rng, position=0.42, slope=1.8, sustain_s=1.6, damping_hz=1000.0, pick=0.0
    )


def harpsichord(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Harpsichord, eight-foot stop: bright whatever the touch."""
    return _pluck(
        frequency_hz, n_samples, 0.7, rng, position=0.11, slope=0.85, sustain_s=1.0, damping_hz=2300.0, pick=0.05
    )


def upright_bass(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Double bass, plucked: a thud and a dark, fairly short tone."""
    return _pluck(
        frequency_hz,
        n_samples,
        velocity,
        rng,
        position=0.22,
        slope=1.5,
        sustain_s=0.75,
        damping_hz=420.0,
        pick=0.02,
        highest_hz=2600.0,
        phase_spread=0.15,
    )


def finger_bass(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Electric bass played with the fingers."""
    return _pluck(
        frequency_hz,
        n_samples,
        velocity,
        rng,
        position=0.2,
        slope=1.35,
        sustain_s=1.4,
        damping_hz=700.0,
        highest_hz=3200.0,
        phase_spread=0.15,
    )


def picked_bass(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Electric bass played with a pick through a driven amplifier."""
    tone = _pluck(
        frequency_hz,
        n_samples,
        velocity,
        rng,
        position=0.1,
        slope=1.05,
        sustain_s=1.3,
        damping_hz=1100.0,
        pick=0.05,
        highest_hz=4500.0,
        phase_spread=0.15,
    )
    return saturate(tone / np.float32(np.max(np.abs(tone)) + 1e-9), 1.6, 0.15)


def piano(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Piano: two strings a little apart, a hammer that is brighter when harder, and a two-stage decay."""
    numbers = harmonic_numbers(frequency_hz, 7000.0)
    hammer = np.exp(-(numbers - 1.0) * frequency_hz / (900.0 + 1500.0 * velocity))
    amplitudes = hammer * (0.25 + np.abs(np.sin(np.pi * numbers / 8.0))) / numbers**0.35
    sustain = 1.7 * (220.0 / frequency_hz) ** 0.45
    decays = string_decays(frequency_hz, numbers, sustain, 1900.0)
    tone = np.zeros(n_samples, dtype=np.float32)
    for cents, stage in ((-0.5, 1.0), (0.5, 0.45)):
        tone += plucked_tone(
            frequency_hz * 2.0 ** (cents / 1200.0),
            n_samples,
            amplitudes=amplitudes,
            decays_s=decays * stage,
            rng=rng,
            phase_spread=0.2,
        )
    n_knock = min(n_samples, 700)
    knock = filter_audio(noise(n_knock, rng), "low", 700.0) * decay_envelope(n_knock, 0.008)
    tone[:n_knock] += np.float32(0.12 * np.max(np.abs(tone))) * knock
    return fade_edges(tone, 0.002)


def electric_piano(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Tine electric piano by FM: a bell-like attack over a round tone, with a slow tremolo."""
    cycles = vibrato_cycles(frequency_hz, n_samples)
    body = fm_tone(cycles, ratio=1.0, index=np.float32(0.5 + 1.1 * velocity) * decay_envelope(n_samples, 0.35))
    body *= decay_envelope(n_samples, 1.3)
    ratio = float(max(1, min(9, int(5000.0 / frequency_hz))))
    n_tine = min(n_samples, int(0.35 * SAMPLE_RATE_HZ))
    tine = fm_tone(cycles[:n_tine] * ratio, ratio=1.0, index=np.full(n_tine, 0.3, dtype=np.float32))
    body[:n_tine] += np.float32(0.14 * velocity) * tine * decay_envelope(n_tine, 0.06)
    t = np.arange(n_samples, dtype=np.float32) / SAMPLE_RATE_HZ
    body *= 1.0 + 0.16 * np.sin(np.float32(2.0 * np.pi * 4.6) * t)
    return fade_edges(body.astype(np.float32), 0.003)


def vibraphone(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Vibraphone: a fundamental, a soft double octave, and the motor's tremolo."""
    cycles = vibrato_cycles(frequency_hz, n_samples)
    tone = fm_tone(cycles, ratio=4.0, index=np.float32(0.55 * velocity) * decay_envelope(n_samples, 0.12))
    t = np.arange(n_samples, dtype=np.float32) / SAMPLE_RATE_HZ
    tone *= decay_envelope(n_samples, 1.1) * (1.0 + 0.3 * np.sin(np.float32(2.0 * np.pi * 5.2) * t))
    return fade_edges(tone.astype(np.float32), 0.002)


def _amplified(
    frequencies_hz: tuple[float, ...],
    n_samples: int,
    rng: np.random.Generator,
    *,
    drive: float,
    sustain_s: float,
    damping_hz: float,
    cabinet_hz: float,
    tight_hz: float = 0.0,
    presence: float = 0.0,
    n_takes: int = 1,
) -> Audio:
    """Strings through a valve amplifier and its cabinet, oversampled twice against aliasing.

    Parameters
    ----------
    frequencies_hz : tuple of float
        The strings that are struck together.
    drive : float
        Level at the valve relative to its knee: 2 breaks up, 20 is high gain.
    tight_hz : float
        Below this the strings are thinned out before the valve, as metal players do; 0 for not at all.
    presence : float
        Share added between 1.8 and 4.5 kHz by the amplifier's presence control.
    n_takes : int
        How often the part is recorded: two takes a little apart make the wall of guitars.
    """
    rate = 2 * SAMPLE_RATE_HZ
    tone = np.zeros(n_samples, dtype=np.float32)
    for take in range(n_takes):
        detune = 2.0 ** (rng.normal(0.0, 4.0) / 1200.0) if take else 1.0
        strings = np.zeros(2 * n_samples, dtype=np.float32)
        for frequency in frequencies_hz:
            numbers = harmonic_numbers(frequency, 6000.0)
            strings += plucked_tone(
                frequency * detune,
                2 * n_samples,
                amplitudes=pluck_amplitudes(numbers, 0.12, 1.1),
                decays_s=string_decays(frequency, numbers, sustain_s, damping_hz),
                rng=rng,
                phase_spread=0.5,
                rate_hz=rate,
            )
        n_pick = min(strings.size, 500)
        strings /= np.max(np.abs(strings)) + np.float32(1e-9)
        strings[:n_pick] += np.float32(0.15) * noise(n_pick, rng) * decay_envelope(n_pick, 0.004, rate)
        if tight_hz > 0.0:
            strings = filter_audio(strings, "high", tight_hz, order=1, rate_hz=rate)
            strings /= np.max(np.abs(strings)) + np.float32(1e-9)
        tone += halve_rate(saturate(strings, drive, 0.2))[:n_samples]
    spoken = filter_audio(tone, "band", 85.0, cabinet_hz, order=3)
    if presence > 0.0:
        spoken += np.float32(presence) * filter_audio(tone, "band", 1800.0, 4500.0)
    return fade_edges(spoken, 0.0015)


def power_chord(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """High-gain guitar playing root, fifth and octave; oversampled twice against aliasing."""
    return _amplified(
        (frequency_hz, frequency_hz * FIFTH, 2.0 * frequency_hz),
        n_samples,
        rng,
        drive=24.0,
        sustain_s=3.0,
        damping_hz=2200.0,
        cabinet_hz=6000.0,
        tight_hz=180.0,
        presence=1.2,
        n_takes=2,
    )


def palm_mute(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """High-gain root and fifth with the palm on the strings: a short, dark chug."""
    return _amplified(
        (frequency_hz, frequency_hz * FIFTH),
        n_samples,
        rng,
        drive=16.0,
        sustain_s=0.2,
        damping_hz=1100.0,
        cabinet_hz=4800.0,
        tight_hz=120.0,
        presence=0.5,
        n_takes=2,
    )


def crunch_chord(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Rock rhythm guitar: root, fifth and octave through a moderately driven amplifier."""
    return _amplified(
        (frequency_hz, frequency_hz * FIFTH, 2.0 * frequency_hz),
        n_samples,
        rng,
        drive=4.5,
        sustain_s=1.9,
        damping_hz=1800.0,
        cabinet_hz=4600.0,
        presence=0.3,
        n_takes=2,
    )


def crunch_mute(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """Rock rhythm guitar with the palm on the strings."""
    return _amplified(
        (frequency_hz, frequency_hz * FIFTH),
        n_samples,
        rng,
        drive=3.0,
        sustain_s=0.2,
        damping_hz=1000.0,
        cabinet_hz=3300.0,
    )


def overdriven_guitar(frequency_hz: float, n_samples: int, velocity: float, rng: np.random.Generator) -> Audio:
    """One string through an amplifier on the edge of breaking up, for single-note blues and rock lines."""
    return _amplified(
        (frequency_hz,),
        n_samples,
        rng,
        drive=1.6 + 2.0 * velocity,
        sustain_s=1.8,
        damping_hz=1900.0,
        cabinet_hz=4000.0,
    )
