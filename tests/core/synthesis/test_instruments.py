"""Every instrument is in tune and as loud as the others; drums are short and do not click."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import SynthesisError
from core.synthesis.constants import SAMPLE_RATE_HZ, Audio
from core.synthesis.drum_sounds import KITS, find_kit
from core.synthesis.instruments import INSTRUMENTS, NOTE_RMS, find_instrument, render_note
from core.synthesis.tones import plucked_tone, wavetable

N_FFT = 1 << 18


def peak_near(audio: Audio, frequency_hz: float) -> float:
    """Frequency in hertz of the strongest partial within a semitone of `frequency_hz`."""
    spectrum = np.abs(np.fft.rfft(audio * np.hanning(audio.size), N_FFT))
    frequencies = np.fft.rfftfreq(N_FFT, 1.0 / SAMPLE_RATE_HZ)
    near = np.abs(np.log2(frequencies[1:] / frequency_hz)) < 1.0 / 12.0
    return float(frequencies[1:][near][np.argmax(spectrum[1:][near])])


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_a4_sounds_at_440_hz(name: str) -> None:
    audio = render_note(name, 440.0, 1.5, 0.7, np.random.default_rng(1))
    assert abs(1200.0 * np.log2(peak_near(audio, 440.0) / 440.0)) < 8.0
    assert audio.shape == (33075,)
    assert audio.dtype == np.float32
    assert np.all(np.isfinite(audio))


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_notes_have_the_common_loudness(name: str) -> None:
    audio = render_note(name, 220.0, 0.8, 0.9, np.random.default_rng(2))
    window = int(0.08 * SAMPLE_RATE_HZ)
    blocks = audio[: audio.size // window * window].reshape(-1, window)
    assert np.sqrt(np.mean(blocks**2, axis=1)).max() == pytest.approx(NOTE_RMS, rel=1e-3)


def test_power_chord_contains_the_fifth() -> None:
    audio = render_note("distorted guitar", 110.0, 1.5, 0.9, np.random.default_rng(3))
    assert peak_near(audio, 164.81) == pytest.approx(164.81, abs=1.0)


def test_plucked_harmonic_decays_at_the_stated_rate() -> None:
    tone = plucked_tone(
        441.0,
        SAMPLE_RATE_HZ,
        amplitudes=np.array([1.0]),
        decays_s=np.array([0.25]),
        rng=np.random.default_rng(0),
    )
    early, late = np.abs(tone[:500]).max(), np.abs(tone[5512:6012]).max()
    assert late / early == pytest.approx(np.exp(-1.0), rel=0.02)


def test_wavetable_of_one_harmonic_is_a_sine() -> None:
    table = wavetable(np.array([1.0]))
    np.testing.assert_allclose(table, np.sin(2.0 * np.pi * np.arange(2049) / 2048), atol=1e-6)


def test_notes_out_of_range_move_by_octaves() -> None:
    bass = find_instrument("electric bass")
    assert bass.in_range(16) == 28
    assert bass.in_range(72) == 60


def test_unknown_instrument_and_kit_are_refused() -> None:
    with pytest.raises(SynthesisError, match="theremin"):
        find_instrument("theremin")
    with pytest.raises(SynthesisError, match="pans"):
        find_kit("pans")


@pytest.mark.parametrize("kit", KITS)
def test_strokes_peak_at_one_and_overhead_softly(kit: str) -> None:
    rng = np.random.default_rng(4)
    for sound in find_kit(kit).sounds.values():
        stroke = sound.render(rng)
        assert np.max(np.abs(stroke)) == pytest.approx(1.0, abs=1e-5)
        assert abs(stroke[0]) < 0.05
        assert abs(stroke[-1]) < 0.01
        assert stroke.size < 5 * SAMPLE_RATE_HZ


def test_kick_is_low_and_hat_is_high() -> None:
    rng = np.random.default_rng(5)
    sounds = find_kit("studio drums").sounds
    centroid = {}
    for drum in ("kick", "snare", "hat"):
        spectrum = np.abs(np.fft.rfft(sounds[drum].render(rng), 8192)) ** 2
        centroid[drum] = float(np.sum(np.fft.rfftfreq(8192, 1.0 / SAMPLE_RATE_HZ) * spectrum) / np.sum(spectrum))
    assert centroid["kick"] < 200.0 < centroid["snare"] < 5000.0 < centroid["hat"] < 9000.0
