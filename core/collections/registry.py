"""The one registry of collections: a manifest each, in ``data/collections/<id>/manifest.json``.

A manifest is the result of a scan. It is written atomically and read back at every visit, so that no page ever walks
a folder. The user's own files are only read.
"""

import contextlib
import json
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.clips.clip import Clip, SkippedFile, clip_facts_from_dict
from core.clips.collection import Collection
from core.clips.folders import collection_folder, listed_ids, manifest_path
from core.collections.annotations import load_exclusions
from core.collections.clip_facts import GTZAN_GENRES, known_facts
from core.errors import CollectionError, NewerVersionError
from core.features.table import features_from_dict
from core.files import damage_as, known_fields, read_json, remove_folder, require_version, write_atomically

DEMO_ID = "demo"


_MANIFEST_VERSION = 1


DEMO_TITLE = "Demo (synthetic)"


DEMO_SOURCE = "Synthesised by Genre Lab from a seed; no recording is used"


DEMO_LICENCE = "Free to use for any purpose (CC0)"


@dataclass(frozen=True)
class CollectionSummary:
    """A line of the list of collections.

    ``holds`` says what there is of its clips: ``"audio"``, or the features that it consists of. ``problem`` says why it
    cannot be opened, and is empty where it can or has not been made yet.
    """

    id: str
    title: str
    kind: str
    n_clips: int
    genres: tuple[str, ...]
    source: str
    licence: str
    synthetic: bool
    ready: bool
    n_skipped: int
    holds: str = "audio"
    problem: str = ""


def manifest_stamps() -> dict[str, int]:
    """When the manifest of each collection was last written, by id: one that is saved as it was is not written."""
    stamps = {}
    for collection_id in listed_ids():
        with contextlib.suppress(FileNotFoundError):
            stamps[collection_id] = manifest_path(collection_id).stat().st_mtime_ns
    return stamps


def save_collection(collection: Collection) -> None:
    """Write the manifest of a collection, unless it says the same already."""
    values: dict[str, Any] = {
        "version": _MANIFEST_VERSION,
        "id": collection.id,
        "title": collection.title,
        "kind": collection.kind,
        "source": collection.source,
        "licence": collection.licence,
        "synthetic": collection.synthetic,
        "root": str(collection.root),
        "clips": [
            [
                clip.name,
                clip.genre,
                None if clip.path is None else str(clip.path.relative_to(collection.root)),
                clip.duration_s,
                clip.size_bytes,
                clip.modified_ns,
            ]
            for clip in collection.clips
        ],
        "skipped": [asdict(skipped) for skipped in collection.skipped],
        # The collection's own; those built in are attached when it is read.
        "facts": {name: facts.to_dict() for name, facts in collection.facts.items()},
        "labels": {name: list(labels) for name, labels in collection.labels.items()},
        "folder": None if collection.folder is None else str(collection.folder),
        "front_ends": [front_end.to_dict() for front_end in collection.front_ends],
    }
    path = manifest_path(collection.id)
    # Without line breaks: JSON with them is written ten times slower, which tells with a hundred thousand clips.
    content = json.dumps(values, ensure_ascii=False, allow_nan=False).encode()
    if not _says(path, content):
        write_atomically(path, content)


def _says(path: Path, content: bytes) -> bool:
    """Whether a manifest is there that reads like this."""
    try:
        there = path.read_bytes()
        return there == content or bool(json.loads(there) == json.loads(content))
    except (OSError, ValueError):
        return False


@lru_cache(maxsize=32)
def _read_manifest(path: Path, modified_ns: int) -> Collection:
    """A manifest as it was at ``modified_ns``; cached, since pages ask for it at every interaction."""
    remedy = (
        "Get the demo again on Collections: its clips are still there, only the manifest is written again."
        if path.parent.name == DEMO_ID
        else "Remove it on Collections and import its folder or file again; none of your files is lost."
    )
    with damage_as(CollectionError, f"The manifest {path}", remedy):
        values = read_json(path)
        require_version(values, _MANIFEST_VERSION, path)
        root = Path(values["root"])
        clips = tuple(
            Clip(name, genre, None if relative is None else root / relative, duration_s, size_bytes, modified)
            for name, genre, relative, duration_s, size_bytes, modified in values["clips"]
        )
        skipped = tuple(SkippedFile(**known_fields(SkippedFile, entry)) for entry in values["skipped"])
        plain = {key: values[key] for key in ("id", "title", "kind", "source", "licence", "synthetic")}
        # Manifests written before there were facts, labels, or features that are brought, have none of them.
        own = {name: clip_facts_from_dict(facts) for name, facts in values.get("facts", {}).items()}
        facts = known_facts(clips, own, built_in=not values["synthetic"])
        labels = {name: tuple(map(str, found)) for name, found in values.get("labels", {}).items()}
        folder = None if values.get("folder") is None else Path(values["folder"])
        front_ends = tuple(features_from_dict(entry) for entry in values.get("front_ends", []))
        return Collection(
            **plain,
            root=root,
            clips=clips,
            skipped=skipped,
            facts=facts,
            labels=labels,
            folder=folder,
            front_ends=front_ends,
        )


def load_collection(collection_id: str, *, with_excluded: bool = False) -> Collection:
    """The collection of that id.

    Parameters
    ----------
    collection_id : str
    with_excluded : bool
        Whether clips that were excluded (`core.collections.annotations`) are among its clips.

    Raises
    ------
    CollectionError
        Unknown, not made yet (demo), or its manifest or its annotations are damaged.
    NewerVersionError
        A newer Genre Lab wrote them.

    Examples
    --------
    >>> from core.collections.registry import list_collections, load_collection
    >>> ids = [summary.id for summary in list_collections() if summary.ready]
    >>> load_collection(ids[0]).genres
    ('bass', 'hiss', 'treble')
    """
    path = manifest_path(collection_id)
    try:
        modified_ns = path.stat().st_mtime_ns
    except FileNotFoundError:
        if collection_id == DEMO_ID:
            raise CollectionError("The demo collection has not been made yet. Get it on Collections.") from None
        raise CollectionError(f"There is no collection {collection_id!r}. Choose one on Collections.") from None
    if with_excluded or not (excluded := frozenset(load_exclusions(collection_id))):
        return _read_manifest(path, modified_ns)
    return _without(path, modified_ns, excluded)


@lru_cache(maxsize=8)
def _without(path: Path, modified_ns: int, excluded: frozenset[str]) -> Collection:
    collection = _read_manifest(path, modified_ns)
    return replace(collection, clips=tuple(clip for clip in collection.clips if clip.name not in excluded))


def known_title(collection_id: str) -> str:
    """What a collection is called now; empty where there is none, or it cannot be read."""
    try:
        return load_collection(collection_id).title if is_ready(collection_id) else ""
    except (CollectionError, NewerVersionError):
        return ""


def is_ready(collection_id: str) -> bool:
    """Whether the collection can be loaded."""
    return manifest_path(collection_id).exists()


def list_collections() -> tuple[CollectionSummary, ...]:
    """All collections, the demo first (also before it is made), then by title.

    One that is damaged, or of a newer version, is listed with ``ready`` False, its title saying so.
    """
    summaries = []
    if not is_ready(DEMO_ID):
        summaries.append(
            CollectionSummary(DEMO_ID, DEMO_TITLE, "demo", 0, GTZAN_GENRES, DEMO_SOURCE, DEMO_LICENCE, True, False, 0)
        )
    for collection_id in listed_ids():
        try:
            collection = load_collection(collection_id)
        except (CollectionError, NewerVersionError) as error:
            title = DEMO_TITLE if collection_id == DEMO_ID else collection_id
            why = "of a newer version" if isinstance(error, NewerVersionError) else "damaged"
            kind = "demo" if collection_id == DEMO_ID else "folder"
            summaries.append(
                CollectionSummary(
                    collection_id, f"{title} ({why})", kind, 0, (), "", "", False, False, 0, problem=str(error)
                )
            )
            continue
        summaries.append(
            CollectionSummary(
                collection.id,
                collection.title,
                collection.kind,
                len(collection.clips),
                collection.genres,
                collection.source,
                collection.licence,
                collection.synthetic,
                True,
                len(collection.skipped),
                holds=holdings(collection),
            )
        )
    return tuple(sorted(summaries, key=lambda summary: (summary.id != DEMO_ID, summary.title.lower(), summary.id)))


def holdings(collection: Collection) -> str:
    """What there is of a collection's clips, in few words: ``"audio"``, ``"57 features"``, ``"spectrograms"``."""
    if collection.has_audio:
        return "audio"
    named = []
    for front_end in collection.front_ends:
        n = len(front_end.names)
        named.append(f"{n:,} feature{'' if n == 1 else 's'}" if front_end.is_numeric else "spectrograms")
    return ", ".join(dict.fromkeys(named))


def forget_collection(collection_id: str) -> None:
    """Remove a collection's folder with everything in it; the sound files stay."""
    remove_folder(collection_folder(collection_id))
