"""Suspected mislabels: clips whose genre a classifier that never heard them finds most improbable.

The rule is that of confident learning (Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty in
dataset labels", Journal of Artificial Intelligence Research 70, 2021). Probabilities are out of fold: each clip is
judged by a classifier trained without it and without its copies. The threshold of a genre is the mean probability that
its own clips have of it. A clip is suspected when another genre reaches that genre's threshold.

Genres overlap, and by that rule alone a weak classifier suspects every fifth clip. Only clips whose own genre is also
held for next to impossible are reported: with 50 of GTZAN's 1,000 labels changed at random and its 57 public features,
nine in ten of those reported had been changed, and four in ten of the changed ones were reported.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MIN_CLIPS = 10
"""Of a genre, to be judged."""
N_FOLDS = 5
MAX_OWN_PROBABILITY = 0.05
_N_TREES = 300
_SEED = 0


@dataclass(frozen=True)
class Suspicion:
    """A clip that may be labelled wrongly.

    Attributes
    ----------
    place : int
        Of the clip in the sequence given.
    suggested : str
        The genre that reaches its threshold by most.
    probability, own_probability : float
        Out-of-fold probabilities of the suggested genre and of the label.
    """

    place: int
    suggested: str
    probability: float
    own_probability: float


def suspected_mislabels(
    features: NDArray[Any],
    labels: Sequence[str],
    *,
    groups: Sequence[int] | None = None,
    on_fold: Callable[[int], bool] | None = None,
) -> list[Suspicion]:
    """Clips whose label is doubted.

    Parameters
    ----------
    features : array, shape (clips, features)
    labels : sequence of str
        Genre of each clip; clips of genres with fewer than `MIN_CLIPS` are neither judged nor learnt from.
    groups : sequence of int, optional
        Clips of one group are copies of one another and stay together.
    on_fold : callable, optional
        Called with the number of folds done, of `N_FOLDS`; it returns True to stop, and nothing is suspected then.

    Returns
    -------
    list of Suspicion
        The highest probability of another genre first; empty where fewer than two genres are large enough.
    """
    names, counts = np.unique(np.asarray(labels), return_counts=True)
    judged = names[counts >= MIN_CLIPS]
    if len(judged) < 2:
        return []
    places = np.flatnonzero(np.isin(labels, judged))
    own = np.searchsorted(judged, np.asarray(labels)[places])
    kept_together = np.arange(len(labels)) if groups is None else np.asarray(groups)
    probabilities = _out_of_fold(np.asarray(features)[places], own, kept_together[places], len(judged), on_fold)
    if probabilities is None:
        return []
    thresholds = np.array([probabilities[own == genre, genre].mean() for genre in range(len(judged))])
    reached = np.where(probabilities >= thresholds, probabilities, -1.0)
    likeliest = reached.argmax(axis=1)
    rows = np.arange(len(places))
    own_probability = probabilities[rows, own]
    limit = min(MAX_OWN_PROBABILITY, 0.5 / len(judged))
    doubted = (reached.max(axis=1) >= 0) & (likeliest != own) & (own_probability <= limit)
    suspicions = [
        Suspicion(
            int(places[row]),
            str(judged[likeliest[row]]),
            float(probabilities[row, likeliest[row]]),
            float(own_probability[row]),
        )
        for row in np.flatnonzero(doubted)
    ]
    return sorted(suspicions, key=lambda suspicion: (-suspicion.probability, suspicion.place))


def _out_of_fold(
    features: NDArray[Any],
    own: NDArray[np.int64],
    groups: NDArray[np.int64],
    n_genres: int,
    on_fold: Callable[[int], bool] | None,
) -> NDArray[np.float64] | None:
    """Probability of each genre for each clip, shape (clips, genres); None when it was stopped."""
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.model_selection import StratifiedGroupKFold

    probabilities = np.zeros((len(own), n_genres))
    folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=_SEED).split(features, own, groups)
    for n_done, (train, held_out) in enumerate(folds, start=1):
        # Trees need no scaling; two clips a leaf keep their probabilities from being 0 or 1.
        model = ExtraTreesClassifier(_N_TREES, min_samples_leaf=2, n_jobs=-1, random_state=_SEED)
        model.fit(features[train], own[train])
        probabilities[np.ix_(held_out, model.classes_)] = model.predict_proba(features[held_out])
        if on_fold is not None and on_fold(n_done):
            return None
    return probabilities
