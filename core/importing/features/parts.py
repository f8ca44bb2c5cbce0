"""Tables whose rows are parts of clips, read as features of the clips themselves: a column a part."""

from collections import defaultdict
from collections.abc import Collection as Names
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core.clips.clip import ClipFacts
from core.features.gtzan_parts import GtzanTableParts
from core.features.gtzan_table import GtzanTableFeatures
from core.importing.features.file import Block, FeatureFile, made

_SAME_LENGTH_S = 0.01


def as_parts(file: FeatureFile, clips: Names[str], shown: str) -> FeatureFile | None:
    """The same features by clip, where a table of GTZAN's columns holds parts, all equally long, of these clips.

    Parameters
    ----------
    file : FeatureFile
    clips : collection of str
        Names of the clips that are to get the features.
    shown : str
        The file's name, for messages.

    Returns
    -------
    FeatureFile or None
        None where its rows are no such parts. Parts come in the order of their names, which number them.

    Raises
    ------
    CollectionError
        The parts are longer or more than `GtzanTableParts` takes.
    """
    if not isinstance(file.front_end, GtzanTableFeatures):
        return None
    rows: dict[str, list[int]] = defaultdict(list)
    for place, name in sorted(enumerate(file.names), key=lambda each: each[1]):
        parent = file.facts.get(name, ClipFacts()).parent
        if parent in clips:
            rows[parent].append(place)
    lengths_s = [file.duration_s[place] for places in rows.values() for place in places]
    n_parts = max((len(places) for places in rows.values()), default=0)
    if n_parts < 2 or max(lengths_s) - min(lengths_s) > _SAME_LENGTH_S or min(lengths_s) <= 0:
        return None
    front_end = made(lambda: GtzanTableParts(part_s=lengths_s[0], n_parts=n_parts), shown)
    clip_of = {place: (clip, part) for clip, places in enumerate(rows.values()) for part, place in enumerate(places)}

    def read(_: FeatureFile) -> Iterator[Block]:
        values = np.zeros((len(rows), *front_end.shape), dtype=np.float32)
        whole = np.zeros((len(rows), n_parts), dtype=bool)
        for places, block in file.blocks():
            for place, row in zip(places, block, strict=True):
                if place in clip_of:
                    clip, part = clip_of[place]
                    values[clip, :, part], whole[clip, part] = row[:, 0], True
        usable = [clip for clip, places in enumerate(rows.values()) if whole[clip, : len(places)].all()]
        yield usable, values[usable]

    return replace(
        file,
        front_end=front_end,
        names=tuple(rows),
        genres=tuple(file.genres[places[0]] for places in rows.values()),
        n_valid=tuple(len(places) for places in rows.values()),
        duration_s=tuple(lengths_s[0] * len(places) for places in rows.values()),
        facts={},
        read=read,
        skipped=file.skipped,
    )
