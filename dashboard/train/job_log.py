"""What the process of a training printed: its end on the page, the whole of it as a file."""

import streamlit as st

from core.jobs.folder import read_log
from core.jobs.watch import read_progress
from core.queue.dispatch import supervisor_log
from core.runs.liveness import job_id_of_run
from core.runs.record import Run
from dashboard.sentences.wording import escape_markdown, name_with_seed

POLL_S = 3.0
SHOWN_LINES = 60
SHOWN_RUNS = 30
_SUPERVISOR = "supervisor"
_WHOLE_BYTES = 20_000_000


def pick_log(runs: list[Run]) -> None:
    """Choose a run and read its log; those that are training first."""
    shown = sorted(runs, key=lambda run: run.status != "running")[:SHOWN_RUNS]
    names = {run.id: f"{name_with_seed(run)}, {run.status}" for run in shown}
    with st.expander("Logs", icon=":material/terminal:"):
        if supervisor_log().exists():
            names[_SUPERVISOR] = "The queue's supervisor"
        if not names:
            st.caption("A training writes its log from the start; there is none yet.")
            return
        chosen = st.selectbox("Log of", list(names), format_func=lambda key: names[key], key="queue:log", width=480)
        live = any(run.id == chosen and run.status == "running" for run in shown)
        st.fragment(show_log, run_every=POLL_S if live else None)(chosen)


def show_log(run_id: str) -> None:
    """The last lines of a log, and a button for all of it."""
    text = _text(run_id)
    if not text.strip():
        st.caption("Nothing has been printed, or the log was removed.")
        return
    lines = text.splitlines()
    with st.container(height=320, autoscroll=True):
        st.code("\n".join(lines[-SHOWN_LINES:]), language=None, wrap_lines=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download",
            data=lambda: _text(run_id).encode(),
            file_name=f"{run_id[:12]}.log.txt",
            mime="text/plain",
            key=f"queue:log:{run_id}",
            icon=":material/download:",
            on_click="ignore",
        )
        shown = f"The last {SHOWN_LINES} of {len(lines):,} lines." if len(lines) > SHOWN_LINES else ""
        ending = _end(run_id)
        st.caption(f"{shown} {escape_markdown(ending)}" if ending else shown)


def _text(run_id: str) -> str:
    if run_id == _SUPERVISOR:
        try:
            return supervisor_log().read_bytes()[-_WHOLE_BYTES:].decode(errors="replace")
        except OSError:
            return ""
    return read_log(job_id_of_run(run_id), max_bytes=_WHOLE_BYTES)


def _end(run_id: str) -> str:
    progress = None if run_id == _SUPERVISOR else read_progress(job_id_of_run(run_id))
    return progress.detail if progress is not None and progress.ended else ""
