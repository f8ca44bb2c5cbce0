"""Both right, only one, both wrong: the table of two runs, or of a run and a class, and the clips of its cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from core.clips.collection import Collection
from core.errors import GenreLabError
from core.evaluation.verdict.records import Pair, Verdict
from core.runs.record import Run
from core.runs.temperature import temperature_stamp
from dashboard import services
from dashboard.listening.asking import ask_for, asked
from dashboard.listening.component import around
from dashboard.sentences.verdict import CELLS, cell_title
from dashboard.sentences.wording import escape_markdown, format_percent, format_plural
from dashboard.shared.classes import HeardClass
from dashboard.shared.clip_steps import step_buttons
from dashboard.shared.downloads import table_download
from dashboard.shared.tested_clips import heard_names, show_tested_clip, tested_collection
from dashboard.state import query_value, set_query_value
from dashboard.tables.verdict import (
    cell_frame,
    cells_export,
    pair_facts,
    pair_names,
    said_frame,
    surest_first,
    verdicts_on,
)

_TABLE_PX = 250


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Who was judged, in the verdict's order: runs, then classes of listeners.

    Attributes
    ----------
    runs : tuple of Run
        At least one.
    classes : tuple of HeardClass
        Where there are some, the address does not say which cell is open: they are the visitor's own.
    """

    runs: tuple[Run, ...]
    classes: tuple[HeardClass, ...] = ()

    @property
    def key(self) -> str:
        """What keys of widgets and of the session begin with."""
        return "compare:beside" if self.classes else "compare"

    @property
    def marks(self) -> tuple[tuple[object, ...], ...]:
        """Change whenever what one of them said does."""
        return (
            *((run.id, temperature_stamp(run.id)) for run in self.runs),
            *((each.id,) for each in self.classes),
        )

    def id_of(self, place: int) -> str:
        """Short, for keys and names of files."""
        n_runs = len(self.runs)
        return self.runs[place].id[:6] if place < n_runs else self.classes[place - n_runs].id

    def runs_of(self, pair: Pair) -> list[Run]:
        """Runs that know the clips of a pair: those of the two that are runs, else all on the classes' collection."""
        runs = [self.runs[place] for place in (pair.first, pair.second) if place < len(self.runs)]
        collections = {each.collection_id for each in self.classes}
        return runs or [run for run in self.runs if run.config.collection_id in collections]


def show_facts(verdict: Verdict, pair: Pair) -> None:
    """The figures on two of them."""
    st.subheader("Difference", anchor=False)
    st.dataframe(
        pair_facts(verdict, pair),
        hide_index=True,
        height="content",
        alt="Difference, tests, agreement and cost of the two",
    )


def pick_cell(judged: Judged, verdict: Verdict, pair: Pair) -> str | None:
    """The cells of two of them; the cell that is open, chosen here or by the URL, None where none is."""
    a, b = pair_names(verdict, pair)
    cell = st.session_state.get(f"{judged.key}:open") if judged.classes else query_value("cell", CELLS, None)
    unit = verdict.standings[pair.first].unit
    st.subheader(f"On which {unit}s they agree", anchor=False)
    for each in CELLS:
        n = len(pair.clips[each])
        title = cell_title(each, a, b)
        st.button(
            escape_markdown(f"{title[:1].upper()}{title[1:]}: {n:,} ({format_percent(n / pair.paired.n)})"),
            key=f"{judged.key}:cell:{each}",
            type="primary" if each == cell else "secondary",
            width="stretch",
            disabled=not n,
            on_click=_open,
            args=(judged, None if each == cell else each),
        )
    if cell is None:
        st.caption(f"Choose a cell to see and hear its {unit}s.")
    return cell


def show_cell(judged: Judged, verdict: Verdict, pair: Pair, cell: str | None) -> None:
    """The clips of a cell, and all cells to download.

    Parameters
    ----------
    judged : Judged
    verdict : Verdict
    pair : Pair
        One of its pairs.
    cell : str or None
        None where none is open.
    """
    unit = verdict.standings[pair.first].unit
    said = _said(judged.marks, verdict.genres, verdict, judged)
    if cell is not None and pair.clips[cell]:
        _show_clips(judged, verdict, pair, cell, said)
    elif cell is not None:
        st.caption(f"No {unit} is in this cell.")
    table_download(
        "Export cells as CSV",
        lambda: cells_export(verdict, pair, said),
        f"verdict-cells-{judged.id_of(pair.first)}-{judged.id_of(pair.second)}.csv",
        key=f"{judged.key}:export-cells",
        help=f"Every {unit} with its cell, its genre, and what each of the two says of it.",
    )


# Not a copy for each visitor: 20,000 clips by twelve runs would be copied at each click.
@st.cache_resource(max_entries=8, show_spinner=False)
def _said(
    marks: tuple[tuple[object, ...], ...], genres: tuple[str, ...], _verdict: Verdict, _judged: Judged
) -> pd.DataFrame:
    """See `said_frame`: what runs say changes with their temperature alone, and a class's id with its answers."""
    answers = [services.predictions(run.id) for run in _judged.runs]
    return said_frame(_verdict, [*answers, *(each.answers.predictions for each in _judged.classes)])


def _open(judged: Judged, cell: str | None) -> None:
    """Open a cell and ask to hear the first of its clips, or close the one that is open."""
    if judged.classes:
        st.session_state[f"{judged.key}:open"] = cell
    else:
        set_query_value("cell", cell)
    st.session_state.pop(_clip_key(judged), None)
    _mount_anew(judged)
    if cell is not None:
        ask_for(_cell_request(judged, cell))


def _go_to(judged: Judged, name: str) -> None:
    """Look at a clip by the player's bar; the table forgets what was clicked in it."""
    st.session_state[_clip_key(judged)] = name
    _mount_anew(judged)


def _hear(judged: Judged, name: str) -> None:
    """Go to a clip by a button, and play it."""
    _go_to(judged, name)
    ask_for(name)


def _clip_key(judged: Judged) -> str:
    return f"{judged.key}:clip"


def _mount(judged: Judged) -> int:
    """Number of the table that is on the page."""
    return int(st.session_state.get(f"{judged.key}:cell-mount", 0))


def _mount_anew(judged: Judged) -> None:
    st.session_state[f"{judged.key}:cell-mount"] = _mount(judged) + 1


def _cell_request(judged: Judged, cell: str) -> str:
    """What is asked for by a click on a cell: to hear its first clip."""
    return f"{judged.key}:cell {cell}"


def _show_clips(judged: Judged, verdict: Verdict, pair: Pair, cell: str, said: pd.DataFrame) -> None:
    """The list of a cell's clips, and the one that is chosen."""
    by_sureness = surest_first(said, pair, cell)
    unit = verdict.standings[pair.first].unit
    title = cell_title(cell, *pair_names(verdict, pair))
    about, listed, notes = st.container(), st.container(), st.container()
    with notes:
        run, collection = _collection_of(judged.runs_of(pair), by_sureness)
    heard = heard_names(run, collection, by_sureness)
    is_mixed = 0 < len(heard) < len(by_sureness)
    names = sorted(by_sureness, key=lambda name: name not in heard)
    order = "those first that can be heard here, then those" if is_mixed else "those first"
    about.caption(
        f"{format_plural(len(names), f'test {unit}')} on which {escape_markdown(title)}, {order} of which the two are "
        "surest. Choose a row, or go through them."
        + (" Of a class, probabilities are the shares of its votes." if judged.classes else "")
    )
    table = cell_frame(verdict, pair, said, names, [name in heard for name in names] if is_mixed else None)
    key = f"{judged.key}:clips:{pair.first}:{pair.second}:{cell}:{_mount(judged)}"

    def clicked() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(names):
            st.session_state[_clip_key(judged)] = names[rows[0]]
            ask_for(names[rows[0]])

    listed.dataframe(
        table,
        key=key,
        on_select=clicked,
        selection_mode="single-row",
        hide_index=True,
        height="content" if len(table) <= 6 else _TABLE_PX,
        alt=f"Clips on which {title}",
    )
    kept = st.session_state.get(_clip_key(judged))
    chosen = kept if kept in names else names[0]
    hear = partial(_hear, judged)
    with listed:
        step_buttons(names, chosen, on_step=hear, key=f"{judged.key}:step")
    left, right = st.columns(2, gap="medium")
    with left:
        show_tested_clip(
            run,
            collection,
            chosen,
            str(said.loc[chosen, "genre"]),
            key=f"{judged.key}:{run.id}",
            ask=asked(chosen) or (asked(_cell_request(judged, cell)) if chosen == names[0] else ""),
            queue=[(name, str(said.loc[name, "genre"])) for name in around(names, names.index(chosen))],
            on_step=partial(_go_to, judged),
        )
    with right:
        st.markdown(f"**What each {'one' if judged.classes else 'run'} says of it**")
        st.dataframe(
            verdicts_on(verdict, said, chosen, title="Who" if judged.classes else "Run"),
            hide_index=True,
            height="content",
            column_config={"Probability": st.column_config.NumberColumn(format="%.0f %%")},
            alt=f"What each one says of {chosen}",
        )


def _collection_of(runs: Sequence[Run], names: Sequence[str]) -> tuple[Run, Collection]:
    """The collection of one of these runs, one that is here where there is one, and the run that it is of."""
    run = next((each for each in runs if _is_here(each)), runs[0])
    return run, tested_collection(run, services.predictions(run.id), names)


def _is_here(run: Run) -> bool:
    try:
        services.collection(run.config.collection_id, corrected=run.config.corrected_labels)
    except GenreLabError:
        return False
    return True
