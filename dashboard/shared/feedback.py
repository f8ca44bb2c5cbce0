"""Messages: errors with the next step, empty states, and the badge of synthetic music."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from core.errors import GenreLabError
from dashboard import navigation
from dashboard.sentences.wording import escape_markdown

SYNTHETIC_HELP = (
    "This music was made by a program, not by musicians. It is good for learning the tools; results on it say "
    "nothing about real music."
)


@contextmanager
def show_errors() -> Iterator[None]:
    """Show an error that a user can mend in place of what failed; let bugs pass."""
    try:
        yield
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")


def empty_state(
    title: str,
    text: str,
    *,
    page: str | None = None,
    label: str | None = None,
    query: Mapping[str, str] | None = None,
) -> None:
    """Say why there is nothing to see and where to go.

    Parameters
    ----------
    title, text : str
    page : str, optional
        Address of one of our pages (``"collections"``) to link to.
    label : str, optional
        Of the link; the page's title when not given.
    query : mapping, optional
        Deep link on that page.
    """
    with st.container(border=True):
        st.header(title, anchor=False)
        st.markdown(text)
        if page is not None:
            navigation.page_link(page, label, query=query)


def synthetic_badge() -> None:
    """Mark figures and clips of synthetic music."""
    st.badge("Synthetic", icon=":material/science:", color="orange", help=SYNTHETIC_HELP)


def page_header(title: str, text: str) -> None:
    """Title of a page and one line on what it is for."""
    st.title(title, anchor=False)
    st.caption(text)
