"""Confusion: what runs take for what, and the clips behind every cell."""

from collections.abc import Sequence

import streamlit as st

from core.errors import GenreLabError
from core.runs.record import Run
from dashboard import services
from dashboard.charts.runs.matrix_size import BESIDE_LISTS
from dashboard.confusion.calibration_panel import show_calibration
from dashboard.confusion.cell_clips import show_cells
from dashboard.confusion.choice import chosen_cells
from dashboard.confusion.families_panel import show_families
from dashboard.confusion.genre_panel import show_genres
from dashboard.confusion.header import show_header
from dashboard.confusion.lists import choose_cells, default_cell
from dashboard.confusion.matrix_panel import drawn_names, pick_order, pick_strongest, pick_text, show_matrix
from dashboard.confusion.view import pick_genre, pick_view
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.beyond_chance import beyond_chance
from dashboard.shared.feedback import page_header, show_errors
from dashboard.shared.run_picker import pick_run
from dashboard.shared.shipped_runs import show_model_cards


def show_run(run: Run, runs: Sequence[Run]) -> None:
    view = pick_view(run, runs)
    show_header(view)
    st.header("Confusion matrix", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text, order = pick_text(view), pick_order()
        show_families(view.families, view.whole)
        pick_genre(view)
    strongest = pick_strongest(view)
    cells = chosen_cells(view.basis, view.names) or (default_cell(view, strongest),)
    is_wide = len(drawn_names(view, strongest)) > BESIDE_LISTS
    matrix, lists = (st.container(), st.container()) if is_wide else st.columns([3, 2], gap="large")
    with matrix:
        show_matrix(view, cells, strongest, text=text, order=order)
    with lists:
        choose_cells(view, cells, strongest, is_wide=is_wide)
    show_cells(view, cells)
    show_genres(view)
    if view.shown == "run":
        beyond_chance(run)
    show_model_cards(view.runs[:2] if view.is_of_two else [run])
    if not view.is_of_two:
        show_calibration(run, is_one_of_several=len(view.runs) > 1)


def main() -> None:
    page_header("Confusion", "Which genres a model confuses. Choose a cell to hear its clips.")
    try:
        runs = services.runs()
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    run = pick_run(runs)
    if run is not None:
        with show_errors():
            show_run(run, runs)


main()
