"""Options that say where the genre of a folder's files stands, and what comes of them."""

import argparse
from argparse import Namespace
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from core.cli.console import Answer, ProgressLine, first_lines, table_text
from core.errors import ConfigError
from core.importing.readings.propose import Look, look_at
from core.importing.readings.spec import FMA, SUBSETS, TABLE, Columns, GenreFrom, parse_genre_from
from core.importing.readings.told import Reading

_MOST_GENRES = 8


def add_import_options(command: argparse.ArgumentParser) -> None:
    """Add the options to ``collections``."""
    group = command.add_argument_group("where the genre stands, with --import of a folder or an archive of one")
    group.add_argument(
        "--genre-from",
        metavar="WHERE",
        help="folder:1 (folders in PATH), folder:2 (folders in those) ..., tags (of the files), table, fma (its "
        "tracks.csv), parts (train and test folders above genres), audiofolder, or layout (one folder a genre); "
        "default: what is found",
    )
    group.add_argument("--table", metavar="FILE", help="table with a line a file (CSV, TSV; as Excel writes them)")
    for each in fields(Columns):
        about = (
            "column that names the file: path, name or number" if each.name == "file" else f"column of the {each.name}"
        )
        group.add_argument(f"--{each.name}-column", metavar="C", help=f"{about} (default: guessed)")
    group.add_argument("--subset", choices=SUBSETS, help="of FMA: take this subset alone (default: all that is there)")
    group.add_argument(
        "--preview", action="store_true", help="only show what each reading would give; nothing is registered"
    )


def chosen_genre_from(options: Namespace) -> GenreFrom | None:
    """The reading that the options ask for; None where they ask for none.

    Raises
    ------
    ConfigError
        They do not fit together, or to the rest of the command.
    """
    given = {each.name: getattr(options, f"{each.name}_column") for each in fields(Columns)}
    columns = {name: value for name, value in given.items() if value}
    wanted = options.genre_from
    needs_table = options.table is not None or bool(columns)
    if options.import_path is None and (wanted or needs_table or options.subset or options.preview):
        raise ConfigError("--genre-from, --table, their columns, --subset and --preview need --import PATH.")
    kind = (wanted or "").strip().lower() or (TABLE if needs_table else FMA if options.subset else "")
    if not kind:
        return None
    if needs_table and kind not in (TABLE, FMA, "audiofolder"):
        raise ConfigError(f"--table and its columns need --genre-from table, got {wanted!r}.")
    if kind == TABLE and options.table is None:
        raise ConfigError("--genre-from table needs the table: --table FILE.")
    if options.subset and kind != FMA:
        raise ConfigError(f"--subset is of FMA: it needs --genre-from fma, got {wanted!r}.")
    further: dict[str, Any] = {"columns": Columns(**columns), "subset": options.subset or ""}
    if options.table is not None:
        further["table"] = _from_folder(Path(options.table).expanduser(), Path(options.import_path).expanduser())
    return parse_genre_from(kind, **further)


def _from_folder(table: Path, folder: Path) -> str:
    """Path of a table as it is kept: from the folder where it lies in it, so that both can be moved together."""
    for path in (table, folder / table):
        if path.is_file():
            resolved, root = path.resolve(), folder.resolve()
            return resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else str(resolved)
    return str(table.absolute())


def preview(path: Path, genre_from: GenreFrom | None, progress: ProgressLine) -> Answer:
    """What each reading of a folder would give; all tags are read, nothing is registered.

    Raises
    ------
    ConfigError
        It is no folder.
    """
    if not path.is_dir():
        raise ConfigError(f"--preview needs a folder, got {path}. Unpack an archive first, or import it.")
    reporter = progress.reporter()
    reporter.phase("Reading tags")
    started = False

    def advance(done: int, total: int) -> None:
        nonlocal started
        if not started:
            reporter.phase("Reading tags", total=total)
            started = True
        reporter.advance(done)

    look = look_at(path, whole=True, also=genre_from, on_progress=advance)
    return Answer(_values(look), _text(look))


def _values(look: Look) -> dict[str, Any]:
    return {
        "n_files": len(look.library.sounds),
        "proposed": look.proposed.genre_from.text if look.proposed is not None else None,
        "why": look.why,
        "readings": [_reading_values(reading) for reading in look.readings],
        "not_used": [asdict(entry) for entry in (*look.library.unusable, *look.library.no_sound)],
    }


def _reading_values(reading: Reading) -> dict[str, Any]:
    return {
        "genre_from": reading.genre_from.text,
        "title": reading.title,
        "table": reading.genre_from.table or None,
        "columns": {name: value for name, value in asdict(reading.genre_from.columns).items() if value},
        "n_files": reading.n_all,
        "n_with_genre": reading.n_labelled,
        "n_with_several": reading.n_several,
        "genres": reading.genres,
        "n_artists": len(reading.artists),
        "artists": reading.artists,
        "partition": reading.partition,
        "subsets": dict(reading.by_subset),
        "left_out": {reason: len(paths) for reason, paths in reading.left_out.items()},
        "notes": [asdict(note) for note in reading.notes],
        "problem": reading.problem,
    }


def _text(look: Look) -> str:
    heads = ("--genre-from", "files", "genres", "artists", "left out", "which genres")
    rows = []
    for reading in look.readings:
        shown = [f"{genre} {n}" for genre, n in list(reading.genres.items())[:_MOST_GENRES]]
        more = len(reading.genres) - len(shown)
        listed = ", ".join(shown) + (f", {more} more" if more > 0 else "")
        n_out = reading.n_told - reading.n_labelled
        rows.append(
            (reading.genre_from.place, reading.n_labelled, len(reading.genres), len(reading.artists), n_out, listed)
        )
    lines = [table_text(heads, rows)] if rows else []
    proposed = f"Proposed: {look.proposed.genre_from.place}. {look.why}" if look.proposed is not None else look.why
    lines.append(proposed)
    reasons = []
    for reading in look.readings:
        prefix = f"{reading.genre_from.place}: "
        reasons += [f"{prefix}{len(paths)} left out: {reason}" for reason, paths in reading.left_out.items()]
        reasons += [f"{prefix}{note.name}: {note.reason}" for note in reading.notes]
        if reading.problem:
            reasons.append(f"{prefix}{reading.problem}")
    lines += first_lines(reasons)
    return "\n".join(lines)
