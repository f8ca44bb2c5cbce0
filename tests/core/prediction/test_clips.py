"""Probabilities of clips: the mean over the parts that the model sees, however many it looks at together."""

import numpy as np
import pytest

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.extraction.store import open_store
from core.models.build import build_model, fit_scaling, predict_probabilities
from core.prediction import clips
from core.prediction.clips import clip_probabilities, clips_at_once, part_probabilities, predict_part
from core.prediction.parts import cut_parts
from core.recipe.settings import SegmentConfig
from core.training.dataset import PartData
from tests.core.conftest import SMALL_CNN, SMALL_MEL, small_config

SEGMENTS = SegmentConfig(length_s=0.9, per_epoch=1, n_verdict=3)
N_VALID = np.array([40, 25, 12])


def test_probabilities_are_the_means_of_those_of_the_parts(tiny_collection: Collection) -> None:
    config = small_config(tiny_collection, segments=SEGMENTS)
    model = build_model(SMALL_CNN, config.input_shape, 3, fit_scaling(SMALL_MEL, lambda: np.empty(0)))
    features = np.random.default_rng(0).uniform(-80, 0, (3, *SMALL_MEL.shape)).astype(np.float32)
    parts = cut_parts((features,), N_VALID, config)
    of_parts = part_probabilities(model, parts, config)
    np.testing.assert_allclose(of_parts, predict_probabilities(model, parts.inputs), rtol=1e-6)
    by_hand = [of_parts[parts.owners == clip].mean(axis=0) for clip in range(3)]
    made = clip_probabilities(model, (features,), N_VALID, config)
    np.testing.assert_allclose(made, by_hand, rtol=1e-12)
    np.testing.assert_allclose(made.sum(axis=1), 1, rtol=1e-12)


def test_how_many_are_looked_at_together_changes_nothing(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    config = small_config(tiny_collection, segments=SEGMENTS)
    model = build_model(SMALL_CNN, config.input_shape, 3, fit_scaling(SMALL_MEL, lambda: np.empty(0)))
    part = PartData(open_store(tiny_collection, SMALL_MEL), tiny_collection.clips, config.genres)
    assert clips_at_once(config) == 128 // 3
    together = predict_part(model, part, config)
    monkeypatch.setattr(clips, "prediction_batch_size", lambda config: 5)
    assert clips_at_once(config) == 1
    few = predict_part(model, part, config)
    genres = list(config.genres)
    np.testing.assert_allclose(few.table[genres], together.table[genres], rtol=1e-5)
    assert together.table["clip"].tolist() == [clip.name for clip in tiny_collection.clips]
    assert together.table["actual"].tolist() == [clip.genre for clip in tiny_collection.clips]
    assert together.table["predicted"].tolist() == together.table[genres].idxmax(axis=1).tolist()
