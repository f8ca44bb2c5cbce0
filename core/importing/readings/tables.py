"""Tables as people have them: any separator and encoding that Excel writes; and what their columns are likely to be."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from core.errors import CollectionError
from core.files import separator_of
from core.importing.readings.spec import Columns
from core.names import readable_name

MAX_BYTES = 50_000_000
NONE = "-"
"""For a column that there is none of, in place of the one that would be guessed."""
_SEPARATOR_LINE = re.compile(r"sep=(?P<separator>[,;\t|])\s*\r?\n", re.IGNORECASE)
_LONGEST_CELL = 131_000
_MOST_COLUMNS = 2_000
_NAMES = {
    "file": ("file_name", "filename", "file", "path", "file_path", "filepath", "relative_path", "location", "clip",
             "audio", "audio_file", "audio_path", "wav", "mp3", "track_file", "track_id", "song_id",
             "clip_id", "id", "name"),
    "genre": ("genre", "genres", "genre_top", "top_genre", "main_genre", "primary_genre", "track_genre", "music_genre",
              "label", "labels", "class", "class_name", "class_label", "category", "style", "stil", "gattung",
              "musikrichtung", "target", "tag", "tags"),
    "artist": ("artist", "artist_name", "artists", "track_artist", "performer", "band", "interpret", "kunstler",
               "artiste", "artista", "album_artist"),
    "title": ("title", "track_title", "song_title", "track_name", "song_name", "song", "titel", "titre", "titulo"),
    "album": ("album", "album_title", "album_name", "release", "record"),
    "year": ("year", "release_year", "date", "release_date", "date_released", "jahr", "annee", "ano"),
    "split": ("split", "partition", "set", "subset", "part", "fold_name", "dataset"),
}  # fmt: skip
"""What columns are called, the likeliest first; compared without capitals, blanks, signs and accents."""


@dataclass(frozen=True)
class Table:
    """A table read whole.

    Attributes
    ----------
    path : Path
    columns : tuple of str
        Each once: a second ``genre`` is ``genre (2)``.
    rows : tuple of tuple of str
        As long as ``columns``; rows that are longer are cut, shorter ones filled.
    lines : tuple of int
        In which line of the file each row begins, from 1.
    encoding, separator : str
    has_header : bool
        Whether the first line names the columns; else they are called ``column 1`` ...
    uneven : tuple of int
        Lines with more or fewer cells than there are columns.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    encoding: str
    separator: str
    has_header: bool = True
    uneven: tuple[int, ...] = ()

    def values(self, column: str) -> tuple[str, ...]:
        """What stands in a column; empty cells where there is no such column."""
        if column not in self.columns:
            return ("",) * len(self.rows)
        place = self.columns.index(column)
        return tuple(row[place] for row in self.rows)

    def without_header(self) -> "Table":
        """The same, its first line taken as a row like the others."""
        columns = tuple(f"column {number}" for number in range(1, len(self.columns) + 1))
        first = tuple(name.removesuffix(f" ({number})") for number, name in enumerate(self.columns))
        return replace(self, columns=columns, rows=(first, *self.rows), lines=(1, *self.lines), has_header=False)


def read_table(path: Path) -> Table:
    """A table of words, decoded and divided as it asks for.

    Raises
    ------
    CollectionError
        It is missing, too large, empty, or no table.
    """
    shown = readable_name(path.name)
    if path.suffix.lower() in (".xlsx", ".xls", ".ods", ".parquet", ".json", ".jsonl", ".numbers"):
        raise CollectionError(
            f"{shown} is not read. Save the table as CSV (in Excel: Save As, CSV UTF-8), then give that."
        )
    try:
        status = path.stat()
        if not path.is_file():
            raise CollectionError(f"{shown} is not a file. Give a table: .csv, .tsv or text with columns.")
    except OSError as error:
        raise CollectionError(f"The table {shown} cannot be read ({error.strerror}). Check its path.") from error
    if status.st_size > MAX_BYTES:
        raise CollectionError(
            f"{shown} has {status.st_size / 1e6:,.0f} MB; expected a table of at most {MAX_BYTES / 1e6:.0f} MB with "
            "one line for each file. Keep only the columns for file, genre and artist."
        )
    return _read(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, size: int, modified_ns: int) -> Table:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CollectionError(
            f"The table {path.name} cannot be read ({error.strerror}). Check its permissions."
        ) from error
    return parse_table(content, path)


def parse_table(content: bytes, path: Path) -> Table:
    """The table that a file's bytes hold; see `read_table`."""
    shown = readable_name(path.name)
    text, encoding = decoded(content)
    separator = ""
    if match := _SEPARATOR_LINE.match(text):  # Excel's own line about it
        separator = match["separator"]
        text = text[match.end() :]
    n_before = 1 if separator else 0
    if "\0" in text[:4096] or not text.strip():
        what = "is empty" if not text.strip("\0 \r\n\t") else "holds bytes that are no text"
        raise CollectionError(f"{shown} {what}. Expected a table (CSV or TSV) with one line for each file.")
    separator = separator or separator_of(next(line for line in text.splitlines() if line.strip()))
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    uneven: list[int] = []
    header: list[str] | None = None
    try:
        for line, cells in _rows(text, separator):
            if header is None:
                header = cells
                if len(header) > _MOST_COLUMNS:
                    raise CollectionError(f"{shown} has {len(header):,} columns; at most {_MOST_COLUMNS:,} are read.")
                continue
            if len(cells) != len(header):
                uneven.append(line + n_before)
            rows.append(tuple((cells + [""] * len(header))[: len(header)]))
            lines.append(line + n_before)
    except csv.Error as error:
        raise CollectionError(f"{shown} is not a table that can be read ({error}). Save it again as CSV.") from error
    if rows and text.count('"') % 2 and any("\n" in cell for cell in rows[-1]):
        raise CollectionError(
            f"{shown}: a quotation mark in line {lines[-1]:,} is never closed, so that all the rest is one cell. "
            "Close or remove it."
        )
    if header is None:
        raise CollectionError(f"{shown} is empty. Expected a table (CSV or TSV) with one line for each file.")
    return Table(path, _once(header), tuple(rows), tuple(lines), encoding, separator, uneven=tuple(uneven))


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Line at which each row begins, and its cells; rows without any content are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]
        line = reader.line_num + 1


def decoded(content: bytes) -> tuple[str, str]:
    """Text of a table, and in which encoding it was: UTF-8 or UTF-16 by its mark, else what its bytes can be.

    >>> decoded("Künstler;Genre".encode("utf-16"))[0], decoded("Künstler;Genre".encode("cp1252"))
    ('Künstler;Genre', ('Künstler;Genre', 'cp1252'))
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, "replace"), encoding.removesuffix("-sig")
    head = content[:4096]
    if len(head) >= 4 and head.count(0) * 3 > len(head):
        # Every second byte of what is mostly Latin letters is zero.
        encoding = "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
        return content.decode(encoding, "replace"), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace"), "cp1252"


def _once(names: Sequence[str]) -> tuple[str, ...]:
    """Column names, each once and none empty."""
    taken: list[str] = []
    for number, name in enumerate(names, start=1):
        readable = readable_name(name.strip())[:80] or f"column {number}"
        taken.append(f"{readable} ({number})" if readable in taken else readable)
    return tuple(taken)


def _plain(name: str) -> str:
    """A column's name as it is compared: small, Latin letters without accents, ``_`` between words."""
    import unicodedata

    parted = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name))
    letters = "".join(letter for letter in parted if not unicodedata.combining(letter)).casefold()
    return re.sub(r"[\W_]+", "_", letters).strip("_")


def likely_columns(table: Table, role: str) -> list[str]:
    """Columns that may be meant by a role (a field of `Columns`), the likeliest first, by their names alone."""
    by_name: dict[str, str] = {}
    for column in table.columns:
        by_name.setdefault(_plain(column), column)
    return [by_name[name] for name in _NAMES[role] if name in by_name]


def with_guesses(table: Table, asked: Columns, *, file: str, split_fits: bool) -> Columns:
    """The columns asked for, completed by guesses; `CollectionError` for a column that the table does not have.

    Parameters
    ----------
    table : Table
    asked : Columns
    file : str
        The column that names files, as found by what matches.
    split_fits : bool
        Whether what is in the likeliest column for the split are names of parts.
    """
    chosen: dict[str, str] = {}
    for role in _NAMES:
        wanted: str = getattr(asked, role)
        if wanted == NONE and role not in ("file", "genre"):
            chosen[role] = NONE
        elif wanted:
            chosen[role] = require_column(table, wanted)
        elif role == "file":
            chosen[role] = file
        elif role == "split" and not split_fits:
            chosen[role] = ""
        else:
            taken = set(chosen.values())
            chosen[role] = next((column for column in likely_columns(table, role) if column not in taken), "")
    return Columns(**chosen)


def require_column(table: Table, wanted: str) -> str:
    """The column of that name, or one that differs in capitals and signs alone, or of that number from 1."""
    if wanted in table.columns:
        return wanted
    alike = [column for column in table.columns if _plain(column) == _plain(wanted)]
    if len(alike) == 1:
        return alike[0]
    if not alike and wanted.isdecimal() and 1 <= int(wanted) <= len(table.columns):
        return table.columns[int(wanted) - 1]
    listed = ", ".join(table.columns[:30]) + (" …" if len(table.columns) > 30 else "")
    raise CollectionError(
        f"{readable_name(table.path.name)} has no column {readable_name(wanted)!r}. It has: {listed}."
    )
