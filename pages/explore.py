"""Explore: what tells the genres of a collection apart, in figures; click a point to hear its clip."""

from collections.abc import Callable

import streamlit as st

from core.clips.collection import Collection
from dashboard import services
from dashboard.explore import computed as exploring
from dashboard.explore import (
    features as explore_features,
)
from dashboard.explore import (
    map as explore_map,
)
from dashboard.explore import (
    outliers as explore_outliers,
)
from dashboard.explore import (
    overview as explore_overview,
)
from dashboard.explore import (
    pairs as explore_pairs,
)
from dashboard.explore.choice import is_asked_for, pick_feature_set, say_left_out, say_no_figures
from dashboard.explore.computed import FeatureSet
from dashboard.explore.legend import genre_legend
from dashboard.explore.nearest import show_nearest
from dashboard.explore.ranking import show_ranking
from dashboard.explore.selection import selection_bar
from dashboard.explore.spectra import show_spectrograms
from dashboard.shared.collection_picker import pick_collection
from dashboard.shared.embeddings import values_ready
from dashboard.shared.feature_gate import features_ready
from dashboard.shared.feedback import show_errors
from dashboard.shared.view_place import view_place
from dashboard.state import linked_key, query_value

OF_FEATURES: dict[str, tuple[str, Callable[[FeatureSet], None]]] = {
    "map": ("Map", explore_map.show_map),
    "spread": ("Spread", explore_features.show_spread),
    "nearest": ("Nearest clips", show_nearest),
    "pairs": ("Pairs", explore_pairs.show_pairs),
    "correlation": ("Correlation", explore_features.show_correlation),
    "ranking": ("Ranking", show_ranking),
    "outliers": ("Outliers", explore_outliers.show_outliers),
    "table": ("Table", explore_overview.show_table),
}
OF_COLLECTION: dict[str, tuple[str, Callable[[Collection, tuple[str, ...]], None]]] = {
    "spectrograms": ("Spectrograms", show_spectrograms),
    "counts": ("Genre counts", explore_overview.show_counts),
}
ORDER = ("map", "nearest", "spread", "pairs", "correlation", "ranking", "spectrograms", "outliers", "counts", "table")
WITH_BOXES = ("map", "pairs")
TITLES = {view: (OF_FEATURES.get(view) or OF_COLLECTION[view])[0] for view in ORDER}


def pick_view(collection: Collection) -> str:
    first = "map" if services.numeric_front_ends(collection) else "spectrograms"
    chosen = query_value("view", ORDER, first, what="view", titled=TITLES.__getitem__) or first
    key, changed = linked_key("view", chosen)
    st.segmented_control(
        "View",
        ORDER,
        format_func=TITLES.__getitem__,
        required=True,
        key=key,
        on_change=changed,
        label_visibility="collapsed",
    )
    return chosen


def show(collection: Collection) -> None:
    view = pick_view(collection)
    genres = genre_legend(collection)
    with view_place(ORDER, view):
        if view in OF_COLLECTION:
            selection_bar(collection, genres, None, has_boxes=False)
            OF_COLLECTION[view][1](collection, genres)
        elif not services.numeric_front_ends(collection):
            say_no_figures(collection)
        else:
            with controls:
                front_end = pick_feature_set(collection)
            if values_ready(collection, front_end, at_once=is_asked_for(collection, front_end)):
                chosen = exploring.feature_set(collection, genres, front_end)
                selection_bar(collection, genres, chosen, has_boxes=view in WITH_BOXES)
                OF_FEATURES[view][1](chosen)
                say_left_out(chosen)


controls = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
with controls:
    st.title(
        "Explore",
        anchor=False,
        width="content",
        help="Which features separate the genres. Click a point to hear its clip, drag a box to select clips, click a "
        "genre to see it alone.",
    )

with show_errors():
    collection = pick_collection(row=controls, width=330)
    if collection is not None and features_ready(collection):
        show(collection)
