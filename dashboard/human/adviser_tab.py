"""Which genres to drop or to merge: the curve from all to two, and all choices of one size."""

from collections.abc import Sequence
from math import comb

import pandas as pd
import streamlit as st

from core.errors import GenreLabError
from core.evaluation.adviser import curve
from core.evaluation.adviser.choices import Choice, Ranking, lead_interval, rank_choices, rank_matrix_choices
from core.evaluation.adviser.scores import SubsetScore
from core.evaluation.adviser.words import OPTIMISM, choice_sentence, own_choice_sentence, turn_sentence
from core.evaluation.metrics import wilson_interval
from core.evaluation.published import PublishedMatrix
from core.runs.record import Run
from dashboard.charts.statistics.advice import advice_chart, advice_table
from dashboard.human.adviser_training import show_training
from dashboard.human.subject import Subject, say_measured
from dashboard.sentences.wording import escape_markdown, format_interval, format_percent, format_plural
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme

_USUAL = 3
_MOST_SHOWN = 10
_MOST_WAYS = 5_000
_DROP, _MERGE = "Drop one by one", "Merge two by two"
_KAPPA = (
    "Cohen's kappa: accuracy beyond chance. 0 is guessing, 1 all right; fewer genres do not raise it by themselves, as "
    "they do accuracy."
)
_COLUMNS = {
    "Accuracy": st.column_config.NumberColumn(format="%.1f %%"),
    "Chance": st.column_config.NumberColumn(format="%.1f %%"),
    "Kappa": st.column_config.NumberColumn(format="%.2f", help=_KAPPA),
    "Bits": st.column_config.NumberColumn(
        format="%.2f", help="Information that a verdict gives of the genre, in bits."
    ),
}


def show_advice(subject: Subject, runs: Sequence[Run]) -> None:
    """Draw the curves and the ranking; ``runs`` are all, among which trainings of the advice are looked for."""
    st.markdown("Which genres are hard to tell apart, and what would be gained without them, or with two as one?")
    say_measured(subject)
    st.caption(f":material/info: {OPTIMISM}")
    _show_choices(subject, runs)
    _show_curve(subject)


@st.cache_resource(max_entries=16, show_spinner="Going through the genres")
def _curve(subject_id: str, kind: str, _subject: Subject) -> tuple[curve.Step, ...]:
    predictions = _subject.predictions
    if predictions is None:
        return curve.matrix_drop_curve(_subject.matrix) if kind == _DROP else curve.matrix_merge_curve(_subject.matrix)
    return curve.drop_curve(predictions) if kind == _DROP else curve.merge_curve(predictions)


@st.cache_resource(max_entries=16, show_spinner="Going through the choices")
def _ranking(subject_id: str, n_dropped: int, _subject: Subject) -> Ranking:
    predictions = _subject.predictions
    if predictions is None:
        return rank_matrix_choices(_subject.matrix, n_dropped)
    return rank_choices(predictions, n_dropped)


def _show_choices(subject: Subject, runs: Sequence[Run]) -> None:
    st.header("What to leave out", anchor=False)
    matrix = subject.matrix
    n_genres = int((matrix.sum(axis=1) > 0).sum())
    most = next((n for n in range(n_genres - 2, 0, -1) if comb(n_genres, n) <= _MOST_WAYS), 0)
    if not most:
        st.caption("At least three genres with test clips are needed to leave one out.")
        return
    n = 1
    if most > 1:
        n = st.slider(
            "Genres to leave out",
            1,
            most,
            min(_USUAL, most),
            key=f"human:advice:n:{n_genres}",
            persist_state="session",
        )
    try:
        ranking = _ranking(subject.id, n, subject)
    except GenreLabError as error:
        st.info(escape_markdown(str(error)), icon=":material/info:")
        return
    unit = "clip" if subject.run is None else subject.run.config.split.unit
    st.info(escape_markdown(choice_sentence(ranking, unit=unit)), icon=":material/lightbulb:")
    if subject.published is not None and len(subject.published.own_choice) == n:
        _show_own_choice(subject.published, ranking)
    table = _choices_table(ranking.choices)
    st.dataframe(
        table.head(_MOST_SHOWN), hide_index=True, column_config=_COLUMNS, alt="The best choices of genres to leave out"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if subject.run is not None:
            show_training(subject.run, ranking.choices[0], runs)
        table_download(
            f"Export all {format_plural(len(table), 'choice')} as CSV", table, "choices.csv", key="human:advice:choices"
        )


def _show_own_choice(published: PublishedMatrix, ranking: Ranking) -> None:
    """What the authors of a matrix left out, among all choices, and what a training without it gave them."""
    own, best = ranking.choice(published.own_choice), ranking.choices[0]
    lead = None if own is best else lead_interval(published.matrix, best, own)
    said = [f"The authors' own choice: {own_choice_sentence(ranking, published.own_choice, lead=lead)}"]
    if published.own_result:
        n_correct, n = published.own_result
        interval = format_interval(wilson_interval(n_correct, n))
        said.append(
            f"Trained anew without them, it was right for {n_correct} of {n} clips ({format_percent(n_correct / n)}, "
            f"95 % interval {interval})."
        )
    st.markdown(escape_markdown(" ".join(said)))


def _choices_table(choices: Sequence[Choice]) -> pd.DataFrame:
    return pd.DataFrame([{"Left out": ", ".join(choice.dropped), **_figures(choice.score)} for choice in choices])


def _figures(score: SubsetScore) -> dict[str, object]:
    return {
        "Accuracy": 100 * score.accuracy,
        "95 % interval": format_interval(score.interval),
        "Clips": score.n,
        "Chance": 100 * score.chance,
        "Kappa": score.kappa,
        "Bits": score.bits,
    }


def _show_curve(subject: Subject) -> None:
    st.header("From all genres to two", anchor=False)
    kind = st.segmented_control(
        "Each step",
        [_DROP, _MERGE],
        default=_DROP,
        required=True,
        key="human:advice:kind",
        persist_state="session",
        help="Each step is the one that helps most, measured beyond chance, from where the last one led. Merged genres "
        "count as one: to take one for the other is no mistake any more.",
    )
    try:
        steps = _curve(subject.id, str(kind), subject)
    except GenreLabError as error:
        st.info(escape_markdown(str(error)), icon=":material/info:")
        return
    if len(steps) < 2:
        st.caption("There are only two genres: nothing can be dropped or merged.")
        return
    if said := turn_sentence(steps):
        st.markdown(escape_markdown(said))
    st.altair_chart(
        advice_chart(advice_table(steps), theme=chart_theme()),
        alt="Estimated accuracy, kappa and chance from all genres to two",
    )
    table = pd.DataFrame(
        [
            {
                "Genres left": len(step.score.genres),
                "Changed": (" with " if len(step.changed) == 2 else "").join(step.changed) or "–",
                **_figures(step.score),
                "Left": ", ".join(step.score.genres),
            }
            for step in steps
        ]
    )
    first, last = steps[0].score, steps[-1].score
    st.caption(
        f"From {format_percent(first.accuracy)} of {first.n:,} clips (chance {format_percent(first.chance)}) to "
        f"{format_percent(last.accuracy)} of {last.n:,} (chance {format_percent(last.chance)})."
    )
    with st.expander("Every step", icon=":material/list:"):
        st.dataframe(table, hide_index=True, column_config=_COLUMNS, alt="Every step of the curve")
        table_download("Export as CSV", table, "advice.csv", key="human:advice:steps")
