"""Stored features written as a file that can be imported again."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.clips.clip import Clip, ClipFacts, columns_of
from core.clips.collection import Collection
from core.errors import CollectionError, FeatureError, StorageError
from core.extraction.store import FeatureStore
from core.features.base import Features
from core.files import storage_errors
from core.importing.features.file import FACT_COLUMNS
from core.importing.features.register import _CLIPS_AT_ONCE
from core.names import readable_name


def export_features(collection: Collection, front_end: Features, path: Path) -> int:
    """Write the features of a collection as arrays that `import_features` reads; returns the number of clips.

    Parameters
    ----------
    collection : Collection
    front_end : Features
        Its features must be in the store; clips that could not be analysed are left out.
    path : Path
        An npz file, replaced when it exists.

    Raises
    ------
    FeatureError
        The collection cannot have these features, or some are missing.
    StorageError
        The file cannot be written.
    """
    collection.require_front_ends([front_end])
    if path.suffix.lower() != ".npz":
        raise CollectionError(f"Expected the name of an .npz file, got {readable_name(path.name)}.")
    store = FeatureStore(collection.id, front_end)
    if missing := store.missing(collection.clips):
        raise FeatureError(f"{len(missing):,} clips have no {front_end.title.lower()} yet. Extract the features first.")
    clips = store.available(collection.clips)
    if not clips:
        raise FeatureError(f"No clip of {collection.title} has features of the kind {front_end.title}.")
    partial = path.with_name(f".{path.name}.part")
    with storage_errors(path.parent):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1, allowZip64=True) as archive:
                _write_levels(archive, store, clips)
                for name, values in _arrays(collection, front_end, clips, store).items():
                    with archive.open(f"{name}.npy", "w") as stream:
                        np.lib.format.write_array(stream, values, allow_pickle=False)
            partial.replace(path)
        except FileNotFoundError as error:  # the folder is there, but takes no files
            raise StorageError(f"{readable_name(str(path))} cannot be written ({error.strerror}).") from error
        finally:
            partial.unlink(missing_ok=True)
    return len(clips)


def _write_levels(archive: zipfile.ZipFile, store: FeatureStore, clips: list[Clip]) -> None:
    """Some clips at a time, so that they need not be in memory together."""
    dtype = np.dtype(store.front_end.dtype)
    header = {"descr": dtype.str, "fortran_order": False, "shape": (len(clips), *store.front_end.shape)}
    with archive.open("level.npy", "w", force_zip64=True) as stream:
        np.lib.format.write_array_header_1_0(stream, header)
        for start in range(0, len(clips), _CLIPS_AT_ONCE):
            stream.write(store.load(clips[start : start + _CLIPS_AT_ONCE]).tobytes())


def _arrays(
    collection: Collection, front_end: Features, clips: list[Clip], store: FeatureStore
) -> dict[str, NDArray[Any]]:
    about: dict[str, Any] = {name: getattr(collection, name) for name in ("title", "source", "licence", "synthetic")}
    own_columns = columns_of(collection.facts.values())
    if own_columns:
        about["columns"] = list(own_columns)
    groups = {
        f"column_{number}": [collection.facts.get(clip.name, ClipFacts()).column(name) for clip in clips]
        for number, name in enumerate(own_columns, start=1)
    }
    index = store.index()
    facts = {name: known.to_dict() for name, known in collection.facts.items()}
    columns = {name: [facts.get(clip.name, {}).get(name, "") for clip in clips] for name in FACT_COLUMNS} | groups
    return {
        "clip": np.array([clip.name for clip in clips], dtype=np.str_),
        "genre": np.array([clip.genre for clip in clips], dtype=np.str_),
        "n_valid": np.array([index[clip.key].n_valid for clip in clips], dtype=np.int32),
        "duration_s": np.array([clip.duration_s for clip in clips], dtype=np.float64),
        "front_end": np.array(json.dumps(front_end.to_dict())),
        "about": np.array(json.dumps(about, ensure_ascii=False)),
        **{name: np.array(values, dtype=np.str_) for name, values in columns.items() if any(values)},
        **_places(clips),
    }


def _places(clips: list[Clip]) -> dict[str, NDArray[Any]]:
    """Of clips that are passages of files: the song, and where in it each begins; ``duration_s`` is the passage's."""
    if all(clip.passage is None for clip in clips):
        return {}
    starts_s = [0.0 if clip.passage is None else clip.passage.start_s for clip in clips]
    return {
        "song": np.array([clip.song for clip in clips], dtype=np.str_),
        "start_s": np.array(starts_s, dtype=np.float64),
    }
