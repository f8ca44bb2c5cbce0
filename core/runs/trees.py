"""The genres' family trees that can be drawn of a run: by its confusions, and by what is known of its collection."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from core.clips.collection import Collection
from core.collections.registry import load_collection
from core.embeddings.ears import EARS, penultimate
from core.errors import CollectionError, FeatureError, RunError
from core.evaluation.confusion.tree import GenreTree, confusion_tree, embedding_tree, feature_tree
from core.evaluation.metrics import confusion_matrix
from core.extraction.store import open_store
from core.features.base import Features
from core.features.numeric import NumericFeatures
from core.runs.record import Run
from core.runs.results import load_predictions


@dataclass(frozen=True, kw_only=True)
class FamilyTrees:
    """Trees of one run's genres.

    Attributes
    ----------
    trees : tuple of GenreTree
        By confusions first.
    missing : tuple of str
        Why others cannot be drawn, a sentence each.
    """

    trees: tuple[GenreTree, ...]
    missing: tuple[str, ...]


def family_trees(run: Run) -> FamilyTrees:
    """The trees by confusions, by mean features and by the ears' embeddings, as far as these are stored.

    Raises
    ------
    RunError
        The run has no results, or fewer than three genres with test clips.
    """
    trees = [confusion_tree(confusion_matrix(load_predictions(run.id)))]
    missing: list[str] = []
    try:
        collection = load_collection(run.config.collection_id).subset(run.config.genres)
    except CollectionError as error:
        said = f"No trees by features or embeddings: {error}"
        return FamilyTrees(trees=tuple(trees), missing=(said,))
    makers: tuple[tuple[str, Callable[[Collection], GenreTree]], ...] = (
        ("mean features", _by_features),
        ("embeddings", _by_ears),
    )
    for name, make in makers:
        try:
            trees.append(make(collection))
        except (FeatureError, RunError) as error:
            missing.append(f"No tree by {name}: {error}")
    return FamilyTrees(trees=tuple(trees), missing=tuple(missing))


def _by_features(collection: Collection) -> GenreTree:
    front_end: Features | None = NumericFeatures()
    if not collection.has_audio:
        front_end = next((each for each in collection.front_ends if each.is_numeric), None)
    if front_end is None:
        raise FeatureError(f"{collection.title} has no numeric features.")
    store = open_store(collection, front_end)
    clips = store.available(collection.clips)
    if not clips:
        raise FeatureError(f"No clip of {collection.title} has {front_end.title.lower()} yet. Extract them first.")
    table = pd.DataFrame(store.load(clips)[:, :, 0], columns=list(front_end.names))
    table.insert(0, "clip", [clip.name for clip in clips])
    table.insert(1, "genre", [clip.genre for clip in clips])
    return feature_tree(table, front_end.names)


def _by_ears(collection: Collection) -> GenreTree:
    if not collection.has_audio and EARS not in collection.front_ends:
        raise FeatureError(f"{collection.title} has no sound that the trained ears could hear.")
    store = open_store(collection, EARS)
    clips = store.available(collection.clips)
    if not clips:
        raise FeatureError(f"The trained ears have not heard {collection.title} yet. Extract their features first.")
    embeddings = penultimate(store.load(clips)[:, :, 0])
    return embedding_tree([clip.genre for clip in clips], embeddings, source="the ears' embeddings")
