"""Clips chosen, and grouped, by what people said of them."""

from collections.abc import Collection as Names
from collections.abc import Mapping
from dataclasses import replace

from core.clips.collection import Collection
from core.collections.annotations import Annotation

_NOTHING = Annotation()


def choose_said(
    collection: Collection,
    annotations: Mapping[str, Annotation],
    *,
    tags: Names[str] = (),
    corrected: bool = False,
    noted: bool = False,
) -> Collection:
    """The clips with any of these tags, with a corrected label, with a note: all that is asked for at once.

    Parameters
    ----------
    collection : Collection
    annotations : mapping of clip name to Annotation
    tags : collection of str
        None of them asks for no tag.
    corrected, noted : bool

    Returns
    -------
    Collection
        It may have no clip.
    """

    def is_chosen(entry: Annotation) -> bool:
        return (
            (not tags or not set(tags).isdisjoint(entry.tags))
            and (not corrected or entry.correction is not None)
            and (not noted or bool(entry.note))
        )

    return replace(
        collection, clips=tuple(clip for clip in collection.clips if is_chosen(annotations.get(clip.name, _NOTHING)))
    )


def group_by_tag(collection: Collection, annotations: Mapping[str, Annotation], *, tags: Names[str] = ()) -> Collection:
    """The clips that have a tag, each under its tag in place of its genre.

    Parameters
    ----------
    collection : Collection
    annotations : mapping of clip name to Annotation
    tags : collection of str
        Those that count; all where none is given.

    Returns
    -------
    Collection
        A clip of several tags stands under the first of the alphabet. It may have no clip.
    """
    groups = {}
    for name, entry in annotations.items():
        if counted := [tag for tag in entry.tags if not tags or tag in tags]:
            groups[name] = min(counted, key=lambda tag: (tag.casefold(), tag))
    return replace(collection, clips=tuple(clip for clip in collection.clips if clip.name in groups)).relabelled(groups)
