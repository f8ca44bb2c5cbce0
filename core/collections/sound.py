"""The sound of clips of which a collection has only features, where another collection has it.

A name says which recording a clip is only in GTZAN, whose 1,000 clips have the same names in every copy. Elsewhere
nothing is played that might be something else.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from core.collections.base import Clip, Collection
from core.collections.clip_facts import is_gtzan, part_number
from core.collections.registry import list_collections, load_collection
from core.errors import GenreLabError


@dataclass(frozen=True)
class Sound:
    """Where a clip can be heard.

    Attributes
    ----------
    clip : Clip
        One with a file.
    collection_title : str
        Of the collection it belongs to.
    start_s, end_s : float or None
        The part of it, where the clip is a part of another; None from its start, to its end.
    """

    clip: Clip
    collection_title: str
    start_s: float | None = None
    end_s: float | None = None


def find_sound(collection: Collection, clip: Clip) -> Sound | None:
    """The sound of a clip: its own file, or the same clip of GTZAN in another collection; None where there is none.

    Parameters
    ----------
    collection : Collection
        That of ``clip``.
    clip : Clip
    """
    if clip.path is not None:
        return Sound(clip, collection.title)
    if collection.synthetic or not _is_gtzan(collection):
        return None
    facts = collection.facts.get(clip.name)
    parent = facts.parent if facts is not None else ""
    found = _sounds().get(parent or clip.name)
    if (
        found is None
        or found.clip.genre != clip.genre
        or found.clip.path is None
        or not os.path.exists(found.clip.path)
    ):
        return None
    number = part_number(clip.name) if parent else None
    if number is None or not clip.duration_s:
        return found
    start_s = number * clip.duration_s
    return Sound(found.clip, found.collection_title, start_s, min(start_s + clip.duration_s, found.clip.duration_s))


_MAX_KNOWN = 64
_gtzan: dict[tuple[str, str], bool] = {}
"""Whether a collection is GTZAN's, by id and fingerprint."""
_by_name: dict[tuple[tuple[str, str, str], ...], Mapping[str, Sound]] = {}
"""Clips that can be heard by the collections they come from: the latest answer."""


def _is_gtzan(collection: Collection) -> bool:
    key = collection.id, collection.fingerprint
    if key not in _gtzan:
        if len(_gtzan) >= _MAX_KNOWN:
            _gtzan.clear()
        _gtzan[key] = is_gtzan(collection.clips, collection.facts)
    return _gtzan[key]


def _sounds() -> Mapping[str, Sound]:
    """Clips of GTZAN that can be heard, by name; from the largest collection that has them."""
    able = [each for each in list_collections() if each.ready and not each.synthetic and each.holds == "audio"]
    found: list[Collection] = []
    for summary in sorted(able, key=lambda each: -each.n_clips):
        try:
            collection = load_collection(summary.id)
        except GenreLabError:
            continue
        if _is_gtzan(collection):
            found.append(collection)
    key = tuple((collection.id, collection.fingerprint, str(collection.root)) for collection in found)
    if key not in _by_name:
        sounds: dict[str, Sound] = {}
        for collection in found:
            for clip in collection.clips:
                if clip.path is not None:
                    sounds.setdefault(clip.name, Sound(clip, collection.title))
        _by_name.clear()
        _by_name[key] = sounds
    return _by_name[key]
