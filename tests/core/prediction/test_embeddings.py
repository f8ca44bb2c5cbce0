"""Embeddings of clips: the penultimate layer by hand, of committees side by side, the mean over parts."""

from typing import Any

import numpy as np
import pytest

from core.clips.collection import Collection
from core.errors import RunError
from core.extraction.extract import extract
from core.extraction.store import open_store
from core.models.architectures import LogisticConfig
from core.models.build import InputScaling, build_model, fit_scaling
from core.models.estimators import fit_classical
from core.models.networks import committee_networks
from core.prediction.embeddings import clip_embeddings, embed_part
from core.prediction.parts import cut_parts
from core.recipe.config import TrainingConfig
from core.recipe.settings import SegmentConfig
from core.training.dataset import PartData
from tests.core.conftest import SMALL_CNN, SMALL_FFNN, SMALL_MEL, small_config

SEGMENTS = SegmentConfig(length_s=0.9, per_epoch=1, n_verdict=3)
FEATURES = np.random.default_rng(0).uniform(-80, 0, (5, *SMALL_MEL.shape)).astype(np.float32)
N_VALID = np.array([40, 30, 25, 12, 40])


def make(config: TrainingConfig) -> Any:
    scaling = fit_scaling(SMALL_MEL, lambda: np.empty(0))
    return build_model(config.model, config.input_shape, 3, scaling, members=config.members)


@pytest.mark.parametrize("members", [1, 2])
def test_they_are_the_hidden_units_of_an_ffnn(tiny_collection: Collection, members: int) -> None:
    config = small_config(tiny_collection, model=SMALL_FFNN, members=members)
    model = make(config)
    made = clip_embeddings(model, (FEATURES,), N_VALID, config)
    assert made.shape == (5, 16 * members)
    assert made.dtype == np.float32
    scaled = FEATURES.reshape(5, -1) / -80
    for place, network in enumerate(committee_networks(model)):
        kernel, bias = network.get_layer("dense_1").get_weights()
        by_hand = np.maximum(scaled @ kernel + bias, 0)
        np.testing.assert_allclose(made[:, 16 * place : 16 * (place + 1)], by_hand, rtol=1e-4, atol=1e-5)


def test_of_segments_they_are_the_mean(tiny_collection: Collection) -> None:
    config, single = (small_config(tiny_collection, segments=segments) for segments in (SEGMENTS, None))
    model = make(config)
    parts = cut_parts((FEATURES,), N_VALID, config)
    of_parts = clip_embeddings(model, parts.inputs, parts.n_valid, single)
    by_hand = [of_parts[parts.owners == clip].mean(axis=0) for clip in range(5)]
    made = clip_embeddings(model, (FEATURES,), N_VALID, config)
    assert made.shape == (5, SMALL_CNN.dense[-1])
    np.testing.assert_allclose(made, by_hand, rtol=1e-5, atol=1e-6)


def test_those_of_a_part_are_in_the_order_of_its_clips(tiny_collection: Collection) -> None:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    config = small_config(tiny_collection, segments=SEGMENTS, members=2)
    model = make(config)
    store, clips = open_store(tiny_collection, SMALL_MEL), tiny_collection.clips[::-1]
    made = embed_part(model, PartData(store, clips, config.genres), config)
    assert made.shape == (24, 2 * SMALL_CNN.dense[-1])
    alone = clip_embeddings(model, (store.load(clips[3:5]),), np.array(store.valid_frames(clips[3:5])), config)
    np.testing.assert_allclose(made[3:5], alone, rtol=1e-5, atol=1e-6)


def test_a_classical_model_has_none(tiny_collection: Collection) -> None:
    rng = np.random.default_rng(0)
    scaling = InputScaling((0.0,), (1.0,))
    model = fit_classical(LogisticConfig(), rng.normal(size=(6, 5, 1)), np.arange(6) % 3, scaling=scaling, seed=0)
    with pytest.raises(RunError, match="got a classical model"):
        clip_embeddings(model, (FEATURES,), N_VALID, small_config(tiny_collection))
