"""A resumed training ends as if it had never been interrupted."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from core.clips.collection import Collection
from core.extraction.extract import extract
from core.extraction.store import open_store
from core.jobs.reporter import ProgressReporter
from core.models.build import build_model, fit_scaling, import_keras
from core.recipe.config import TrainingConfig
from core.recipe.settings import AugmentationConfig, OptimisationConfig, SegmentConfig
from core.runs.record import EpochRecord
from core.training import checkpoint as checkpoint_module
from core.training.checkpoint import CheckpointFile, delete_checkpoint, has_checkpoint
from core.training.dataset import PartData
from core.training.fit import FitResult, fit_model
from tests.core.conftest import SMALL_CNN, SMALL_MEL, small_config


class KilledError(Exception):
    """What kill -9 is to a test."""


Train = Callable[..., tuple[FitResult, list[np.ndarray]]]


@pytest.fixture
def train(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> Train:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    store = open_store(tiny_collection, SMALL_MEL)
    parts = [PartData(store, tiny_collection.clips[start::2], tiny_collection.genres) for start in (0, 1)]
    monkeypatch.setattr(checkpoint_module, "_SHARE_OF_TIME", float("inf"))

    def run(config: TrainingConfig, *, resume: bool, killed_after: int | None = None) -> tuple[FitResult, list]:
        def on_epoch(record: EpochRecord) -> None:
            if killed_after is not None and record.epoch > killed_after:
                raise KilledError

        import_keras().utils.set_random_seed(config.seed)
        scaling = fit_scaling(SMALL_MEL, lambda: np.empty(0))
        model = build_model(config.model, config.input_shape, 3, scaling)
        result = fit_model(
            model,
            config,
            parts[0],
            None if config.train_on_validation else parts[1],
            reporter=ProgressReporter(),
            on_epoch=on_epoch,
            scalings=(scaling,),
            checkpoints=CheckpointFile("run", config, ["a"]),
            resume=resume,
        )
        return result, model.get_weights()

    return run


CHANGES = [
    {"model": replace(SMALL_CNN, dropout=0.4)},
    {
        "model": replace(SMALL_CNN, batch_norm=True, padding="same", block="residual", head="average+max"),
        "segments": SegmentConfig(length_s=0.9, per_epoch=2, n_verdict=3),
        "augmentation": AugmentationConfig(
            n_time_masks=1, n_band_masks=1, mixup=0.3, gain_db=3.0, noise=0.05, band_shift=1
        ),
        "optimisation": OptimisationConfig(
            optimiser="adamw",
            schedule="cosine",
            warm_up_epochs=1,
            label_smoothing=0.1,
            averaging=0.9,
            class_weights=True,
        ),
    },
    {"optimisation": OptimisationConfig(optimiser="sgd", schedule="plateau", step_epochs=1, keep="best_accuracy")},
    {"train_on_validation": True},
]


@pytest.mark.parametrize("changes", CHANGES, ids=["dropout", "everything", "plateau", "all-clips"])
def test_a_resumed_training_ends_as_one_never_interrupted(
    train: Train, tiny_collection: Collection, changes: dict[str, object]
) -> None:
    config = small_config(tiny_collection, epochs=5, **changes)
    whole, whole_weights = train(config, resume=False)
    delete_checkpoint("run")
    with pytest.raises(KilledError):
        train(config, resume=False, killed_after=2)
    assert has_checkpoint("run")
    resumed, resumed_weights = train(config, resume=True)
    assert resumed.history == whole.history
    assert (resumed.best_epoch, resumed.n_batches) == (whole.best_epoch, whole.n_batches)
    for ours, theirs in zip(resumed_weights, whole_weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    if config.train_on_validation:
        assert {epoch.val_loss for epoch in whole.history} == {None}
        assert whole.best_epoch == 5


def test_a_checkpoint_of_other_settings_or_a_damaged_one_starts_anew(train: Train, tiny_collection: Collection) -> None:
    config = small_config(tiny_collection, epochs=2)
    whole, _ = train(config, resume=False)
    other = replace(config, learning_rate=0.02)
    assert CheckpointFile("run", config, ["a"]).read() is not None
    assert CheckpointFile("run", other, ["a"]).read() is None
    assert CheckpointFile("run", config, ["b"]).read() is None
    place = CheckpointFile("run", config, ["a"])
    place.path.write_bytes(place.path.read_bytes()[:-50])
    assert place.read() is None
    again, _ = train(config, resume=True)
    assert again.history == whole.history


def test_checkpoints_take_little_of_the_time(tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 1.0, 10.0, 40.0, 41.0])
    monkeypatch.setattr(checkpoint_module.time, "monotonic", lambda: next(times))
    written: list[object] = []
    monkeypatch.setattr(checkpoint_module, "write_atomically", lambda path, content: written.append(path))
    place = CheckpointFile("run", small_config(tiny_collection), ["a"])
    empty = checkpoint_module.Checkpoint(history=(), best_epoch=None, n_batches=0, training_s=0.0, state=(), kept=())
    for n_expected in (1, 1, 2):  # 1 s of writing; 9 s later too soon; 39 s later not
        place.write(empty)
        assert len(written) == n_expected
