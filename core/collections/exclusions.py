"""Clips that a person left out of a collection: ``data/collections/exclusions/<id>.json``.

Excluded clips stay in the manifest and their files are never touched: they are only left out of what is looked at and
trained on, and can be taken back at any time. They are known by name, so that a rescan keeps them left out.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from filelock import FileLock

from core.errors import CollectionError
from core.files import write_json
from core.settings import load_settings

_VERSION = 1
_MAX_REASON = 500


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


def exclusions_path(collection_id: str) -> Path:
    """The file that holds the exclusions of a collection; it need not exist."""
    return load_settings().data_dir / "collections" / "exclusions" / f"{collection_id}.json"


def load_exclusions(collection_id: str) -> Mapping[str, Exclusion]:
    """Exclusions by clip name, also of clips that are no longer there.

    Raises
    ------
    CollectionError
        The file is damaged.
    """
    path = exclusions_path(collection_id)
    try:
        status = path.stat()
    except FileNotFoundError:
        return {}
    return _read(path, status.st_mtime_ns, status.st_ino)


@lru_cache(maxsize=16)
def _read(path: Path, modified_ns: int, inode: int) -> Mapping[str, Exclusion]:
    """As the file was then; every change makes a new file. Do not modify."""
    try:
        values = json.loads(path.read_bytes())
        if values["version"] != _VERSION:
            raise ValueError(f"version {values['version']!r}")
        return {str(name): Exclusion(**entry) for name, entry in values["clips"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CollectionError(
            f"The list of excluded clips {path} is damaged ({error}). Delete it to restore all clips."
        ) from error


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
    if unknown := sorted(set(reasons) - names):
        raise CollectionError(f"There is no clip {unknown[0]!r} to exclude. Rescan the collection.")
    with _changing(collection_id):
        kept = dict(load_exclusions(collection_id))
        if names <= kept.keys() | reasons.keys():
            raise CollectionError("At least one clip has to stay in the collection; restore another one first.")
        now = time.time()
        kept |= {name: Exclusion(reason[:_MAX_REASON], now) for name, reason in reasons.items()}
        _write(collection_id, kept)


def restore_clips(collection_id: str, names: Iterable[str]) -> None:
    """Take clips back; names that are not excluded are passed over."""
    with _changing(collection_id):
        gone = set(names)
        kept = {name: entry for name, entry in load_exclusions(collection_id).items() if name not in gone}
        _write(collection_id, kept)


def forget_exclusions(collection_id: str) -> None:
    """Remove the list of a collection that is forgotten."""
    exclusions_path(collection_id).unlink(missing_ok=True)


def _changing(collection_id: str) -> FileLock:
    path = exclusions_path(collection_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(path.with_suffix(".lock"), timeout=30)


def _write(collection_id: str, entries: Mapping[str, Exclusion]) -> None:
    values = {name: asdict(entry) for name, entry in entries.items()}
    write_json(exclusions_path(collection_id), {"version": _VERSION, "clips": values})
