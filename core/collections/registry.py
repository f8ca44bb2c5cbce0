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
from core.clips.passages import Passage, excerpting_from_dict
from core.collections.annotations import load_exclusions
from core.collections.clip_facts import GTZAN_GENRES, known_facts
from core.collections.corrections import Corrected
from core.collections.genre_mapping import GenreMapping, load_mapping, map_genres
from core.errors import CollectionError, NewerVersionError
from core.features.table import features_from_dict
from core.files import damage_as, known_fields, read_json, remove_folder, require_version, write_atomically

DEMO_ID = "demo"


_MANIFEST_VERSION, _WITH_PASSAGES = 1, 2
"""Of a manifest whose clips are whole files, and of one with passages of files: the first reads as it ever did."""


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
    has_passages = any(clip.passage is not None for clip in collection.clips)
    values: dict[str, Any] = {
        "version": _WITH_PASSAGES if has_passages else _MANIFEST_VERSION,
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
                *(() if clip.passage is None else (clip.passage.song, clip.passage.start_s, clip.passage.file_s)),
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
    if collection.excerpting is not None:
        values["excerpting"] = collection.excerpting.to_dict()
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


def _clip(
    root: Path,
    name: str,
    genre: str,
    relative: str | None,
    duration_s: float,
    size_bytes: int,
    modified_ns: int,
    *passage: Any,
) -> Clip:
    """A clip by its row of a manifest, which is longer for a passage of a file."""
    path = None if relative is None else root / relative
    if not passage:
        return Clip(name, genre, path, duration_s, size_bytes, modified_ns)
    song, start_s, file_s = passage
    return Clip(name, genre, path, duration_s, size_bytes, modified_ns, passage=Passage(song, start_s, file_s))


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
        require_version(values, _WITH_PASSAGES if values["version"] == _WITH_PASSAGES else _MANIFEST_VERSION, path)
        root = Path(values["root"])
        clips = tuple(_clip(root, *row) for row in values["clips"])
        skipped = tuple(SkippedFile(**known_fields(SkippedFile, entry)) for entry in values["skipped"])
        plain = {key: values[key] for key in ("id", "title", "kind", "source", "licence", "synthetic")}
        # Manifests written before there were facts, labels, or features that are brought, have none of them.
        own = {name: clip_facts_from_dict(facts) for name, facts in values.get("facts", {}).items()}
        facts = known_facts(clips, own, built_in=not values["synthetic"])
        labels = {name: tuple(map(str, found)) for name, found in values.get("labels", {}).items()}
        folder = None if values.get("folder") is None else Path(values["folder"])
        front_ends = tuple(features_from_dict(entry) for entry in values.get("front_ends", []))
        excerpting = excerpting_from_dict(values["excerpting"]) if "excerpting" in values else None
        return Collection(
            **plain,
            root=root,
            clips=clips,
            skipped=skipped,
            facts=facts,
            labels=labels,
            excerpting=excerpting,
            folder=folder,
            front_ends=front_ends,
        )


def load_collection(
    collection_id: str, *, with_excluded: bool = False, as_written: bool = False, corrected: Corrected = ()
) -> Collection:
    """The collection of that id, with the genres that its labels become (`core.collections.genre_mapping`).

    Parameters
    ----------
    collection_id : str
    with_excluded : bool
        Whether clips that were excluded (`core.collections.annotations`) are among its clips.
    as_written : bool
        The collection as its manifest has it: genres before any mapping, and all its clips. What is saved as a
        collection starts from this one.
    corrected : tuple of (str, str)
        Genres by clip name in place of the clips' own (`core.collections.corrections`).

    Raises
    ------
    CollectionError
        Unknown, not made yet (demo), or its manifest, its annotations or its mapping of genres are damaged.
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
    if as_written:
        return _read_manifest(path, modified_ns)
    mapping = load_mapping(collection_id)
    excluded = frozenset() if with_excluded else frozenset(load_exclusions(collection_id))
    if corrected:
        return _corrected(path, modified_ns, mapping, excluded, corrected)
    return _without(path, modified_ns, mapping, excluded) if excluded else _mapped(path, modified_ns, mapping)


def _mapped(path: Path, modified_ns: int, mapping: GenreMapping | None) -> Collection:
    return _read_manifest(path, modified_ns) if mapping is None else _with_genres(path, modified_ns, mapping)


@lru_cache(maxsize=16)
def _with_genres(path: Path, modified_ns: int, mapping: GenreMapping) -> Collection:
    return map_genres(_read_manifest(path, modified_ns), mapping)


@lru_cache(maxsize=8)
def _without(path: Path, modified_ns: int, mapping: GenreMapping | None, excluded: frozenset[str]) -> Collection:
    collection = _mapped(path, modified_ns, mapping)
    return replace(collection, clips=tuple(clip for clip in collection.clips if clip.name not in excluded))


@lru_cache(maxsize=8)
def _corrected(
    path: Path, modified_ns: int, mapping: GenreMapping | None, excluded: frozenset[str], corrected: Corrected
) -> Collection:
    return _without(path, modified_ns, mapping, excluded).relabelled(dict(corrected))


def with_mapping(collection_id: str, mapping: GenreMapping | None) -> Collection:
    """The collection as a mapping of genres would make it, its excluded clips among them; raises as `load_collection`.

    Parameters
    ----------
    collection_id : str
    mapping : GenreMapping or None
        None for genres as written.
    """
    as_written = load_collection(collection_id, as_written=True)
    path = manifest_path(collection_id)
    return as_written if mapping is None else _mapped(path, path.stat().st_mtime_ns, mapping)


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
