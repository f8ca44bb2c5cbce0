"""Cells chosen without a mouse: by two lists, as a set, or among the biggest confusions."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.evaluation.confusion.cells import Cell
from core.evaluation.confusion.two import Move
from core.evaluation.ordering import Confusion
from dashboard.confusion.choice import MOST_CELLS, open_cells
from dashboard.confusion.matrix_panel import Strongest, matrix_download, several_toggle
from dashboard.confusion.view import View
from dashboard.sentences.confusion import (
    EVERY,
    axis_titles,
    cell_name,
    confusion_help,
    confusion_label,
    move_help,
    move_label,
)
from dashboard.sentences.wording import escape_markdown

_EVERY = "\x01every"
_MOST_OFFERED = 400
_MOST_BESIDE = 10


def default_cell(view: View, strongest: Strongest) -> Cell:
    """The cell to start with: the first of those listed, or the first genre where there is none."""
    if strongest.listed:
        return strongest.listed[0].actual, strongest.listed[0].predicted
    return view.names[0], view.names[0]


def choose_cells(view: View, cells: Sequence[Cell], strongest: Strongest, *, is_wide: bool) -> None:
    """All ways to choose cells, and the export of the matrix.

    Parameters
    ----------
    view, cells, strongest
    is_wide : bool
        Whether they stand below the matrix, not beside it.
    """
    cell_lists(view, cells)
    cell_set(view, cells, strongest)
    strongest_buttons(view, strongest, is_wide=is_wide)
    matrix_download(view)


def cell_lists(view: View, cells: Sequence[Cell]) -> None:
    """Two lists, of rows and of columns: one cell, a whole row, a whole column, or everything."""
    row, column = cells[0]
    keys = ("confusion:actual", "confusion:predicted")
    for key, name in zip(keys, (row, column), strict=True):
        st.session_state[key] = _EVERY if name is None else name

    def changed() -> None:
        chosen = [st.session_state[key] for key in keys]
        open_cells([tuple(None if name == _EVERY else name for name in chosen)])  # type: ignore[list-item]

    places = st.columns(2)
    for place, key, title in zip(places, keys, axis_titles(view.shown, view.run_names), strict=True):
        place.selectbox(
            escape_markdown(title),
            [_EVERY, *view.names],
            key=key,
            on_change=changed,
            format_func=lambda name: EVERY if name == _EVERY else name,
        )


def cell_set(view: View, cells: Sequence[Cell], strongest: Strongest) -> None:
    """Several cells at once: by clicks, or added from a list."""
    if not several_toggle() and len(cells) < 2:
        return
    offered = [(pair.actual, pair.predicted) for pair in strongest.listed]
    counts = view.matrix.to_numpy()
    largest = np.argsort(-counts, axis=None, kind="stable")[: min(_MOST_OFFERED, np.count_nonzero(counts))]
    offered += [(view.names[place // len(view.names)], view.names[place % len(view.names)]) for place in largest]
    st.session_state["confusion:cell-set"] = list(cells)

    def changed() -> None:
        open_cells(list(st.session_state["confusion:cell-set"])[:MOST_CELLS])

    st.multiselect(
        "Cells",
        list(dict.fromkeys([*cells, *offered])),
        key="confusion:cell-set",
        on_change=changed,
        format_func=cell_name,
        placeholder="Add cells",
    )


def strongest_buttons(view: View, strongest: Strongest, *, is_wide: bool) -> None:
    """The biggest confusions, or the cells in which two runs differ most, as buttons."""
    titles = {"difference": "Biggest differences", "disagreement": "Biggest disagreements"}
    st.markdown(f"**{titles.get(view.shown, 'Biggest confusions')}**")
    if not strongest.listed:
        none = {
            "difference": "None: the two matrices are the same.",
            "disagreement": f"None: they say the same of every {view.run.config.split.unit}.",
        }
        st.caption(none.get(view.shown, f"None: every test {view.run.config.split.unit} was classified correctly."))
    columns = st.columns(2, gap="small") if is_wide else [st.container()]
    listed: list[Confusion | Move] = [*strongest.listed[: None if is_wide else _MOST_BESIDE]]
    for place, pair in enumerate(listed):
        if isinstance(pair, Move):
            label, about = move_label(pair), move_help(pair, view.run_names)
        else:
            label = confusion_label(pair)
            about = confusion_help(pair, shown=view.shown, run_names=view.run_names, unit=view.unit)
        columns[place % len(columns)].button(
            escape_markdown(label),
            key=f"confusion:pair:{pair.actual}:{pair.predicted}",
            on_click=open_cells,
            args=([(pair.actual, pair.predicted)],),
            width="stretch",
            help=escape_markdown(about),
        )
