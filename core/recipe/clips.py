"""The clips that a training is about."""

from core.clips.collection import Collection
from core.collections.registry import load_collection
from core.recipe.config import TrainingConfig


def training_clips(config: TrainingConfig) -> Collection:
    """The collection with the genres that a training tells apart alone, and with the labels that it was given.

    Raises
    ------
    CollectionError
        The collection is not here, or has no clip of one of the genres.
    """
    return load_collection(config.collection_id, corrected=config.corrected_labels).subset(config.genres)
