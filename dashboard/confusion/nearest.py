"""The clips of the training that a test clip is nearest to: what it sounded like to the model."""

from dataclasses import dataclass

import streamlit as st

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.clips.excerpts import whole_name
from core.embeddings.ears import EARS
from core.embeddings.neighbours import NeighbourIndex
from core.errors import GenreLabError
from core.features.base import Features
from core.runs.record import Run
from core.runs.store import load_split
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.embeddings import embedding_index, embedding_of, values_ready
from dashboard.shared.neighbours import neighbour_player

N_NEAREST = 3
_WITHOUT_EARS = "Of a classical model only the ears could compare clips."


@dataclass(frozen=True)
class SoundedLike:
    """Where the clips of a run's training are looked up.

    Attributes
    ----------
    collection : Collection
    index : NeighbourIndex
        Of all clips of the collection.
    not_learnt : frozenset of str
        Clips that the run did not learn from.
    """

    collection: Collection
    index: NeighbourIndex
    not_learnt: frozenset[str]


def sounded_like(run: Run, collection: Collection) -> SoundedLike | None:
    """A switch, and what it shows where it is on; None where it is off, or not possible, which has then been said.

    Parameters
    ----------
    run : Run
    collection : Collection
        Of the clips in view; without sound and features where the run's own is not here.
    """
    compared = embedding_of(run)
    if why := _why_not(collection, compared, run):
        st.caption(f":material/hearing_disabled: {escape_markdown(why)}")
        return None
    what = "the trained ears" if compared == EARS else "this network, in the layer before its decision"
    if not st.toggle(
        "Nearest training clips",
        key="confusion:nearest",
        persist_state="session",
        help=f"Beside each clip, the {N_NEAREST} clips of the training that are most like it to {what}.",
    ):
        return None
    try:
        if not values_ready(collection, compared):
            return None
        split = load_split(run.id)
        names = split["train"] + (split["validation"] if run.config.train_on_validation else [])
        learnt = {whole_name(name, run.config.split.n_excerpts) for name in names}
        index = embedding_index(collection, compared)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return None
    return SoundedLike(collection, index, frozenset(index.names) - learnt)


def _why_not(collection: Collection, compared: Features, run: Run) -> str:
    """Why nothing can be compared here; empty where it can."""
    if compared == EARS and EARS.why_not_here:
        return f"{_WITHOUT_EARS} {EARS.why_not_here}"
    try:
        collection.require_front_ends([EARS] if compared == EARS else run.config.front_ends)
    except GenreLabError as error:
        return f"The nearest training clips cannot be looked up: {error}"
    if collection.has_audio or any(clip.size_bytes for clip in collection.clips):
        return ""
    return "The nearest training clips cannot be looked up: the collection of this run is not here."


def show_nearest_training(sounded: SoundedLike, clip: Clip | None) -> None:
    """The nearest training clips of one test clip, to hear."""
    if clip is None or clip.whole.name not in sounded.index:
        st.caption("Its nearest training clips are not known: the clip has no embedding.")
        return
    name = clip.whole.name
    found = sounded.index.nearest_to(name, N_NEAREST, leave_out=sounded.not_learnt)
    with st.container(border=True):
        st.markdown("**Most like it in training**")
        for one in found:
            if one.name in sounded.collection.by_name:
                neighbour_player(sounded.collection, one.name, one.distance, key=f"like:{name}")
        if not found:
            st.caption("None of the training clips is in the collection any more.")
