"""Maps: every clip a point, clips with like features close together, in two or three dimensions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from core.errors import FeatureError
from core.exploration.tables import standardised, stratified_sample, validate_features, varying_features

MapMethod = Literal["pca", "tsne"]

MAX_TSNE_CLIPS = 2_000
"""A t-SNE of more clips is made of a sample: beyond, it takes tens of seconds and is a cloud too dense to read."""

_PERPLEXITY = 30.0
_ITERATIONS, _ITERATIONS_OF_FEW = 500, 1_000
_FEW_CLIPS = 500


@dataclass(frozen=True)
class ClipMap:
    """Clips as points.

    Attributes
    ----------
    method : "pca" or "tsne"
    points : DataFrame
        ``clip``, ``genre`` and the columns named in ``axes``, in the order of the feature table.
    axes : tuple of str
        Two or three columns of ``points``: ``pc1``, ``pc2`` or ``tsne1``, ``tsne2``.
    n_clips : int
        Clips of the table; ``points`` may be a sample of them.
    explained : tuple of float
        Share of the variance of the standardised features along each principal axis, 0 to 1; empty for t-SNE.
    loadings : DataFrame
        ``feature`` and one column an axis: weight of each standardised feature; no rows for t-SNE.
    constant : tuple of str
        Features left out because they are the same for every clip.
    perplexity : float
        Of t-SNE: about how many neighbours each clip is kept close to; 0 for principal components.
    """

    method: MapMethod
    points: pd.DataFrame
    axes: tuple[str, ...]
    n_clips: int
    explained: tuple[float, ...] = ()
    loadings: pd.DataFrame = field(default_factory=pd.DataFrame)
    constant: tuple[str, ...] = ()
    perplexity: float = 0.0

    @property
    def is_sample(self) -> bool:
        """Whether some of the clips are not on the map."""
        return len(self.points) < self.n_clips


def principal_map(table: pd.DataFrame, features: Sequence[str], *, n_dims: int = 2) -> ClipMap:
    """Principal components of the standardised features (Pearson 1901).

    The sign of an axis, which the method leaves open, is set so that its largest weight is positive: the same clips
    give the same map every time.

    Parameters
    ----------
    table : DataFrame
    features : sequence of str
    n_dims : 2 or 3

    Raises
    ------
    FeatureError
        Fewer clips than three (four in three dimensions), fewer features that vary than dimensions, or values that are
        not numbers.
    """
    values, varying, constant = _prepared(table, features, n_dims=n_dims)
    scaled = standardised(values)
    variances, directions = _principal_axes(scaled)
    weights = directions[:, :n_dims]
    signs = np.sign(weights[np.abs(weights).argmax(axis=0), np.arange(n_dims)])
    coordinates = scaled @ (weights * signs)
    share = variances / variances.sum()
    axes = tuple(f"pc{number}" for number in range(1, n_dims + 1))
    loadings = pd.DataFrame({"feature": varying, **dict(zip(axes, (weights * signs).T, strict=True))})
    return ClipMap(
        "pca",
        _placed(table, coordinates, axes),
        axes,
        len(table),
        explained=tuple(float(one) for one in share[:n_dims]),
        loadings=loadings,
        constant=constant,
    )


def _principal_axes(scaled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums of squares along the principal axes, largest first, and the axes as columns.

    Of many clips by the eigenvectors of the features' products, a matrix of features by features: a singular value
    decomposition makes as many rows as there are clips, of which nothing is used.
    """
    n_clips, n_features = scaled.shape
    if n_clips < n_features:
        _, singular, rows = np.linalg.svd(scaled, full_matrices=False)
        return singular**2, rows.T
    squares, axes = np.linalg.eigh(scaled.T @ scaled)
    return np.maximum(squares[::-1], 0.0), axes[:, ::-1]


def neighbour_map(
    table: pd.DataFrame,
    features: Sequence[str],
    *,
    n_dims: int = 2,
    n_most: int = MAX_TSNE_CLIPS,
    seed: int = 0,
) -> ClipMap:
    """t-SNE of the standardised features (van der Maaten and Hinton 2008), begun at the principal components.

    Neighbourhoods can be read, distances between far-off groups and the axes themselves cannot. Of more than ``n_most``
    clips a stratified sample is placed.

    Raises
    ------
    FeatureError
        As `principal_map`.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    chosen = table.iloc[stratified_sample(table["genre"], n_most, seed=seed)]
    values, _, constant = _prepared(chosen, features, n_dims=n_dims)
    # Each clip needs other clips for neighbours: scikit-learn asks for a perplexity below their number.
    perplexity = min(_PERPLEXITY, (len(values) - 1) / 3)
    iterations = _ITERATIONS_OF_FEW if len(values) <= _FEW_CLIPS else _ITERATIONS
    model = TSNE(n_dims, perplexity=perplexity, init="pca", random_state=seed, max_iter=iterations)
    # Its threads wait for each other many times a second: on a busy machine several take far longer than one.
    with threadpool_limits(1):
        coordinates = model.fit_transform(standardised(values).astype(np.float32))
    axes = tuple(f"tsne{number}" for number in range(1, n_dims + 1))
    points = _placed(chosen, coordinates.astype(np.float64), axes)
    return ClipMap("tsne", points, axes, len(table), constant=constant, perplexity=perplexity)


def clip_map(table: pd.DataFrame, features: Sequence[str], *, method: MapMethod = "pca", n_dims: int = 2) -> ClipMap:
    """The map of that method."""
    draw = principal_map if method == "pca" else neighbour_map
    return draw(table, features, n_dims=n_dims)


def _prepared(
    table: pd.DataFrame, features: Sequence[str], *, n_dims: int
) -> tuple[np.ndarray, list[str], tuple[str, ...]]:
    """Values of the features that vary, their names, and the names of the others."""
    values = validate_features(table, features, min_clips=n_dims + 1)
    varies = varying_features(values)
    if varies.sum() < n_dims:
        needed = {2: "two", 3: "three"}[n_dims]
        raise FeatureError(
            f"Expected at least {needed} features that differ between clips for a map, got {int(varies.sum())}."
        )
    named = [feature for feature, kept in zip(features, varies, strict=True) if kept]
    return values[:, varies], named, tuple(feature for feature in features if feature not in named)


def _placed(table: pd.DataFrame, coordinates: np.ndarray, axes: tuple[str, ...]) -> pd.DataFrame:
    points = table[["clip", "genre"]].reset_index(drop=True)
    return points.assign(**dict(zip(axes, coordinates.T, strict=True)))
