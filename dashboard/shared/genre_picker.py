"""Choosing genres of a collection."""

from collections.abc import Sequence
from zlib import crc32

import streamlit as st

from core.clips.collection import Collection
from dashboard.sentences.wording import escape_markdown

MAX_PILLS = 12
TO_TRAIN = "train:genres"
"""Key of the picker of the genres that a training tells apart."""


def picker_key(collection: Collection, *, key: str) -> str:
    """Session key under which `genre_picker` keeps its choice, for buttons that set it."""
    # The genres are part of the key: after a rescan the options may be others, and an old choice may not fit them.
    return f"{key}:{collection.id}:{crc32(repr(collection.genres).encode()):08x}"


def choose_to_train(collection: Collection, genres: Sequence[str]) -> None:
    """Choose these genres of the collection in the form of a training."""
    st.session_state[picker_key(collection, key=TO_TRAIN)] = list(genres)


def genre_picker(
    collection: Collection,
    *,
    key: str,
    label: str = "Genres",
    default: Sequence[str] | None = None,
    help: str | None = None,
) -> tuple[str, ...]:
    """Genres chosen, in alphabetical order; all at first unless ``default`` says otherwise.

    Few genres are shown as buttons, many as a list to search. The choice is kept for this visitor and collection.
    """
    identity = picker_key(collection, key=key)
    first = [genre for genre in (default or collection.genres) if genre in collection.genres]
    # Streamlit warns of a widget that has both a default and a value from a button.
    at_first = None if identity in st.session_state else first
    if len(collection.genres) <= MAX_PILLS:
        chosen = st.pills(
            label,
            collection.genres,
            selection_mode="multi",
            format_func=escape_markdown,
            wrap=True,
            key=identity,
            persist_state="session",
            help=help,
            default=at_first,
        )
    else:
        chosen = st.multiselect(
            label, collection.genres, default=at_first, key=identity, persist_state="session", help=help
        )
    return tuple(genre for genre in collection.genres if genre in chosen)
