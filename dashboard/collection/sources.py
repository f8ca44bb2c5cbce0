"""Collections to get: the demo, and GTZAN from the web; each with its size, its terms, one button and its progress."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.collections.registry import DEMO_ID, DEMO_LICENCE
from core.errors import GenreLabError
from core.importing.demo import demo_is_outdated
from core.importing.download import download_job_id
from core.importing.published import PUBLISHED, PublishedCollection
from core.jobs.progress import Progress
from core.jobs.watch import read_progress
from dashboard import services
from dashboard.changes.collections import start_demo, start_download
from dashboard.sentences.wording import escape_markdown, format_megabytes
from dashboard.shared.arrivals import arrived, await_arrival
from dashboard.shared.changing import change_button
from dashboard.shared.collection_picker import DEMO_TEXT
from dashboard.shared.job_progress import job_progress
from dashboard.state import set_query_value


@dataclass(frozen=True)
class _Source:
    id: str
    title: str
    badge: str
    summary: str
    size: str
    licence: str
    button: str
    job_id: str
    start: Callable[[], object]


def show_sources(*, wide: bool) -> None:
    """One card for each collection that can be had; side by side where the page is ``wide``."""
    st.header("Get a collection", anchor=False)
    sources = [_demo(), *(_published(published) for published in PUBLISHED.values())]
    ready = {summary.id for summary in services.collections() if summary.ready}
    places = st.columns(len(sources)) if wide else [st.container() for _ in sources]
    for place, source in zip(places, sources, strict=True):
        card = place.container(border=True, height="stretch", gap="small", vertical_alignment="distribute")
        with card:
            _show_source(source, ready=source.id in ready)
    for source in sources:
        progress = read_progress(source.job_id)
        if source.id not in ready and progress is not None and progress.state in ("failed", "interrupted"):
            # Beside each other the cards are too narrow for it.
            job_progress(source.job_id)


def _demo() -> _Source:
    return _Source(
        id=DEMO_ID,
        title="Demo",
        badge="Synthetic",
        summary=DEMO_TEXT,
        size="Nothing to download",
        licence=DEMO_LICENCE,
        button="Get the demo collection",
        job_id=DEMO_ID,
        start=start_demo,
    )


def _published(published: PublishedCollection) -> _Source:
    size = f"{format_megabytes(published.archive_bytes)} to download, {format_megabytes(published.disk_bytes)} of disk"
    return _Source(
        id=published.id,
        title=published.title,
        badge="Recorded",
        summary=published.summary,
        size=size,
        licence=published.licence,
        button=f"Get {published.title}",
        job_id=download_job_id(published.id),
        start=lambda: start_download(published.id),
    )


def _show_source(source: _Source, *, ready: bool) -> None:
    progress = read_progress(source.job_id)
    running = progress is not None and not progress.ended
    with st.container(gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{source.title}**", width="content")
            st.badge(source.badge, color="orange" if source.badge == "Synthetic" else "gray")
            if ready:
                st.badge("Here", icon=":material/check:", color="green")
        if not ready:
            st.markdown(source.summary)
            st.caption(f":material/hard_drive: {source.size}  \n:material/license: {source.licence}")
    if running:
        job_progress(source.job_id, on_done=lambda ended: _take(source, ended))
    elif ready:
        if source.id == DEMO_ID and demo_is_outdated():
            _offer_again(source)
        if st.button("Show it", key=f"show-{source.id}", icon=":material/visibility:"):
            set_query_value("collection", source.id)
            st.rerun()
    else:
        with st.container(gap="small"):
            _offer(source, progress)


def _offer(source: _Source, progress: Progress | None) -> None:
    """The button that begins, or goes on with, getting it."""
    unfinished = progress is not None and progress.state != "done"
    if change_button(
        "Continue" if unfinished else source.button,
        key=f"get-{source.id}",
        icon=":material/download:",
        type="primary" if source.id == DEMO_ID else "secondary",
        width="stretch",
    ):
        try:
            source.start()
        except GenreLabError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")
            return
        await_arrival(source.job_id)
        st.rerun()
    if progress is not None and progress.state == "stopped":
        st.caption("Stopped. The part downloaded so far is kept.")


def _offer_again(source: _Source) -> None:
    """The button that makes the demo anew, where an older Genre Lab made it."""
    st.caption("An older Genre Lab made it, and its music has changed since. Runs on the older clips stay as they are.")
    if change_button("Make it again", key=f"again-{source.id}", icon=":material/refresh:"):
        source.start()
        await_arrival(source.job_id)
        st.rerun()


def _take(source: _Source, progress: Progress) -> None:
    if progress.state == "done":
        arrived(source.job_id, source.id, f"{source.title} is ready.")
