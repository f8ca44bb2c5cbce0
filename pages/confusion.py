"""Confusion: what a run takes for what, and the clips behind every cell."""

import streamlit as st

from core.errors import GenreLabError
from core.evaluation.metrics import confusion_matrix, recall_by_genre
from core.evaluation.ordering import biggest_confusions
from core.runs.record import Run
from dashboard import services
from dashboard.charts.runs.matrix import BESIDE_LISTS
from dashboard.confusion.calibration_panel import show_calibration
from dashboard.confusion.cell_clips import show_cell
from dashboard.confusion.matrix_panel import (
    cell_lists,
    chosen_cell,
    default_cell,
    matrix_panel,
    n_worst,
    recall_panel,
    worst_pairs,
)
from dashboard.sentences.wording import escape_markdown
from dashboard.shared.feedback import page_header, show_errors
from dashboard.shared.run_picker import accuracy_header, pick_run, run_badges, run_facts
from dashboard.shared.shipped_runs import show_model_cards


def show_run(run: Run) -> None:
    run_badges(run)
    run_facts(run)
    accuracy_header(run)
    show_model_cards([run])
    predictions = services.predictions(run.id)
    matrix = confusion_matrix(predictions)
    worst = biggest_confusions(matrix, most=n_worst(matrix))
    cell = chosen_cell(run, matrix) or default_cell(matrix, worst)
    if len(matrix) > BESIDE_LISTS:
        left = st.container()
        choice, recalls = st.columns(2, gap="large")
    else:
        left, right = st.columns([3, 2], gap="large")
        choice, recalls = right.container(), right.container()
    with left:
        st.header("Confusion matrix", anchor=False)
        matrix_panel(run, matrix, cell)
    with choice:
        st.header("Clips of a cell", anchor=False)
        cell_lists(matrix, cell)
        worst_pairs(worst)
    with recalls:
        recall_panel(run, recall_by_genre(predictions))
    show_cell(run, predictions, cell)
    show_calibration(run)


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
            show_run(run)


main()
