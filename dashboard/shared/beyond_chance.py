"""What a run's accuracy is beyond chance, and how sure it is where test clips share an artist: one line beneath it."""

import streamlit as st

from core.errors import GenreLabError
from core.runs.record import Run
from dashboard import services
from dashboard.sentences.results import beyond_chance_text


def beyond_chance(run: Run) -> None:
    """The line; nothing where the run's test probabilities cannot be read, which its own figures say."""
    try:
        standing = services.standing(run)
    except GenreLabError:
        return
    st.caption(beyond_chance_text(standing))
