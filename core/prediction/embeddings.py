"""Embeddings: where a network puts a clip just before it decides, the mean over the clip's parts.

Conventions: the embedding of a part is the input of the layer that gives the probabilities
(`core.models.taps`); those of the members of a committee stand side by side.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cost.memory import prediction_batch_size
from core.models.taps import tap_model
from core.prediction.clips import ClipBatches, clips_at_once
from core.prediction.parts import Parts, cut_parts
from core.recipe.config import TrainingConfig


def clip_embeddings(
    model: Any, inputs: tuple[NDArray[Any], ...], n_valid: NDArray[np.integer], config: TrainingConfig
) -> NDArray[np.float32]:
    """Embeddings of some clips by a network.

    Parameters
    ----------
    model : keras.Model
    inputs : tuple of array, each of shape (clips, bands or features, frames)
        As the front ends of the configuration give them.
    n_valid : int array, shape (clips,)
        Frames of the first input that are music, not padding.
    config : TrainingConfig

    Returns
    -------
    array, shape (clips, units)
        Units of all members of a committee.

    Raises
    ------
    RunError
        The model is a classical one, which has no layers.
    """
    return _embed(tap_model(model, "penultimate"), cut_parts(inputs, n_valid, config), config)


def embed_part(model: Any, part: ClipBatches, config: TrainingConfig) -> NDArray[np.float32]:
    """Embeddings of every clip of a part of a split, in its order; as `clip_embeddings`."""
    tapped = tap_model(model, "penultimate")
    batches = [
        _embed(tapped, cut_parts(batch.inputs, batch.n_valid, config), config)
        for batch in part.batches(clips_at_once(config))
    ]
    return np.concatenate(batches)


def _embed(tapped: Any, parts: Parts, config: TrainingConfig) -> NDArray[np.float32]:
    embedded = []
    for inputs in parts.batches(prediction_batch_size(config)):
        given = [values.astype(np.float32) for values in inputs]
        members = tapped.predict_on_batch(given if len(given) > 1 else given[0])["penultimate"]
        embedded.append(np.concatenate([np.asarray(member, dtype=np.float32) for member in members], axis=1))
    return parts.mean_by_clip(np.concatenate(embedded)).astype(np.float32)
