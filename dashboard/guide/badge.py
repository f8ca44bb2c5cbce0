"""The way back to the tour in one line of the sidebar, on every page but its own."""

import streamlit as st

from dashboard import navigation
from dashboard.guide.progress import place_text, step_under_way


def guide_badge(page: str) -> None:
    """A link to the step that a visitor is at; nothing where no tour is under way.

    Parameters
    ----------
    page : str
        That is drawn.
    """
    step = step_under_way()
    if step is None or page == "guide":
        return
    with st.sidebar:
        navigation.page_link(
            "guide",
            f"Back to {place_text(step)}: {step.title}",
            query={"step": step.id},
            help="The guided tour that you have begun.",
        )
