"""Accuracy against what a run costs."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.evaluation.verdict.records import Verdict
from core.runs.record import Run
from dashboard.charts.statistics.cost_front import Costs, cost_front_chart, cost_front_table
from dashboard.sentences.wording import escape_markdown, name_with_seed
from dashboard.state import chart_theme

_TIME, _PARAMETERS = "Training time", "Parameters"


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
        [_TIME, _PARAMETERS],
        default=_TIME,
        required=True,
        key="compare:cost",
        persist_state="session",
        help="Training time: wall seconds of the training, on the machine that did it. Parameters: numbers that the "
        "training sets.",
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
    if table.empty:
        return
    chart = cost_front_chart(table, costs, colors=colors, theme=chart_theme())
    st.altair_chart(chart, alt=f"Test accuracy of each run over its {costs.title.lower()}, with the Pareto front")
    if shared is None:
        st.caption(
            "Without the Pareto front: the runs were tested on different clips, so their accuracies do not compare."
        )
        return
    on_front = table[table["on_front"]]["run"].tolist()
    front = (
        f"Nothing chosen is cheaper or more accurate than {escape_markdown(on_front[0])}."
        if len(on_front) == 1
        else "The dashed steps are the Pareto front: no chosen run is both cheaper and more accurate than one on it."
    )
    st.caption(
        f"On the {shared.n_shared:,} test clips that all share. {front} Whether they differ in accuracy by more than "
        "chance is in the verdict above."
    )


def _costs(finished: Sequence[Run], kind: str) -> Costs:
    if kind == _TIME:
        return Costs("Training time (s)", {name_with_seed(run): run.training_s for run in finished})
    return Costs("Parameters", {name_with_seed(run): run.n_parameters or None for run in finished})
