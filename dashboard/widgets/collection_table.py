"""The table of collections; a click on a row puts that collection in view."""

import pandas as pd
import streamlit as st

from dashboard import services
from dashboard.state import query_value, set_query_value
from dashboard.widgets.collection_picker import default_collection


def show_table() -> None:
    """All collections with what they hold, where from, and on what terms."""
    summaries = services.collections()
    identities = [summary.id for summary in summaries]
    chosen = query_value("collection", identities, default_collection(summaries), what="collection")
    table = pd.DataFrame(
        {
            "Collection": [summary.title for summary in summaries],
            "Clips": [summary.n_clips if summary.ready else None for summary in summaries],
            "Genres": [len(summary.genres) for summary in summaries],
            "Music": ["synthetic" if summary.synthetic else "recorded" for summary in summaries],
            "Skipped": [summary.n_skipped for summary in summaries],
            "Licence": [summary.licence for summary in summaries],
            "Source": [summary.source for summary in summaries],
        }
    ).astype({"Clips": "Int64"})
    # The chosen collection is part of the key: whatever chose it, the table comes up with its row marked.
    key = f"collections:{chosen}:{len(identities)}"

    def select() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            set_query_value("collection", identities[rows[0]])

    st.dataframe(
        table,
        hide_index=True,
        key=key,
        on_select=select,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [identities.index(chosen)]}} if chosen in identities else None,
        placeholder="made on first use",
        column_config={
            "Collection": st.column_config.TextColumn(width="medium", pinned=True),
            "Clips": st.column_config.NumberColumn(width="small", format="localized"),
            "Genres": st.column_config.NumberColumn(width="small"),
            "Music": st.column_config.TextColumn(width="small", help="Recorded by people, or made by a program."),
            "Skipped": st.column_config.NumberColumn(
                width="small", help="Files that could not become a clip; the reasons stand below."
            ),
        },
        alt="Table of collections",
    )
