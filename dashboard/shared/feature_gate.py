"""Features before figures: extracts what a page needs, with progress, and lets the page go on when it is there."""

from collections.abc import Sequence

import streamlit as st

from core.clips.collection import Collection
from core.extraction.extract import extraction_job_id
from core.features.base import Features
from core.jobs.watch import read_progress
from dashboard import services
from dashboard.access import why_not
from dashboard.changes.collections import start_extraction
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.changing import change_button
from dashboard.shared.job_progress import job_progress

STANDARD: tuple[Features, ...] = (services.MEL, services.NUMERIC)
"""What every page needs; extracted together, since decoding a clip is the larger part of the work."""


def features_ready(
    collection: Collection, front_ends: Sequence[Features] | None = None, *, at_once: bool = True
) -> bool:
    """Whether the features are there; otherwise extract them, showing progress.

    The page runs again by itself at the end. An extraction that was stopped or failed is continued by a button.

    Parameters
    ----------
    collection : Collection
    front_ends : sequence of Features, optional
        Those of `services.standard_front_ends` when not given.
    at_once : bool
        Begin to extract what is missing; otherwise wait for the button.

    Raises
    ------
    FeatureError
        The collection has no audio, and not these features.
    """
    front_ends = front_ends or services.standard_front_ends(collection)
    collection.require_front_ends(front_ends)
    missing = services.n_missing(collection, front_ends)
    if not missing:
        return True
    if not collection.has_audio:
        _say_gone(collection, missing)
        return False
    job_id = extraction_job_id(collection.id, front_ends)
    progress = read_progress(job_id)
    fresh = progress is None or progress.state == "done"
    if fresh and (reason := why_not()):
        st.info(
            f"{_missing_text(collection, front_ends)} {escape_markdown(reason)} They are computed as soon as somebody "
            "who may change something opens this page.",
            icon=":material/lock:",
        )
        return False
    if fresh and at_once:
        start_extraction(collection.id, front_ends)
        progress = read_progress(job_id)
        fresh = False
    with st.container(border=True):
        st.header("Features to extract" if fresh else "Extracting features", anchor=False)
        st.markdown(
            f"{_missing_text(collection, front_ends)} The page continues when they are ready; you may also leave and "
            "come back."
        )
        if fresh or (progress is not None and progress.ended):
            label = "Extract them" if fresh else "Continue"
            if change_button(label, type="primary", icon=":material/play_arrow:", key=f"extract:{job_id}"):
                start_extraction(collection.id, front_ends)
                st.rerun()
            if progress is not None and progress.state == "stopped":
                st.caption("Stopped. The features extracted so far are kept.")
        job_progress(job_id)
    return False


def _missing_text(collection: Collection, front_ends: Sequence[Features]) -> str:
    """Which features how many clips lack, as Markdown."""
    counts = {front_end.title: services.n_missing(collection, (front_end,)) for front_end in front_ends}
    listed = "; ".join(
        f"**{escape_markdown(title)}**: {n:,} of {len(collection.clips):,} clips" for title, n in counts.items() if n
    )
    return f"Not there yet: {listed}."


def _say_gone(collection: Collection, missing: int) -> None:
    """Features that came ready-made and are no longer stored cannot be computed."""
    st.warning(
        f"The features of {format_plural(missing, 'clip')} of {escape_markdown(collection.title)} are no longer "
        f"stored, and there is no audio to compute them from. Import {escape_markdown(collection.root.name)} again on "
        "Collections.",
        icon=":material/warning:",
    )
