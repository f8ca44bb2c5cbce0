"""The matrix with its controls: what its cells say, their order, only the strongest; a click chooses a cell."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.evaluation.confusion.cells import Cell
from core.evaluation.confusion.matrices import Order, order_genres, strongest_part
from core.evaluation.confusion.two import Move, biggest_moves
from core.evaluation.ordering import Confusion
from dashboard.charts.runs.matrix import SELECTION, confusion_chart, difference_chart
from dashboard.charts.runs.matrix_cells import BELOW, BESIDE, MARGIN, CellText
from dashboard.charts.runs.matrix_size import is_overview, matrix_size, named_genres
from dashboard.confusion.choice import MOST_CELLS, mount, open_cells
from dashboard.confusion.view import View
from dashboard.sentences.confusion import axis_titles
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme
from dashboard.tables.confusion import difference_export, matrix_export

_TEXTS: dict[CellText, str] = {"counts": "Counts", "row per cent": "Row %", "column per cent": "Column %"}
_ORDERS: dict[Order, str] = {"name": "Name", "recall": "Recall", "similarity": "Similarity"}
_HOW_MANY = (5, 10, 20, 40)
_SEVERAL = "confusion:several"


@dataclass(frozen=True, eq=False)
class Strongest:
    """The biggest confusions, or the cells in which two runs differ most, and how many of them the matrix shows.

    Attributes
    ----------
    listed : tuple of Confusion or of Move
        The biggest first.
    most : int or None
        The matrix is made of so many of them; None where it shows all cells.
    """

    listed: tuple[Confusion, ...] | tuple[Move, ...]
    most: int | None


def pick_strongest(view: View) -> Strongest:
    """How many cells are shown: all, or only the strongest."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        only = st.toggle(
            "Only the strongest",
            key="confusion:strongest",
            persist_state="session",
            help="Shows the biggest confusions alone, and of the genres those that are in them; of the difference of "
            "two runs the cells that differ most.",
        )
        most = None
        if only:
            most = st.segmented_control(
                "How many",
                _HOW_MANY,
                default=_HOW_MANY[1],
                required=True,
                key="confusion:most",
                persist_state="session",
                label_visibility="collapsed",
            )
    n_listed = max(_n_listed(len(view.names)), min(most or 0, _HOW_MANY[2]))
    if view.difference is not None:
        return Strongest(biggest_moves(view.difference, most=max(n_listed, most or 0)), most)
    return Strongest(strongest_part(view.matrix, most=max(n_listed, most or 0))[1], most)


def drawn_names(view: View, strongest: Strongest) -> tuple[str, ...]:
    """Genres of the rows and columns that are drawn, in the order of the view."""
    if strongest.most is None or not strongest.listed:
        return view.names
    wanted = {name for pair in strongest.listed[: strongest.most] for name in (pair.actual, pair.predicted)}
    return tuple(name for name in view.names if name in wanted)


def _n_listed(n_genres: int) -> int:
    """Confusions that are listed: about as many as fit beside the matrix, more where its cells hold no figures."""
    return 16 if n_genres >= 15 else max(2, min(7, n_genres - 2))


def pick_text(view: View) -> CellText:
    """What is written in the cells."""
    texts = [text for text in _TEXTS if view.difference is None or text != "column per cent"]
    chosen: CellText | None = st.segmented_control(
        "Cells",
        texts,
        default=texts[0],
        required=True,
        format_func=lambda text: _TEXTS[text],
        # Of a difference there are no shares of columns: another widget, with its own choice.
        key="confusion:cells" if view.difference is None else "confusion:cells:difference",
        persist_state="session",
        help=f"Counts: number of {view.unit}s. Row %: share of the {view.unit}s of the row. Column %: of those of the "
        "column.",
    )
    return chosen or texts[0]


def pick_order() -> Order:
    """The order of rows and columns."""
    chosen: Order | None = st.segmented_control(
        "Order",
        list(_ORDERS),
        default="name",
        required=True,
        format_func=lambda order: _ORDERS[order],
        key="confusion:order",
        persist_state="session",
        help="Recall: best first (where two runs stand against each other, where they agree most). Similarity: genres "
        "that are taken for each other stand side by side (average linkage of the confusions).",
    )
    return chosen or "name"


@st.cache_data(max_entries=64, show_spinner=False)
def _ordered(matrix: pd.DataFrame, order: Order) -> tuple[str, ...]:
    return order_genres(matrix, order)


def show_matrix(view: View, cells: Sequence[Cell], strongest: Strongest, *, text: CellText, order: Order) -> None:
    """Draw the matrix; a click chooses a cell, or adds it to those chosen where several are wanted."""
    drawn, shown = view.matrix, None
    wanted = drawn_names(view, strongest)
    if strongest.most is not None:
        if view.difference is not None:
            shown = {(pair.actual, pair.predicted) for pair in strongest.listed[: strongest.most]}
        else:
            drawn, _ = strongest_part(view.matrix, most=strongest.most)
    names = [name for name in _ordered(view.matrix, order) if name in wanted]
    titles = axis_titles(view.shown, view.run_names)
    inside = [cell for cell in cells if all(name is None or name in names for name in cell)]
    if view.difference is not None:
        chart = difference_chart(
            view.difference.part(names),
            order=names,
            text=text,
            chosen=inside,
            shown=shown,
            names=(view.run_names[0], view.run_names[1]),
            unit=view.unit,
            theme=chart_theme(),
        )
        size = matrix_size(names)
    else:
        with_margins = view.shown != "disagreement"
        chart = confusion_chart(
            drawn,
            order=names,
            text=text,
            chosen=inside,
            whole=view.matrix,
            with_margins=with_margins,
            titles=titles,
            unit=view.unit,
            theme=chart_theme(),
        )
        is_framed = with_margins and not is_overview(len(names))
        size = matrix_size(names, beside=len(BESIDE) * is_framed, below=len(BELOW) * is_framed)
    key = f"confusion:matrix:{view.basis}:{mount()}"

    def clicked() -> None:
        points = st.session_state[key]["selection"].get(SELECTION) or []
        if points:
            _take(cells, (str(points[0]["actual"]), str(points[0]["predicted"])))

    with st.container(width=size.width):
        st.altair_chart(
            chart,
            key=key,
            on_select=clicked,
            selection_mode=SELECTION,
            alt=f"Matrix of {' and '.join(view.run_names)}: rows {titles[0]}, columns {titles[1]}. The lists of genres "
            "beside or below it choose a cell without a mouse.",
        )
    n_unnamed = len(names) - len(named_genres(names))
    st.caption(_caption(view, text, is_whole=is_overview(len(names)), n_unnamed=n_unnamed))


def _take(cells: Sequence[Cell], clicked: tuple[str, str]) -> None:
    """What a click means: a cell, or the whole row or column beside or below which it was."""
    row, column = (None if name.startswith(MARGIN) else name for name in clicked)
    cell = (row, column)
    if not st.session_state.get(_SEVERAL):
        open_cells([cell], clicked=True)
        return
    kept = [each for each in cells if each != cell]
    # A chart says nothing of a second click on one cell: it is drawn anew, so that it can be taken out again.
    open_cells(kept or [cell] if cell in cells else [*kept, cell][-MOST_CELLS:])


def several_toggle() -> bool:
    """Whether clicks add to the cells chosen."""
    return st.toggle(
        "Choose several cells",
        key=_SEVERAL,
        persist_state="session",
        help="Each click on the matrix then adds a cell to those chosen, or takes it out again.",
    )


def _caption(view: View, text: CellText, *, is_whole: bool, n_unnamed: int) -> str:
    unit = f"{view.unit}s"
    if view.difference is not None:
        first, second = (escape_markdown(name) for name in view.run_names)
        said = f":violet[■] more by {first}, :orange[■] more by {second}; the deeper, the larger the difference."
        values = f"{unit}, the first run less the second" if text == "counts" else "points of the row's share"
    elif view.shown == "disagreement":
        said = ":blue[■] the two agree, rightly or wrongly, :orange[■] they do not."
        values = unit if text == "counts" else f"% of the {'row' if text == 'row per cent' else 'column'}"
    else:
        said = ":blue[■] correct, :orange[■] confused; a deeper colour means a larger share of the "
        said += "column." if text == "column per cent" else "row."
        of = "predicted" if text == "column per cent" else "actual"
        values = unit if text == "counts" else f"% of the {of} genre's {unit}"
    if is_whole:
        named = ", and not every genre is named" if n_unnamed else ""
        return (
            f"{said} Cells without {unit} are left blank{named}: point at a cell for its genres "
            f"and figures, click it to listen."
        )
    margins = ""
    if view.difference is None and view.shown != "disagreement":
        margins = f" Beside and below: {unit}, recall, precision and F1; a click there opens the whole row or column."
    return f"Values: {values}. {said} Click a cell to listen.{margins}"


def matrix_download(view: View) -> None:
    """The whole matrix as CSV."""
    difference = view.difference
    ids = "-".join(run.id[:6] for run in view.runs[:2])
    table_download(
        "Export matrix as CSV",
        lambda: matrix_export(view.matrix) if difference is None else difference_export(difference),
        f"matrix-{view.shown}-{ids}.csv",
        key="confusion:export-matrix",
        help="Every cell with its clips and its share of row and column.",
    )
