"""Which clips belong together: excerpts of one recording, repeats of one another, works of one artist.

Besides these three levels each further column that a collection brought (`ClipFacts.columns`) is one, named
``column:<name>``: an album, a label, a recording session.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.clips.clip import Clip, ClipFacts
from core.clips.clip import columns_of as columns_in
from core.names import artist_key, text_key
from core.splits.base import Split

Level = str
LEVELS: tuple[Level, ...] = ("recording", "repeat", "artist")
"""What may be kept together, each level holding the ones before it together too."""
_COLUMN = "column:"
_NOTHING = ClipFacts()


def column_level(column: str) -> Level:
    """The level of a column of the collection's own."""
    return f"{_COLUMN}{column}"


def column_of(level: Level) -> str:
    """The column that a level is of; empty for the three that every collection may have."""
    return level.removeprefix(_COLUMN) if level.startswith(_COLUMN) else ""


def columns_of(clips: Iterable[Clip], facts: Mapping[str, ClipFacts]) -> tuple[str, ...]:
    """Columns in which at least one of these clips has a value, in the order in which the collection has them."""
    return columns_in(facts.get(clip.whole.name, _NOTHING) for clip in clips)


def group_key(clip: Clip, facts: Mapping[str, ClipFacts], level: Level) -> str:
    """What a clip shares with others on one level alone; empty where nothing is known of it.

    Artists are the same as `core.names.artist_key` says, whatever their capitals, the form of their letters in Unicode
    and "The"; values of columns as `core.names.text_key` says. Neither depends on the genre.
    """
    known = facts.get(clip.whole.name, _NOTHING)
    if level == "artist":
        return artist_key(known.artist)
    if level.startswith(_COLUMN):
        return text_key(known.column(column_of(level)))
    if level == "repeat":
        return known.group
    return known.parent or (clip.whole.name if clip.n_parts > 1 else "")


def _written(known: ClipFacts, level: Level) -> str:
    """Artist, or value of a column, as it is written."""
    return known.artist if level == "artist" else known.column(column_of(level))


def written_on(clip: Clip, facts: Mapping[str, ClipFacts], level: Level) -> str:
    """What a clip shares with others on a level as it is written; empty for repeats and recordings."""
    known = facts.get(clip.whole.name, _NOTHING)
    return _written(known, level) if level == "artist" or level.startswith(_COLUMN) else ""


def _together(level: Level) -> tuple[Level, ...]:
    """Levels that are kept together where one is: recordings and repeats always are."""
    return LEVELS[: LEVELS.index(level) + 1] if level in LEVELS else ("recording", "repeat", level)


def groups_of(clips: Sequence[Clip], facts: Mapping[str, ClipFacts], level: Level) -> list[list[Clip]]:
    """Clips that must not be parted, as connected by any level up to ``level``; clips without facts are alone.

    A column holds recordings and repeats together as well, but not artists.

    Parameters
    ----------
    clips : sequence of Clip
    facts : mapping of clip name to ClipFacts
    level : str
        Of `LEVELS`, or a `column_level`.

    Returns
    -------
    list of list of Clip
        In the order of their first clips.
    """
    leader = list(range(len(clips)))

    def find(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for each in _together(level):
        first: dict[str, int] = {}
        for place, clip in enumerate(clips):
            if key := group_key(clip, facts, each):
                leader[find(place)] = find(first.setdefault(key, place))
    groups: dict[int, list[Clip]] = {}
    for place, clip in enumerate(clips):
        groups.setdefault(find(place), []).append(clip)
    return list(groups.values())


def clips_of(groups: Sequence[Sequence[Clip]], numbers: Iterable[int]) -> list[Clip]:
    """Clips of the groups with these numbers, which count from 0."""
    return [clip for number in numbers for clip in groups[number]]


def n_unknown(groups: Iterable[Sequence[Clip]], facts: Mapping[str, ClipFacts], level: Level) -> int:
    """Groups of which nothing is known on a level; excerpts of one recording are one group."""
    return sum(not any(group_key(clip, facts, level) for clip in group) for group in groups)


@dataclass(frozen=True, kw_only=True)
class Straddling:
    """Groups of one level that a split puts on both sides of the test.

    Attributes
    ----------
    level : str
    n_groups : int
        Groups of two clips or more.
    names : tuple of str
        Of those with clips both in the test part and among those learnt from (train or validation), in alphabetical
        order: an artist or a value as written, repeats and recordings by their first clip.
    n_test_clips : int
        Test clips whose group is also learnt from.
    n_test : int
        All test clips.
    """

    level: Level
    n_groups: int
    names: tuple[str, ...]
    n_test_clips: int
    n_test: int

    @property
    def n(self) -> int:
        """Groups on both sides."""
        return len(self.names)


def straddling(split: Split, facts: Mapping[str, ClipFacts], level: Level) -> Straddling:
    """Groups of a level that are on both sides of a split."""
    sides: dict[str, tuple[list[Clip], list[Clip]]] = {}
    for side, clips in enumerate(((*split.train, *split.validation), split.test)):
        for clip in clips:
            if key := group_key(clip, facts, level):
                sides.setdefault(key, ([], []))[side].append(clip)
    astride = [(learnt, tested) for learnt, tested in sides.values() if learnt and tested]
    return Straddling(
        level=level,
        n_groups=sum(len(learnt) + len(tested) > 1 for learnt, tested in sides.values()),
        names=tuple(sorted((_name([*learnt, *tested], facts, level) for learnt, tested in astride), key=str.casefold)),
        n_test_clips=sum(len(tested) for _, tested in astride),
        n_test=len(split.test),
    )


def _name(clips: Sequence[Clip], facts: Mapping[str, ClipFacts], level: Level) -> str:
    first = min(clips, key=lambda clip: clip.name)
    if level == "artist" or level.startswith(_COLUMN):
        return _written(facts[first.whole.name], level)
    return first.whole.name


def known_levels(clips: Sequence[Clip], facts: Mapping[str, ClipFacts]) -> tuple[Level, ...]:
    """Levels on which at least two of these clips belong together."""
    found: list[Level] = []
    for level in (*LEVELS, *map(column_level, columns_of(clips, facts))):
        seen: set[str] = set()
        for clip in clips:
            key = group_key(clip, facts, level)
            if key and key in seen:
                found.append(level)
                break
            seen.add(key)
    return tuple(found)
