"""The 57 features of each part of a clip: against those of the parts by themselves, and the public table of thirds."""

import csv
from pathlib import Path

import numpy as np
import pytest

from core.audio import read_audio
from core.errors import FeatureError
from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_table import TABLE_NAMES, GtzanTableFeatures
from core.features.table import features_from_dict
from tests.conftest import tone

SR_HZ = 22_050
TWO_SECONDS = GtzanTableParts(part_s=2.0, n_parts=3)


def noisy(duration_s: float) -> np.ndarray:
    rng = np.random.default_rng(2)
    clip = tone(440, duration_s=duration_s, level=0.2)
    return (clip + rng.normal(0, 0.05, len(clip)) * np.linspace(0.1, 1, len(clip))).astype(np.float32)


def by_itself(samples: np.ndarray) -> np.ndarray:
    return GtzanTableFeatures(variant="librosa").transform(samples)[0][:, 0]


def test_each_part_is_measured_as_a_clip_of_its_own() -> None:
    samples = noisy(6.5)
    features, n_valid = TWO_SECONDS.transform(samples)
    assert (features.shape, features.dtype, n_valid) == ((57, 3), np.float32, 3)
    for part in range(3):
        own = samples[part * 2 * SR_HZ : (part + 1) * 2 * SR_HZ]
        np.testing.assert_array_equal(features[:, part], by_itself(own))


def test_a_remainder_and_silent_parts_are_left_out() -> None:
    samples = noisy(5.9)
    features, n_valid = TWO_SECONDS.transform(samples)
    assert n_valid == 2
    assert not features[:, 2].any()
    samples[: 2 * SR_HZ] = 0
    features, n_valid = TWO_SECONDS.transform(samples)
    assert n_valid == 1
    np.testing.assert_array_equal(features[:, 0], by_itself(samples[2 * SR_HZ : 4 * SR_HZ]))


def test_a_clip_shorter_than_a_part_is_one() -> None:
    samples = noisy(1.3)
    features, n_valid = TWO_SECONDS.transform(samples)
    assert n_valid == 1
    np.testing.assert_array_equal(features[:, 0], by_itself(samples))


def test_silence_where_parts_would_be_is_refused() -> None:
    samples = np.concatenate([np.zeros(6 * SR_HZ, np.float32), noisy(1.0)])
    with pytest.raises(FeatureError, match=r"The first 6 s are digital silence"):
        TWO_SECONDS.transform(samples)


def test_identity_shape_and_limits() -> None:
    assert features_from_dict(TWO_SECONDS.to_dict()) == TWO_SECONDS
    assert TWO_SECONDS.is_numeric
    assert TWO_SECONDS.frame_s == 2.0
    assert TWO_SECONDS.max_samples == 6 * SR_HZ
    assert TWO_SECONDS.identity != GtzanTableParts().identity
    for wrong in ({"part_s": 0.5}, {"n_parts": 1}, {"part_s": 60.0, "n_parts": 11}, {"variant": "old"}):
        with pytest.raises(FeatureError):
            GtzanTableParts(**wrong)


def test_the_public_thirds_of_real_clips(shared: Path) -> None:
    with (shared / "data" / "gtzan_features_10_sec.csv").open() as stream:
        rows = {row["filename"]: row for row in csv.DictReader(stream)}
    for name in ("blues.00000", "metal.00001"):
        path = shared / "data" / "gtzan_mini" / "genres" / name.partition(".")[0] / f"{name}.flac"
        features, n_valid = GtzanTableParts().transform(read_audio(path, sr_hz=SR_HZ))
        assert n_valid == 3
        for part in range(3):
            row = rows[f"{name}.{part}.wav"]
            stated = np.array([float(row[column]) for column in TABLE_NAMES])
            near_zero = np.array([column in ("harmony_mean", "perceptr_mean") for column in TABLE_NAMES])
            np.testing.assert_allclose(features[~near_zero, part], stated[~near_zero], rtol=1e-4)
            np.testing.assert_allclose(features[near_zero, part], stated[near_zero], atol=1e-7)
