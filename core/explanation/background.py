"""With what a song's numeric features are compared: training clips of the run, or the means that its model keeps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.collections.registry import load_collection
from core.errors import GenreLabError, RunError
from core.extraction.store import open_store
from core.features.base import Features
from core.models.estimators import ClassicalModel
from core.models.networks import committee_networks
from core.recipe.config import TrainingConfig
from core.runs.results import load_split

MOST_CLIPS = 32
"""Training clips that a song is compared with."""


@dataclass(frozen=True, eq=False)
class Background:
    """What stands for "not this song".

    Attributes
    ----------
    rows : array, shape (rows, features)
        Numeric features of training clips; one row of means where there are no clips.
    mean, deviation : array, shape (features,)
        Of the features over all training clips, as the model's own scaling has them.
    text : str
        What the rows are, in words that go on a sentence: ``"each of 32 training clips in turn"``.
    """

    rows: NDArray[np.float64]
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    text: str


def background_of(run_id: str, config: TrainingConfig, model: Any) -> Background:
    """Training clips of a run on numeric features, evenly from all; or the means that the model keeps in its scaling.

    Parameters
    ----------
    run_id : str
    config : TrainingConfig
    model : keras.Model or ClassicalModel

    Raises
    ------
    RunError
        The model is not one of Genre Lab's.
    """
    mean, deviation = scaling_statistics(model)
    try:
        rows = _training_rows(run_id, config)
    except GenreLabError:  # the collection is gone, or its features are: what the model itself keeps is left
        rows = np.empty((0, len(mean)))
    if len(rows) < 2 or rows.shape[1] != len(mean):
        return Background(mean[np.newaxis], mean, deviation, "the mean of the training clips")
    return Background(rows, mean, deviation, f"each of {len(rows)} training clips in turn")


def scaling_statistics(model: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of each numeric feature over the training clips, each of shape (features,).

    Raises
    ------
    RunError
        The model has no scaling of numeric features.
    """
    if isinstance(model, ClassicalModel):
        return np.array(model.scaling.offset), np.array(model.scaling.scale)
    network = committee_networks(model)[0]
    layer = next((layer for layer in network.layers if layer.name == "scaling"), None)
    if layer is None:
        raise RunError("Expected a model whose first layer scales its features, got one without. Train the run again.")
    values = layer.get_config()
    factors = np.ravel(np.asarray(values["scale"], dtype=np.float64))
    shifts = np.ravel(np.asarray(values["offset"], dtype=np.float64))
    return -shifts / factors, 1 / factors


def _training_rows(run_id: str, config: TrainingConfig) -> NDArray[np.float64]:
    """Features of some training clips, each once, shape (clips, features); of parts, those of the first part."""
    collection = load_collection(config.collection_id)
    front_end: Features = config.front_end
    store = open_store(collection, front_end)
    names = load_split(run_id)["train"]
    clips = store.available([collection.by_name[name] for name in names if name in collection.by_name])
    if not clips:
        return np.empty((0, front_end.shape[0]))
    chosen = np.unique(np.linspace(0, len(clips) - 1, min(MOST_CLIPS, len(clips))).round().astype(int))
    rows: NDArray[np.float64] = store.load([clips[place] for place in chosen])[:, :, 0].astype(np.float64)
    return rows
