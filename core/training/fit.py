"""The training loop: epochs, the weights kept, checkpoints, stop and time left.

The test part never comes here. Which epoch is kept is decided by the validation part alone.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.cost.time import note_training
from core.errors import RunError
from core.jobs.reporter import ProgressReporter
from core.models.estimators import ClassicalModel, fit_classical
from core.models.scaling import InputScaling, fit_scaling
from core.prediction.clips import clip_probabilities, clips_at_once
from core.recipe.config import TrainingConfig
from core.runs.record import EpochRecord
from core.training.batches import TrainingBatches
from core.training.checkpoint import Checkpoint, CheckpointFile
from core.training.dataset import PartData
from core.training.schedule import learning_rate
from core.training.trainer import Trainer

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
    validation: PartData | None,
    *,
    reporter: ProgressReporter,
    on_epoch: Callable[[EpochRecord], None],
    scalings: tuple[InputScaling, ...] | None = None,
    checkpoints: CheckpointFile | None = None,
    resume: bool = False,
) -> FitResult:
    """Train ``model`` in place and leave it with the weights that the configuration keeps.

    Parameters
    ----------
    model : keras.Model
        Not compiled.
    config : TrainingConfig
    train : PartData
    validation : PartData or None
        None where all clips are trained on: the last weights are kept, and the history has no validation figures.
    reporter : ProgressReporter
        Told of every batch; its stop request ends training after the batch in hand.
    on_epoch : callable
        Given each epoch's figures; those of a resumed training from the first epoch on.
    scalings : tuple of InputScaling, optional
        Of each input, by which noise is measured.
    checkpoints : CheckpointFile, optional
        Written after epochs.
    resume : bool
        Go on from the checkpoint, where there is one that fits.

    Raises
    ------
    RunError
        The loss is not finite.
    """
    return _Fit(model, config, train, validation, reporter, scalings, checkpoints).run(on_epoch, resume=resume)


def fit_estimator(
    config: TrainingConfig,
    train: PartData,
    validation: PartData | None,
    *,
    reporter: ProgressReporter,
    on_epoch: Callable[[EpochRecord], None],
) -> tuple[ClassicalModel, FitResult]:
    """Fit a classical model in one go; its history has one epoch, in which it saw all clips.

    It has no epochs to choose from, so that the validation part is only looked at.
    """
    reporter.phase("Training", total=1, detail=f"{config.model_kind.title} on {len(train):,} clips")
    started = time.perf_counter()
    features = train.rows(np.arange(len(train)))
    scaling = fit_scaling(config.front_end, lambda: features, numeric_scaling=config.numeric_scaling)
    model = fit_classical(
        config.model,
        features,
        train.labels,
        scaling=scaling,
        seed=config.seed,
        class_weights=config.optimisation.class_weights,
    )
    training_s = time.perf_counter() - started
    loss, accuracy = _validate(model, train, config)
    val_loss, val_accuracy = (None, None) if validation is None else _validate(model, validation, config)
    record = EpochRecord(
        epoch=1, loss=loss, accuracy=accuracy, val_loss=val_loss, val_accuracy=val_accuracy, elapsed_s=training_s
    )
    on_epoch(record)
    reporter.advance(1)
    return model, FitResult(history=[record], best_epoch=1, n_batches=1, training_s=training_s)


class _Fit:
    """A training under way."""

    def __init__(
        self,
        model: "keras.Model",
        config: TrainingConfig,
        train: PartData,
        validation: PartData | None,
        reporter: ProgressReporter,
        scalings: tuple[InputScaling, ...] | None,
        checkpoints: CheckpointFile | None,
    ) -> None:
        unscaled = InputScaling((0.0,), (1.0,))
        self.model, self.config, self.validation = model, config, validation
        self.reporter, self.checkpoints = reporter, checkpoints
        self.batches = TrainingBatches(train, config, scalings or (unscaled,) * len(config.front_ends))
        self.trainer = Trainer(model, config)
        self.result = FitResult()
        self.kept: Sequence[NDArray[Any]] | None = None
        self.step_s: list[float] = []
        self.earlier_s, self.started = 0.0, time.perf_counter()

    def run(self, on_epoch: Callable[[EpochRecord], None], *, resume: bool) -> FitResult:
        if resume:
            self._restore()
        config, result = self.config, self.result
        n_done = len(result.history)
        for record in result.history:
            on_epoch(record)
        per_epoch = len(self.batches)
        self.reporter.phase(
            "Training",
            total=per_epoch * config.epochs,
            already=per_epoch * n_done,
            detail=f"Epoch {min(n_done + 1, config.epochs)} of {config.epochs}",
        )
        self.earlier_s, self.started = result.training_s, time.perf_counter()
        for epoch in range(n_done + 1, config.epochs + 1):
            if self._out_of_patience(epoch):
                result.stopped_early = True
                break
            done = self._epoch(epoch)
            if done is None:
                result.stopped_early = True
                break
            result.training_s = self._elapsed_s()
            on_epoch(done)
            if self.checkpoints is not None:
                self._write(self.checkpoints)
        result.training_s = self._elapsed_s()
        if self.kept is not None:
            self.model.set_weights(self.kept)
        # The first epoch includes the making of the graph.
        if len(self.step_s) > 1:
            note_training(config, median(self.step_s[1:]))
        return result

    def _elapsed_s(self) -> float:
        """Seconds of training so far, those before an interruption among them."""
        return self.earlier_s + time.perf_counter() - self.started

    def _out_of_patience(self, epoch: int) -> bool:
        losses = [record.val_loss for record in self.result.history if record.val_loss is not None]
        if self.config.patience is None or not losses:
            return False
        return epoch - 1 - (1 + losses.index(min(losses))) >= self.config.patience

    def _epoch(self, epoch: int) -> EpochRecord | None:
        """Train and validate once; None where a stop is asked for in between."""
        trained = self._train(epoch)
        if trained is None:
            return None
        loss, accuracy = trained
        with self.trainer.averaged():
            val_loss, val_accuracy = self._validated(epoch)
            record = EpochRecord(
                epoch=epoch,
                loss=loss,
                accuracy=accuracy,
                val_loss=val_loss,
                val_accuracy=val_accuracy,
                elapsed_s=round(self._elapsed_s(), 3),
            )
            if self._is_better(record):
                self.kept, self.result.best_epoch = self.model.get_weights(), epoch
        self.result.history.append(record)
        return record

    def _train(self, epoch: int) -> tuple[float, float] | None:
        """One pass over the training part; its mean loss and accuracy."""
        config, result = self.config, self.result
        loss_sum, n_correct, n_seen = 0.0, 0, 0
        started = time.perf_counter()
        per_epoch = len(self.batches)
        val_losses = [record.val_loss for record in result.history if record.val_loss is not None]
        for number, examples in enumerate(self.batches.epoch(epoch)):
            if self.reporter.stop_requested:
                return None
            rate = learning_rate(config, epoch - 1 + number / per_epoch, val_losses)
            loss, n_right = self.trainer.train_batch(examples, rate)
            loss_sum += _finite(loss, epoch, config) * len(examples.labels)
            n_correct += n_right
            n_seen += len(examples.labels)
            result.n_batches += 1
            detail = (
                f"Epoch {epoch} of {config.epochs}, loss {loss_sum / n_seen:.3f}, accuracy {n_correct / n_seen:.0%}"
            )
            self.reporter.advance((epoch - 1) * per_epoch + number + 1, detail=detail)
        self.step_s.append((time.perf_counter() - started) / per_epoch)
        return loss_sum / n_seen, n_correct / n_seen

    def _validated(self, epoch: int) -> tuple[float | None, float | None]:
        if self.validation is None:
            return None, None
        loss, accuracy = _validate(self.model, self.validation, self.config)
        return _finite(loss, epoch, self.config), accuracy

    def _is_better(self, record: EpochRecord) -> bool:
        """Whether this epoch's weights are to be kept in place of those kept so far."""
        keep = self.config.optimisation.keep
        if record.val_loss is None or record.val_accuracy is None or keep == "last" or self.result.best_epoch is None:
            return True
        best = self.result.history[self.result.best_epoch - 1]
        assert best.val_loss is not None
        assert best.val_accuracy is not None
        if keep == "best_loss":
            return record.val_loss < best.val_loss
        return (record.val_accuracy, -record.val_loss) > (best.val_accuracy, -best.val_loss)

    def _write(self, checkpoints: CheckpointFile) -> None:
        result = self.result
        checkpoints.write(
            Checkpoint(
                history=tuple(result.history),
                best_epoch=result.best_epoch,
                n_batches=result.n_batches,
                training_s=result.training_s,
                state=self.trainer.state(),
                kept=self.kept or (),
            )
        )

    def _restore(self) -> None:
        found = self.checkpoints.read() if self.checkpoints is not None else None
        if found is None:
            return
        self.trainer.restore(found.state)
        self.kept = found.kept or None
        self.result = FitResult(
            history=list(found.history),
            best_epoch=found.best_epoch,
            n_batches=found.n_batches,
            training_s=found.training_s,
        )


def _validate(model: Any, part: PartData, config: TrainingConfig) -> tuple[float, float]:
    """Mean cross-entropy in nats and accuracy of the verdicts on the clips of a part."""
    losses, n_correct = [], 0
    for batch in part.batches(clips_at_once(config)):
        probabilities = clip_probabilities(model, batch.inputs, batch.n_valid, config)
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
