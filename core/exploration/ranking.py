"""Which features tell genres apart: one by one, over all genres or between two of them.

Conventions: F, its p and eta squared are of a one-way analysis of variance with the genre as factor (Fisher 1925).
Mutual information is estimated from nearest neighbours (Kraskov, Stögbauer, Grassberger 2004; Ross 2014), in bits.
Cohen's d (1988) is positive where the first genre has the larger mean. AUC is the probability that a clip of the first
genre, drawn at random, has a larger value than one of the second, ties counted half: 0.5 tells nothing.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from core.errors import FeatureError
from core.exploration.information import mutual_information_bits
from core.exploration.tables import stratified_sample, validate_features, varying_features

MAX_INFORMATION_CLIPS = 2_000
"""Mutual information of more clips is estimated from a sample."""

N_NEIGHBOURS = 3


def feature_ranking(
    table: pd.DataFrame,
    features: Sequence[str],
    *,
    seed: int = 0,
    n_most: int = MAX_INFORMATION_CLIPS,
    with_information: bool = True,
) -> pd.DataFrame:
    """How well each feature alone separates the genres, the best first.

    Parameters
    ----------
    table : DataFrame
        Of at least two genres. Genres of a single clip take part in F, not in the mutual information.
    features : sequence of str
    seed : int
        Of the little noise by which the estimate of mutual information parts equal values, and of the sample.
    n_most : int
        Clips from which mutual information is estimated.
    with_information : bool
        Whether to estimate it, which takes by far the longest; otherwise its column is NaN.

    Returns
    -------
    DataFrame
        ``feature``, ``f`` (0 or more), ``p`` (0 to 1), ``eta_squared`` (share of the feature's variance that lies
        between genres, 0 to 1), ``mutual_information`` (bits). By falling eta squared; features that are the same for
        every clip stand last, without figures.

    Raises
    ------
    FeatureError
        Fewer than two genres, no genre with two clips, or values that are not numbers.
    """
    values = validate_features(table, features, min_clips=3)
    n_genres = table["genre"].nunique()
    if n_genres < 2:
        raise FeatureError("Features are ranked by how they separate genres: choose at least two genres.")
    if len(table) <= n_genres:
        raise FeatureError("Features are ranked by the spread within genres: at least one genre needs two clips.")
    varies = varying_features(values)
    figures = np.full((4, len(features)), np.nan)
    if varies.any():
        figures[:3, varies] = _analysis_of_variance(values[:, varies], table["genre"])
        if with_information:
            figures[3, varies] = _mutual_information(values[:, varies], table["genre"], seed=seed, n_most=n_most)
    ranking = pd.DataFrame(
        {"feature": list(features), **dict(zip(("f", "p", "eta_squared", "mutual_information"), figures, strict=True))}
    )
    return ranking.sort_values("eta_squared", ascending=False, kind="stable", na_position="last", ignore_index=True)


def _analysis_of_variance(values: np.ndarray, genres: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """F, p and eta squared of each column."""
    from scipy.stats import f as f_distribution

    codes, names = pd.factorize(genres)
    sizes = np.bincount(codes)
    # About the mean and in units of the spread: sums of squares of large values would lose all their digits.
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    means = np.stack([np.bincount(codes, weights=column) / sizes for column in scaled.T], axis=1)
    between = (sizes[:, np.newaxis] * means**2).sum(axis=0)
    within = ((scaled - means[codes]) ** 2).sum(axis=0)
    n_between, n_within = len(names) - 1, len(values) - len(names)
    with np.errstate(divide="ignore"):
        f = (between / n_between) / (within / n_within)
    return f, f_distribution.sf(f, n_between, n_within), between / (between + within)


def _mutual_information(values: np.ndarray, genres: pd.Series, *, seed: int, n_most: int) -> np.ndarray:
    """Bits that each column tells of the genre, 0 or more; NaN where no genre has two clips."""
    sizes = genres.map(genres.value_counts())
    places = np.flatnonzero((sizes > 1).to_numpy())
    places = places[stratified_sample(genres.iloc[places], n_most, seed=seed)]
    if not len(places):
        return np.full(values.shape[1], np.nan)
    labels, _ = pd.factorize(genres.iloc[places])
    return mutual_information_bits(values[places], labels, n_neighbours=N_NEIGHBOURS, seed=seed)


def pair_ranking(table: pd.DataFrame, features: Sequence[str], first: str, second: str) -> pd.DataFrame:
    """How well each feature alone tells two genres apart, the best first.

    Returns
    -------
    DataFrame
        ``feature``, ``cohens_d`` (in pooled standard deviations), ``auc`` (0 to 1), ``mean_first``, ``mean_second``.
        By falling abs(auc - 0.5), then abs(d). Cohen's d is NaN where neither genre varies.

    Raises
    ------
    FeatureError
        A genre has fewer than two clips, or values are not numbers.
    """
    validate_features(table, features)
    one, two = (table.loc[table["genre"] == genre, list(features)].to_numpy(float) for genre in (first, second))
    for genre, values in ((first, one), (second, two)):
        if len(values) < 2:
            raise FeatureError(f"Comparing two genres needs at least two clips of each; {genre} has {len(values)}.")
    n_one, n_two = len(one), len(two)
    pooled = np.sqrt(
        ((n_one - 1) * one.var(axis=0, ddof=1) + (n_two - 1) * two.var(axis=0, ddof=1)) / (n_one + n_two - 2)
    )
    difference = one.mean(axis=0) - two.mean(axis=0)
    d = np.divide(difference, pooled, out=np.full(len(features), np.nan), where=pooled > 0)
    ranks = rankdata(np.concatenate([one, two]), axis=0)[:n_one].sum(axis=0)
    auc = (ranks - n_one * (n_one + 1) / 2) / (n_one * n_two)
    ranking = pd.DataFrame(
        {
            "feature": list(features),
            "cohens_d": d,
            "auc": auc,
            "mean_first": one.mean(axis=0),
            "mean_second": two.mean(axis=0),
        }
    )
    strength = pd.DataFrame({"auc": (ranking["auc"] - 0.5).abs(), "d": ranking["cohens_d"].abs()})
    order = strength.sort_values(["auc", "d"], ascending=False, kind="stable").index
    return ranking.loc[order].reset_index(drop=True)


def best_features(
    table: pd.DataFrame, ranking: pd.DataFrame, *, n_features: int = 3, max_correlation: float = 0.8
) -> tuple[str, ...]:
    """The best separating features that do not say the same: each correlates with those before it by less than
    ``max_correlation``, in absolute value.
    """
    chosen: list[str] = []
    candidates = ranking.dropna(subset=["eta_squared"])["feature"].tolist()
    for feature in candidates:
        if len(chosen) == n_features:
            break
        if all(abs(np.corrcoef(table[feature], table[other])[0, 1]) < max_correlation for other in chosen):
            chosen.append(feature)
    rest = [feature for feature in candidates if feature not in chosen]
    return tuple(chosen + rest[: max(0, min(2, n_features) - len(chosen))])
