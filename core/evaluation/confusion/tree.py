"""The family tree of the genres: from their confusions, from their mean features, from their mean embeddings.

Conventions: trees are built by average linkage (UPGMA: R. R. Sokal and C. D. Michener, 1958). The distance of two
genres by confusions is 1 less the mean of the two shares by which one is taken for the other, as in
`core.evaluation.ordering`; by features it is Euclidean between mean features, each feature at standard deviation 1; by
embeddings it is 1 less the cosine between mean directions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import FeatureError, RunError
from core.evaluation.confusion.matrices import require_matrix
from core.evaluation.ordering import confusion_distance, order_leaves
from core.evaluation.permuting import PairCorrelation, correlate_pairs
from core.exploration.tables import complete_part, standardised, varying_features

LINKAGE = "average"


@dataclass(frozen=True, eq=False)
class GenreTree:
    """Genres joined step by step, the nearest first.

    Attributes
    ----------
    genres : tuple of str
        Leaves.
    joins : array, shape (genres - 1, 4)
        As `scipy.cluster.hierarchy.linkage` gives them: two branches, their distance, the number of leaves.
    order : tuple of str
        Genres as they are drawn, so that no branches cross and neighbours are as near as can be.
    distance : array, shape (genres, genres)
        From which it was built.
    source : str
        What it is from, in words: ``"confusions"``.
    basis : str
        How distances were measured and joined, in a sentence.
    """

    genres: tuple[str, ...]
    joins: NDArray[np.float64]
    order: tuple[str, ...]
    distance: NDArray[np.float64]
    source: str
    basis: str

    @property
    def joining(self) -> NDArray[np.float64]:
        """Distance at which two genres come together in the tree (cophenetic), shape (genres, genres)."""
        from scipy.cluster.hierarchy import cophenet
        from scipy.spatial.distance import squareform

        return np.asarray(squareform(cophenet(self.joins)))

    def families(self, n: int) -> tuple[tuple[str, ...], ...]:
        """The tree cut into ``n`` families, in the order of the drawing; fewer where several joins are equally far."""
        from scipy.cluster.hierarchy import fcluster

        if not 1 <= n <= len(self.genres):
            raise RunError(f"Expected 1 to {len(self.genres)} families, got {n}.")
        numbers = dict(zip(self.genres, fcluster(self.joins, n, criterion="maxclust"), strict=True))
        found: dict[int, list[str]] = {}
        for genre in self.order:
            found.setdefault(int(numbers[genre]), []).append(genre)
        return tuple(tuple(family) for family in found.values())


def confusion_tree(matrix: pd.DataFrame) -> GenreTree:
    """The tree of the genres by what is taken for what.

    Raises
    ------
    RunError
        Fewer than three genres with clips: genres without any are left out, for nothing is known of them.
    """
    require_matrix(matrix)
    with_clips = [genre for genre in matrix.index if matrix.loc[genre].sum() > 0]
    part = matrix.loc[with_clips, with_clips]
    return _tree(
        tuple(str(genre) for genre in with_clips),
        confusion_distance(part),
        "confusions",
        "Distance: 1 less the mean share by which one genre is taken for the other (row-normalised, symmetrised); "
        "average linkage.",
    )


def feature_tree(table: pd.DataFrame, features: Sequence[str]) -> GenreTree:
    """The tree of the genres by the means of their clips' features.

    Parameters
    ----------
    table : DataFrame
        ``clip``, ``genre`` and the features.
    features : sequence of str

    Raises
    ------
    RunError
        Fewer than three genres.
    FeatureError
        No feature varies, or none is complete.
    """
    part = complete_part(table, features)
    values = part.table[list(part.features)].to_numpy(np.float64)
    varies = varying_features(values)
    if not varies.any():
        raise FeatureError("No feature differs between the clips, so that no genre is nearer to another.")
    means = pd.DataFrame(standardised(values[:, varies])).groupby(part.table["genre"].to_numpy()).mean()
    from scipy.spatial.distance import pdist, squareform

    return _tree(
        tuple(str(genre) for genre in means.index),
        squareform(pdist(means.to_numpy())),
        "mean features",
        f"Distance: Euclidean between the mean of {int(varies.sum())} features over the clips of a genre, each at "
        "standard deviation 1; average linkage.",
    )


def embedding_tree(genres: Sequence[str], embeddings: NDArray[np.floating], *, source: str = "embeddings") -> GenreTree:
    """The tree of the genres by the directions of their clips' embeddings.

    Parameters
    ----------
    genres : sequence of str
        Genre of each clip.
    embeddings : array, shape (clips, units)
        One of zeros has no direction and does not count.
    source : str
        What the embeddings are, in words.
    """
    values = np.asarray(embeddings, dtype=np.float64)
    if values.ndim != 2 or len(values) != len(genres) or not np.isfinite(values).all():
        raise FeatureError(f"Expected one embedding of finite numbers for each of {len(genres)} clips.")
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    directions = np.divide(values, lengths, out=np.zeros_like(values), where=lengths > 0)
    means = pd.DataFrame(directions).groupby(np.asarray(genres, dtype=object)).mean()
    units = means.to_numpy()
    sizes = np.linalg.norm(units, axis=1, keepdims=True)
    units = np.divide(units, sizes, out=np.zeros_like(units), where=sizes > 0)
    distance = np.clip(1.0 - units @ units.T, 0.0, 2.0)
    np.fill_diagonal(distance, 0.0)
    return _tree(
        tuple(str(genre) for genre in means.index),
        distance,
        source,
        "Distance: 1 less the cosine between the mean directions of the clips of two genres; average linkage.",
    )


def _tree(genres: tuple[str, ...], distance: NDArray[np.float64], source: str, basis: str) -> GenreTree:
    if len(genres) < 3:
        raise RunError(f"A tree needs at least three genres with clips; there are {len(genres)}.")
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    distance = (distance + distance.T) / 2
    joins = linkage(squareform(distance, checks=False), method=LINKAGE)
    order = tuple(genres[leaf] for leaf in order_leaves(joins, distance))
    return GenreTree(genres=genres, joins=joins, order=order, distance=distance, source=source, basis=basis)


def tree_agreement(first: GenreTree, second: GenreTree, *, seed: int = 0) -> PairCorrelation:
    """Cophenetic correlation of two trees, on the genres that both have, with its permutation test.

    Raises
    ------
    RunError
        Fewer than three genres in common.

    References
    ----------
    R. R. Sokal and F. J. Rohlf, "The comparison of dendrograms by objective methods", Taxon 11 (1962).
    """
    common = [genre for genre in first.genres if genre in second.genres]
    if len(common) < 3:
        raise RunError(f"Two trees can be compared with at least three genres in common; there are {len(common)}.")
    joinings = []
    for tree in (first, second):
        places = [tree.genres.index(genre) for genre in common]
        joinings.append(tree.joining[np.ix_(places, places)])
    return correlate_pairs(joinings[0], joinings[1], seed=seed)


def own_fit(tree: GenreTree) -> float | None:
    """Cophenetic correlation of a tree with the distances that it was built from: how much of them it shows.

    None where all distances are the same.
    """
    rows, columns = np.triu_indices(len(tree.genres), 1)
    a, b = tree.distance[rows, columns], tree.joining[rows, columns]
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def agreement_text(first: GenreTree, second: GenreTree, found: PairCorrelation) -> str:
    """What two trees have in common, in a sentence."""
    if found.value is None or found.p_value is None:
        return (
            f"Whether the trees by {first.source} and by {second.source} agree cannot be said: in one of them all "
            "genres are equally far from each other."
        )
    orders = "all {:,}" if found.is_exact else "{:,} random"
    figures = (
        f"cophenetic correlation {found.value:.2f}, {found.n_genres} genres, p = {found.p_value:.2g} by "
        f"{orders.format(found.n_permutations)} orders of the genres"
    ).replace("-", "\N{MINUS SIGN}")
    verdict = "agree more than chance would make them" if found.p_value < 0.05 else "need not agree: it may be chance"
    return f"The trees by {first.source} and by {second.source} {verdict} ({figures})."
