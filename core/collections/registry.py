"""The one registry of collections: a manifest each, in ``data/collections/<id>.json``.

A manifest is the result of a scan. It is written atomically and read back at every visit, so that no page ever walks
a folder. The user's own files are only read.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.collections.archives import is_archive_name
from core.collections.base import Clip, ClipFacts, Collection, SkippedFile, clip_facts_from_dict
from core.collections.clip_facts import FACTS_FILE, GTZAN_GENRES, is_gtzan, known_facts, read_clips_csv
from core.collections.companions import import_companions
from core.collections.exclusions import forget_exclusions, load_exclusions
from core.collections.feature_files import is_feature_file
from core.collections.folder import OnProgress, scan_folder
from core.errors import CollectionError, FeatureError
from core.features.frontends import front_end_from_dict
from core.files import write_json
from core.settings import load_settings

DEMO_ID = "demo"
_MANIFEST_VERSION = 1
_LONGEST_SHOWN = 200
"""Characters of a typed path in a message."""
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
        # The collection's own; those built in are attached when it is read.
        "facts": {name: facts.to_dict() for name, facts in collection.facts.items()},
        "folder": None if collection.folder is None else str(collection.folder),
        "front_ends": [front_end.to_dict() for front_end in collection.front_ends],
    }
    write_json(_manifest_path(collection.id), values)


@lru_cache(maxsize=32)
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
        # Manifests written before there were facts, or features that are brought, have neither.
        own = {name: clip_facts_from_dict(facts) for name, facts in values.get("facts", {}).items()}
        facts = known_facts(clips, own, built_in=not values["synthetic"])
        folder = None if values.get("folder") is None else Path(values["folder"])
        front_ends = tuple(front_end_from_dict(entry) for entry in values.get("front_ends", []))
        return Collection(
            **plain, root=root, clips=clips, skipped=skipped, facts=facts, folder=folder, front_ends=front_ends
        )
    except (ValueError, KeyError, TypeError, AttributeError, FeatureError) as error:
        remedy = (
            "Get the demo again on Collections: its clips are still there, only the manifest is written anew."
            if path.stem == DEMO_ID
            else "Remove it on Collections and import its folder or file again; no file of yours is lost."
        )
        raise CollectionError(f"The manifest {path} is damaged ({error}). {remedy}") from error
    except OSError as error:
        raise CollectionError(
            f"The manifest {path} cannot be read ({error.strerror}). Check its permissions, then reload the page."
        ) from error


def load_collection(collection_id: str, *, with_excluded: bool = False) -> Collection:
    """The collection of that id.

    Parameters
    ----------
    collection_id : str
    with_excluded : bool
        Whether clips that were excluded (`core.collections.exclusions`) are among its clips.

    Raises
    ------
    CollectionError
        Unknown, not made yet (demo), or its manifest or its list of exclusions is damaged.
    """
    path = _manifest_path(collection_id)
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
        except CollectionError as error:
            title = DEMO_TITLE if path.stem == DEMO_ID else path.stem
            kind = "demo" if path.stem == DEMO_ID else "folder"
            summaries.append(
                CollectionSummary(
                    path.stem, f"{title} (damaged)", kind, 0, (), "", "", False, False, 0, problem=str(error)
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
        bands, frames = front_end.shape
        named.append(f"{bands:,} feature{'' if bands == 1 else 's'}" if frames == 1 else "spectrograms")
    return ", ".join(dict.fromkeys(named))


def resolve_import_path(text: str) -> Path:
    """The folder, archive or feature file that a path typed in the browser means, if it lies where one may look.

    Raises
    ------
    CollectionError
        Empty, outside the permitted folders, or neither folder, archive nor feature file. What lies outside is not told
        apart from what does not exist, so that the page cannot be used to find out.
    """
    roots = load_settings().collection_roots
    allowed = ", ".join(str(root) for root in roots)
    if not text.strip() or "\0" in text:
        raise CollectionError(f"Type the path of a folder, an archive or a feature file (.csv, .npz) under {allowed}.")
    typed = Path(os.path.expanduser(text.strip()))
    candidates = [typed] if typed.is_absolute() else [root / typed for root in roots]
    for candidate in candidates:
        # Unlike Path.resolve, realpath raises nothing for a link that leads to itself, nor Path.is_dir's OSErrors.
        resolved = _real(candidate)
        if any(resolved.is_relative_to(_real(root)) for root in roots) and (
            os.path.isdir(resolved) or (_is_importable(resolved.name) and os.path.isfile(resolved))
        ):
            return resolved
    shown = text.strip() if len(text.strip()) <= _LONGEST_SHOWN else text.strip()[:_LONGEST_SHOWN] + "…"
    raise CollectionError(
        f"{shown!r} is not a folder, archive or feature file (.csv, .npz) under {allowed}. Copy the collection "
        "there, or start the dashboard with GENRE_LAB_DATA set to the folder that holds it."
    )


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _is_importable(name: str) -> bool:
    return is_archive_name(name) or is_feature_file(name)


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What is known of a folder beforehand, where Genre Lab itself fetched or unpacked it.

    Attributes
    ----------
    id, title : str
    source, licence : str
        Found from the clips where empty.
    origin : str
        What the clips came in, for a source that is found: the name of an archive. The folder where empty.
    """

    id: str
    title: str
    source: str = ""
    origin: str = ""
    licence: str = ""


def import_folder(
    path: Path,
    *,
    title: str | None = None,
    provenance: Provenance | None = None,
    on_progress: OnProgress | None = None,
) -> Collection:
    """Scan a folder and register it; the same folder again replaces its manifest.

    Feature tables beside the sound, as in Kaggle's GTZAN, become collections of their own.

    Parameters
    ----------
    path : Path
    title : str, optional
        The folder's name when not given.
    provenance : Provenance, optional
        Takes the place of what would be found from the path.
    on_progress : callable, optional
        Called with (files looked at, files in all).

    Raises
    ------
    CollectionError
        Missing, or no clips in a known layout; or every file was skipped.
    """
    folder = _real(path)
    root, clips, own_facts, skipped = _scan(folder, on_progress)
    if not clips:
        raise CollectionError(
            f"None of the {len(skipped)} files in {folder} can be read as a clip; the first: "
            f"{skipped[0].name}: {skipped[0].reason}"
        )
    known = provenance or Provenance(id=_identify(folder), title=_default_title(folder))
    title = (title or "").strip()[:80] or known.title
    collection = Collection(
        id=known.id,
        title=title,
        kind="folder",
        source=known.source or _source(known.origin or str(folder), clips),
        licence=known.licence or stated_licence(clips),
        synthetic=False,
        root=root,
        clips=clips,
        skipped=(*skipped, *import_companions(root, title)),
        facts=own_facts,
        folder=folder if folder != root else None,
    )
    save_collection(collection)
    return load_collection(collection.id)


def rescan_collection(collection_id: str, *, on_progress: OnProgress | None = None) -> Collection:
    """Scan a collection's folder again: clips added, changed or removed since are taken over."""
    known = load_collection(collection_id)
    if known.kind == "demo":
        return known
    if known.kind == "features":
        from core.collections.feature_import import import_feature_path  # which needs this module

        return import_feature_path(known.root, title=known.title)
    root, clips, own_facts, skipped = _scan(known.folder or known.root, on_progress)
    if not clips:
        raise CollectionError(f"No clip is left in {root}; {known.title} was kept as it was.")
    skipped = (*skipped, *import_companions(root, known.title))
    save_collection(replace(known, root=root, clips=clips, skipped=skipped, facts=own_facts))
    return load_collection(collection_id)


def _scan(
    folder: Path, on_progress: OnProgress | None
) -> tuple[Path, tuple[Clip, ...], dict[str, ClipFacts], tuple[SkippedFile, ...]]:
    """Root, clips, facts of the folder's own, and everything that was skipped, the clips' files first."""
    root, clips, skipped = scan_folder(folder, on_progress=on_progress)
    sound = tuple(entry for entry in skipped if entry.name != FACTS_FILE)
    holder = root if os.path.lexists(root / FACTS_FILE) else folder
    own_facts, unusable = read_clips_csv(holder / FACTS_FILE, clips)
    return root, clips, own_facts, (*sound, *unusable)


def forget_collection(collection_id: str) -> None:
    """Remove a collection's manifest and its features; the sound files stay."""
    path = _manifest_path(collection_id)
    path.unlink(missing_ok=True)
    shutil.rmtree(load_settings().data_dir / "features" / collection_id, ignore_errors=True)
    shutil.rmtree(load_settings().data_dir / "quality" / collection_id, ignore_errors=True)
    forget_exclusions(collection_id)


def _default_title(folder: Path) -> str:
    generic = {"genres", "genres_original", "wavfiles", "data"}
    return folder.parent.name if folder.name.lower() in generic and folder.parent.name else folder.name


def _identify(folder: Path) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", _default_title(folder).lower()).strip("-")[:40] or "collection"
    return f"{slug}-{hashlib.sha256(str(folder).encode()).hexdigest()[:6]}"


def _source(origin: str, clips: tuple[Clip, ...]) -> str:
    known = "GTZAN clips (Tzanetakis and Cook, 2002) in " if is_gtzan(clips) else ""
    return f"{known}{origin}"


def stated_licence(clips: Iterable[Clip], facts: Mapping[str, ClipFacts] | None = None) -> str:
    """Terms of clips that come without any, as far as they are known."""
    if is_gtzan(clips, facts):
        return "No clear licence; commercial recordings collected for research"
    return "Not stated; yours to know"
