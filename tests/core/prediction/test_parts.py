"""Parts of clips as each recipe asks for them: whose they are, where they lie, and their mean."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import FeatureError
from core.features.gtzan_parts import GtzanTableParts
from core.features.numeric import NumericFeatures
from core.models.architectures import FfnnConfig, HybridConfig
from core.prediction.parts import cut_parts, mean_by_owner
from core.recipe.config import TrainingConfig
from core.recipe.settings import SegmentConfig
from core.splits.config import SplitConfig
from tests.core.conftest import SMALL_CNN, SMALL_MEL, small_config

COLLECTION: Any = SimpleNamespace(id="made", genres=("a", "b"))
N_BANDS, N_FRAMES = SMALL_MEL.shape
CLIPS = np.random.default_rng(0).uniform(-80, 0, (3, N_BANDS, N_FRAMES)).astype(np.float32)
QUARTERS = SplitConfig(protocol="segment-random", n_excerpts=4)


def segments_of(n_frames: int, n_verdict: int) -> SegmentConfig:
    return SegmentConfig(length_s=n_frames * SMALL_MEL.frame_s, per_epoch=1, n_verdict=n_verdict)


def recipe(**changes: Any) -> TrainingConfig:
    return small_config(COLLECTION, model=FfnnConfig(units=(4,)), **changes)


def test_a_whole_clip_is_one_part() -> None:
    parts = cut_parts((CLIPS,), np.array([40, 12, 1]), recipe())
    assert parts.inputs[0] is CLIPS
    assert parts.owners.tolist() == [0, 1, 2]
    assert parts.starts.tolist() == [0, 0, 0]
    assert parts.n_valid.tolist() == [40, 12, 1]
    np.testing.assert_array_equal(parts.mean_by_clip(CLIPS[:, :, 0]), CLIPS[:, :, 0])


def test_segments_are_evenly_spaced_within_the_music() -> None:
    parts = cut_parts((CLIPS,), np.array([40, 20, 5]), recipe(segments=segments_of(12, 3)))
    assert parts.owners.tolist() == [0, 0, 0, 1, 1, 1, 2]
    assert parts.starts.tolist() == [0, 14, 28, 0, 4, 8, 0]
    assert parts.n_valid.tolist() == [12] * 6 + [5]
    for row, owner, start in zip(parts.inputs[0], parts.owners, parts.starts, strict=True):
        np.testing.assert_array_equal(row, CLIPS[owner, :, start : start + 12])
    means = parts.mean_by_clip(np.arange(7.0)[:, np.newaxis])
    assert means.ravel().tolist() == [1, 4, 6]


def test_each_segment_has_the_numeric_features_of_its_clip() -> None:
    config = small_config(
        COLLECTION, model=HybridConfig(cnn=SMALL_CNN), numeric_front_end=NumericFeatures(), segments=segments_of(12, 2)
    )
    numeric = np.arange(48, dtype=np.float32).reshape(3, 16, 1)
    parts = cut_parts((CLIPS, numeric), np.array([40, 40, 10]), config)
    assert parts.owners.tolist() == [0, 0, 1, 1, 2]
    np.testing.assert_array_equal(parts.inputs[1], numeric[[0, 0, 1, 1, 2]])


def test_parts_of_numeric_features_are_those_that_there_are() -> None:
    front_end = GtzanTableParts(part_s=1.0, n_parts=3)
    config = recipe(front_end=front_end, segments=SegmentConfig(length_s=1.0, per_epoch=1, n_verdict=3))
    features = np.random.default_rng(1).normal(size=(2, 57, 3)).astype(np.float32)
    parts = cut_parts((features,), np.array([3, 1]), config)
    assert parts.owners.tolist() == [0, 0, 0, 1]
    assert (parts.starts * front_end.frame_s).tolist() == [0, 1, 2, 0]
    np.testing.assert_array_equal(parts.inputs[0][:, :, 0], [*features[0].T, features[1, :, 0]])


def test_excerpts_fill_up_to_one_width_and_empty_ones_are_left_out() -> None:
    parts = cut_parts((CLIPS,), np.array([40, 38, 3]), recipe(split=QUARTERS))
    assert parts.owners.tolist() == [0] * 4 + [1] * 4 + [2] * 3
    assert parts.starts.tolist() == [0, 10, 20, 30, 0, 9, 19, 28, 0, 1, 2]
    assert parts.n_valid.tolist() == [10] * 4 + [9, 10, 9, 10] + [1] * 3
    np.testing.assert_array_equal(parts.inputs[0][1], CLIPS[0, :, 10:20])
    np.testing.assert_array_equal(parts.inputs[0][4, :, :9], CLIPS[1, :, :9])
    assert (parts.inputs[0][4, :, 9] == CLIPS[1].min()).all()
    with pytest.raises(FeatureError, match="at least one frame of music"):
        cut_parts((CLIPS,), np.array([40, 38, 0]), recipe(split=QUARTERS))


def test_excerpts_are_told_from_whole_clips_by_their_width() -> None:
    excerpts = CLIPS[:, :, :10]
    parts = cut_parts((excerpts,), np.array([10, 10, 9]), recipe(split=QUARTERS))
    assert parts.inputs[0] is excerpts
    assert parts.owners.tolist() == [0, 1, 2]


def test_each_excerpt_has_the_same_say_however_many_segments_it_has() -> None:
    halves = SplitConfig(protocol="segment-random", n_excerpts=2)
    parts = cut_parts((CLIPS[:1],), np.array([25]), recipe(split=halves, segments=segments_of(12, 2)))
    # Excerpts of 12 and 13 frames: one segment of 12 fits into the first, two into the second.
    assert parts.starts.tolist() == [0, 12, 13]
    assert parts.n_valid.tolist() == [12] * 3
    assert parts.owners.tolist() == [0, 0, 0]
    assert [level.tolist() for level in parts.levels] == [[0, 1, 1], [0, 0]]
    assert parts.mean_by_clip(np.array([[4.0], [0], [2]])).tolist() == [[(4 + 1) / 2]]


@given(counts=st.lists(st.integers(1, 6), min_size=1, max_size=8), n_values=st.integers(1, 4))
def test_the_mean_by_owner_is_that_of_each_owner_s_rows(counts: list[int], n_values: int) -> None:
    owners = np.repeat(np.arange(len(counts)), counts)
    values = np.random.default_rng(sum(counts)).normal(size=(len(owners), n_values))
    by_hand = [values[owners == owner].mean(axis=0) for owner in range(len(counts))]
    np.testing.assert_allclose(mean_by_owner(values, owners), by_hand, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("owners", [[0, 2, 2], [1, 1, 1], [0, 1, 0]])
def test_an_owner_without_parts_or_out_of_order_is_refused(owners: list[int]) -> None:
    with pytest.raises(FeatureError, match="in the order of their clips"):
        mean_by_owner(np.ones((3, 2)), np.array(owners))


def test_batches_hold_every_part_once() -> None:
    parts = cut_parts((CLIPS,), np.array([40, 20, 5]), recipe(segments=segments_of(12, 3)))
    batches = [inputs[0] for inputs in parts.batches(3)]
    assert [len(batch) for batch in batches] == [3, 3, 1]
    np.testing.assert_array_equal(np.concatenate(batches), parts.inputs[0])
    assert replace(parts, levels=()).owners.tolist() == list(range(7))
