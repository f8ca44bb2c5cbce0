"""Compare: all runs in a table, the chosen ones side by side."""

import streamlit as st

from core.errors import GenreLabError
from core.evaluation.compare import latest_comparison
from dashboard import services
from dashboard.widgets.comparison_panel import overlaid_curves, side_by_side
from dashboard.widgets.feedback import empty_state, page_header
from dashboard.widgets.run_picker import finished_runs
from dashboard.widgets.runs_table import choose_runs, table_actions
from dashboard.wording import escape_markdown


def main() -> None:
    page_header("Compare", "Every run with what it reached and what it cost, and the ones you choose side by side.")
    try:
        runs = services.runs()
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    if not runs:
        empty_state(
            "No run yet",
            "Train a CNN and an FFNN on the same genres with the same seed: then their test clips are the same, and "
            "they can be compared fairly.",
            page="train",
            label="Train a model",
        )
        return
    latest = latest_comparison(runs)
    default = [latest.cnn.id, latest.ffnn.id] if latest else [run.id for run in finished_runs(runs)[:2]]
    chosen = choose_runs(runs, default=default)
    table_actions(runs, chosen)
    if not chosen:
        st.caption("Choose runs to see them side by side.")
        return
    side_by_side(chosen)
    overlaid_curves(chosen)


main()
