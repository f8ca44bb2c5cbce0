"""Many songs on Classify: uploaded ones, or a folder's."""

from collections.abc import Mapping

import streamlit as st

from core.runs.record import Run
from dashboard.access import may_change
from dashboard.classify.many_folder import JOB_LINK, show_folder
from dashboard.classify.many_uploads import show_uploads
from dashboard.shared.shipped_runs import show_model_cards
from dashboard.state import address_value, linked_key, query_value

_NAME = "songs"
_TABS = ("Upload", "Folder on this computer")
_TITLES = {"one": "One song", "many": "Many songs"}


def classify_many(runs: Mapping[str, Run]) -> bool:
    """The choice between one song and many, and all that belongs to many; False where one was chosen."""
    chosen = query_value(_NAME, list(_TITLES), "one", what="number of songs")
    key, changed = linked_key(_NAME, chosen)
    st.segmented_control(
        "How many songs",
        list(_TITLES),
        format_func=_TITLES.__getitem__,
        required=True,
        key=key,
        on_change=changed,
        label_visibility="collapsed",
    )
    if chosen != "many":
        return False
    if may_change():
        by_upload, by_folder = st.tabs(_TABS, default=_TABS[address_value(JOB_LINK) is not None])
        with by_upload:
            show_uploads(runs)
        with by_folder:
            show_folder(runs)
    else:
        show_uploads(runs)
    show_model_cards(list(runs.values()))
    return True
