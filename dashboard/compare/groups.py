"""Runs that were started in one go, and what they come to together: folds, seeds, protocols."""

from collections.abc import Sequence

import streamlit as st

from core.errors import GenreLabError
from core.experiments.aggregate import Pooled, Spread, pool_folds, spread
from core.experiments.groups import GROUP_KINDS, RunGroup, find_groups
from core.runs.record import Run
from dashboard import navigation
from dashboard.sentences.results import result_caution
from dashboard.sentences.runs import group_label, spread_text
from dashboard.sentences.wording import escape_markdown, format_interval, format_percent
from dashboard.shared.feedback import empty_state, synthetic_badge
from dashboard.shared.run_picker import redraw_when_ended
from dashboard.state import linked_key, query_value
from dashboard.tables.runs import members_frame


def show_groups(runs: Sequence[Run]) -> None:
    """The group in view: its figures together, and each of its runs."""
    groups = {group.id: group for group in find_groups(runs)}
    if not groups:
        empty_state(
            "No group of runs yet",
            "Runs that were started together appear here as a group: the folds of a split are pooled, and several "
            "seeds give a mean and a spread.",
            page="train",
            label="Train a model",
        )
        return

    def titled(group_id: str) -> str:
        return group_label(groups[group_id])

    chosen = query_value("group", list(groups), next(iter(groups)), what="group", titled=titled)
    key, changed = linked_key("group", chosen)
    st.selectbox(
        "Group",
        list(groups),
        format_func=titled,
        key=key,
        on_change=changed,
        help="Newest first.",
    )
    group = groups[chosen or next(iter(groups))]
    if any(run.synthetic for run in group.runs):
        synthetic_badge()
    _together(group)
    _members(group)
    redraw_when_ended(group.runs)


def _together(group: RunGroup) -> None:
    if not group.finished:
        st.info("None of its runs has finished yet.", icon=":material/pending:")
        return
    if group.kind == "folds":
        try:
            _pooled(pool_folds(group.finished), group)
        except GenreLabError as error:
            st.warning(escape_markdown(str(error)), icon=":material/warning:")
    elif group.kind == "search":
        st.markdown("These runs are the trials of a search, each with its own settings.")
        navigation.page_link("train", "Open the search", query={"view": "Search", "search": group.id})
    elif group.kind == "leak":
        st.markdown("These runs belong to a leak meter.")
        navigation.page_link("compare", "Open the leak meter", query={"tab": "Leak meter"})
    elif group.kind == "study":
        st.markdown("These runs repeat the reference study.")
        query = {"view": "Study", "collection": group.runs[0].config.collection_id}
        navigation.page_link("train", "Compare them with the study", query=query)
    else:
        _seeds(spread([run.result.accuracy for run in group.finished if run.result is not None]), group)


def _pooled(pooled: Pooled, group: RunGroup) -> None:
    accuracy, interval, clips, folds = st.columns(4)
    accuracy.metric(
        "Pooled accuracy",
        format_percent(pooled.accuracy),
        border=True,
        help="Share of all tested clips that were classified correctly. Each clip is tested once, by the model that "
        "was not trained on it.",
    )
    interval.metric("95 % interval", format_interval(pooled.interval), border=True, help="Wilson interval.")
    clips.metric("Test clips", f"{pooled.n_correct:,} of {pooled.n:,} correct", border=True)
    folds.metric(
        "Mean of the folds",
        spread_text(pooled.folds),
        border=True,
        help="Mean and standard deviation of the accuracies of the single folds.",
    )
    if caution := result_caution(pooled.result, unit=group.runs[0].config.split.unit):
        st.caption(f":material/warning: {caution}")
    if pooled.missing:
        listed = ", ".join(map(str, pooled.missing))
        st.caption(f":material/info: Not all clips have been tested yet: no finished run for fold {listed}.")
    _split_line(group)


def _seeds(found: Spread, group: RunGroup) -> None:
    mean_, interval, range_, number = st.columns(4)
    mean_.metric("Mean accuracy", spread_text(found), border=True, help="Mean and standard deviation over the runs.")
    interval.metric(
        "95 % interval of the mean",
        "–" if found.interval is None else format_interval(found.interval),
        border=True,
        help="From Student's t: the range for the mean over further seeds. The uncertainty from the number of test "
        "clips comes in addition.",
    )
    range_.metric("Range", f"{100 * found.lowest:.1f} to {100 * found.highest:.1f} %", border=True)
    number.metric("Runs", str(found.n_runs), border=True, help="Finished runs with different seeds.")
    first = group.finished[0]
    assert first.result is not None
    if caution := result_caution(first.result, unit=first.config.split.unit):
        st.caption(f":material/warning: Of the first run: {caution}")
    if found.n_runs > 1 and found.interval is None:
        st.caption(":material/info: All runs reached the same accuracy, which says nothing of how much it varies.")
    _split_line(group)


def _split_line(group: RunGroup) -> None:
    result = group.finished[0].result
    assert result is not None
    st.caption(
        f"Split of the first run: {escape_markdown(result.protocol)}. Chance {format_percent(result.chance)}. "
        f"{escape_markdown(group.runs[0].collection_title)}."
    )


def _members(group: RunGroup) -> None:
    table = members_frame(group)
    if group.kind == "seeds":
        table = table.drop(columns="Seed")
    st.dataframe(table, hide_index=True, height="content", alt=f"Runs of {GROUP_KINDS.get(group.kind, 'the group')}")
    if len(group.finished) > 1:
        run_ids = ",".join(run.id for run in group.finished[:8])
        navigation.page_link("compare", "Compare these runs", query={"runs": run_ids})
