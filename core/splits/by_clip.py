"""By clip: clips drawn at random within each genre, as the study did, in one draw or in folds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil

import numpy as np

from core.clips.clip import Clip
from core.clips.collection import Collection
from core.errors import SplitError
from core.splits.base import PARTS, Parts, Split, assemble, by_name, drawn_words, joined_remarks
from core.splits.config import SplitConfig
from core.splits.groups import group_key, groups_of, known_levels
from core.splits.maker import Maker


def _make(collection: Collection, ordered: tuple[Clip, ...], config: SplitConfig) -> Split:
    facts = collection.facts
    level = "repeat" if config.join_findings else "recording"
    groups = groups_of(ordered, facts, level)
    remarks = ["clips of one recording together"] if "recording" in known_levels(ordered, facts) else []
    remarks += joined_remarks(config)
    remark = f" ({'; '.join(remarks)})" if remarks else ""
    words = f"by clip{remark}, stratified by genre{drawn_words(config)}"
    if len(groups) == len(ordered):
        return assemble(draw(ordered, config), config, words, len(ordered))
    # The recordings are drawn as if they were the clips, then each brings its own.
    by_recording: dict[str, list[Clip]] = {}
    for group in groups:
        name = group_key(group[0], facts, "recording") or group[0].name
        by_recording[name if name not in by_recording else f"{name}\0{group[0].name}"] = group
    stand_ins = [replace(group[0], name=name) for name, group in by_recording.items()]
    try:
        drawn = draw(by_name(stand_ins), config)
    except SplitError as error:
        raise SplitError(
            f"The {len(ordered):,} clips are of {len(groups):,} recordings, which are kept together and counted as "
            f"clips here. {error}",
            field=error.field,
        ) from error
    parts = {
        part: [clip for stand_in in chosen for clip in by_recording[stand_in.name]] for part, chosen in drawn.items()
    }
    return assemble(parts, config, words, len(groups))


MAKER = Maker(make=_make)


def draw(ordered: Sequence[Clip], config: SplitConfig) -> Parts:
    """Divide clips as a configuration with a seed of its own says: in one draw, or in folds."""
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


def draw_parts(ordered: Sequence[Clip], *, seed: int, test_fraction: float, validation_fraction: float) -> Parts:
    """Divide clips at random within each genre, the test part first, as the study did.

    Parameters
    ----------
    ordered : sequence of Clip
        Sorted by name.
    seed : int
    test_fraction, validation_fraction : float
        Shares of all clips; sizes are rounded up.

    Returns
    -------
    dict of part to list of Clip
        The parts share no clip, hold every clip, and each has every genre.

    Raises
    ------
    SplitError
        A genre has too few clips to be in each part.
    """
    fractions = (test_fraction, validation_fraction)
    counts = Counter(clip.genre for clip in ordered)
    if few := sorted(genre for genre, n in counts.items() if n < len(PARTS)):
        raise _too_few(few, counts, fractions)
    n_test = rounded_up(test_fraction * len(ordered))
    n_validation = rounded_up(validation_fraction * len(ordered))
    n_rest = len(ordered) - n_test - n_validation
    if min(n_test, n_validation, n_rest) < len(counts):
        raise SplitError(
            f"{len(ordered)} clips would be divided into {n_rest} for training, {n_validation} for validation and "
            f"{n_test} for test: too few for {len(counts)} genres in each. Choose other shares or fewer genres.",
            field="test_fraction",
        )
    rest, test = _divide(ordered, n_test, seed)
    return _with_validation(rest, test, n_validation, seed, counts, fractions)


def fold_parts(ordered: Sequence[Clip], *, seed: int, n_folds: int, fold: int, validation_fraction: float) -> Parts:
    """One of ``n_folds`` stratified folds as test part, validation drawn from the rest; else as `draw_parts`."""
    from sklearn.model_selection import StratifiedKFold

    counts = Counter(clip.genre for clip in ordered)
    if few := sorted(genre for genre, n in counts.items() if n < n_folds):
        listed = ", ".join(f"{genre} has {counts[genre]}" for genre in few)
        raise SplitError(
            f"Too few clips for {n_folds} folds: {listed}. Each genre needs at least {n_folds}, one for each fold. "
            "Choose fewer folds, add clips, or leave the genre out.",
            field="n_folds",
        )
    folds = StratifiedKFold(n_folds, shuffle=True, random_state=seed)
    genres = [clip.genre for clip in ordered]
    _, tested = list(folds.split(np.zeros(len(ordered)), genres))[fold - 1]
    chosen = set(tested.tolist())
    test = [ordered[place] for place in tested]
    rest = [clip for place, clip in enumerate(ordered) if place not in chosen]
    n_validation = rounded_up(validation_fraction * len(ordered))
    if min(n_validation, len(rest) - n_validation) < len(counts):
        raise SplitError(
            f"{len(rest)} clips are left outside the test fold, {n_validation} of them for validation: too few for "
            f"{len(counts)} genres in both the training and the validation set. Choose another validation share or "
            "fewer genres.",
            field="validation_fraction",
        )
    return _with_validation(rest, test, n_validation, seed, counts, (1 / n_folds, validation_fraction))


def _with_validation(
    rest: Sequence[Clip],
    test: Sequence[Clip],
    n_validation: int,
    seed: int,
    counts: Mapping[str, int],
    fractions: tuple[float, float],
) -> Parts:
    if few := sorted(genre for genre, n in Counter(clip.genre for clip in rest).items() if n < 2):
        raise _too_few(few, counts, fractions)
    train, validation = _divide(rest, n_validation, seed)
    parts = {"train": train, "validation": validation, "test": list(test)}
    for clips in parts.values():
        if absent := sorted(set(counts) - {clip.genre for clip in clips}):
            raise _too_few(absent, counts, fractions)
    return parts


def _divide(clips: Sequence[Clip], n_second: int, seed: int) -> tuple[list[Clip], list[Clip]]:
    from sklearn.model_selection import train_test_split

    genres = [clip.genre for clip in clips]
    first, second = train_test_split(list(clips), test_size=n_second, random_state=seed, stratify=genres)
    return first, second


def rounded_up(size: float) -> int:
    """As scikit-learn rounds, but 0.16 * 25 is 4, whatever binary fractions say."""
    return ceil(size - 1e-9)


def _too_few(genres: Sequence[str], counts: Mapping[str, int], fractions: tuple[float, float]) -> SplitError:
    # With so many clips a genre has one in each part, but for what rounding takes from it.
    expected = ceil(1 / min(fractions) - 1e-9)
    needed = max(len(PARTS), expected, 1 + max(counts[genre] for genre in genres))
    listed = ", ".join(f"{genre} has {counts[genre]}" for genre in genres)
    return SplitError(
        f"Too few clips to split: {listed}. With {fractions[0]:.0%} for test and {fractions[1]:.0%} for "
        f"validation, each genre needs at least {needed}. Add clips, leave the genre out, or choose larger shares.",
        field="test_fraction" if fractions[0] < fractions[1] else "validation_fraction",
    )
