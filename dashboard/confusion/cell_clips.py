"""The clips of cells: a list to choose from, and the one that is heard, seen and told of."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core.clips.collection import Collection
from core.errors import GenreLabError
from core.evaluation.confusion.cells import Cell
from core.runs.record import Run
from dashboard import services
from dashboard.confusion.choice import cells_request, chosen_clip, keep_clip, mount
from dashboard.confusion.clip_detail import show_clip
from dashboard.confusion.known import Known, known_of
from dashboard.confusion.material import tested
from dashboard.confusion.view import View
from dashboard.listening.asking import asked
from dashboard.listening.component import around
from dashboard.sentences.confusion import cells_title, moved_words
from dashboard.sentences.wording import escape_markdown, format_percent, format_plural
from dashboard.shared.clip_steps import step_buttons
from dashboard.shared.downloads import table_download
from dashboard.shared.feedback import synthetic_badge
from dashboard.shared.tested_clips import heard_names, tested_collection
from dashboard.tables.confusion import clips_export, clips_frame, counted

_ROWS_SHOWN, _FEW_COLUMNS = 6, 3
_TABLE_PX = 250
_COLUMNS = {
    "Clip": st.column_config.TextColumn(pinned=True),
    "Probability": st.column_config.NumberColumn(format="%.0f %%", help="Of the genre that was predicted."),
    "Its probability": st.column_config.NumberColumn(format="%.0f %%", help="Of the genre that the second run says."),
    "Verdicts here": st.column_config.TextColumn(
        help="How many of the runs put the clip into these cells, of those that were tested on it."
    ),
    "Known fault": st.column_config.TextColumn(
        help="Published faults of GTZAN, repeats, and what the check on Collections, Quality found."
    ),
}


def show_cells(view: View, cells: Sequence[Cell]) -> None:
    """Title, list and playlist of the clips of cells."""
    title = cells_title(cells, shown=view.shown, run_names=view.run_names, unit=view.run.config.split.unit)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(escape_markdown(title), anchor=False, width="content")
        if view.run.synthetic:
            synthetic_badge()
    clips = view.clips(cells)
    if clips.empty:
        st.caption(escape_markdown(_why_empty(view, cells)))
        return
    st.caption(escape_markdown(_about(view, cells, clips)))
    listed, notes = st.container(), st.container()
    names = [str(name) for name in clips["clip"]]
    with notes:
        run, collection = _collection_of(view, names)
    heard = heard_names(run, collection, names)
    known = known_of(run, collection)
    chosen = chosen_clip(names)
    with listed:
        _list(view, cells, clips, known, [name in heard for name in names], chosen)
        if len(names) > 1:
            step_buttons(
                names,
                chosen,
                on_step=partial(keep_clip, heard=True),
                key="confusion:step",
                more=". Choose a row, or go through them.",
            )
    place = names.index(chosen)
    queue = around(list(zip(names, clips["actual"].astype(str), strict=True)), place)
    _detail(view, clips.iloc[place], run, collection, known, queue, ask=_asked(cells, names, chosen))


def _asked(cells: Sequence[Cell], names: Sequence[str], chosen: str) -> str:
    """The request to hear the clip in view: by its name, or by the cells of which it is the first."""
    return asked(chosen) or (asked(cells_request(cells)) if chosen == names[0] else "")


def _about(view: View, cells: Sequence[Cell], clips: pd.DataFrame) -> str:
    """How many clips there are, of what, and how they are sorted, as plain text."""
    unit = f"test {view.run.config.split.unit}"
    if view.shown == "difference":
        return moved_words(counted(clips["who"]), view.run_names, unit)
    if view.shown == "disagreement":
        of = f" of {view.of_genre}" if view.of_genre else ""
        return f"{format_plural(len(clips), unit)}{of}, those first of which the two together are surest."
    row, _ = cells[0]
    if len(cells) > 1 or row is None:
        return f"{format_plural(len(clips), unit)}, the surest verdicts first."
    n_row = view.n_in_row(row)
    n_verdicts = int(clips["n"].sum())
    if view.unit == "verdict":
        return (
            f"{format_plural(len(clips), unit)} with {n_verdicts:,} of the {n_row:,} verdicts on {row} "
            f"({format_percent(n_verdicts / n_row)}), most probable first."
        )
    share = format_percent(len(clips) / n_row)
    return f"{len(clips):,} of {format_plural(n_row, unit)} of {row} ({share}), most probable first."


def _why_empty(view: View, cells: Sequence[Cell]) -> str:
    unit = f"test {view.run.config.split.unit}"
    if len(cells) > 1 or view.is_of_two or cells[0][0] is None:
        return f"No {unit} here."
    row = cells[0][0]
    return f"No {unit} in this cell; {row} has {format_plural(view.n_in_row(row), unit)}."


def _collection_of(view: View, names: Sequence[str]) -> tuple[Run, Collection]:
    """The collection of the clips, one that is here where there is one, and the run whose it is."""
    run = next((each for each in view.runs if _is_here(each)), view.run)
    return run, tested_collection(run, tested(run.id), names)


def _is_here(run: Run) -> bool:
    try:
        services.collection(run.config.collection_id, corrected=run.config.corrected_labels)
    except GenreLabError:
        return False
    return True


def _list(
    view: View, cells: Sequence[Cell], clips: pd.DataFrame, known: Known, heard: Sequence[bool], chosen: str
) -> None:
    names = clips["clip"].tolist()
    about = known.table(names)
    is_mixed = any(heard) and not all(heard)
    table = clips_frame(
        clips,
        about,
        run_names=view.run_names,
        is_of_several=len(cells) > 1 or None in cells[0] or bool(view.families),
        heard=heard if is_mixed else None,
    )
    key = f"confusion:clips:{view.shown}:{view.basis}:{mount()}:{tuple(cells)}"

    def clicked() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(names):
            keep_clip(str(names[rows[0]]), heard=True)

    if len(table) > 1:
        st.dataframe(
            table,
            key=key,
            on_select=clicked,
            selection_mode="single-row",
            hide_index=True,
            # A figure at the far end of the page belongs to no name.
            width="content" if len(table.columns) <= _FEW_COLUMNS else "stretch",
            height="content" if len(table) <= _ROWS_SHOWN else _TABLE_PX,
            column_config=_COLUMNS,
            alt="Clips of the chosen cells",
        )
    table_download(
        "Export clips as CSV",
        lambda: clips_export(clips, about, run_names=view.run_names),
        f"clips-{view.shown}-{view.run.id[:6]}.csv",
        key="confusion:export-clips",
        help="All clips of the chosen cells with their verdicts and what is known of them.",
    )


def _detail(
    view: View,
    row: pd.Series,
    run: Run,
    collection: Collection,
    known: Known,
    queue: Sequence[tuple[str, str]],
    *,
    ask: str,
) -> None:
    # Of several runs summed, the probabilities are those of the one that was surest of this verdict.
    judge = view.runs[int(row["answerer"])] if "answerer" in row.index else view.run
    show_clip(view, judge, run, collection, known, str(row["clip"]), str(row["actual"]), queue=queue, ask=ask)
