"""Timing: drums land on their beats, swing moves the off-beats, rubato keeps the mean tempo."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import SynthesisError
from core.synthesis.constants import SAMPLE_RATE_HZ
from core.synthesis.drum_patterns import PATTERNS, find_pattern
from core.synthesis.drum_sounds import KITS
from core.synthesis.performance import LEAD_IN_S, Timeline, make_timeline, perform_drums, perform_part, swing_beats
from core.synthesis.score import DrumHit, DrumPart, NoteEvent, Part


def click_track(tempo_bpm: float, n_beats: int = 32, swing: float = 0.0, unit: float = 0.5) -> Timeline:
    return make_timeline(tempo_bpm, n_beats, swing=swing, swing_unit_beats=unit, rng=np.random.default_rng(0))


def test_full_swing_puts_the_off_beat_on_the_last_triplet() -> None:
    beats = np.array([0.0, 0.5, 1.0, 1.5])
    np.testing.assert_allclose(swing_beats(beats, 1.0), [0.0, 2.0 / 3.0, 1.0, 5.0 / 3.0])
    np.testing.assert_allclose(swing_beats(beats, 0.5), [0.0, 7.0 / 12.0, 1.0, 19.0 / 12.0])
    np.testing.assert_allclose(swing_beats(beats, 0.0), beats)


def test_swung_sixteenths_leave_the_eighths_alone() -> None:
    beats = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    np.testing.assert_allclose(swing_beats(beats, 1.0, 0.25), [0.0, 1.0 / 3.0, 0.5, 5.0 / 6.0, 1.0])


def test_swing_never_reorders() -> None:
    beats = np.linspace(0.0, 8.0, 4001)
    assert np.all(np.diff(swing_beats(beats, 1.0)) > 0.0)


def test_steady_timeline() -> None:
    timeline = click_track(120.0)
    np.testing.assert_allclose(timeline.seconds(np.array([0.0, 1.0, 40.0])) - LEAD_IN_S, [0.0, 0.5, 20.0])


def test_rubato_keeps_the_mean_tempo_and_the_order() -> None:
    timeline = make_timeline(90.0, 64, rubato=0.1, rng=np.random.default_rng(3))
    assert timeline.rubato[-1] == pytest.approx(64 * 60.0 / 90.0)
    steps = np.diff(timeline.rubato)
    assert np.all(steps > 0.0)
    assert steps.std() / steps.mean() > 0.02


@pytest.mark.parametrize(("pattern", "tempo_bpm"), [("disco", 120.0), ("boom bap", 92.0), ("shuffle", 110.0)])
def test_kicks_sound_at_the_times_that_the_pattern_states(pattern: str, tempo_bpm: float) -> None:
    grid = find_pattern(pattern)
    timeline = click_track(tempo_bpm)
    hits = tuple(hit for bar in range(4) for hit in grid.bar_hits(bar) if hit.drum == "kick")
    part = DrumPart("studio drums", hits, swung=False)
    n_samples = round(timeline.seconds(np.array([16.0]))[0] * SAMPLE_RATE_HZ)
    audio = perform_drums(part, timeline, n_samples, humanise_s=0.004, rng=np.random.default_rng(1))
    period = grid.n_bars * grid.beats_per_bar
    stated = [start + beat for start in range(0, 16, period) for beat in grid.beats("kick")]
    assert len(stated) == len(hits)
    hop = 110
    energy = np.add.reduceat(audio**2, np.arange(0, audio.size, hop))
    for beat in stated:
        frame = int((LEAD_IN_S + beat * 60.0 / tempo_bpm) * SAMPLE_RATE_HZ / hop)
        before, after = energy[max(0, frame - 6) : frame - 2], energy[frame : frame + 8]
        assert after.max() > 4.0 * (before.max() if before.size else 0.0)


def test_swung_hat_sounds_late() -> None:
    timeline = click_track(60.0, swing=1.0)
    part = DrumPart("studio drums", (DrumHit(0.5, "hat", 1.0),))
    audio = perform_drums(part, timeline, 2 * SAMPLE_RATE_HZ, humanise_s=0.0, rng=np.random.default_rng(1))
    onset_s = np.flatnonzero(np.abs(audio) > 0.01)[0] / SAMPLE_RATE_HZ
    assert onset_s == pytest.approx(LEAD_IN_S + 2.0 / 3.0, abs=0.002)


def test_notes_start_and_stop_where_they_should() -> None:
    part = Part("organ", (NoteEvent(1.0, 1.0, 60, 0.8),))
    audio = perform_part(part, click_track(60.0), 3 * SAMPLE_RATE_HZ, humanise_s=0.0, rng=np.random.default_rng(0))
    sounding = np.flatnonzero(np.abs(audio) > 1e-3) / SAMPLE_RATE_HZ
    assert sounding[0] == pytest.approx(1.0 + LEAD_IN_S, abs=0.005)
    assert sounding[-1] == pytest.approx(2.0 + LEAD_IN_S + 0.03, abs=0.02)


def test_level_follows_the_decibels() -> None:
    def rms(level_db: float) -> float:
        part = Part("piano", (NoteEvent(0.0, 1.0, 60, 0.8),), level_db=level_db)
        audio = perform_part(part, click_track(60.0), SAMPLE_RATE_HZ, humanise_s=0.0, rng=np.random.default_rng(0))
        return float(np.sqrt(np.mean(audio**2)))

    assert rms(-6.0206) / rms(0.0) == pytest.approx(0.5, rel=1e-3)


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_fill_whole_bars_with_drums_that_every_kit_has(name: str) -> None:
    pattern = PATTERNS[name]
    for drum, grid in pattern.rows:
        assert len(grid) == pattern.n_bars * pattern.beats_per_bar * pattern.steps_per_beat
        assert set(grid) <= set("Xxo.")
        assert all(drum in kit.sounds for kit in KITS.values())


def test_four_on_the_floor_and_one_drop() -> None:
    assert find_pattern("disco").beats("kick") == (0.0, 1.0, 2.0, 3.0)
    assert find_pattern("disco").beats("open") == (0.5, 1.5, 2.5, 3.5)
    assert find_pattern("one drop").beats("kick") == (2.0,)
    with pytest.raises(SynthesisError):
        find_pattern("polka")
