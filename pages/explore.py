"""Explore: what tells the genres of a collection apart, in figures; click a point to hear its clip."""

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
from dashboard.explore.nearest import show_nearest
from dashboard.explore.ranking import show_ranking
from dashboard.explore.spectra import show_spectrograms
from dashboard.shared.collection_picker import pick_collection
from dashboard.shared.embeddings import values_ready
from dashboard.shared.feature_gate import features_ready
from dashboard.shared.feedback import page_header, show_errors
from dashboard.shared.genre_picker import genre_picker
from dashboard.state import linked_key, query_value

OF_FEATURES = {
    "map": ("Map", explore_map.show_map),
    "spread": ("Spread", explore_features.show_spread),
    "nearest": ("Nearest clips", show_nearest),
    "pairs": ("Pairs", explore_pairs.show_pairs),
    "correlation": ("Correlation", explore_features.show_correlation),
    "ranking": ("Ranking", show_ranking),
    "outliers": ("Outliers", explore_outliers.show_outliers),
    "table": ("Table", explore_overview.show_table),
}
OF_COLLECTION = {
    "spectrograms": ("Spectrograms", show_spectrograms),
    "counts": ("Genre counts", explore_overview.show_counts),
}
ORDER = ("map", "nearest", "spread", "pairs", "correlation", "ranking", "spectrograms", "outliers", "counts", "table")
TITLES = {view: (OF_FEATURES.get(view) or OF_COLLECTION[view])[0] for view in ORDER}


def pick_view(collection: Collection) -> str:
    first = "map" if services.numeric_front_ends(collection) else "spectrograms"
    chosen = query_value("view", ORDER, first, what="view") or first
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
    genres = genre_picker(collection, key="explore-genres", help="Genres shown in the charts.")
    view = pick_view(collection)
    if not genres:
        st.info("Choose at least one genre above.", icon=":material/filter_alt:")
    elif view in OF_COLLECTION:
        OF_COLLECTION[view][1](collection, genres)
    elif not services.numeric_front_ends(collection):
        say_no_figures(collection)
    else:
        front_end = pick_feature_set(collection)
        if values_ready(collection, front_end, at_once=is_asked_for(collection, front_end)):
            chosen = exploring.feature_set(collection, genres, front_end)
            OF_FEATURES[view][1](chosen)
            say_left_out(chosen)


page_header(
    "Explore", "Which features separate the genres. Click a point to hear the clip; drag a box to select clips."
)

with show_errors():
    collection = pick_collection()
    if collection is not None and features_ready(collection):
        show(collection)
