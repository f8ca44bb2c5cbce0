"""Chosen runs side by side: curves overlaid, accuracy with intervals, cost, and recall by genre."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.errors import RunError
from core.evaluation.compare import compare_predictions, latest_comparable, latest_comparison
from core.evaluation.metrics import recall_by_genre
from core.runs.record import Run
from dashboard import services
from dashboard.charts.comparison import accuracy_chart, accuracy_table, recall_chart, recall_table
from dashboard.charts.contrast import shades
from dashboard.charts.curves import PARTS, history_table, training_curves
from dashboard.comparing import comparison_sentence
from dashboard.palette import MODEL_COLORS
from dashboard.state import chart_theme
from dashboard.widgets.feedback import show_errors, synthetic_badge
from dashboard.widgets.run_picker import finished_runs
from dashboard.wording import (
    escape_markdown,
    format_count,
    format_duration,
    format_interval,
    format_percent,
    name_with_seed,
)

_OTHER_COLOR = "#7b8790"
"""Of models that are neither CNN nor FFNN."""


def run_colors(runs: Sequence[Run]) -> dict[str, str]:
    """Colour of each run by its label: the colour of its kind of model, in another tone for each further run."""
    colors: dict[str, str] = {}
    for kind in dict.fromkeys(run.model_kind for run in runs):
        color = MODEL_COLORS.get(kind, _OTHER_COLOR)
        of_kind = [run for run in runs if run.model_kind == kind]
        tones = shades(color, len(of_kind))
        colors |= {name_with_seed(run): tone for run, tone in zip(of_kind, tones, strict=True)}
    return {name_with_seed(run): colors[name_with_seed(run)] for run in runs}


def overlaid_curves(runs: Sequence[Run]) -> None:
    """Curves of the runs in one chart, with the choice of measure and part."""
    with_history = sorted((run for run in runs if run.history), key=lambda run: run.model_kind)
    st.subheader("Curves", anchor=False)
    if not with_history:
        st.caption("None of the chosen runs has finished an epoch.")
        return
    with st.container(horizontal=True):
        measure = st.segmented_control(
            "Measure",
            ["accuracy", "loss"],
            default="accuracy",
            required=True,
            format_func=str.capitalize,
            key="compare:measure",
            persist_state="session",
        )
        parts = st.segmented_control(
            "Part",
            list(PARTS),
            selection_mode="multi",
            default=["Validation"],
            key="compare:parts",
            persist_state="session",
            help="Training: clips learnt from (dashed). Validation: clips held back to choose the best epoch (solid).",
        )
    colors = run_colors(with_history)
    chart = training_curves(
        history_table({name_with_seed(run): run.history for run in with_history}),
        measure=measure or "accuracy",  # type: ignore[arg-type]
        colors=colors,
        n_epochs=max(len(run.history) for run in with_history),
        parts=parts or list(PARTS),
        theme=chart_theme(),
        legend=True,
        height=380,
    )
    st.altair_chart(chart, alt=f"{measure} by epoch of {len(with_history)} runs")


def side_by_side(runs: Sequence[Run]) -> None:
    """Accuracy, cost and recall by genre of the finished runs among those chosen."""
    finished = sorted(finished_runs(runs), key=lambda run: run.model_kind)
    both = {run.model_kind for run in finished} == {"CNN", "FFNN"}
    st.subheader("CNN against FFNN" if both else "Side by side", anchor=False)
    if not finished:
        st.caption("None of the chosen runs is finished.")
        return
    if any(run.synthetic for run in finished):
        synthetic_badge()
    if len(finished) >= 2:
        _verdict(*_pair(finished))
    colors = run_colors(finished)
    chart = accuracy_chart(
        accuracy_table({name_with_seed(run): run for run in finished}), colors=colors, theme=chart_theme()
    )
    st.altair_chart(chart, alt="Test accuracy with 95 % interval and chance level of each run")
    _protocols(finished)
    st.dataframe(
        cost_table(finished),
        hide_index=True,
        height="content",
        column_config={"Run": st.column_config.TextColumn(width="medium", pinned=True)},
        alt="Accuracy and cost of each run",
    )
    _recalls(finished, colors)


def _protocols(finished: Sequence[Run]) -> None:
    """How the clips of the runs were divided, in words: once where it is the same for all."""
    words = {name_with_seed(run): run.result.protocol for run in finished if run.result is not None}
    if len(set(words.values())) == 1:
        st.caption(f"Split of all: {escape_markdown(next(iter(words.values())))}.")
        return
    for name, protocol in words.items():
        st.caption(f"{escape_markdown(name)}: {escape_markdown(protocol)}.")


def _pair(finished: Sequence[Run]) -> tuple[Run, Run]:
    """A CNN and an FFNN on the same clips; else any two on the same; else the first of each; else the first two."""
    newest_first = sorted(finished, key=lambda run: -run.created_at)
    latest = latest_comparison(newest_first)
    if latest is not None:
        return latest.cnn, latest.ffnn
    if (pair := latest_comparable(newest_first)) is not None:
        return pair
    cnn = next((run for run in finished if run.model_kind == "CNN"), None)
    ffnn = next((run for run in finished if run.model_kind == "FFNN"), None)
    return (cnn, ffnn) if cnn is not None and ffnn is not None else (finished[0], finished[1])


def _verdict(a: Run, b: Run) -> None:
    with show_errors():
        first, second = services.predictions(a.id), services.predictions(b.id)
        try:
            paired = compare_predictions(first, second)
        except RunError:
            paired = None
        sentence = comparison_sentence(a, b, paired)
        if paired is None:
            st.warning(sentence, icon=":material/balance:")
        else:
            st.info(sentence, icon=":material/balance:")


def cost_table(finished: Sequence[Run]) -> pd.DataFrame:
    """What each run reached and what it cost, for people."""
    rows = []
    for run in finished:
        assert run.result is not None
        per_epoch = run.training_s / len(run.history) if run.training_s and run.history else None
        rows.append(
            {
                "Run": name_with_seed(run),
                "Model": run.model_kind,
                "Test accuracy": format_percent(run.result.accuracy),
                "95 % interval": format_interval(run.result.interval),
                "Test clips": run.result.n,
                "Split": run.config.split.title,
                "Chance": format_percent(run.result.chance),
                "Parameters": format_count(run.n_parameters) if run.n_parameters else "–",
                "Training": "–" if run.training_s is None else format_duration(run.training_s),
                "Epochs": len(run.history),
                "An epoch": "–" if per_epoch is None else format_duration(per_epoch),
            }
        )
    return pd.DataFrame(rows)


def _recalls(finished: Sequence[Run], colors: dict[str, str]) -> None:
    st.subheader("Recall by genre", anchor=False)
    with show_errors():
        table = recall_table({name_with_seed(run): recall_by_genre(services.predictions(run.id)) for run in finished})
        order = sorted(
            table["genre"].unique(), key=lambda genre: (-table[table["genre"] == genre]["recall"].mean(), genre)
        )
        chart = recall_chart(table.dropna(subset=["recall"]), colors=colors, order=order, theme=chart_theme())
        st.altair_chart(chart, alt="Recall of each genre by each run")
        st.caption(
            "Recall: share of a genre's test clips that are judged rightly; the lines are 95 % intervals. With few "
            "clips a genre, one clip more or less moves a dot far."
        )
