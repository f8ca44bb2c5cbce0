"""What each protocol's own file provides: how its split is made, and when it can be had."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.splits.base import Split
from core.splits.config import SplitConfig
from core.splits.groups import Level, known_levels


@dataclass(frozen=True, kw_only=True)
class Known:
    """Clips that are to be divided, and what is known of them.

    Attributes
    ----------
    clips : sequence of Clip
    facts : mapping of clip name to ClipFacts
    has_spectrograms : bool
        Whether the collection has, or can have, features with a time axis, of which excerpts can be cut.
    """

    clips: Sequence[Clip]
    facts: Mapping[str, ClipFacts]
    has_spectrograms: bool = True

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """Levels on which at least two of the clips belong together."""
        return known_levels(self.clips, self.facts)


def _always(known: Known) -> str:
    return ""


def _plain(known: Known) -> list[dict[str, Any]]:
    return [{}]


@dataclass(frozen=True, kw_only=True)
class Maker:
    """How the splits of one protocol are made.

    Attributes
    ----------
    make : callable
        Divides the clips of a collection that take part, in the order of their names; the configuration has its seed.
        Raises `SplitError`.
    why_not : callable
        Why it cannot be had with clips, as the end of a sentence; empty where it can. Whether there are clips enough is
        only known once a split is made.
    usual : callable
        What a `SplitConfig` in the usual shares needs beside the protocol: one set of values for each split that a leak
        meter compares.
    """

    make: Callable[[Collection, tuple[Clip, ...], SplitConfig], Split]
    why_not: Callable[[Known], str] = _always
    usual: Callable[[Known], list[dict[str, Any]]] = _plain
