"""Clips that are unlike the rest of their genre: how far, and in what.

Each feature is measured from the genre's median in robust deviations (1.4826 times the median absolute deviation, which
is the standard deviation of normal data but is not moved by the outliers themselves). A genre of few clips borrows from
the others: its deviations are drawn towards those of all genres. The score is the Mahalanobis distance of these
deviations, so that features that say the same count once; their correlation within genres is estimated from all genres
together, shrunk after Ledoit and Wolf (2004), with far values drawn in so that outliers do not hide themselves.

Chosen over the minimum covariance determinant, which needs several times more clips than features in every genre (GTZAN
has 100 clips and 57 features, a demo 20), and over the local outlier factor, which gives no reason: on planted outliers
this one finds as many (see the tests).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import FeatureError
from core.exploration.tables import validate_features, varying_features

MIN_CLIPS = 5
"""Clips of a genre below which its middle is not known well enough to call any of them far from it."""

N_REASONS = 3
_BORROWED_CLIPS = 10
"""Weight of the deviation of all genres beside that of a genre, in clips."""
_DRAWN_IN = 4.0
_MOST_COUNTED = 8.0
"""Deviations of one feature that count in the score: some (variances above all) have tails so long that one of them
would otherwise decide everything."""
_MAD_TO_DEVIATION = 1.4826


@dataclass(frozen=True)
class Outliers:
    """Every clip with its score.

    Attributes
    ----------
    scores : DataFrame
        ``clip``, ``genre``, ``score`` (distance from the middle of the genre over what is usual in that genre: 1 is
        typical), ``rank`` (in its genre, 1 the farthest); by falling score.
    deviations : DataFrame
        Robust deviations from the genre's median, one column a feature, one row a clip, indexed by ``clip``.
    values : DataFrame
        The features themselves, in the same form.
    medians : DataFrame
        Median of each feature, indexed by genre.
    too_few : tuple of str
        Genres without scores: fewer than five clips.
    constant : tuple of str
        Features that do not vary within any genre, and are left out.
    """

    scores: pd.DataFrame
    deviations: pd.DataFrame
    values: pd.DataFrame
    medians: pd.DataFrame
    too_few: tuple[str, ...]
    constant: tuple[str, ...]

    @cached_property
    def genres(self) -> dict[str, str]:
        """Genre of each clip scored."""
        return dict(zip(self.scores["clip"], self.scores["genre"], strict=True))


@dataclass(frozen=True)
class Reason:
    """One feature in which a clip is far from its genre: ``deviations`` (signed), its ``value`` and the ``median``."""

    feature: str
    deviations: float
    value: float
    median: float


def find_outliers(table: pd.DataFrame, features: Sequence[str]) -> Outliers:
    """Score every clip by its distance from its genre.

    Raises
    ------
    FeatureError
        No genre has five clips, no feature varies within genres, or values are not numbers.
    """
    validate_features(table, features)
    counts = table["genre"].value_counts()
    too_few = tuple(sorted(str(genre) for genre in counts.index[counts < MIN_CLIPS]))
    scored = table[~table["genre"].isin(too_few)].reset_index(drop=True)
    if scored.empty:
        raise FeatureError(
            f"Outliers are searched for in genres with at least {MIN_CLIPS} clips; there is no such genre."
        )
    codes, genres = pd.factorize(scored["genre"], sort=True)
    values = scored[list(features)].to_numpy(dtype=np.float64)
    medians = np.stack([np.median(values[codes == code], axis=0) for code in range(len(genres))])
    centred = values - medians[codes]
    varies = varying_features(centred) & varying_features(values)
    if not varies.any():
        raise FeatureError("No feature differs between the clips of a genre: there are no outliers to find.")
    named = [feature for feature, kept in zip(features, varies, strict=True) if kept]
    deviations = centred[:, varies] / _deviation_of_genres(centred[:, varies], codes)[codes]
    distance = _distances(deviations)
    usual = np.array([np.median(distance[codes == code]) for code in range(len(genres))])
    scores = scored[["clip", "genre"]].assign(score=distance / np.maximum(usual[codes], 1e-12))
    scores["rank"] = scores.groupby("genre")["score"].rank(ascending=False, method="first").astype(int)
    return Outliers(
        scores.sort_values("score", ascending=False, kind="stable", ignore_index=True),
        pd.DataFrame(deviations, columns=named, index=pd.Index(scored["clip"], name="clip")),
        scored.set_index("clip")[named],
        pd.DataFrame(medians[:, varies], columns=named, index=pd.Index(genres, name="genre")),
        too_few,
        tuple(feature for feature in features if feature not in named),
    )


def _deviation_of_genres(centred: NDArray[np.float64], codes: NDArray[np.intp]) -> NDArray[np.float64]:
    """Robust deviation of each feature in each genre, shape (genres, features), never 0 where a feature varies."""
    overall = _MAD_TO_DEVIATION * np.median(np.abs(centred), axis=0)
    # Where most clips equal the median of their genre the median deviation is 0: the root mean square then.
    overall = np.where(overall > 0, overall, np.sqrt((centred**2).mean(axis=0)))
    own = []
    for code in range(codes.max() + 1):
        inside = np.abs(centred[codes == code])
        weight = len(inside) / (len(inside) + _BORROWED_CLIPS)
        own.append(weight * (_MAD_TO_DEVIATION * np.median(inside, axis=0)) ** 2 + (1 - weight) * overall**2)
    combined: NDArray[np.float64] = np.sqrt(np.stack(own))
    return combined


def _distances(deviations: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mahalanobis distance of each row from 0 under the shrunk covariance of rows whose far values were drawn in."""
    from sklearn.covariance import LedoitWolf

    drawn_in = np.clip(deviations, -_DRAWN_IN, _DRAWN_IN)
    counted = np.clip(deviations, -_MOST_COUNTED, _MOST_COUNTED)
    covariance = LedoitWolf(assume_centered=True).fit(drawn_in).covariance_
    # A floor under it, for a feature that hardly moves once far values are drawn in.
    covariance = covariance + 1e-6 * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    solved = np.linalg.solve(covariance, counted.T).T
    distance: NDArray[np.float64] = np.sqrt(np.maximum(0, (counted * solved).sum(axis=1)))
    return distance


def reasons(found: Outliers, clip: str, *, n_reasons: int = N_REASONS, at_least: float = 2.0) -> tuple[Reason, ...]:
    """Features in which the clip is farthest from its genre's median, the farthest first.

    Those of at least ``at_least`` deviations; where there are none, the one farthest (the clip is then unusual in its
    combination of features rather than in any of them).
    """
    of_clip = found.deviations.loc[clip]
    medians = found.medians.loc[found.genres[clip]]
    order = np.argsort(-of_clip.abs().to_numpy(), kind="stable")
    farthest = of_clip.index[order[:n_reasons]]
    kept = [feature for feature in farthest if abs(of_clip[feature]) >= at_least] or list(farthest[:1])
    values = found.values.loc[clip]
    return tuple(
        Reason(str(feature), float(of_clip[feature]), float(values[feature]), float(medians[feature]))
        for feature in kept
    )
