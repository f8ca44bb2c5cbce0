"""What people noted on the clips of a collection: ``annotations.json`` in its folder, one entry a clip.

An annotation says that a clip was left out, and why; it can also hold tags, a note, and the genre that somebody says is
right where the label is not. Excluded clips stay in the manifest and their files are never touched: they are only left
out of what is looked at and trained on, and can be taken back at any time. A correction changes no label: what uses it
is in `core.collections.corrections`. Clips are known by name, so that a rescan keeps what was noted on them.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock

from core.clips.folders import collection_folder
from core.errors import CollectionError
from core.files import damage_as, read_json, require_known_fields, require_version, storage_errors, write_json
from core.names import readable_name

_VERSION = 1
MAX_REASON = 500
MAX_TAGS = 20
MAX_TAG = 40
MAX_NOTE = 2_000
MAX_DIFFERENT_TAGS = 200
"""Of all clips of a collection together: they are chosen from a list."""
SEPARATOR = ";"
"""What parts tags where several are written as one text: no tag has it."""


@dataclass(frozen=True)
class Exclusion:
    """Why and when a clip was left out.

    Attributes
    ----------
    reason : str
        In words.
    excluded_at : float
        Unix time.
    """

    reason: str
    excluded_at: float


@dataclass(frozen=True)
class Correction:
    """What somebody says a clip is, where its label is wrong.

    Attributes
    ----------
    genre : str
        The right one.
    label : str
        Genre that the clip had then.
    corrected_at : float
        Unix time.
    """

    genre: str
    label: str
    corrected_at: float

    def __post_init__(self) -> None:
        if not self.genre.strip():
            raise CollectionError("A corrected label names the right genre; got none.")


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """What was noted on one clip.

    Attributes
    ----------
    exclusion : Exclusion or None
        None where the clip takes part.
    tags : tuple of str
        At most 20 different ones of 1 to 40 characters, none of them a semicolon.
    note : str
        At most 2,000 characters, on any number of lines.
    correction : Correction or None
        None where nobody has said that the label is wrong.
    noted_at : float or None
        Unix time at which tags or note were changed last; None where that was never, or is not known.

    Raises
    ------
    CollectionError
        Tags or note are not as described.
    """

    exclusion: Exclusion | None = None
    tags: tuple[str, ...] = ()
    note: str = ""
    correction: Correction | None = None
    noted_at: float | None = None

    def __post_init__(self) -> None:
        if len(self.tags) > MAX_TAGS:
            raise CollectionError(f"A clip has at most {MAX_TAGS} tags; got {len(self.tags)}. Remove some.")
        for tag in self.tags:
            is_bare = bool(tag) and tag == tag.strip() and SEPARATOR not in tag
            if not is_bare or len(tag) > MAX_TAG or readable_name(tag) != tag:
                raise CollectionError(
                    f"Expected a tag of 1 to {MAX_TAG} characters on one line, without spaces around it or "
                    f"“{SEPARATOR}” in it; got “{readable_name(tag)[: 2 * MAX_TAG]}”."
                )
        if len(set(self.tags)) < len(self.tags):
            raise CollectionError("A clip has each tag once; got one twice.")
        if len(self.note) > MAX_NOTE:
            raise CollectionError(f"A note has at most {MAX_NOTE:,} characters; got {len(self.note):,}. Shorten it.")
        if any(readable_name(line) != line for line in self.note.split("\n")):
            raise CollectionError("A note holds text only; got control characters. Type it anew.")

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return self.exclusion is None and self.correction is None and not self.tags and not self.note


def annotations_path(collection_id: str) -> Path:
    """The file that holds the annotations of a collection; it need not exist."""
    return collection_folder(collection_id) / "annotations.json"


def load_annotations(collection_id: str) -> Mapping[str, Annotation]:
    """Annotations by clip name, also of clips that are no longer there.

    Raises
    ------
    CollectionError
        The file is damaged.
    NewerVersionError
        A newer Genre Lab wrote it.
    """
    stamp = _stamp(collection_id)
    return {} if stamp is None else _read(*stamp)


def load_exclusions(collection_id: str) -> Mapping[str, Exclusion]:
    """Exclusions by clip name, also of clips that are no longer there; raises as `load_annotations` does."""
    stamp = _stamp(collection_id)
    return {} if stamp is None else _exclusions(*stamp)


def tags_of(annotations: Mapping[str, Annotation]) -> tuple[str, ...]:
    """All tags in use, in alphabetical order."""
    return tuple(sorted({tag for entry in annotations.values() for tag in entry.tags}, key=lambda tag: tag.casefold()))


def _stamp(collection_id: str) -> tuple[Path, int, int] | None:
    """The file as it is now: every change makes a new one."""
    path = annotations_path(collection_id)
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return path, status.st_mtime_ns, status.st_ino


@lru_cache(maxsize=16)
def _read(path: Path, modified_ns: int, inode: int) -> Mapping[str, Annotation]:
    """As the file was then. Do not modify."""
    what = f"The list of tags, notes, corrected labels and excluded clips {path}"
    with damage_as(CollectionError, what, "Delete it to restore all clips; the rest of it is then lost."):
        values = read_json(path)
        require_version(values, _VERSION, path)
        return {str(name): _from_dict(entry) for name, entry in values["clips"].items()}


@lru_cache(maxsize=16)
def _exclusions(path: Path, modified_ns: int, inode: int) -> Mapping[str, Exclusion]:
    entries = _read(path, modified_ns, inode).items()
    return {name: entry.exclusion for name, entry in entries if entry.exclusion is not None}


def _from_dict(values: Mapping[str, Any]) -> Annotation:
    # Written back as a whole: what is not known here would be lost.
    require_known_fields(Annotation, values, "What is noted on a clip")
    exclusion = values["exclusion"]
    if exclusion is not None:
        require_known_fields(Exclusion, exclusion, "An excluded clip")
    if (correction := values.get("correction")) is not None:
        require_known_fields(Correction, correction, "A corrected label")
    return Annotation(
        exclusion=None if exclusion is None else Exclusion(**exclusion),
        tags=tuple(str(tag) for tag in values["tags"]),
        note=str(values["note"]),
        correction=None if correction is None else Correction(**correction),
        noted_at=None if values.get("noted_at") is None else float(values["noted_at"]),
    )


def _to_dict(entry: Annotation) -> dict[str, Any]:
    """Plain values; a Genre Lab that knows no corrections still reads a list without any."""
    optional = ("correction", "noted_at")
    return {name: value for name, value in asdict(entry).items() if name not in optional or value is not None}


def exclude_clips(collection_id: str, reasons: Mapping[str, str], *, all_names: Iterable[str]) -> None:
    """Leave clips out; those that are out already get the new reason.

    Parameters
    ----------
    collection_id : str
    reasons : mapping of clip name to reason
    all_names : iterable of str
        Names of all clips of the collection.

    Raises
    ------
    CollectionError
        A clip is not in the collection, none would be left, or the list is damaged.
    """
    names = set(all_names)
    require_known(reasons, names)
    now = time.time()

    def exclude(kept: dict[str, Annotation]) -> None:
        for name, reason in reasons.items():
            kept[name] = replace(kept.get(name, Annotation()), exclusion=Exclusion(reason[:MAX_REASON], now))
        require_some_left(kept, names)

    change_annotations(collection_id, exclude)


def restore_clips(collection_id: str, names: Iterable[str]) -> None:
    """Take clips back, with their tags and notes; names that are not excluded are passed over."""
    wanted = set(names)

    def restore(kept: dict[str, Annotation]) -> None:
        for name in wanted & kept.keys():
            kept[name] = replace(kept[name], exclusion=None)

    change_annotations(collection_id, restore)


def require_some_left(kept: Mapping[str, Annotation], names: set[str]) -> None:
    """`CollectionError` where all clips of a collection would be left out."""
    if names <= {name for name, entry in kept.items() if entry.exclusion is not None}:
        raise CollectionError("At least one clip has to stay in the collection; restore another one first.")


def require_known(names: Iterable[str], known: set[str]) -> None:
    """`CollectionError` where one of these is no clip of the collection."""
    if unknown := sorted(set(names) - known):
        raise CollectionError(f"There is no clip {unknown[0]!r} to annotate. Rescan the collection.")


def change_annotations(collection_id: str, change: Callable[[dict[str, Annotation]], None]) -> None:
    """Let ``change`` work on the annotations while no other process writes them; where it raises, nothing is changed.

    Raises
    ------
    CollectionError
        The list is damaged.
    """
    path = annotations_path(collection_id)
    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), timeout=30):
            kept = dict(load_annotations(collection_id))
            change(kept)
            clips = {name: _to_dict(entry) for name, entry in kept.items() if not entry.is_empty}
            write_json(path, {"version": _VERSION, "clips": clips})
