"""What a split is: clips by part, the protocol in words, and what else is known of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.clips.clip import Clip
from core.errors import SplitError
from core.splits.config import SplitConfig

PARTS = ("train", "validation", "test")
Parts = dict[str, list[Clip]]
"""Clips by part."""


@dataclass(frozen=True)
class Split:
    """Clips by part, each sorted by name.

    Attributes
    ----------
    train, validation, test : tuple of Clip
    protocol : str
        How it was made, in words, to be shown beside every figure.
    config : SplitConfig
    n_groups : int
        Groups that were kept together, lone clips counted as groups of one; as many as clips where clips are divided.
    left_out : tuple of Clip
        Clips in no part: excluded from a fixed partition, or not in it.
    warnings : tuple of str
        What a person should know before trusting a figure measured on this split.
    """

    train: tuple[Clip, ...]
    validation: tuple[Clip, ...]
    test: tuple[Clip, ...]
    protocol: str
    config: SplitConfig = field(default_factory=SplitConfig, compare=False)
    n_groups: int = field(default=0, compare=False)
    left_out: tuple[Clip, ...] = field(default=(), compare=False)
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def sizes(self) -> dict[str, int]:
        """Number of clips by part."""
        return {part: len(getattr(self, part)) for part in PARTS}

    @property
    def names(self) -> dict[str, list[str]]:
        """Clip names by part."""
        return {part: [clip.name for clip in getattr(self, part)] for part in PARTS}

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Number of clips by genre (in alphabetical order) and part."""
        by_part = {part: Counter(clip.genre for clip in getattr(self, part)) for part in PARTS}
        genres = sorted({genre for counted in by_part.values() for genre in counted})
        return {genre: {part: by_part[part][genre] for part in PARTS} for genre in genres}


def by_name(clips: Sequence[Clip]) -> tuple[Clip, ...]:
    """Clips in the order of their names."""
    return tuple(sorted(clips, key=lambda clip: clip.name))


def check_clips(clips: Sequence[Clip]) -> None:
    """`SplitError` where two clips have one name, or there are fewer than two genres."""
    repeated = [name for name, n in Counter(clip.name for clip in clips).items() if n > 1]
    if repeated:
        raise SplitError(f"Expected unique clip names, got {repeated[0]} more than once. Rename the file and rescan.")
    genres = sorted({clip.genre for clip in clips})
    if len(genres) < 2:
        raise SplitError(f"Expected at least two genres with clips, got {', '.join(genres) or 'none'}.")


def drawn_words(config: SplitConfig) -> str:
    """Fold and seed, for the words of a protocol."""
    fold = f", fold {config.fold} of {config.n_folds}" if config.n_folds is not None else ""
    return f"{fold}, seed {config.seed}"


def joined_remarks(config: SplitConfig) -> list[str]:
    """What is kept together besides, for the words of a protocol."""
    remarks = ["with repeats found by the quality check"] if config.join_findings else []
    return remarks + (["with likely parts and copies of one recording"] if config.join_likely else [])


def assemble(parts: Parts, config: SplitConfig, words: str, n_groups: int, left_out: Sequence[Clip] = ()) -> Split:
    """A split of these parts.

    Parameters
    ----------
    parts : dict of part to list of Clip
    config : SplitConfig
    words : str
        How it was made; the sizes are added.
    n_groups : int
    left_out : sequence of Clip, optional
    """
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
