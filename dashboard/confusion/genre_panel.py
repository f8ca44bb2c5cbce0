"""Recall, precision and F1 of each genre as a table, and its export."""

import streamlit as st

from core.evaluation.confusion.matrices import margins
from dashboard.confusion.view import View
from dashboard.shared.downloads import table_download
from dashboard.tables.confusion import genre_export, genre_frame

MAX_ROWS = 14
"""Genres of a table that is shown whole; a longer one scrolls."""


def show_genres(view: View) -> None:
    """The margins of the matrix; of two runs against each other there are none."""
    if view.is_of_two:
        return
    found = margins(view.matrix)
    with_interval = view.unit != "verdict"
    unit = view.run.config.split.unit
    st.header("By family" if view.families else "By genre", anchor=False)
    shown = genre_frame(found, with_interval=with_interval)
    st.dataframe(
        shown,
        hide_index=True,
        height="content" if len(shown) <= MAX_ROWS else 560,
        placeholder="–",
        column_config={
            "Recall": st.column_config.NumberColumn(
                format="%.1f %%", help=f"Share of a genre's test {unit}s that were classified correctly."
            ),
            "95 % interval": st.column_config.TextColumn(help="Wilson interval of recall."),
            "Correct": st.column_config.TextColumn(help=f"Test {unit}s classified correctly, of all of the genre."),
            "Precision": st.column_config.NumberColumn(
                format="%.1f %%", help=f"Share of the {unit}s predicted as a genre that are of it."
            ),
            "F1": st.column_config.NumberColumn(format="%.1f %%", help="Harmonic mean of precision and recall."),
            "Predicted": st.column_config.NumberColumn(help=f"{view.unit.capitalize()}s predicted as the genre."),
        },
        alt="Recall, precision and F1 of each genre",
    )
    table_download(
        "Export genres as CSV",
        lambda: genre_export(found, with_interval=with_interval),
        f"genres-{view.run.id[:6]}.csv",
        key="confusion:export-genres",
    )
