"""Train: set up a training, start it, and watch it, wherever it was started from."""

import streamlit as st

from core.errors import GenreLabError
from core.runs.record import Run
from dashboard import services
from dashboard.state import set_query_value
from dashboard.widgets.collection_picker import pick_collection
from dashboard.widgets.feedback import page_header
from dashboard.widgets.training_form import forget_request, reuse_settings, training_form
from dashboard.widgets.training_monitor import show_run, training_now
from dashboard.wording import escape_markdown

# Session key of the run in view on this page, so that coming back from another page shows it again.
VIEW = "train:view"


def run_in_view(runs: tuple[Run, ...]) -> Run | None:
    by_id = {run.id: run for run in runs}
    linked = st.query_params.get("run")
    if linked is not None and linked not in by_id:
        st.warning(
            f"The link asks for the run “{escape_markdown(linked)}”, which is not here: it may have been deleted.",
            icon=":material/link_off:",
        )
        del st.query_params["run"]
        linked = None
    run = by_id.get(linked or st.session_state.get(VIEW, ""))
    if run is not None:
        st.session_state[VIEW] = run.id
        set_query_value("run", run.id)
    return run


def show_form() -> None:
    forget_request()
    st.session_state.pop(VIEW, None)
    if "run" in st.query_params:
        del st.query_params["run"]


def reuse(run: Run) -> None:
    try:
        collection = services.collection(run.config.collection_id)
    except GenreLabError:
        collection = None
    else:
        set_query_value("collection", collection.id)
    reuse_settings(run, collection)
    show_form()


def main() -> None:
    page_header("Train", "Teach a model to tell genres apart, and watch it learn.")
    try:
        runs = services.runs()
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    run = run_in_view(runs)
    training_now(runs, in_view=None if run is None else run.id)
    if run is not None:
        st.button("Set up another run", icon=":material/add:", on_click=show_form)
        show_run(run, on_reuse=reuse)
        return
    collection = pick_collection()
    if collection is None:
        return
    started = training_form(collection, tuple(run for run in runs if run.status == "running"))
    if started is not None:
        st.session_state[VIEW] = started
        set_query_value("run", started)
        st.rerun()


main()
