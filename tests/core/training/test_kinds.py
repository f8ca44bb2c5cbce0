"""Every kind of model and input through the whole path: trained, tested, and asked about the sound of a test clip."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.clips.collection import Collection
from core.cost import time as calibration
from core.cost.time import estimate_time
from core.extraction.extract import extract
from core.features.numeric import NumericFeatures
from core.models.architectures import FfnnConfig, ForestConfig, HybridConfig, SvmConfig
from core.prediction.song import classify_song
from core.queue.launch import train_here
from core.recipe.settings import AugmentationConfig, OptimisationConfig, SegmentConfig
from core.runs import results
from core.settings import load_settings
from tests.core.conftest import SMALL_CNN, small_config

pytestmark = pytest.mark.usefixtures("empty_store")

NUMERIC = NumericFeatures()
KINDS = {
    "segments": {
        "model": SMALL_CNN,
        "segments": SegmentConfig(length_s=0.9, per_epoch=2, n_verdict=3),
        "augmentation": AugmentationConfig(n_time_masks=1, mixup=0.2, time_stretch=0.05),
        "optimisation": OptimisationConfig(optimiser="adamw", schedule="cosine", averaging=0.9),
        "epochs": 12,
    },
    "hybrid": {
        "model": HybridConfig(cnn=replace(SMALL_CNN, head="average"), numeric_units=(8,), joined_units=()),
        "numeric_front_end": NUMERIC,
        "numeric_scaling": "power",
        "segments": SegmentConfig(length_s=0.9, n_verdict=2),
        "epochs": 12,
    },
    "svm": {"model": SvmConfig(), "front_end": NUMERIC},
    "forest": {"model": ForestConfig(n_trees=10), "front_end": NUMERIC, "train_on_validation": True},
    "all-clips": {
        "model": FfnnConfig(units=(8,), batch_norm=True),
        "front_end": NUMERIC,
        "train_on_validation": True,
        "epochs": 12,
    },
}


@pytest.mark.parametrize("changes", list(KINDS.values()), ids=list(KINDS))
def test_a_test_clip_s_sound_gets_the_probabilities_that_the_run_recorded(
    tiny_collection: Collection, changes: dict[str, object]
) -> None:
    config = small_config(tiny_collection, **changes)
    extract(tiny_collection, list(config.front_ends), n_workers=1)
    run = train_here(config)
    assert run.config == config
    assert run.result is not None
    assert run.result.accuracy >= 0.8
    predictions = results.load_predictions(run.id)
    row = predictions.table.iloc[0]
    verdict = classify_song(tiny_collection.clip(row["clip"]).path, run.id)
    np.testing.assert_allclose(verdict.probabilities, row[list(predictions.genres)].to_numpy(float), atol=2e-3)
    validated = {epoch.val_loss is not None for epoch in run.history}
    assert validated == {not config.train_on_validation}
    assert run.best_epoch is not None
    assert not (load_settings().runs_dir / run.id / "checkpoint").exists()


def test_time_is_estimated_from_what_trainings_took(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "_measure_product_s", lambda: 0.1)
    config = small_config(tiny_collection, epochs=10)
    first = estimate_time(config, 20, 0)
    assert first is not None
    assert not first.measured
    calibration.note_training(config, 0.5)
    known = estimate_time(config, 20, 0)
    assert known is not None
    assert (known.measured, known.epoch_s, known.total_s) == (True, pytest.approx(5 * 0.5), pytest.approx(50 * 0.5))
    # Another CNN is off by as much; validation looks without learning, at a third of the cost.
    twice = estimate_time(replace(config, model=replace(SMALL_CNN, filters=(64,))), 20, 0)
    assert twice is not None
    assert twice.epoch_s > known.epoch_s
    validated = estimate_time(config, 20, 12)
    assert validated is not None
    assert validated.epoch_s == pytest.approx(2.5 + 12 * 0.5 / 4 / 3)
    assert estimate_time(small_config(tiny_collection, model=SvmConfig(), front_end=NUMERIC), 20, 0) is None


def test_a_damaged_calibration_is_made_anew(tiny_collection: Collection, home: Path) -> None:
    config = small_config(tiny_collection)
    calibration.note_training(config, 0.5)
    place = load_settings().models_dir / "calibration.json"
    for content in (b"{", b"[]", b'{"machine": 3}', place.read_bytes().replace(b"factor", b"other")):
        place.write_bytes(content)
        estimate = estimate_time(config, 20, 0)
        assert estimate is not None
        assert not estimate.measured
