"""The parts of Overview: steps that follow the state, the latest comparison, and what is here."""

from collections.abc import Sequence

import streamlit as st

from core.collections.registry import DEMO_ID, CollectionSummary
from core.evaluation.metrics import wilson_interval
from core.jobs.watch import read_progress
from core.runs.comparing import best_comparison, is_same_ground, missing_of_pair
from core.runs.record import Run
from dashboard import navigation
from dashboard.charts.runs.comparison import accuracy_chart, accuracy_table
from dashboard.charts.style.palette import model_color
from dashboard.sentences.comparison import lead_sentence
from dashboard.sentences.progress import training_note
from dashboard.sentences.results import result_caution
from dashboard.sentences.runs import short_labels
from dashboard.sentences.shipped import shipped_note
from dashboard.sentences.wording import (
    escape_markdown,
    format_count,
    format_duration,
    format_genres,
    format_interval,
    format_percent,
    format_plural,
    weights_kept,
)
from dashboard.shared.collection_picker import default_collection, make_demo
from dashboard.shared.collection_table import show_problems
from dashboard.shared.feedback import synthetic_badge
from dashboard.shared.run_actions import train_again_popover
from dashboard.shared.run_picker import finished_runs
from dashboard.shared.shipped_runs import own_runs, shipped_badge
from dashboard.state import chart_theme
from dashboard.tables.collections import collections_frame
from dashboard.tables.runs import recent_frame

STUDY_N = 200
STUDY_CORRECT = {"CNN": 136, "FFNN": 90}
"""Test clips that the study's two networks judged rightly, of 200; ten genres, chance 10 %."""

N_RECENT_RUNS = 5
MAX_CLASSIFYING = 4
"""Runs that answer side by side on Classify."""


def show_steps(collections: Sequence[CollectionSummary], runs: Sequence[Run]) -> None:
    """Four steps from music to a verdict; those already done are ticked, the next one is pointed out."""
    ready = [summary for summary in collections if summary.ready]
    finished = [run for run in runs if run.status == "finished"]
    own = [run for run in finished if not run.shipped]
    has_both = not missing_of_pair(own)
    columns = st.columns(4, gap="small")
    with columns[0]:
        note = ", ".join(escape_markdown(summary.title) for summary in ready[:2]) + (
            " and more" if len(ready) > 2 else ""
        )
        with _step(1, "Get music", done=bool(ready)):
            st.markdown(note if ready else "Start with the built-in demo, or import a folder of your own.")
            navigation.page_link("collections", "Import a folder" if ready else "Import your own folder")
    with columns[1], _step(2, "Look and listen", done=False):
        st.markdown("See which features separate the genres, and hear every point on the map.")
        _links(("explore", "Explore"), ("gallery", "Gallery"), disabled=not ready)
    with columns[2], _step(3, "Train", done=has_both):
        st.markdown(training_note(runs, own, has_both=has_both))
        _links(("train", "Train a network"), disabled=not ready)
    with columns[3], _step(4, "Evaluate", done=False):
        st.markdown("Compare the two, hear their mistakes, and try your own song.")
        _links(("compare", "Compare"), ("confusion", "Confusion"), ("classify", "Classify"), disabled=not finished)
    if not ready or _demo_in_progress():
        make_demo()


def _demo_in_progress() -> bool:
    progress = read_progress(DEMO_ID)
    return progress is not None and not progress.ended


def _step(number: int, title: str, *, done: bool) -> st.delta_generator.DeltaGenerator:
    box = st.container(border=True, height="stretch")
    with box:
        icon = ":material/check_circle:" if done else f":material/counter_{number}:"
        st.markdown(f"**:primary[{icon}] {title}**")
    return box


def _links(*targets: tuple[str, str], disabled: bool) -> None:
    with st.container(gap=None):
        for url_path, label in targets:
            navigation.page_link(url_path, label, disabled=disabled)


def show_latest_result(runs: Sequence[Run]) -> None:
    """The best CNN and FFNN that were tested on the same clips, or what the study found where there is no pair."""
    st.header("CNN against FFNN", anchor=False)
    comparison = best_comparison(runs)
    shown = [] if comparison is None else [comparison.cnn, comparison.ffnn]
    # Trained ears have a place of their own, where the runs at hand can be set beside them.
    shipped = [run for run in finished_runs(runs) if run.shipped and run.config.trained_ears is None]
    if not shown or all(run.shipped for run in shown):
        shown += [run for run in shipped if run not in shown and (not shown or is_same_ground(run, shown[0]))]
    if shown:
        _result(shown, None if comparison is None else comparison.accuracy_difference)
    if comparison is None:
        _show_study()
    elif len(others := [run for run in shipped if run not in shown]) > 0:
        _shipped_line(others)


def _result(shown: Sequence[Run], difference: float | None) -> None:
    """Runs tested on the same clips: figures, picture, and where to go from here."""
    first = shown[0]
    assert first.result is not None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if any(run.shipped for run in shown):
            shipped_badge()
        if first.synthetic:
            synthetic_badge()
        st.caption(
            f"{escape_markdown(first.collection_title)} · {escape_markdown(format_genres(first.config.genres))} · "
            f"chance {format_percent(first.result.chance)} · {escape_markdown(first.result.protocol)}",
            width="content",
        )
    if all(run.shipped for run in shown):
        st.markdown(shipped_note(shown))
    if len(shown) > 2:
        for column, run in zip(st.columns(len(shown), gap="small"), shown, strict=True):
            with column:
                _run_card(run)
        right = st.container()
    else:
        left, right = st.columns([2, 3], gap="medium")
        with left:
            for run in shown:
                _run_card(run)
    with right, st.container(border=True, height="stretch" if len(shown) == 2 else "content"):
        labels = short_labels(shown)
        chart = accuracy_chart(
            accuracy_table(labels),
            colors={label: model_color(run.model_kind) for label, run in labels.items()},
            theme=chart_theme(),
        )
        st.altair_chart(chart, alt="Test accuracy of each model with its 95 % interval, and chance")
        if difference is not None:
            st.caption(lead_sentence(difference, *shown[:2]))
        _result_links(shown)


def _result_links(shown: Sequence[Run]) -> None:
    run_ids = ",".join(run.id for run in shown[:MAX_CLASSIFYING])
    with st.container(horizontal=True):
        if len(shown) > 1:
            query = {"runs": ",".join(run.id for run in shown)}
            navigation.page_link("compare", "Compare in detail", query=query if shown[0].shipped else None)
        navigation.page_link("confusion", "Look at the mistakes", query={"run": shown[0].id})
        navigation.page_link("classify", "Classify a song", query={"runs": run_ids})


def _shipped_line(shipped: Sequence[Run]) -> None:
    """That there are models to weigh one's own against."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            f"{format_plural(len(shipped), 'model')} trained on recorded music included with Genre Lab.",
            width="content",
        )
        navigation.page_link("compare", "See them", query={"runs": ",".join(run.id for run in shipped[:8])})


def _run_card(run: Run) -> None:
    assert run.result is not None
    result = run.result
    kept, unit = weights_kept(run.config), run.config.split.unit
    with st.container(border=True):
        st.metric(
            f"{run.model_kind} · {escape_markdown(run.config.name)}"
            if run.config.name != run.model_kind
            else run.model_kind,
            format_percent(result.accuracy),
            help=f"Share of the test {unit}s that are classified correctly"
            + (f", with the weights of {kept}" if kept else "")
            + f". The test {unit}s were not used in training or for any choice.",
        )
        training = "" if run.training_s is None else f" · trained in {format_duration(run.training_s)}"
        parameters = f"{format_count(run.n_parameters)} parameters" if run.n_parameters else run.model_kind
        st.caption(
            f"{result.n_correct} of {result.n} test {unit}s · 95 % interval {format_interval(result.interval)}  \n"
            f"{parameters}{training}"
        )
        if caution := result_caution(result, unit=unit):
            st.caption(f":material/warning: {caution}")


def _show_study() -> None:
    with st.container(border=True):
        st.markdown("No pair of runs on the same clips yet. Results of the study behind Genre Lab:")
        columns = st.columns(2)
        for column, (kind, n_correct) in zip(columns, STUDY_CORRECT.items(), strict=True):
            interval = format_interval(wilson_interval(n_correct, STUDY_N))
            with column:
                st.metric(f"{kind} of the study", format_percent(n_correct / STUDY_N))
                st.caption(f"n = {STUDY_N} test clips · 95 % interval {interval}")
        st.caption(
            "GTZAN, ten genres, chance 10.0 %. The split was random by clip, and the test set was also used to "
            "decide when to stop, so both values are optimistic. Train a CNN and an FFNN to see your own results."
        )


def show_inventory(collections: Sequence[CollectionSummary], runs: Sequence[Run]) -> None:
    """The newest runs and the collections, each with a link to where it can be seen."""
    st.header("Latest runs", anchor=False)
    if own_runs(runs):
        _show_recent(runs[:N_RECENT_RUNS])
        with st.container(horizontal=True, vertical_alignment="center"):
            navigation.page_link("compare", f"All {format_plural(len(runs), 'run')}")
            train_again_popover(runs[:N_RECENT_RUNS], key="overview")
    else:
        st.caption("You have no runs yet. A run is one training with its settings, curves and test probabilities.")
    st.header("Collections", anchor=False)
    show_problems(collections)
    table = collections_frame(collections)[["Collection", "Clips", "Genres", "Holds", "Music"]]
    st.dataframe(table, hide_index=True, placeholder="–", alt="Collections")
    chosen = default_collection(tuple(collections))
    navigation.page_link("collections", "All collections", query={"collection": chosen})


def _show_recent(runs: Sequence[Run]) -> None:
    """A figure never stands without its interval, its number of clips and its split."""
    table = recent_frame(runs)
    if not any(run.synthetic for run in runs):
        table = table.drop(columns="Music")  # the width is better spent on the rest
    config = {
        "Run": st.column_config.TextColumn(width=260),
        "Test accuracy": st.column_config.NumberColumn(format="%.1f %%"),
    }
    st.dataframe(table, hide_index=True, column_config=config, placeholder="–", alt="Latest runs")
