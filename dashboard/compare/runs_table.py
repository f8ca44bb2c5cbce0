"""The table of all runs: filter, sort, choose, export, delete."""

from collections.abc import Sequence

import streamlit as st

from core.errors import GenreLabError
from core.runs.record import Run
from dashboard.changes.trainings import delete_run
from dashboard.sentences.runs import chip_label
from dashboard.sentences.shipped import SHIPPED
from dashboard.sentences.wording import escape_markdown, format_genres, format_plural
from dashboard.shared.changing import change_button
from dashboard.shared.downloads import table_download
from dashboard.shared.run_actions import train_again_popover
from dashboard.shared.run_picker import query_runs, set_query_runs
from dashboard.shared.shipped_runs import own_runs
from dashboard.tables.runs import runs_frame

MAX_COMPARED = 8
_PAGE = "compare"
_PICKER = "compare:chosen"


def filter_runs(
    runs: Sequence[Run], *, text: str = "", statuses: Sequence[str] = (), collections: Sequence[str] = ()
) -> tuple[Run, ...]:
    """Runs that hold every word of ``text`` and have one of the statuses and collections; empty ones let all pass."""
    words = text.casefold().split()
    kept = []
    for run in runs:
        said = " ".join(
            (
                run.config.name,
                run.model_kind,
                run.collection_title,
                *run.config.genres,
                run.id,
                str(run.config.seed),
                run.config.split.title,
                run.group_place,
                run.group_label,
                SHIPPED if run.shipped else "",
            )
        ).casefold()
        if (
            all(word in said for word in words)
            and (not statuses or run.status in statuses)
            and (not collections or run.collection_title in collections)
        ):
            kept.append(run)
    return tuple(kept)


def choose_runs(runs: Sequence[Run], *, default: Sequence[str]) -> list[Run]:
    """Table of the runs with filters; those chosen, by the table, the list above it or the URL, in table order."""
    by_id = {run.id: run for run in runs}
    chosen = query_runs(list(by_id), default, page=_PAGE)[:MAX_COMPARED]
    shown = _filters(runs)
    _table(shown, chosen)
    st.session_state[_PICKER] = chosen
    st.multiselect(
        "Runs to compare",
        list(by_id),
        format_func=lambda run_id: chip_label(by_id[run_id]),
        key=_PICKER,
        on_change=lambda: set_query_runs(st.session_state[_PICKER], page=_PAGE),
        max_selections=MAX_COMPARED,
        placeholder="Tick rows above, or choose here",
        help=f"At most {MAX_COMPARED}. The selection is part of the page address, so it can be shared.",
    )
    return [by_id[run_id] for run_id in by_id if run_id in chosen]


def _filters(runs: Sequence[Run]) -> tuple[Run, ...]:
    words, status, collection = st.columns([3, 3, 3], vertical_alignment="bottom")
    text = words.text_input(
        "Find",
        key="compare:text",
        type="search",
        live=True,
        placeholder="Name, genre, seed, id …",
        persist_state="session",
    )
    statuses = status.multiselect(
        "Status", sorted({run.status for run in runs}), key="compare:status", placeholder="All", persist_state="session"
    )
    collections = collection.multiselect(
        "Collection",
        sorted({run.collection_title for run in runs}),
        key="compare:collection",
        placeholder="All",
        persist_state="session",
    )
    return filter_runs(runs, text=text or "", statuses=statuses, collections=collections)


def _table(shown: Sequence[Run], chosen: Sequence[str]) -> None:
    if not shown:
        st.info("No run fits these filters.", icon=":material/filter_alt_off:")
        return
    frame = runs_frame(shown)
    # The rows are part of the key: a selection by place must not outlive the rows it was made in.
    key = f"compare:table:{hash(tuple(frame.index))}"
    ids = list(frame.index)
    selected = [place for place, run_id in enumerate(ids) if run_id in chosen]

    def changed() -> None:
        ticked = [ids[place] for place in st.session_state[key]["selection"]["rows"]]
        hidden = [run_id for run_id in chosen if run_id not in ids]
        set_query_runs((hidden + ticked)[:MAX_COMPARED], page=_PAGE)

    if key not in st.session_state or list(st.session_state[key]["selection"]["rows"]) != selected:
        st.session_state[key] = {"selection": {"rows": selected, "columns": [], "cells": []}}
    hidden: set[str] = set()
    if not any(run.synthetic for run in shown):
        hidden.add("synthetic")
    if not any(run.shipped or run.imported_from for run in shown):
        hidden.add("origin")
    st.dataframe(
        frame.assign(synthetic=["synthetic" if run.synthetic else "" for run in shown]),
        key=key,
        hide_index=True,
        on_select=changed,
        selection_mode="multi-row",
        height="auto",
        placeholder="–",
        column_order=[name for name in _COLUMNS if name not in hidden],
        column_config=_COLUMNS,
        alt="Runs",
    )


def table_actions(runs: Sequence[Run], chosen: Sequence[Run]) -> None:
    """Export of all runs, and deletion of the chosen ones after a question."""
    ended = [run for run in own_runs(chosen) if run.status not in ("running", "queued")]
    with st.container(horizontal=True):
        table_download(
            "Export as CSV",
            lambda: runs_frame(runs).reset_index(),
            "genre-lab-runs.csv",
            help="All runs, with all values in full precision.",
        )
        if not chosen or own_runs(chosen):
            with st.popover("Delete…", icon=":material/delete:", disabled=not ended, help="Delete the chosen runs."):
                _deletion(ended, n_kept=len(chosen) - len(own_runs(chosen)))
        train_again_popover(chosen, key="compare")


def _deletion(runs: Sequence[Run], *, n_kept: int) -> None:
    runs_text = format_plural(len(runs), "run")
    st.markdown(
        f"Permanently delete {runs_text}, with model, curves and test predictions? They are deleted for all users of "
        "this server. Stop a run that is training first."
    )
    listed = [f"{run.config.name}, {format_genres(run.config.genres)} ({run.id[:6]})" for run in runs]
    st.markdown("\n".join(f"- {escape_markdown(line)}" for line in listed))
    if n_kept:
        st.caption("Selected runs that come with Genre Lab are not deleted.")
    if not change_button(f"Delete {runs_text}", type="primary", icon=":material/delete:", key="compare:delete"):
        return
    try:
        for run in runs:
            delete_run(run.id)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    gone = {run.id for run in runs}
    kept = st.session_state.get(f"choice:runs:{_PAGE}", [])
    set_query_runs([run_id for run_id in kept if run_id not in gone], page=_PAGE)
    st.rerun()


_number = st.column_config.NumberColumn
_text = st.column_config.TextColumn
_COLUMNS = {
    "name": _text("Name", width="medium", pinned=True),
    "which": _text("Seed and split", width=190, help="What tells it from other runs of its name: seed, fold, trial."),
    "model": _text("Model", width=130),
    "origin": _text("Origin", width="small", help="Trained here, imported, or a run that comes with Genre Lab."),
    "accuracy_percent": _number(
        "Test accuracy", format="%.1f %%", help="Share of the test clips classified correctly."
    ),
    "interval": _text("95 % interval", width=110, help="Wilson interval of the test accuracy."),
    "n_test": _number("Test clips", format="%d", width="small"),
    "caution": _text("Note", width=130, help="Few test clips, or an accuracy that chance alone may reach."),
    "split": _text("Split", width=120, help="Protocol by which the clips were divided."),
    "collection": _text("Collection", width="medium"),
    "synthetic": _text("Music", help="Trained on music made by a program: its results say nothing about real music."),
    "genres": _text("Genres", width="medium"),
    "epochs": _number("Epochs", format="%d", width="small", help="Number of epochs trained."),
    "n_parameters": _number("Parameters", format="localized"),
    "training_s": _number("Training time (s)", format="%.1f", help="Wall-clock time of all epochs."),
    "seed": _number("Seed", format="%d", width="small"),
    "status": _text("Status"),
    "created": st.column_config.DatetimeColumn("Created (UTC)", format="YYYY-MM-DD HH:mm"),
    "protocol": _text("Split details", width="large", help="How the clips were divided, and the sizes of the sets."),
}
