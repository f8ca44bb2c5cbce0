import numpy as np
import pytest

from core.errors import FeatureError
from core.features.mel import MelSpectrogram
from core.features.study_resize import pad_with_floor, resize_damage, study_resize


def test_the_study_picture_is_numpys_own_in_place_resize() -> None:
    level = np.random.default_rng(0).uniform(-80, 0, (128, 647)).astype(np.float32)
    expected = level.copy()
    expected.resize((128, 660), refcheck=False)
    np.testing.assert_array_equal(study_resize(level, 660), expected)


def test_the_damage_is_that_of_the_reference() -> None:
    damage = resize_damage((128, 647), 660)
    assert damage.shear_frames == 13
    assert damage.n_loudest == 1664
    assert damage.kept == pytest.approx(0.008, abs=0.0005)


def test_the_damage_counted_is_the_damage_done() -> None:
    level = -1.0 - np.arange(3 * 5, dtype=np.float32).reshape(3, 5)  # every cell another value, none 0 dB
    wrong, right = study_resize(level, 7), pad_with_floor(level, 7, top_db=80)
    damage = resize_damage((3, 5), 7)
    assert (wrong == right).mean() == pytest.approx(damage.kept)
    assert (wrong == 0).sum() == damage.n_loudest == 6


def test_padding_keeps_the_music_and_adds_the_floor() -> None:
    level = np.full((2, 3), -10.0)
    np.testing.assert_array_equal(pad_with_floor(level, 5, top_db=80), [[-10, -10, -10, -80, -80]] * 2)
    assert pad_with_floor(level, 2, top_db=80).shape == (2, 2)


def test_the_study_s_width_is_a_front_end_of_its_own() -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, 22_050).astype(np.float32)
    right, broken = MelSpectrogram(n_frames=30), MelSpectrogram(n_frames=30, width="reflowed")
    assert right.identity != broken.identity
    level, n_valid = right.transform(samples)
    sheared, n_sheared = broken.transform(samples)
    assert (n_valid, n_sheared) == (22, 30)
    np.testing.assert_array_equal(sheared, study_resize(level[:, :22], 30).astype(np.float16))
    assert (sheared == 0).sum() >= 128 * 8
    with pytest.raises(FeatureError, match="normalisation peak"):
        MelSpectrogram(width="reflowed", normalisation="standard")
