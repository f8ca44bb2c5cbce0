"""The queue in one line of the sidebar, on every page."""

from collections.abc import Sequence

import streamlit as st

from core.errors import GenreLabError
from core.jobs.waiting import Place
from core.queue.dispatch import watched_places
from dashboard import navigation


def badge_text(places: Sequence[Place]) -> str:
    """``Training: 1 running, 2 waiting``; empty where neither is."""
    counts = {state: sum(place.state == state for place in places) for state in ("running", "waiting")}
    told = ", ".join(f"{number} {state}" for state, number in counts.items() if number)
    return f"Training: {told}" if told else ""


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
