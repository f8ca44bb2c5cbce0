"""What a model says of clips whose features there are: probabilities of each whole clip, the mean over its parts.

They are the model's own, unless the temperature of its run is given.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.clips.clip import Clip
from core.cost.memory import prediction_batch_size
from core.evaluation.calibration import Temperature, apply_temperature
from core.evaluation.predictions import Predictions
from core.models.build import predict_probabilities
from core.prediction.parts import Parts, cut_parts
from core.recipe.config import TrainingConfig


class ClipBatch(Protocol):
    """Features of some clips; see `core.prediction.parts` for their shapes."""

    @property
    def inputs(self) -> tuple[NDArray[np.float32], ...]:
        """One array for each input of the model."""

    @property
    def n_valid(self) -> NDArray[np.int64]:
        """Frames of the first input that are music."""


class ClipBatches(Protocol):
    """Clips whose features are handed out some at a time, as `core.training.dataset.PartData` does."""

    @property
    def clips(self) -> Sequence[Clip]:
        """All clips."""

    def batches(self, batch_size: int) -> Iterable[ClipBatch]:
        """The features of all clips, in their order."""


def clip_probabilities(
    model: Any,
    inputs: tuple[NDArray[Any], ...],
    n_valid: NDArray[np.integer],
    config: TrainingConfig,
    *,
    temperature: Temperature | None = None,
) -> NDArray[np.float64]:
    """Genre probabilities of some clips.

    Parameters
    ----------
    model : keras.Model or ClassicalModel
    inputs : tuple of array, each of shape (clips, bands or features, frames)
        Whole clips, as the front ends of the configuration give them; or excerpts, where its split cuts clips. What is
        said of a whole clip is then the mean of what is said of its excerpts.
    n_valid : int array, shape (clips,)
        Frames of the first input that are music, not padding.
    config : TrainingConfig
    temperature : Temperature, optional
        Of the run (`core.runs.results.load_temperature`); without it, the model's own probabilities.

    Returns
    -------
    array, shape (clips, n_genres)
        Rows sum to 1.
    """
    parts = cut_parts(inputs, n_valid, config)
    probabilities = parts.mean_by_clip(part_probabilities(model, parts, config))
    return probabilities if temperature is None else apply_temperature(probabilities, temperature.value)


def part_probabilities(model: Any, parts: Parts, config: TrainingConfig) -> NDArray[np.float64]:
    """Genre probabilities of each part, shape (parts, n_genres); rows sum to 1."""
    batches = [predict_probabilities(model, inputs) for inputs in parts.batches(prediction_batch_size(config))]
    return np.concatenate(batches)


def clips_at_once(config: TrainingConfig) -> int:
    """Clips whose segments fill a batch of prediction."""
    n_segments = 1 if config.segments is None else config.segments.n_verdict
    return max(1, prediction_batch_size(config) // n_segments)


def predict_part(
    model: Any, part: ClipBatches, config: TrainingConfig, *, temperature: Temperature | None = None
) -> Predictions:
    """Probabilities of every clip of a part of a split, in its order; parameters as of `clip_probabilities`."""
    import pandas as pd

    genres = config.genres
    batches = [
        clip_probabilities(model, batch.inputs, batch.n_valid, config, temperature=temperature)
        for batch in part.batches(clips_at_once(config))
    ]
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
    return Predictions(table, genres)
