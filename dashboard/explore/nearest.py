"""Explore's nearest clips: what sounds, or measures, most like the clip in view."""

import streamlit as st

from core.features.musicnn import MusicnnFeatures
from core.features.run_embedding import RunEmbedding
from dashboard.explore.clips import pick_clip
from dashboard.explore.computed import FeatureSet
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.embeddings import embedding_index
from dashboard.shared.neighbours import neighbour_table
from dashboard.state import linked_key, query_value

COUNTS = ("5", "10", "20", "50")


def show_nearest(chosen: FeatureSet) -> None:
    """The clip in view, and beside it those nearest to it among the genres chosen."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        clip = pick_clip(chosen.collection, chosen.names)
    if clip is None:
        return
    with right:
        n, apart = _options(chosen)
        index = embedding_index(chosen.collection, chosen.front_end)
        if clip.name not in index:
            st.caption("This clip has no values here, so that nothing can be compared with it.")
            return
        artist = _artist(chosen, clip.name)
        leave_out = set(index.names) - set(chosen.names)
        if apart and artist:
            leave_out |= {name for name in chosen.names if _artist(chosen, name) == artist}
        found = index.nearest_to(clip.name, n, leave_out=leave_out)
        neighbour_table(
            chosen.collection,
            found,
            key=f"explore:{chosen.collection.id}:{chosen.front_end.identity}:{clip.name}",
            file_name=f"{chosen.collection.id}-nearest.csv",
            own_genre=clip.genre,
        )
        st.caption(_how(chosen))


def _options(chosen: FeatureSet) -> tuple[int, bool]:
    """How many, and whether clips by the same artist count."""
    value = query_value("count", COUNTS, "10", what="number of neighbours") or "10"
    key, changed = linked_key("count", value)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.segmented_control("Nearest", COUNTS, required=True, key=key, on_change=changed)
        apart = any(facts.artist for facts in chosen.collection.facts.values()) and st.toggle(
            "Other artists only",
            key="explore-nearest-apart",
            persist_state="session",
            help="Clips by the artist of this clip do not count, as far as artists are known.",
        )
    return int(value), bool(apart)


def _artist(chosen: FeatureSet, name: str) -> str:
    facts = chosen.collection.facts.get(name)
    return "" if facts is None else " ".join(facts.artist.casefold().split())


def _how(chosen: FeatureSet) -> str:
    """What is compared, in words."""
    n = format_plural(len(chosen.names), "clip")
    if isinstance(chosen.front_end, RunEmbedding):
        what = f"the {chosen.front_end.n_units:,} units before the decision of {chosen.front_end.run_name}"
    elif isinstance(chosen.front_end, MusicnnFeatures):
        what = "the 200 units that the trained ears hear with before they name tags"
    else:
        what = f"the {chosen.front_end.shape[0]:,} features, each scaled to mean 0 and standard deviation 1"
    return f"Exact search among {n}: the cosine of the angle between {escape_markdown(what)}."
