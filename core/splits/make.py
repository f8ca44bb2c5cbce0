"""From clips and a `SplitConfig` to a `Split`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.splits import by_clip, by_group, fixed, segments
from core.splits.base import Split, by_name, check_clips
from core.splits.config import SplitConfig
from core.splits.groups import groups_of
from core.splits.maker import Maker
from core.splits.together import joined_facts

MAKERS: dict[str, Maker] = {
    "segment-random": segments.MAKER,
    "clip": by_clip.MAKER,
    "repeat": by_group.BY_REPEAT,
    "group": by_group.BY_COLUMN,
    "artist": by_group.BY_ARTIST,
    "fault-filtered": fixed.FAULT_FILTERED,
    "file": fixed.OWN_FILE,
}
"""What makes the splits of each protocol of `core.splits.protocols.PROTOCOLS`."""


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
        The parts share no clip. Under every protocol that is not wrong excerpts of one recording are in one part.
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
    collection = replace(collection, facts=joined_facts(collection, config))
    ordered = by_name(collection.clips if clips is None else clips)
    check_clips(ordered)
    config = replace(config, seed=seed) if config.seed is None else config
    split = MAKERS[config.protocol].make(collection, ordered, config)
    return _with_excerpts(split, collection.facts)


def _with_excerpts(split: Split, facts: Mapping[str, ClipFacts]) -> Split:
    """Parts and copies of one recording are not independent: an interval computed from their number is too narrow."""
    n_recordings = len(groups_of(split.test, facts, "recording"))
    if n_recordings == len(split.test):
        return split
    whole = "clips" if split.config.cuts_clips else "recordings"
    what = "test excerpts are" if split.config.cuts_clips else "test clips are"
    warning = (
        f"The {len(split.test):,} {what} of {n_recordings:,} {whole}, so an interval computed from their number is "
        "too narrow."
    )
    protocol = f"{split.protocol}; the {what} of {n_recordings} {whole}"
    return replace(split, protocol=protocol, warnings=(*split.warnings, warning))
