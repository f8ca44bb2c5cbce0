"""Loads that pages share, cached by the identity of what is loaded. Nothing here belongs to one visitor."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.audio import playable_audio
from core.collections import registry
from core.collections.base import Clip, Collection
from core.features.frontends import FrontEnd, MelSpectrogram, NumericFeatures
from core.features.store import FeatureStore
from core.runs.record import Predictions, Run

MEL = MelSpectrogram()
NUMERIC = NumericFeatures()


def collections() -> tuple[registry.CollectionSummary, ...]:
    """What collections there are, the demo always among them."""
    return registry.list_collections()


def collection(collection_id: str, *, with_excluded: bool = False) -> Collection:
    """A collection as it is now; `CollectionError` when it is unknown or not ready."""
    return registry.load_collection(collection_id, with_excluded=with_excluded)


def feature_table(
    collection: Collection, genres: Sequence[str] | None = None, front_end: NumericFeatures = NUMERIC
) -> pd.DataFrame:
    """Numeric features of the clips that have them: columns ``clip``, ``genre``, then the features by name.

    Clips without features (not extracted, or failed) have no row.
    """
    chosen = collection.clips if genres is None else tuple(clip for clip in collection.clips if clip.genre in genres)
    available = FeatureStore(collection.id, front_end).available(chosen)
    return _feature_table(
        collection.id, tuple(clip.key for clip in available), front_end.identity, available, front_end
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _feature_table(
    collection_id: str, clip_keys: tuple[str, ...], identity: str, _clips: Sequence[Clip], _front_end: NumericFeatures
) -> pd.DataFrame:
    values = FeatureStore(collection_id, _front_end).load(_clips)[:, :, 0]
    table = pd.DataFrame(values.astype(np.float64), columns=list(_front_end.names))
    table.insert(0, "clip", [clip.name for clip in _clips])
    table.insert(1, "genre", [clip.genre for clip in _clips])
    return table


def spectrogram(collection: Collection, clip: Clip, front_end: MelSpectrogram = MEL) -> NDArray[np.float16]:
    """Level in dB of a clip without its padding, shape (n_mels, frames); `FeatureError` when not extracted."""
    return _spectrogram(collection.id, clip.key, front_end.identity, clip, front_end)


@st.cache_data(max_entries=128, show_spinner=False)
def _spectrogram(
    collection_id: str, clip_key: str, identity: str, _clip: Clip, _front_end: FrontEnd
) -> NDArray[np.float16]:
    values, n_valid = FeatureStore(collection_id, _front_end).load_one(_clip)
    return values[:, :n_valid]


@st.cache_data(max_entries=48, show_spinner=False)
def _playable(path: str, clip_key: str, _clip: Clip) -> tuple[bytes, str]:
    assert _clip.path is not None
    return playable_audio(_clip.path)


def playable(clip: Clip) -> tuple[bytes, str] | None:
    """Bytes and MIME type that a browser plays, or None for a clip without audio."""
    return None if clip.path is None else _playable(str(clip.path), clip.key, clip)


def runs() -> tuple[Run, ...]:
    """All runs, newest first."""
    from core.runs.store import list_runs

    return list_runs()


def run(run_id: str) -> Run:
    """One run; `RunError` when there is none of that id."""
    from core.runs.store import get_run

    return get_run(run_id)


@st.cache_data(max_entries=16, show_spinner=False)
def predictions(run_id: str) -> Predictions:
    """Test probabilities of a finished run, which never change."""
    from core.runs.store import load_predictions

    return load_predictions(run_id)


@st.cache_resource(max_entries=4, show_spinner="Loading the model")
def model(run_id: str) -> Any:
    """The Keras model of a finished run, shared by all visitors: use it, do not change it."""
    from core.classification import load_model

    return load_model(run_id)
