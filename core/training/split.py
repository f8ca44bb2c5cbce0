"""Division of clips into train, validation and test parts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from sklearn.model_selection import train_test_split

from core.collections.base import Clip
from core.errors import SplitError

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Split:
    """Clips by part, each sorted by name.

    Attributes
    ----------
    train, validation, test : tuple of Clip
    protocol : str
        How it was made, in words, to be shown beside every figure.
    """

    train: tuple[Clip, ...]
    validation: tuple[Clip, ...]
    test: tuple[Clip, ...]
    protocol: str

    @property
    def sizes(self) -> dict[str, int]:
        """Number of clips by part."""
        return {part: len(getattr(self, part)) for part in PARTS}

    @property
    def names(self) -> dict[str, list[str]]:
        """Clip names by part."""
        return {part: [clip.name for clip in getattr(self, part)] for part in PARTS}


def split_clips(clips: Sequence[Clip], *, seed: int, test_fraction: float, validation_fraction: float) -> Split:
    """Divide clips at random within each genre, the test part first, as the study did.

    Parameters
    ----------
    clips : sequence of Clip
        In any order; the result depends on their names, genres and the seed only.
    seed : int
    test_fraction, validation_fraction : float
        Shares of all clips; sizes are rounded up.

    Returns
    -------
    Split
        Its parts share no clip, hold every clip, and each has every genre.

    Raises
    ------
    SplitError
        A genre has too few clips to be in each part, or two clips have one name.
    """
    ordered = sorted(clips, key=lambda clip: clip.name)
    _check_names(ordered)
    _check_counts(ordered, test_fraction, validation_fraction)
    n_test = _rounded_up(test_fraction * len(ordered))
    n_validation = _rounded_up(validation_fraction * len(ordered))
    n_rest = len(ordered) - n_test - n_validation
    n_genres = len({clip.genre for clip in ordered})
    if min(n_test, n_validation, n_rest) < n_genres:
        raise SplitError(
            f"{len(ordered)} clips would be divided into {n_rest} for training, {n_validation} for validation and "
            f"{n_test} for test: too few for {n_genres} genres in each. Choose other shares or fewer genres."
        )
    rest, test = _divide(ordered, n_test, seed)
    if few := sorted(genre for genre, n in Counter(clip.genre for clip in rest).items() if n < 2):
        raise _too_few(few, Counter(clip.genre for clip in ordered), test_fraction, validation_fraction)
    train, validation = _divide(rest, n_validation, seed)
    protocol = (
        f"by clip, stratified by genre, seed {seed}: {len(train)} train, {len(validation)} validation, {len(test)} test"
    )
    split = Split(_by_name(train), _by_name(validation), _by_name(test), protocol)
    counts = Counter(clip.genre for clip in ordered)
    for part in PARTS:
        if absent := sorted(set(counts) - {clip.genre for clip in getattr(split, part)}):
            raise _too_few(absent, counts, test_fraction, validation_fraction)
    return split


def _divide(clips: Sequence[Clip], n_second: int, seed: int) -> tuple[list[Clip], list[Clip]]:
    genres = [clip.genre for clip in clips]
    first, second = train_test_split(list(clips), test_size=n_second, random_state=seed, stratify=genres)
    return first, second


def _by_name(clips: Sequence[Clip]) -> tuple[Clip, ...]:
    return tuple(sorted(clips, key=lambda clip: clip.name))


def _rounded_up(size: float) -> int:
    # As scikit-learn rounds, but 0.16 * 25 is 4, whatever binary fractions say.
    return ceil(size - 1e-9)


def _too_few(
    genres: Sequence[str], counts: Mapping[str, int], test_fraction: float, validation_fraction: float
) -> SplitError:
    # With so many clips a genre has one in each part, but for what rounding takes from it.
    expected = ceil(1 / min(test_fraction, validation_fraction) - 1e-9)
    needed = max(len(PARTS), expected, 1 + max(counts[genre] for genre in genres))
    listed = ", ".join(f"{genre} has {counts[genre]}" for genre in genres)
    return SplitError(
        f"Too few clips to divide: {listed}. With {test_fraction:.0%} for test and {validation_fraction:.0%} for "
        f"validation each genre needs at least {needed}. Add clips, leave the genre out, or choose larger shares."
    )


def _check_names(ordered: Sequence[Clip]) -> None:
    repeated = [name for name, n in Counter(clip.name for clip in ordered).items() if n > 1]
    if repeated:
        raise SplitError(f"Clip names must be unique; {repeated[0]} occurs more than once. Rename the file and rescan.")


def _check_counts(ordered: Sequence[Clip], test_fraction: float, validation_fraction: float) -> None:
    counts = Counter(clip.genre for clip in ordered)
    if len(counts) < 2:
        raise SplitError(f"At least two genres with clips are needed; there is {', '.join(counts) or 'none'}.")
    if few := sorted(genre for genre, n in counts.items() if n < len(PARTS)):
        raise _too_few(few, counts, test_fraction, validation_fraction)
