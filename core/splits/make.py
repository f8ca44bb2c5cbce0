"""From clips and a `SplitConfig` to a `Split`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.clips.excerpts import cut_clip
from core.errors import SplitError, in_field
from core.splits.balance import share_out
from core.splits.base import PARTS, Split, by_name, check_clips
from core.splits.by_clip import Parts, draw_parts, fold_parts, rounded_up
from core.splits.config import SHORTEST_EXCERPT_S, SplitConfig
from core.splits.findings import facts_with_findings
from core.splits.groups import Level, column_level, columns_of, group_key, groups_of, known_levels, n_unknown
from core.splits.own_file import load_parts

_PARTITION_WORDS = {"train": "train", "valid": "validation", "test": "test"}
_OFF_TARGET = 0.3
"""A genre's test part that misses its share by more than this is mentioned."""


def make_split(collection: Collection, config: SplitConfig, *, seed: int, clips: Sequence[Clip] | None = None) -> Split:
    """Divide the clips of a collection as a protocol says.

    Parameters
    ----------
    collection : Collection
        Its facts say what belongs together.
    config : SplitConfig
    seed : int
        Used where the configuration has none of its own.
    clips : sequence of Clip, optional
        Those that take part (they have features); all of the collection when not given. The order does not matter.

    Returns
    -------
    Split
        The parts share no clip. Under every protocol but ``segment-random`` excerpts of one recording are in one part.
        Where the configuration cuts clips, the parts are of `core.clips.excerpts.Excerpt`.

    Raises
    ------
    SplitError
        The clips cannot be divided so; the message says what to do.

    Examples
    --------
    >>> from core.splits.config import SplitConfig
    >>> from core.splits.make import make_split
    >>> split = make_split(collection, SplitConfig(protocol="clip", test_fraction=0.25), seed=1)
    >>> len(split.train), len(split.validation), len(split.test)
    (14, 4, 6)
    """
    if config.join_findings:
        collection = replace(collection, facts=facts_with_findings(collection))
    ordered = by_name(collection.clips if clips is None else clips)
    check_clips(ordered)
    config = replace(config, seed=seed) if config.seed is None else config
    makers: dict[str, Callable[[Collection, tuple[Clip, ...], SplitConfig], Split]] = {
        "clip": _by_clip,
        "repeat": _by_group,
        "group": _by_group,
        "artist": _by_group,
        "fault-filtered": _fault_filtered,
        "file": _own_file,
        "segment-random": _segment_random,
    }
    split = makers[config.protocol](collection, ordered, config)
    return _with_excerpts(split, collection.facts)


def _draw(ordered: Sequence[Clip], config: SplitConfig) -> Parts:
    assert config.seed is not None
    if config.n_folds is not None:
        return fold_parts(
            ordered,
            seed=config.seed,
            n_folds=config.n_folds,
            fold=config.fold,
            validation_fraction=config.validation_fraction,
        )
    return draw_parts(
        ordered,
        seed=config.seed,
        test_fraction=config.test_fraction,
        validation_fraction=config.validation_fraction,
    )


def _by_clip(collection: Collection, ordered: tuple[Clip, ...], config: SplitConfig) -> Split:
    facts = collection.facts
    if "recording" not in known_levels(ordered, facts):
        return _split(_draw(ordered, config), config, f"by clip, stratified by genre{_drawn(config)}", len(ordered))
    # Excerpts: the recordings are drawn as if they were the clips, then each brings its own.
    groups = groups_of(ordered, facts, "recording")
    excerpts = {group_key(group[0], facts, "recording") or group[0].name: group for group in groups}
    stand_ins = [replace(group[0], name=name) for name, group in excerpts.items()]
    drawn = _draw(by_name(stand_ins), config)
    parts = {part: [clip for stand_in in chosen for clip in excerpts[stand_in.name]] for part, chosen in drawn.items()}
    words = f"by clip (excerpts of one recording together), stratified by genre{_drawn(config)}"
    return _split(parts, config, words, len(groups))


def _by_group(collection: Collection, ordered: tuple[Clip, ...], config: SplitConfig) -> Split:
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
    remarks += ["with repeats found by the quality check"] if config.join_findings else []
    remark = f" ({'; '.join(remarks)})" if remarks else ""
    split = _split(parts, config, f"by {name}{remark}, stratified by genre{_drawn(config)}", len(groups))
    _check_genres(split, ordered, name)
    return replace(split, warnings=_off_target(split, config))


def _level(config: SplitConfig) -> Level:
    return column_level(config.group_column) if config.protocol == "group" else config.protocol


def _group_name(config: SplitConfig) -> str:
    return {"artist": "artist", "repeat": "repeat group"}.get(config.protocol, config.group_column)


def _no_groups(ordered: Sequence[Clip], facts: Mapping[str, ClipFacts], config: SplitConfig) -> SplitError:
    if config.protocol == "group":
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
        return {part: _clips(groups, [n for n, each in enumerate(bins) if each == place])
                for place, part in enumerate(PARTS)}  # fmt: skip
    folds = share_out(genres, [1 / config.n_folds] * config.n_folds, seed=config.seed)
    tested = [number for number, each in enumerate(folds) if each == config.fold - 1]
    rest = [number for number, each in enumerate(folds) if each != config.fold - 1]
    share = validation / (1 - 1 / config.n_folds)
    bins = share_out([genres[number] for number in rest], [1 - share, share], seed=config.seed)
    learnt = [number for number, each in zip(rest, bins, strict=True) if each == 0]
    held = [number for number, each in zip(rest, bins, strict=True) if each == 1]
    return {"train": _clips(groups, learnt), "validation": _clips(groups, held), "test": _clips(groups, tested)}


def _clips(groups: Sequence[Sequence[Clip]], numbers: Sequence[int]) -> list[Clip]:
    return [clip for number in numbers for clip in groups[number]]


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
    for part in PARTS:
        if absent := sorted(genres - {clip.genre for clip in getattr(split, part)}):
            raise SplitError(
                f"With a split by {name}, the {part} set would have no clip of {', '.join(absent)}: its groups are too "
                "large or too few. Choose another seed or larger shares, or leave the genre out.",
                field="seed",
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


def _fault_filtered(collection: Collection, ordered: tuple[Clip, ...], config: SplitConfig) -> Split:
    facts = collection.facts
    parts: Parts = {part: [] for part in PARTS}
    left_out = []
    for clip in ordered:
        known = facts.get(clip.name)
        part = _PARTITION_WORDS.get(known.partition) if known is not None else None
        if part is None:
            left_out.append(clip)
        else:
            parts[part].append(clip)
    if not any(parts.values()):
        raise SplitError(
            "No fixed partition is known for these clips. GTZAN's is built in; other collections can give one in a "
            "clips.csv with the columns clip and partition (train, valid, test, excluded).",
            field="protocol",
        )
    return _fixed(parts, left_out, config, "fault-filtered (fixed partition)", "the partition")


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


def _validation_of(
    collection: Collection, clips: Sequence[Clip], config: SplitConfig, n_all: int
) -> tuple[list[Clip], list[Clip]]:
    """Train and validation part of clips of which a file says no more than that they are not tested."""
    assert config.seed is not None
    groups = groups_of(clips, collection.facts, "repeat")
    share = min(0.5, rounded_up(config.validation_fraction * n_all) / len(clips))
    bins = share_out([[clip.genre for clip in group] for group in groups], [1 - share, share], seed=config.seed)
    train = _clips(groups, [number for number, each in enumerate(bins) if each == 0])
    return train, _clips(groups, [number for number, each in enumerate(bins) if each == 1])


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
    split = _split(parts, config, words, sum(map(len, parts.values())), left_out)
    untested = sorted(genres - {clip.genre for clip in parts["test"]})
    warning = f"No test clip of {', '.join(untested)}: no result is possible for it."
    return replace(split, warnings=(warning,) if untested else ())


def _segment_random(collection: Collection, ordered: tuple[Clip, ...], config: SplitConfig) -> Split:
    are_segments = "recording" in known_levels(ordered, collection.facts)
    if config.n_excerpts is not None:
        if are_segments:
            raise SplitError(
                "These clips are already segments of recordings and are not cut again. Split them at random as they "
                "are, without a number of excerpts.",
                field="n_excerpts",
            )
        return _excerpts_at_random(ordered, config, config.n_excerpts)
    if not are_segments:
        raise SplitError(
            "These clips are whole, not segments of recordings. To split segments at random, set the number of "
            "excerpts per clip (10 gives 3 s excerpts of 30 s clips), or choose another protocol.",
            field="n_excerpts",
        )
    words = f"segments at random (wrong: segments of one recording on both sides){_drawn(config)}"
    n_recordings = len(groups_of(ordered, collection.facts, "recording"))
    split = _split(_draw(ordered, config), config, words, len(ordered))
    warning = (
        f"Wrong on purpose: the {len(ordered):,} segments of {n_recordings:,} recordings are split at random, so "
        "nearly every tested recording is also used for training. This shows what most public notebooks report."
    )
    return replace(split, warnings=(warning,))


def _excerpts_at_random(ordered: tuple[Clip, ...], config: SplitConfig, n_excerpts: int) -> Split:
    """Clips torn into excerpts, and these divided as if they were clips."""
    shortest = min(ordered, key=lambda clip: clip.duration_s or float("inf"))
    if 0 < shortest.duration_s < n_excerpts * SHORTEST_EXCERPT_S * (1 - 1e-9):
        raise SplitError(
            f"{shortest.name} lasts {shortest.duration_s:.1f} s: {n_excerpts} excerpts of it would be shorter than "
            f"{SHORTEST_EXCERPT_S:g} s. Choose fewer excerpts, or exclude the clip on Collections, Quality.",
            field="n_excerpts",
        )
    excerpts = [excerpt for clip in ordered for excerpt in cut_clip(clip, n_excerpts)]
    words = (
        f"excerpts at random (wrong: excerpts of one clip on both sides), {n_excerpts} of each clip, "
        f"stratified by genre{_drawn(config)}"
    )
    split = _split(_draw(excerpts, config), config, words, len(excerpts))
    warning = (
        f"Wrong on purpose: each of the {len(ordered):,} clips is cut into {n_excerpts} excerpts, and these are "
        "split at random, so nearly every tested clip is also used for training. This shows what most public "
        "notebooks report. Counts are of excerpts, not clips."
    )
    return replace(split, warnings=(warning,))


def _with_excerpts(split: Split, facts: Mapping[str, ClipFacts]) -> Split:
    """Excerpts of one recording are not independent: an interval computed from their number is too narrow."""
    n_recordings = len(groups_of(split.test, facts, "recording"))
    if n_recordings == len(split.test):
        return split
    whole = "clips" if split.config.n_excerpts is not None else "recordings"
    what = "test excerpts are" if split.config.n_excerpts is not None else "test clips are excerpts"
    warning = (
        f"The {len(split.test):,} {what} of {n_recordings:,} {whole}, so an interval computed from their number is "
        "too narrow."
    )
    protocol = f"{split.protocol}; the {what} of {n_recordings} {whole}"
    return replace(split, protocol=protocol, warnings=(*split.warnings, warning))


def _drawn(config: SplitConfig) -> str:
    fold = f", fold {config.fold} of {config.n_folds}" if config.n_folds is not None else ""
    return f"{fold}, seed {config.seed}"


def _split(parts: Parts, config: SplitConfig, words: str, n_groups: int, left_out: Sequence[Clip] = ()) -> Split:
    sizes = ", ".join(f"{len(parts[part])} {part}" for part in PARTS)
    out = f"; {len(left_out)} left out" if left_out else ""
    return Split(
        train=by_name(parts["train"]),
        validation=by_name(parts["validation"]),
        test=by_name(parts["test"]),
        protocol=f"{words}: {sizes}{out}",
        config=config,
        n_groups=n_groups,
        left_out=by_name(left_out),
        warnings=(),
    )
