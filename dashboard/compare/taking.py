"""What is taken away: reports and models of chosen runs; and models of another Genre Lab, imported."""

from collections.abc import Sequence

import streamlit as st

from core.errors import GenreLabError
from core.jobs.progress import Progress
from core.runs.record import Run
from dashboard.access import may_change
from dashboard.changes.trainings import start_import_model
from dashboard.compare.report import report_popover
from dashboard.sentences.wording import escape_markdown, name_with_seed
from dashboard.shared.changing import change_submit_button
from dashboard.shared.job_progress import job_progress
from dashboard.shared.run_picker import set_query_runs
from dashboard.shared.take_away import ABOUT, take_away_button
from dashboard.state import let_go

LARGEST_MB = 500
_JOB, _DONE = "compare:import-job", "compare:imported"


def taking_actions(chosen: Sequence[Run]) -> None:
    """Report, model and import side by side, and what an import came to."""
    with st.container(horizontal=True):
        report_popover(chosen)
        _take_away_popover(chosen)
        _import_popover()
    _show_progress()
    for run in chosen:
        if run.imported_from:
            st.caption(escape_markdown(f"{name_with_seed(run)}: imported from {run.imported_from}."))


def show_import() -> None:
    """The import alone, where there is no run yet."""
    with st.container(horizontal=True):
        _import_popover()
    _show_progress()


def _take_away_popover(chosen: Sequence[Run]) -> None:
    """A zip of each of the chosen runs, made when it is asked for."""
    with st.popover(
        "Take a model away…",
        icon=":material/inventory_2:",
        disabled=not chosen,
        help="The model of a chosen run as a zip that works without Genre Lab.",
    ):
        st.caption(ABOUT)
        for run in chosen:
            take_away_button(run, label=name_with_seed(run), key="compare")


def _import_popover() -> None:
    """The form that imports a zip."""
    with (
        st.popover("Import a model…", icon=":material/unarchive:", disabled=not may_change()),
        st.form("compare:import-model", border=False, clear_on_submit=True),
    ):
        uploaded = st.file_uploader(
            "Model exported by another Genre Lab (zip)",
            type=["zip"],
            max_upload_size=LARGEST_MB,
            key="compare:import-file",
            disabled=not may_change(),
            help="Nothing in it is run or unpickled: the model is built anew here from its settings, and given its "
            "weights. It becomes a run of this Genre Lab that says where it came from.",
        )
        if change_submit_button("Import", icon=":material/unarchive:"):
            if uploaded is None:
                st.error("Choose a file first.", icon=":material/error:")
                return
            try:
                st.session_state[_JOB] = start_import_model(uploaded.getvalue(), uploaded.name)
            except GenreLabError as error:
                st.error(escape_markdown(str(error)), icon=":material/error:")
            else:
                st.rerun()
            finally:
                let_go(uploaded)


def _show_progress() -> None:
    """How far this visitor's import is, and what it came to."""
    if (job_id := st.session_state.get(_JOB)) is not None:
        job_progress(job_id, on_done=_take, stop_label=None)
    if (run_id := st.session_state.pop(_DONE, None)) is not None:
        st.success(f"The model is here: run {run_id[:6]}, which is chosen now.", icon=":material/check_circle:")


def _take(progress: Progress) -> None:
    """Bring an imported run into view; a failure stays to be shown."""
    if progress.state == "done" and progress.result is not None:
        st.session_state.pop(_JOB, None)
        st.session_state[_DONE] = progress.result["run_id"]
        set_query_runs([progress.result["run_id"]], page="compare")
