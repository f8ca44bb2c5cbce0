"""What every run that was tested on a clip says of it."""

import time
from collections.abc import Mapping, Sequence

import streamlit as st

from core.clips.excerpts import whole_name
from core.errors import GenreLabError
from core.evaluation.confusion.cells import verdict_rows
from core.jobs.remaining import RemainingTime
from core.runs.comparing import is_same_ground
from core.runs.record import Run
from core.runs.results import load_predictions
from core.runs.same_clips import names_same_clips
from dashboard.confusion.material import Stamps, stamps_of, tested
from dashboard.confusion.view import View
from dashboard.sentences.wording import escape_markdown, format_plural, format_remaining, name_with_seed
from dashboard.tables.confusion import verdicts_frame

_MOST_RUNS, _MOST_ASKED_FOR = 8, 40
_MOST_VALUES = 4_000_000
"""Probabilities that are read without being asked for: about a second's work."""
_ALL = "confusion:all-runs"


def show_other_verdicts(view: View, name: str, actual: str) -> None:
    """A table of runs with their verdicts: those in view first, then other runs that were tested on the clip."""
    st.markdown("**What the runs say of it**")
    able = sorted(view.others, key=lambda run: not is_same_ground(view.run, run))
    n_at_once = _at_once(able)
    looked, further = able[:n_at_once], able[:_MOST_ASKED_FOR]
    if len(further) > n_at_once and st.toggle(
        f"Look into {'all' if len(further) == len(able) else 'the best'} {format_plural(len(further), 'other run')}",
        key=_ALL,
        persist_state="session",
        help=f"Those that were tested on this clip are shown. Without it, {n_at_once:,} are looked into.",
    ):
        looked = further
    rows, unread = [], []
    for run, said in zip([*view.runs, *looked], _said_by([*view.runs, *looked], view.run), strict=True):
        if said is None:
            unread.append(run)
            continue
        found = said.get(name) or said.get(whole_name(name, view.run.config.split.n_excerpts))
        if found is not None:
            rows.append((name_with_seed(run), *found, found[0] == actual))
    st.dataframe(
        verdicts_frame(rows),
        hide_index=True,
        height="content" if len(rows) <= _MOST_RUNS + 2 else 388,
        column_config={"Probability": st.column_config.NumberColumn(format="%.0f %%")},
        alt=f"What each run says of {name}",
    )
    if len(rows) == len(view.runs):
        st.caption("No other finished run here was tested on this clip.")
    for run in unread:
        st.caption(f":material/warning: {escape_markdown(name_with_seed(run))} cannot be read.")


def _at_once(runs: Sequence[Run]) -> int:
    """How many runs are looked into without being asked: fewer of large ones."""
    n_values, n_runs = 0, 0
    for run in runs[:_MOST_RUNS]:
        assert run.result is not None
        n_values += run.result.n * len(run.config.genres)
        if n_runs and n_values > _MOST_VALUES:
            break
        n_runs += 1
    return n_runs


def _said_by(runs: Sequence[Run], of: Run) -> list[Mapping[str, tuple[str, float]] | None]:
    """What each run says of each of its clips, with progress where that takes long; None where it cannot be read."""
    bar, remaining = None, RemainingTime()
    found: list[Mapping[str, tuple[str, float]] | None] = []
    began = time.monotonic()
    for place, run in enumerate(runs):
        try:
            found.append(_said(run.id, of.id, stamps_of(run.id, of.id), run, of))
        except GenreLabError:
            found.append(None)
        if time.monotonic() - began > 1.0:
            bar = bar or st.empty()
            left_s = remaining.update(place + 1, len(runs), now=time.monotonic())
            left = "" if left_s is None else f", {format_remaining(left_s)}"
            bar.progress((place + 1) / len(runs), text=f"Reading run {place + 1:,} of {len(runs):,}{left}")
    if bar is not None:
        bar.empty()
    return found


# Of each run only what it said, not all probabilities: many runs may be looked into.
@st.cache_resource(max_entries=48, show_spinner=False)
def _said(run_id: str, of_id: str, stamps: Stamps, _run: Run, _of: Run) -> Mapping[str, tuple[str, float]]:
    """Genre and probability by clip; empty where clips of one name may be other clips than those of ``of``."""
    predictions = tested(run_id) if run_id == of_id else load_predictions(run_id)
    if not names_same_clips(_run, _of, predictions, tested(of_id)):
        return {}
    rows = verdict_rows([predictions])
    said = zip(rows["predicted"].tolist(), rows["probability"].tolist(), strict=True)
    return dict(zip(rows["clip"].tolist(), said, strict=True))
