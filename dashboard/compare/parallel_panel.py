"""Settings and accuracy of searched or selected runs on parallel axes."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.experiments.groups import RunGroup, find_groups
from core.runs.record import Run
from dashboard.charts.runs.parallel import parallel_chart
from dashboard.sentences.runs import group_label
from dashboard.sentences.wording import format_plural
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme
from dashboard.tables.parallel import Axis, accuracy_axes, exported_parallel, parallel_table, setting_axes

_CHOSEN, _SHOWN = "chosen", "shown"
_MOST_AXES, _AXES_AT_FIRST, _MOST_RUNS = 9, 6, 300


def show_parallel(runs: Sequence[Run], *, shown: Sequence[Run], chosen: Sequence[Run]) -> None:
    """The chart with its choice of runs and axes.

    Parameters
    ----------
    runs : sequence of Run
        All, among which the searches are found.
    shown, chosen : sequence of Run
        Those of the table as it is filtered, and those ticked in it.
    """
    st.header("Settings and accuracy", anchor=False)
    searches = {group.id: group for group in find_groups(runs) if group.kind == "search"}
    source = _source(searches, n_shown=len(shown), n_chosen=len(chosen))
    wanted = chosen if source == _CHOSEN else shown if source == _SHOWN else searches[source].runs
    measured = [run for run in wanted if accuracy_axes([run])]
    drawn = measured[:_MOST_RUNS]
    if len(drawn) < 2:
        st.caption("Two runs or more with an accuracy are needed: filter the table less, or choose more runs.")
        return
    axes = setting_axes(drawn)
    if not axes:
        st.caption("These runs differ in no setting but their seed.")
        return
    kept = _choose_axes(axes)
    columns = [*kept, *accuracy_axes(drawn)]
    chart = parallel_chart(parallel_table(drawn, columns), columns, theme=chart_theme())
    st.altair_chart(chart, alt=f"Settings of {len(drawn)} runs and the accuracies that they reached")
    notes = [f"{format_plural(len(drawn), 'run')}, a line each; point at one to see which it is."]
    if len(drawn) < len(measured):
        notes.append(f"The newest {len(drawn):,} of {len(measured):,}.")
    if n_without := len(wanted) - len(measured):
        notes.append(f"{format_plural(n_without, 'run')} without an accuracy not drawn.")
    if len({(run.collection_fingerprint, run.config.genres, run.config.split.key) for run in drawn}) > 1:
        notes.append("They were not all tested on the same clips: accuracies of different tasks do not compare.")
    st.caption(" ".join(notes))
    table_download(
        "These runs as CSV", lambda: exported_parallel(drawn, columns), "genre-lab-settings-and-accuracy.csv"
    )


def _source(searches: Mapping[str, RunGroup], *, n_shown: int, n_chosen: int) -> str:
    """Which runs are drawn: those shown, those chosen, or those of a search, the newest at first."""
    options = [_SHOWN, _CHOSEN, *searches]
    titles = {
        _SHOWN: f"Runs in the table ({n_shown:,})",
        _CHOSEN: f"Chosen runs ({n_chosen:,})",
        **{each: f"Search: {group_label(group)}" for each, group in searches.items()},
    }
    key = "compare:parallel-of"
    if st.session_state.get(key) not in options:
        st.session_state[key] = next(iter(searches), _SHOWN)
    chosen: str = st.selectbox(
        "Runs", options, format_func=lambda each: titles[each], key=key, persist_state="session", width=560
    )
    return chosen


def _choose_axes(axes: Sequence[Axis]) -> list[Axis]:
    by_name = {axis.name: axis for axis in axes}
    if len(axes) == 1:
        return list(axes)
    # Which settings there are is part of the key: those of other runs are another choice.
    names = st.multiselect(
        "Settings",
        list(by_name),
        default=list(by_name)[:_AXES_AT_FIRST],
        format_func=lambda name: by_name[name].title,
        max_selections=_MOST_AXES,
        key=f"compare:parallel-axes:{hash(tuple(by_name))}",
        persist_state="session",
        placeholder="All in which these runs differ",
        help="Settings in which these runs differ, those first that have most values.",
    )
    return [by_name[name] for name in names] or list(axes)[:_AXES_AT_FIRST]
