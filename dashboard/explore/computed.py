"""What Explore computes, cached by the content of the feature table, and shared by all visitors."""

import hashlib
from collections.abc import Collection as Names
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.exploration import (
    ClipMap,
    CompletePart,
    MeanSpectrogram,
    Outliers,
    best_features,
    clip_map,
    complete_part,
    correlation_matrix,
    density_by_genre,
    distribution_by_genre,
    feature_ranking,
    find_outliers,
    mean_spectrogram,
    pair_ranking,
)
from core.exploration.maps import MapMethod
from core.extraction.store import FeatureStore
from core.features.base import Features
from dashboard import services


@dataclass(frozen=True)
class FeatureSet:
    """The part of a collection that a view of Explore is about.

    Attributes
    ----------
    collection : Collection
    genres : tuple of str
        Chosen; some may have no clip with features.
    front_end : Features
    table : DataFrame
        ``clip``, ``genre`` and ``features``, without gaps.
    features : tuple of str
    incomplete : tuple of str
        Features left out because many clips lack them.
    n_without : int
        Clips left out because they lack a feature, or because they could not be analysed.
    names : tuple of str
        Of the clips of the table.
    key : str
        Hash of the content of the table.
    """

    collection: Collection
    genres: tuple[str, ...]
    front_end: Features
    table: pd.DataFrame
    features: tuple[str, ...]
    incomplete: tuple[str, ...]
    n_without: int
    names: tuple[str, ...]
    key: str

    @property
    def shown_genres(self) -> tuple[str, ...]:
        """Genres that have a clip in the table."""
        present = set(self.table["genre"].unique())
        return tuple(genre for genre in self.genres if genre in present)


def feature_set(collection: Collection, genres: Sequence[str], front_end: Features) -> FeatureSet:
    """The complete part of a collection's table by one front end."""
    store = FeatureStore(collection.id, front_end)
    part, names, key = _complete(
        collection.id, collection.content_key, tuple(genres), front_end.identity, store.version(), collection, front_end
    )
    n_wanted = sum(collection.counts[genre] for genre in genres)
    n_without = n_wanted - len(part.table)
    return FeatureSet(
        collection, tuple(genres), front_end, part.table, part.features, part.incomplete, n_without, names, key
    )


def part_of(chosen: FeatureSet, names: Names[str]) -> FeatureSet:
    """The same features of some of the clips."""
    table = chosen.table[chosen.table["clip"].isin(list(names))]
    kept = tuple(table["clip"])
    digest = hashlib.blake2b("\0".join(kept).encode("utf-8", "surrogatepass"), digest_size=16)
    return replace(chosen, table=table, names=kept, key=f"{chosen.key}:{digest.hexdigest()}")


# Not a copy for each visitor, as the table that it is made of.
@st.cache_resource(max_entries=8, show_spinner=False)
def _complete(
    collection_id: str,
    content_key: str,
    genres: tuple[str, ...],
    identity: str,
    version: tuple[tuple[int, ...], ...],
    _collection: Collection,
    _front_end: Features,
) -> tuple[CompletePart, tuple[str, ...], str]:
    table = services.feature_table(_collection, genres, _front_end)
    part = complete_part(table, [column for column in table.columns if column not in ("clip", "genre")])
    return part, tuple(part.table["clip"]), _key(part)


def _key(part: CompletePart) -> str:
    """Identity of the content, so that what is computed from it outlives a new extraction that changed nothing."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(repr(part.features).encode())
    digest.update("\0".join(part.table["clip"]).encode("utf-8", "surrogatepass"))
    digest.update("\0".join(part.table["genre"]).encode("utf-8", "surrogatepass"))
    digest.update(np.ascontiguousarray(part.table[list(part.features)].to_numpy()).tobytes())
    return digest.hexdigest()


def map_of(chosen: FeatureSet, *, method: MapMethod, n_dims: int) -> ClipMap:
    """Every clip as a point."""
    return _map(chosen.key, method, n_dims, chosen.table, chosen.features)


@st.cache_resource(max_entries=24, show_spinner="Computing the map")
def _map(key: str, method: MapMethod, n_dims: int, _table: pd.DataFrame, _features: Sequence[str]) -> ClipMap:
    return clip_map(_table, _features, method=method, n_dims=n_dims)


def ranking_of(chosen: FeatureSet) -> pd.DataFrame:
    """Features by how they separate the genres."""
    return _ranking(chosen.key, chosen.table, chosen.features)


@st.cache_data(max_entries=24, show_spinner="Ranking the features")
def _ranking(key: str, _table: pd.DataFrame, _features: Sequence[str]) -> pd.DataFrame:
    return feature_ranking(_table, _features)


def best_of(chosen: FeatureSet) -> tuple[str, ...]:
    """The best separating features that differ from each other."""
    return _best(chosen.key, chosen.table, chosen.features)


@st.cache_data(max_entries=24, show_spinner=False)
def _best(key: str, _table: pd.DataFrame, _features: Sequence[str]) -> tuple[str, ...]:
    return best_features(_table, feature_ranking(_table, _features, with_information=False))


def pair_ranking_of(chosen: FeatureSet, first: str, second: str) -> pd.DataFrame:
    """Features by how they tell two genres apart."""
    return pair_ranking(chosen.table, chosen.features, first, second)


def outliers_of(chosen: FeatureSet) -> Outliers:
    """Every clip with its distance from its genre."""
    return _outliers(chosen.key, chosen.table, chosen.features)


@st.cache_resource(max_entries=8, show_spinner="Finding outliers")
def _outliers(key: str, _table: pd.DataFrame, _features: Sequence[str]) -> Outliers:
    return find_outliers(_table, _features)


def correlations_of(chosen: FeatureSet, *, clustered: bool) -> pd.DataFrame:
    """Correlation of every pair of features."""
    return _correlations(chosen.key, chosen.table, chosen.features, clustered=clustered)


@st.cache_data(max_entries=24, show_spinner=False)
def _correlations(key: str, _table: pd.DataFrame, _features: Sequence[str], *, clustered: bool) -> pd.DataFrame:
    return correlation_matrix(_table, _features, clustered=clustered)


def spread_of(chosen: FeatureSet, feature: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Spread and density of a feature by genre."""
    return _spread(chosen.key, feature, chosen.table)


@st.cache_data(max_entries=48, show_spinner=False)
def _spread(key: str, feature: str, _table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return distribution_by_genre(_table, feature), density_by_genre(_table, feature)


def mean_of(collection: Collection, genre: str, front_end: Features) -> MeanSpectrogram:
    """Mean spectrogram of the clips of a genre."""
    clips = [clip for clip in collection.clips if clip.genre == genre]
    store = FeatureStore(collection.id, front_end)
    available = store.available(clips)
    digest = hashlib.blake2b("\0".join(clip.key for clip in available).encode("utf-8", "surrogatepass"), digest_size=16)
    return _mean(collection.id, digest.hexdigest(), front_end.identity, clips, store)


@st.cache_data(max_entries=64, show_spinner="Reading the spectrograms")
def _mean(
    collection_id: str, clips: str, identity: str, _clips: Sequence[Clip], _store: FeatureStore
) -> MeanSpectrogram:
    return mean_spectrogram(_store, _clips)
