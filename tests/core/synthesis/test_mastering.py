"""The master: octaves are measured and balanced, peaks are rounded off, the loudness is what was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from core.synthesis.constants import GENRES, SAMPLE_RATE_HZ, Audio
from core.synthesis.mastering import OCTAVES_HZ, PEAK_CEILING, finish, limit, master_response, octave_levels_db
from core.synthesis.recipes import RECIPES

N = 4 * SAMPLE_RATE_HZ


def tone(*frequencies_hz: float) -> Audio:
    t = np.arange(N) / SAMPLE_RATE_HZ
    return np.sum([np.sin(2.0 * np.pi * f * t) for f in frequencies_hz], axis=0).astype(np.float32)


def test_octave_levels_of_two_equal_tones() -> None:
    levels = octave_levels_db(np.fft.rfft(tone(125.0, 2000.0)), N)
    assert levels[[1, 5]] == pytest.approx([-3.01, -3.01], abs=0.01)
    assert np.all(np.delete(levels, [1, 5]) < -40.0)


def test_a_mix_is_moved_most_of_the_way_to_the_balance_that_is_wanted() -> None:
    spectrum = np.fft.rfft(tone(*OCTAVES_HZ))
    before = octave_levels_db(spectrum, N)
    wanted = before - np.array([0.0, 0.0, 0.0, 0.0, 0.0, 6.0, 6.0, 6.0])
    response = master_response(
        spectrum, N, balance_db=tuple(wanted.tolist()), cutoff_hz=40_000.0, tilt_db_per_octave=0.0
    )
    after = octave_levels_db(spectrum * response, N)
    lowered = (before - after)[5:].mean() - (before - after)[1:5].mean()
    assert lowered == pytest.approx(0.85 * 6.0, abs=0.3)


def test_every_recipe_states_the_balance_of_all_octaves_relative_to_the_whole() -> None:
    for genre in GENRES:
        levels = np.array(RECIPES[genre].sound.balance_db)
        assert levels.shape == (len(OCTAVES_HZ),)
        assert 0.6 < np.sum(10.0 ** (levels / 10.0)) < 1.2


def test_the_limiter_leaves_what_is_soft_and_keeps_below_the_ceiling() -> None:
    soft = np.linspace(-0.5, 0.5, 101, dtype=np.float32)
    np.testing.assert_array_equal(limit(soft), soft)
    loud = limit(np.linspace(-4.0, 4.0, 101, dtype=np.float32))
    assert np.max(np.abs(loud)) <= PEAK_CEILING + 1e-6
    assert np.all(np.diff(loud) >= 0.0)


def test_finish_sets_the_loudness() -> None:
    quiet = finish(0.01 * tone(440.0), target_rms_db=-14.0)
    assert 20.0 * np.log10(np.sqrt(np.mean(quiet**2))) == pytest.approx(-14.0, abs=0.1)
    np.testing.assert_array_equal(finish(np.zeros(1000, dtype=np.float32), target_rms_db=-14.0), 0.0)
