"""The clips of a cell of the confusion matrix: hear them, see them, and see what the model thought."""

import streamlit as st

from core.evaluation.predictions import Predictions
from core.runs.record import Run
from dashboard.confusion.matrix_panel import cell_request
from dashboard.confusion.nearest import show_nearest_training, sounded_like
from dashboard.confusion.why_link import why_link
from dashboard.listening.asking import asked
from dashboard.sentences.wording import escape_markdown, format_percent, format_plural
from dashboard.shared.feedback import synthetic_badge
from dashboard.shared.tested_clips import find_tested, show_tested_clip, tested_collection
from dashboard.tables.confusion import clips_of_cell

CLIPS_A_PAGE = 6


def show_cell(run: Run, predictions: Predictions, cell: tuple[str, str]) -> None:
    """Title, clips and pages of a cell."""
    actual, predicted = cell
    rows = clips_of_cell(predictions, actual, predicted)
    n_actual = int((predictions.table["actual"] == actual).sum())
    title = f"{actual} classified correctly" if actual == predicted else f"{actual} predicted as {predicted}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(escape_markdown(title), anchor=False, width="content")
        if run.synthetic:
            synthetic_badge()
    unit = f"test {run.config.split.unit}"
    if rows.empty:
        name = escape_markdown(actual)
        st.caption(f"No {unit} in this cell; {name} has {format_plural(n_actual, unit)}.")
        return
    share = format_percent(len(rows) / n_actual)
    of_all = f"{format_plural(n_actual, unit)} of {escape_markdown(actual)} ({share})"
    st.caption(f"{len(rows):,} of {of_all}, most probable first.")
    notes = st.container()
    start = _page(len(rows), cell)
    shown = rows.iloc[start : start + CLIPS_A_PAGE]
    with notes:
        collection = tested_collection(run, predictions, [str(name) for name in shown["clip"]])
    sounded = sounded_like(run, collection)
    columns = st.columns(min(3, max(2, len(shown))))
    for place, (_, row) in enumerate(shown.iterrows()):
        with columns[place % len(columns)]:
            name = str(row["clip"])
            show_tested_clip(
                run,
                collection,
                name,
                str(row["actual"]),
                probabilities={genre: float(row[genre]) for genre in predictions.genres},
                key=f"confusion:{run.id}",
                ask=asked(cell_request(cell)) if place == 0 else "",
            )
            clip = find_tested(run, collection, name)
            why_link(run, collection, clip)
            if sounded is not None:
                show_nearest_training(sounded, clip)


def _page(n_rows: int, cell: tuple[str, str]) -> int:
    """First row to show, chosen where there are more than fit."""
    n_pages = -(-n_rows // CLIPS_A_PAGE)
    if n_pages == 1:
        return 0
    return (st.pagination(n_pages, key=f"confusion:page:{cell}") - 1) * CLIPS_A_PAGE
