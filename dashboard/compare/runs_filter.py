"""Which runs the table shows: words, and what the runs are of."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import streamlit as st

from core.names import text_key
from core.runs.finding import RunFilter, protocol_of_run
from core.runs.record import Run
from dashboard.sentences.wording import format_plural

_TEXT, _DATES, _ARCHIVED = "compare:text", "compare:dates", "compare:archived"
_LISTS = {
    "statuses": ("Status", "compare:status"),
    "collections": ("Collection", "compare:collection"),
    "models": ("Model", "compare:model"),
    "protocols": ("Split", "compare:protocol"),
    "genres": ("Genres (all of these)", "compare:genres"),
    "tags": ("Tag", "compare:tag"),
}


def find_box() -> str:
    """Where words are typed."""
    text = st.text_input(
        "Find",
        key=_TEXT,
        type="search",
        live=True,
        placeholder="Name, genre, tag, note, seed, id …",
        persist_state="session",
        width=380,
    )
    return text or ""


def filters_popover(runs: Sequence[Run], *, text: str) -> RunFilter:
    """The other filters; returns all that is looked for."""
    n_archived = sum(run.archived for run in runs)
    with st.popover("Filters", icon=":material/filter_alt:", key="compare:filters-popover"):
        chosen = {name: _list(name, _options(name, runs)) for name in _LISTS}
        since, until = _dates()
        if n_archived == 0:
            st.session_state.pop(_ARCHIVED, None)
        archived = st.toggle(
            f"Archived runs as well ({n_archived:,})",
            key=_ARCHIVED,
            disabled=n_archived == 0,
            persist_state="session",
            help="Runs that were put away. Tick them and choose Restore to bring them back.",
        )
        st.button("Clear filters", icon=":material/filter_alt_off:", on_click=clear_filters)
    return RunFilter(text=text, since=since, until=until, archived=bool(archived), **chosen)


def _list(name: str, options: list[str]) -> tuple[str, ...]:
    label, key = _LISTS[name]
    if kept := st.session_state.get(key):
        # What was chosen before may be gone: a tag that no run has any more.
        st.session_state[key] = [each for each in kept if each in options]
    found = st.multiselect(label, options, key=key, placeholder="All", persist_state="session", width=420)
    return tuple(found)


def _options(name: str, runs: Sequence[Run]) -> list[str]:
    of: dict[str, Iterable[str]] = {
        "statuses": (run.status for run in runs),
        "collections": (run.collection_title for run in runs),
        "models": (run.model_kind for run in runs),
        "protocols": (protocol_of_run(run) for run in runs),
        "genres": (genre for run in runs for genre in run.config.genres),
        "tags": {text_key(tag): tag for run in runs for tag in run.tags}.values(),
    }
    return sorted(set(of[name]), key=str.casefold)


def _dates() -> tuple[float | None, float | None]:
    """From the beginning of the first day chosen to the end of the last, in UTC."""
    given: Any = st.date_input(
        "Created (UTC)",
        [],
        key=_DATES,
        format="YYYY-MM-DD",
        persist_state="session",
        help="First and last day; with the first alone, all since then.",
        width=420,
    )
    days = [day for day in (given if isinstance(given, Sequence) else [given]) if isinstance(day, date)]
    if not days:
        return None, None
    since = _unix_s(days[0])
    return since, (_unix_s(days[1] + timedelta(days=1)) if len(days) > 1 else None)


def _unix_s(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def clear_filters() -> None:
    """Show all runs that are not archived."""
    for _, key in _LISTS.values():
        st.session_state[key] = []
    st.session_state[_TEXT] = ""
    for key in (_DATES, _ARCHIVED):
        st.session_state.pop(key, None)


def filter_line(wanted: RunFilter, *, n_shown: int, n_runs: int, n_archived: int) -> None:
    """How many of the runs the table shows, and why not all; nothing where it shows all there are."""
    parts = []
    if n_shown < n_runs - (0 if wanted.archived else n_archived):
        by = [label.split(" (")[0].lower() for name, (label, _) in _LISTS.items() if getattr(wanted, name)]
        by += ["date"] if wanted.since is not None else []
        by += ["words"] if wanted.text.split() else []
        parts.append(f"{n_shown:,} of {format_plural(n_runs, 'run')}, filtered by {', '.join(by)}.")
    if n_archived and not wanted.archived:
        parts.append(f"{format_plural(n_archived, 'archived run')} not shown: see Filters.")
    if parts:
        st.caption(" ".join(parts))
