"""Singers sing in tune, with the formants of a mouth, only while they have notes, and each syllable differs."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal

from core.synthesis.constants import SAMPLE_RATE_HZ, Audio
from core.synthesis.performance import make_timeline, perform_part
from core.synthesis.score import NoteEvent, Part
from core.synthesis.singers import SINGERS
from core.synthesis.singing import sing


def held(name: str, midi: int, *, seed: int = 0, loud: float = 0.8, n_notes: int = 4) -> Audio:
    starts = 0.5 + 1.0 * np.arange(n_notes)
    return sing(
        starts,
        np.full(n_notes, 0.9),
        [midi] * n_notes,
        [loud] * n_notes,
        SINGERS[name],
        (n_notes + 1) * SAMPLE_RATE_HZ,
        np.random.default_rng(seed),
    )


def band_level_db(audio: Audio, low_hz: float, high_hz: float) -> float:
    frequency_hz, power = scipy.signal.welch(audio, SAMPLE_RATE_HZ, nperseg=4096)
    return float(10.0 * np.log10(power[(frequency_hz >= low_hz) & (frequency_hz < high_hz)].mean()))


@pytest.mark.parametrize("name", [name for name, singer in SINGERS.items() if not singer.speaks])
def test_singers_are_in_tune(name: str) -> None:
    audio = held(name, 60, n_notes=12)
    spectrum = np.abs(np.fft.rfft(audio * np.hanning(audio.size)))
    frequency_hz = np.fft.rfftfreq(audio.size, 1.0 / SAMPLE_RATE_HZ)
    near = np.abs(np.log2(np.maximum(frequency_hz, 1.0) / 261.63)) < 1.0 / 12.0
    mean_hz = np.average(frequency_hz[near], weights=spectrum[near] ** 2)
    assert abs(1200.0 * np.log2(mean_hz / 261.63)) < 25.0


@pytest.mark.parametrize("name", SINGERS)
def test_a_line_is_as_long_as_asked_finite_and_silent_before_and_after_its_notes(name: str) -> None:
    audio = held(name, 57)
    assert audio.shape == (5 * SAMPLE_RATE_HZ,)
    assert audio.dtype == np.float32
    assert np.all(np.isfinite(audio))
    assert np.max(np.abs(audio[: int(0.3 * SAMPLE_RATE_HZ)])) == 0.0
    assert np.max(np.abs(audio[int(4.6 * SAMPLE_RATE_HZ) :])) == 0.0
    np.testing.assert_array_equal(audio, held(name, 57))


def test_syllables_differ_and_have_consonants() -> None:
    audio = held("female voice", 64, n_notes=12)
    syllables = [audio[int((0.6 + n) * SAMPLE_RATE_HZ) : int((1.2 + n) * SAMPLE_RATE_HZ)] for n in range(12)]
    brightness = [band_level_db(syllable, 1500, 3500) - band_level_db(syllable, 200, 900) for syllable in syllables]
    assert np.ptp(brightness) > 6.0  # vowels
    gaps = [audio[int((0.42 + n) * SAMPLE_RATE_HZ) : int((0.5 + n) * SAMPLE_RATE_HZ)] for n in range(1, 12)]
    hiss = [band_level_db(np.pad(gap, (0, 4096)), 4000, 9000) for gap in gaps]
    assert np.ptp(hiss) > 15.0  # between an m and an s


def test_the_first_formant_of_a_woman_lies_higher_than_that_of_a_man() -> None:
    def centre_hz(name: str) -> float:
        audio = np.concatenate([held(name, 58, seed=seed) for seed in range(4)])
        frequency_hz, power = scipy.signal.welch(audio, SAMPLE_RATE_HZ, nperseg=4096)
        heard = (frequency_hz > 200.0) & (frequency_hz < 5000.0)
        return float(np.average(frequency_hz[heard], weights=np.sqrt(power[heard])))

    assert centre_hz("female voice") > 1.05 * centre_hz("male voice")


def test_a_line_follows_its_level_and_of_a_chord_the_highest_note_is_sung() -> None:
    def perform(*notes: NoteEvent, level_db: float = 0.0) -> Audio:
        timeline = make_timeline(60.0, 8, rng=np.random.default_rng(0))
        part = Part("male voice", notes, level_db=level_db)
        return perform_part(part, timeline, 4 * SAMPLE_RATE_HZ, humanise_s=0.0, rng=np.random.default_rng(0))

    high = NoteEvent(1.0, 1.5, 64, 0.8)
    one = perform(high)
    np.testing.assert_allclose(perform(high, level_db=-6.0206), 0.5 * one, rtol=1e-3, atol=1e-6)
    spectrum = np.abs(np.fft.rfft(perform(high, NoteEvent(1.0, 1.5, 55, 0.8))))
    frequency_hz = np.fft.rfftfreq(4 * SAMPLE_RATE_HZ, 1.0 / SAMPLE_RATE_HZ)
    in_tune = [spectrum[np.abs(frequency_hz - wanted) < 12.0].max() for wanted in (329.6, 196.0)]
    assert in_tune[0] > 5.0 * in_tune[1]
    assert not perform(NoteEvent(9.0, 1.0, 60, 0.8)).any()


def test_notes_out_of_range_move_by_octaves() -> None:
    assert SINGERS["male voice"].in_range(81) == 57
    assert SINGERS["rapper"].in_range(30) == 54
