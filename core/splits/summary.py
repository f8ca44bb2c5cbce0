"""What a page shows of a split before anything is trained on it, and which protocols a collection permits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.errors import GenreLabError
from core.splits.base import Split
from core.splits.config import SplitConfig
from core.splits.findings import facts_with_findings
from core.splits.groups import Level, Straddling, column_level, known_levels, straddling
from core.splits.make import MAKERS, make_split
from core.splits.maker import Known
from core.splits.protocols import PROTOCOLS
from core.splits.together import joined_facts, joins_findings


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
    collection = replace(collection, facts=joined_facts(collection, config))
    split = make_split(collection, config, seed=seed, clips=clips)
    levels = known_levels(clips, collection.facts)
    if config.cuts_clips:
        levels = ("recording", *levels)
    weaker = _by_clip(collection, config, seed, clips) if levels and config.protocol != "clip" else None
    return SplitSummary(
        protocol=split.protocol,
        level=column_level(config.group_column) if config.group_column else "",
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
        config,
        protocol="clip",
        file="",
        file_name="",
        join_findings=False,
        join_likely=False,
        n_excerpts=None,
        group_column="",
    )


def _leak(split: Split, weaker: Split | None, facts: Mapping[str, ClipFacts], level: Level) -> Leak:
    return Leak(
        here=straddling(split, facts, level), by_clip=None if weaker is None else straddling(weaker, facts, level)
    )


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
    known = Known(clips=clips, facts=facts, has_spectrograms=has_spectrograms)
    return {protocol: MAKERS[protocol].why_not(known) for protocol in PROTOCOLS}


def has_spectrograms(collection: Collection) -> bool:
    """Whether there are, or can be, features of it with a time axis."""
    return collection.has_audio or any(not front_end.is_numeric for front_end in collection.front_ends)


@dataclass(frozen=True, kw_only=True)
class Permitted:
    """Which splits some clips can be divided by in the usual shares, and why not by others.

    Attributes
    ----------
    splits : dict of str to SplitConfig
        By `SplitConfig.key`, in the order of the protocols; by group column there is one for each column.
    refused : dict of str to str
        The reason in words by `SplitConfig.key`: something is not known of the clips, or they are too few. A file of
        one's own is in neither.
    unknown : tuple of str
        Those of ``refused`` for which something would have to be known of the clips.
    """

    splits: dict[str, SplitConfig]
    refused: dict[str, str]
    unknown: tuple[str, ...]


def permitted(collection: Collection, clips: Sequence[Clip], *, seed: int) -> Permitted:
    """What a leak meter can compare of these clips, and why it cannot compare the rest."""
    splits: dict[str, SplitConfig] = {}
    refused: dict[str, str] = {}
    unknown = []
    for protocol, known in _known_by_protocol(collection, clips).items():
        if reason := MAKERS[protocol].why_not(known):
            refused[protocol] = f"{reason[:1].upper()}{reason[1:]}."
            if PROTOCOLS[protocol].needs_known_groups:
                unknown.append(protocol)
    for config in usual_configs(collection, clips):
        if config.protocol in refused:
            continue
        try:
            make_split(collection, config, seed=seed, clips=clips)
        except GenreLabError as error:
            refused[config.key] = str(error)
        else:
            splits[config.key] = config
    return Permitted(splits=splits, refused=refused, unknown=tuple(unknown))


def usual_configs(collection: Collection, clips: Sequence[Clip]) -> list[SplitConfig]:
    """The splits that a leak meter compares, in the usual shares, in the order of the protocols; not all can be had.

    Protocols that keep groups together keep repeats together that only the quality check heard, as on Train.
    """
    joined = _joins(collection, clips)
    return [
        SplitConfig(protocol=protocol, join_findings=joined and PROTOCOLS[protocol].keeps_groups, **values)
        for protocol, known in _known_by_protocol(collection, clips).items()
        for values in MAKERS[protocol].usual(known)
    ]


def _joins(collection: Collection, clips: Sequence[Clip]) -> bool:
    """Whether protocols that keep groups together do so with what the quality check found."""
    return any(joins_findings(collection, clips, rules) for rules in PROTOCOLS.values() if rules.keeps_groups)


def _known_by_protocol(collection: Collection, clips: Sequence[Clip]) -> dict[str, Known]:
    """What is known of the clips under each protocol."""
    plain = Known(clips=clips, facts=collection.facts, has_spectrograms=has_spectrograms(collection))
    joined = replace(plain, facts=facts_with_findings(collection)) if _joins(collection, clips) else plain
    return {protocol: joined if rules.keeps_groups else plain for protocol, rules in PROTOCOLS.items()}
