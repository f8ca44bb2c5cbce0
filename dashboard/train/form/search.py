"""Setting up a search: which settings, in which ranges, towards which aim, with which budget."""

from typing import Any

import streamlit as st

from core.errors import GenreLabError
from core.jobs.folder import new_job_id
from core.recipe.config import TrainingConfig
from core.runs.comparing import best_first
from core.runs.record import Run
from core.search.fields import Field, read_field, searchable_fields
from core.search.spec import OBJECTIVES, Range, SearchSpec
from core.settings import load_settings
from dashboard.changes.searches import start_search
from dashboard.sentences.wording import escape_markdown, format_genres, format_plural, name_with_seed
from dashboard.shared.changing import change_button
from dashboard.shared.forms.errors import FormErrors, slot_below
from dashboard.shared.run_picker import run_in_view

CURRENT = "train:current"
"""Session key of the settings that the form on Set up makes."""
_FORM = "form"
_REQUEST = "search:request"
_MINUTES = 20.0
_PRUNERS = {"median": "Median", "hyperband": "Hyperband", "none": "None"}


def search_form(runs: tuple[Run, ...]) -> str | None:
    """The whole form; returns the id of the search when one was started just now."""
    base = _pick_base(runs)
    if base is None:
        st.info("Open Set up first, or choose a run to search around.", icon=":material/info:")
        return None
    fields = {field.path: field for field in searchable_fields(base)}
    chosen = st.multiselect(
        "Settings to search",
        list(fields),
        default=[path for path in ("learning_rate", "model.dropout") if path in fields],
        format_func=lambda path: fields[path].title,
        key=f"search:fields:{base.model.kind}",
        help="Everything else stays fixed, including the split and its seed, so that trials can be compared.",
    )
    ranges: list[Range] = []
    spec = None
    errors = FormErrors(st)
    with errors.open():
        slot_below("search:ranges")
        for path in chosen:
            with errors.heed():
                ranges.append(_range_row(fields[path], base))
        budget = _budget()
        if not errors.first:
            with errors.heed():
                spec = SearchSpec(config=base, ranges=tuple(ranges), **budget)
    errors.close()
    return _start(spec)


def _pick_base(runs: tuple[Run, ...]) -> TrainingConfig | None:
    """The training that is varied: the form's, or that of a run."""
    current: TrainingConfig | None = st.session_state.get(CURRENT)
    finished = best_first(runs)
    ordered = [*finished, *(run for run in runs if run not in finished)]
    opened = run_in_view(ordered)
    by_id = {run.id: run for run in filter(None, [opened, *ordered]) if not run.config.train_on_validation}
    names = {run_id: name_with_seed(run) for run_id, run in by_id.items()}
    if current is not None and not current.train_on_validation:
        names = {_FORM: f"Settings of Set up: {current.name}, {format_genres(current.genres)}"} | names
    if not names:
        return None
    kept = st.session_state.get("search:base")
    if kept not in names:
        st.session_state["search:base"] = next(iter(names))
    chosen = st.selectbox(
        "Search around",
        list(names),
        format_func=lambda key: names[key],
        key="search:base",
        help="The training whose settings are varied.",
    )
    return current if chosen == _FORM else by_id[chosen].config


def _range_row(field: Field, base: TrainingConfig) -> Range:
    """One line: the setting with its value now, and its range."""
    now = read_field(base, field.path)
    key, below = f"search:{field.path}", f"search:ranges.{field.path}"
    name, first, second = st.columns([3, 2, 2], vertical_alignment="bottom")
    scale = " · by order of magnitude" if field.log else ""
    shown = f"{now:g}" if isinstance(now, int | float) and not isinstance(now, bool) else str(now)
    name.markdown(f"**{field.title}**  \n:small[now {escape_markdown(shown)}{scale}]")
    if field.kind == "choice":
        with st.container():
            options = st.pills(
                f"Values of {field.title}",
                list(field.options),
                default=list(field.options),
                format_func=str,
                selection_mode="multi",
                key=key,
                label_visibility="collapsed",
            )
        slot_below(below)
        return Range(path=field.path, options=tuple(options))
    slot_below(below)
    if field.kind == "whole":
        start = first.number_input("From", min_value=0, value=int(field.low), step=1, key=f"{key}:low")
        end = second.number_input("To", min_value=0, value=int(field.high), step=1, key=f"{key}:high")
        return Range(path=field.path, low=int(start), high=int(end), log=field.log and start > 0)
    low = first.number_input("From", value=float(field.low), key=f"{key}:low", **_number(field, field.low))
    high = second.number_input("To", value=float(field.high), key=f"{key}:high", **_number(field, field.high))
    return Range(path=field.path, low=float(low), high=float(high), log=field.log)


def _number(field: Field, value: float) -> dict[str, Any]:
    """A step of the size of the number itself, where orders of magnitude are searched."""
    return {"min_value": 0.0, "format": "%g", "step": value if field.log else 0.05}


def _budget() -> dict[str, Any]:
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    objective = left.selectbox(
        "Objective",
        list(OBJECTIVES),
        format_func=lambda key: OBJECTIVES[key].capitalize(),
        key="search:objective",
        help="Of the best epoch, on the validation set. The test set is not used in the search.",
    )
    # An input with a value of its own cannot be emptied; one whose value comes from the session can.
    st.session_state.setdefault("search:minutes", _MINUTES)
    minutes = middle.number_input(
        "Minutes",
        min_value=1.0,
        value=None,
        step=5.0,
        format="%g",
        placeholder="no limit",
        key="search:minutes",
        help="When the time is over, running trials are stopped early. Empty for no limit.",
    )
    slot_below("search:minutes", middle)
    n_trials = right.number_input(
        "Trials",
        min_value=1,
        value=None,
        step=5,
        placeholder="no limit",
        key="search:n_trials",
        help="Maximum number of trials. Empty for no limit.",
    )
    slot_below("search:n_trials", right)
    with st.expander("More", icon=":material/tune:"):
        left, middle, right = st.columns(3, vertical_alignment="bottom")
        pruner = left.selectbox(
            "Early stopping of trials",
            list(_PRUNERS),
            format_func=lambda key: _PRUNERS[key],
            key="search:pruner",
            help="Median: a trial is stopped if at some epoch it does worse than half of the earlier trials. "
            "Hyperband: many short trials, the best of which continue. A run that is stopped early is kept.",
        )
        seed = middle.number_input(
            "Seed of the search",
            min_value=0,
            value=42,
            step=1,
            key="search:seed",
            help=(
                "Seed for proposing settings. The seed of the trainings stays the one in the settings searched around."
            ),
        )
        address = right.text_input(
            "Dask scheduler",
            value=load_settings().dask_address,
            placeholder="this computer's queue",
            key="search:dask",
            help="Address such as tcp://10.0.0.5:8786, to train on the workers of a cluster that see the same folders.",
        )
    return {
        "objective": objective,
        "minutes": None if minutes is None else float(minutes),
        "n_trials": None if n_trials is None else int(n_trials),
        "pruner": pruner,
        "seed": int(seed),
        "dask_address": (address or "").strip(),
    }


def _start(spec: SearchSpec | None) -> str | None:
    started = change_button("Start search", type="primary", icon=":material/search:", disabled=spec is None)
    if spec is not None:
        st.caption(
            f"Varies {format_plural(len(spec.ranges), 'setting')} of {escape_markdown(spec.config.name)}, "
            f"{spec.config.epochs} epochs per trial. Each trial is a separate run in the queue."
        )
    if not started or spec is None:
        return None
    last: tuple[SearchSpec, str] | None = st.session_state.get(_REQUEST)
    # A second click on the same settings is the same request, until the form is opened anew.
    search_id = last[1] if last is not None and last[0] == spec else new_job_id("search")
    st.session_state[_REQUEST] = (spec, search_id)
    try:
        return start_search(spec, search_id=search_id)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return None


def forget_search_request() -> None:
    """Let the same search be started again: called when the form is opened anew."""
    st.session_state.pop(_REQUEST, None)
