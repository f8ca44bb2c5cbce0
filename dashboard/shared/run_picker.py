"""Choosing runs: one by ``?run=ID`` or several by ``?runs=ID,ID``."""

from collections.abc import Iterable, Sequence

import streamlit as st

from core.errors import GenreLabError
from core.runs.comparing import best_first
from core.runs.record import Run
from dashboard import navigation, services
from dashboard.sentences.results import result_caution
from dashboard.sentences.runs import option_label
from dashboard.sentences.wording import (
    escape_badge,
    escape_markdown,
    format_count,
    format_duration,
    format_genres,
    format_interval,
    format_percent,
    format_plural,
    format_time,
    quoted_value,
)
from dashboard.shared.feedback import empty_state, synthetic_badge
from dashboard.shared.shipped_runs import shipped_badge
from dashboard.state import (
    address_value,
    kept_choice,
    linked_key,
    query_value,
    set_address_value,
    set_query_value,
    warn_of_link,
)

CARD_PX = 170
WATCH_S = 4.0
"""Between two looks at runs under way."""
STATUS_COLORS = {"queued": "gray", "running": "blue", "finished": "green", "failed": "red", "interrupted": "orange"}
STATUS_ICONS = {
    "queued": ":material/schedule:",
    "running": ":material/pending:",
    "finished": ":material/check_circle:",
    "failed": ":material/error:",
    "interrupted": ":material/warning:",
}


def finished_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Those that have a test result."""
    return tuple(run for run in runs if run.status == "finished" and run.result is not None)


def no_runs(runs: Sequence[Run]) -> None:
    """Say why there is no finished run and where to get one."""
    running = [run for run in runs if run.status == "running"]
    if running:
        empty_state(
            "The first run is still training",
            f"**{escape_markdown(running[0].config.name)}** has no results yet. They appear here once it has finished.",
            page="train",
            label="Watch it train",
            query={"run": running[0].id},
        )
    else:
        empty_state(
            "No finished run yet",
            "Train a CNN or an FFNN first: with three genres and a few epochs it takes about a minute.",
            page="train",
            label="Train a model",
        )


def pick_run(runs: Sequence[Run]) -> Run | None:
    """The finished run in view, chosen here or by the URL; None, with the reason said, when there is none."""
    finished = {run.id: run for run in finished_runs(runs)}
    if not finished:
        no_runs(runs)
        return None
    linked = address_value("run")
    unfinished = {run.id: run for run in runs if run.id not in finished}
    if linked in unfinished:
        run = unfinished[linked]
        with st.container(horizontal=True, vertical_alignment="center"):
            label = escape_markdown(run.label)
            st.warning(f"{label} is {run.status} and has no results. Showing another run.", icon=":material/info:")
            navigation.page_link("train", "Go to that run", query={"run": run.id})
        set_query_value("run", None)
    first = best_first(finished.values())[0].id
    chosen = query_value("run", list(finished), first, what="run", titled=lambda run_id: finished[run_id].label)
    key, changed = linked_key("run", chosen)
    st.selectbox(
        "Run",
        list(finished),
        format_func=lambda run_id: option_label(finished[run_id]),
        key=key,
        on_change=changed,
        help="A finished training: name, genres, test accuracy, number tested, 95 % interval, split, collection, first "
        "characters of its id.",
    )
    return finished[chosen] if chosen is not None else None


def run_in_view(runs: Iterable[Run]) -> Run | None:
    """The one of these runs that this visitor opened last, on whatever page; None where that is none of them."""
    opened = kept_choice("run")
    return next((run for run in runs if run.id == opened), None)


def query_runs(
    allowed: Sequence[str], default: Sequence[str], *, page: str, what: str = "runs that do not exist here"
) -> list[str]:
    """Runs chosen in the URL (``?runs=ID,ID``), else earlier on this page, else ``default``.

    Runs that are not there are left out with a warning.
    """
    linked = address_value("runs")
    if linked is not None:
        asked = [run_id for run_id in linked.split(",") if run_id]
        if unknown := [run_id for run_id in asked if run_id not in allowed]:
            warn_of_link(f"The link asks for {what}: {quoted_value(*unknown)}.")
        chosen = [run_id for run_id in asked if run_id in allowed]
        if not chosen and asked:
            chosen = list(default)
    else:
        kept = st.session_state.get(f"choice:runs:{page}")
        chosen = [run_id for run_id in kept if run_id in allowed] if kept is not None else list(default)
    st.session_state[f"choice:runs:{page}"] = list(chosen)
    # The default needs no word, unless the address says something else.
    text = ",".join(chosen)
    if text != linked and (linked is not None or chosen != list(default)):
        set_address_value("runs", None if chosen == list(default) else text)
    return chosen


def set_query_runs(run_ids: Sequence[str], *, page: str) -> None:
    """Remember these runs as chosen and put them into the URL."""
    st.session_state[f"choice:runs:{page}"] = list(run_ids)
    set_address_value("runs", ",".join(run_ids) or None)


def redraw_when_ended(runs: Iterable[Run]) -> None:
    """Draw the page anew once one of these runs, if they are under way, has ended."""
    under_way = tuple(run.id for run in runs if run.status in ("queued", "running"))
    if under_way:
        st.fragment(_look_after, run_every=WATCH_S)(under_way)


def _look_after(run_ids: tuple[str, ...]) -> None:
    try:
        ended = any(services.run(run_id).status not in ("queued", "running") for run_id in run_ids)
    except GenreLabError:
        ended = True
    if ended:
        st.rerun()


def run_badges(run: Run) -> None:
    """Status, or that it comes with Genre Lab; kind of model; the mark of synthetic music; tags."""
    with st.container(horizontal=True, gap="small"):
        if run.shipped:
            shipped_badge()
        else:
            st.badge(run.status.capitalize(), color=STATUS_COLORS[run.status], icon=STATUS_ICONS[run.status])  # type: ignore[arg-type]
        if run.imported_from:
            about = escape_markdown(f"Imported from {run.imported_from}.")
            st.badge("Imported", icon=":material/unarchive:", color="violet", help=about)
        st.badge(run.model_kind, color="gray")
        if n_corrected := len(run.config.corrected_labels):
            st.badge(format_plural(n_corrected, "corrected label"), icon=":material/label_off:", color="orange")
        if run.synthetic:
            synthetic_badge()
        if run.archived:
            st.badge("Archived", icon=":material/archive:", color="gray")
        for tag in run.tags:
            st.badge(escape_badge(tag), icon=":material/sell:", color="gray")


def run_facts(run: Run) -> None:
    """One line on what was trained, on what, and when; what somebody noted of it."""
    facts = [
        escape_markdown(run.collection_title),
        escape_markdown(format_genres(run.config.genres, most=10)),
        f"{format_count(run.n_parameters)} parameters" if run.n_parameters else "",
        "" if run.training_s is None else f"trained {format_duration(run.training_s)}",
        f"seed {run.config.seed}",
        format_time(run.created_at),
    ]
    st.caption(" · ".join(filter(None, facts)))
    if run.note:
        st.caption("  \n".join(escape_markdown(line) for line in run.note.splitlines() if line.strip()))


def accuracy_header(run: Run) -> None:
    """Test accuracy with its interval, the number of clips, chance and the split it was measured on."""
    result = run.result
    assert result is not None
    # Two in a row on a telephone: one below the other they would fill its screen.
    cards = st.container(horizontal=True, gap="small")
    unit = run.config.split.unit
    cards.metric(
        "Test accuracy",
        format_percent(result.accuracy),
        help=f"Share of the test {unit}s that the model classified correctly. These {unit}s were used neither for "
        "training nor for choosing the best epoch.",
        border=True,
        width=CARD_PX,
    )
    cards.metric(
        "95 % interval",
        format_interval(result.interval),
        help=f"Wilson interval: with this number of test {unit}s, the accuracy on similar music may be anywhere in it.",
        border=True,
        width=CARD_PX,
    )
    cards.metric(
        f"Correct {unit}s",
        f"{result.n_correct:,} of {result.n:,}",
        help=f"Test {unit}s classified correctly, out of all test {unit}s.",
        border=True,
        width=CARD_PX,
    )
    cards.metric(
        "Chance",
        format_percent(result.chance),
        help="Accuracy of always predicting the most common genre of the test set.",
        border=True,
        width=CARD_PX,
    )
    st.caption(f"Split: {escape_markdown(result.protocol)}.")
    if caution := result_caution(result, unit=unit):
        st.caption(f":material/warning: {caution}")
    if run.config.split.rules.is_wrong:
        st.warning(
            "Segments of one recording are on both sides of this split: the model largely recognises recordings. "
            "Segments of one recording are not independent either, so the interval is too narrow.",
            icon=":material/warning:",
        )
