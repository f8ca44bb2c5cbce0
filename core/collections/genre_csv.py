"""A mapping of genres as a CSV file that people edit: columns ``label``, ``clips``, ``artists``, ``becomes``.

Read are ``label`` and ``becomes`` alone, in any order and beside any others (`core.collections.edited_csv`). A label
stands for all its spellings. ``leave out`` in ``becomes``, or nothing, passes it over.
"""

import csv
import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.collections.edited_csv import EditedTable, as_text, as_written, read_edited, refuse_lines
from core.collections.genre_mapping import Label, genre_problem
from core.collections.genre_names import genre_key
from core.errors import CollectionError
from core.names import readable_name

LEAVE_OUT = "leave out"
"""What people write, and are shown, for a label that becomes no genre."""
MAX_BYTES = 5_000_000
_COLUMNS = ("label", "clips", "artists", "becomes")
_WHAT = "mapping"
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
        writer.writerow((as_text(label.name), label.n_clips, label.n_artists, as_text(genre)))
    return stream.getvalue()


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
    return _from_table(
        read_edited(content, what=_WHAT, columns=_COLUMNS, needed=("label", "becomes"), most=MAX_BYTES), labels
    )


def _from_table(table: EditedTable, labels: Sequence[Label]) -> MappingFile:
    n_columns = len(table.columns)
    label_at, genre_at = table.columns.index("label"), table.columns.index("becomes")
    known = {label.key for label in labels}
    becomes: dict[str, str] = {}
    lines: dict[str, int] = {}
    unknown: list[str] = []
    bad: list[str] = []
    for line, fields in table.rows:
        if len(fields) != n_columns:
            bad.append(f"line {line}: {len(fields)} fields where the first line has {n_columns}")
            continue
        label, genre = as_written(fields[label_at].strip()), typed_genre(as_written(fields[genre_at].strip()))
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
    refuse_lines(bad, what=_WHAT)
    if not becomes:
        listed = ", ".join(f"“{label.name}”" for label in labels[:3])
        raise CollectionError(
            f"No label of the mapping is one of this collection, which has {listed} … Choose the file that belongs to "
            "it. Nothing was changed."
        )
    return MappingFile(becomes=becomes, unknown=tuple(unknown))
