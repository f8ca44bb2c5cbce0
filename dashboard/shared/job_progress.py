"""Progress of a background job, redrawn by itself until the job has ended."""

from collections.abc import Callable

import streamlit as st

from core.jobs.folder import read_log
from core.jobs.progress import Progress
from core.jobs.watch import read_progress
from dashboard.changes.jobs import request_stop
from dashboard.sentences.progress import progress_text
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.changing import change_button

POLL_S = 0.7


def job_progress(
    job_id: str,
    *,
    on_done: Callable[[Progress], None] | None = None,
    stop_label: str | None = "Stop",
) -> Progress | None:
    """Show a job while it runs; the whole page is run again as soon as it has ended.

    Parameters
    ----------
    job_id : str
    on_done : callable, optional
        Called with the last progress once for each visitor who watched the job end, before the page runs again.
    stop_label : str or None
        Text of the button that ends the job early; None for no button.

    Returns
    -------
    Progress or None
        As read now; None when there is no such job. Ended jobs draw nothing but a failure's message.
    """
    progress = read_progress(job_id)
    if progress is None:
        return None
    if not progress.ended:
        st.fragment(_watch, run_every=POLL_S)(job_id, on_done, stop_label)
    elif progress.state in ("failed", "interrupted"):
        _show_failure(job_id, progress)
    return progress


def _watch(job_id: str, on_done: Callable[[Progress], None] | None, stop_label: str | None) -> None:
    progress = read_progress(job_id)
    if progress is None or progress.ended:
        if progress is not None and on_done is not None:
            on_done(progress)
        st.rerun()
    st.progress(progress.fraction, text=escape_markdown(progress_text(progress)))
    if stop_label is not None:
        key = f"stopping:{job_id}:{progress.started_at}"
        stopping = bool(st.session_state.get(key))
        change_button(
            "Stopping…" if stopping else stop_label,
            key=f"stop:{job_id}",
            icon=":material/stop_circle:",
            disabled=stopping,
            on_click=_stop,
            args=(job_id, key),
        )


def _stop(job_id: str, key: str) -> None:
    st.session_state[key] = True
    request_stop(job_id)


def _show_failure(job_id: str, progress: Progress) -> None:
    what = "was interrupted" if progress.state == "interrupted" else "failed"
    reason = f" {progress.detail}" if progress.detail else ""
    st.error(escape_markdown(f"{progress.phase} {what}.{reason}"), icon=":material/error:")
    if log := read_log(job_id, max_bytes=8_000).strip():
        with st.expander("Output of the job"):
            st.code(log, language=None)
