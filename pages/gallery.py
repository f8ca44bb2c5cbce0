"""Gallery: what genres look like and sound like, clip beside clip on one scale."""

import streamlit as st

from dashboard import services
from dashboard.gallery.genres import show_genres
from dashboard.gallery.one_clip import show_one_clip
from dashboard.gallery.settings import pick_settings
from dashboard.gallery.two_clips import show_two_clips
from dashboard.gallery.views import VIEWS, pick_view, say_no_pictures, show_wall
from dashboard.shared.collection_picker import pick_collection
from dashboard.shared.feedback import page_header, show_errors
from dashboard.shared.genre_picker import genre_picker
from dashboard.shared.view_place import view_place

page_header("Gallery", "What genres look like and sound like. Press play to listen, move a slider to see it change.")

with show_errors():
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        with st.container(width="content"):
            collection = pick_collection()
        bar = st.container(width="content")
    pictures = () if collection is None else services.picture_front_ends(collection)
    if collection is not None and not pictures:
        say_no_pictures(collection)
    elif collection is not None:
        with bar:
            view = pick_view()
        settings = pick_settings(collection, pictures, levels=view != "genres")
        with view_place(VIEWS, view):
            if view == "clip":
                show_one_clip(collection, settings)
            elif view == "two":
                show_two_clips(collection, settings)
            else:
                genres = genre_picker(collection, key="gallery-genres", help="Genres to show.")
                if not genres:
                    st.info("Choose at least one genre above.", icon=":material/filter_alt:")
                elif view == "genres":
                    show_genres(collection, genres, settings)
                else:
                    show_wall(collection, genres, settings)
