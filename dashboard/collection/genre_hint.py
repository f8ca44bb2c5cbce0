"""Details of a collection: what its labels became, and that they could be brought together."""

import streamlit as st

from core.clips.collection import Collection
from core.collections.genre_changes import labels_of
from core.collections.genre_mapping import load_mapping
from dashboard.sentences.genres import hint_sentence
from dashboard.state import set_address_value


def show_genre_hint(collection: Collection) -> None:
    """A line with a way to the tab *Genres*; nothing where there is nothing to say."""
    hint = hint_sentence(collection, labels_of(collection.id), mapping=load_mapping(collection.id))
    if hint:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/label: {hint}", width="content")
            st.button(
                "Open Genres", key="open-genres", on_click=_open, type="tertiary", icon=":material/arrow_forward:"
            )


def _open() -> None:
    set_address_value("tab", "Genres")
