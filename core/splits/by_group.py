"""By repeat group, artist or column: clips that belong together stay together; groups are shared out to the parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.errors import SplitError
from core.splits.balance import lacks_a_genre, share_out
from core.splits.base import PARTS, Parts, Split, assemble, drawn_words, joined_remarks
from core.splits.config import SplitConfig
from core.splits.groups import (
    Level,
    clips_of,
    column_level,
    columns_of,
    group_key,
    groups_of,
    known_levels,
    n_unknown,
)
from core.splits.maker import Known, Maker

_OFF_TARGET = 0.3
"""A genre's test part that misses its share by more than this is mentioned."""


@dataclass(frozen=True, kw_only=True)
class GroupColumn:
    """A column of the collection's own that clips can be divided by.

    Attributes
    ----------
    name : str
    n_groups : int
        Different values among the clips.
    n_without : int
        Clips without a value, each of which is alone.
    """

    name: str
    n_groups: int
    n_without: int


def group_columns(clips: Sequence[Clip], facts: Mapping[str, ClipFacts]) -> tuple[GroupColumn, ...]:
    """Columns that keep at least two of these clips together and have at least two values."""
    found = []
    for name in columns_of(clips, facts):
        keys = [group_key(clip, facts, column_level(name)) for clip in clips]
        values = {key for key in keys if key}
        n_without = keys.count("")
        if 2 <= len(values) < len(clips) - n_without:
            found.append(GroupColumn(name=name, n_groups=len(values), n_without=n_without))
    return tuple(found)


def _make(collection: Collection, ordered: tuple[Clip, ...], config: SplitConfig) -> Split:
    level, facts = _level(config), collection.facts
    name = _group_name(config)
    if level not in known_levels(ordered, facts):
        raise _no_groups(ordered, facts, config)
    groups = groups_of(ordered, facts, level)
    _check_groups(groups, config)
    parts = _share_groups(groups, config)
    alone = n_unknown(groups, facts, level) if level != "repeat" else 0
    what = "of unknown artist" if level == "artist" else f"without {config.group_column}"
    remarks = [f"{alone} {what}, each alone"] if alone else []
    remarks += joined_remarks(config)
    remark = f" ({'; '.join(remarks)})" if remarks else ""
    split = assemble(parts, config, f"by {name}{remark}, stratified by genre{drawn_words(config)}", len(groups))
    _check_genres(split, ordered, name)
    return replace(split, warnings=_off_target(split, config))


def _by_level(level: Level, reason: str) -> Maker:
    """Maker of the protocol that is named as its level."""
    return Maker(make=_make, why_not=lambda known: "" if level in known.levels else reason)


BY_REPEAT = _by_level("repeat", "no repeats are known")
BY_ARTIST = _by_level("artist", "no two clips are known to be by one artist")


def _why_no_column(known: Known) -> str:
    has_columns = group_columns(known.clips, known.facts)
    return "" if has_columns else "it has no further column in which clips share a value"


def _usual_columns(known: Known) -> list[dict[str, Any]]:
    return [{"group_column": each.name} for each in group_columns(known.clips, known.facts)]


BY_COLUMN = Maker(make=_make, why_not=_why_no_column, usual=_usual_columns)


def _level(config: SplitConfig) -> Level:
    return column_level(config.group_column) if config.group_column else config.protocol


def _group_name(config: SplitConfig) -> str:
    return {"artist": "artist", "repeat": "repeat group"}.get(config.protocol, config.group_column)


def _no_groups(ordered: Sequence[Clip], facts: Mapping[str, ClipFacts], config: SplitConfig) -> SplitError:
    if config.group_column:
        columns = columns_of(ordered, facts)
        if config.group_column not in columns:
            has = f"the columns {', '.join(columns)}" if columns else "no column of its own"
            return SplitError(
                f"These clips have no column {config.group_column!r} to split by; the collection has {has}. Choose "
                "one of those, or add the column to a clips.csv next to the genre folders or to the table of "
                "features.",
                field="group_column",
            )
        return SplitError(
            f"No two of these clips have the same {config.group_column}, so splitting by it is the same as splitting "
            "by clip. Choose that, or another column.",
            field="group_column",
        )
    by_artist = config.protocol == "artist"
    what = "by one artist" if by_artist else "known to repeat one another"
    return SplitError(
        f"No two of these clips are {what}, so they cannot be split by {config.protocol}. Add a clips.csv with the "
        f"columns clip and {'artist' if by_artist else 'group'}, or split by clip.",
        field="protocol",
    )


def _share_groups(groups: Sequence[Sequence[Clip]], config: SplitConfig) -> Parts:
    assert config.seed is not None
    genres = [[clip.genre for clip in group] for group in groups]
    validation = config.validation_fraction
    if config.n_folds is None:
        test = config.test_fraction
        bins = share_out(genres, [1 - test - validation, validation, test], seed=config.seed)
        return {part: clips_of(groups, [n for n, each in enumerate(bins) if each == place])
                for place, part in enumerate(PARTS)}  # fmt: skip
    folds = _share_into_folds(genres, config.n_folds, share=validation, seed=config.seed)
    tested = [number for number, each in enumerate(folds) if each == config.fold - 1]
    rest = [number for number, each in enumerate(folds) if each != config.fold - 1]
    share = validation / (1 - 1 / config.n_folds)
    bins = share_out([genres[number] for number in rest], [1 - share, share], seed=config.seed)
    learnt = [number for number, each in zip(rest, bins, strict=True) if each == 0]
    held = [number for number, each in zip(rest, bins, strict=True) if each == 1]
    return {"train": clips_of(groups, learnt), "validation": clips_of(groups, held), "test": clips_of(groups, tested)}


def _share_into_folds(genres: Sequence[Sequence[str]], n_folds: int, *, share: float, seed: int) -> list[int]:
    """Fold of each group, so that what is not tested can always be divided into training and validation part."""
    folds = share_out(genres, [1 / n_folds] * n_folds, seed=seed)
    if n_folds > 2 or all(_can_be_halved([g for g, at in zip(genres, folds, strict=True) if at == n]) for n in (0, 1)):
        return folds
    # Of more than two folds, the others can be parted between folds; here each fold must be made of two parts.
    quarters = share_out(genres, [share, 0.5 - share] * 2, seed=seed)
    return folds if lacks_a_genre(genres, quarters, 4) else [quarter // 2 for quarter in quarters]


def _can_be_halved(genres: Sequence[Sequence[str]]) -> bool:
    return not lacks_a_genre(genres, share_out(genres, [0.5, 0.5], seed=0), 2)


def _check_groups(groups: Sequence[Sequence[Clip]], config: SplitConfig) -> None:
    """Each genre needs a group for every part, or every fold and one more for validation."""
    needed = 3 if config.n_folds is None else max(3, config.n_folds)
    n_by_genre: dict[str, int] = {}
    for group in groups:
        for genre in {clip.genre for clip in group}:
            n_by_genre[genre] = n_by_genre.get(genre, 0) + 1
    name = _group_name(config)
    if few := sorted(genre for genre, n in n_by_genre.items() if n < needed):
        listed = ", ".join(f"{genre} has {n_by_genre[genre]}" for genre in few)
        way = "fewer folds" if config.n_folds is not None and config.n_folds > 3 else "another protocol"
        raise SplitError(
            f"Too few groups to split by {name}: {listed}. Each genre needs at least {needed} groups that can be "
            f"separated. Leave the genre out, add clips of other groups, or choose {way}.",
            field="n_folds" if config.n_folds is not None and config.n_folds > 3 else "protocol",
        )


def _check_genres(split: Split, ordered: Sequence[Clip], name: str) -> None:
    genres = {clip.genre for clip in ordered}
    way = "another protocol" if split.config.n_folds is None else "fewer folds or another protocol"
    for part in PARTS:
        if absent := sorted(genres - {clip.genre for clip in getattr(split, part)}):
            raise SplitError(
                f"With a split by {name}, the {part} set would have no clip of {', '.join(absent)}: groups that hold "
                f"several genres are in the way, whatever the seed. Choose {way}, or leave the genre out.",
                field="protocol" if split.config.n_folds is None else "n_folds",
            )


def _off_target(split: Split, config: SplitConfig) -> tuple[str, ...]:
    """Genres whose test part is far from the share asked for, since groups cannot be parted."""
    off = []
    for genre, counts in split.counts.items():
        wanted = config.share_of_test * sum(counts.values())
        if abs(counts["test"] - wanted) > max(2.0, _OFF_TARGET * wanted):
            off.append(f"{genre} {counts['test']} instead of {wanted:.0f}")
    if not off:
        return ()
    return (f"Groups cannot be divided, so some genres miss their share of the test set: {', '.join(off)}.",)
