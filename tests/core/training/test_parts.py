"""Training on numeric features of parts of clips."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.clips.collection import Collection
from core.errors import ConfigError
from core.extraction.extract import extract
from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_table import GtzanTableFeatures
from core.models.architectures import CnnConfig, FfnnConfig
from core.models.scaling import fit_scaling
from core.models.segments import even_starts
from core.prediction.clips import clip_probabilities
from core.queue.launch import train_here
from core.recipe.inputs import preset_inputs
from core.recipe.presets import PRESETS
from core.recipe.settings import AugmentationConfig, SegmentConfig
from core.runs.results import load_predictions
from tests.core.conftest import small_config

PARTS = GtzanTableParts(part_s=1.0, n_parts=2)
ONE_PART = SegmentConfig(length_s=1.0, per_epoch=1, n_verdict=2)


def test_missing_parts_do_not_count_in_the_scaling() -> None:
    features = np.random.default_rng(0).normal(5, 2, (20, 57, 2)).astype(np.float32)
    features[:7, :, 1] = 0
    scaling = fit_scaling(PARTS, lambda: features)
    rows = np.concatenate([features[:, :, 0], features[7:, :, 1]])
    np.testing.assert_allclose(scaling.offset, rows.mean(axis=0, dtype=float), rtol=1e-6)
    np.testing.assert_allclose(scaling.scale, rows.std(axis=0, dtype=float), rtol=1e-5)


def test_the_verdict_is_the_mean_of_the_parts_that_there_are() -> None:
    class Echo:
        """Says of a part what its first figure is."""

        def predict_on_batch(self, given):
            first = np.asarray(given)[:, 0, 0]
            return np.column_stack([first, 1 - first])

    config = small_config(  # type: ignore[arg-type]
        type("Named", (), {"id": "x", "genres": ("a", "b")})(), front_end=PARTS, model=FfnnConfig(), segments=ONE_PART
    )
    features = np.zeros((2, 57, 2), np.float32)
    features[0, 0], features[1, 0] = (0.2, 0.6), (0.9, 0.0)
    verdict = clip_probabilities(Echo(), (features,), np.array([2, 1]), config)
    np.testing.assert_allclose(verdict, [[0.4, 0.6], [0.9, 0.1]], rtol=1e-6)
    assert even_starts(1, 1, 2) == [0]


def test_what_does_not_go_with_parts_is_refused(tiny_collection: Collection) -> None:
    given = {"front_end": PARTS, "model": FfnnConfig(), "segments": ONE_PART}
    config = small_config(tiny_collection, **given)
    assert config.is_numeric
    assert config.input_shape == (57, 1)
    assert replace(config, segments=None).input_shape == (57, 2)
    with pytest.raises(ConfigError, match="does not take numeric features of parts"):
        small_config(tiny_collection, **(given | {"model": CnnConfig()}))
    with pytest.raises(ConfigError, match="no time axis"):
        small_config(tiny_collection, **(given | {"front_end": GtzanTableFeatures()}))
    with pytest.raises(ConfigError, match="longer than"):
        small_config(tiny_collection, **(given | {"segments": SegmentConfig(length_s=3.0)}))
    with pytest.raises(ConfigError, match="Masks"):
        small_config(tiny_collection, **given, augmentation=AugmentationConfig(n_time_masks=1))


def test_the_preset_takes_parts_where_there_are_some(tiny_collection: Collection) -> None:
    preset = PRESETS["numeric-ffnn"]
    assert preset_inputs(preset, tiny_collection)["front_end"] == preset.front_end
    brought = replace(tiny_collection, kind="features", front_ends=(GtzanTableFeatures(),))
    assert preset_inputs(preset, brought) == {"front_end": GtzanTableFeatures(), "segments": None}
    brought = replace(tiny_collection, kind="features", front_ends=(GtzanTableFeatures(), PARTS))
    inputs = preset_inputs(preset, brought, front_end=PARTS)
    assert inputs == {"front_end": PARTS, "segments": SegmentConfig(length_s=1.0, per_epoch=1, n_verdict=2)}
    preset.configure("x", ("a", "b"), **inputs)
    assert preset_inputs(PRESETS["compact-cnn"], brought) is None


@pytest.mark.usefixtures("empty_store")
def test_a_training_end_to_end(tiny_collection: Collection, home: Path) -> None:
    extract(tiny_collection, [PARTS], n_workers=1)
    run = train_here(
        small_config(
            tiny_collection, front_end=PARTS, model=FfnnConfig(units=(8,)), segments=ONE_PART, numeric_scaling="power"
        )
    )
    assert run.status == "finished", run.error
    table = load_predictions(run.id).table
    np.testing.assert_allclose(table[list(run.config.genres)].sum(axis=1), 1, rtol=1e-6)
