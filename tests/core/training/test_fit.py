"""The training loop: what is kept, when it ends, and that its figures are what they say."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from core.clips.collection import Collection
from core.errors import RunError
from core.extraction.extract import extract
from core.extraction.store import open_store
from core.jobs.reporter import ProgressReporter
from core.models.build import build_model, fit_scaling, import_keras, predict_probabilities
from core.recipe.config import TrainingConfig
from core.training import fit as fit_module
from core.training.dataset import PartData
from core.training.fit import FitResult, fit_model
from tests.core.conftest import SMALL_CNN, SMALL_MEL, small_config


class Stopper(ProgressReporter):
    """Asks for a stop after so many batches, and keeps what it was told."""

    def __init__(self, after: float = float("inf")) -> None:
        self.updates: list[object] = []
        super().__init__(on_update=self.updates.append, interval_s=0.0)
        self._after = after

    @property
    def stop_requested(self) -> bool:
        return self._progress.done >= self._after


Fit = Callable[..., tuple[FitResult, object]]


@pytest.fixture
def parts(tiny_collection: Collection) -> tuple[PartData, PartData]:
    extract(tiny_collection, [SMALL_MEL], n_workers=1)
    store = open_store(tiny_collection, SMALL_MEL)
    return (
        PartData(store, tiny_collection.clips[::2], tiny_collection.genres),
        PartData(store, tiny_collection.clips[1::2], tiny_collection.genres),
    )


@pytest.fixture
def fit(tiny_collection: Collection, parts: tuple[PartData, PartData]) -> Fit:
    def run(*, after: float = float("inf"), **changes: object) -> tuple[FitResult, object]:
        config = small_config(tiny_collection, **changes)
        model = new_model(config)
        result = fit_model(model, config, *parts, reporter=Stopper(after), on_epoch=lambda record: None)
        return result, model

    return run


def new_model(config: TrainingConfig) -> object:
    import_keras().utils.set_random_seed(config.seed)
    return build_model(config.model, SMALL_MEL.shape, 3, fit_scaling(SMALL_MEL, lambda: np.empty(0)))


def cross_entropy(model: object, part: PartData) -> float:
    probabilities = predict_probabilities(model, part.rows(np.arange(len(part))))
    return float(-np.log(probabilities[np.arange(len(part)), part.labels]).mean())


def validate_as(monkeypatch: pytest.MonkeyPatch, losses: list[float]) -> list[list[np.ndarray]]:
    """Make the epochs' validation losses these; the weights at each are collected."""
    weights: list[list[np.ndarray]] = []

    def validate(model: object, part: PartData, batch_size: int) -> tuple[float, float]:
        weights.append(model.get_weights())
        return losses[len(weights) - 1], 0.5

    monkeypatch.setattr(fit_module, "_validate", validate)
    return weights


def test_the_weights_kept_are_those_of_the_lowest_validation_loss(fit: Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = validate_as(monkeypatch, [3.0, 2.0, 1.0, 5.0, 1.0])
    result, model = fit(epochs=5)
    assert result.best_epoch == 3
    assert not result.stopped_early
    assert result.n_batches == 5 * 3
    for kept, then, last in zip(model.get_weights(), weights[2], weights[4], strict=True):
        np.testing.assert_array_equal(kept, then)
        assert not np.array_equal(kept, last)


def test_the_best_epoch_s_loss_is_that_of_the_model_returned(fit: Fit, parts: tuple[PartData, PartData]) -> None:
    result, model = fit(epochs=4)
    losses = [epoch.val_loss for epoch in result.history]
    assert result.best_epoch == 1 + int(np.argmin(losses))
    assert cross_entropy(model, parts[1]) == pytest.approx(min(losses), rel=1e-5)


def test_an_epoch_s_figures_are_means_over_all_its_clips(fit: Fit, parts: tuple[PartData, PartData]) -> None:
    # 12 clips in batches of 5, 5 and 2; with almost no learning the mean is that of the untouched model.
    result, model = fit(epochs=1, batch_size=5, learning_rate=1e-7, model=replace(SMALL_CNN, dropout=0.0))
    epoch = result.history[0]
    assert epoch.loss == pytest.approx(cross_entropy(model, parts[0]), rel=1e-4)
    predicted = predict_probabilities(model, parts[0].rows(np.arange(12))).argmax(axis=1)
    assert epoch.accuracy == pytest.approx((predicted == parts[0].labels).mean())
    assert epoch.val_loss == pytest.approx(cross_entropy(model, parts[1]), rel=1e-6)


def test_it_learns_to_tell_tones_from_noise(fit: Fit) -> None:
    result, _ = fit(epochs=12)
    assert result.history[-1].val_accuracy == 1.0
    assert result.history[-1].loss < result.history[0].loss


def test_the_same_seed_gives_the_same_figures(fit: Fit) -> None:
    first, second, other = fit()[0], fit()[0], fit(seed=4)[0]
    assert first.history == second.history
    assert first.history != other.history


def test_a_stop_keeps_the_best_whole_epoch(fit: Fit, parts: tuple[PartData, PartData]) -> None:
    result, model = fit(after=7, epochs=50)
    assert result.stopped_early
    assert result.n_batches == 7
    assert [epoch.epoch for epoch in result.history] == [1, 2]
    assert cross_entropy(model, parts[1]) == pytest.approx(min(e.val_loss for e in result.history), rel=1e-5)


def test_a_stop_within_the_first_epoch_keeps_the_current_weights(fit: Fit, tiny_collection: Collection) -> None:
    result, model = fit(after=2)
    assert (result.stopped_early, result.n_batches, result.best_epoch, result.history) == (True, 2, None, [])
    untrained = new_model(small_config(tiny_collection))
    assert not np.array_equal(model.get_weights()[0], untrained.get_weights()[0])


def test_patience_ends_training_and_says_so(fit: Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    validate_as(monkeypatch, [3.0, 2.0, 2.5, 2.0, 1.0])
    result, _ = fit(epochs=5, patience=2)
    assert result.stopped_early
    assert (result.best_epoch, len(result.history)) == (2, 4)


def test_time_left_and_batches_are_reported(tiny_collection: Collection, parts: tuple[PartData, PartData]) -> None:
    config = small_config(tiny_collection, epochs=4)
    reporter = Stopper()
    fit_model(new_model(config), config, *parts, reporter=reporter, on_epoch=lambda record: None)
    assert {update.total for update in reporter.updates} == {12.0}
    assert [update.done for update in reporter.updates] == list(range(13))
    assert reporter.updates[-1].detail.startswith("Epoch 4 of 4, loss ")


def test_a_diverged_loss_is_an_error_that_names_the_epoch(
    tiny_collection: Collection, parts: tuple[PartData, PartData]
) -> None:
    config = small_config(tiny_collection)
    model = new_model(config)
    model.set_weights([*model.get_weights()[:-1], np.full(3, np.nan, dtype=np.float32)])
    with pytest.raises(RunError, match=r"nan in epoch 1: training diverged.*below 0\.01"):
        fit_model(model, config, *parts, reporter=Stopper(), on_epoch=lambda record: None)
