"""Looking at a table of numeric features: spread by genre, correlation, and a map in two dimensions.

Conventions: a feature table has one row a clip, columns ``clip`` and ``genre``, then one column a feature. Features
of unlike units (Hz, dB, shares) are standardised before they are compared. Rows are never dropped and no value is
made up: a feature that is not a number raises.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import squareform

from core.errors import FeatureError


@dataclass(frozen=True)
class PrincipalMap:
    """Clips in the plane of the two largest principal components.

    Attributes
    ----------
    points : DataFrame
        ``clip``, ``genre``, ``pc1``, ``pc2``, in the order of the feature table.
    explained : (float, float)
        Share of the variance of the standardised features along each axis, 0 to 1.
    loadings : DataFrame
        ``feature``, ``pc1``, ``pc2``: weight of each standardised feature in each axis.
    constant : tuple of str
        Features left out because they are the same for every clip.
    """

    points: pd.DataFrame
    explained: tuple[float, float]
    loadings: pd.DataFrame
    constant: tuple[str, ...]


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


def principal_map(table: pd.DataFrame, features: Sequence[str]) -> PrincipalMap:
    """Principal components of the standardised features (Pearson 1901), two axes.

    The sign of an axis, which the method leaves open, is set so that its largest weight is positive: the same clips
    give the same map every time.

    Raises
    ------
    FeatureError
        Fewer than three clips, fewer than two features that vary, or values that are not numbers.
    """
    values = validate_features(table, features, min_clips=3)
    spread = values.std(axis=0)
    scale = np.abs(values).max(axis=0)
    varies = spread > 1e-9 * np.maximum(scale, 1e-30)
    if varies.sum() < 2:
        raise FeatureError(f"A map needs at least two features that differ between clips; {int(varies.sum())} do.")
    standardised = (values[:, varies] - values[:, varies].mean(axis=0)) / spread[varies]
    left, singular, axes = np.linalg.svd(standardised, full_matrices=False)
    weights = axes[:2].T
    signs = np.sign(weights[np.abs(weights).argmax(axis=0), [0, 1]])
    coordinates = left[:, :2] * singular[:2] * signs
    share = singular**2 / (singular**2).sum()
    points = table[["clip", "genre"]].reset_index(drop=True)
    points = points.assign(pc1=coordinates[:, 0], pc2=coordinates[:, 1])
    named = [feature for feature, kept in zip(features, varies, strict=True) if kept]
    loadings = pd.DataFrame({"feature": named, "pc1": weights[:, 0] * signs[0], "pc2": weights[:, 1] * signs[1]})
    constant = tuple(feature for feature in features if feature not in named)
    return PrincipalMap(points, (float(share[0]), float(share[1])), loadings, constant)


def correlation_matrix(table: pd.DataFrame, features: Sequence[str], *, clustered: bool = False) -> pd.DataFrame:
    """Pearson correlation of each pair of features over clips, -1 to 1; features as rows and columns.

    A feature that is the same for every clip has no correlation: its cells are NaN, its own included.

    Parameters
    ----------
    table : DataFrame
    features : sequence of str
    clustered : bool
        Put features side by side that say the same (average linkage on 1 - abs(r), optimal leaf order); constant ones
        last. Otherwise the order given.

    Raises
    ------
    FeatureError
        Fewer than three clips, or values that are not numbers.
    """
    values = validate_features(table, features, min_clips=3)
    matrix = pd.DataFrame(values, columns=list(features)).corr()
    if not clustered:
        return matrix
    varying = [feature for feature, own in zip(features, np.diag(matrix), strict=True) if not np.isnan(own)]
    if len(varying) > 2:
        distances = 1.0 - matrix.loc[varying, varying].abs().to_numpy()
        condensed = squareform(np.clip((distances + distances.T) / 2, 0.0, None), checks=False)
        tree = optimal_leaf_ordering(linkage(condensed, method="average"), condensed)
        varying = [varying[leaf] for leaf in leaves_list(tree)]
    order = varying + [feature for feature in features if feature not in varying]
    return matrix.loc[order, order]


def distribution_by_genre(table: pd.DataFrame, feature: str) -> pd.DataFrame:
    """Spread of a feature in each genre, genres by ascending median.

    Returns
    -------
    DataFrame
        ``genre``, ``n``, ``minimum``, ``low`` (5th percentile), ``q1``, ``median``, ``q3``, ``high`` (95th percentile),
        ``maximum``, ``mean``; percentiles by linear interpolation.

    Raises
    ------
    FeatureError
        The feature is not there, or has values that are not numbers.
    """
    validate_features(table, [feature])
    groups = table.groupby("genre", observed=True)[feature]
    quantiles = groups.quantile(np.array([0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0])).unstack()
    quantiles.columns = pd.Index(["minimum", "low", "q1", "median", "q3", "high", "maximum"])
    summary = quantiles.assign(n=groups.size(), mean=groups.mean()).reset_index()
    columns = ["genre", "n", "minimum", "low", "q1", "median", "q3", "high", "maximum", "mean"]
    return summary.sort_values(["median", "genre"], ignore_index=True)[columns]
