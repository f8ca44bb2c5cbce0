"""How much features say the same."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import squareform

from core.exploration.tables import validate_features, varying_features


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
    varies = varying_features(values)
    cells = np.full((len(features), len(features)), np.nan)
    if varies.any():
        cells[np.ix_(varies, varies)] = np.clip(np.atleast_2d(np.corrcoef(values[:, varies], rowvar=False)), -1, 1)
    matrix = pd.DataFrame(cells, index=list(features), columns=list(features))
    if not clustered:
        return matrix
    varying = [feature for feature, kept in zip(features, varies, strict=True) if kept]
    if len(varying) > 2:
        distances = 1.0 - matrix.loc[varying, varying].abs().to_numpy()
        condensed = squareform(np.clip((distances + distances.T) / 2, 0.0, None), checks=False)
        tree = optimal_leaf_ordering(linkage(condensed, method="average"), condensed)
        varying = [varying[leaf] for leaf in leaves_list(tree)]
    order = varying + [feature for feature in features if feature not in varying]
    return matrix.loc[order, order]


def strongest_pairs(matrix: pd.DataFrame, n_pairs: int = 10) -> pd.DataFrame:
    """Pairs of features with the largest absolute correlation: ``feature_a``, ``feature_b``, ``correlation``."""
    names = matrix.columns.to_numpy()
    rows, columns = np.triu_indices(len(names), k=1)
    values = matrix.to_numpy()[rows, columns]
    pairs = pd.DataFrame({"feature_a": names[rows], "feature_b": names[columns], "correlation": values}).dropna()
    order = pairs["correlation"].abs().sort_values(ascending=False, kind="stable").index
    return pairs.loc[order].head(n_pairs).reset_index(drop=True)
