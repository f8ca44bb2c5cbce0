"""Numeric features as tables for people: ranked, and of one clip against its genre."""

import pandas as pd

from core.clips.clip import Clip
from dashboard.sentences.feature_names import feature_name

FEATURE, VALUE, DISTANCE = "Feature", "Value", "From its genre"
"""Columns of `unusual_figures`; the distance is in standard deviations."""
MAX_FIGURES, MIN_PEERS = 6, 3
"""Features told of one clip, and clips of a genre that make a mean to compare with."""


def with_labels(ranking: pd.DataFrame) -> pd.DataFrame:
    """The same ranking with the features as pages call them."""
    return ranking.assign(feature=[feature_name(str(feature)).label for feature in ranking["feature"]])


def unusual_figures(table: pd.DataFrame, clip: Clip) -> pd.DataFrame:
    """Features of a clip by how far they lie from the mean of its genre, the farthest first.

    Parameters
    ----------
    table : DataFrame
        Of `services.feature_table`.
    clip : Clip

    Returns
    -------
    DataFrame
        ``Feature``, ``Value``, ``From its genre`` (standard deviations); empty when the clip has no features, or its
        genre fewer than `MIN_PEERS` clips.
    """
    features = [column for column in table.columns if column not in ("clip", "genre")]
    own = table[table["clip"] == clip.name]
    peers = table[table["genre"] == clip.genre][features]
    if own.empty or len(peers) < MIN_PEERS:
        return pd.DataFrame(columns=[FEATURE, VALUE, DISTANCE])
    deviations = peers.std(ddof=0)
    distance = ((own[features].iloc[0] - peers.mean()) / deviations.where(deviations > 0)).dropna()
    farthest = distance.reindex(distance.abs().sort_values(ascending=False, kind="stable").index).head(MAX_FIGURES)
    return pd.DataFrame(
        {
            FEATURE: [feature_name(name).label for name in farthest.index],
            VALUE: own[list(farthest.index)].iloc[0].to_numpy(dtype=float),
            DISTANCE: farthest.to_numpy(),
        }
    )
