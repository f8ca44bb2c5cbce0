"""Embeddings before what needs them: by which runs there can be some, computed with progress, and looked up."""

import numpy as np
import streamlit as st

from core.clips.collection import Collection
from core.embeddings.ears import EARS, penultimate
from core.embeddings.neighbours import NeighbourIndex
from core.errors import GenreLabError
from core.extraction.store import FeatureStore
from core.features.base import Features
from core.features.musicnn import MusicnnFeatures
from core.features.run_embedding import RunEmbedding
from core.jobs.watch import read_progress
from core.prediction.stored_embeddings import embedding_job_id, run_embedding
from core.runs.record import Run
from dashboard import services
from dashboard.changes.trainings import start_embedding
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.changing import change_button
from dashboard.shared.feature_gate import features_ready
from dashboard.shared.job_progress import job_progress
from dashboard.shared.run_picker import finished_runs


def embeddings_for(collection: Collection) -> tuple[RunEmbedding, ...]:
    """By which finished networks clips of a collection can be embedded; none where the runs cannot be read."""
    try:
        runs = finished_runs(services.runs())
    except GenreLabError:
        return ()
    return tuple(run_embedding(run) for run in runs if not run.config.is_classical and _sees(run, collection))


def _sees(run: Run, collection: Collection) -> bool:
    """Whether what a run's model sees can be had of a collection."""
    try:
        collection.require_front_ends(run.config.front_ends)
    except GenreLabError:
        return False
    return True


def embedding_of(run: Run) -> Features:
    """In what a run's clips are compared: the layer before its decision; of a classical model, what the ears hear."""
    return EARS if run.config.is_classical else run_embedding(run)


def values_ready(collection: Collection, front_end: Features, *, at_once: bool = False) -> bool:
    """Whether features or embeddings of a collection are there; otherwise compute them, showing progress.

    Parameters
    ----------
    collection : Collection
    front_end : Features
        A front end, or the embedding by a run.
    at_once : bool
        Begin to compute what is missing; otherwise wait for the button.
    """
    if not isinstance(front_end, RunEmbedding):
        return features_ready(collection, (front_end,), at_once=at_once)
    n_missing = len(FeatureStore(collection.id, front_end).missing(collection.clips))
    if not n_missing:
        return True
    job_id = embedding_job_id(collection.id, front_end.run_id)
    progress = read_progress(job_id)
    running = progress is not None and not progress.ended
    with st.container(border=True):
        st.header("Computing embeddings" if running else "Embeddings to compute", anchor=False)
        st.markdown(
            f"Not there yet: **{escape_markdown(front_end.title)}**: {n_missing:,} of {len(collection.clips):,} clips. "
            "The network looks at each clip once; the page continues when it is done. You may also leave and come back."
        )
        if not running and change_button(
            "Compute them" if progress is None or progress.state == "done" else "Continue",
            type="primary",
            icon=":material/play_arrow:",
            key=f"embed:{job_id}",
        ):
            start_embedding(collection.id, front_end.run_id)
            st.rerun()
        job_progress(job_id)
    return False


def embedding_index(collection: Collection, front_end: Features) -> NeighbourIndex:
    """The clips of a collection whose values are stored, to be searched; shared by all visitors.

    Embeddings as they are; other features standardised, since their units differ.
    """
    version = FeatureStore(collection.id, front_end).version()
    return _index(collection.id, collection.content_key, front_end.identity, version, collection, front_end)


@st.cache_resource(max_entries=4, show_spinner="Reading the embeddings")
def _index(
    collection_id: str,
    content_key: str,
    identity: str,
    version: tuple[tuple[int, ...], ...],
    _collection: Collection,
    _front_end: Features,
) -> NeighbourIndex:
    store = FeatureStore(collection_id, _front_end)
    clips = store.available(_collection.clips)
    values = store.load(clips)[:, :, 0]
    if isinstance(_front_end, MusicnnFeatures) and _front_end == EARS:
        values = penultimate(values)
    elif not isinstance(_front_end, RunEmbedding):
        clips, values = _standardised(clips, values)
    return NeighbourIndex([clip.name for clip in clips], values)


def _standardised(clips: list, values: np.ndarray) -> tuple[list, np.ndarray]:
    """Clips that have all values, each value brought to mean 0 and standard deviation 1."""
    complete = np.isfinite(values).all(axis=1)
    kept = values[complete].astype(np.float64)
    spread = kept.std(axis=0) if len(kept) else np.ones(values.shape[1])
    scaled = (kept - kept.mean(axis=0)) / np.where(spread > 0, spread, 1.0) if len(kept) else kept
    return [clip for clip, whole in zip(clips, complete, strict=True) if whole], scaled
