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
from core.runs.results import load_split
from dashboard import services
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
        Of the run, or one in which the clip is heard.
    index : NeighbourIndex
        Of all clips of the collection.
    not_learnt : frozenset of str
        Clips that the run did not learn from.
    n_learnt : int
        Clips that it did learn from, here or not.
    """

    collection: Collection
    index: NeighbourIndex
    not_learnt: frozenset[str]
    n_learnt: int

    @property
    def n_here(self) -> int:
        """Clips that the run learnt from and that can be looked up here."""
        return len(self.index.names) - len(self.not_learnt)


def sounded_like(run: Run, collection: Collection, clip: Clip | None) -> SoundedLike | None:
    """A switch, and what it shows where it is on; None where it is off, or not possible, which has then been said.

    Parameters
    ----------
    run : Run
    collection : Collection
        Of the clip; without sound and features where the run's own is not here.
    clip : Clip or None
        Where its collection is not here, the one in which it can be heard takes its place.
    """
    compared = embedding_of(run)
    collection = _here(collection, clip)
    if why := _why_not(collection, compared, run):
        st.caption(f":material/hearing_disabled: {escape_markdown(why)}")
        return None
    what = "the trained ears" if compared == EARS else "this network, in the layer before its decision"
    if not st.toggle(
        "Nearest training clips",
        key="confusion:nearest",
        persist_state="session",
        help=f"The {N_NEAREST} clips of the training that are most like this one to {what}.",
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
    return SoundedLike(collection, index, frozenset(index.names) - learnt, len(learnt))


def _is_stored(collection: Collection) -> bool:
    return collection.has_audio or any(clip.size_bytes for clip in collection.clips)


def _here(collection: Collection, clip: Clip | None) -> Collection:
    """The collection, or the one in which the clip can be heard where only the names of its clips are known."""
    sound = None if clip is None or _is_stored(collection) else services.sound(collection, clip.whole)
    if sound is None or sound.start_s is not None:
        return collection
    try:
        return services.collection(sound.collection_id)
    except GenreLabError:
        return collection


def _why_not(collection: Collection, compared: Features, run: Run) -> str:
    """Why nothing can be compared here; empty where it can."""
    if compared == EARS and EARS.why_not_here:
        return f"{_WITHOUT_EARS} {EARS.why_not_here}"
    try:
        collection.require_front_ends([EARS] if compared == EARS else run.config.front_ends)
    except GenreLabError as error:
        return f"The nearest training clips cannot be looked up: {error}"
    if _is_stored(collection):
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
        if sounded.n_here < sounded.n_learnt:
            st.caption(
                f"Looked up among the {sounded.n_here:,} of {sounded.n_learnt:,} training clips that are in "
                f"{escape_markdown(sounded.collection.title)}."
            )
        for one in found:
            if one.name in sounded.collection.by_name:
                neighbour_player(sounded.collection, one.name, one.distance, key=f"like:{name}")
        if not found:
            st.caption("None of the training clips is in the collection.")
