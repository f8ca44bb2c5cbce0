"""Feature tables: what they must hold, which part of them is complete, and a fair sample of a large one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import FeatureError

MAX_SHARE_MISSING = 0.2
"""A feature that more of the clips lack than this is left out, rather than all of those clips."""

_NEGLIGIBLE = 1e-9
"""Spread of a feature, relative to its largest value, below which it counts as the same for every clip."""


@dataclass(frozen=True)
class CompletePart:
    """The clips and features of a table between which no value is missing.

    Attributes
    ----------
    table : DataFrame
        ``clip``, ``genre`` and ``features``.
    features : tuple of str
    incomplete : tuple of str
        Features left out because too many clips lack them.
    n_without : int
        Clips left out because they lack one of ``features``.
    """

    table: pd.DataFrame
    features: tuple[str, ...]
    incomplete: tuple[str, ...]
    n_without: int


def validate_features(table: pd.DataFrame, features: Sequence[str], *, min_clips: int = 1) -> NDArray[np.float64]:
    """Values of these features, shape (clips, features).

    Raises
    ------
    FeatureError
        Too few clips, a feature that is not there, or a value that is not a number.
    """
    if absent := [feature for feature in features if feature not in table]:
        raise FeatureError(f"The feature table has no {', '.join(absent)}; it has {', '.join(table.columns)}.")
    if len(table) < min_clips:
        raise FeatureError(f"At least {min_clips} clips with features are needed; there are {len(table)}.")
    values = table[list(features)].to_numpy(dtype=np.float64)
    if not np.isfinite(values).all():
        clip = table["clip"].iloc[int(np.argwhere(~np.isfinite(values))[0][0])]
        raise FeatureError(f"A feature of {clip} is not a number. Delete the stored features and extract again.")
    return values


def complete_part(table: pd.DataFrame, features: Sequence[str]) -> CompletePart:
    """Features that at least four fifths of the clips have, and the clips that have all of those.

    Tables brought from elsewhere may have gaps. Nothing is filled in: what is left out is counted, so that it can be
    said.

    Parameters
    ----------
    table : DataFrame
        ``clip``, ``genre`` and the features.
    features : sequence of str
    """
    values = table[list(features)].to_numpy(dtype=np.float64)
    finite = np.isfinite(values)
    if finite.all():
        return CompletePart(table, tuple(features), (), 0)
    kept = (~finite).mean(axis=0) <= MAX_SHARE_MISSING
    whole = finite[:, kept].all(axis=1)
    names = tuple(feature for feature, is_kept in zip(features, kept, strict=True) if is_kept)
    lacking = tuple(feature for feature, is_kept in zip(features, kept, strict=True) if not is_kept)
    part = table.loc[whole, ["clip", "genre", *names]].reset_index(drop=True)
    return CompletePart(part, names, lacking, int((~whole).sum()))


def varying_features(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which columns differ between clips by more than rounding, shape (features,)."""
    if not len(values):
        return np.zeros(values.shape[1], dtype=bool)
    scale = np.maximum(np.abs(values).max(axis=0), 1e-30)
    varies: NDArray[np.bool_] = values.std(axis=0) > _NEGLIGIBLE * scale
    return varies


def standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same values, shape (clips, features), each column with mean 0 and standard deviation 1; each must vary."""
    scaled: NDArray[np.float64] = (values - values.mean(axis=0)) / values.std(axis=0)
    return scaled


def stratified_sample(genres: pd.Series, n_most: int, *, seed: int = 0) -> NDArray[np.intp]:
    """Positions of at most ``n_most`` clips in their order: each genre with its share of them and at least one.

    Parameters
    ----------
    genres : Series of str
        Genre of each clip.
    n_most : int
        At least the number of genres.
    seed : int
        The same seed draws the same clips.
    """
    n_clips = len(genres)
    if n_clips <= n_most:
        return np.arange(n_clips)
    codes, names = pd.factorize(genres)
    sizes = np.bincount(codes)
    if n_most < len(names):
        raise FeatureError(f"Expected a sample of at least {len(names)} clips for {len(names)} genres, got {n_most}.")
    share = sizes * n_most / n_clips
    quota = np.maximum(1, np.floor(share).astype(int))
    while quota.sum() != n_most:
        # What rounding left over goes where most is due; what the ones of small genres cost comes from the large.
        due = share - quota
        if quota.sum() < n_most:
            quota[int(due.argmax())] += 1
        else:
            quota[int(np.where(quota > 1, due, np.inf).argmin())] -= 1
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(np.flatnonzero(codes == code))[: quota[code]] for code in range(len(names))]
    return np.sort(np.concatenate(drawn))
