"""Collections: choose, get, import; what was skipped and why; features; what labels become; quality."""

import streamlit as st

from dashboard.collection.details import show_details
from dashboard.collection.genres_panel import show_genres
from dashboard.collection.import_form import show_import
from dashboard.collection.quality_panel import show_quality
from dashboard.collection.sources import show_sources
from dashboard.shared.collection_picker import pick_collection
from dashboard.shared.collection_table import show_table
from dashboard.shared.feedback import page_header, show_errors
from dashboard.state import linked_tabs

FORM_WIDTH = 640  # pixels, where the import has the page to itself

page_header("Collections", "Sets of clips, each clip labelled with one genre. Choose one, or add your own.")

with show_errors():
    show_table()
    collection = pick_collection(label="Collection shown", offer_demo=False, filters=False)
    if collection is None:
        show_sources(wide=True)
        with st.container(width=FORM_WIDTH):
            show_import()
    else:
        details, genres, quality = linked_tabs(["Details", "Genres", "Quality"], key="collections:tab")
        if details.open:
            with details:
                left, right = st.columns([3, 2], gap="large")
                with right:
                    show_sources(wide=False)
                    show_import()
                with left:
                    show_details(collection)
        if genres.open:
            with genres:
                show_genres(collection)
        if quality.open:
            with quality:
                show_quality(collection)
