"""The one registry of collections: a manifest each, in ``data/collections/<id>.json``.

A manifest is the result of a scan. It is written atomically and read back at every visit, so that no page ever walks
a folder. The user's own files are only read.
"""

import hashlib
import json
import re
import shutil
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.collections.base import Clip, Collection, SkippedFile
from core.collections.folder import OnProgress, scan_folder
from core.errors import CollectionError
from core.files import write_json
from core.settings import load_settings

DEMO_ID = "demo"
_MANIFEST_VERSION = 1
DEMO_TITLE = "Demo (synthetic)"
DEMO_SOURCE = "Synthesised by Genre Lab from a seed; no recording is used"
DEMO_LICENCE = "Free to use for any purpose (CC0)"
GTZAN_GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
"""The ten genres of GTZAN, which the demo imitates."""
_GTZAN_NAME = re.compile(r"[a-z]+\.\d{5}")


@dataclass(frozen=True)
class CollectionSummary:
    """A line of the list of collections."""

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


def _manifests() -> Path:
    return load_settings().data_dir / "collections"


def _manifest_path(collection_id: str) -> Path:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", collection_id):
        raise CollectionError(f"There is no collection {collection_id!r}. Choose one on Collections.")
    return _manifests() / f"{collection_id}.json"


def save_collection(collection: Collection) -> None:
    """Write the manifest of a collection."""
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
    }
    write_json(_manifest_path(collection.id), values)


@lru_cache(maxsize=8)
def _read_manifest(path: Path, modified_ns: int) -> Collection:
    """A manifest as it was at ``modified_ns``; cached, since pages ask for it at every interaction."""
    try:
        values = json.loads(path.read_bytes())
        if values["version"] != _MANIFEST_VERSION:
            raise ValueError(f"version {values['version']!r}")
        root = Path(values["root"])
        clips = tuple(
            Clip(name, genre, None if relative is None else root / relative, duration_s, size_bytes, modified)
            for name, genre, relative, duration_s, size_bytes, modified in values["clips"]
        )
        skipped = tuple(SkippedFile(**entry) for entry in values["skipped"])
        plain = {key: values[key] for key in ("id", "title", "kind", "source", "licence", "synthetic")}
        return Collection(**plain, root=root, clips=clips, skipped=skipped)
    except (ValueError, KeyError, TypeError) as error:
        raise CollectionError(
            f"The manifest {path} is damaged ({error}). Delete it and import the folder again; no sound is lost."
        ) from error


def load_collection(collection_id: str) -> Collection:
    """The collection of that id.

    Raises
    ------
    CollectionError
        Unknown, not made yet (demo), or its manifest is damaged.
    """
    path = _manifest_path(collection_id)
    try:
        modified_ns = path.stat().st_mtime_ns
    except FileNotFoundError:
        if collection_id == DEMO_ID:
            raise CollectionError("The demo collection has not been made yet. Get it on Collections.") from None
        raise CollectionError(f"There is no collection {collection_id!r}. Choose one on Collections.") from None
    return _read_manifest(path, modified_ns)


def is_ready(collection_id: str) -> bool:
    """Whether the collection can be loaded."""
    return _manifest_path(collection_id).exists()


def list_collections() -> tuple[CollectionSummary, ...]:
    """All collections, the demo first (also before it is made), then by title.

    A damaged manifest is listed with ``ready`` False, its title saying so.
    """
    summaries = []
    if not is_ready(DEMO_ID):
        summaries.append(
            CollectionSummary(DEMO_ID, DEMO_TITLE, "demo", 0, GTZAN_GENRES, DEMO_SOURCE, DEMO_LICENCE, True, False, 0)
        )
    for path in sorted(_manifests().glob("*.json")):
        try:
            collection = load_collection(path.stem)
        except CollectionError:
            summaries.append(
                CollectionSummary(path.stem, f"{path.stem} (damaged)", "folder", 0, (), "", "", False, False, 0)
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
            )
        )
    return tuple(sorted(summaries, key=lambda summary: (summary.id != DEMO_ID, summary.title.lower(), summary.id)))


def resolve_import_path(text: str) -> Path:
    """The folder that a path typed in the browser means, if it lies where the dashboard may look.

    Raises
    ------
    CollectionError
        Empty, outside the permitted folders, or not a folder. What lies outside is not told apart from what does not
        exist, so that the page cannot be used to find out.
    """
    roots = load_settings().collection_roots
    allowed = ", ".join(str(root) for root in roots)
    if not text.strip() or "\0" in text:
        raise CollectionError(f"Type the path of a folder under {allowed}.")
    typed = Path(text.strip()).expanduser()
    candidates = [typed] if typed.is_absolute() else [root / typed for root in roots]
    for candidate in candidates:
        resolved = candidate.resolve()
        if any(resolved.is_relative_to(root.resolve()) for root in roots) and resolved.is_dir():
            return resolved
    raise CollectionError(
        f"{text.strip()!r} is not a folder under {allowed}. Copy the collection there, or start the dashboard with "
        "GENRE_LAB_DATA set to the folder that holds it."
    )


def import_folder(path: Path, *, title: str | None = None, on_progress: OnProgress | None = None) -> Collection:
    """Scan a folder and register it; the same folder again replaces its manifest.

    Raises
    ------
    CollectionError
        Missing, or no clips in a known layout; or every file was skipped.
    """
    folder = path.resolve()
    root, clips, skipped = scan_folder(folder, on_progress=on_progress)
    if not clips:
        raise CollectionError(
            f"None of the {len(skipped)} files in {folder} can be read as a clip; the first: "
            f"{skipped[0].name}: {skipped[0].reason}"
        )
    chosen = (title or "").strip()[:80] or _default_title(folder)
    collection = Collection(
        id=_identify(folder),
        title=chosen,
        kind="folder",
        source=_source(folder, clips),
        licence=_licence(clips),
        synthetic=False,
        root=root,
        clips=clips,
        skipped=skipped,
    )
    save_collection(collection)
    return collection


def rescan_collection(collection_id: str, *, on_progress: OnProgress | None = None) -> Collection:
    """Scan a collection's folder again: clips added, changed or removed since are taken over."""
    known = load_collection(collection_id)
    if known.kind == "demo":
        return known
    root, clips, skipped = scan_folder(known.root, on_progress=on_progress)
    if not clips:
        raise CollectionError(f"No clip is left in {root}; {known.title} was kept as it was.")
    collection = Collection(
        known.id, known.title, known.kind, known.source, known.licence, known.synthetic, root, clips, skipped
    )
    save_collection(collection)
    return collection


def forget_collection(collection_id: str) -> None:
    """Remove a collection's manifest and its features; the sound files stay."""
    path = _manifest_path(collection_id)
    path.unlink(missing_ok=True)
    shutil.rmtree(load_settings().data_dir / "features" / collection_id, ignore_errors=True)


def _default_title(folder: Path) -> str:
    generic = {"genres", "genres_original", "wavfiles", "data"}
    return folder.parent.name if folder.name.lower() in generic and folder.parent.name else folder.name


def _identify(folder: Path) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", _default_title(folder).lower()).strip("-")[:40] or "collection"
    return f"{slug}-{hashlib.sha256(str(folder).encode()).hexdigest()[:6]}"


def _is_gtzan(clips: tuple[Clip, ...]) -> bool:
    return {clip.genre for clip in clips} <= set(GTZAN_GENRES) and all(
        _GTZAN_NAME.fullmatch(clip.name) for clip in clips
    )


def _source(folder: Path, clips: tuple[Clip, ...]) -> str:
    known = "GTZAN clips (Tzanetakis and Cook, 2002) in " if _is_gtzan(clips) else ""
    return f"{known}{folder}"


def _licence(clips: tuple[Clip, ...]) -> str:
    if _is_gtzan(clips):
        return "No clear licence; commercial recordings collected for research"
    return "Not stated; yours to know"
