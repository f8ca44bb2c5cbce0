"""The button that takes the model of a run away as a zip."""

from functools import partial

import streamlit as st

from core.runs.record import Run
from dashboard.sentences.wording import escape_markdown

ABOUT = (
    "A zip with the model, the parameters of what it sees, its genres, its card, and `classify.py`: a script of fewer "
    "than 60 lines that classifies a sound file with librosa and Keras alone and gives the same probabilities. It "
    "holds the names of the clips, not their sound."
)


def take_away_button(run: Run, *, label: str, key: str) -> None:
    """A zip of a finished run, made when it is asked for; switched off, with the reason, where there can be none."""
    from core.exchange.pack import bundle_name, pack_run_apart, why_not_away

    reason = why_not_away(run)
    st.download_button(
        escape_markdown(label),
        partial(pack_run_apart, run.id),
        file_name=bundle_name(run),
        mime="application/zip",
        icon=":material/inventory_2:",
        on_click="ignore",
        key=f"{key}:away:{run.id}",
        help=escape_markdown(reason) or ABOUT,
        disabled=bool(reason),
    )
