"""The training loop: epochs, best weights by validation loss, stop and time left.

The test part never comes here. Which epoch is kept is decided by the validation part alone.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from core.errors import RunError
from core.jobs import ProgressReporter
from core.models.build import import_keras, predict_probabilities
from core.models.config import TrainingConfig
from core.runs.record import EpochRecord
from core.training.dataset import PartData

if TYPE_CHECKING:
    import keras

_SMALLEST_PROBABILITY = 1e-7
"""As Keras limits it before the logarithm."""


@dataclass
class FitResult:
    """What a training came to; the model it was given holds the weights kept.

    Attributes
    ----------
    history : list of EpochRecord
        Whole epochs only.
    best_epoch : int or None
        Epoch (from 1) whose weights were kept; None when training was stopped within the first.
    stopped_early : bool
    n_batches : int
        Batches trained on; 0 means that there is nothing to keep.
    training_s : float
    """

    history: list[EpochRecord] = field(default_factory=list)
    best_epoch: int | None = None
    stopped_early: bool = False
    n_batches: int = 0
    training_s: float = 0.0


def fit_model(
    model: "keras.Model",
    config: TrainingConfig,
    train: PartData,
    validation: PartData,
    *,
    reporter: ProgressReporter,
    on_epoch: Callable[[EpochRecord], None],
) -> FitResult:
    """Train ``model`` in place and leave it with the weights of the lowest validation loss.

    Parameters
    ----------
    model : keras.Model
        Not compiled.
    config : TrainingConfig
    train, validation : PartData
    reporter : ProgressReporter
        Told of every batch; its stop request ends training after the batch in hand.
    on_epoch : callable
        Given each epoch's figures.

    Raises
    ------
    RunError
        The loss is not finite.
    """
    keras = import_keras()
    model.compile(
        optimizer=keras.optimizers.Adam(config.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    rng = np.random.default_rng(config.seed)
    result = FitResult()
    best_loss, best_weights = np.inf, None
    per_epoch = train.n_batches(config.batch_size)
    reporter.phase("Training", total=per_epoch * config.epochs, detail=f"Epoch 1 of {config.epochs}")
    started = time.perf_counter()
    for epoch in range(1, config.epochs + 1):
        loss, accuracy = _train_epoch(model, config, train, rng, epoch, result, reporter)
        if result.stopped_early:
            break
        val_loss, val_accuracy = _validate(model, validation, config.batch_size)
        record = EpochRecord(
            epoch=epoch,
            loss=loss,
            accuracy=accuracy,
            val_loss=_finite(val_loss, epoch, config),
            val_accuracy=val_accuracy,
        )
        result.history.append(record)
        if val_loss < best_loss:
            best_loss, best_weights, result.best_epoch = val_loss, model.get_weights(), epoch
        on_epoch(record)
        if config.patience is not None and result.best_epoch and epoch - result.best_epoch >= config.patience:
            result.stopped_early = epoch < config.epochs
            break
    result.training_s = time.perf_counter() - started
    if best_weights is not None:
        model.set_weights(best_weights)
    return result


def _train_epoch(
    model: "keras.Model",
    config: TrainingConfig,
    train: PartData,
    rng: np.random.Generator,
    epoch: int,
    result: FitResult,
    reporter: ProgressReporter,
) -> tuple[float, float]:
    """One pass over the training part; its mean loss and accuracy, cut short where a stop is asked for."""
    loss_sum, n_correct, n_seen = 0.0, 0, 0
    per_epoch = train.n_batches(config.batch_size)
    for number, batch in enumerate(train.batches(config.batch_size, rng=rng), start=1):
        if reporter.stop_requested:
            result.stopped_early = True
            break
        # Keras gives the figures of this batch alone, in single precision.
        figures = model.train_on_batch(batch.features, batch.labels, return_dict=True)
        n_batch = len(batch.labels)
        loss_sum += _finite(float(figures["loss"]), epoch, config) * n_batch
        n_correct += round(float(figures["accuracy"]) * n_batch)
        n_seen += n_batch
        result.n_batches += 1
        detail = f"Epoch {epoch} of {config.epochs}, loss {loss_sum / n_seen:.3f}, accuracy {n_correct / n_seen:.0%}"
        reporter.advance((epoch - 1) * per_epoch + number, detail=detail)
    return (loss_sum / n_seen, n_correct / n_seen) if n_seen else (0.0, 0.0)


def _validate(model: "keras.Model", part: PartData, batch_size: int) -> tuple[float, float]:
    """Mean cross-entropy in nats and accuracy of a part."""
    losses, n_correct = [], 0
    for batch in part.batches(batch_size):
        probabilities = predict_probabilities(model, batch.features)
        of_actual = probabilities[np.arange(len(batch.labels)), batch.labels]
        losses.append(-np.log(np.clip(of_actual, _SMALLEST_PROBABILITY, 1.0)))
        n_correct += int((probabilities.argmax(axis=1) == batch.labels).sum())
    return float(np.concatenate(losses).mean()), n_correct / len(part)


def _finite(loss: float, epoch: int, config: TrainingConfig) -> float:
    if not np.isfinite(loss):
        raise RunError(
            f"The loss became {loss} in epoch {epoch}: training diverged. "
            f"Choose a learning rate below {config.learning_rate:g}."
        )
    return loss
