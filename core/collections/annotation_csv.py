"""What people said of the clips of a collection as a CSV file, to keep, to edit and to bring back.

Columns ``clip``, ``label``, ``right_genre``, ``tags`` (semicolons between them), ``note``, ``excluded`` (why), and when
each was said. Read are ``clip`` and those of ``right_genre``, ``tags``, ``note`` and ``excluded`` that are there, in
any order and beside any others (`core.collections.edited_csv`): what they say takes the place of what was said of that
clip, and an empty field takes it away. Clips that are not in the file stay as they are.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.clips.collection import Collection
from core.collections.annotation_changes import Words, right_genre, typed_note, typed_tags, words_problem
from core.collections.annotations import SEPARATOR, Annotation, tags_of
from core.collections.edited_csv import as_text, as_written, read_edited, refuse_lines
from core.errors import CollectionError
from core.names import readable_name

MAX_BYTES = 20_000_000
_TIMES = ("noted_at", "corrected_at", "excluded_at")
COLUMNS = ("clip", "label", "right_genre", "tags", "note", "excluded", *_TIMES)
_READ = ("right_genre", "tags", "note", "excluded")
_NOT_OUT = ("", "no", "false", "0")
_WHAT = "list of annotations"
_LONGEST = 80


def annotations_csv(whole: Collection, annotations: Mapping[str, Annotation]) -> str:
    """The file, a line for each clip of which something is said.

    Parameters
    ----------
    whole : Collection
        With its excluded clips; annotations of others are passed over.
    annotations : mapping of clip name to Annotation
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for clip in whole.clips:
        if (entry := annotations.get(clip.name)) is None:
            continue
        out, correction = entry.exclusion, entry.correction
        words = (
            *(clip.name, clip.genre, right_genre(entry), f"{SEPARATOR} ".join(entry.tags), entry.note),
            "" if out is None else out.reason,
        )
        times = (
            entry.noted_at,
            None if correction is None else correction.corrected_at,
            None if out is None else out.excluded_at,
        )
        writer.writerow((*map(as_text, words), *map(_time, times)))
    return stream.getvalue()


def _time(unix_s: float | None) -> str:
    return "" if unix_s is None else datetime.fromtimestamp(unix_s, UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, kw_only=True)
class AnnotationFile:
    """What a file says.

    Attributes
    ----------
    words : dict of str to Words
        By clip name; clips of the collection only.
    unknown : tuple of str
        Clips that the collection does not have, as ``line 7: “blues.00001”``.
    """

    words: dict[str, Words]
    unknown: tuple[str, ...]


def read_annotations_csv(content: bytes, whole: Collection, annotations: Mapping[str, Annotation]) -> AnnotationFile:
    """What a file says of these clips.

    Parameters
    ----------
    content : bytes
    whole : Collection
        With its excluded clips.
    annotations : mapping of clip name to Annotation
        Those there are: tags that differ in capitals only are the same.

    Raises
    ------
    CollectionError
        It is no such file, or lines of it cannot be used, each of which is named; or no clip is the collection's.
    """
    table = read_edited(content, what=_WHAT, columns=COLUMNS, needed=("clip",), most=MAX_BYTES)
    places = {column: table.columns.index(column) for column in ("clip", *_READ) if column in table.columns}
    if len(places) == 1 or any(table.columns.count(column) > 1 for column in places):
        found = readable_name(", ".join(table.columns))[:_LONGEST]
        raise CollectionError(
            f"Expected a {_WHAT} with at least one of the columns {', '.join(_READ)} beside clip, each once; got "
            f"“{found}”. Nothing was changed."
        )
    genres, tags = set(whole.genres), tags_of(annotations)
    words: dict[str, Words] = {}
    lines: dict[str, int] = {}
    unknown: list[str] = []
    bad: list[str] = []
    for line, row in table.rows:
        if len(row) != len(table.columns):
            bad.append(f"line {line}: {len(row)} fields where the first line has {len(table.columns)}")
            continue
        given = {column: as_written(row[place].strip()) for column, place in places.items()}
        name = given.pop("clip")
        shown = readable_name(name)[:_LONGEST]
        said = _words(given, tags)
        if name not in whole.by_name:
            unknown.append(f"line {line}: “{shown}”")
        elif problem := words_problem(said, genres):
            bad.append(f"line {line}: {problem}")
        elif words.setdefault(name, said) != said:
            bad.append(f"line {line}: “{shown}” is on line {lines[name]} already, and something else is said there")
        lines.setdefault(name, line)
        tags = tuple(dict.fromkeys([*tags, *(said.tags or ())]))
    refuse_lines(bad, what=_WHAT)
    if not words:
        raise CollectionError(
            f"No clip of the {_WHAT} is one of {whole.title}, which has “{next(iter(whole.by_name), '')}” …. Choose "
            "the file that belongs to it. Nothing was changed."
        )
    return AnnotationFile(words=words, unknown=tuple(unknown))


def _words(given: Mapping[str, str], tags: Sequence[str]) -> Words:
    """What the fields of a line say."""
    excluded = given.get("excluded")
    return Words(
        tags=None if "tags" not in given else typed_tags([given["tags"]], known=tags),
        note=None if "note" not in given else typed_note(given["note"]),
        genre=given.get("right_genre"),
        excluded=None if excluded is None else "" if excluded.casefold() in _NOT_OUT else excluded,
    )
