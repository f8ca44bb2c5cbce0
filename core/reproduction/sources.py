"""The data that the stated figures come from: features of GTZAN, cuts of its clips, and 80 of the clips whole.

None of it comes with Genre Lab; a folder holds it (`RecipeSource` says under which names).
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.clips.collection import Collection
from core.collections.annotations import exclude_clips
from core.collections.clip_facts import gtzan_facts
from core.collections.registry import load_collection, save_collection
from core.errors import CollectionError
from core.extraction.store import open_store
from core.importing.features.register import add_features, import_feature_path
from core.importing.published import GTZAN_LICENCE
from core.importing.register import Provenance, import_folder
from core.reproduction.recipes import (
    EXCERPTS,
    FEATURES,
    FEATURES_OF_THIRDS,
    FILES,
    MINI,
    SPECTROGRAM,
    SPECTROGRAMS,
    TABLE,
    THIRDS,
    RecipeSource,
)


def prepare_features(folder: Path) -> Collection:
    """The collection with all kinds of features, of the clips that have them all.

    Parameters
    ----------
    folder : Path
        Holds ``gtzan_spectrograms.npz``, ``gtzan_features_30_sec.csv`` and ``gtzan_features_10_sec.csv``.

    Raises
    ------
    CollectionError
        A file is missing or damaged.
    """
    further = {FEATURES: TABLE, FEATURES_OF_THIRDS: THIRDS}
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        raise CollectionError(
            f"{folder} has no {' and no '.join(missing)}. Give the folder that contains {', '.join(FILES)}."
        )
    collection = import_feature_path(folder / SPECTROGRAMS, title="GTZAN features")
    for name, front_end in further.items():
        if front_end not in collection.front_ends:
            collection = add_features(collection, folder / name)
    collection = _as_published(collection)
    complete = {clip.name for clip in collection.clips}
    for front_end in (SPECTROGRAM, TABLE, THIRDS):
        complete &= {clip.name for clip in open_store(collection, front_end).available(collection.clips)}
    lacking = {clip.name: "not all kinds of features" for clip in collection.clips if clip.name not in complete}
    if lacking:
        exclude_clips(collection.id, lacking, all_names=[clip.name for clip in collection.clips])
    return load_collection(collection.id)


def prepare_excerpts(folder: Path) -> Collection:
    """The cuts of 2 to 3 s of GTZAN's clips, with the facts of the clips that they are named after.

    Raises
    ------
    CollectionError
        There is no folder of them.
    """
    collection = import_folder(
        _subfolder(folder, EXCERPTS),
        provenance=Provenance(
            id="gtzan-excerpts",
            title="GTZAN excerpts",
            source="Cuts of 2 to 3 s, one each, of clips of GTZAN (Tzanetakis and Cook, 2002)",
            licence=GTZAN_LICENCE,
        ),
    )
    _as_published(collection)
    # They lack the length by which GTZAN's clips are known.
    known = gtzan_facts()
    facts = {clip.name: known[clip.name][1] for clip in collection.clips if clip.name in known}
    save_collection(replace(collection, facts=facts))
    return load_collection(collection.id)


def prepare_mini(folder: Path) -> Collection:
    """The 80 clips of GTZAN that are there whole; errors as of `prepare_excerpts`."""
    return _as_published(
        import_folder(
            _subfolder(folder, MINI),
            provenance=Provenance(
                id="gtzan-mini-reproduction",
                title="80 clips of GTZAN mini",
                source="GTZAN clips (Tzanetakis and Cook, 2002), 8 of each genre",
                licence=GTZAN_LICENCE,
            ),
        )
    )


def _as_published(collection: Collection) -> Collection:
    """The collection; `CollectionError` where its genres have been mapped to others."""
    if collection.written or collection.left_out:
        raise CollectionError(
            f"The genres of {collection.title} are mapped to others, so the figures would be of another collection. "
            f"Reset them: python -m core collections --genres {collection.id} --as-written"
        )
    return collection


def _subfolder(folder: Path, name: str) -> Path:
    if not (folder / name).is_dir():
        raise CollectionError(
            f"{folder} has no folder {name}, whose sound this needs. Give the folder that contains it, or name other "
            "recipes with --recipes."
        )
    return folder / name


PREPARE: dict[RecipeSource, Callable[[Path], Collection]] = {
    "features": prepare_features,
    "excerpts": prepare_excerpts,
    "mini": prepare_mini,
}
"""What makes the collection of each source from the folder of the data."""
