"""A person's own split: a CSV file with a line for each clip, kept by its content.

The file is in UTF-8 and has the columns ``clip`` and ``part``, with commas, semicolons or tabs between them; others are
passed over. A part is ``train``, ``validation`` (or ``valid``, ``val``) or ``test``; clips marked ``excluded``, or on
no line, take no part. What was brought is kept as it came in the collection's folder, ``splits/<SHA-256>.csv``, so
that a run can name it.
"""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.audio.formats import AUDIO_EXTENSIONS
from core.clips.folders import collection_folder
from core.errors import SplitError
from core.files import separator_of, write_atomically
from core.names import readable_name

MAX_BYTES = 20_000_000
_MAX_NAME = 200
_WORDS = {"train": "train", "validation": "validation", "valid": "validation", "val": "validation", "test": "test"}
_EXCLUDED = ("excluded", "")


@dataclass(frozen=True)
class SplitFile:
    """A stored split file.

    Attributes
    ----------
    id : str
        SHA-256 of its content, in hexadecimal digits.
    name : str
        What it was called.
    n_by_part : dict of str to int
        Clips of the collection in ``train``, ``validation`` and ``test``.
    unknown : tuple of str
        Clips that it names and the collection does not have.
    """

    id: str
    name: str
    n_by_part: dict[str, int]
    unknown: tuple[str, ...]


def keep_split_file(collection_id: str, clip_names: Iterable[str], content: bytes, *, name: str) -> SplitFile:
    """Check a split file and keep it with the collection.

    Parameters
    ----------
    collection_id : str
    clip_names : iterable of str
        Of the whole collection.
    content : bytes
        Of the file, as it came.
    name : str
        What it is called, for people.

    Raises
    ------
    SplitError
        It cannot be read, names no clip of the collection, or has no clip to learn from or to test.
    StorageError
        It cannot be kept.
    """
    known = set(clip_names)
    given = parse_parts(content)
    parts = {found: part for clip, part in given.items() if (found := _in_collection(clip, known))}
    unknown = tuple(clip for clip in given if not _in_collection(clip, known))
    if not parts:
        raise SplitError(
            f"None of the {len(given):,} clips in the file is in this collection: the file's first is "
            f"{readable_name(next(iter(given)))!r}, this collection has {sorted(known)[0] if known else 'none'!r}. "
            "Expected names without folder in the column clip, such as blues.00000."
        )
    counts = {part: sum(each == part for each in parts.values()) for part in ("train", "validation", "test")}
    for part in ("train", "test"):
        if not counts[part]:
            raise SplitError(f"No clip of this collection is marked {part} in the file. Mark some in the column part.")
    digest = hashlib.sha256(content).hexdigest()
    write_atomically(_path(collection_id, digest), content)
    return SplitFile(digest, readable_name(name)[:_MAX_NAME], counts, unknown)


def load_parts(collection_id: str, file_id: str, clip_names: Iterable[str]) -> dict[str, str]:
    """Part of each clip that a kept file names and the collection has; clips in no part are missing.

    Raises
    ------
    SplitError
        The file is not there any more, or damaged.
    """
    path = _path(collection_id, file_id)
    try:
        status = path.stat()
    except OSError as error:
        raise SplitError(
            f"The split file {path.name[:12]}… is not stored with this collection on this machine. Upload it again."
        ) from error
    given = _read(path, file_id, status.st_mtime_ns)
    known = set(clip_names)
    return {found: part for clip, part in given.items() if (found := _in_collection(clip, known))}


@lru_cache(maxsize=8)
def _read(path: Path, file_id: str, modified_ns: int) -> dict[str, str]:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != file_id:
        raise SplitError(f"The split file {path} has been changed since it was uploaded. Upload the original again.")
    return parse_parts(content)


def _path(collection_id: str, file_id: str) -> Path:
    return collection_folder(collection_id) / "splits" / f"{file_id}.csv"


def parse_parts(content: bytes) -> dict[str, str]:
    """Part of each clip, ``"train"``, ``"validation"`` or ``"test"``; excluded clips are left out.

    Raises
    ------
    SplitError
        Too large, not UTF-8, not CSV, without the two columns, a clip twice, or a word that is no part, with the line.
    """
    if len(content) > MAX_BYTES:
        raise SplitError(f"The split file is larger than {MAX_BYTES / 1e6:.0f} MB; expected one line per clip.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SplitError("The split file is not UTF-8 text; save it as CSV in UTF-8.") from error
    lines = text.splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=separator_of(lines[0]) if lines else ",", strict=True)
    try:
        header = [column.strip().lower() for column in next(reader, [])]
        if "clip" not in header or "part" not in header:
            found = readable_name(", ".join(header))[:_MAX_NAME] or "an empty line"
            raise SplitError(f"Expected the columns clip and part in the first line of the split file, got {found}.")
        clip_place, part_place = header.index("clip"), header.index("part")
        parts: dict[str, str] = {}
        seen: set[str] = set()
        for row in reader:
            if row:
                _take(row, clip_place, part_place, reader.line_num, parts, seen)
    except csv.Error as error:
        raise SplitError(f"Line {reader.line_num} of the split file is not CSV ({error}).") from error
    if not parts:
        raise SplitError("The split file assigns no clip to train, validation or test.")
    return parts


def _take(row: list[str], clip_place: int, part_place: int, line: int, parts: dict[str, str], seen: set[str]) -> None:
    if len(row) <= max(clip_place, part_place):
        raise SplitError(f"Line {line} of the split file: expected clip and part, got {len(row)} fields.")
    clip, word = row[clip_place].strip(), row[part_place].strip().lower()
    shown = readable_name(clip)[:_MAX_NAME]
    if not clip:
        raise SplitError(f"Line {line} of the split file names no clip.")
    if clip in seen:
        raise SplitError(f"Line {line} of the split file names {shown} again; expected one line per clip.")
    seen.add(clip)
    if word in _WORDS:
        parts[clip] = _WORDS[word]
    elif word not in _EXCLUDED:
        raise SplitError(
            f"Line {line} of the split file: expected train, validation, test or excluded for {shown}, got "
            f"{readable_name(word)[:40]!r}."
        )


def _in_collection(clip: str, known: set[str]) -> str | None:
    if clip in known:
        return clip
    stem, dot, extension = clip.rpartition(".")
    return stem if f"{dot}{extension}".lower() in AUDIO_EXTENSIONS and stem in known else None
