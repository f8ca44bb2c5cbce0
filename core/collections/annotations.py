"""What people noted on the clips of a collection: ``annotations.json`` in its folder, one entry a clip.

An annotation says that a clip was left out, and why; it can also hold tags and a note. Excluded clips stay in the
manifest and their files are never touched: they are only left out of what is looked at and trained on, and can be taken
back at any time. Clips are known by name, so that a rescan keeps what was noted on them.
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
_MAX_REASON = 500
MAX_TAGS = 20
MAX_TAG = 40
MAX_NOTE = 2_000


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


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """What was noted on one clip.

    Attributes
    ----------
    exclusion : Exclusion or None
        None where the clip takes part.
    tags : tuple of str
        At most 20 different ones of 1 to 40 characters.
    note : str
        At most 2,000 characters, on any number of lines.

    Raises
    ------
    CollectionError
        Tags or note are not as described.
    """

    exclusion: Exclusion | None = None
    tags: tuple[str, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        if len(self.tags) > MAX_TAGS:
            raise CollectionError(f"A clip has at most {MAX_TAGS} tags; got {len(self.tags)}. Remove some.")
        for tag in self.tags:
            if not tag.strip() or tag != tag.strip() or len(tag) > MAX_TAG or readable_name(tag) != tag:
                raise CollectionError(
                    f"Expected a tag of 1 to {MAX_TAG} characters on one line, without spaces around it; got "
                    f"“{readable_name(tag)[: 2 * MAX_TAG]}”."
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
        return self == Annotation()


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
    what = f"The list of tags, notes and excluded clips {path}"
    with damage_as(CollectionError, what, "Delete it to restore all clips; tags and notes are then lost."):
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
    return Annotation(
        exclusion=None if exclusion is None else Exclusion(**exclusion),
        tags=tuple(str(tag) for tag in values["tags"]),
        note=str(values["note"]),
    )


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
    _require_known(reasons, names)
    now = time.time()

    def exclude(kept: dict[str, Annotation]) -> None:
        if names <= {name for name, entry in kept.items() if entry.exclusion is not None} | reasons.keys():
            raise CollectionError("At least one clip has to stay in the collection; restore another one first.")
        for name, reason in reasons.items():
            exclusion = Exclusion(reason[:_MAX_REASON], now)
            kept[name] = replace(kept.get(name, Annotation()), exclusion=exclusion)

    _change(collection_id, exclude)


def restore_clips(collection_id: str, names: Iterable[str]) -> None:
    """Take clips back, with their tags and notes; names that are not excluded are passed over."""
    wanted = set(names)

    def restore(kept: dict[str, Annotation]) -> None:
        for name in wanted & kept.keys():
            kept[name] = replace(kept[name], exclusion=None)

    _change(collection_id, restore)


def describe_clips(
    collection_id: str,
    names: Iterable[str],
    *,
    all_names: Iterable[str],
    tags: Iterable[str] | None = None,
    note: str | None = None,
) -> None:
    """Give clips tags and a note in place of those they have; whether they are excluded stays as it is.

    Parameters
    ----------
    collection_id : str
    names : iterable of str
    all_names : iterable of str
        Names of all clips of the collection.
    tags : iterable of str, optional
        Left as they are when not given.
    note : str, optional
        Left as it is when not given.

    Raises
    ------
    CollectionError
        A clip is not in the collection, tags or note are not as in `Annotation`, or the list is damaged.
    """
    wanted = tuple(names)
    _require_known(wanted, set(all_names))
    changes: dict[str, Any] = {} if tags is None else {"tags": tuple(tags)}
    if note is not None:
        changes["note"] = note

    def describe(kept: dict[str, Annotation]) -> None:
        for name in wanted:
            kept[name] = replace(kept.get(name, Annotation()), **changes)

    _change(collection_id, describe)


def _require_known(names: Iterable[str], known: set[str]) -> None:
    if unknown := sorted(set(names) - known):
        raise CollectionError(f"There is no clip {unknown[0]!r} to annotate. Rescan the collection.")


def _change(collection_id: str, change: Callable[[dict[str, Annotation]], None]) -> None:
    """Let ``change`` work on the annotations while no other process writes them."""
    path = annotations_path(collection_id)
    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), timeout=30):
            kept = dict(load_annotations(collection_id))
            change(kept)
            clips = {name: asdict(entry) for name, entry in kept.items() if not entry.is_empty}
            write_json(path, {"version": _VERSION, "clips": clips})
