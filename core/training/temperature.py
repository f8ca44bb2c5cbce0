"""The temperature of a run, fitted on its validation part: at the end of its training, or afterwards by a job."""

from typing import Any

import numpy as np

from core.errors import RunError
from core.evaluation.calibration import Temperature, fit_temperature
from core.extraction.store import FeatureStore
from core.jobs.reporter import ProgressReporter
from core.jobs.start import start_job
from core.models.build import load_model_file
from core.prediction.clips import predict_part
from core.recipe.clips import training_clips
from core.recipe.config import TrainingConfig
from core.runs.results import load_split, model_path
from core.runs.store import get_run
from core.runs.temperature_changes import keep_temperature
from core.training.dataset import PartData

_AT_ONCE = 64


def why_no_temperature(config: TrainingConfig) -> str:
    """Why the validation part of a training tells no temperature, in a sentence; empty where it does."""
    if config.train_on_validation:
        return "It has also learnt from its validation clips, so that these do not tell how sure it may be of others."
    if config.split.n_excerpts is not None:
        return (
            "Its validation part holds excerpts of clips that it has learnt from, so that these do not tell how sure "
            "it may be of others."
        )
    return ""


def fit_on_validation(model: Any, validation: PartData, config: TrainingConfig) -> Temperature | None:
    """As the validation part asks for; None where it tells nothing (`why_no_temperature`)."""
    if why_no_temperature(config):
        return None
    table = predict_part(model, validation, config).table
    return _fitted(table[list(config.genres)].to_numpy(), validation.labels, config)


def fit_for_run(run_id: str, reporter: ProgressReporter | None = None) -> Temperature | None:
    """Fit the temperature of a finished run on its validation clips, and keep it with the run, in use.

    Parameters
    ----------
    run_id : str
    reporter : ProgressReporter, optional

    Returns
    -------
    Temperature or None
        None when it was stopped; nothing is kept then.

    Raises
    ------
    RunError
        The run is unknown or unfinished, its validation part tells nothing, or clips of it are no longer here.
    CollectionError, FeatureError
        Its collection is not here, or features of these clips.
    """
    reporter = reporter or ProgressReporter()
    run = get_run(run_id)
    config, names = run.config, load_split(run_id)["validation"]
    if reason := why_no_temperature(config):
        raise RunError(f"No temperature can be fitted for {run.label}. {reason}")
    if not names:
        raise RunError(f"No temperature can be fitted for {run.label}: it was trained without validation clips.")
    collection = training_clips(config)
    if gone := [name for name in names if name not in collection.by_name]:
        raise RunError(
            f"{len(gone):,} of the {len(names):,} validation clips of {run.label} are no longer in {collection.title} "
            f"({gone[0]}), so that no temperature can be fitted on them. Bring them back, or train again."
        )
    clips = [collection.by_name[name] for name in names]
    stores = [FeatureStore(collection.id, front_end) for front_end in config.front_ends]
    numeric = stores[1] if len(stores) > 1 else None
    model = load_model_file(model_path(run_id))
    reporter.phase("Judging the validation clips", total=len(clips))
    tables, labels = [], []
    for start in range(0, len(clips), _AT_ONCE):
        if reporter.stop_requested:
            return None
        part = PartData(stores[0], clips[start : start + _AT_ONCE], config.genres, numeric_store=numeric)
        tables.append(predict_part(model, part, config).table[list(config.genres)].to_numpy())
        labels.append(part.labels)
        reporter.advance(start + len(part.clips))
    temperature = _fitted(np.concatenate(tables), np.concatenate(labels), config)
    keep_temperature(run_id, temperature)
    return temperature


def _fitted(probabilities: np.ndarray, labels: np.ndarray, config: TrainingConfig) -> Temperature:
    value = fit_temperature(probabilities, labels)
    return Temperature(value=value, n=len(labels), fitted_on=f"{config.split.unit}s of the validation set")


def temperature_job_id(run_id: str) -> str:
    """Id of the one job that fits it for this run, whoever asks."""
    return f"temperature-{run_id}"


def start_fit(run_id: str) -> str:
    """Fit it in the background; returns the job's id (see `core.jobs`)."""
    job_id = temperature_job_id(run_id)
    start_job(job_id, {"kind": "temperature", "run_id": run_id})
    return job_id
