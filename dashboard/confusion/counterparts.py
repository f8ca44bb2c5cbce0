"""Runs that another can be held against: whether they can is looked up before they are offered."""

import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.errors import GenreLabError
from core.jobs.remaining import RemainingTime
from core.runs.comparing import ground_of, is_same_ground
from core.runs.record import Run
from core.runs.results import load_tested
from core.runs.same_clips import share_clips
from dashboard.confusion.material import tested
from dashboard.sentences.wording import format_remaining

_SHOW_AFTER_S = 1.0


@dataclass(frozen=True)
class Counterparts:
    """Other runs, in the order given.

    Attributes
    ----------
    able : tuple of Run
        They have test clips in common with the run.
    apart : tuple of Run
        They have none, or another genre of one of them.
    unread : tuple of Run
        Their files cannot be read, so that nobody knows.
    further : tuple of Run
        They were not looked into.
    """

    able: tuple[Run, ...]
    apart: tuple[Run, ...]
    unread: tuple[Run, ...]
    further: tuple[Run, ...] = ()


def has_counterpart(run: Run, others: Sequence[Run]) -> bool:
    """Whether any of these runs can be held against a run: none is looked into after the first that can.

    See `counterparts_of`.
    """
    return any(_answers(run, others, stop_at_first=True).values())


def counterparts_of(run: Run, others: Sequence[Run], *, most: int | None = None) -> Counterparts:
    """Which of these runs can be held against a run clip by clip; with progress where that takes long.

    Runs of one split have the same test clips: one of them is looked into for all.

    Parameters
    ----------
    run : Run
    others : sequence of Run
        Those of which its records say that it may (`core.runs.same_clips.may_share_clips`).
    most : int, optional
        Splits that are looked into: the first ones, but its own before all.

    Raises
    ------
    RunError
        The run's own files cannot be read.
    """
    answer = _answers(run, others, stop_at_first=False, most=most)
    looked = [each for each in others if each.id in answer]
    return Counterparts(
        able=tuple(each for each in looked if answer[each.id]),
        apart=tuple(each for each in looked if answer[each.id] is False),
        unread=tuple(each for each in looked if answer[each.id] is None),
        further=tuple(each for each in others if each.id not in answer),
    )


def _answers(
    run: Run, others: Sequence[Run], *, stop_at_first: bool, most: int | None = None
) -> dict[str, bool | None]:
    """Whether each run that was looked into shares clips with a run, by its id; None where that cannot be read."""
    alike: dict[Hashable, list[Run]] = {}
    # What needs no look comes first.
    for other in sorted(others, key=lambda other: not is_same_ground(run, other)):
        alike.setdefault((other.config.collection_id, ground_of(other)), []).append(other)
    answer: dict[str, bool | None] = {}
    bar, remaining, began = None, RemainingTime(), time.monotonic()
    n_splits = len(alike) if most is None else min(most, len(alike))
    for place, runs in enumerate(list(alike.values())[:n_splits]):
        shared = _looked_up(run, runs)
        answer |= {each.id: shared for each in runs}
        if shared and stop_at_first:
            break
        if time.monotonic() - began > _SHOW_AFTER_S:
            bar = bar or st.empty()
            left_s = remaining.update(place + 1, n_splits, now=time.monotonic())
            left = "" if left_s is None else f", {format_remaining(left_s)}"
            bar.progress((place + 1) / n_splits, text=f"Looking for runs tested on the same clips{left}")
    if bar is not None:
        bar.empty()
    return answer


def _looked_up(run: Run, runs: Sequence[Run]) -> bool | None:
    """Whether runs of one split share clips with a run; None where none of them can be read."""
    if is_same_ground(run, runs[0]) and run.config.collection_id == runs[0].config.collection_id:
        return True
    genre_of = _genres_of(run.id)
    for other in runs:
        try:
            return _share(run.id, other.id, run, other, genre_of)
        except GenreLabError:
            continue
    return None


# What a finished run was tested on never changes. Names of 20,000 clips are 2 MB: kept of the runs in view only.
@st.cache_resource(max_entries=8, show_spinner=False)
def _genres_of(run_id: str) -> Mapping[str, str]:
    table = tested(run_id).table  # read for its matrix anyway
    return dict(zip(table["clip"].tolist(), table["actual"].tolist(), strict=True))


@st.cache_resource(max_entries=4_096, show_spinner=False)
def _share(run_id: str, other_id: str, _run: Run, _other: Run, _genre_of: Mapping[str, str]) -> bool:
    return share_clips(_run, _other, _genre_of, load_tested(other_id))
