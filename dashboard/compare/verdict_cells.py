"""Both right, only one, both wrong: the table of two runs, and the clips of its cells."""

from collections.abc import Sequence

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
from dashboard.shared.clip_steps import step_buttons
from dashboard.shared.downloads import table_download
from dashboard.shared.tested_clips import heard_names, show_tested_clip, tested_collection
from dashboard.state import query_value, set_query_value
from dashboard.tables.verdict import cell_frame, cells_export, pair_names, said_frame, surest_first, verdicts_on

_CLIP, _MOUNT = "compare:clip", "compare:cell-mount"
_TABLE_PX = 250


def pick_cell(verdict: Verdict, pair: Pair) -> str | None:
    """The cells of two runs; the cell that is open, chosen here or by the URL, None where none is."""
    a, b = pair_names(verdict, pair)
    cell = query_value("cell", CELLS, None)
    unit = verdict.standings[pair.first].unit
    st.subheader(f"On which {unit}s they agree", anchor=False)
    for each in CELLS:
        n = len(pair.clips[each])
        title = cell_title(each, a, b)
        st.button(
            escape_markdown(f"{title[:1].upper()}{title[1:]}: {n:,} ({format_percent(n / pair.paired.n)})"),
            key=f"compare:cell:{each}",
            type="primary" if each == cell else "secondary",
            width="stretch",
            disabled=not n,
            on_click=_open,
            args=(None if each == cell else each,),
        )
    if cell is None:
        st.caption(f"Choose a cell to see and hear its {unit}s.")
    return cell


def show_cell(runs: Sequence[Run], verdict: Verdict, pair: Pair, cell: str | None) -> None:
    """The clips of a cell, and all cells to download.

    Parameters
    ----------
    runs : sequence of Run
        Those that were judged, in the verdict's order.
    verdict : Verdict
    pair : Pair
        One of its pairs.
    cell : str or None
        None where none is open.
    """
    unit = verdict.standings[pair.first].unit
    said = _said(tuple((run.id, temperature_stamp(run.id)) for run in runs), verdict.genres, verdict)
    if cell is not None and pair.clips[cell]:
        _show_clips(runs, verdict, pair, cell, said)
    elif cell is not None:
        st.caption(f"No {unit} is in this cell.")
    table_download(
        "Export cells as CSV",
        lambda: cells_export(verdict, pair, said),
        f"verdict-cells-{runs[pair.first].id[:6]}-{runs[pair.second].id[:6]}.csv",
        key="compare:export-cells",
        help=f"Every {unit} with its cell, its genre, and what each of the two says of it.",
    )


# Not a copy for each visitor: 20,000 clips by twelve runs would be copied at each click.
@st.cache_resource(max_entries=8, show_spinner=False)
def _said(marks: tuple[tuple[str, tuple[int, ...]], ...], genres: tuple[str, ...], _verdict: Verdict) -> pd.DataFrame:
    """See `said_frame`: what finished runs say of the clips in common changes with their temperature only."""
    return said_frame(_verdict, [services.predictions(run_id) for run_id, _ in marks])


def _open(cell: str | None) -> None:
    set_query_value("cell", cell)
    st.session_state.pop(_CLIP, None)
    st.session_state[_MOUNT] = st.session_state.get(_MOUNT, 0) + 1
    if cell is not None:
        ask_for(_request(cell))


def _request(cell: str) -> str:
    """What is asked for by a click on a cell: to hear its first clip."""
    return f"compare cell {cell}"


def _go_to(name: str) -> None:
    """Look at a clip by the player's bar; the table forgets what was clicked in it."""
    st.session_state[_CLIP] = name
    st.session_state[_MOUNT] = st.session_state.get(_MOUNT, 0) + 1


def _hear(name: str) -> None:
    """Go to a clip by a button, and play it."""
    _go_to(name)
    ask_for(name)


def _show_clips(runs: Sequence[Run], verdict: Verdict, pair: Pair, cell: str, said: pd.DataFrame) -> None:
    """The list of a cell's clips, and the one that is chosen."""
    by_sureness = surest_first(said, pair, cell)
    unit = verdict.standings[pair.first].unit
    title = cell_title(cell, *pair_names(verdict, pair))
    about, listed, notes = st.container(), st.container(), st.container()
    with notes:
        run, collection = _collection_of([runs[pair.first], runs[pair.second]], by_sureness)
    heard = heard_names(run, collection, by_sureness)
    is_mixed = 0 < len(heard) < len(by_sureness)
    names = sorted(by_sureness, key=lambda name: name not in heard)
    order = "those first that can be heard here, then those" if is_mixed else "those first"
    about.caption(
        f"{format_plural(len(names), f'test {unit}')} on which {escape_markdown(title)}, {order} of which the two are "
        "surest. Choose a row, or go through them."
    )
    table = cell_frame(verdict, pair, said, names, [name in heard for name in names] if is_mixed else None)
    key = f"compare:clips:{pair.first}:{pair.second}:{cell}:{st.session_state.get(_MOUNT, 0)}"

    def clicked() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(names):
            st.session_state[_CLIP] = names[rows[0]]
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
    kept = st.session_state.get(_CLIP)
    chosen = kept if kept in names else names[0]
    with listed:
        step_buttons(names, chosen, on_step=_hear, key="compare:step")
    left, right = st.columns(2, gap="medium")
    with left:
        show_tested_clip(
            run,
            collection,
            chosen,
            str(said.loc[chosen, "genre"]),
            key=f"compare:{run.id}",
            ask=asked(chosen) or (asked(_request(cell)) if chosen == names[0] else ""),
            queue=[(name, str(said.loc[name, "genre"])) for name in around(names, names.index(chosen))],
            on_step=_go_to,
        )
    with right:
        st.markdown("**What each run says of it**")
        st.dataframe(
            verdicts_on(verdict, said, chosen),
            hide_index=True,
            height="content",
            column_config={"Probability": st.column_config.NumberColumn(format="%.0f %%")},
            alt=f"What each run says of {chosen}",
        )


def _collection_of(pair: Sequence[Run], names: Sequence[str]) -> tuple[Run, Collection]:
    """The collection of one of two runs, one that is here where there is one, and the run that it is of."""
    run = next((each for each in pair if _is_here(each)), pair[0])
    return run, tested_collection(run, services.predictions(run.id), names)


def _is_here(run: Run) -> bool:
    try:
        services.collection(run.config.collection_id, corrected=run.config.corrected_labels)
    except GenreLabError:
        return False
    return True
