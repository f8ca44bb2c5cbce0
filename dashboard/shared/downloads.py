"""Tables to download."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard.tables.export import csv_text


def table_download(
    label: str,
    table: pd.DataFrame | Callable[[], pd.DataFrame],
    file_name: str,
    *,
    key: str | None = None,
    help: str | None = None,
) -> None:
    """A button that downloads a table as CSV, in full precision and safe in a spreadsheet.

    Parameters
    ----------
    label : str
    table : DataFrame or callable
        A callable is called when the file is asked for, as the file is made only then.
    file_name : str
        With its ending.
    key, help : str, optional
        Of the button.
    """
    st.download_button(
        label,
        lambda: csv_text(table() if callable(table) else table),
        file_name=file_name,
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=key,
        help=help,
    )
