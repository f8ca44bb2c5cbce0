"""Runs that come with Genre Lab: their badge, their model card, and what to import to train them again."""

import re
from collections.abc import Iterable, Sequence

import streamlit as st

from core.collections.registry import is_ready
from core.errors import GenreLabError
from core.runs.record import Run
from core.runs.shipped import model_card
from dashboard import navigation
from dashboard.sentences.wording import escape_markdown

SHIPPED = "Comes with Genre Lab"
SHIPPED_HELP = (
    "Trained on recorded music in advance, so that there are results to explore from the start. It can be used and "
    "compared like your own runs, but not deleted. Its music is not part of Genre Lab."
)
_HEADING = re.compile(r"^(#{1,4})(?=\s)")
_FENCE = re.compile(r"^\s*(```|~~~)")


def shipped_badge() -> None:
    """Mark what comes with Genre Lab."""
    st.badge(SHIPPED, icon=":material/inventory_2:", color="violet", help=SHIPPED_HELP)


def shipped_mark(run: Run) -> str:
    """The same where only plain text can stand, as in a list: ``" · comes with Genre Lab"``; empty for other runs."""
    return f" · {SHIPPED[:1].lower()}{SHIPPED[1:]}" if run.shipped else ""


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


def lower_headings(text: str, *, levels: int = 3) -> str:
    """Markdown with its headings that many levels lower, to stand within a page; code is left as it is."""
    lines, in_code = [], False
    for line in text.splitlines():
        if _FENCE.match(line):
            in_code = not in_code
        lines.append(line if in_code else _HEADING.sub(lambda found: "#" * min(6, len(found[1]) + levels), line))
    return "\n".join(lines)


def has_collection(run: Run) -> bool:
    """Whether the collection that a run was trained on is here."""
    return is_ready(run.config.collection_id)


def missing_collection(run: Run) -> str:
    """What to import before a run can be trained again, as Markdown."""
    title = escape_markdown(run.collection_title)
    given = " and ".join(dict.fromkeys(escape_markdown(each.title.lower()) for each in run.config.front_ends))
    if not run.shipped:
        return f"Its collection, {title}, is no longer here. Import it again on Collections; it needs {given}."
    return (
        f"It was trained on {title}, whose music and features are not part of Genre Lab. To train with its settings, "
        f"get or import GTZAN on Collections (the features, {given}, are then computed from the sound), choose it on "
        "Train, and open these settings there. To repeat exactly this run, import the feature files named in the "
        "model card."
    )


def collections_link() -> None:
    """The way to where collections are got and imported."""
    navigation.page_link("collections", "Get or import a collection")
