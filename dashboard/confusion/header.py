"""On what the matrix in view was measured: accuracy with its interval, clips, chance and split."""

from dataclasses import replace

import streamlit as st

from core.evaluation.metrics import chance_level, wilson_interval
from core.evaluation.predictions import TestResult
from core.experiments.aggregate import pool_folds, spread
from core.runs.record import Run
from dashboard.confusion.material import pair_of, rows_of, summed
from dashboard.confusion.view import View
from dashboard.sentences.results import result_caution
from dashboard.sentences.runs import spread_text
from dashboard.sentences.wording import (
    escape_markdown,
    format_interval,
    format_percent,
    format_plural,
    name_with_seed,
)
from dashboard.shared.run_picker import CARD_PX, accuracy_header, run_badges, run_facts


def show_header(view: View) -> None:
    """Draw what belongs to the runs in view."""
    run_badges(view.run)
    run_facts(view.run)
    if view.shown == "folds":
        _folds(view)
    elif view.shown == "seeds":
        _seeds(view)
    elif view.is_of_two:
        _two(view)
    else:
        accuracy_header(view.run)
    if view.families and not view.is_of_two:
        _families(view)


def _folds(view: View) -> None:
    pooled = pool_folds(view.runs)
    rows = rows_of(tuple(run.id for run in view.runs))
    assert view.run.result is not None
    result = TestResult(
        n_correct=pooled.n_correct,
        n=pooled.n,
        interval=pooled.interval,
        chance=chance_level(rows["actual"]),
        protocol=f"{format_plural(len(view.runs), 'fold')} pooled; of this one: {view.run.result.protocol}",
    )
    accuracy_header(replace(view.run, result=result))
    st.caption(
        f"Mean of the folds: {spread_text(pooled.folds)}. The folds share most of their training clips, so that the "
        "interval is a little too narrow."
    )
    if pooled.missing:
        listed = ", ".join(map(str, pooled.missing))
        st.caption(f":material/info: Not all clips have been tested yet: no finished run for fold {listed}.")


def _seeds(view: View) -> None:
    found = spread([run.result.accuracy for run in view.runs if run.result is not None])
    whole = summed(tuple(run.id for run in view.runs))
    assert view.run.result is not None
    cards = st.container(horizontal=True, gap="small")
    unit = view.run.config.split.unit
    for title, value, about in (
        ("Mean accuracy", spread_text(found), "Mean and standard deviation over the runs."),
        (
            "95 % interval of the mean",
            "–" if found.interval is None else format_interval(found.interval),
            "From Student's t: the range for the mean over further seeds. The uncertainty from the number of test "
            f"{unit}s comes in addition.",
        ),
        ("Runs", f"{found.n_runs:,}", "Finished runs with different seeds."),
        (f"Test {unit}s", f"{whole.n_clips:,}", f"{whole.n_verdicts:,} verdicts on them in the matrix."),
        ("Chance", format_percent(view.run.result.chance), "Accuracy of always predicting the most common genre."),
    ):
        cards.metric(title, value, help=about, border=True, width=CARD_PX)
    st.caption(f"Split of this run: {escape_markdown(view.run.result.protocol)}.")
    if whole.n_verdicts > whole.n_clips:
        st.caption(
            f":material/info: A {unit} that several seeds were tested on counts once for each in the matrix, so that "
            "its figures have no intervals."
        )


def _two(view: View) -> None:
    said = pair_of(view.runs[0].id, view.runs[1].id)
    unit = view.run.config.split.unit
    for place, run in enumerate(view.runs):
        _measured(run, "First run" if place == 0 else "Second run")
    n = len(said.table)
    both = format_plural(n, f"test {unit}")
    if said.is_all:
        st.caption(f"Both were tested on the same {both}.")
    else:
        st.caption(
            f":material/info: Compared on the {both} that both have; the first was tested on {said.n_tested[0]:,}, the "
            f"second on {said.n_tested[1]:,}."
        )
    if any(set(run.config.genres) != set(said.genres) for run in view.runs):
        st.caption(
            f":material/info: Compared on the {len(said.genres):,} genres that both know; each says the most probable "
            "of these."
        )
    right = [int((said.table["actual"] == said.table[answerer]).sum()) for answerer in ("first", "second")]
    st.caption(
        f"On these, {escape_markdown(view.run_names[0])} is right on {right[0]:,} and "
        f"{escape_markdown(view.run_names[1])} on {right[1]:,}. Whether that difference may be chance is said on "
        "Compare."
    )


def _measured(run: Run, what: str) -> None:
    result = run.result
    assert result is not None
    unit = run.config.split.unit
    st.caption(
        f"**{what}**, {escape_markdown(name_with_seed(run))}: test accuracy {format_percent(result.accuracy)} of "
        f"{format_plural(result.n, unit)} (95 % interval {format_interval(result.interval)}, chance "
        f"{format_percent(result.chance)}); split: {escape_markdown(result.protocol)}."
    )
    if caution := result_caution(result, unit=unit):
        st.caption(f":material/warning: {caution}")


def _families(view: View) -> None:
    """How often the family is right, which is easier than the genre."""
    counts = view.matrix.to_numpy()
    n, right = int(counts.sum()), int(counts.trace())
    chance = format_percent(counts.sum(axis=1).max() / n)
    interval = ""
    if view.unit != "verdict":
        interval = f", 95 % interval {format_interval(wilson_interval(right, n))}"
    st.caption(
        f":material/account_tree: The family is right for {right:,} of {format_plural(n, view.unit)} "
        f"({format_percent(right / n)}{interval}; chance {chance})."
    )
