"""One training from start to end: features, split, epochs, test, files.

Called in the child process of a background job, and in the foreground by the command line. Whatever happens, the
run is left finished, failed or interrupted, never running.
"""

import logging
import traceback
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.collections.base import Clip, Collection
from core.collections.registry import load_collection
from core.errors import GenreLabError, RunError
from core.evaluation.metrics import evaluate
from core.features.extraction import extract
from core.features.store import open_store
from core.files import storage_error, write_json
from core.jobs import ProgressReporter
from core.models.build import build_model, fit_scaling, import_keras, predict_probabilities
from core.models.config import TrainingConfig, training_config_from_dict
from core.runs import files
from core.runs.record import Predictions, TestResult
from core.runs.writer import RunWriter, write_config, write_history
from core.training.dataset import PartData
from core.training.fit import FitResult, fit_model
from core.training.split import Split, split_clips

if TYPE_CHECKING:
    import keras

_log = logging.getLogger(__name__)
_NOTHING_TRAINED = "Stopped before the first batch was trained; there are no weights to keep."


def run_training(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    """Train the run that a job describes.

    Parameters
    ----------
    spec : dict
        ``run_id`` and ``config`` (see `TrainingConfig.to_dict`).
    reporter : ProgressReporter

    Returns
    -------
    dict or None
        ``run_id``, ``test_accuracy`` and ``stopped_early``; None when it was stopped before anything was trained.

    Raises
    ------
    GenreLabError
        The run failed, and is recorded so.
    """
    with RunWriter(spec["run_id"]) as writer:
        try:
            result = _train(training_config_from_dict(spec["config"]), writer, reporter)
            if result is None:
                writer.interrupt(_NOTHING_TRAINED)
            return result
        except GenreLabError as error:
            _record_failure(writer, str(error))
            raise
        except MemoryError:
            _record_failure(writer, "The machine ran out of memory. Choose fewer genres, a smaller batch or model.")
            raise
        except KeyboardInterrupt:
            writer.interrupt("Interrupted from the keyboard.")
            raise
        except Exception as error:
            if _is_out_of_memory(error):
                message = "The device ran out of memory. Choose a smaller batch or model."
                _record_failure(writer, message)
                raise RunError(message) from error
            if (closed := storage_error(error)) is not None:
                _record_failure(writer, str(closed))
                raise closed from error
            _record_failure(writer, f"Unexpected {type(error).__name__}: {str(error)[:300]}. The log has the details.")
            raise


def _is_out_of_memory(error: Exception) -> bool:
    return type(error).__name__ == "ResourceExhaustedError"


def _record_failure(writer: RunWriter, reason: str) -> None:
    try:
        writer.fail(reason)
    except RunError:
        # The job's last word says why; the run is reconciled when it is next listed.
        _log.error("The failure could not be recorded in the run store.\n%s", traceback.format_exc())


def _train(config: TrainingConfig, writer: RunWriter, reporter: ProgressReporter) -> dict[str, Any] | None:
    collection = load_collection(config.collection_id).subset(config.genres)
    report = extract(collection, [config.front_end], reporter=reporter)
    if report.stopped or reporter.stop_requested:
        return None
    store = open_store(collection, config.front_end)
    excluded = store.failures(collection.clips)
    split = split_clips(
        store.available(collection.clips),
        seed=config.seed,
        test_fraction=config.test_fraction,
        validation_fraction=config.validation_fraction,
    )
    writer.set_split_sizes(split.sizes)
    reporter.phase("Starting TensorFlow", detail="This takes some seconds")
    import_keras().utils.set_random_seed(config.seed)
    train = PartData(store, split.train, config.genres)
    validation = PartData(store, split.validation, config.genres)
    scaling = fit_scaling(config.front_end, lambda: train.rows(np.arange(len(train))))
    model = build_model(config.model, config.front_end.shape, len(config.genres), scaling)
    fitted = fit_model(model, config, train, validation, reporter=reporter, on_epoch=writer.log_epoch)
    if fitted.n_batches == 0:
        return None
    reporter.phase("Testing and saving")
    predictions = predict_part(model, PartData(store, split.test, config.genres), config.genres, config.batch_size)
    result = evaluate(predictions, protocol=split.protocol)
    with writer.artifacts() as folder:
        _write_files(folder, config, collection, split, excluded, fitted, predictions, model)
    writer.finish(
        result=result,
        best_epoch=fitted.best_epoch,
        stopped_early=fitted.stopped_early,
        training_s=fitted.training_s,
    )
    return _summary(writer.run_id, result, fitted)


def _summary(run_id: str, result: TestResult, fitted: FitResult) -> dict[str, Any]:
    return {"run_id": run_id, "test_accuracy": result.accuracy, "stopped_early": fitted.stopped_early}


def predict_part(model: "keras.Model", part: PartData, genres: Sequence[str], batch_size: int) -> Predictions:
    """Probabilities of every clip of a part, in its order."""
    batches = [predict_probabilities(model, batch.features) for batch in part.batches(batch_size)]
    probabilities = np.concatenate(batches)
    table = pd.DataFrame(
        {
            "clip": [clip.name for clip in part.clips],
            "actual": [clip.genre for clip in part.clips],
            "predicted": [genres[label] for label in probabilities.argmax(axis=1)],
        }
    )
    for label, genre in enumerate(genres):
        table[genre] = probabilities[:, label]
    return Predictions(table, tuple(genres))


def _write_files(
    folder: Path,
    config: TrainingConfig,
    collection: Collection,
    split: Split,
    excluded: dict[str, str],
    fitted: FitResult,
    predictions: Predictions,
    model: "keras.Model",
) -> None:
    write_config(folder, config, collection)
    write_json(folder / files.SPLIT, {"protocol": split.protocol, **split.names})
    write_json(folder / files.EXCLUDED, excluded)
    write_history(folder, fitted.history)
    write_json(folder / files.DETAILS, {"typical_duration_s": _typical_duration_s(split.train)})
    # repr of each float: reads back as the very same number.
    predictions.table.to_csv(folder / files.PREDICTIONS, index=False)
    # A copy that was never compiled: the optimiser's state would treble the file.
    bare = type(model).from_config(model.get_config())
    bare.set_weights(model.get_weights())
    bare.save(folder / files.MODEL)


def _typical_duration_s(clips: Sequence[Clip]) -> float:
    return float(median(clip.duration_s for clip in clips))
