"""Where a collection's genres are read from, and reading them in another way."""

import streamlit as st

from core.clips.collection import Collection
from core.errors import GenreLabError
from core.importing.jobs import takes_long
from core.importing.readings.spec import GenreFrom, kept_genre_from
from dashboard.changes.collections import rescan_collection, start_rescan
from dashboard.collection.reading_choice import ask_where_the_genre_is, show_reading_choice
from dashboard.collection.running import await_import
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.changing import change_button


def show_reading(collection: Collection) -> None:
    """A line that says it, a button that asks anew, and the question where it is open."""
    if collection.kind != "folder":
        return
    kept = kept_genre_from(collection.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        where = escape_markdown(kept.in_words) if kept is not None else "folders named after genres, or names"
        st.markdown(f"**Genres read from** {where}", width="content")
        asked = change_button(
            "Read from elsewhere",
            key="read-genres-anew",
            type="tertiary",
            icon=":material/manage_search:",
            help="See what the folders, the tags of the files and tables would give. Features stay as they are.",
        )
    if asked:
        try:
            ask_where_the_genre_is(collection.folder or collection.root, collection.title, collection=collection)
        except GenreLabError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")
    show_reading_choice(lambda *chosen: _read_anew(collection, chosen[-1]), collection=collection)


def _read_anew(collection: Collection, genre_from: GenreFrom | None) -> None:
    try:
        if takes_long(collection.folder or collection.root):
            await_import(start_rescan(collection.id, genre_from=genre_from))
            st.rerun()
        with st.spinner("Scanning the folder"):
            rescan_collection(collection.id, genre_from=genre_from)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    st.rerun()
