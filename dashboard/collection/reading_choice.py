"""Where the genre of a folder's files stands: the readings found in it, what each would give, and the choice of one."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path

import streamlit as st

from core.clips.collection import Collection
from core.clips.passages import Excerpting
from core.errors import GenreLabError
from core.importing.paths import resolve_table_path
from core.importing.readings.by_table import table_path
from core.importing.readings.propose import Look, look_at
from core.importing.readings.read import read_genres
from core.importing.readings.spec import FMA, SUBSETS, TABLE, Columns, GenreFrom
from core.importing.readings.tables import NONE, read_table
from core.importing.readings.told import Reading
from core.settings import load_settings
from dashboard.charts.features.genre_counts import genre_count_chart
from dashboard.sentences.readings import left_out_sentence, reading_caption, reading_sentences
from dashboard.sentences.wording import escape_markdown, format_plural
from dashboard.shared.changing import change_button
from dashboard.shared.downloads import table_download
from dashboard.state import chart_theme
from dashboard.tables.readings import left_out_table

_ASKED = "reading-choice"
_MOST_BARS = 30
_LABELS = {
    "file": "File", "genre": "Genre", "artist": "Artist", "title": "Title", "album": "Album", "year": "Year",
    "split": "Split",
}  # fmt: skip
_NO_COLUMN = "(none)"

OnChosen = Callable[[Path, str, Excerpting | None, GenreFrom | None], None]


@dataclass
class _Asked:
    """The folder about which this visitor was asked, as it was looked at.

    ``collection`` is the one whose genres are to be read in another way; None for a folder to import. ``round`` counts
    the questions, so that the inputs of each begin anew.
    """

    path: Path
    title: str
    look: Look
    readings: list[Reading]
    round: int
    excerpting: Excerpting | None = None
    collection: Collection | None = None


def ask_where_the_genre_is(
    path: Path, title: str, *, excerpting: Excerpting | None = None, collection: Collection | None = None
) -> bool:
    """Look at a folder, and ask where its genres stand unless there is one answer only; whether it was asked.

    Parameters
    ----------
    path : Path
    title : str
        That was typed for it; may be empty.
    excerpting : Excerpting, optional
        That was chosen for it.
    collection : Collection, optional
        One that is there, whose genres are to be read in another way: then it is always asked.

    Raises
    ------
    CollectionError
        The folder cannot be read.
    """
    bar = st.progress(0.0, text="Looking for genres in folders, tags and tables")

    def advance(done: int, total: int) -> None:
        bar.progress(done / max(total, 1), text=f"Reading the tags of file {done:,} of {total:,}")

    try:
        look = look_at(path, within=load_settings().collection_roots, on_progress=advance)
    finally:
        bar.empty()
    usable = look.proposed is not None and (look.others or not look.is_certain)
    if not usable and collection is None:
        st.session_state.pop(_ASKED, None)
        return False
    readings = [*([look.proposed] if look.proposed is not None else []), *look.others]
    count = st.session_state.get(f"{_ASKED}:round", 0) + 1
    st.session_state[f"{_ASKED}:round"] = count
    st.session_state[_ASKED] = _Asked(path, title, look, readings, count, excerpting, collection)
    st.rerun()
    return True


def show_reading_choice(on_chosen: OnChosen, *, collection: Collection | None = None) -> None:
    """The question, where one is open about a folder to import, or about this collection; nothing else.

    Parameters
    ----------
    on_chosen : callable
        Called with the folder, the title, how long files are cut, and the reading chosen.
    collection : Collection, optional
    """
    asked: _Asked | None = st.session_state.get(_ASKED)
    about = asked.collection.id if asked is not None and asked.collection is not None else ""
    if asked is None or about != (collection.id if collection is not None else ""):
        return
    with st.container(border=True):
        st.subheader("Where is the genre?", anchor=False)
        n = len(asked.look.library.sounds)
        st.markdown(f"{format_plural(n, 'sound file')} in {escape_markdown(str(asked.path))}")
        st.caption(
            f"Proposed: {escape_markdown(asked.look.why)}" if asked.readings else escape_markdown(asked.look.why)
        )
        chosen = _choose(asked)
        _add_table(asked)
        if chosen is not None:
            chosen = _correct(asked, chosen)
            _show(asked, chosen)
        with st.container(horizontal=True):
            begin = change_button(
                "Use this" if asked.collection is not None else "Import",
                key="reading-import",
                type="primary",
                icon=":material/create_new_folder:",
                disabled=chosen is None or not chosen.n_labelled,
            )
            if st.button("Cancel", key="reading-cancel"):
                st.session_state.pop(_ASKED, None)
                st.rerun()
    if begin and chosen is not None:
        st.session_state.pop(_ASKED, None)
        on_chosen(asked.path, asked.title, asked.excerpting, chosen.genre_from)


def _choose(asked: _Asked) -> Reading | None:
    if not asked.readings:
        return None
    place = st.radio(
        "Read the genre from",
        range(len(asked.readings)),
        format_func=lambda place: escape_markdown(asked.readings[place].title),
        captions=[reading_caption(reading) for reading in asked.readings],
        key=f"reading-choice:{asked.round}",
    )
    return asked.readings[place]


def _add_table(asked: _Asked) -> None:
    """Another table, by its path."""
    with st.expander("Another table", icon=":material/table:"), st.form("reading-table", border=False):
        typed = st.text_input(
            "Table on this computer",
            placeholder="labels.csv",
            help="CSV or TSV, as Excel and others write it: a line for each file, with a column for the file and one "
            "for its genre. Its path from the folder, or from one of the folders that may be read.",
            key=f"reading-table-path:{asked.round}",
        )
        if not st.form_submit_button("Read it"):
            return
        try:
            table = resolve_table_path(typed or "", asked.path)
            found = read_genres(asked.look.library, GenreFrom(kind=TABLE, table=table), asked.look.tags)
        except GenreLabError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")
            return
    asked.readings = [reading for reading in asked.readings if reading.genre_from.table != table or table == ""] + [
        found
    ]
    st.session_state[f"reading-choice:{asked.round + 1}"] = len(asked.readings) - 1
    asked.round += 1
    st.session_state[f"{_ASKED}:round"] = asked.round
    st.rerun()


def _correct(asked: _Asked, reading: Reading) -> Reading:
    """The reading as the visitor corrects it: columns of a table, a subset of FMA."""
    changed = reading.genre_from
    if reading.genre_from.kind == TABLE:
        changed = _corrected_columns(asked, reading)
    elif reading.genre_from.kind == FMA:
        subset = st.selectbox(
            "Subset",
            ["", *(subset for subset in SUBSETS if subset in reading.by_subset)],
            format_func=lambda subset: f"{subset} and smaller" if subset else "all that is here",
            key=f"reading-subset:{asked.round}",
            help="FMA's subsets hold one another: small in medium, medium in large.",
        )
        changed = replace(reading.genre_from, subset=subset)
    if changed == reading.genre_from:
        return reading
    try:
        return read_genres(asked.look.library, changed, asked.look.tags)
    except GenreLabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return reading


def _corrected_columns(asked: _Asked, reading: Reading) -> GenreFrom:
    table = read_table(table_path(asked.look.library, reading.genre_from.table))
    used = reading.genre_from.columns
    names = table.columns if used.file in (*table.columns, "") else table.without_header().columns
    places = st.columns(3)
    values = {}
    for number, each in enumerate(fields(Columns)):
        current: str = getattr(used, each.name)
        options = [_NO_COLUMN, *names]
        with places[number % 3]:
            values[each.name] = st.selectbox(
                _LABELS[each.name],
                options,
                index=options.index(current) if current in options else 0,
                key=f"reading-column:{each.name}:{reading.genre_from.table}:{asked.round}",
                help="Column of the table."
                if each.name != "file"
                else "Column with the path, name or number of the file.",
            )
    optional = {name: NONE if value == _NO_COLUMN else value for name, value in values.items()}
    for name in ("file", "genre"):
        optional[name] = "" if optional[name] == NONE else optional[name]
    before = {each.name: getattr(used, each.name) for each in fields(Columns)}
    same = all(optional[name] == (before[name] or ("" if name in ("file", "genre") else NONE)) for name in before)
    return reading.genre_from if same else replace(reading.genre_from, columns=Columns(**optional))


def _show(asked: _Asked, reading: Reading) -> None:
    """What the reading would give: genres, artists, and what is left out and why."""
    if reading.problem:
        st.warning(escape_markdown(reading.problem), icon=":material/table:")
        return
    with st.container(horizontal=True, gap="large"):
        st.metric("Files with a genre", f"{reading.n_labelled:,}", width="content")
        st.metric("Genres", f"{len(reading.genres):,}", width="content")
        st.metric("Artists", f"{len(reading.artists):,}" if reading.artists else "unknown", width="content")
    for sentence in reading_sentences(reading):
        st.caption(sentence)
    if reading.genres:
        first = dict(list(reading.genres.items())[:_MOST_BARS])
        st.altair_chart(
            genre_count_chart(first, theme=chart_theme()),
            alt=f"Files by genre, read from {reading.title}",
            width="stretch",
        )
        if (further := len(reading.genres) - len(first)) > 0:
            st.caption(f"and {format_plural(further, 'further genre')} with fewer files")
        st.caption("Genres can be renamed, merged and left out afterwards, on the tab *Genres*.")
    table = left_out_table(reading)
    if len(table):
        st.markdown(left_out_sentence(reading))
        st.dataframe(table, hide_index=True, alt="What is left out, and why", height="auto")
        table_download("Download as CSV", table, "left-out.csv", key=f"reading-left-out:{asked.round}")
