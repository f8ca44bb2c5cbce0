"""Loads that pages share, cached by the identity of what is loaded. Nothing here belongs to one visitor."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Condition
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from cachetools import LRUCache, cached
from numpy.typing import NDArray

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.sound import playable_clip, require_playable_clip
from core.collections import registry
from core.collections.corrections import Corrected
from core.collections.sound import Sound, count_heard, find_same, find_sound, find_sounds
from core.errors import GenreLabError
from core.evaluation.predictions import Predictions
from core.evaluation.verdict.records import Contender, Standing, Verdict
from core.extraction.store import FeatureStore
from core.features.base import Features
from core.features.mel import MelSpectrogram
from core.features.numeric import NumericFeatures
from core.features.run_embedding import RunEmbedding
from core.features.table import audio_front_ends
from core.importing.uploads import remove_old_uploads
from core.runs.record import Run
from core.runs.temperature import RunTemperature, temperature_stamp

MEL = MelSpectrogram()
NUMERIC = NumericFeatures()
_MOST_SOUND_BYTES, _PATH_BYTES = 300_000_000, 1_000
"""What is kept of sounds that browsers do not play as they are, and what a file that they play counts as."""


@st.cache_resource(show_spinner=False)
def tidy_up() -> None:
    """Remove what a server that was killed has left, once after each start."""
    remove_old_uploads()


def collections() -> tuple[registry.CollectionSummary, ...]:
    """What collections there are, the demo always among them."""
    return registry.list_collections()


def collection(collection_id: str, *, with_excluded: bool = False, corrected: Corrected = ()) -> Collection:
    """A collection as it is now, see `load_collection`; `CollectionError` when it is unknown or not ready."""
    return registry.load_collection(collection_id, with_excluded=with_excluded, corrected=corrected)


def front_ends_of(collection: Collection) -> tuple[Features, ...]:
    """Front ends whose features the collection has or can have: those that came with it, or the usual ones."""
    return collection.front_ends or tuple(audio_front_ends().values())


def numeric_front_ends(collection: Collection) -> tuple[Features, ...]:
    """Those of `front_ends_of` that `feature_table` takes: one figure a feature for the whole clip."""
    return tuple(front_end for front_end in front_ends_of(collection) if front_end.n_parts == 1)


def picture_front_ends(collection: Collection) -> tuple[Features, ...]:
    """Those of `front_ends_of` that give spectrograms."""
    return tuple(front_end for front_end in front_ends_of(collection) if not front_end.is_numeric)


def standard_front_ends(collection: Collection) -> tuple[Features, ...]:
    """What every page shows of a collection: its own where it came with them, else mel spectrogram and 16 features."""
    return collection.front_ends or (MEL, NUMERIC)


def training_front_end(collection: Collection) -> Features:
    """The front end to train on where none was chosen: what the collection came with, else the mel spectrogram."""
    return collection.front_ends[0] if collection.front_ends else MEL


def feature_table(
    collection: Collection, genres: Sequence[str] | None = None, front_end: Features = NUMERIC
) -> pd.DataFrame:
    """Numeric features of the clips that have them: columns ``clip``, ``genre``, then the features by name.

    Clips without features (not extracted, or failed) have no row. Shared by all visitors: use it, do not change it.

    Parameters
    ----------
    collection : Collection
    genres : sequence of str, optional
    front_end : Features
        One of `numeric_front_ends`, or the embedding by a run; the features are its ``names``.

    Raises
    ------
    FeatureError
        The collection cannot have features by that front end.
    """
    if not isinstance(front_end, RunEmbedding):
        collection.require_front_ends([front_end])
    store = FeatureStore(collection.id, front_end)
    chosen = None if genres is None else tuple(genres)
    return _feature_table(
        collection.id, collection.content_key, chosen, front_end.identity, store.version(), collection, store
    )


# Not a copy for each visitor: 20,000 clips of 57 features would be copied at each click.
@st.cache_resource(max_entries=16, show_spinner=False)
def _feature_table(
    collection_id: str,
    content_key: str,
    genres: tuple[str, ...] | None,
    identity: str,
    version: tuple[tuple[int, ...], ...],
    _collection: Collection,
    _store: FeatureStore,
) -> pd.DataFrame:
    clips = _store.available(clip for clip in _collection.clips if genres is None or clip.genre in genres)
    names = _store.front_end.names
    table = pd.DataFrame(_store.load(clips)[:, :, 0].astype(np.float64), columns=list(names))
    table.insert(0, "clip", [clip.name for clip in clips])
    table.insert(1, "genre", [clip.genre for clip in clips])
    return table


def n_missing(collection: Collection, front_ends: Sequence[Features]) -> int:
    """Clips for which at least one front end has neither features nor a recorded failure."""
    stores = [FeatureStore(collection.id, front_end) for front_end in front_ends]
    versions = tuple((store.front_end.identity, store.version()) for store in stores)
    return _n_missing(collection.id, collection.content_key, versions, collection, stores)


@st.cache_resource(max_entries=32, show_spinner=False)
def _n_missing(
    collection_id: str,
    content_key: str,
    versions: tuple[tuple[str, tuple[tuple[int, ...], ...]], ...],
    _collection: Collection,
    _stores: Sequence[FeatureStore],
) -> int:
    return len({clip.name for store in _stores for clip in store.missing(_collection.clips)})


def spectrogram(collection: Collection, clip: Clip, front_end: Features = MEL) -> NDArray[np.float16]:
    """Level of a clip without its padding, shape (bands, frames); `FeatureError` when not extracted.

    In dB, or in standard deviations where the front end standardises.
    """
    return _part_of(_spectrogram(collection.id, clip.key, front_end.identity, clip, front_end), clip)


@st.cache_data(max_entries=128, show_spinner=False)
def _spectrogram(
    collection_id: str, clip_key: str, identity: str, _clip: Clip, _front_end: Features
) -> NDArray[np.float16]:
    values, n_valid = FeatureStore(collection_id, _front_end).load_one(_clip)
    return values[:, :n_valid]


def _part_of(level: NDArray[np.float16], clip: Clip) -> NDArray[np.float16]:
    """The frames of an excerpt; all of a whole clip."""
    start, stop = clip.span(level.shape[1])
    return level[:, start:stop]


@cached(
    LRUCache(_MOST_SOUND_BYTES, getsizeof=lambda found: len(found[0]) if isinstance(found[0], bytes) else _PATH_BYTES),
    key=lambda clip: (str(clip.path), clip.key),
    condition=Condition(),  # what two ask for at once is converted once
)
def _playable(clip: Clip) -> tuple[Path | bytes, str]:
    return playable_clip(clip)


@st.cache_data(max_entries=4096, show_spinner=False)
def _require_playable(path: str, clip_key: str, _clip: Clip) -> None:
    require_playable_clip(_clip)


def require_playable(clip: Clip) -> None:
    """`AudioError` where the file of a clip that has one cannot be played, by its header: nothing is decoded."""
    _require_playable(str(clip.path), clip.key, clip)


def playable(clip: Clip) -> tuple[Path | bytes, str] | None:
    """What a browser plays, a file or bytes made of it, and its MIME type; None for a clip without a file of its own.

    Bytes are kept, at most `_MOST_SOUND_BYTES` of all clips together, since a player fetches a sound in parts.
    """
    return None if clip.path is None else _playable(clip)


def sound(collection: Collection, clip: Clip) -> Sound | None:
    """Where a clip can be heard: in its own file, or, without one, in another collection that has the same clip."""
    return find_sound(collection, clip)


def sounds_of(collection: Collection, clips: Sequence[Clip]) -> list[Sound | None]:
    """`sound` of several clips."""
    return find_sounds(collection, clips)


def n_heard(collection: Collection) -> int:
    """Clips of a collection that can be heard (see `sound`)."""
    return count_heard(collection)


def picture_elsewhere(collection: Collection, clip: Clip, seen: Features) -> tuple[Collection, Clip, Features] | None:
    """Where another collection has a stored spectrogram of the same clip: that collection, its clip, the front end.

    Parameters
    ----------
    collection, clip
        A clip without features of its own.
    seen : Features
        What a model sees: preferred where it is a picture.
    """
    for other, same in find_same(collection, clip):
        for front_end in dict.fromkeys([*([] if seen.is_numeric else [seen]), *picture_front_ends(other)]):
            try:
                spectrogram(other, same, front_end)
            except GenreLabError:
                continue
            return other, same, front_end
    return None


def runs(*, archived: bool = False) -> tuple[Run, ...]:
    """All runs, newest first; archived ones only where they are wanted, or the address names them."""
    from core.runs.store import list_runs

    if archived:
        return list_runs()
    asked = {st.query_params.get("run", ""), *st.query_params.get("runs", "").split(",")}
    return tuple(run for run in list_runs() if not run.archived or run.id in asked)


def run(run_id: str) -> Run:
    """One run; `RunError` when there is none of that id."""
    from core.runs.store import get_run

    return get_run(run_id)


def predictions(run_id: str) -> Predictions:
    """Test probabilities of a finished run, which change with its temperature alone: a copy of one's own."""
    found = shared_predictions(run_id)
    return Predictions(found.table.copy(), found.genres)


def shared_predictions(run_id: str) -> Predictions:
    """The same for all visitors: to be used, not changed. Copies of 20,000 clips by 100 genres take their time."""
    return _predictions(run_id, temperature_stamp(run_id))


@st.cache_resource(max_entries=16, show_spinner=False)
def _predictions(run_id: str, stamp: tuple[int, ...]) -> Predictions:
    from core.runs.results import load_predictions

    return load_predictions(run_id)


def temperature(run_id: str) -> RunTemperature:
    """The temperature of a finished run, and whether it is in use; `RunError` as `load_run_temperature`."""
    return _temperature(run_id, temperature_stamp(run_id))


@st.cache_data(max_entries=64, show_spinner=False)
def _temperature(run_id: str, stamp: tuple[int, ...]) -> RunTemperature:
    from core.runs.results import load_run_temperature

    return load_run_temperature(run_id)


def verdict(runs: Sequence[Run], *, by: str = "auto", others: Mapping[str, Contender] | None = None) -> Verdict:
    """The verdict on finished runs, worked out once; see `core.runs.verdict.judge_runs`.

    Parameters
    ----------
    runs : sequence of Run
    by : str
    others : mapping of str to Contender, optional
        Who stands beside them, by ids that tell what they said.
    """
    beside = others or {}
    return _verdict(_judged_key(runs), by, tuple(beside), runs, tuple(beside.values()))


def standing(run: Run) -> Standing:
    """How a finished run did by itself: chance, kappa, bits, interval by artist; `RunError` without its files."""
    return _standing(_judged_key([run]), run)


@st.cache_data(max_entries=64, show_spinner=False)
def _standing(key: tuple[tuple[object, ...], ...], _run: Run) -> Standing:
    from core.evaluation.verdict.judge import stand
    from core.runs.verdict import contender_of

    return stand(contender_of(_run, predictions=shared_predictions(_run.id)))


def known_groupings(runs: Sequence[Run]) -> tuple[str, ...]:
    """What intervals of these runs may draw whole; see `core.runs.verdict.known_groupings`."""
    return _known_groupings(_judged_key(runs), runs)


def _judged_key(runs: Sequence[Run]) -> tuple[tuple[object, ...], ...]:
    """What a verdict follows from: test results never change, but names and what is known of clips do."""
    facts: dict[str, int] = {}
    for collection_id in {run.config.collection_id for run in runs}:
        try:
            facts[collection_id] = collection(collection_id).facts_key
        except GenreLabError:
            facts[collection_id] = 0
    return tuple((run.id, run.config.name, run.collection_title, facts[run.config.collection_id]) for run in runs)


# Not a copy for each visitor: twelve runs on 20,000 clips name each clip in 66 pairs.
@st.cache_resource(max_entries=16, show_spinner=False)
def _verdict(
    key: tuple[tuple[object, ...], ...],
    by: str,
    beside: tuple[str, ...],
    _runs: Sequence[Run],
    _others: Sequence[Contender],
) -> Verdict:
    from core.runs.verdict import judge_runs

    return judge_runs(_runs, others=_others, by=by)


@st.cache_data(max_entries=64, show_spinner=False)
def _known_groupings(key: tuple[tuple[object, ...], ...], _runs: Sequence[Run]) -> tuple[str, ...]:
    from core.runs.verdict import known_groupings

    return known_groupings(_runs)


@st.cache_resource(max_entries=4, show_spinner=False)
def model(run_id: str) -> Any:
    """The Keras model of a finished run, shared by all visitors: use it, do not change it."""
    from core.prediction.song import load_model

    return load_model(run_id)
