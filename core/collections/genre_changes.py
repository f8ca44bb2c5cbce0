"""Changing what the labels of a collection become: saved, taken back, or as written again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from filelock import FileLock

from core.clips.collection import Collection
from core.clips.folders import manifest_path
from core.collections.genre_mapping import (
    GenreMapping,
    KeptMapping,
    Label,
    find_labels,
    keep_mapping,
    load_kept_mapping,
    map_genres,
    mapping_path,
)
from core.collections.genre_names import genre_key
from core.collections.registry import load_collection, manifest_stamps
from core.errors import CollectionError
from core.files import storage_errors

_MOST_NAMED = 3


def labels_of(collection_id: str) -> tuple[Label, ...]:
    """The labels of a collection as written, the commonest first; raises as `load_collection`."""
    as_written = load_collection(collection_id, as_written=True)
    stamp = manifest_stamps().get(collection_id, 0)
    return _labels(manifest_path(collection_id), stamp, _Held(as_written))


@dataclass(frozen=True)
class _Held:
    """A collection that is no part of the key under which something is kept."""

    collection: Collection = field(compare=False)


@lru_cache(maxsize=16)
def _labels(path: Path, modified_ns: int, held: _Held) -> tuple[Label, ...]:
    return find_labels(held.collection)


def mapping_of(labels: tuple[Label, ...], becomes: Mapping[str, str], *, like: GenreMapping | None) -> GenreMapping:
    """A mapping of these labels.

    Parameters
    ----------
    labels : tuple of Label
        Of the collection.
    becomes : mapping of str to str
        Genre by key of the label; one that is not in it keeps what it becomes now.
    like : GenreMapping or None
        The one in force: its rules stay, and what it says of labels that are not there at the moment.
    """
    known = like or GenreMapping()
    here = {label.key for label in labels}
    now = what_labels_become(labels, like) | dict(becomes)
    gone = [(label, genre) for label, genre in known.becomes if genre_key(label) not in here]
    return GenreMapping(
        becomes=(*((label.name, now[label.key]) for label in labels), *gone),
        several=known.several,
        min_clips=known.min_clips,
    )


def what_labels_become(labels: tuple[Label, ...], mapping: GenreMapping | None) -> dict[str, str]:
    """Genre of each label by its key: of the mapping, else the label's own name; empty where it is passed over."""
    known = {} if mapping is None else mapping.by_key
    return {label.key: known.get(label.key, label.name) for label in labels}


def proposals(labels: tuple[Label, ...]) -> dict[str, str]:
    """What the list of synonyms proposes, by key of the label."""
    return {label.key: label.proposal for label in labels if label.proposal is not None}


def alike(genres: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """Genres of a collection that are spellings of one another, and so probably meant as one."""
    by_key: dict[str, list[str]] = {}
    for genre in genres:
        by_key.setdefault(genre_key(genre), []).append(genre)
    return tuple(tuple(names) for names in by_key.values() if len(names) > 1)


def save_mapping(collection_id: str, mapping: GenreMapping | None, *, replacing: GenreMapping | None) -> Collection:
    """Put a mapping in force, or, with None, the genres as they are written; the one before is kept to go back to.

    Parameters
    ----------
    collection_id : str
    mapping : GenreMapping or None
    replacing : GenreMapping or None
        The one that was in force when this one was made.

    Returns
    -------
    Collection
        As it is now.

    Raises
    ------
    CollectionError
        It would leave no clip, or somebody else has changed the mapping since.
    """
    as_written = load_collection(collection_id, as_written=True)
    if mapping is not None:
        _require_clips(map_genres(as_written, mapping))
    with _locked(collection_id):
        kept = load_kept_mapping(collection_id)
        if kept.now != replacing:
            raise CollectionError(
                "Somebody else has changed what these labels become since you began. Look at the table as it is now, "
                "and save again."
            )
        if kept.now != mapping:
            keep_mapping(collection_id, KeptMapping(now=mapping, before=kept.now))
    return load_collection(collection_id)


def undo_mapping(collection_id: str) -> Collection:
    """Put the mapping before the last change in force again; a second time takes that back."""
    as_written = load_collection(collection_id, as_written=True)
    with _locked(collection_id):
        kept = load_kept_mapping(collection_id)
        if kept.before is not None:
            _require_clips(map_genres(as_written, kept.before))
        keep_mapping(collection_id, KeptMapping(now=kept.before, before=kept.now))
    return load_collection(collection_id)


def _require_clips(mapped: Collection) -> None:
    if not mapped.clips:
        named = "; ".join(f"{file.name}: {file.reason}" for file in mapped.left_out[:_MOST_NAMED])
        raise CollectionError(
            f"That would leave no clip of {mapped.title}. Let at least one label become a genre of enough clips. "
            f"Left out would be {named}{' …' if len(mapped.left_out) > _MOST_NAMED else ''}."
        )


@contextmanager
def _locked(collection_id: str) -> Iterator[None]:
    path = mapping_path(collection_id)
    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), timeout=30):
            yield
