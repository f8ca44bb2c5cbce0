"""Gallery: what genres look like and sound like, clip beside clip on one scale."""

import streamlit as st

from dashboard import services
from dashboard.gallery.front_end import pick_front_end
from dashboard.gallery.views import pick_clips, say_no_pictures, show_clips, show_resize_defect
from dashboard.shared.collection_picker import pick_collection
from dashboard.shared.feature_gate import features_ready
from dashboard.shared.feedback import page_header, show_errors
from dashboard.shared.genre_picker import genre_picker

page_header("Gallery", "Spectrograms of clips from each genre, all on the same scale. Press play to listen.")

with show_errors():
    collection = pick_collection()
    pictures = () if collection is None else services.picture_front_ends(collection)
    if collection is not None and not pictures:
        say_no_pictures(collection)
    elif collection is not None:
        front_end = pick_front_end(collection, pictures)
        usual = front_end in services.standard_front_ends(collection)
        if features_ready(collection, None if usual else [front_end]):
            genres = genre_picker(collection, key="gallery-genres", help="Genres to show.")
            if genres:
                clips = pick_clips(collection, genres, front_end)
                show_clips(collection, clips, front_end)
                if front_end == services.MEL:
                    show_resize_defect(collection, clips)
            else:
                st.info("Choose at least one genre above.", icon=":material/filter_alt:")
