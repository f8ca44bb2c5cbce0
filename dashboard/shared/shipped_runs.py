"""Runs that come with Genre Lab: their badge, their model card, and what to import to train them again."""

from collections.abc import Iterable, Sequence

import streamlit as st

from core.collections.registry import is_ready
from core.errors import GenreLabError
from core.runs.record import Run
from core.runs.shipped import model_card
from dashboard import navigation
from dashboard.sentences.shipped import SHIPPED, lower_headings
from dashboard.sentences.wording import escape_markdown

SHIPPED_HELP = (
    "Trained on recorded music in advance, so that there are results to explore from the start. It can be used and "
    "compared like your own runs, but not deleted. Its music is not part of Genre Lab."
)


def shipped_badge() -> None:
    """Mark what comes with Genre Lab."""
    st.badge(SHIPPED, icon=":material/inventory_2:", color="violet", help=SHIPPED_HELP)


def own_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Those that were trained here."""
    return tuple(run for run in runs if not run.shipped)


def show_model_cards(runs: Sequence[Run]) -> None:
    """The model cards of those runs that come with Genre Lab, each to unfold and to download."""
    for run in runs:
        if run.shipped:
            _show_card(run)


def _show_card(run: Run) -> None:
    try:
        text = model_card(run.id)
    except GenreLabError as error:
        st.warning(escape_markdown(str(error)), icon=":material/warning:")
        return
    if not text.strip():
        return
    with st.expander(f"Model card: {escape_markdown(run.config.name)}", icon=":material/description:"):
        st.markdown(lower_headings(text))
        st.download_button(
            "Download the model card",
            text,
            file_name=f"model-card-{run.id[:6]}.md",
            mime="text/markdown",
            icon=":material/download:",
            key=f"card:{run.id}",
            on_click="ignore",
        )


def has_collection(run: Run) -> bool:
    """Whether the collection that a run was trained on is here."""
    return is_ready(run.config.collection_id)


def collections_link() -> None:
    """The way to where collections are got and imported."""
    navigation.page_link("collections", "Get or import a collection")
