"""The clips that sound most like a song: to a run, by the layer before its decision, and to the trained ears.

Among the clips that the run learnt from, or those of a collection. What is compared must have been computed before:
a network takes a fraction of a second a clip, and a search is not where one waits for a thousand of them.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.collections.registry import load_collection
from core.embeddings.ears import EARS, penultimate
from core.embeddings.neighbours import NeighbourIndex
from core.errors import CollectionError, FeatureError, GenreLabError
from core.extraction.store import FeatureStore
from core.features.base import Features
from core.prediction.embeddings import clip_embeddings
from core.prediction.song import HeardSong, load_model
from core.prediction.stored_embeddings import run_embedding
from core.prediction.unlike import training_names, training_sounds
from core.runs.record import Run

Place = tuple[Collection, Sequence[Clip]]
"""A collection and those of its clips that are to be compared."""


@dataclass(frozen=True)
class NearClip:
    """A clip that sounds like the song.

    Attributes
    ----------
    clip, genre : str
    distance : float
        1 minus the cosine of the angle between the embeddings (`core.embeddings.neighbours`).
    artist, title : str
        Empty where they are not known.
    """

    clip: str
    genre: str
    distance: float
    artist: str = ""
    title: str = ""


@dataclass(frozen=True)
class NearClips:
    """The clips nearest to a song.

    Attributes
    ----------
    clips : tuple of NearClip
        The nearest first.
    n_searched : int
        Clips that were compared with the song.
    n_clips : int
        Clips that there are to compare with; those beyond ``n_searched`` have no embedding.
    n_units : int
        Numbers in an embedding.
    """

    clips: tuple[NearClip, ...]
    n_searched: int
    n_clips: int
    n_units: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def nearest_by_run(
    song: HeardSong, run: Run, n: int, *, among: Collection | None = None, model: Any = None
) -> NearClips:
    """The clips nearest to a song by the layer before a network's decision.

    Parameters
    ----------
    song : HeardSong
    run : Run
        A finished one.
    n : int
        At least 1.
    among : Collection, optional
        Whose clips are compared; those that the run learnt from when not given.
    model : keras.Model, optional
        The run's model where the caller has it; loaded otherwise.

    Raises
    ------
    RunError
        The model is a classical one, which has no such layer, or the run cannot hear a song.
    CollectionError
        The collection that the run learnt from is not here.
    FeatureError
        No clip has been embedded.
    AudioError
        The song cannot be read, or all of it is silence.
    """
    embedding = run_embedding(run)
    places = [(among, list(among.clips))] if among is not None else _training_clips(run)
    known = _Embedded(embedding, places)
    if not known.clips:
        raise FeatureError(
            f"None of the {known.n_clips:,} {_what(among)} has an embedding by {run.label}. Compute them: python -m "
            f"core extract --collection {places[0][0].id} --embedding-by {run.id[:8]}"
        )
    seen = song.seen_by(run.id)
    model = model if model is not None else load_model(run.id)
    windows = clip_embeddings(model, seen.inputs, seen.n_valid, run.config)
    return known.nearest(np.average(windows, axis=0, weights=seen.weights), n)


def nearest_by_ears(song: HeardSong, run: Run, n: int, *, among: Collection | None = None) -> NearClips:
    """The clips nearest to a song by what the trained ears hear; parameters and errors as of `nearest_by_run`.

    Also `FeatureError` where their weights are not installed, or no clip has a sound here.
    """
    if EARS.why_not_here:
        raise FeatureError(EARS.why_not_here)
    places = [(among, list(among.clips))] if among is not None else _sounding_clips(run)
    known = _Embedded(EARS, places)
    if not known.clips:
        raise FeatureError(
            f"The trained ears have heard none of the {known.n_clips:,} {_what(among)}. Let them listen: python -m "
            f"core extract --collection {places[0][0].id} --front-end {EARS.kind}"
        )
    return known.nearest(song.hearing(EARS.training).embeddings.mean(axis=0), n)


def _what(among: Collection | None) -> str:
    return "clips that the run learnt from" if among is None else f"clips of {among.title}"


def _training_clips(run: Run) -> list[Place]:
    """The clips that a run learnt from, and the same clips where other collections have their sound."""
    try:
        collection = load_collection(run.config.collection_id)
    except CollectionError as error:
        raise CollectionError(
            f"{run.collection_title}, from which {run.label} learnt, is not here. Import it, or name another "
            "collection with --among."
        ) from error
    own = [clip for name in training_names(run) if (clip := collection.by_name.get(name)) is not None]
    try:
        elsewhere = [(other, other.clips) for other in training_sounds(run) if other.id != collection.id]
    except GenreLabError:
        elsewhere = []
    return [(collection, own), *elsewhere]


def _sounding_clips(run: Run) -> list[Place]:
    _training_clips(run)
    return [(collection, collection.clips) for collection in training_sounds(run)]


class _Embedded:
    """Clips whose embedding is stored, each once."""

    def __init__(self, features: Features, places: Sequence[Place]) -> None:
        self.clips: dict[str, tuple[Clip, ClipFacts]] = {}
        rows: list[NDArray[np.float32]] = []
        for collection, clips in places:
            store = FeatureStore(collection.id, features)
            found = [clip for clip in store.available(clips) if clip.name not in self.clips]
            if found:
                values = store.load(found)[:, :, 0]
                rows.append(penultimate(values) if features == EARS else values)
                facts = collection.facts
                self.clips |= {clip.name: (clip, facts.get(clip.name, ClipFacts())) for clip in found}
        self._rows = rows
        self.n_clips = len({clip.name for _, clips in places for clip in clips})

    def nearest(self, vector: NDArray[np.floating], n: int) -> NearClips:
        index = NeighbourIndex(list(self.clips), np.concatenate(self._rows))
        near = []
        for found in index.nearest(vector, n):
            clip, facts = self.clips[found.name]
            near.append(NearClip(clip.name, clip.genre, found.distance, facts.artist, facts.title))
        return NearClips(tuple(near), len(index), self.n_clips, index.n_units)
