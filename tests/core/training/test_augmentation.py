"""Augmentation: what changes, by how much, and what stays."""

import numpy as np
import pytest

from core.features.mel import MelSpectrogram
from core.models.segments import cut_at_random, even_starts
from core.recipe.settings import AugmentationConfig
from core.training import augmentation

MEL = MelSpectrogram(n_mels=16, n_frames=40)


@pytest.fixture
def level() -> np.ndarray:
    return np.random.default_rng(0).uniform(-80, 0, (50, 16, 40)).astype(np.float32)


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_masks_are_whole_stretches_of_the_mean(level: np.ndarray) -> None:
    for axis, size, longest in ((1, 16, 4), (2, 40, 10)):
        masked = augmentation.mask(level, n_masks=1, longest=0.25, axis=axis, rng=rng())
        hit = (masked != level).all(axis=3 - axis)  # whole bands, or whole frames
        assert ((masked != level).any(axis=3 - axis) == hit).all()
        widths = hit.sum(axis=1)
        assert widths.min() == 0
        assert widths.max() == longest
        for example, places in enumerate(hit):
            np.testing.assert_allclose(
                np.moveaxis(masked[example], axis - 1, 0)[places], level[example].mean(), rtol=1e-6
            )
            assert np.diff(np.flatnonzero(places)).max(initial=1) == 1
        assert hit.shape[1] == size


def test_gain_is_one_for_an_example_and_keeps_the_floor(level: np.ndarray) -> None:
    louder = augmentation.change_gain(level, gain_db=6.0, floor_db=-80.0, rng=rng())
    assert louder.min() == -80.0
    kept = louder > -80.0
    gains = [np.unique(np.round((louder - level)[n][kept[n]], 3)) for n in range(50)]
    assert all(len(found) == 1 for found in gains)
    assert -6 <= min(gains)[0] < -4
    assert 4 < max(gains)[0] <= 6


def test_noise_and_equaliser_have_the_size_asked_for(level: np.ndarray) -> None:
    noisy = augmentation.add_noise(level, deviation=np.array([2.0], dtype=np.float32), rng=rng())
    assert (noisy - level).std() == pytest.approx(2.0, rel=0.02)
    curve = augmentation.equalise(level, deviation=3.0, rng=rng()) - level
    np.testing.assert_allclose(curve, np.repeat(curve[:, :, :1], 40, axis=2), atol=1e-4)
    assert curve[:, 0, 0].std() == pytest.approx(3.0, rel=0.3)
    assert np.abs(np.diff(curve[:, :, 0], n=2, axis=1)).max() < np.abs(np.diff(curve[:, :, 0], axis=1)).max() * 2


def test_shifted_and_stretched_bands_are_bands_of_the_same_clip(level: np.ndarray) -> None:
    shifted = augmentation.shift_bands(level, most=3, rng=rng())
    found = set()
    for before, after in zip(level, shifted, strict=True):
        shift = next(s for s in range(-3, 4) if np.array_equal(np.roll(before, s, axis=0)[3:-3], after[3:-3]))
        found.add(shift)
    assert found == set(range(-3, 4))
    stretched = augmentation.stretch_bands(level, most=0.3, rng=rng())
    np.testing.assert_array_equal(stretched[:, 0], level[:, 0])
    assert not np.array_equal(stretched, level)


def test_mixup_mixes_labels_as_it_mixes_sound(level: np.ndarray) -> None:
    targets = np.eye(5, dtype=np.float32)[np.arange(50) % 5]
    means = level.mean(axis=(1, 2))
    # With the label's share written into the sound, what comes out must agree.
    told = np.repeat(targets[:, :, np.newaxis], 3, axis=2)
    (mixed, also), mixed_targets = augmentation.mix((level, told), targets, alpha=0.5, rng=rng())
    np.testing.assert_allclose(also[:, :, 0], mixed_targets, atol=1e-6)
    np.testing.assert_allclose(mixed_targets.sum(axis=1), 1, atol=1e-6)
    assert (mixed_targets.max(axis=1) >= 0.5 - 1e-6).all()
    clear = mixed_targets.max(axis=1) > 0.51
    np.testing.assert_array_equal(mixed_targets.argmax(axis=1)[clear], (np.arange(50) % 5)[clear])
    assert mixed.mean() == pytest.approx(means.mean(), abs=3)


def test_nothing_is_changed_where_nothing_is_on_nor_the_array_given(level: np.ndarray) -> None:
    before = level.copy()
    deviations = (np.array([80.0], dtype=np.float32),)
    (same,) = augmentation.augment((level,), AugmentationConfig(), front_end=MEL, deviations=deviations, rng=rng())
    np.testing.assert_array_equal(same, before)
    everything = AugmentationConfig(
        n_time_masks=2, n_band_masks=2, gain_db=3, noise=0.1, band_shift=2, band_stretch=0.1, equaliser=0.1
    )
    (other,) = augmentation.augment((level,), everything, front_end=MEL, deviations=deviations, rng=rng())
    assert other.dtype == np.float32
    assert not np.array_equal(other, before)
    np.testing.assert_array_equal(level, before)


def test_the_preview_is_repeatable_and_mixes_the_partner(level: np.ndarray) -> None:
    config = AugmentationConfig(n_time_masks=1, mixup=1.0)
    first, again, other = (
        augmentation.preview(level[0], config, front_end=MEL, partner=level[1], seed=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == (16, 40)


def test_segments_by_hand() -> None:
    assert even_starts(100, 20, 5) == [0, 20, 40, 60, 80]
    assert even_starts(100, 20, 1) == [40]
    assert even_starts(21, 20, 9) == [0, 1]
    assert even_starts(15, 20, 9) == [0]


def test_random_segments_are_cut_from_music_only() -> None:
    # Each frame holds its own number; padding holds -1.
    n_valid = np.array([40, 30, 12, 5] * 200)
    clips = np.stack([np.where(np.arange(40) < valid, np.arange(40), -1) for valid in n_valid])[:, np.newaxis]
    for stretch in (0.0, 0.3):
        segments = cut_at_random(clips, n_valid, 12, stretch=stretch, rng=rng())[:, 0]
        assert segments.shape == (800, 12)
        assert (segments[n_valid >= 12] >= 0).all()
        assert set(segments[n_valid == 5].ravel()) <= {-1, 0, 1, 2, 3, 4}
        spans = segments[n_valid == 40][:, -1] - segments[n_valid == 40][:, 0] + 1
        if stretch:
            assert spans.min() < 11
            assert spans.max() > 13
        else:
            assert set(spans) == {12}
            np.testing.assert_array_equal(segments[n_valid == 5], clips[n_valid == 5, 0, :12])
            assert set(segments[n_valid == 40][:, 0]) == set(range(29))
