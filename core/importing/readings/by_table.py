"""The genre stands in a table: a row a file. What matches no file, and which files have no row, is counted and said."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from core.clips.clip import ClipFacts, SkippedFile
from core.errors import CollectionError
from core.importing.genres import whole_numbers
from core.importing.readings.folders import PART_OF
from core.importing.readings.library import Library
from core.importing.readings.matching import FileMatcher, share_matched
from core.importing.readings.spec import AUDIOFOLDER, TABLE, Columns, GenreFrom
from core.importing.readings.tables import NONE, Table, likely_columns, read_table, require_column, with_guesses
from core.importing.readings.tags import written_genres, year_of
from core.importing.readings.told import Reading, Told, clean, facts_of, filled
from core.importing.seen import no_sound_in
from core.names import readable_name

_MOST_NOTES = 1_000
_MOST_COLUMNS = 30
_FITS = 0.05
"""Share of a column's cells that must mean files for it to be taken as the one that names them."""
_MOST_CANDIDATES = 3


def table_path(library: Library, table: str) -> Path:
    """Where a table lies: from the library's root, or wherever its path says."""
    path = Path(table)
    return path if path.is_absolute() else library.root / path


def by_table(library: Library, genre_from: GenreFrom, *, kind: str = TABLE) -> Reading:
    """What a table says of the files of a folder.

    Raises
    ------
    CollectionError
        There is no such table, it cannot be read, or lacks a column that was asked for.
    """
    path = table_path(library, genre_from.table)
    table = read_table(path)
    folder = genre_from.table.rpartition("/")[0]
    matcher = FileMatcher(library, beside=f"{folder}/" if folder and not Path(genre_from.table).is_absolute() else "")
    if not genre_from.columns.file and _is_without_header(table, matcher):
        table = table.without_header()
    elif genre_from.columns.file.startswith("column ") and genre_from.columns.file not in table.columns:
        table = table.without_header()  # as it was read when it was kept
    if not table.rows:
        shown = readable_name(path.name)
        raise CollectionError(f"{shown} has a first line only. Expected a line below it for each file.")
    columns = chosen_columns(table, genre_from.columns, matcher)
    chosen = GenreFrom(kind=kind, table=genre_from.table, columns=columns)
    title = f"Table {readable_name(genre_from.table.rpartition('/')[2])}"
    if columns.genre:
        title += f", column {columns.genre}"
    if not columns.file or not columns.genre:
        missing = "the files" if not columns.file else "the genre"
        there = ", ".join(table.columns[:_MOST_COLUMNS]) + (" …" if len(table.columns) > _MOST_COLUMNS else "")
        none = "" if columns.file else f"{_no_file_named(library, table)}. "
        return Reading(
            genre_from=chosen,
            title=title,
            told={path: Told((), reason=f"no column for {missing} is chosen") for path in library.sounds},
            n_all=len(library.sounds),
            problem=f"{none}Choose the column for {missing} of {readable_name(table.path.name)}: {there}",
        )
    told, notes = _matched(library, table, columns, matcher)
    return Reading(genre_from=chosen, title=title, told=told, n_all=len(library.sounds), notes=tuple(notes))


def chosen_columns(table: Table, asked: Columns, matcher: FileMatcher) -> Columns:
    """The columns asked for; others guessed by their names, the one of the files by what it matches."""
    file = require_column(table, asked.file) if asked.file else _file_column(table, matcher, asked.genre)
    split = next(iter(likely_columns(table, "split")), "")
    words = {value.strip().lower() for value in table.values(split) if value.strip()}
    return with_guesses(table, asked, file=file, split_fits=bool(words) and words <= {*PART_OF, "excluded"})


def _file_column(table: Table, matcher: FileMatcher, genre: str) -> str:
    """The column whose cells mean most files; of those that are equal, the one whose name says so, else the first."""
    named = likely_columns(table, "file")
    shares = {
        column: share_matched(matcher, table.values(column))
        for column in dict.fromkeys([*named, *table.columns[:60]])
        if column != genre
    }
    best = max(shares, key=lambda column: shares[column], default="")
    return best if best and shares[best] >= _FITS else ""


def _no_file_named(library: Library, table: Table) -> str:
    """That no column names files, with a cell of the likeliest and the path of a file to see why."""
    column = next(iter(likely_columns(table, "file")), table.columns[0])
    cell = next((cell for cell in table.values(column) if cell), "")
    return (
        f"No column of {readable_name(table.path.name)} names sound files of this folder: {column} holds "
        f"“{clean(cell)[:80]}”, the folder {readable_name(library.sounds[0])}"
        if library.sounds
        else no_sound_in(library.root)
    )


def _is_without_header(table: Table, matcher: FileMatcher) -> bool:
    """Whether the first line means a file itself."""
    return not likely_columns(table, "genre") and any(matcher.find(cell).file for cell in table.columns)


def _matched(
    library: Library, table: Table, columns: Columns, matcher: FileMatcher
) -> tuple[dict[str, Told], list[SkippedFile]]:
    shown = readable_name(table.path.name)
    rows_of: dict[str, list[int]] = defaultdict(list)
    strangers: list[tuple[int, str]] = []
    notes: list[SkippedFile] = []
    unclear: list[tuple[int, str, tuple[str, ...]]] = []
    for number, cell in enumerate(table.values(columns.file)):
        match = matcher.find(cell)
        if match.file:
            rows_of[match.file].append(number)
        elif match.candidates:
            unclear.append((table.lines[number], cell, match.candidates))
        else:
            strangers.append((table.lines[number], cell))
    unclear_files = {path for _, _, candidates in unclear for path in candidates}
    genres = whole_numbers(table.values(columns.genre))
    told: dict[str, Told] = {}
    unknown_parts: list[tuple[int, str]] = []
    for path in library.sounds:
        numbers = rows_of.get(path, [])
        if not numbers:
            reason = (
                f"{shown} does not say whether it is this file or another of the same name; give paths in it"
                if path in unclear_files
                else f"no row of {shown} names it"
            )
            told[path] = Told((), reason=reason)
            continue
        facts = ClipFacts()
        for number in numbers:
            facts = filled(facts, _facts(table, columns, number, unknown_parts))
        labels = written_genres_of([genres[number] for number in numbers])
        told[path] = Told(labels, facts, "" if labels else f"no genre in its row of {shown}")
    if alike := [name for name in table.columns if re.fullmatch(rf"{re.escape(columns.genre)} \(\d+\)", name)]:
        reason = f"several columns are called {columns.genre}; the first was read, {' and '.join(alike)} not"
        notes.append(SkippedFile(shown, reason))
    notes += _summed(strangers, shown, f"in its column {columns.file} names no sound file in this folder")
    for line, cell, candidates in unclear[:_MOST_NOTES]:
        named = ", ".join(readable_name(path) for path in candidates[:_MOST_CANDIDATES])
        more = " …" if len(candidates) > _MOST_CANDIDATES else ""
        reason = f"{clean(cell)} may be {len(candidates):,} files ({named}{more}); give their paths from the folder"
        notes.append(SkippedFile(f"{shown}, line {line:,}", reason))
    if len(unclear) > _MOST_NOTES:
        notes.append(SkippedFile(shown, f"{len(unclear) - _MOST_NOTES:,} further rows may mean several files"))
    if several := [path for path, numbers in rows_of.items() if len(numbers) > 1]:
        n_files = f"{len(several):,} file{'' if len(several) == 1 else 's'}"
        reason = f"{n_files} with several rows, whose genres were put together (such as {readable_name(several[0])})"
        notes.append(SkippedFile(shown, reason))
    notes += _summed(unknown_parts, shown, "is no part of a split: expected train, validation or test")
    notes += _summed([(line, "its row") for line in table.uneven], shown, "has more or fewer cells than the first line")
    return told, notes


def written_genres_of(cells: Sequence[str]) -> tuple[str, ...]:
    """Genres of the cells of one file; unlike in tags, a number stays as it is: it may stand for a class."""
    numbers = [cell for cell in cells if cell.strip().isdecimal()]
    if len(numbers) == len(cells):
        return tuple(dict.fromkeys(clean(cell) for cell in cells))
    return written_genres(cells)


def _facts(table: Table, columns: Columns, number: int, unknown_parts: list[tuple[int, str]]) -> ClipFacts:
    row = table.rows[number]

    def cell(column: str) -> str:
        return clean(row[table.columns.index(column)]) if column and column != NONE else ""

    word = cell(columns.split).lower()
    part = "excluded" if word == "excluded" else PART_OF.get(word, "")
    if word and not part:
        unknown_parts.append((table.lines[number], word))
    return facts_of(
        artist=cell(columns.artist),
        title=cell(columns.title),
        album=cell(columns.album),
        year=year_of(cell(columns.year)),
        partition=part,
    )


def _summed(lines: Sequence[tuple[int, str]], shown: str, what: str) -> list[SkippedFile]:
    """A note for each line, of very many the first and how many there are."""
    notes = [
        SkippedFile(f"{shown}, line {line:,}", f"{clean(cell)[:80] or 'an empty cell'} {what}")
        for line, cell in lines[:_MOST_NOTES]
    ]
    if len(lines) > _MOST_NOTES:
        notes.append(SkippedFile(shown, f"{len(lines) - _MOST_NOTES:,} further rows: {what}"))
    return notes


def by_audiofolder(library: Library, genre_from: GenreFrom) -> Reading:
    """A Hugging Face ``audiofolder``: ``metadata.csv`` with ``file_name``, in the folder or in each part's folder.

    Raises
    ------
    CollectionError
        As `by_table`, or there is no ``metadata.csv``.
    """
    tables = metadata_tables(library)
    if not tables:
        raise CollectionError(
            "There is no metadata.csv with a column file_name. Expected an audiofolder, which has one."
        )
    columns = Columns(file="file_name", genre=genre_from.columns.genre, split=genre_from.columns.split)
    told: dict[str, Told] = {}
    notes: list[SkippedFile] = []
    problem = ""
    chosen = columns
    for table in tables:
        part = by_table(library, GenreFrom(kind=TABLE, table=table, columns=columns))
        notes += [SkippedFile(f"{note.name}", note.reason) for note in part.notes]
        problem = problem or part.problem
        chosen = part.genre_from.columns
        for path, said in part.told.items():
            if path not in told or (said.labels and not told[path].labels):
                told[path] = said
    for path, said in told.items():
        known = (
            PART_OF.get(path.split("/")[0].lower(), "") or PART_OF.get(path.split("/")[1].lower(), "")
            if "/" in path
            else ""
        )
        if known and said.labels:
            told[path] = Told(said.labels, filled(said.facts, ClipFacts(partition=known)))
    return Reading(
        genre_from=GenreFrom(kind=AUDIOFOLDER, columns=chosen),
        title=f"Hugging Face audiofolder: metadata.csv, column {chosen.genre or '?'}",
        told=told,
        n_all=len(library.sounds),
        notes=tuple(notes),
        problem=problem,
    )


def metadata_tables(library: Library) -> list[str]:
    """The ``metadata.csv`` files with a column ``file_name``."""
    found = []
    for table in library.tables:
        if table.rpartition("/")[2].lower() == "metadata.csv":
            try:
                if "file_name" in read_table(library.path(table)).columns:
                    found.append(table)
            except CollectionError:
                continue
    return found
