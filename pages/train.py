"""Train: set up a training and start it, watch it, see the queue, search for good settings, repeat the study."""

import streamlit as st

from core.errors import GenreLabError
from core.runs.record import Run
from dashboard import services
from dashboard.sentences.wording import escape_markdown, quoted_value
from dashboard.shared.collection_picker import default_collection, pick_collection
from dashboard.shared.feedback import page_header, show_errors
from dashboard.state import (
    address_value,
    linked_tabs,
    query_value,
    set_address_value,
    set_query_value,
    warn_of_link,
)
from dashboard.train.form.training_form import forget_request, reuse_settings, say_what_is_missing, training_form
from dashboard.train.monitor import show_run
from dashboard.train.queue_panel import move_queue, queue_panel, queue_strip
from dashboard.train.search_panel import search_panel
from dashboard.train.study_panel import study_panel

# Session key of the run in view on this page, so that coming back from another page shows it again.
VIEW = "train:view"
TABS = ("Set up", "Queue", "Search", "Study")


def run_in_view(runs: tuple[Run, ...]) -> Run | None:
    by_id = {run.id: run for run in runs}
    linked = address_value("run")
    if linked is not None and linked not in by_id:
        warn_of_run(linked)
        set_address_value("run", None)
        linked = None
    run = by_id.get(linked or st.session_state.get(VIEW, ""))
    if run is not None:
        show(run.id)
    return run


def warn_of_run(run_id: str) -> None:
    warn_of_link(
        f"The link asks for the run {quoted_value(run_id)}, which does not exist here: it may have been deleted."
    )


def show(run_id: str) -> None:
    st.session_state[VIEW] = run_id
    set_address_value("view", None)
    set_query_value("run", run_id)


def keep_collection(run: Run) -> None:
    """Leave the collection in view in the address, so that a reload in mid-training does not lose it."""
    ids = [summary.id for summary in services.collections()]
    default = run.config.collection_id
    query_value("collection", ids, default if default in ids else default_collection(services.collections()))


def show_form() -> None:
    forget_request()
    st.session_state.pop(VIEW, None)
    for name in ("run", "view"):
        set_address_value(name, None)


def reuse(run: Run) -> None:
    try:
        collection = services.collection(run.config.collection_id)
    except GenreLabError:
        collection = None
    else:
        set_query_value("collection", collection.id)
    reuse_settings(run, collection)
    show_form()


def heed_reuse(runs: tuple[Run, ...]) -> None:
    """Fill the form as a link from another page asks."""
    wanted = address_value("reuse")
    set_address_value("reuse", None)
    if wanted is None:
        return
    run = next((run for run in runs if run.id == wanted), None)
    if run is None:
        warn_of_run(wanted)
        return
    reuse(run)


def set_up(runs: tuple[Run, ...]) -> None:
    collection = pick_collection(filters=False)
    if collection is None:
        return
    say_what_is_missing(collection)
    started = training_form(collection, tuple(run for run in runs if run.status in ("running", "queued")))
    if started is not None:
        show(started)
        st.rerun()


def main() -> None:
    page_header("Train", "Train a model to tell genres apart, and watch it learn.")
    move_queue()
    try:
        runs = services.runs()
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    heed_reuse(runs)
    run = None if address_value("view") else run_in_view(runs)
    if run is not None:
        keep_collection(run)
        queue_strip(runs, in_view=run.id)
        st.button("Set up another run", icon=":material/add:", on_click=show_form)
        show_run(run, on_reuse=reuse, on_deleted=show_form)
        return
    form, queue, search, study = linked_tabs(TABS, key="train:view-tab", name="view")
    if form.open:
        with form:
            queue_strip(runs, in_view=None)
            set_up(runs)
    if queue.open:
        with queue:
            queue_panel(runs)
    if search.open:
        with search, show_errors():
            search_panel(runs, on_reuse=reuse)
    if study.open:
        with study, show_errors():
            study_panel(runs)


main()
