"""Settings of the compared runs side by side, at first only where they differ."""

from collections.abc import Sequence

import streamlit as st

from core.runs.record import Run
from dashboard.sentences.wording import name_with_seed
from dashboard.shared.downloads import table_download
from dashboard.tables.settings import settings_table


def show_settings(runs: Sequence[Run]) -> None:
    """The table with its choice, and its download."""
    st.header("Settings", anchor=False)
    by_label = {name_with_seed(run): run for run in runs}
    only = False
    if len(by_label) > 1:
        only = st.toggle("Only differences", value=True, key="compare:only-differences", persist_state="session")
    table = settings_table(by_label, only_differences=only)
    if table.empty:
        st.caption("All settings of these runs are the same, the clips and the versions of libraries too.")
        return
    st.dataframe(
        table,
        hide_index=True,
        height="content" if len(table) <= 24 else 600,
        column_config={"Setting": st.column_config.TextColumn(width=270, pinned=True)},
        alt="Settings of the compared runs",
    )
    table_download(
        "Settings as CSV",
        lambda: settings_table(by_label, only_differences=False),
        "genre-lab-settings.csv",
        key="compare:settings-csv",
        help="All settings of these runs, those that are alike too.",
    )
