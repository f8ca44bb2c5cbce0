"""Labels that somebody says are wrong, and the genres that take their place where corrected labels are asked for.

A correction names a genre in the words of the day on which it was made. Since then a mapping of genres may have given
that genre another name: the right genre is then read as a label of the source would be. So it is

1. the genre of that name, where the collection has one;
2. what the mapping lets a label of that name become;
3. the genre of which it is another spelling;
4. a genre of its own.

Corrections change no label by themselves: `core.collections.registry.load_collection` gives the corrected genres to
whoever hands them over, and pages and runs say so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.annotations import Annotation, load_annotations
from core.collections.genre_mapping import GenreMapping, load_mapping
from core.collections.genre_names import genre_key

Corrected = tuple[tuple[str, str], ...]
"""Right genres by clip name, in the order of the names."""


@dataclass(frozen=True, kw_only=True)
class CorrectedLabel:
    """A clip whose label somebody says is wrong.

    Attributes
    ----------
    clip : str
        Its name.
    label : str
        Its genre now.
    genre : str
        The right one, as the collection calls it now; the same as the label where the two agree by now.
    corrected_at : float
        Unix time.
    """

    clip: str
    label: str
    genre: str
    corrected_at: float

    @property
    def is_settled(self) -> bool:
        """Whether the label has become the right one since, by a rescan or a mapping."""
        return self.label == self.genre


def find_corrections(
    whole: Collection, annotations: Mapping[str, Annotation], mapping: GenreMapping | None
) -> tuple[CorrectedLabel, ...]:
    """The clips whose label somebody says is wrong, the latest first.

    Parameters
    ----------
    whole : Collection
        As it is now; clips that it has not are passed over.
    annotations : mapping of clip name to Annotation
    mapping : GenreMapping or None
        The one in force.
    """
    found = [
        CorrectedLabel(
            clip=name,
            label=clip.genre,
            genre=_today(whole, entry.correction.genre, mapping),
            corrected_at=entry.correction.corrected_at,
        )
        for name, entry in annotations.items()
        if entry.correction is not None and (clip := whole.by_name.get(name)) is not None
    ]
    return tuple(sorted(found, key=lambda each: (-each.corrected_at, each.clip)))


def genre_said(whole: Collection, clip: Clip, entry: Annotation) -> str:
    """The genre that a clip has by what is said of it: as corrected, else its own; raises as `load_mapping`."""
    return clip.genre if entry.correction is None else _today(whole, entry.correction.genre, load_mapping(whole.id))


def _today(whole: Collection, genre: str, mapping: GenreMapping | None) -> str:
    """What a genre of a correction is called now."""
    if genre in whole.counts:
        return genre
    key = genre_key(genre)
    mapped = "" if mapping is None else mapping.by_key.get(key, "")
    return mapped or next((known for known in whole.genres if genre_key(known) == key), genre)


def corrections_of(whole: Collection) -> tuple[CorrectedLabel, ...]:
    """The same of a collection as it is kept; raises as `load_annotations` and `load_mapping`."""
    annotations = load_annotations(whole.id)
    if not any(entry.correction is not None for entry in annotations.values()):
        return ()
    return find_corrections(whole, annotations, load_mapping(whole.id))


def corrected_labels(corrections: Iterable[CorrectedLabel], *, genres: Iterable[str] | None = None) -> Corrected:
    """What corrections come to, for `load_collection`: those that change a label.

    Parameters
    ----------
    corrections : iterable of CorrectedLabel
    genres : iterable of str, optional
        Only those that give a clip one of these genres, or take one of these from it.
    """
    wanted = None if genres is None else set(genres)
    return tuple(
        sorted(
            (each.clip, each.genre)
            for each in corrections
            if not each.is_settled and (wanted is None or {each.label, each.genre} & wanted)
        )
    )
