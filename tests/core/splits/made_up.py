"""A protocol that Genre Lab does not have: the first names of each genre are trained on, the last are tested."""

from math import ceil

import pytest

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.splits.base import Split, assemble
from core.splits.config import SplitConfig
from core.splits.make import MAKERS
from core.splits.maker import Known, Maker
from core.splits.protocols import PROTOCOLS, Protocol

ALPHABETICAL = Protocol(
    id="alphabetical",
    title="By alphabet",
    about="The first names of each genre are for training, the last ones for the test.",
    in_words="divided by alphabet",
    drawn=True,
)


def _make(collection: Collection, ordered: tuple[Clip, ...], config: SplitConfig) -> Split:
    parts: dict[str, list[Clip]] = {"train": [], "validation": [], "test": []}
    for genre in sorted({clip.genre for clip in ordered}):
        clips = [clip for clip in ordered if clip.genre == genre]
        n_test, n_validation = (
            ceil(share * len(clips)) for share in (config.test_fraction, config.validation_fraction)
        )
        parts["test"] += clips[len(clips) - n_test :]
        parts["validation"] += clips[len(clips) - n_test - n_validation : len(clips) - n_test]
        parts["train"] += clips[: len(clips) - n_test - n_validation]
    return assemble(parts, config, "by alphabet", len(ordered))


def _why_not(known: Known) -> str:
    return "" if len(known.clips) >= 20 else "there are fewer than 20 clips"


def add_alphabetical(patch: pytest.MonkeyPatch) -> None:
    """Enter it into both tables, as a new protocol would be."""
    patch.setitem(PROTOCOLS, ALPHABETICAL.id, ALPHABETICAL)
    patch.setitem(MAKERS, ALPHABETICAL.id, Maker(make=_make, why_not=_why_not))
