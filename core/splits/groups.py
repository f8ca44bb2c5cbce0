"""Which clips belong together: excerpts of one recording, repeats of one another, works of one artist."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.collections.base import Clip, ClipFacts
from core.splits.base import Split

Level = Literal["recording", "repeat", "artist"]
LEVELS: tuple[Level, ...] = ("recording", "repeat", "artist")
"""What may be kept together, each level holding the ones before it together too."""
_NOTHING = ClipFacts()


def group_key(clip: Clip, facts: Mapping[str, ClipFacts], level: Level) -> str:
    """What a clip shares with others on one level alone; empty where nothing is known of it.

    Artists are the same whatever their spelling in capitals, and in whatever genre.
    """
    known = facts.get(clip.name, _NOTHING)
    if level == "artist":
        return " ".join(known.artist.casefold().split())
    if level == "repeat":
        return known.group
    return known.parent


def groups_of(clips: Sequence[Clip], facts: Mapping[str, ClipFacts], level: Level) -> list[list[Clip]]:
    """Clips that must not be parted, as connected by any level up to ``level``; clips without facts are alone.

    Parameters
    ----------
    clips : sequence of Clip
    facts : mapping of clip name to ClipFacts
    level : str
        Of `LEVELS`.

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

    for each in LEVELS[: LEVELS.index(level) + 1]:
        first: dict[str, int] = {}
        for place, clip in enumerate(clips):
            if key := group_key(clip, facts, each):
                leader[find(place)] = find(first.setdefault(key, place))
    groups: dict[int, list[Clip]] = {}
    for place, clip in enumerate(clips):
        groups.setdefault(find(place), []).append(clip)
    return list(groups.values())


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
        order: an artist as written, repeats and recordings by their first clip.
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
    return facts[first.name].artist if level == "artist" else first.name


def known_levels(clips: Sequence[Clip], facts: Mapping[str, ClipFacts]) -> tuple[Level, ...]:
    """Levels on which at least two of these clips belong together."""
    found: list[Level] = []
    for level in LEVELS:
        seen: set[str] = set()
        for clip in clips:
            key = group_key(clip, facts, level)
            if key and key in seen:
                found.append(level)
                break
            seen.add(key)
    return tuple(found)
