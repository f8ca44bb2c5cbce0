"""Collections without audio: features that were brought ready-made, written once into the feature store."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.collections.clip_facts import is_gtzan, stated_licence
from core.collections.registry import forget_collection, is_ready, known_title, load_collection, save_collection
from core.errors import CollectionError
from core.extraction.store import FeatureStore, FeatureWriter
from core.features.base import Features
from core.importing.features.arrays import open_arrays
from core.importing.features.file import FEATURE_EXTENSIONS, MAX_NAME, TABLE_EXTENSIONS, FeatureFile, is_feature_file
from core.importing.features.parts import as_parts
from core.importing.features.tables import open_table
from core.names import readable_name, slug

OnClips = Callable[[int, int], None]


_MAX_TITLE = 80


_HASH_BITS = 60


_CLIPS_AT_ONCE = 64


def open_feature_file(stream: IO[bytes], name: str) -> FeatureFile:
    """What a file of features says; its blocks can be read as long as the stream is open.

    Parameters
    ----------
    stream : binary file
        Seekable.
    name : str
        Of the file.

    Raises
    ------
    CollectionError
        Not a table or arrays as `core.importing.features.file` describes them.
    """
    if not is_feature_file(name):
        raise CollectionError(
            f"Expected a feature file ({' or '.join(FEATURE_EXTENSIONS)}), got {readable_name(name)}."
        )
    opened = open_table if name.lower().endswith(TABLE_EXTENSIONS) else open_arrays
    return opened(stream, readable_name(name))


def import_feature_path(path: Path, *, title: str | None = None, on_clips: OnClips | None = None) -> Collection:
    """Register a file of features; the same path again replaces what was registered of it. See `import_features`."""
    resolved = Path(os.path.realpath(path))  # raises nothing for a link that leads to itself
    try:
        with resolved.open("rb") as stream:
            place = hashlib.sha256(str(resolved).encode(errors="surrogateescape")).hexdigest()
            return import_features(stream, resolved.name, root=resolved, key=place, title=title, on_clips=on_clips)
    except OSError as error:
        raise CollectionError(f"{readable_name(str(resolved))} cannot be read ({error.strerror}).") from error


def import_features(
    stream: IO[bytes],
    name: str,
    *,
    root: Path | None = None,
    key: str = "",
    title: str | None = None,
    on_clips: OnClips | None = None,
) -> Collection:
    """Register a file of features as a collection without audio, its features written into the feature store.

    Parameters
    ----------
    stream : binary file
        Seekable.
    name : str
        Of the file.
    root : Path, optional
        The file itself, where it stays at hand.
    key : str, optional
        Hexadecimal; tells it from other files of that name. Made of its content when not given.
    title : str, optional
        The one it has already, what the file says, or its name, when not given.
    on_clips : callable, optional
        Called with (clips written, clips in all).

    Raises
    ------
    CollectionError
        Not such a file, or none of its clips can be used.
    StorageError
        The features cannot be written.
    """
    key = key or _digest(stream)
    file = open_feature_file(stream, name)
    stem = readable_name(Path(name).stem)
    collection_id = f"{slug(stem, fallback='features')}-{key[:6]}"
    try:
        with FeatureStore(collection_id, file.front_end).writer() as writer:
            clips = _write(file, writer, on_clips)
        if not clips:
            raise _unusable(file, readable_name(name))
    except BaseException:
        if not is_ready(collection_id):
            forget_collection(collection_id)
        raise
    clips.sort(key=lambda clip: (clip.genre, clip.name))
    facts = {clip.name: file.facts[clip.name] for clip in clips if clip.name in file.facts}
    save_collection(
        Collection(
            id=collection_id,
            title=((title or "").strip() or known_title(collection_id) or _said(file, "title") or stem)[:_MAX_TITLE],
            kind="features",
            source=_said(file, "source") or _source(clips, facts, file, readable_name(name)),
            licence=_said(file, "licence") or stated_licence(clips, facts),
            synthetic=file.about.get("synthetic") is True,
            root=root or Path(readable_name(name)),
            clips=tuple(clips),
            skipped=tuple(file.skipped),
            facts=facts,
            front_ends=(file.front_end, *_added_before(collection_id, file.front_end, clips)),
        )
    )
    return load_collection(collection_id)


def _added_before(collection_id: str, front_end: Features, clips: list[Clip]) -> list[Features]:
    """Further front ends of the same collection, where `add_features` gave it some and they fit its clips still."""
    if not is_ready(collection_id):
        return []
    try:
        known = load_collection(collection_id).front_ends
    except CollectionError:
        return []  # a damaged manifest, which is now replaced
    return [other for other in known if other != front_end and not FeatureStore(collection_id, other).missing(clips)]


def add_features(collection: Collection, path: Path, *, on_clips: OnClips | None = None) -> Collection:
    """Give the clips of a collection without audio further features, found by their names: figures beside spectrograms.

    Clips of which the file has no row count as failed for its front end. A table whose rows are parts of these clips,
    as GTZAN's thirds, gives features of parts.

    Parameters
    ----------
    collection : Collection
    path : Path
        A file as for `import_features`.
    on_clips : callable, optional
        Called with (clips written, clips in all).

    Raises
    ------
    CollectionError
        The collection computes its features from audio, has these already, or shares no clip with the file.
    """
    if collection.has_audio:
        raise CollectionError(
            f"{collection.title} has audio, so its features are computed. Features can only be added to a collection "
            "without audio."
        )
    whole = load_collection(collection.id, as_written=True)
    try:
        with path.open("rb") as stream:
            file = open_feature_file(stream, path.name)
            shown = readable_name(path.name)
            if not {clip.name for clip in whole.clips} & set(file.names):
                file = as_parts(file, {clip.name for clip in whole.clips}, shown) or file
            if not _by_name_and_genre(whole).keys() & set(zip(file.names, file.genres, strict=True)):
                raise CollectionError(f"No clip in {shown} matches {whole.title} by name and genre.")
            if file.front_end in whole.front_ends:
                raise CollectionError(f"{whole.title} has “{file.front_end.title}” already.")
            _add(whole, file, shown, on_clips)
    except OSError as error:
        raise CollectionError(f"{readable_name(str(path))} cannot be read ({error.strerror}).") from error
    save_collection(
        replace(
            whole,
            front_ends=(*whole.front_ends, file.front_end),
            facts=file.facts | dict(whole.facts),
            skipped=(*whole.skipped, *file.skipped),
        )
    )
    return load_collection(collection.id)


def _by_name_and_genre(collection: Collection) -> dict[tuple[str, str], Clip]:
    return {(clip.name, clip.genre): clip for clip in collection.clips}


def _add(collection: Collection, file: FeatureFile, shown: str, on_clips: OnClips | None) -> None:
    known = _by_name_and_genre(collection)
    given: set[str] = set()
    with FeatureStore(collection.id, file.front_end).writer() as writer:
        for places, values in file.blocks():
            rows = [row for row, place in enumerate(places) if (file.names[place], file.genres[place]) in known]
            block = [known[file.names[places[row]], file.genres[places[row]]] for row in rows]
            if rows:
                counted = [(clip, file.n_valid[places[row]]) for clip, row in zip(block, rows, strict=True)]
                writer.add_many(counted, values[rows])
            given |= {clip.name for clip in block}
            if on_clips is not None:
                on_clips(len(given), len(file.names))
        for clip in collection.clips:
            if clip.name not in given:
                writer.add_failure(clip, f"{shown} has no usable row for it")


def _unusable(file: FeatureFile, shown: str) -> CollectionError:
    first = file.skipped[0] if file.skipped else None
    why = f"; the first: {first.name}: {first.reason}" if first else ""
    return CollectionError(f"None of the {len(file.names):,} clips of {shown} can be used{why}.")


def _write(file: FeatureFile, writer: FeatureWriter, on_clips: OnClips | None) -> list[Clip]:
    """Store what is not in the store yet; a clip's key is made of its features, so that equal ones are kept."""
    present = writer.store.index()
    clips: list[Clip] = []
    for places, values in file.blocks():
        block = [_clip(file, place, row) for place, row in zip(places, values, strict=True)]
        new = [row for row, clip in enumerate(block) if clip.key not in present]
        if new:
            writer.add_many([(block[row], file.n_valid[places[row]]) for row in new], values[new])
        clips += block
        if on_clips is not None:
            on_clips(len(clips), len(file.names))
    return clips


def _clip(file: FeatureFile, place: int, values: NDArray[Any]) -> Clip:
    content = np.ascontiguousarray(values).tobytes()
    number = int.from_bytes(hashlib.sha256(content).digest()[:8]) >> (64 - _HASH_BITS)
    return Clip(file.names[place], file.genres[place], None, file.duration_s[place], len(content), number)


def _said(file: FeatureFile, what: str) -> str:
    value = file.about.get(what)
    return readable_name(value.strip())[: 5 * MAX_NAME] if isinstance(value, str) else ""


def _source(clips: list[Clip], facts: dict[str, ClipFacts], file: FeatureFile, name: str) -> str:
    known = "Features of GTZAN clips (Tzanetakis and Cook, 2002) in " if is_gtzan(clips, facts) else "Features in "
    return f"{known}{name}" + (f"; {file.note}" if file.note else "")


def _digest(stream: IO[bytes]) -> str:
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()
