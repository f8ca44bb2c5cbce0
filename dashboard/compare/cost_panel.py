"""Accuracy against what a run costs."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.errors import GenreLabError
from core.evaluation.verdict.records import Verdict
from core.jobs.watch import read_progress
from core.runs.record import Run
from dashboard.changes.trainings import start_measuring
from dashboard.charts.statistics.cost_front import Costs, cost_front_chart, cost_front_table
from dashboard.sentences.wording import escape_markdown, name_with_seed
from dashboard.shared.changing import change_button
from dashboard.shared.job_progress import job_progress
from dashboard.state import chart_theme

_TIME, _PARAMETERS, _PREDICTION = "Training time", "Parameters", "Prediction"


def show_cost_front(finished: Sequence[Run], verdict: Verdict | None, colors: Mapping[str, str]) -> None:
    """The chart with its choice of cost, for two runs or more.

    Parameters
    ----------
    finished : sequence of Run
    verdict : Verdict or None
        On these runs, in this order.
    colors : mapping
        Colour of each run by its label.
    """
    st.header("Accuracy against cost", anchor=False)
    kind = st.segmented_control(
        "Cost",
        [_TIME, _PARAMETERS, _PREDICTION],
        default=_TIME,
        required=True,
        key="compare:cost",
        persist_state="session",
        help="Training time: wall seconds of the training, on the machine that did it. Parameters: numbers that the "
        "training sets. Prediction: milliseconds from the features of one clip to its probabilities, one clip at a "
        "time, without the analysis of its sound; on the machine that measured it.",
    )
    costs = _costs(finished, kind or _TIME)
    shared = verdict if verdict is not None and verdict.pairs else None
    results = {
        name_with_seed(run): run.result if shared is None else shared.on_shared[place]
        for place, run in enumerate(finished)
        if run.result is not None
    }
    table = cost_front_table(results, costs, with_front=shared is not None)
    if missing := [label for label in results if label not in set(table["run"])]:
        st.caption(f"Not known of {escape_markdown(', '.join(missing))}.")
    if kind == _PREDICTION:
        _measuring([run for run in finished if name_with_seed(run) in results], n_unknown=len(missing))
    if table.empty:
        return
    chart = cost_front_chart(table, costs, colors=colors, theme=chart_theme())
    st.altair_chart(chart, alt=f"Test accuracy of each run over its {costs.title.lower()}, with the Pareto front")
    if shared is None:
        why = (
            "there is no verdict on these runs, for the reason given above, so how they compare is not known."
            if verdict is None
            else "the runs were tested on different clips, so their accuracies do not compare."
        )
        st.caption(f"Without the Pareto front: {why}")
        return
    on_front = table[table["on_front"]]["run"].tolist()
    front = (
        f"Nothing chosen is cheaper or more accurate than {escape_markdown(on_front[0])}."
        if len(on_front) == 1
        else "The dashed steps are the Pareto front: no chosen run is both cheaper and more accurate than one on it."
    )
    st.caption(
        f"On the {shared.n_shared:,} test {shared.standings[0].unit}s that all share. {front} Whether they differ in "
        "accuracy by more than chance is in the verdict above."
    )


def _measuring(runs: Sequence[Run], *, n_unknown: int) -> None:
    """Measure all of these runs on this machine, so that their times compare; in the background."""
    from core.prediction.timing import measuring_job_id  # with all that predicts

    job_id = measuring_job_id([run.id for run in runs])
    progress = read_progress(job_id)
    if progress is None or progress.ended:
        pressed = change_button(
            "Measure predictions here" if n_unknown else "Measure again here",
            key="compare:measure-predictions",
            icon=":material/timer:",
            help=f"All {len(runs)} runs, one after another on this machine: only so do their times compare. It takes "
            "seconds once TensorFlow is loaded.",
        )
        if pressed:
            try:
                start_measuring([run.id for run in runs])
            except GenreLabError as error:
                st.error(escape_markdown(str(error)), icon=":material/error:")
            else:
                st.rerun()
    job_progress(job_id)


def _costs(finished: Sequence[Run], kind: str) -> Costs:
    if kind == _TIME:
        return Costs("Training time (s)", {name_with_seed(run): run.training_s for run in finished})
    if kind == _PREDICTION:
        return Costs("Prediction (ms a clip)", {name_with_seed(run): run.prediction_ms for run in finished})
    return Costs("Parameters", {name_with_seed(run): run.n_parameters or None for run in finished})
