"""Published partition (GTZAN's: fault-filtered) and own file: parts that stand beforehand, in facts or in a file."""

from collections.abc import Sequence
from dataclasses import replace

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.collections.clip_facts import is_gtzan
from core.errors import SplitError, in_field
from core.splits.balance import share_out
from core.splits.base import PARTS, Parts, Split, assemble
from core.splits.by_clip import rounded_up
from core.splits.config import SplitConfig
from core.splits.groups import clips_of, groups_of
from core.splits.maker import Known, Maker
from core.splits.own_file import load_parts

_VALIDATION_SEED = 0
PARTITION_WORDS = {"train": "train", "valid": "validation", "test": "test"}
"""Part of a split by its word in facts; clips of other words take no part."""


def _fault_filtered(collection: Collection, ordered: tuple[Clip, ...], config: SplitConfig) -> Split:
    facts = collection.facts
    parts: Parts = {part: [] for part in PARTS}
    left_out = []
    for clip in ordered:
        known = facts.get(clip.name)
        part = PARTITION_WORDS.get(known.partition) if known is not None else None
        if part is None:
            left_out.append(clip)
        else:
            parts[part].append(clip)
    if not any(parts.values()):
        raise SplitError(
            "No fixed partition is known for these clips. GTZAN's is built in; other collections can give one in a "
            "clips.csv with the columns clip and partition (train, valid, test, excluded), in train and test folders, "
            "or in the table that its genres are read from.",
            field="protocol",
        )
    is_filtered = is_gtzan(ordered, facts)
    words = "fault-filtered (fixed partition)" if is_filtered else "published partition"
    if parts["train"] and parts["test"] and not parts["validation"]:
        # Many publish two parts. The third is the same in every run: the partition is fixed.
        still = replace(config, seed=_VALIDATION_SEED)
        parts["train"], parts["validation"] = _validation_of(collection, parts["train"], still, len(ordered))
        words += ", validation drawn by clip from its training part"
    return _fixed(parts, left_out, config, words, "the partition")


def _why_no_partition(known: Known) -> str:
    facts = known.facts
    is_known = any(clip.name in facts and facts[clip.name].partition for clip in known.clips)
    return "" if is_known else "no fixed partition is known"


FAULT_FILTERED = Maker(make=_fault_filtered, why_not=_why_no_partition)


def _own_file(collection: Collection, ordered: tuple[Clip, ...], config: SplitConfig) -> Split:
    with in_field("file"):
        part_of = load_parts(collection.id, config.file, [clip.name for clip in ordered])
    parts: Parts = {part: [] for part in PARTS}
    for clip in ordered:
        if clip.name in part_of:
            parts[part_of[clip.name]].append(clip)
    left_out = [clip for clip in ordered if clip.name not in part_of]
    words = f"own file {config.file_name or 'without a name'} ({config.file[:6]})"
    if parts["train"] and not parts["validation"]:
        parts["train"], parts["validation"] = _validation_of(collection, parts["train"], config, len(ordered))
        words += f", validation drawn by clip, seed {config.seed}"
    return _fixed(parts, left_out, config, words, "the file")


# A file can always be brought, and none is usual.
OWN_FILE = Maker(make=_own_file, usual=lambda known: [])


def _validation_of(
    collection: Collection, clips: Sequence[Clip], config: SplitConfig, n_all: int
) -> tuple[list[Clip], list[Clip]]:
    """Train and validation part of clips of which a file says no more than that they are not tested."""
    assert config.seed is not None
    groups = groups_of(clips, collection.facts, "repeat")
    share = min(0.5, rounded_up(config.validation_fraction * n_all) / len(clips))
    bins = share_out([[clip.genre for clip in group] for group in groups], [1 - share, share], seed=config.seed)
    train = clips_of(groups, [number for number, each in enumerate(bins) if each == 0])
    return train, clips_of(groups, [number for number, each in enumerate(bins) if each == 1])


def _fixed(parts: Parts, left_out: Sequence[Clip], config: SplitConfig, words: str, source: str) -> Split:
    """A split whose parts stand beforehand: every genre must be learnt, and one clip each be validated and tested."""
    genres = {clip.genre for clip in (*(clip for part in parts.values() for clip in part), *left_out)}
    if absent := sorted(genres - {clip.genre for clip in parts["train"]}):
        raise SplitError(
            f"In {source}, no clip of {', '.join(absent)} is used for training. Leave the genre out.", field="protocol"
        )
    if empty := [part for part in ("validation", "test") if not parts[part]]:
        raise SplitError(
            f"In {source}, no clip of these genres is left for {' and '.join(empty)}. Choose further genres or another "
            "protocol.",
            field="protocol",
        )
    split = assemble(parts, config, words, sum(map(len, parts.values())), left_out)
    untested = sorted(genres - {clip.genre for clip in parts["test"]})
    warning = f"No test clip of {', '.join(untested)}: no result is possible for it."
    return replace(split, warnings=(warning,) if untested else ())
