"""What a page shows of a split before anything is trained on it, and which protocols a collection permits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.errors import GenreLabError
from core.splits.base import Split
from core.splits.config import DEFAULT_EXCERPTS, PROTOCOLS, SHORTEST_EXCERPT_S, SplitConfig
from core.splits.findings import facts_with_findings
from core.splits.groups import Level, Straddling, column_level, columns_of, group_key, known_levels, straddling
from core.splits.make import make_split


@dataclass(frozen=True, kw_only=True)
class Leak:
    """What one level leaks under a split, and what it would under the split by clip with the same seed.

    Attributes
    ----------
    here : Straddling
    by_clip : Straddling or None
        None where the split is by clip itself, or the clips cannot be divided by clip.
    """

    here: Straddling
    by_clip: Straddling | None


@dataclass(frozen=True, kw_only=True)
class SplitSummary:
    """A split in figures: small, where a `Split` holds every clip.

    Attributes
    ----------
    protocol : str
        In words.
    level : str
        Level of the column (see `core.splits.groups`) by which the clips are divided; empty where by none.
    unit : str
        What the figures count: ``"clip"`` or ``"excerpt"``.
    sizes : dict of str to int
        Clips or excerpts by part.
    counts : dict of genre to dict of part to int
    n_groups, n_left_out : int
    leaks : tuple of Leak
        One for each level on which clips of the collection are known to belong together.
    warnings : tuple of str
    """

    protocol: str
    level: str
    unit: str
    sizes: dict[str, int]
    counts: dict[str, dict[str, int]]
    n_groups: int
    n_left_out: int
    leaks: tuple[Leak, ...]
    warnings: tuple[str, ...]


def summarise(collection: Collection, config: SplitConfig, *, seed: int, clips: Sequence[Clip]) -> SplitSummary:
    """Make a split and say what there is to know of it; raises as `make_split`."""
    if config.join_findings:
        collection = replace(collection, facts=facts_with_findings(collection))
    split = make_split(collection, config, seed=seed, clips=clips)
    levels = known_levels(clips, collection.facts)
    if config.n_excerpts is not None:
        levels = ("recording", *levels)
    weaker = _by_clip(collection, config, seed, clips) if levels and config.protocol != "clip" else None
    return SplitSummary(
        protocol=split.protocol,
        level=column_level(config.group_column) if config.protocol == "group" else "",
        unit=config.unit,
        sizes=split.sizes,
        counts=split.counts,
        n_groups=split.n_groups,
        n_left_out=len(split.left_out),
        leaks=tuple(_leak(split, weaker, collection.facts, level) for level in levels),
        warnings=split.warnings,
    )


def _by_clip(collection: Collection, config: SplitConfig, seed: int, clips: Sequence[Clip]) -> Split | None:
    """The same clips by clip, in the same shares."""
    try:
        return make_split(collection, _as_by_clip(config), seed=seed, clips=clips)
    except GenreLabError:
        return None


def _as_by_clip(config: SplitConfig) -> SplitConfig:
    return replace(
        config, protocol="clip", file="", file_name="", join_findings=False, n_excerpts=None, group_column=""
    )


def _leak(split: Split, weaker: Split | None, facts: Mapping[str, ClipFacts], level: Level) -> Leak:
    return Leak(
        here=straddling(split, facts, level), by_clip=None if weaker is None else straddling(weaker, facts, level)
    )


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


def excerpts_to_cut(clips: Sequence[Clip], facts: Mapping[str, ClipFacts]) -> int | None:
    """Excerpts that each clip is cut into, where segments are divided at random and nobody says into how many.

    Ten, or as many as the shortest clip has half seconds; None where the clips are segments already.
    """
    if "recording" in known_levels(clips, facts):
        return None
    shortest_s = min((clip.duration_s for clip in clips if clip.duration_s), default=float("inf"))
    return max(2, int(min(DEFAULT_EXCERPTS, shortest_s / SHORTEST_EXCERPT_S + 1e-9)))


def protocols_for(
    clips: Sequence[Clip], facts: Mapping[str, ClipFacts], *, has_spectrograms: bool = True
) -> dict[str, str]:
    """Why each protocol cannot be had with these clips; empty for those that can.

    Whether there are clips enough is only known once a split is made. A file can always be brought.

    Parameters
    ----------
    clips : sequence of Clip
    facts : mapping of clip name to ClipFacts
    has_spectrograms : bool
        Whether the collection has, or can have, features with a time axis, of which excerpts can be cut.
    """
    levels = known_levels(clips, facts)
    reasons = dict.fromkeys(PROTOCOLS, "")
    if "recording" not in levels and not has_spectrograms:
        reasons["segment-random"] = "its clips are whole, and numeric features cannot be cut into segments"
    if "repeat" not in levels:
        reasons["repeat"] = "no repeats are known"
    if not group_columns(clips, facts):
        reasons["group"] = "it has no further column in which clips share a value"
    if "artist" not in levels:
        reasons["artist"] = "no two clips are known to be by one artist"
    if not any(clip.name in facts and facts[clip.name].partition for clip in clips):
        reasons["fault-filtered"] = "no fixed partition is known"
    return reasons


def has_spectrograms(collection: Collection) -> bool:
    """Whether there are, or can be, features of it with a time axis."""
    return collection.has_audio or any(not front_end.is_numeric for front_end in collection.front_ends)


def permitted(collection: Collection, clips: Sequence[Clip], *, seed: int) -> dict[str, SplitConfig]:
    """Splits that these clips can be divided by, in the usual shares, by `SplitConfig.key`: what a leak meter compares.

    By group column there is one for each column.
    """
    facts = collection.facts
    found: dict[str, SplitConfig] = {}
    reasons = protocols_for(clips, facts, has_spectrograms=has_spectrograms(collection))
    for protocol, reason in reasons.items():
        if reason or protocol == "file":
            continue
        for config in _usual(protocol, clips, facts):
            try:
                make_split(collection, config, seed=seed, clips=clips)
            except GenreLabError:
                continue
            found[config.key] = config
    return found


def _usual(protocol: str, clips: Sequence[Clip], facts: Mapping[str, ClipFacts]) -> list[SplitConfig]:
    """The splits by a protocol, in the usual shares."""
    if protocol == "segment-random":
        return [SplitConfig(protocol="segment-random", n_excerpts=excerpts_to_cut(clips, facts))]
    if protocol == "group":
        return [SplitConfig(protocol="group", group_column=each.name) for each in group_columns(clips, facts)]
    return [SplitConfig(protocol=protocol)]  # type: ignore[arg-type]
