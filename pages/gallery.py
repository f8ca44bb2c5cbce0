"""Gallery: what genres look like and sound like, clip beside clip on one scale."""

import streamlit as st

from dashboard.widgets.collection_picker import pick_collection
from dashboard.widgets.feature_gate import features_ready
from dashboard.widgets.feedback import page_header, show_errors
from dashboard.widgets.gallery_views import pick_clips, show_clips, show_resize_defect
from dashboard.widgets.genre_picker import genre_picker

page_header("Gallery", "Mel spectrograms of clips from each genre, all on one scale. Look, then press play.")

with show_errors():
    collection = pick_collection()
    if collection is not None and features_ready(collection):
        genres = genre_picker(collection, key="gallery-genres", help="Genres to show.")
        if genres:
            clips = pick_clips(collection, genres)
            show_clips(collection, clips)
            show_resize_defect(collection, clips)
        else:
            st.info("Choose at least one genre above.", icon=":material/filter_alt:")
