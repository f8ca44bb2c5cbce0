"""What a page shows of a split before anything is trained on it, and which protocols a collection permits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.collections.base import Clip, ClipFacts, Collection
from core.errors import GenreLabError
from core.splits.base import Split
from core.splits.config import PROTOCOLS, SplitConfig
from core.splits.findings import facts_with_findings
from core.splits.groups import Level, Straddling, known_levels, straddling
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
    sizes : dict of str to int
        Clips by part.
    counts : dict of genre to dict of part to int
    n_groups, n_left_out : int
    leaks : tuple of Leak
        One for each level on which clips of the collection are known to belong together.
    warnings : tuple of str
    """

    protocol: str
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
    weaker = _by_clip(collection, config, seed, clips) if levels and config.protocol != "clip" else None
    return SplitSummary(
        protocol=split.protocol,
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
    return replace(config, protocol="clip", file="", file_name="", join_findings=False)


def _leak(split: Split, weaker: Split | None, facts: Mapping[str, ClipFacts], level: Level) -> Leak:
    return Leak(
        here=straddling(split, facts, level), by_clip=None if weaker is None else straddling(weaker, facts, level)
    )


def protocols_for(clips: Sequence[Clip], facts: Mapping[str, ClipFacts]) -> dict[str, str]:
    """Why each protocol cannot be had with these clips; empty for those that can.

    Whether there are clips enough is only known once a split is made. A file can always be brought.
    """
    levels = known_levels(clips, facts)
    reasons = dict.fromkeys(PROTOCOLS, "")
    if "recording" not in levels:
        reasons["segment-random"] = "its clips are whole, not segments of recordings"
    if "repeat" not in levels:
        reasons["repeat"] = "no repeats are known"
    if "artist" not in levels:
        reasons["artist"] = "no two clips are known to be by one artist"
    if not any(clip.name in facts and facts[clip.name].partition for clip in clips):
        reasons["fault-filtered"] = "no fixed partition is known"
    return reasons


def permitted(collection: Collection, clips: Sequence[Clip], *, seed: int) -> dict[str, SplitConfig]:
    """Protocols that these clips can be divided by, in the usual shares: what a leak meter can compare."""
    found: dict[str, SplitConfig] = {}
    for protocol, reason in protocols_for(clips, collection.facts).items():
        if reason or protocol == "file":
            continue
        config = SplitConfig(protocol=protocol)  # type: ignore[arg-type]
        try:
            make_split(collection, config, seed=seed, clips=clips)
        except GenreLabError:
            continue
        found[protocol] = config
    return found
