"""Imports in the background: their progress, whoever started them, and what this visitor's own came to."""

from functools import partial

import streamlit as st

from core.collections.registry import load_collection
from core.importing.jobs import running_imports
from core.jobs.progress import Progress
from dashboard.sentences.collections import import_sentence
from dashboard.shared.arrivals import arrived, await_arrival
from dashboard.shared.job_progress import job_progress

_JOB = "import-job"


def show_running_imports() -> None:
    """Progress of imports in the background, whoever started them; how this visitor's own ended badly."""
    running = running_imports()
    own = st.session_state.get(_JOB)
    for job_id in dict.fromkeys([*running, *([own] if own else [])]):
        progress = job_progress(job_id, on_done=partial(_take, job_id))
        if progress is not None and progress.state == "stopped":
            st.caption("Stopped. Nothing was imported.")


def await_import(job_id: str) -> None:
    """Remember this visitor's own import."""
    st.session_state[_JOB] = job_id
    await_arrival(job_id)


def _take(job_id: str, progress: Progress) -> None:
    """Bring what was unpacked into view; remember a failure, so that it is shown."""
    if progress.state != "done" or progress.result is None:
        st.session_state[_JOB] = job_id
        return
    st.session_state.pop(_JOB, None)
    collection = load_collection(progress.result["collection_id"])
    arrived(job_id, collection.id, import_sentence(collection, unchanged=progress.result.get("unchanged", False)))
