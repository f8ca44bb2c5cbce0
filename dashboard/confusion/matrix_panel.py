"""The confusion matrix of a run, and the cell chosen in it by click, by list or by the URL."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.evaluation.ordering import Confusion, order_by_similarity
from core.runs.record import Run
from dashboard.charts.runs.matrix import SELECTION, CellText, confusion_chart, is_overview, matrix_size
from dashboard.listening.asking import ask_for
from dashboard.sentences.wording import escape_markdown, format_percent, format_plural, quoted_value
from dashboard.shared.downloads import table_download
from dashboard.state import address_value, chart_theme, set_query_value, warn_of_link
from dashboard.tables.confusion import recall_frame

_MOUNT = "confusion:mount"
_RUN = "confusion:run"
MAX_ROWS = 14
"""Genres of a recall table that is shown whole; a longer one scrolls."""
_CELL_TEXTS: tuple[CellText, ...] = ("counts", "row per cent")


def chosen_cell(run: Run, matrix: pd.DataFrame) -> tuple[str, str] | None:
    """Actual and predicted genre in the URL, else of the last visit; None where no cell is chosen.

    A link to a genre that the run does not know is warned of, unless the visitor has just chosen another run.
    """
    genres = [str(genre) for genre in matrix.index]
    run_changed = st.session_state.get(_RUN, run.id) != run.id
    st.session_state[_RUN] = run.id
    cell = {name: address_value(name) for name in ("actual", "predicted")}
    if not any(cell.values()):
        cell = {name: st.session_state.get(f"choice:{name}") for name in cell}
    unknown = {name: value for name, value in cell.items() if value not in genres}
    if not unknown:
        actual, predicted = str(cell["actual"]), str(cell["predicted"])
        choose_cell((actual, predicted), clicked=True)
        return actual, predicted
    for name, value in unknown.items():
        if value is not None and not run_changed:
            warn_of_link(
                f"The link asks for the {name} genre {quoted_value(value)}, which is not among the genres of this run."
            )
    choose_cell(None)
    return None


def choose_cell(cell: tuple[str, str] | None, *, clicked: bool = False) -> None:
    """Put a cell into the URL; None closes it.

    The chart keeps what was clicked in it last, and a click on that same cell says nothing new. So it is mounted anew
    whenever the cell was chosen elsewhere.
    """
    for name, value in zip(("actual", "predicted"), cell or (None, None), strict=True):
        set_query_value(name, value)
    if not clicked:
        st.session_state[_MOUNT] = st.session_state.get(_MOUNT, 0) + 1


def cell_request(cell: tuple[str, str]) -> str:
    """What is asked for by a click on a cell: to hear its first clip."""
    return f"cell {cell}"


def _open(cell: tuple[str, str]) -> None:
    choose_cell(cell)
    ask_for(cell_request(cell))


def n_worst(matrix: pd.DataFrame) -> int:
    """How many of the biggest confusions are listed: more where the cells of the matrix hold no figures."""
    return 15 if is_overview(len(matrix)) else 5


def default_cell(matrix: pd.DataFrame, worst: Sequence[Confusion]) -> tuple[str, str]:
    """The cell to start with: the biggest confusion, or the first genre where there is none."""
    first = str(matrix.index[0])
    return (worst[0].actual, worst[0].predicted) if worst else (first, first)


def matrix_panel(run: Run, matrix: pd.DataFrame, cell: tuple[str, str]) -> None:
    """The matrix with its controls; a click chooses a cell."""
    overview = is_overview(len(matrix))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text: CellText = "counts" if overview else _pick_text()
        order = st.segmented_control(
            "Order",
            ["alphabet", "similarity"],
            default="alphabet",
            required=True,
            format_func=str.capitalize,
            key="confusion:order",
            persist_state="session",
            help="Similarity places genres the model confuses next to each other.",
        )
    genres = order_by_similarity(matrix) if order == "similarity" else tuple(str(genre) for genre in matrix.index)
    chart = confusion_chart(matrix, order=genres, text=text, chosen=cell, theme=chart_theme())
    key = f"confusion:matrix:{run.id}:{st.session_state.get(_MOUNT, 0)}"

    def clicked() -> None:
        points = st.session_state[key]["selection"].get(SELECTION) or []
        if points:
            pair = str(points[0]["actual"]), str(points[0]["predicted"])
            choose_cell(pair, clicked=True)
            ask_for(cell_request(pair))

    with st.container(width=matrix_size(genres).width):
        st.altair_chart(
            chart,
            key=key,
            on_select=clicked,
            selection_mode=SELECTION,
            alt=f"Confusion matrix of {run.label}: rows actual genre, columns predicted genre. "
            "The two lists next to it choose a cell without a mouse.",
        )
    counted = f"{run.config.split.unit}s"
    colors = ":blue[■] correct, :orange[■] confused; a deeper colour means a larger share of the row."
    if overview:
        st.caption(
            f"{colors} Cells without {counted} are left blank, and not every genre is named: point at a cell for its "
            f"genres and figures, click it to hear its {counted}."
        )
        return
    unit = counted if text == "counts" else f"% of the actual genre's {counted}"
    st.caption(f"Values: {unit}. {colors} Click a cell to hear its {counted}.")


def _pick_text() -> CellText:
    chosen: CellText = st.segmented_control(
        "Cells",
        _CELL_TEXTS,
        default=_CELL_TEXTS[0],
        required=True,
        format_func=lambda name: "Counts" if name == "counts" else "Row %",
        key="confusion:cells",
        persist_state="session",
        help="Counts: number of clips. Row %: share of the clips of the actual genre.",
    )
    return chosen


def cell_lists(matrix: pd.DataFrame, cell: tuple[str, str]) -> None:
    """The same choice by two lists."""
    genres = [str(genre) for genre in matrix.index]
    st.session_state["confusion:actual"], st.session_state["confusion:predicted"] = cell

    def changed() -> None:
        choose_cell((st.session_state["confusion:actual"], st.session_state["confusion:predicted"]))

    actual, predicted = st.columns(2)
    actual.selectbox("Actual genre", genres, key="confusion:actual", on_change=changed)
    predicted.selectbox("Predicted genre", genres, key="confusion:predicted", on_change=changed)


def worst_pairs(worst: Sequence[Confusion]) -> None:
    """The biggest confusions as buttons."""
    st.markdown("**Biggest confusions**")
    if not worst:
        st.caption("None: every test clip was classified correctly.")
    for pair in worst:
        st.button(
            escape_markdown(f"{pair.actual} → {pair.predicted} · {pair.n} of {pair.n_actual}"),
            key=f"confusion:pair:{pair.actual}:{pair.predicted}",
            on_click=_open,
            args=((pair.actual, pair.predicted),),
            width="stretch",
            help=(
                f"{format_plural(pair.n, 'clip')} of "
                f"{escape_markdown(f'{pair.actual} predicted as {pair.predicted}')}: {format_percent(pair.share)} of "
                "this genre's test clips."
            ),
        )


def recall_panel(run: Run, recalls: pd.DataFrame) -> None:
    """Recall of each genre with its interval, and its export."""
    st.markdown("**Recall by genre**", help="Share of a genre's test clips that the model classified correctly.")
    shown = recall_frame(recalls)
    st.dataframe(
        shown,
        hide_index=True,
        height="content" if len(shown) <= MAX_ROWS else 560,
        column_config={
            "Recall": st.column_config.NumberColumn(format="%.1f %%"),
            "95 % interval": st.column_config.TextColumn(help="Wilson interval."),
            "Correct": st.column_config.TextColumn(help="Test clips classified correctly."),
        },
        alt="Recall of each genre with its 95 % interval",
    )
    table_download("Export recall as CSV", recalls, f"recall-{run.id[:6]}.csv")
