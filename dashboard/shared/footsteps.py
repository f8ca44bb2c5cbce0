"""What a visitor looked at last: in their session alone, so that Overview can lead back and nobody else sees it."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from dashboard.state import kept_choice

_LAST = "footsteps:last"
_NOT_NOTED = ("overview", "guide")
"""Pages that lead to others."""
_IN_VIEW = {
    "collections": ("collection",),
    "explore": ("collection",),
    "gallery": ("collection",),
    "train": ("collection",),
    "confusion": ("run",),
    "human": ("run",),
}
"""Choices that a page shows even where its address does not say them, since they are its defaults."""


@dataclass(frozen=True)
class Visit:
    """A page that was looked at: its address, and what it was asked to show."""

    page: str
    query: Mapping[str, str]


def note_visit(page: str) -> None:
    """Remember what was just drawn, after its address was written."""
    if page in _NOT_NOTED:
        return
    kept = {name: value for name in _IN_VIEW.get(page, ()) if (value := kept_choice(name)) is not None}
    st.session_state[_LAST] = Visit(page, kept | st.query_params.to_dict())


def last_visit() -> Visit | None:
    """The page that this visitor looked at last, of those that show something; None where they have seen none yet."""
    found: Visit | None = st.session_state.get(_LAST)
    return found
