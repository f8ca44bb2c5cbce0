"""One training from start to end: features, split, epochs, test, files.

Called in the child process of a background job, and in the foreground by the command line. Whatever happens, the
run is left finished, failed or interrupted, never running.
"""

import logging
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from core.audio import probe_audio
from core.clips.clip import Clip
from core.clips.collection import Collection
from core.embeddings.ears import EARS
from core.errors import AudioError, GenreLabError, RunError
from core.evaluation.calibration import Temperature
from core.evaluation.metrics import evaluate
from core.evaluation.predictions import Predictions, TestResult
from core.extraction.extract import extract
from core.extraction.store import FeatureStore, open_store
from core.files import storage_error, write_json
from core.jobs.reporter import ProgressReporter
from core.models.keras_start import import_keras
from core.models.scaling import InputScaling, fit_scaling
from core.prediction.clips import predict_part
from core.prediction.timing import measure_prediction_ms
from core.prediction.unlike import learn_from_stored
from core.recipe.clips import training_clips
from core.recipe.config import TrainingConfig, training_config_from_dict
from core.runs import files
from core.runs.record import EpochRecord
from core.runs.writer import RunWriter, write_config, write_history
from core.splits.base import Split
from core.splits.make import make_split
from core.training.checkpoint import CheckpointFile, delete_checkpoint
from core.training.dataset import PartData
from core.training.fit import FitResult, fit_estimator, fit_model
from core.training.temperature import fit_on_validation
from core.training.trainer import build_network

_log = logging.getLogger(__name__)
_MOST_PROBED = 50
"""So many clips tell the usual sample rate."""
_NOTHING_TRAINED = "Stopped before the first batch was finished; there are no weights to keep."


def run_training(spec: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any] | None:
    """Train the run that a job describes.

    Parameters
    ----------
    spec : dict
        ``run_id`` and ``config`` (see `TrainingConfig.to_dict`); ``resume`` true to go on from the run's checkpoint.
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
            result = _train(
                training_config_from_dict(spec["config"]), writer, reporter, resume=bool(spec.get("resume"))
            )
            if result is None:
                writer.interrupt(_NOTHING_TRAINED)
            return result
        except GenreLabError as error:
            _record_failure(writer, str(error))
            raise
        except MemoryError:
            _record_failure(writer, "The machine ran out of memory. Choose fewer genres, a smaller batch or model.")
            raise
        except KeyboardInterrupt as error:
            writer.interrupt(str(error) or "Interrupted from the keyboard.")
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


def _train(
    config: TrainingConfig, writer: RunWriter, reporter: ProgressReporter, *, resume: bool
) -> dict[str, Any] | None:
    collection = training_clips(config)
    report = extract(collection, list(config.front_ends), reporter=reporter)
    if report.stopped or reporter.stop_requested:
        return None
    reporter.phase("Reading features", detail=f"{len(collection.clips):,} clips")
    stores = [open_store(collection, front_end) for front_end in config.front_ends]
    excluded, clips = _usable(stores, collection.clips)
    split = make_split(collection, config.split, seed=config.seed, clips=clips)
    writer.set_split_sizes(split.sizes)
    parts = _Parts(config, stores, split)
    _log.info("%s, seed %d: %s", config.name, config.seed, ", ".join(f"{n} {part}" for part, n in split.sizes.items()))

    def on_epoch(record: EpochRecord) -> None:
        _log.info("%s", _epoch_text(record, config.epochs))
        writer.log_epoch(record)

    checkpoints = CheckpointFile(writer.run_id, config, [clip.name for clip in parts.train.clips])
    if config.is_classical:
        model, fitted = fit_estimator(config, parts.train, parts.validation, reporter=reporter, on_epoch=on_epoch)
    else:
        reporter.phase("Importing TensorFlow", detail="This takes some seconds")
        import_keras().utils.set_random_seed(config.seed)
        reporter.phase("Reading features", detail=f"{len(parts.train):,} to learn from")
        scalings = parts.scalings
        reporter.phase("Building the network")
        model = build_network(config, scalings)
        fitted = fit_model(
            model,
            config,
            parts.train,
            parts.validation,
            reporter=reporter,
            on_epoch=on_epoch,
            scalings=scalings,
            checkpoints=checkpoints,
            resume=resume,
        )
    if fitted.n_batches == 0:
        return None
    reporter.phase("Testing and saving")
    temperature = None if parts.validation is None else fit_on_validation(model, parts.validation, config)
    predictions = predict_part(model, parts.make(split.test), config, temperature=temperature)
    joined = "; fitted on train and validation together" if config.train_on_validation else ""
    result = evaluate(predictions, protocol=f"{split.protocol}{joined}{_labels_words(collection)}")
    what = f"{config.split.unit}s"
    _log.info("Test: %d of %d %s correct (%.1f %%)", result.n_correct, result.n, what, 100 * result.accuracy)
    with writer.artifacts() as folder:
        details = _details(split.train, temperature)
        write_json(folder / files.DETAILS, details)
        if EARS in config.front_ends and (
            learnt := learn_from_stored(collection, parts.train.clips, details["typical_duration_s"])
        ):
            learnt.save(folder / files.UNLIKE)
        _write_files(folder, config, collection, split, excluded, fitted, predictions, model)
    writer.finish(
        result=result,
        best_epoch=fitted.best_epoch,
        stopped_early=fitted.stopped_early,
        training_s=fitted.training_s,
        prediction_ms=measure_prediction_ms(model, config),
    )
    delete_checkpoint(writer.run_id)
    return _summary(writer.run_id, result, fitted)


def _labels_words(collection: Collection) -> str:
    """How many labels were corrected, as it goes on the protocol; empty where none was."""
    n = len(collection.corrected)
    return f"; {n:,} label{'' if n == 1 else 's'} corrected by hand" if n else ""


def _epoch_text(record: EpochRecord, n_epochs: int) -> str:
    """One line of the log."""
    text = f"Epoch {record.epoch} of {n_epochs}: loss {record.loss:.4f}, accuracy {record.accuracy:.1%}"
    if record.val_loss is None or record.val_accuracy is None:
        return text
    return f"{text}; validation loss {record.val_loss:.4f}, accuracy {record.val_accuracy:.1%}"


def _usable(stores: Sequence[FeatureStore], clips: Sequence[Clip]) -> tuple[dict[str, str], list[Clip]]:
    """Reasons why clips are left out, and the clips that every front end could analyse."""
    excluded: dict[str, str] = {}
    usable = list(clips)
    for store in stores:
        excluded |= store.failures(clips)
        usable = store.available(usable)
    return excluded, usable


class _Parts:
    """The parts of a split with their features."""

    def __init__(self, config: TrainingConfig, stores: Sequence[FeatureStore], split: Split) -> None:
        self._config, self._stores = config, stores
        joined = config.train_on_validation
        self.train = self.make((*split.train, *split.validation) if joined else split.train)
        self.validation = None if joined else self.make(split.validation)

    def make(self, clips: Sequence[Clip]) -> PartData:
        numeric = self._stores[1] if len(self._stores) > 1 else None
        return PartData(self._stores[0], clips, self._config.genres, numeric_store=numeric)

    @property
    def scalings(self) -> tuple[InputScaling, ...]:
        """Of each input, learnt from the training part."""
        places = np.arange(len(self.train))
        fit = partial(fit_scaling, numeric_scaling=self._config.numeric_scaling)
        first = fit(self._config.front_end, lambda: self.train.rows(places))
        if self._config.numeric_front_end is None:
            return (first,)
        return first, fit(self._config.numeric_front_end, lambda: self.train.numeric_rows(places))


def _summary(run_id: str, result: TestResult, fitted: FitResult) -> dict[str, Any]:
    return {"run_id": run_id, "test_accuracy": result.accuracy, "stopped_early": fitted.stopped_early}


def _write_files(
    folder: Path,
    config: TrainingConfig,
    collection: Collection,
    split: Split,
    excluded: dict[str, str],
    fitted: FitResult,
    predictions: Predictions,
    model: Any,
) -> None:
    write_config(folder, config, collection)
    left_out = [clip.name for clip in split.left_out]
    write_json(folder / files.SPLIT, {"protocol": split.protocol, **split.names, "left_out": left_out})
    write_json(folder / files.EXCLUDED, excluded)
    write_history(folder, fitted.history)
    # repr of each float: reads back as the very same number.
    predictions.table.to_csv(folder / files.PREDICTIONS, index=False)
    model.save(folder / files.model_file(config.model.kind))


def _details(train: Sequence[Clip], temperature: Temperature | None) -> dict[str, Any]:
    """Facts of a run that no page lists; `core.runs.results` reads them."""
    details: dict[str, Any] = {
        "typical_duration_s": _typical_duration_s(train),
        "typical_sr_hz": _typical_sr_hz(train),
    }
    return details if temperature is None else details | {"temperature": asdict(temperature)}


def _typical_duration_s(clips: Sequence[Clip]) -> float:
    """Of whole clips, also where excerpts of them are learnt from: a song is classified in windows of that length."""
    return float(median(clip.whole.duration_s for clip in clips))


def _typical_sr_hz(clips: Sequence[Clip]) -> float | None:
    """Median of the sample rates of some clips, evenly chosen; None where there is no sound: what a model can miss."""
    rates = []
    for clip in clips[:: -(-len(clips) // _MOST_PROBED)]:
        if clip.whole.path is not None:
            with suppress(AudioError):
                rates.append(probe_audio(clip.whole.path).sr_hz)
    return float(median(rates)) if rates else None
