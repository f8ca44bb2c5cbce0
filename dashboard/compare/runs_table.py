"""The table of all runs: find, sort, choose, export, delete; seeds and folds of one configuration in one row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from core.errors import GenreLabError
from core.experiments.folding import FoldedRuns, fold_runs
from core.runs.finding import find_runs
from core.runs.record import Run
from dashboard import services
from dashboard.changes.trainings import delete_run
from dashboard.compare.run_editing import (
    archive_buttons,
    edit_popover,
    note_what_failed,
    note_what_was_done,
    say_what_was_done,
)
from dashboard.compare.runs_columns import COLUMNS, columns_popover, shown_columns
from dashboard.compare.runs_filter import filter_line, filters_popover, find_box
from dashboard.sentences.runs import chip_label, not_deleted_words
from dashboard.sentences.wording import escape_markdown, format_genres, format_plural
from dashboard.shared.changing import change_button
from dashboard.shared.downloads import table_download
from dashboard.shared.run_actions import train_again_popover
from dashboard.shared.run_picker import query_runs, set_query_runs
from dashboard.shared.shipped_runs import own_runs
from dashboard.tables.folded_runs import exported_runs, folded_frame

MAX_CHOSEN, MAX_COMPARED = 50, 8
_PAGE = "compare"
_PICKER, _SINGLY = "compare:chosen", "compare:singly"


@dataclass(frozen=True)
class Choice:
    """What the table shows as it is filtered, and what is ticked in it; both newest first."""

    shown: tuple[Run, ...]
    chosen: tuple[Run, ...]


def choose_runs(runs: Sequence[Run], *, default: Sequence[str]) -> Choice:
    """Table of the runs with filters; those chosen, by the table, the list below it or the URL."""
    by_id = {run.id: run for run in runs}
    chosen = query_runs(list(by_id), default, page=_PAGE)[:MAX_CHOSEN]
    say_what_was_done()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = find_box()
        wanted = filters_popover(runs, text=text)
        own_columns = columns_popover()
        each = st.toggle(
            "Each seed and fold by itself",
            key=_SINGLY,
            persist_state="session",
            help="Else finished runs that differ in seed or fold alone are one row with their mean and spread. Ticking "
            "it chooses all of them.",
        )
    shown = find_runs(runs, wanted)
    n_archived = sum(run.archived for run in runs)
    filter_line(wanted, n_shown=len(shown), n_runs=len(runs), n_archived=n_archived)
    rows = one_by_one(shown) if each else fold_runs(shown)
    _table(rows, chosen, own_columns)
    st.session_state[_PICKER] = chosen
    st.multiselect(
        "Chosen runs",
        [run_id for run_id, run in by_id.items() if run_id in chosen or not run.archived or wanted.archived],
        format_func=lambda run_id: chip_label(by_id[run_id]),
        key=_PICKER,
        on_change=lambda: set_query_runs(st.session_state[_PICKER], page=_PAGE),
        max_selections=MAX_CHOSEN,
        placeholder="Tick rows above, or choose here",
        help=f"At most {MAX_CHOSEN}; up to {MAX_COMPARED} of them are compared below. The selection is part of the "
        "page address, so it can be shared.",
    )
    return Choice(shown, tuple(by_id[run_id] for run_id in by_id if run_id in chosen))


def one_by_one(runs: Sequence[Run]) -> tuple[FoldedRuns, ...]:
    """Each run in a row of its own."""
    return tuple(FoldedRuns(runs=(run,), kind="single") for run in runs)


def to_compare(chosen: Sequence[Run]) -> list[Run]:
    """At most `MAX_COMPARED` of the chosen runs: one of each configuration before the second of any."""
    rows = fold_runs(chosen)
    by_turns = [run for turn in range(MAX_CHOSEN) for row in rows for run in row.runs[turn : turn + 1]]
    kept = {run.id for run in by_turns[:MAX_COMPARED]}
    return [run for run in chosen if run.id in kept]


def after_ticks(members: Sequence[Sequence[str]], chosen: Sequence[str], ticked: Iterable[int]) -> list[str]:
    """What is chosen once rows were ticked or unticked: all runs of a row, or none of them; others stay as they were.

    Parameters
    ----------
    members : sequence of sequence of str
        Ids of the runs of each row.
    chosen : sequence of str
        Ids chosen before; a row counted as ticked where any of its runs was.
    ticked : iterable of int
        Places of the rows that are ticked now.
    """
    now, places = list(chosen), set(ticked)
    for place, ids in enumerate(members):
        was_ticked = not set(ids).isdisjoint(chosen)
        if place in places and not was_ticked:
            now += [run_id for run_id in ids if run_id not in now]
        elif place not in places and was_ticked:
            now = [run_id for run_id in now if run_id not in ids]
    return now


def _table(rows: Sequence[FoldedRuns], chosen: Sequence[str], columns: tuple[str, ...] | None) -> None:
    if not rows:
        st.info("No run fits these filters.", icon=":material/filter_alt_off:")
        return
    members = [[run.id for run in row.runs] for row in rows]
    # The rows are part of the key: a selection by place must not outlive the rows it was made in.
    key = f"compare:table:{hash(tuple(map(tuple, members)))}"
    selected = [place for place, ids in enumerate(members) if not set(ids).isdisjoint(chosen)]

    def changed() -> None:
        ticked = st.session_state[key]["selection"]["rows"]
        set_query_runs(after_ticks(members, chosen, ticked)[:MAX_CHOSEN], page=_PAGE)

    if key not in st.session_state or list(st.session_state[key]["selection"]["rows"]) != selected:
        st.session_state[key] = {"selection": {"rows": selected, "columns": [], "cells": []}}
    frame = folded_frame(rows)
    st.dataframe(
        frame.assign(synthetic=["synthetic" if synthetic else "" for synthetic in frame["synthetic"]]),
        key=key,
        hide_index=True,
        on_select=changed,
        selection_mode="multi-row",
        height="auto",
        placeholder="–",
        column_order=shown_columns(columns, rows),
        column_config=COLUMNS,
        alt="Runs",
    )


def table_actions(runs: Sequence[Run], chosen: Sequence[Run]) -> None:
    """Export of all runs; names, tags and notes of the chosen ones; deletion of these after two questions."""
    ended = [run for run in own_runs(chosen) if run.status not in ("running", "queued")]
    each = bool(st.session_state.get(_SINGLY))
    with st.container(horizontal=True):
        table_download(
            "Export as CSV",
            lambda: exported_runs(one_by_one(runs) if each else fold_runs(runs)),
            "genre-lab-runs.csv",
            help="All runs, with all columns in full precision; seeds and folds together or by themselves as above.",
        )
        edit_popover(runs, chosen)
        archive_buttons(chosen)
        if not chosen or own_runs(chosen):
            with st.popover("Delete…", icon=":material/delete:", disabled=not ended, help="Delete the chosen runs."):
                _deletion(ended, n_kept=len(chosen) - len(own_runs(chosen)))
        train_again_popover(chosen, key="compare")


def _deletion(runs: Sequence[Run], *, n_kept: int) -> None:
    runs_text = format_plural(len(runs), "run")
    st.markdown(
        f"Permanently delete {runs_text}, with model, curves and test predictions? They are deleted for all users of "
        "this server. Stop a run that is training first. To see less, archive them instead."
    )
    listed = [f"{run.config.name}, {format_genres(run.config.genres)} ({run.id[:6]})" for run in runs]
    st.markdown("\n".join(f"- {escape_markdown(line)}" for line in listed))
    if n_kept:
        st.caption("Selected runs that come with Genre Lab are not deleted.")
    # Other runs are another question: a tick must not outlive the list that it was set under.
    key = f"compare:delete-sure:{hash(tuple(run.id for run in runs))}"
    sure = st.checkbox(f"Yes, delete {'it' if len(runs) == 1 else 'all of these'} for good", key=key)
    pressed = change_button(
        f"Delete {runs_text}", type="primary", icon=":material/delete:", key="compare:delete", disabled=not sure
    )
    if not pressed:
        return
    failed: dict[str, str] = {}
    with st.spinner(f"Deleting {runs_text}…"):
        for run in runs:
            try:
                delete_run(run.id)
            except GenreLabError as error:
                failed[run.id] = f"{run.label}: {error}"
    if len(failed) < len(runs):
        note_what_was_done(f"Deleted {format_plural(len(runs) - len(failed), 'run')}")
    note_what_failed(not_deleted_words(list(failed.values()), len(runs)))
    kept = st.session_state.get(f"choice:runs:{_PAGE}", [])
    gone = {run.id for run in runs if run.id not in failed or not _is_there(run.id)}
    set_query_runs([run_id for run_id in kept if run_id not in gone], page=_PAGE)
    st.rerun()


def _is_there(run_id: str) -> bool:
    """Whether a run that could not be deleted is there still: somebody else may have been faster."""
    try:
        services.run(run_id)
    except GenreLabError:
        return False
    return True
