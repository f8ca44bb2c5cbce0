"""A mapping of genres as a CSV file that people edit: columns ``label``, ``clips``, ``artists``, ``becomes``.

Read are ``label`` and ``becomes`` alone, in any order and beside any others, with commas, semicolons or tabs between
them, in UTF-8 or, as Excel's "Unicode text", UTF-16. A label stands for all its spellings. ``leave out`` in
``becomes``, or nothing, passes it over. A file of which one line cannot be used changes nothing.
"""

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.collections.genre_mapping import Label, genre_problem
from core.collections.genre_names import genre_key
from core.errors import CollectionError
from core.files import separator_of
from core.names import readable_name

LEAVE_OUT = "leave out"
"""What people write, and are shown, for a label that becomes no genre."""
MAX_BYTES = 5_000_000
_COLUMNS = ("label", "clips", "artists", "becomes")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST_LINES = 20
_LONGEST = 80


def typed_genre(text: str) -> str:
    """The genre that somebody typed: in composed letters, without blanks around it; empty for ``leave out``."""
    genre = unicodedata.normalize("NFC", text).strip()
    return "" if genre.casefold() == LEAVE_OUT else genre


def mapping_csv(labels: Sequence[Label], becomes: Mapping[str, str]) -> str:
    """The file, a line for each label.

    Parameters
    ----------
    labels : sequence of Label
    becomes : mapping of str to str
        Genre by key of the label, empty where it is passed over.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for label in labels:
        genre = becomes[label.key] or LEAVE_OUT
        writer.writerow((_as_text(label.name), label.n_clips, label.n_artists, _as_text(genre)))
    return stream.getvalue()


def _as_text(value: str) -> str:
    """A text that no spreadsheet runs as a formula (OWASP, *CSV Injection*)."""
    return f"'{value}" if value.startswith(_STARTS_A_FORMULA) else value


def _as_written(value: str) -> str:
    return value[1:] if value.startswith("'") and value[1:].startswith(_STARTS_A_FORMULA) else value


@dataclass(frozen=True, kw_only=True)
class MappingFile:
    """What a file says.

    Attributes
    ----------
    becomes : dict of str to str
        Genre by key of the label, empty where it is passed over; labels of the collection only.
    unknown : tuple of str
        Labels that the collection does not have, as ``line 7: “Polka”``: the file may be of another collection.
    """

    becomes: dict[str, str]
    unknown: tuple[str, ...]


def read_mapping_csv(content: bytes, labels: Sequence[Label]) -> MappingFile:
    """What a file says of these labels.

    Raises
    ------
    CollectionError
        It is no such file, or lines of it cannot be used, each of which is named; or no label is the collection's.
    """
    lines = _text(content).splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=separator_of(lines[0]) if lines else ",", strict=True)
    rows: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for fields in reader:
            if any(field.strip() for field in fields):
                rows.append((start, fields))
            start = reader.line_num + 1
    except csv.Error as error:
        raise CollectionError(f"Line {start} of the mapping is no CSV ({error}). Nothing was changed.") from error
    if not rows:
        raise CollectionError(f"The mapping is empty. Expected the columns {', '.join(_COLUMNS)}, a line a label.")
    header = [field.strip().casefold() for field in rows[0][1]]
    if header.count("label") != 1 or header.count("becomes") != 1:
        found = readable_name(", ".join(header))[:_LONGEST]
        raise CollectionError(
            f"Expected a mapping with the columns label and becomes in its first line, each once; got “{found}”. "
            "Export one to see what it looks like. Nothing was changed."
        )
    return _from_rows(rows[1:], len(header), header.index("label"), header.index("becomes"), labels)


def _from_rows(
    rows: Sequence[tuple[int, list[str]]], n_columns: int, label_at: int, genre_at: int, labels: Sequence[Label]
) -> MappingFile:
    known = {label.key for label in labels}
    becomes: dict[str, str] = {}
    lines: dict[str, int] = {}
    unknown: list[str] = []
    bad: list[str] = []
    for line, fields in rows:
        if len(fields) != n_columns:
            bad.append(f"line {line}: {len(fields)} fields where the first line has {n_columns}")
            continue
        label, genre = _as_written(fields[label_at].strip()), typed_genre(_as_written(fields[genre_at].strip()))
        key = genre_key(label)
        shown = readable_name(label)[:_LONGEST]
        if not label:
            bad.append(f"line {line}: no label")
        elif genre != label and (problem := genre_problem(genre)):
            bad.append(f"line {line}: {problem}")
        elif key not in known:
            unknown.append(f"line {line}: “{shown}”")
        elif becomes.setdefault(key, genre) != genre:
            bad.append(f"line {line}: “{shown}” is on line {lines[key]} already, and becomes something else there")
        lines.setdefault(key, line)
    if bad:
        further = f"; and {len(bad) - _MOST_LINES:,} further lines" if len(bad) > _MOST_LINES else ""
        raise CollectionError(
            f"{len(bad):,} line{'' if len(bad) == 1 else 's'} of the mapping cannot be used: "
            f"{'; '.join(bad[:_MOST_LINES])}{further}. Nothing was changed."
        )
    if not becomes:
        listed = ", ".join(f"“{label.name}”" for label in labels[:3])
        raise CollectionError(
            f"No label of the mapping is one of this collection, which has {listed} … Choose the file that belongs to "
            "it. Nothing was changed."
        )
    return MappingFile(becomes=becomes, unknown=tuple(unknown))


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise CollectionError(f"The mapping is larger than {MAX_BYTES / 1e6:.0f} MB; expected a line for each label.")
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise CollectionError(
            "The mapping is not UTF-8 text. Save it as “CSV UTF-8” (Excel), or as CSV in UTF-8. Nothing was changed."
        ) from None
