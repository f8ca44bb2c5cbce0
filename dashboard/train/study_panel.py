"""Reproduce the study: its four experiments with one click, its figures beside ours, and what its defect cost."""

import secrets
from collections.abc import Sequence

import streamlit as st

from core.clips.collection import Collection
from core.cost.start import overhead_s
from core.cost.time import TimeEstimate, estimate_time
from core.errors import GenreLabError
from core.experiments.study import (
    STUDY,
    StudyExperiment,
    StudyRow,
    study_configs,
    study_front_end,
    study_rows,
)
from core.runs.comparing import compare_runs
from core.runs.record import Run
from dashboard import navigation
from dashboard.changes.trainings import start_study
from dashboard.charts.runs.study import study_chart, study_table
from dashboard.sentences.comparison import defect_sentence, few_clips_note
from dashboard.sentences.model import total_text
from dashboard.sentences.wording import (
    escape_markdown,
    format_plural,
)
from dashboard.shared.changing import change_button
from dashboard.shared.collection_picker import pick_collection
from dashboard.shared.downloads import table_download
from dashboard.shared.run_picker import redraw_when_ended
from dashboard.state import chart_theme
from dashboard.tables.study import study_frame

_ABOUT = (
    "The study behind Genre Lab trained a CNN and an FFNN on the mel spectrograms of GTZAN: four experiments, 80/20 "
    "by clip, seed 42. Here each is trained again with the same architecture, epochs and share of clips. The test "
    "set is used once, at the end; the study also used it to choose."
)
_PUBLISHED_NOTE = (
    "The seven genres are all but blues, rock and reggae. The study's accuracies (45, 68, 81 and 100 %) were "
    "published without intervals; the ones here are Wilson intervals, computed from 200, 140 and 40 test clips. In "
    "the study and here, clips of one artist may be in both the training and the test set: see the leak meter on "
    "Compare."
)


def study_panel(runs: tuple[Run, ...]) -> None:
    """The whole tab.

    Parameters
    ----------
    runs : tuple of Run
        All runs, newest first.
    """
    st.caption(_ABOUT)
    collection = pick_collection(filters=False)
    if collection is None:
        return
    try:
        front_end = study_front_end(collection)
    except GenreLabError as error:
        st.info(escape_markdown(str(error)), icon=":material/info:")
        return
    if not collection.has_audio:
        st.caption(
            f"This collection has pre-computed spectrograms ({escape_markdown(front_end.title.lower())}). They "
            "replace the study's, so the results are for the models on a different input."
        )
    rows = study_rows(collection, runs)
    _missing_genres(collection)
    _start(collection, rows)
    table = study_table(rows)
    st.altair_chart(
        study_chart(table, theme=chart_theme()),
        alt="Published accuracy of each experiment with its 95 % interval, and the accuracy reached here",
    )
    st.dataframe(
        study_frame(rows), hide_index=True, height="content", alt="The study's accuracies and those reached here"
    )
    st.caption(_PUBLISHED_NOTE)
    if few := few_clips_note(rows):
        st.caption(f":material/info: {few}")
    _protocols(rows)
    table_download(
        "Export as CSV", table, "genre-lab-study.csv", help="Full precision, with the protocol of each value."
    )
    _defect(rows)
    redraw_when_ended(run for row in rows for run in (row.padded, row.reflowed) if run is not None)


def _missing_genres(collection: Collection) -> None:
    lacking = {genre for experiment in STUDY for genre in experiment.missing(collection)}
    if lacking:
        st.caption(
            f":material/info: {escape_markdown(collection.title)} lacks {', '.join(sorted(lacking))}: experiments with "
            "these genres cannot be repeated on it."
        )


def _start(collection: Collection, rows: Sequence[StudyRow]) -> None:
    """Buttons that queue what there is no run of yet."""
    possible = _possible(collection, reflowed=False)
    broken = _possible(collection, reflowed=True)
    left = [
        row.experiment
        for row in rows
        if (row.experiment.id in possible and _open(row.padded))
        or (row.experiment.id in broken and _open(row.reflowed))
    ]
    chosen = _choose(left)
    padded = [
        (row.experiment.id, False) for row in rows if row.experiment.id in possible & chosen and _open(row.padded)
    ]
    reflowed = [
        (row.experiment.id, True) for row in rows if row.experiment.id in broken & chosen and _open(row.reflowed)
    ]
    with st.container(horizontal=True, gap="small"):
        _button(collection, padded, f"Queue {format_plural(len(padded), 'experiment')}", primary=True)
        if broken:
            label = f"Queue {format_plural(len(reflowed), 'experiment')} with the study's resize"
            _button(collection, reflowed, label, primary=False)
    waiting = [run for row in rows for run in (row.padded, row.reflowed) if run and run.status in ("queued", "running")]
    if waiting:
        st.caption(f":material/pending: {format_plural(len(waiting), 'run')} queued or in training; see the Queue tab.")


def _choose(left: Sequence[StudyExperiment]) -> frozenset[str]:
    """Which of the experiments that are left to be trained are to be queued."""
    if len(left) < 2:
        return frozenset(experiment.id for experiment in left)
    titles = {experiment.id: experiment.title for experiment in left}
    chosen = st.pills(
        "Experiments to queue",
        list(titles),
        default=list(titles),
        format_func=lambda each: titles[each],
        selection_mode="multi",
        # Another choice once some of them are queued.
        key=f"study:chosen:{'+'.join(titles)}",
    )
    return frozenset(chosen)


def _possible(collection: Collection, *, reflowed: bool) -> frozenset[str]:
    try:
        return frozenset(study_configs(collection, reflowed=reflowed))
    except GenreLabError:
        return frozenset()


def _open(run: Run | None) -> bool:
    return run is None or run.status in ("failed", "interrupted")


def _button(collection: Collection, wanted: list[tuple[str, bool]], label: str, *, primary: bool) -> None:
    if not wanted:
        return
    key = f"study:token:{collection.id}:{wanted}"
    token = st.session_state.setdefault(key, secrets.token_hex(16))
    if change_button(
        label,
        type="primary" if primary else "secondary",
        icon=":material/play_arrow:",
        key=f"study:start:{wanted[0][1]}",
        help=f"In the background, one after another. {_duration(collection, wanted)}".strip(),
    ):
        try:
            start_study(collection, wanted, token=token)
        except GenreLabError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")
        else:
            st.session_state.pop(key, None)
            st.rerun()


def _duration(collection: Collection, wanted: Sequence[tuple[str, bool]]) -> str:
    total_s, measured = 0.0, True
    for which, reflowed in wanted:
        config = study_configs(collection, reflowed=reflowed)[which]
        n_clips = sum(collection.counts[genre] for genre in config.genres)
        estimate = estimate_time(config, round(0.8 * n_clips), 0)
        total_s += overhead_s(config) + (estimate.total_s if estimate is not None else 0.0)
        measured &= estimate is None or estimate.measured
    whole = TimeEstimate(epoch_s=0.0, total_s=total_s, measured=measured)
    return f"An estimate for this machine: {total_text(whole)} in all."


def _protocols(rows: Sequence[StudyRow]) -> None:
    said = dict.fromkeys(row.padded.result.protocol for row in rows if row.padded is not None and row.padded.result)
    if said:
        st.caption("Split here: " + "; ".join(escape_markdown(protocol) for protocol in said) + ".")


def _defect(rows: Sequence[StudyRow]) -> None:
    st.header("Effect of the resize", anchor=False)
    st.caption(
        "The study resized its spectrograms to one width by reshaping the flat buffer, which shears each picture "
        "and fills its end with the loudest value. Here, models are trained on both versions with the same clips, "
        "so that they can be compared clip by clip."
    )
    pairs = [
        (row, row.padded, row.reflowed)
        for row in rows
        if row.padded is not None and row.reflowed is not None and row.padded.result and row.reflowed.result
    ]
    if not pairs:
        st.info("Queue an experiment in both versions; the difference appears here.", icon=":material/compare:")
        return
    for row, padded, reflowed in pairs:
        try:
            paired = compare_runs(padded, reflowed)
        except GenreLabError as error:
            st.caption(f"{row.experiment.title}: {escape_markdown(str(error))}")
            continue
        st.markdown(f"**{row.experiment.title}.** {defect_sentence(paired)}")
        query = {"runs": f"{padded.id},{reflowed.id}"}
        navigation.page_link("compare", "Compare these two", query=query)
