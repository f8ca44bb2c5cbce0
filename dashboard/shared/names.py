"""Names from outside in widgets that several pages show them in."""

import streamlit as st

from dashboard.sentences.wording import escape_badge, escape_markdown


def clip_and_genre(name: str, genre: str) -> None:
    """Name of a clip in bold and its genre on a badge, beside each other in a horizontal container."""
    st.markdown(f"**{escape_markdown(name)}**", width="content")
    st.badge(escape_badge(genre), color="gray")
