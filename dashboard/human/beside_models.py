"""A listener, or a class, beside models on the very same clips: accuracies, matrices, agreement, a sentence."""

import hashlib
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.errors import RunError
from core.evaluation.human.beside import Beside, judge_beside
from core.evaluation.human.listeners import ClassAnswers
from core.evaluation.metrics import evaluate
from core.evaluation.ordering import biggest_confusions
from core.evaluation.verdict.records import Contender
from core.runs.comparing import best_first
from core.runs.record import Run
from core.runs.verdict import contender_of, distinct_names
from dashboard import services
from dashboard.charts.runs.comparison import accuracy_chart
from dashboard.charts.runs.matrix import confusion_chart
from dashboard.charts.runs.matrix_size import matrix_size
from dashboard.charts.statistics.beside import answers_table, beside_table
from dashboard.charts.style.palette import LISTENER_COLOR, model_color
from dashboard.sentences.results import result_caution
from dashboard.sentences.runs import chip_label
from dashboard.sentences.wording import escape_markdown, format_interval, format_percent, format_plural
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme

_MOST_MODELS = 5
_AT_FIRST = 2
_ERROR_CONSISTENCY = (
    "Kappa of being right or wrong on the same clips (Geirhos et al. 2020): 1 where two err on the same clips, 0 as "
    "by chance given their accuracies, below 0 on different ones."
)
_KAPPA = (
    "Cohen's kappa of the genres that were named, right or wrong: 1 where both always name the same, 0 as by chance."
)


def show_beside(
    merged: ClassAnswers, name: str, runs: Sequence[Run], *, key: str, n_plays: Mapping[str, int] | None = None
) -> None:
    """Draw how a listener or a class did, and how the models that may be chosen did on the same clips.

    Parameters
    ----------
    merged : ClassAnswers
    name : str
        Of the listener, as it stands in sentences.
    runs : sequence of Run
        Finished ones on the same collection and genres; the first is there at first.
    key : str
        Of the widgets.
    n_plays : mapping of clip name to int, optional
        How often each clip was heard.
    """
    listener = _named(merged.contender, name)
    assert listener.predictions is not None
    _own_figures(listener)
    able = _tested_on(runs, set(listener.predictions.table["clip"]))
    chosen: list[Run] = []
    if able:
        chosen = _pick_models(able, key=key)
    else:
        st.caption("No finished run was tested on these clips with these genres, so that no model stands beside them.")
    found = _found(merged, listener, chosen) if chosen else None
    contenders: Sequence[Contender] = [listener]
    if found is not None:
        _show_found(found, chosen, key=key)
        contenders = [listener, *found.contenders[1:]]
    _matrices(contenders[:2], key=key)
    with st.expander("Every clip", icon=":material/list:"):
        table = answers_table(contenders, n_plays or {})
        st.dataframe(table, hide_index=True, placeholder="–", alt="What each said of every clip")
        table_download("Export as CSV", table, "quiz-clips.csv", key=f"{key}:clips")


def _found(merged: ClassAnswers, listener: Contender, runs: Sequence[Run]) -> Beside | None:
    """The listener beside these runs; None, with the reason said, where they have no clip in common."""
    told = f"{listener.name}\n{merged.predictions.table.to_csv()}"
    mark = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    try:
        return _judge_beside(mark, tuple(run.id for run in runs), listener, runs)
    except RunError as error:
        st.warning(escape_markdown(str(error)), icon=":material/balance:")
        return None


def _named(contender: Contender, name: str) -> Contender:
    return Contender(name=name, matrix=contender.matrix, predictions=contender.predictions, protocol=contender.protocol)


def _own_figures(listener: Contender) -> None:
    assert listener.predictions is not None
    result = evaluate(listener.predictions, protocol=listener.protocol)
    with st.container(horizontal=True, gap="small"):
        st.metric("Accuracy by ear", format_percent(result.accuracy), border=True, width=170)
        st.metric(
            "95 % interval",
            format_interval(result.interval),
            border=True,
            width=170,
            help="Wilson interval: on similar music the accuracy may be anywhere in it.",
        )
        st.metric("Correct clips", f"{result.n_correct:,} of {result.n:,}", border=True, width=170)
        st.metric(
            "Chance",
            format_percent(result.chance),
            border=True,
            width=170,
            help="Accuracy of always answering the most common genre of these clips.",
        )
    if caution := result_caution(result):
        st.caption(f":material/warning: {caution}")


def _tested_on(runs: Sequence[Run], clips: set[str]) -> list[Run]:
    """Those of the runs that have at least one of the clips among their test clips; the best first after the first."""
    able = [run for run in runs if not clips.isdisjoint(services.predictions(run.id).table["clip"])]
    return able[:1] + best_first(able[1:])


def _pick_models(able: Sequence[Run], *, key: str) -> list[Run]:
    by_id = {run.id: run for run in able}
    widget = f"{key}:models:{able[0].id}"
    chosen = st.multiselect(
        "Beside",
        list(by_id),
        default=None if widget in st.session_state else _first_models(able),
        format_func=lambda run_id: chip_label(by_id[run_id]),
        max_selections=_MOST_MODELS,
        key=widget,
        persist_state="session",
        help="Runs that were tested on these clips. Where one was not tested on all of them, all are compared on those "
        "in common.",
    )
    return [by_id[run_id] for run_id in chosen]


def _first_models(able: Sequence[Run]) -> list[str]:
    """The first run and the best of another kind."""
    first = able[0]
    others = [run for run in able[1:] if run.model_kind != first.model_kind]
    return [run.id for run in (first, *others)][:_AT_FIRST]


@st.cache_resource(max_entries=16, show_spinner=False)
def _judge_beside(mark: str, run_ids: tuple[str, ...], _listener: Contender, _runs: Sequence[Run]) -> Beside:
    models = [contender_of(run, name=name) for run, name in zip(_runs, distinct_names(_runs), strict=True)]
    return judge_beside(_listener, models)


def _show_found(found: Beside, runs: Sequence[Run], *, key: str) -> None:
    verdict = found.verdict
    st.info(
        escape_markdown(" ".join([verdict.sentence, *(each.sentence for each in found.agreements)])),
        icon=":material/balance:",
    )
    if verdict.n_shared < found.n_answered:
        st.caption(
            f"{verdict.n_shared} of {format_plural(found.n_answered, 'answered clip')} are test clips of all these "
            "runs; only these are compared."
        )
    names = [standing.name for standing in verdict.standings]
    colors = dict(zip(names, [LISTENER_COLOR, *(model_color(run.model_kind) for run in runs)], strict=True))
    st.header("On the very same clips", anchor=False)
    chart = accuracy_chart(beside_table(found), colors=colors, theme=chart_theme())
    st.altair_chart(chart, alt="Accuracy with 95 % interval of the listener and of the models on the same clips")
    rows = pd.DataFrame(
        [
            {
                "Model": each.name,
                "Error consistency": each.consistency.kappa,
                "95 % interval": "–"
                if each.consistency.interval is None
                else "{:.2f} to {:.2f}".format(*each.consistency.interval).replace("-", "\N{MINUS SIGN}"),
                "Kappa of answers": each.kappa,
                "Both wrong": each.n_both_wrong,
                "Same mistake": each.n_same_mistake,
                "Clips": each.consistency.n,
            }
            for each in found.agreements
        ]
    )
    st.markdown("**Agreement with the listener**")
    st.dataframe(
        rows,
        hide_index=True,
        placeholder="–",
        column_config={
            "Error consistency": st.column_config.NumberColumn(format="%.2f", help=_ERROR_CONSISTENCY),
            "Kappa of answers": st.column_config.NumberColumn(format="%.2f", help=_KAPPA),
            "Both wrong": st.column_config.NumberColumn(help="Clips that both took for a wrong genre."),
            "Same mistake": st.column_config.NumberColumn(help="Of these, clips that both took for the same genre."),
        },
        alt="Agreement of each model with the listener",
    )
    table_download("Export as CSV", rows, "quiz-agreement.csv", key=f"{key}:agreement")
    for note in verdict.notes:
        st.caption(escape_markdown(note))


def _matrices(contenders: Sequence[Contender], *, key: str) -> None:
    """Confusion matrices side by side, of a listener and a model."""
    columns = st.columns(2, gap="large")
    for place, contender in enumerate(contenders):
        with columns[place]:
            n_clips = format_plural(int(contender.matrix.to_numpy().sum()), "clip")
            st.header(f"{escape_markdown(contender.name)}, {n_clips}", anchor=False)
            genres = [str(genre) for genre in contender.matrix.index]
            with st.container(width=matrix_size(genres).width):
                st.altair_chart(
                    confusion_chart(contender.matrix, order=genres, theme=chart_theme()),
                    key=f"{key}:matrix:{place}",
                    alt=f"Confusion matrix of {contender.name}: rows actual genre, columns named genre",
                )
            worst = biggest_confusions(contender.matrix, most=3)
            said = "; ".join(f"{each.actual} taken for {each.predicted} ({each.n})" for each in worst)
            st.caption(escape_markdown(f"Most often: {said}.") if said else "No clip was taken for another genre.")
            table_download(
                "Export matrix as CSV",
                contender.matrix.rename_axis("actual").reset_index(),
                "quiz-matrix.csv" if place == 0 else "model-matrix.csv",
                key=f"{key}:matrix-export:{place}",
            )
