"""Explore: what tells the genres of a collection apart, in figures; click a point to hear its clip."""

import streamlit as st

from dashboard.state import linked_key, query_value
from dashboard.widgets import explore_views
from dashboard.widgets.collection_picker import pick_collection
from dashboard.widgets.feature_gate import features_ready
from dashboard.widgets.feedback import page_header, show_errors
from dashboard.widgets.genre_picker import genre_picker

VIEWS = {
    "map": ("Map", explore_views.show_map),
    "spread": ("Spread by genre", explore_views.show_spread),
    "correlation": ("Correlation", explore_views.show_correlation),
    "counts": ("Genre counts", explore_views.show_counts),
    "table": ("Table", explore_views.show_table),
}

page_header("Explore", "What tells genres apart, in 16 numbers a clip. Click a point to hear it.")

with show_errors():
    collection = pick_collection()
    if collection is not None and features_ready(collection):
        genres = genre_picker(collection, key="explore-genres", help="Genres that the charts show.")
        chosen = query_value("view", list(VIEWS), "map", what="view")
        key, changed = linked_key("view", chosen)
        st.segmented_control(
            "View",
            list(VIEWS),
            format_func=lambda view: VIEWS[view][0],
            required=True,
            key=key,
            on_change=changed,
            label_visibility="collapsed",
        )
        if genres:
            VIEWS[chosen or "map"][1](collection, genres)
        else:
            st.info("Choose at least one genre above.", icon=":material/filter_alt:")
