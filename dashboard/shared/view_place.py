"""Where the chosen one of a page's views is drawn; what the one before has left is taken away at once."""

from collections.abc import Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def view_place(views: Iterable[str], chosen: str) -> DeltaGenerator:
    """A place for the view.

    What was drawn before stays on a Streamlit page until something else comes to its place, or the page is whole: below
    a view that takes a second to compute would stand the cards of another one. So each view has a place of its own, and
    those of the others are emptied before this one is drawn. Drawn again, a view keeps what is in it until then.

    Parameters
    ----------
    views : iterable of str
        All views, in the same order each time.
    chosen : str
        One of them.
    """
    return {view: st.container() if view == chosen else st.empty() for view in views}[chosen]
