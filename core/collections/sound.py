"""The sound, and the pictures, of clips that a collection itself does not have, where another collection has them.

A name says which recording a clip is only in GTZAN, whose 1,000 clips have the same names in every copy. Elsewhere
nothing is played that might be something else.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.clips.clip import Clip
from core.clips.collection import Collection
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
    collection_id, collection_title : str
        Of the collection it belongs to.
    start_s, end_s : float or None
        The part of it, where the clip is a part of another; None from its start, to its end.
    """

    clip: Clip
    collection_id: str
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
    return find_sounds(collection, [clip])[0]


def find_sounds(collection: Collection, clips: Sequence[Clip]) -> list[Sound | None]:
    """The same of several clips. The other collections are looked at once for all."""
    is_wanting = any(clip.whole.path is None for clip in clips) and may_be_elsewhere(collection)
    sounds = _sounds() if is_wanting else {}
    return [_find_sound(collection, clip, sounds) for clip in clips]


def _find_sound(collection: Collection, clip: Clip, sounds: Mapping[str, Sound]) -> Sound | None:
    if clip.whole is not clip:
        return _part_of(_find_sound(collection, clip.whole, sounds), clip)
    if clip.path is not None:
        return Sound(clip, collection.id, collection.title)
    return _elsewhere(collection, clip, sounds)


def sounds_elsewhere(collection: Collection) -> dict[str, Sound]:
    """Where else those of its clips can be heard that have no sound of their own, by name.

    The other collections are looked at once for all.
    """
    if not may_be_elsewhere(collection) or not (sounds := _sounds()):
        return {}
    found = ((clip.name, _elsewhere(collection, clip, sounds)) for clip in collection.clips if clip.path is None)
    return {name: sound for name, sound in found if sound is not None}


def heard_clips(collection: Collection) -> tuple[Clip, ...]:
    """Those of its clips of which `find_sound` finds the sound."""
    elsewhere = sounds_elsewhere(collection)
    return tuple(clip for clip in collection.clips if clip.path is not None or clip.name in elsewhere)


def count_heard(collection: Collection) -> int:
    """How many `heard_clips` there are."""
    return len(heard_clips(collection))


def may_be_elsewhere(collection: Collection) -> bool:
    """Whether clips of that collection that have no sound may have it in another one: those of GTZAN may."""
    return not collection.synthetic and _is_gtzan(collection)


def _elsewhere(collection: Collection, clip: Clip, sounds: Mapping[str, Sound]) -> Sound | None:
    """The sound of a clip of GTZAN among those of other collections."""
    facts = collection.facts.get(clip.name)
    parent = facts.parent if facts is not None else ""
    found = sounds.get(parent or clip.name)
    if (
        found is None
        or found.clip.genre != collection.genre_as_written(clip)
        or found.clip.path is None
        or not os.path.exists(found.clip.path)
    ):
        return None
    number = part_number(clip.name) if parent else None
    if number is None or not clip.duration_s:
        return found
    start_s = number * clip.duration_s
    return Sound(
        found.clip,
        found.collection_id,
        found.collection_title,
        start_s,
        min(start_s + clip.duration_s, found.clip.duration_s),
    )


def _part_of(sound: Sound | None, part: Clip) -> Sound | None:
    """The part of a clip's sound; the whole where it is not known which part."""
    if sound is None or sound.start_s is not None or part.place_s is None:
        return sound
    start_s, end_s = part.place_s
    return replace(sound, start_s=start_s, end_s=min(end_s, sound.clip.duration_s))


def find_same(collection: Collection, clip: Clip) -> Iterator[tuple[Collection, Clip]]:
    """The same clip of GTZAN in other collections, with sound or with features only, and those collections.

    Parameters
    ----------
    collection : Collection
        That of ``clip``.
    clip : Clip
    """
    if not may_be_elsewhere(collection):
        return
    for summary in list_collections():
        if not summary.ready or summary.synthetic or summary.id == collection.id:
            continue
        try:
            other = load_collection(summary.id)
        except GenreLabError:
            continue
        same = other.by_name.get(clip.name)
        if same is None or other.genre_as_written(same) != collection.genre_as_written(clip):
            continue
        if _is_gtzan(other):
            yield other, same


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
        _gtzan[key] = is_gtzan(_as_written(collection), collection.facts)
    return _gtzan[key]


def _as_written(collection: Collection) -> tuple[Clip, ...]:
    """Its clips with their genres before any mapping: those decide whether a name is one of GTZAN's."""
    if not collection.written:
        return collection.clips
    return tuple(replace(clip, genre=collection.genre_as_written(clip)) for clip in collection.clips)


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
            for clip in _as_written(collection):
                if clip.path is not None:
                    sounds.setdefault(clip.name, Sound(clip, collection.id, collection.title))
        _by_name.clear()
        _by_name[key] = sounds
    return _by_name[key]
