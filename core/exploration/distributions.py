"""How one feature is spread in each genre."""

import numpy as np
import pandas as pd
from scipy.stats import gaussian_kde

from core.exploration.tables import validate_features, varying_features

MIN_FOR_DENSITY = 3
"""Clips of a genre below which no density is estimated."""


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


def density_by_genre(table: pd.DataFrame, feature: str, *, n_points: int = 96) -> pd.DataFrame:
    """Density of a feature in each genre by a Gaussian kernel (bandwidth after Scott 1992), from its least to its
    largest clip.

    Returns
    -------
    DataFrame
        ``genre``, ``value``, ``density`` (per unit of the feature: the area under a genre is at most 1) and ``height``
        (density over the genre's own peak, 0 to 1). Genres of fewer than three clips, or whose clips are all the same,
        have no rows.

    Raises
    ------
    FeatureError
        As `distribution_by_genre`.
    """
    validate_features(table, [feature])
    parts = []
    for genre, group in table.groupby("genre", observed=True):
        values = group[feature].to_numpy(dtype=np.float64)
        if len(values) < MIN_FOR_DENSITY or not varying_features(values[:, np.newaxis])[0]:
            continue
        grid = np.linspace(values.min(), values.max(), n_points)
        density = gaussian_kde(values)(grid)
        parts.append(
            pd.DataFrame({"genre": genre, "value": grid, "density": density, "height": density / density.max()})
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=DENSITY_COLUMNS)


DENSITY_COLUMNS = ("genre", "value", "density", "height")
