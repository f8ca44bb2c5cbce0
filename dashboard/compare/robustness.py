"""Robustness of the chosen runs: accuracy on their own test clips, changed; and the jobs that measure it."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.errors import GenreLabError
from core.explanation.changes import CHANGES, Change
from core.explanation.robustness import USUAL_CLIPS, Robustness
from core.explanation.robustness_record import count_begun, load_robustness, robustness_job_id
from core.features.base import AudioFrontEnd
from core.jobs.watch import read_progress
from core.runs.record import Run
from dashboard.changes.trainings import start_robustness
from dashboard.charts.explanation.robustness import robustness_chart, robustness_table
from dashboard.compare.comparison import run_colors
from dashboard.sentences.robustness import basis_sentence, worst_sentence
from dashboard.sentences.wording import escape_markdown, format_plural, name_with_seed
from dashboard.shared.changing import change_button
from dashboard.shared.downloads import table_download
from dashboard.shared.job_progress import job_progress
from dashboard.shared.run_picker import finished_runs
from dashboard.state import chart_theme

_ABOUT = (
    f"Each run judges up to {USUAL_CLIPS} of its own test clips again, changed: other pitch and tempo, cut "
    "frequencies, noise, loudness, mp3, reverb. A model that knows genre, not recordings, should bear what a listener "
    "hardly notices."
)


def show_robustness(runs: Sequence[Run]) -> None:
    """The section: a figure of the runs that were measured, and a button for those that were not.

    Parameters
    ----------
    runs : sequence of Run
        Those chosen on the page.
    """
    able = [run for run in finished_runs(runs) if _hears(run)]
    st.header("Robustness", anchor=False)
    st.caption(_ABOUT)
    if not able:
        st.caption("None of the chosen runs is finished and can hear: there is nothing that could be changed.")
        return
    measured: dict[str, Robustness] = {}
    for run in able:
        try:
            found = load_robustness(run.id)
        except GenreLabError as error:
            st.error(escape_markdown(f"{run.label}: {error}"), icon=":material/error:")
            continue
        if found is not None:
            measured[run.id] = found
    known = [change for change in CHANGES.values() if any(change.id in found.curves for found in measured.values())]
    if known:
        _figure({run.id: run for run in able}, measured, known)
    for run in able:
        n_known = len(measured[run.id].curves) if run.id in measured else 0
        if n_known < len(CHANGES):
            _offer(run, n_known)


def _hears(run: Run) -> bool:
    return all(isinstance(each, AudioFrontEnd) and not each.why_not_here for each in run.config.front_ends)


def _figure(runs: Mapping[str, Run], measured: Mapping[str, Robustness], known: Sequence[Change]) -> None:
    ids = [change.id for change in known]
    chosen = st.segmented_control(
        "Change of the clips",
        ids,
        format_func=lambda each: CHANGES[each].title,
        default=ids[0],
        required=True,
        key=f"compare:robustness:{','.join(ids)}",
    )
    change = CHANGES[chosen or ids[0]]
    st.caption(change.meaning)
    names = {run_id: name_with_seed(run) for run_id, run in runs.items()}
    curves = {names[run_id]: found.curves[change.id] for run_id, found in measured.items() if change.id in found.curves}
    table = robustness_table(curves, change)
    st.altair_chart(
        robustness_chart(table, change, colors=run_colors(list(runs.values())), theme=chart_theme()),
        key="compare:robustness:chart",
        alt=f"Accuracy with 95 % interval over the range of {change.title.lower()}",
    )
    st.markdown("\n".join(f"- {worst_sentence(name, points, change)}" for name, points in curves.items()))
    for run_id, found in measured.items():
        if names[run_id] in curves:
            st.caption(basis_sentence(names[run_id], found))
    st.caption(
        "Points of one curve are of the same clips; bands and bars are 95 % Wilson intervals of each point. A clip "
        "that cannot be judged at a value counts as wrong there."
    )
    table_download(
        "Export robustness as CSV",
        lambda: _every_table(names, measured, known),
        "genre-lab-robustness.csv",
        key="compare:robustness:csv",
        help="Every change and value of these runs.",
    )


def _every_table(names: Mapping[str, str], measured: Mapping[str, Robustness], known: Sequence[Change]) -> pd.DataFrame:
    tables = [
        robustness_table({names[run_id]: found.curves.get(change.id, ()) for run_id, found in measured.items()}, change)
        for change in known
    ]
    return pd.concat(tables, ignore_index=True)


def _offer(run: Run, n_known: int) -> None:
    """A run of which so many changes, and not all, are measured."""
    job_id = robustness_job_id(run.id)
    progress = read_progress(job_id)
    if progress is None or progress.ended:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            n_begun = 0 if n_known else count_begun(run.id)
            st.caption(f"**{escape_markdown(name_with_seed(run))}**{_how_much(n_known, n_begun)}", width="content")
            if change_button(
                "Measure all" if n_known else "Go on" if n_begun else "Measure it",
                icon=":material/speed:",
                key=f"robustness:{run.id}",
                help="In the background, some minutes for eight changes at nine values each. What is found is kept: it "
                "can be stopped, and goes on from there.",
            ):
                try:
                    start_robustness(run.id)
                except GenreLabError as error:
                    st.error(escape_markdown(str(error)), icon=":material/error:")
                else:
                    st.rerun()
    else:
        st.caption(f"**{escape_markdown(name_with_seed(run))}** is being measured.")
    job_progress(job_id)


def _how_much(n_known: int, n_begun: int) -> str:
    """How far the measurement of a run is: changes that are measured, or else clips of which some are."""
    if n_known:
        return f": {n_known} of {len(CHANGES)} changes are measured."
    if n_begun:
        return f" is measured in part: what was found of {format_plural(n_begun, 'clip')} is kept."
    return " is not measured yet."
