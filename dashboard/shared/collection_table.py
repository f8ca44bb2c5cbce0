"""The table of collections; a click on a row puts that collection in view."""

from collections.abc import Sequence

import streamlit as st

from core.collections.registry import CollectionSummary
from dashboard import services
from dashboard.changes.collections import forget_collection
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.changing import change_button
from dashboard.shared.collection_picker import default_collection
from dashboard.state import query_value, set_query_value
from dashboard.tables.collections import collections_frame


def show_table() -> None:
    """All collections with what they hold, where from, and on what terms."""
    summaries = services.collections()
    titles = {summary.id: summary.title for summary in summaries}
    identities = list(titles)
    first = default_collection(summaries)
    chosen = query_value("collection", identities, first, what="collection", titled=titles.__getitem__)
    show_problems(summaries)
    offer_removal(summaries)
    # The chosen collection is part of the key: whatever chose it, the table comes up with its row marked.
    key = f"collections:{chosen}:{len(identities)}"

    def select() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            set_query_value("collection", identities[rows[0]])

    st.dataframe(
        collections_frame(summaries),
        hide_index=True,
        key=key,
        on_select=select,
        selection_mode="single-row",
        selection_default={"selection": {"rows": [identities.index(chosen)]}} if chosen in identities else None,
        placeholder="–",
        column_config={
            "Collection": st.column_config.TextColumn(width="medium", pinned=True),
            "Clips": st.column_config.NumberColumn(width="small", format="%,d"),
            "Genres": st.column_config.NumberColumn(width="small", format="%,d"),
            "Music": st.column_config.TextColumn(width="small", help="Recorded by people, or made by a program."),
            "Holds": st.column_config.TextColumn(width=110, help="Audio, or only pre-computed features."),
            "Skipped": st.column_config.NumberColumn(
                width="small",
                format="%,d",
                help="Files that could not be read as a clip; the reasons are listed below.",
            ),
        },
        alt="Table of collections",
    )


def show_problems(summaries: Sequence[CollectionSummary]) -> None:
    """Why collections cannot be opened, and what to do about it."""
    for summary in summaries:
        if summary.problem:
            st.warning(escape_markdown(summary.problem), icon=":material/warning:")


def offer_removal(summaries: Sequence[CollectionSummary]) -> None:
    """Take a damaged collection off the list, where it is not the demo, which is simply made again."""
    for summary in summaries:
        if (
            summary.problem
            and summary.kind != "demo"
            and change_button(
                f"Remove {escape_markdown(summary.id)} from the list",
                icon=":material/delete:",
                key=f"remove:{summary.id}",
                help="Its manifest and extracted features are deleted; the sound files stay where they are.",
            )
        ):
            forget_collection(summary.id)
            set_query_value("collection", None)
            st.rerun()
