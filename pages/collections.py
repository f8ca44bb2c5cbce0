"""Collections: choose, get, import; what was skipped and why; features."""

import streamlit as st

from dashboard.widgets.collection_details import show_details
from dashboard.widgets.collection_import import show_import
from dashboard.widgets.collection_picker import pick_collection
from dashboard.widgets.collection_table import show_table
from dashboard.widgets.feedback import page_header, show_errors

page_header("Collections", "Sets of clips, each clip labelled with one genre. Choose one, or add your own.")

with show_errors():
    show_table()
    left, right = st.columns([3, 2], gap="large")
    with right:
        show_import()
    with left:
        collection = pick_collection(label="Collection in view", make_demo_at_once=False)
        if collection is not None:
            show_details(collection)
