"""Choosing the collection in view; makes the demo when that is chosen and not there yet."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.clips.collection import Collection
from core.collections.registry import DEMO_ID, CollectionSummary
from core.errors import GenreLabError
from core.jobs.watch import read_progress
from dashboard import navigation, services
from dashboard.changes.collections import start_demo
from dashboard.sentences.collections import collection_option
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.changing import change_button
from dashboard.shared.clip_filter import filter_clips
from dashboard.shared.feedback import empty_state, synthetic_badge
from dashboard.shared.job_progress import job_progress
from dashboard.state import linked_key, query_value

PICKER_WIDTH = 420
"""Pixels: long enough for a title, its clips and genres."""

DEMO_TEXT = (
    "Ten genres of music synthesised on this computer, 20 clips of 30 seconds each. It takes about a minute, once."
)


def default_collection(summaries: tuple[CollectionSummary, ...]) -> str:
    """The collection shown where none was chosen: recorded music with sound before features alone, then the demo."""
    ready = [summary for summary in summaries if summary.ready]
    if not ready:
        return DEMO_ID
    return max(ready, key=lambda summary: (not summary.synthetic, summary.holds == "audio")).id


def pick_collection(
    *,
    label: str = "Collection",
    offer_demo: bool = True,
    row: DeltaGenerator | None = None,
    width: int = PICKER_WIDTH,
    filters: bool = True,
) -> Collection | None:
    """The collection in view, chosen here or by the URL (``?collection=ID``).

    Parameters
    ----------
    label : str
    offer_demo : bool
        Offer to make the demo where it is in view and not there yet; otherwise the page does so itself.
    row : horizontal container, optional
        That the list joins; one of its own where not given.
    width : int
        Of the list, in pixels.
    filters : bool
        Offer to look at some of its clips alone, by what people said of them.

    Returns
    -------
    Collection or None
        None while there is nothing to show; what to do about it has then been said on the page.
    """
    try:
        summaries = services.collections()
        by_id = {summary.id: summary for summary in summaries}
        chosen = query_value(
            "collection",
            list(by_id),
            default_collection(summaries),
            what="collection",
            titled=lambda identity: by_id[identity].title,
        )
        key, changed = linked_key("collection", chosen)
        if row is None:
            row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
        row.selectbox(
            label,
            list(by_id),
            format_func=lambda identity: collection_option(by_id[identity]),
            key=key,
            on_change=changed,
            help="A set of clips, each labelled with one genre. Import more on Collections.",
            width=width,
        )
        summary = next(summary for summary in summaries if summary.id == chosen)
        if summary.id == DEMO_ID and not summary.ready:
            if offer_demo:
                make_demo()
                navigation.page_link("collections", "Or import music of your own")
            return None
        collection = services.collection(summary.id)
    except GenreLabError as error:
        empty_state(
            "This collection cannot be opened",
            escape_markdown(str(error)),
            page="collections",
            label="Go to Collections",
        )
        return None
    if collection.synthetic:
        with row:
            synthetic_badge()
    return filter_clips(collection, row) if filters else collection


def make_demo() -> None:
    """Offer to make the demo, with its progress in view; the page runs again by itself when it is there."""
    with st.container(border=True):
        st.header("The demo collection", anchor=False)
        st.markdown(DEMO_TEXT)
        progress = read_progress(DEMO_ID)
        # "done" without a collection means that its files were removed since.
        fresh = progress is None or progress.state == "done"
        if fresh or (progress is not None and progress.ended):
            text = "Get the demo collection" if fresh else "Continue"
            if change_button(text, type="primary", icon=":material/download:", key="get-demo"):
                start_demo()
                st.rerun()
            if progress is not None and progress.state == "stopped":
                st.caption("Stopped. The clips made so far are kept.")
        if (current := read_progress(DEMO_ID)) is not None and (not current.ended or not fresh):
            job_progress(DEMO_ID)
