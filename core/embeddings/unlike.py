"""How unlike the music that a model learnt from a sound is, by what the trained ears hear.

Conventions: an embedding is the mean of the ears' penultimate layer over the patches of a clip. Its units are skewed,
so that each is replaced by its root with its sign; clips that others learnt from then scatter about like a normal
distribution, and the distance from their middle is that of Mahalanobis (1936), with the shrunk covariance of Ledoit and
Wolf (2004), which can be inverted however few clips there are. How far is far is told by the training clips themselves,
each measured by a covariance that it took no part in (cross-fitted), with its artist where that is known.
"""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.ears.network import HOP_LENGTH, PATCH_FRAMES, SR_HZ
from core.errors import FeatureError
from core.files import damage_as, require_version, write_atomically

MIN_CLIPS = 20
"""Fewer tell nothing: 5 % of them is one clip."""
_N_FOLDS = 10
_VERSION = 1
_SEED = 0
_PATCH_S = PATCH_FRAMES * HOP_LENGTH / SR_HZ

Vectors = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Unlikeness:
    """What tells how unlike the training clips of a model a sound is.

    Attributes
    ----------
    centre : array, shape (units,)
        Mean of the training clips, in roots.
    precision : array, shape (units, units)
        Inverse of their shrunk covariance.
    distances : array, shape (clips,)
        Of each training clip, by the others; ascending.
    clip_s : float
        Typical length of these clips: a song is heard in pieces as long.
    learnt_from : str
        What the clips are, in words that go on "learnt from": ``"442 training clips"``.
    """

    centre: NDArray[np.float64]
    precision: NDArray[np.float64]
    distances: NDArray[np.float64]
    clip_s: float
    learnt_from: str

    @property
    def n_clips(self) -> int:
        """Training clips that it was learnt from."""
        return len(self.distances)

    def score(self, embedding: Vectors) -> float:
        """Distance of one embedding, shape (units,), from the training clips: 0 or more, the larger the more unlike.

        Raises
        ------
        FeatureError
            It has another number of units, or values that are not numbers.
        """
        return float(self.scores(np.asarray(embedding)[np.newaxis])[0])

    def scores(self, embeddings: Vectors) -> NDArray[np.float64]:
        """`score` of many embeddings at once, shape (clips, units); the result has shape (clips,)."""
        roots = signed_roots(embeddings)
        if roots.shape[1:] != self.centre.shape:
            raise FeatureError(f"Expected embeddings of {len(self.centre)} units, got shape {roots.shape}.")
        apart = roots - self.centre
        return _lengths(apart, self.precision)

    def percentile(self, embedding: Vectors) -> float:
        """Share of the training clips that are less unlike the others than this embedding, 0 to 100."""
        return self.percentile_of(self.score(embedding))

    def percentile_of(self, score: float) -> float:
        """`percentile` of a score; below 100, for a clip further than all could still have been one of them.

        One minus this share is the p-value of a conformal test: of music like the training clips it is below 5 % in
        one case of twenty.
        """
        nearer = int(np.searchsorted(self.distances, score, side="left"))
        return 100.0 * nearer / (self.n_clips + 1)

    def is_beyond(self, score: float) -> bool:
        """Whether a score is larger than that of every training clip."""
        return bool(score > self.distances[-1])

    def song_score(self, patches: Vectors) -> float:
        """Score of a song: the median over its pieces, each as long as a training clip.

        Parameters
        ----------
        patches : array, shape (patches, units)
            Penultimate layer of each patch, in the order of time.

        Raises
        ------
        FeatureError
            There is no patch.
        """
        if len(patches) == 0:
            raise FeatureError("Expected at least one patch of 3 s of sound, got none.")
        return float(np.median(self.scores(mean_by_piece(patches, self.clip_s))))

    def save(self, path: Path) -> None:
        """Write it as plain numbers (npz), atomically."""
        about = {"version": _VERSION, "clip_s": self.clip_s, "learnt_from": self.learnt_from}
        content = io.BytesIO()
        np.savez_compressed(
            content,
            about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
            centre=self.centre.astype(np.float32),
            precision=self.precision.astype(np.float32),
            distances=self.distances.astype(np.float32),
        )
        write_atomically(path, content.getvalue())


def learn_unlikeness(
    embeddings: Vectors, *, clip_s: float, groups: Sequence[int] | None = None, learnt_from: str = ""
) -> Unlikeness:
    """Learn what the training clips of a model sound like.

    Parameters
    ----------
    embeddings : array, shape (clips, units)
        Of the clips that the model learnt from, at least `MIN_CLIPS`.
    clip_s : float
        Their typical length, above 0.
    groups : sequence of int, optional
        Clips of one artist, or of one recording, have the same number: none is measured by another.
    learnt_from : str
        What these clips are; their number when not given.

    Raises
    ------
    FeatureError
        Too few clips, too few groups, or values that are not numbers.
    """
    roots = signed_roots(embeddings)
    of = np.arange(len(roots)) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    n_groups = int(of.max()) + 1 if len(of) else 0
    if len(roots) < MIN_CLIPS or n_groups < 2:
        raise FeatureError(
            f"Expected at least {MIN_CLIPS} clips, of two artists or more, to tell what is unlike them; got "
            f"{len(roots)} clips in {n_groups} groups. Train on more clips."
        )
    # Which groups share a fold has nothing to do with their order, which is that of the genres.
    fold_of_group = np.random.default_rng(_SEED).permutation(n_groups) % min(_N_FOLDS, n_groups)
    fold = fold_of_group[of]
    distances = np.empty(len(roots))
    for number in range(int(fold.max()) + 1):
        held_out = fold == number
        centre, precision = _normal(roots[~held_out])
        apart = roots[held_out] - centre
        distances[held_out] = _lengths(apart, precision)
    centre, precision = _normal(roots)
    return Unlikeness(centre, precision, np.sort(distances), clip_s, learnt_from or f"{len(roots):,} training clips")


def load_unlikeness(path: Path) -> Unlikeness | None:
    """What `Unlikeness.save` wrote; None where there is no such file.

    Raises
    ------
    FeatureError
        The file is damaged.
    NewerVersionError
        A newer Genre Lab wrote it.
    """
    if not path.is_file():
        return None
    with damage_as(FeatureError, f"{path}", "Delete the file: it is made again where the training clips are at hand."):
        try:
            with np.load(path, allow_pickle=False) as stored:
                about: dict[str, Any] = json.loads(stored["about"].tobytes())
                values = {name: stored[name].astype(np.float64) for name in ("centre", "precision", "distances")}
        except (zipfile.BadZipFile, EOFError) as error:
            raise ValueError(str(error)) from error
        require_version(about, _VERSION, path)
        n_units = len(values["centre"])
        if values["precision"].shape != (n_units, n_units) or not len(values["distances"]):
            raise ValueError("its parts do not fit together")
        return Unlikeness(**values, clip_s=float(about["clip_s"]), learnt_from=str(about["learnt_from"]))


def mean_by_piece(patches: Vectors, piece_s: float) -> NDArray[np.float64]:
    """Means over pieces of a sound as long as ``piece_s``, shape (pieces, units); the pieces are equally long.

    Examples
    --------
    >>> mean_by_piece(np.arange(5.0)[:, None], 6.0).ravel().tolist()
    [1.0, 3.5]
    """
    in_piece = max(1, round(piece_s / _PATCH_S))
    n_pieces = max(1, round(len(patches) / in_piece))
    return np.array([piece.mean(axis=0, dtype=np.float64) for piece in np.array_split(patches, n_pieces)])


def signed_roots(embeddings: Vectors) -> NDArray[np.float64]:
    """The root of each value's size, with its sign; `FeatureError` unless they are rows of numbers."""
    values = np.asarray(embeddings, dtype=np.float64)
    if values.ndim != 2 or not np.isfinite(values).all():
        raise FeatureError(f"Expected rows of finite numbers, got an array of shape {values.shape}.")
    return np.sign(values) * np.sqrt(np.abs(values))


def _lengths(apart: NDArray[np.float64], precision: NDArray[np.float64]) -> NDArray[np.float64]:
    squares: NDArray[np.float64] = np.einsum("ij,ij->i", apart @ precision, apart)
    return np.sqrt(np.maximum(squares, 0.0))


def _normal(rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and inverse covariance of rows."""
    from sklearn.covariance import ledoit_wolf

    covariance, _ = ledoit_wolf(rows)
    # Units that are alike in all clips leave it without an inverse: they may then not differ at all, or hardly.
    floor = max(float(np.trace(covariance)) / len(covariance), 1e-12) * 1e-6
    return rows.mean(axis=0), np.linalg.inv(covariance + floor * np.eye(len(covariance)))
