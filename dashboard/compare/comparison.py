"""Chosen runs side by side: curves overlaid, accuracy with intervals, cost, and recall by genre."""

from collections.abc import Sequence

import streamlit as st

from core.errors import GenreLabError
from core.evaluation.metrics import recall_by_genre
from core.evaluation.verdict.records import Standing, Verdict
from core.runs.borrowed import beside_ears
from core.runs.comparing import PAIR
from core.runs.record import Run
from dashboard import services
from dashboard.charts.runs.comparison import accuracy_chart, accuracy_table, recall_chart, recall_table
from dashboard.charts.runs.curves import PARTS, TRAINING, VALIDATION, history_table, smoothed, training_curves
from dashboard.charts.style.contrast import shades
from dashboard.charts.style.palette import model_color
from dashboard.compare.cost_panel import show_cost_front
from dashboard.compare.verdict_panel import show_verdict
from dashboard.sentences.borrowed import QUESTION, borrowed_sentence, heard_before
from dashboard.sentences.results import result_caution
from dashboard.sentences.runs import curve_note, seconds_note
from dashboard.sentences.wording import escape_markdown, name_with_seed
from dashboard.shared.feedback import show_errors, synthetic_badge
from dashboard.shared.run_picker import finished_runs
from dashboard.shared.shipped_runs import shipped_badge, show_model_cards
from dashboard.state import chart_theme
from dashboard.tables.runs import cost_table


def run_colors(runs: Sequence[Run]) -> dict[str, str]:
    """Colour of each run by its label: the colour of its kind of model, in another tone for each further run."""
    colors: dict[str, str] = {}
    for kind in dict.fromkeys(run.model_kind for run in runs):
        color = model_color(kind)
        of_kind = [run for run in runs if run.model_kind == kind]
        tones = shades(color, len(of_kind))
        colors |= {name_with_seed(run): tone for run, tone in zip(of_kind, tones, strict=True)}
    return {name_with_seed(run): colors[name_with_seed(run)] for run in runs}


def overlaid_curves(runs: Sequence[Run]) -> None:
    """Curves of the runs in one chart, with the choice of measure and part."""
    by_epochs = sorted((run for run in runs if run.has_epochs), key=lambda run: run.model_kind)
    st.header("Curves", anchor=False)
    if not by_epochs:
        st.caption(
            "None of the chosen runs has curves: they have not finished an epoch, or their models are fitted in one "
            "step."
        )
        return
    validated = any(record.val_loss is not None for run in by_epochs for record in run.history)
    with st.container(horizontal=True, gap="medium"):
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
            list(PARTS) if validated else [TRAINING],
            selection_mode="multi",
            default=[VALIDATION] if validated else [TRAINING],
            key=f"compare:parts:{validated}",
            persist_state="session",
            help=(
                "Training: clips used for training (dashed). Validation: clips held back to choose the best epoch "
                "(solid)."
            ),
        )
        along = st.segmented_control(
            "By",
            ["epoch", "seconds"],
            default="epoch",
            required=True,
            format_func=str.capitalize,
            key="compare:along",
            persist_state="session",
            help="Epochs of training, or its wall seconds, validation included.",
        )
        weight = st.slider(
            "Smoothing",
            0.0,
            0.95,
            0.0,
            0.05,
            key="compare:smoothing",
            persist_state="session",
            width=180,
            help="Weight of the epochs before in an exponential moving average. The figures as they are stay behind "
            "it, paler; figures in tables are never smoothed.",
        )
    by_seconds = along == "seconds"
    colors = run_colors(by_epochs)
    table = history_table(
        {name_with_seed(run): run.history for run in by_epochs},
        training_s={name_with_seed(run): run.training_s for run in by_epochs},
    )
    chart = training_curves(
        smoothed(table, weight),
        measure=measure or "accuracy",  # type: ignore[arg-type]
        along="seconds" if by_seconds else "epoch",
        colors=colors,
        n_epochs=max(len(run.history) for run in by_epochs),
        parts=parts or list(PARTS),
        theme=chart_theme(),
        legend=True,
        height=320,
    )
    st.altair_chart(chart, alt=f"{measure} by {'second' if by_seconds else 'epoch'} of {len(by_epochs)} runs")
    for note in (curve_note(runs, by_epochs), seconds_note(by_epochs) if by_seconds else ""):
        if note:
            st.caption(note)


def side_by_side(runs: Sequence[Run]) -> None:
    """The verdict on the finished runs among those chosen; their accuracy, cost and recall by genre."""
    finished = sorted(finished_runs(runs), key=lambda run: run.model_kind)
    both = {run.config.model.kind for run in finished} == PAIR.keys()
    st.header("CNN against FFNN" if both else "Side by side", anchor=False)
    if not finished:
        st.caption("None of the chosen runs is finished.")
        return
    with st.container(horizontal=True, gap="small"):
        if any(run.shipped for run in finished):
            shipped_badge()
        if any(run.synthetic for run in finished):
            synthetic_badge()
    verdict: Verdict | None = None
    if len(finished) >= 2:
        with show_errors():
            verdict = show_verdict(finished)
        _third_answer(finished)
    colors = run_colors(finished)
    chart = accuracy_chart(
        accuracy_table({name_with_seed(run): run for run in finished}), colors=colors, theme=chart_theme()
    )
    st.altair_chart(chart, alt="Test accuracy with 95 % interval and chance level of each run")
    _protocols(finished)
    for run in finished:
        assert run.result is not None
        if caution := result_caution(run.result, unit=run.config.split.unit):
            st.caption(f":material/warning: {escape_markdown(name_with_seed(run))}: {caution}")
    st.dataframe(
        cost_table(finished, _standings(finished, verdict)),
        hide_index=True,
        height="content",
        column_config={
            "Run": st.column_config.TextColumn(width=270, pinned=True),
            "Kappa": st.column_config.TextColumn(
                help="Cohen's kappa against the actual genres: accuracy beyond what guessing in the same proportions "
                "reaches. 0 is guessing, 1 is always right."
            ),
            "Bits": st.column_config.TextColumn(
                help="What a verdict tells of the genre, of what there is to tell. Unlike accuracies, it can be held "
                "against that of a run on other genres."
            ),
        },
        alt="Accuracy and cost of each run",
    )
    if len(finished) >= 2:
        show_cost_front(finished, verdict, colors)
    show_model_cards(finished)
    _recalls(finished, colors)


def _standings(finished: Sequence[Run], verdict: Verdict | None) -> Sequence[Standing]:
    """Of each run, on all that it was tested on; none where the files of one cannot be read, which is said above."""
    if verdict is not None:
        return verdict.standings
    try:
        return [services.standing(run) for run in finished]
    except GenreLabError:
        return ()


def _protocols(finished: Sequence[Run]) -> None:
    """How the clips of the runs were divided, in words: once where it is the same for all."""
    words = {name_with_seed(run): run.result.protocol for run in finished if run.result is not None}
    if len(set(words.values())) == 1:
        st.caption(f"Split of all: {escape_markdown(next(iter(words.values())))}.")
        return
    for name, protocol in words.items():
        st.caption(f"{escape_markdown(name)}: {escape_markdown(protocol)}.")


def _third_answer(finished: Sequence[Run]) -> None:
    """Whether the CNN was worth training, where trained ears are among the runs."""
    with show_errors():
        borrowed = beside_ears(finished, predictions=services.predictions)
        if borrowed is not None:
            st.info(f"{QUESTION} {borrowed_sentence(borrowed)}", icon=":material/hearing:")
    for note in dict.fromkeys(heard_before(run.config) for run in finished):
        if note:
            st.caption(note)


def _recalls(finished: Sequence[Run], colors: dict[str, str]) -> None:
    st.header("Recall by genre", anchor=False)
    with show_errors():
        table = recall_table({name_with_seed(run): recall_by_genre(services.predictions(run.id)) for run in finished})
        order = sorted(
            table["genre"].unique(), key=lambda genre: (-table[table["genre"] == genre]["recall"].mean(), genre)
        )
        chart = recall_chart(table.dropna(subset=["recall"]), colors=colors, order=order, theme=chart_theme())
        st.altair_chart(chart, alt="Recall of each genre by each run")
        units = {run.config.split.unit for run in finished}
        unit = units.pop() if len(units) == 1 else "clip"
        st.caption(
            f"Recall: share of a genre's test {unit}s that are classified correctly; the lines are 95 % intervals. "
            f"With few {unit}s per genre, a single {unit} moves a dot far."
        )
