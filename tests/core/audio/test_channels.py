"""From channels to mono: the mean, whatever the number of channels and the samples."""

import numpy as np
import pytest

from core.audio.channels import Mixer, mix


@pytest.mark.parametrize("n_channels", [1, 2, 3, 5, 6, 8, 16])
def test_mono_is_the_mean_of_the_channels(n_channels: int) -> None:
    samples = np.random.default_rng(n_channels).normal(0, 0.3, (10_007, n_channels)).astype(np.float32)
    mono = mix(samples)
    assert mono.dtype == np.float32
    assert mono.shape == (10_007,)
    exact = samples.astype(np.float64).mean(axis=1)
    # Each sum is rounded at its own size, a few times that of full scale at most.
    np.testing.assert_allclose(mono, exact, rtol=0, atol=n_channels * np.finfo(np.float32).eps / 2)
    if n_channels <= 2:
        np.testing.assert_array_max_ulp(mono, samples.mean(axis=1, dtype=np.float32), maxulp=1)


@pytest.mark.parametrize("n_channels", [2, 6])
def test_samples_in_any_order_of_memory_are_mixed_and_left_as_they_were(n_channels: int) -> None:
    samples = np.random.default_rng(0).normal(0, 0.3, (1000, n_channels)).astype(np.float32)
    before = samples.copy()
    mono = mix(samples)
    np.testing.assert_array_equal(mix(np.asfortranarray(samples)), mono)
    np.testing.assert_array_equal(mix(np.repeat(samples, 2, axis=0)[::2]), mono)
    np.testing.assert_array_equal(samples, before)
    assert mix(samples[:0]).shape == (0,)


def test_what_is_not_finite_or_overflows_stays_to_be_seen() -> None:
    largest = np.finfo(np.float32).max
    samples = np.array(
        [[np.nan, 0], [np.inf, 1], [np.inf, -np.inf], [largest, largest], [largest, -largest], [0.5, 0.25]], np.float32
    )
    with np.errstate(all="raise"):
        mono = mix(samples)
    assert np.isnan(mono[[0, 2]]).all()
    assert np.isposinf(mono[[1, 3]]).all()
    assert mono[4:].tolist() == [0, 0.375]


def stereo(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.stack([left, right], axis=1).astype(np.float32)


@pytest.mark.parametrize("gain", [1.0, 0.9])
def test_channels_of_opposite_phase_are_not_silence(gain: float) -> None:
    left = np.random.default_rng(0).normal(0, 0.1, 20_000).astype(np.float32)
    mixer = Mixer()
    np.testing.assert_array_equal(mixer.mix(stereo(left, -gain * left)), left)
    assert "opposite phase" in mixer.notes[0]
    assert "one channel was taken" in mixer.notes[0]


def test_other_channels_are_mixed_without_a_word() -> None:
    rng = np.random.default_rng(0)
    left, right = rng.normal(0, 0.1, (2, 20_000)).astype(np.float32)
    silent = np.zeros_like(left)
    mixer = Mixer()
    for samples in (stereo(left, right), stereo(left, left), stereo(left, silent), stereo(silent, silent)):
        np.testing.assert_array_equal(mixer.mix(samples), mix(samples))
    many = np.concatenate([left[:, None], np.zeros((20_000, 31), np.float32)], axis=1)
    np.testing.assert_array_equal(mixer.mix(many), mix(many))
    assert mixer.notes == ()


def test_a_part_in_opposite_phase_is_said_to_be_a_part() -> None:
    left = np.random.default_rng(0).normal(0, 0.1, 20_000).astype(np.float32)
    mixer = Mixer()
    np.testing.assert_array_equal(mixer.mix(stereo(left, left)), left)
    np.testing.assert_array_equal(mixer.mix(stereo(left, -left)), left)
    assert "in a part of it" in mixer.notes[0]
