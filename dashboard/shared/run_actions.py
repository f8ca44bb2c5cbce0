"""What can be done with any run: train it again, put its settings into the form, resume it."""

import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.errors import GenreLabError
from core.runs.record import Run
from core.training.checkpoint import has_checkpoint
from dashboard import navigation
from dashboard.changes.trainings import resume_run, start_training
from dashboard.sentences.shipped import missing_collection
from dashboard.sentences.wording import escape_markdown, name_with_seed
from dashboard.shared.changing import change_button
from dashboard.shared.shipped_runs import collections_link, has_collection

PROBLEM = "queue:problem"
_TOKEN_S = 5.0
"""Clicks on one button within so many seconds are one request."""


def attempt(action: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    """Do what a button asks for; what goes wrong is kept for `show_problem`."""
    try:
        action(*arguments, **named)
    except GenreLabError as error:
        st.session_state[PROBLEM] = str(error)


def show_problem() -> None:
    """What went wrong with the last button, once."""
    if problem := st.session_state.pop(PROBLEM, ""):
        st.error(escape_markdown(problem), icon=":material/error:")


def resume_button(run: Run, *, key: str) -> None:
    """Queue an interrupted or failed run again under its own id."""
    # Also where the store knows no epoch: it may not have answered while they were trained.
    goes_on = has_checkpoint(run.id)
    change_button(
        "Resume" if goes_on else "Start again",
        key=f"{key}:resume:{run.id}",
        icon=":material/resume:" if goes_on else ":material/restart_alt:",
        help="Continues from the last checkpoint, with weights, optimiser and random numbers restored: the result "
        "is the same as without the interruption. It goes to the front of the queue."
        if goes_on
        else (
            "Trains the same run from its first epoch, since there is no checkpoint. It goes to the front of the queue."
        ),
        on_click=attempt,
        args=(resume_run, run.id),
    )


def run_again_button(run: Run, *, key: str) -> None:
    """Train with the very same settings once more, and go to the new run; says what is missing where it cannot be."""
    if not has_collection(run):
        with st.popover("Run again", icon=":material/replay:", key=f"{key}:missing:{run.id}"):
            st.markdown(missing_collection(run))
            collections_link()
        return
    name = f"{key}:again:{run.id}"
    pressed = change_button(
        "Run again",
        key=name,
        icon=":material/replay:",
        help="Trains a new run with the same settings, including the seed.",
    )
    if not pressed:
        return
    try:
        started = start_training(run.config, token=_token(name))
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    navigation.open_page("train", run=started)


def _token(name: str) -> str:
    """Name of a request: a double click has one, a click some seconds later another."""
    kept: tuple[str, float] | None = st.session_state.get(f"token:{name}")
    if kept is None or time.monotonic() - kept[1] > _TOKEN_S:
        kept = (secrets.token_hex(16), time.monotonic())
        st.session_state[f"token:{name}"] = kept
    return kept[0]


def edit_link(run: Run) -> None:
    """A link to the form on Train, filled with the settings of a run."""
    navigation.page_link(
        "train", "Edit and run", query={"reuse": run.id}, help="Opens the form with the settings of this run."
    )


def train_again_popover(runs: Sequence[Run], *, key: str) -> None:
    """Both actions for each of some runs."""
    with st.popover(
        "Train again…",
        icon=":material/replay:",
        disabled=not runs,
        help="Run the same settings again, or edit them first.",
    ):
        for run in runs:
            st.markdown(escape_markdown(name_with_seed(run)))
            with st.container(horizontal=True, vertical_alignment="center"):
                if has_collection(run):
                    run_again_button(run, key=key)
                edit_link(run)
        lacking = {run.config.collection_id: run for run in runs if not has_collection(run)}
        for run in lacking.values():
            st.caption(missing_collection(run))
        if lacking:
            collections_link()
