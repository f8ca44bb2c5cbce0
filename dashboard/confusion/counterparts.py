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
    """

    able: tuple[Run, ...]
    apart: tuple[Run, ...]
    unread: tuple[Run, ...]


def counterparts_of(run: Run, others: Sequence[Run]) -> Counterparts:
    """Which of these runs can be held against a run clip by clip; with progress where that takes long.

    Runs of one split have the same test clips: one of them is looked into for all.

    Parameters
    ----------
    run : Run
    others : sequence of Run
        Those of which its records say that it may (`core.runs.same_clips.may_share_clips`).

    Raises
    ------
    RunError
        The run's own files cannot be read.
    """
    alike: dict[Hashable, list[Run]] = {}
    for other in others:
        alike.setdefault((other.config.collection_id, ground_of(other)), []).append(other)
    answer: dict[str, bool | None] = {}
    bar, remaining, began = None, RemainingTime(), time.monotonic()
    for place, runs in enumerate(alike.values()):
        shared = _looked_up(run, runs)
        answer |= {each.id: shared for each in runs}
        if time.monotonic() - began > _SHOW_AFTER_S:
            bar = bar or st.empty()
            left_s = remaining.update(place + 1, len(alike), now=time.monotonic())
            left = "" if left_s is None else f", {format_remaining(left_s)}"
            bar.progress((place + 1) / len(alike), text=f"Looking for runs tested on the same clips{left}")
    if bar is not None:
        bar.empty()
    return Counterparts(
        able=tuple(each for each in others if answer[each.id]),
        apart=tuple(each for each in others if answer[each.id] is False),
        unread=tuple(each for each in others if answer[each.id] is None),
    )


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
