"""A search for good settings: its trials as they come, the best of them, and what mattered."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.errors import GenreLabError
from core.evaluation.metrics import wilson_interval
from core.jobs.folder import read_log
from core.runs.record import Run
from core.search.control import budget_used
from core.search.spec import OBJECTIVES, SearchSpec
from core.search.study import MIN_FOR_IMPORTANCE, Search, Trial, importances, list_searches, load_search
from core.splits.protocols import protocol_title
from dashboard import navigation, services
from dashboard.changes.searches import delete_search, extend_search, resume_search, stop_search
from dashboard.charts.runs.search import history_chart, importance_chart
from dashboard.sentences.progress import progress_text
from dashboard.sentences.search import search_label, setting_titles, settings_text, value_text
from dashboard.sentences.wording import (
    escape_markdown,
    format_duration,
    format_genres,
    format_interval,
    format_plural,
    format_remaining,
)
from dashboard.shared.changing import change_button
from dashboard.shared.downloads import table_download
from dashboard.shared.run_actions import attempt, show_problem
from dashboard.state import chart_theme, linked_key, query_value, set_query_value
from dashboard.tables.search import TRIAL_STATES, trials_frame
from dashboard.train.form.search import forget_search_request, search_form

POLL_S = 3.0
_NEW = "new"


def search_panel(runs: tuple[Run, ...], *, on_reuse: Callable[[Run], None]) -> None:
    """Choose a search, or set up a new one.

    Parameters
    ----------
    runs : tuple of Run
        All runs, newest first.
    on_reuse : callable
        Called with the run whose settings are to be put into the form.
    """
    searches = list_searches()
    chosen = _pick(searches)
    if chosen is not None:
        _shown(chosen, {run.id: run for run in runs}, on_reuse)
        return
    st.caption(
        "Trains the same model many times with different settings. New settings are proposed from the results of "
        "earlier trials on the validation set (Optuna). The test set is not used to choose."
    )
    started = search_form(runs)
    if started is not None:
        set_query_value("search", started)
        st.rerun()


def _pick(searches: tuple[str, ...]) -> str | None:
    if not searches:
        return None
    chosen = query_value("search", [_NEW, *searches], _NEW, what="search")
    key, changed = linked_key("search", chosen)

    def switched() -> None:
        changed()
        forget_search_request()

    st.selectbox(
        "Search",
        [_NEW, *searches],
        format_func=lambda each: "New search" if each == _NEW else search_label(each),
        key=key,
        on_change=switched,
        help="Newest first.",
        width=560,
    )
    return None if chosen in (_NEW, None) else chosen


def _shown(search_id: str, runs: dict[str, Run], on_reuse: Callable[[Run], None]) -> None:
    show_problem()
    search = load_search(search_id)
    _head(search.spec)
    if search.running:
        st.fragment(_live, run_every=POLL_S)(search_id, on_reuse)
        return
    _ending(search)
    _outcome(search, runs, on_reuse)
    _after(search)


def _head(spec: SearchSpec) -> None:
    config = spec.config
    st.header(f"Search around {escape_markdown(config.name)}", anchor=False)
    titles = setting_titles(spec)
    ranges = " · ".join(f"{titles[item.path]} {item.text}" for item in spec.ranges)
    budget = [
        *([format_plural(spec.n_trials, "trial")] if spec.n_trials else []),
        *([f"{spec.minutes:g} min"] if spec.minutes else []),
    ]
    st.caption(
        f"{escape_markdown(format_genres(config.genres))} · {config.epochs} epochs · {escape_markdown(ranges)}  \n"
        f"Objective: {OBJECTIVES[spec.objective]} · at most {' or '.join(budget)} · seed of the search {spec.seed}"
        + (f" · on {escape_markdown(spec.dask_address)}" if spec.dask_address else "")
    )


def _live(search_id: str, on_reuse: Callable[[Run], None]) -> None:
    try:
        search = load_search(search_id)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    if search.progress is None or search.progress.ended:
        st.rerun()
    progress = search.progress
    text = (
        progress_text(progress)
        if progress.remaining_s is None
        else " · ".join([progress.phase, progress.detail, format_remaining(progress.remaining_s)])
    )
    st.progress(progress.fraction, text=escape_markdown(text))
    with st.popover("Stop", icon=":material/stop_circle:"):
        st.markdown("Running trials are stopped early and kept. The search can be resumed with the rest of its budget.")
        change_button(
            "Stop the search",
            key=f"search:stop:{search_id}",
            type="primary",
            on_click=attempt,
            args=(stop_search, search_id),
        )
    _outcome(search, {}, on_reuse)


def _ending(search: Search) -> None:
    progress = search.progress
    if progress is None:
        st.info("It was not started on this computer.", icon=":material/info:")
    elif progress.state == "failed":
        st.error(f"The search failed. {escape_markdown(progress.detail)}", icon=":material/error:")
    elif progress.state == "interrupted":
        st.warning(f"The search was interrupted. {escape_markdown(progress.detail)}", icon=":material/warning:")
    elif progress.state == "stopped":
        st.info("The search was stopped.", icon=":material/stop_circle:")


def _outcome(search: Search, runs: dict[str, Run], on_reuse: Callable[[Run], None]) -> None:
    if not search.trials:
        st.caption("The first trial is being prepared.")
        return
    _figures(search)
    _best_actions(search)
    _charts(search)
    _table(search)


def _figures(search: Search) -> None:
    best = search.best
    counts = {state: sum(trial.state == state for trial in search.trials) for state in TRIAL_STATES}
    reached, complete, ended, used = st.columns(4)
    reached.metric(
        "Best validation accuracy" if search.spec.objective == "accuracy" else "Best validation loss",
        "–" if best is None else value_text(search.spec, best.value),
        border=True,
        help="Measured on the validation set, which was used to pick the trial, so it is optimistic. The unbiased "
        "value is the test accuracy of that run.",
    )
    complete.metric("Trials complete", str(counts["complete"]), border=True, help="Trained for all epochs.")
    ended.metric(
        "Stopped early / failed",
        f"{counts['pruned']} / {counts['failed']}",
        border=True,
        help="Stopped early: worse than others at the same epoch, or the time was over. Failed: impossible "
        "settings, or a run that ended with an error.",
    )
    used.metric("Time used", format_duration(search.elapsed_s), border=True)


def _best_actions(search: Search) -> None:
    best = search.best
    if best is None:
        return
    st.markdown(f"**Best: trial {best.number}** · {escape_markdown(settings_text(search.spec, best.values))}")
    _how_sure(search.spec, best)
    with st.container(horizontal=True):
        navigation.page_link("train", "Edit and run with these settings", query={"reuse": best.run_id})
        navigation.page_link("train", "Go to its run", query={"run": best.run_id})


def _how_sure(spec: SearchSpec, best: Trial) -> None:
    """On how many clips, by which split, and how far chance may have moved it."""
    try:
        n = services.run(best.run_id).split_sizes.get("validation")
    except GenreLabError:
        return  # its run was deleted
    if not n or best.value is None:
        return
    split = spec.config.split
    protocol = escape_markdown(protocol_title(split.key).lower())
    on = f"On {format_plural(n, f'validation {split.unit}')}, {protocol}"
    if spec.objective == "accuracy":
        on += f", 95 % interval {format_interval(wilson_interval(round(best.value * n), n))}"
    st.caption(f"{on}. This value was used to pick the trial, so it is optimistic; see the run for its test accuracy.")


def _charts(search: Search) -> None:
    if all(trial.value is None for trial in search.trials):
        return
    theme = chart_theme()
    n_complete = sum(trial.state == "complete" for trial in search.trials)
    left, right = st.columns([3, 2])
    with left:
        st.markdown("**Results of the trials**", help="Each point is a trial; the line is the best value so far.")
        st.altair_chart(
            history_chart(search, theme=theme),
            key=f"search:history:{search.id}",
            alt="Value of each trial and best so far",
        )
    with right:
        st.markdown(
            "**Which settings mattered**",
            help="Share of the variance between complete trials that each setting explains (functional ANOVA).",
        )
        shares = _importances(search.id, n_complete)
        if shares:
            titles = setting_titles(search.spec)
            named = {titles.get(path, path): share for path, share in shares.items()}
            st.altair_chart(
                importance_chart(named, theme=theme), key=f"search:importance:{search.id}", alt="Importance of settings"
            )
        else:
            st.caption(
                f"Shown once there are {MIN_FOR_IMPORTANCE} complete trials with different results; there are "
                f"{n_complete}."
            )


@st.cache_data(max_entries=32, show_spinner=False)
def _importances(search_id: str, n_complete: int) -> dict[str, float]:
    return importances(search_id) if n_complete >= MIN_FOR_IMPORTANCE else {}


def _table(search: Search) -> None:
    frame = trials_frame(search)
    is_accuracy = search.spec.objective == "accuracy"
    links = frame.assign(
        Run=pd.Series([f"/train?run={run_id}" if run_id else "" for run_id in frame["Run"]], dtype="str")
    )
    config = {
        "Reached": st.column_config.NumberColumn(
            "Validation accuracy" if is_accuracy else "Validation loss", format="%.1f %%" if is_accuracy else "%.3f"
        ),
        "Run": st.column_config.LinkColumn(display_text="Open"),
        "Note": st.column_config.TextColumn(width="large"),
    } | {
        title: st.column_config.NumberColumn(format="%.3g")
        for title in setting_titles(search.spec).values()
        if pd.api.types.is_float_dtype(frame[title])
    }
    hidden = () if frame["Note"].any() else ("Note",)
    st.dataframe(
        links,
        hide_index=True,
        placeholder="–",
        column_config=config,
        column_order=[name for name in frame.columns if name not in hidden],
        alt="Trials",
    )
    table_download("Export as CSV", frame, f"{search.id}.csv", key=f"search:export:{search.id}")


def _after(search: Search) -> None:
    """What can be done with a search that does not run."""
    with st.container(horizontal=True):
        is_over = search.progress is not None and search.progress.state == "done"
        if not is_over and not budget_used(search):
            change_button(
                "Resume",
                key=f"search:resume:{search.id}",
                icon=":material/resume:",
                help="Continues with the rest of the budget; interrupted trials are resumed.",
                on_click=attempt,
                args=(resume_search, search.id),
            )
        with st.popover("Train more…", icon=":material/add:"):
            _more(search)
        with st.popover("Delete…", icon=":material/delete:"):
            st.markdown("Delete this search? Its runs are kept.")
            change_button(
                "Delete the search",
                key=f"search:delete:{search.id}",
                type="primary",
                on_click=_delete,
                args=(search.id,),
            )
    if log := read_log(search.id, max_bytes=20_000).strip():
        with st.expander("Log of the search", icon=":material/terminal:"):
            st.code(log, language=None, height=240)


def _more(search: Search) -> None:
    """By how much a search is to go on beyond what it has done."""
    st.markdown("The search goes on from its trials so far, with more time, more trials, or up to both.")
    minutes = st.number_input(
        "More minutes", min_value=1.0, value=None, step=5.0, format="%g", key=f"search:more-minutes:{search.id}"
    )
    n_trials = st.number_input("More trials", min_value=1, value=None, step=5, key=f"search:more-trials:{search.id}")
    change_button(
        "Continue the search",
        key=f"search:more:{search.id}",
        type="primary",
        disabled=minutes is None and n_trials is None,
        on_click=attempt,
        args=(_go_on, search.id, minutes, n_trials),
    )


def _go_on(search_id: str, minutes: float | None, n_trials: int | None) -> None:
    extend_search(search_id, minutes=minutes, n_trials=None if n_trials is None else int(n_trials))
    resume_search(search_id)


def _delete(search_id: str) -> None:
    attempt(delete_search, search_id)
    set_query_value("search", None)
