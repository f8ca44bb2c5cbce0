"""The queue in one line of the sidebar, on every page."""

import streamlit as st

from core.errors import GenreLabError
from dashboard import navigation
from dashboard.changes.queue import watched_places
from dashboard.sentences.progress import badge_text


def queue_badge() -> None:
    """What trains and what waits, as a link to the queue; nothing where there is neither.

    Whoever looks at any page so brings back a supervisor that was killed while runs wait.
    """
    try:
        text = badge_text(watched_places())
    except GenreLabError:
        return  # Train says it, where something can be done about it
    if text:
        with st.sidebar:
            navigation.page_link(
                "train", text, query={"view": "Queue"}, help="As of the last time this page was loaded."
            )
