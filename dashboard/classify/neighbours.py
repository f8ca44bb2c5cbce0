"""The clips of a collection that sound most like the uploaded song, to the trained ears."""

from collections.abc import Sequence

import streamlit as st

from core.clips.collection import Collection
from core.collections.registry import CollectionSummary
from core.embeddings.ears import EARS
from core.errors import GenreLabError
from core.extraction.store import FeatureStore
from core.runs.record import Run
from dashboard import services
from dashboard.classify.ears import song_patches
from dashboard.classify.songs import Song
from dashboard.sentences.collections import collection_option
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.embeddings import embedding_index, values_ready
from dashboard.shared.feedback import show_errors
from dashboard.shared.neighbours import neighbour_table

N_NEAREST = 10
_PICKER = "classify:neighbours-of"


def show_song_neighbours(song: Song, runs: Sequence[Run]) -> None:
    """The nearest clips of the collection that a run was trained on, or of another one."""
    if EARS.why_not_here:
        st.caption(f":material/hearing_disabled: {escape_markdown(EARS.why_not_here)}")
        return
    with show_errors():
        able = {one.id: one for one in services.collections() if one.ready and one.holds == "audio"}
        if not able:
            st.caption("No collection with sound is here to compare the song with. Get or import one on Collections.")
            return
        st.session_state.setdefault(_PICKER, _default(able, runs))
        if st.session_state[_PICKER] not in able:
            st.session_state[_PICKER] = _default(able, runs)
        chosen = st.selectbox(
            "Among the clips of",
            list(able),
            format_func=lambda one: collection_option(able[one]),
            key=_PICKER,
            width=420,
            help="The song is compared with every clip of this collection by what the trained ears hear.",
        )
        collection = services.collection(chosen)
        if values_ready(collection, EARS):
            _show(song, collection)


def _default(able: dict[str, CollectionSummary], runs: Sequence[Run]) -> str:
    """That of a run where it is here, else the first that the ears have heard, else the first."""
    for run in runs:
        if run.config.collection_id in able:
            return run.config.collection_id
    for collection_id in able:
        try:
            if FeatureStore(collection_id, EARS).index():
                return collection_id
        except GenreLabError:
            continue
    return next(iter(able))


def _show(song: Song, collection: Collection) -> None:
    index = embedding_index(collection, EARS)
    if not len(index):
        st.caption("The ears could hear none of its clips.")
        return
    found = index.nearest(song_patches(song).mean(axis=0), N_NEAREST)
    stem = song.name.rsplit(".", 1)[0]
    neighbour_table(
        collection,
        found,
        key=f"classify:{song.identity}:{collection.id}",
        file_name=f"{stem}-nearest.csv",
    )
    st.caption(
        f"Exact search among {format_plural(len(index), 'clip')}: the cosine of the angle between the 200 units that "
        "the trained ears hear with before they name tags, the mean over the song."
    )
