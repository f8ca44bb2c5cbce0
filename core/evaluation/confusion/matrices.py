"""Matrices out of matrices: ordered, merged into families, summed over folds or seeds, with their margins.

Conventions: a matrix is a DataFrame of counts, rows actual and columns predicted, the same genres in the same order in
both, as `core.evaluation.metrics.confusion_matrix` gives it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.errors import RunError
from core.evaluation.metrics import confusion_matrix
from core.evaluation.ordering import Confusion, biggest_confusions, order_by_similarity
from core.evaluation.predictions import Predictions

Order = Literal["given", "name", "recall", "similarity"]
ORDERS: tuple[Order, ...] = ("given", "name", "recall", "similarity")


def require_matrix(matrix: pd.DataFrame) -> None:
    """`RunError` unless a matrix has the same genres in rows and columns, each once, and counts of 0 or more."""
    genres = [str(genre) for genre in matrix.index]
    if genres != [str(genre) for genre in matrix.columns]:
        raise RunError("A confusion matrix needs the same genres in the same order in its rows and its columns.")
    if len(set(genres)) < len(genres):
        twice = next(genre for genre in genres if genres.count(genre) > 1)
        raise RunError(f"A confusion matrix needs each genre once; {twice} is there twice.")
    counts = matrix.to_numpy(dtype=np.float64)
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise RunError("A confusion matrix needs counts of 0 or more in all of its cells.")


def order_genres(matrix: pd.DataFrame, by: Order) -> tuple[str, ...]:
    """Genres in an order: as they are, by name, by recall (the best first), or those confused beside each other.

    Genres without clips come last by recall; equal recalls by name.
    """
    genres = [str(genre) for genre in matrix.index]
    if by == "given":
        return tuple(genres)
    if by == "similarity":
        return order_by_similarity(matrix)
    by_name = sorted(genres, key=lambda genre: (genre.casefold(), genre))
    if by == "name":
        return tuple(by_name)
    recall = margins(matrix).set_index("genre")["recall"].fillna(-1.0)
    return tuple(sorted(by_name, key=lambda genre: -float(recall[genre])))


def margins(matrix: pd.DataFrame) -> pd.DataFrame:
    """Precision, recall and F1 of each genre, for the margins of its matrix.

    Returns
    -------
    DataFrame
        ``genre``, ``n`` (clips of it: its support), ``n_predicted`` (clips taken for it), ``n_correct``, ``precision``,
        ``recall``, ``f1``, 0 to 1. Precision is NaN where nothing was taken for the genre, recall where there is no
        clip of it, F1 where there is neither: then nothing is known, and it is not 0.
    """
    counts = matrix.to_numpy(dtype=np.float64)
    right, actual, predicted = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)

    def share(of: np.ndarray, whole: np.ndarray) -> np.ndarray:
        shares: np.ndarray = np.divide(of, whole, out=np.full(len(of), np.nan), where=whole > 0)
        return shares

    return pd.DataFrame(
        {
            "genre": [str(genre) for genre in matrix.index],
            "n": actual.astype(np.int64),
            "n_predicted": predicted.astype(np.int64),
            "n_correct": right.astype(np.int64),
            "precision": share(right, predicted),
            "recall": share(right, actual),
            "f1": share(2 * right, actual + predicted),
        }
    )


def label_of_genres(
    genres: Sequence[str], families: Mapping[str, Sequence[str]], *, are_all: bool = True
) -> dict[str, str]:
    """Under which name each genre stands: that of its family, or its own.

    Parameters
    ----------
    genres : sequence of str
    families : mapping of str to sequence of str
        Genres by the name of their family.
    are_all : bool
        Whether ``genres`` are all there are, so that a family can have no other.

    Raises
    ------
    RunError
        A genre that is not there or in two families, an empty family, or one named as a genre outside it.
    """
    family_of: dict[str, str] = {}
    for family, members in families.items():
        if not members:
            raise RunError(f"The family {family!r} has no genre. Give it one, or leave it out.")
        for genre in members:
            if are_all and genre not in genres:
                raise RunError(f"The family {family!r} has the genre {genre!r}, expected some of {', '.join(genres)}.")
            if genre in family_of:
                raise RunError(f"{genre} is in the families {family_of[genre]!r} and {family!r}; expected one of them.")
            family_of[genre] = family
    if taken := [genre for genre in genres if genre not in family_of and genre in families]:
        raise RunError(f"The family {taken[0]!r} has the name of a genre that is not in it. Give it another name.")
    return {genre: family_of.get(genre, genre) for genre in genres}


def shares(matrix: pd.DataFrame, *, of: Literal["row", "column"]) -> pd.DataFrame:
    """Each cell as a share of its row or of its column, 0 to 1; NaN where that has no clip.

    Of a row it is how often a genre is taken for another, of a column how far a verdict can be believed.
    """
    counts = matrix.to_numpy(dtype=np.float64)
    totals = counts.sum(axis=1 if of == "row" else 0, keepdims=True)
    shared = np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0)
    return pd.DataFrame(shared, index=matrix.index, columns=matrix.columns)


def strongest_part(matrix: pd.DataFrame, *, most: int) -> tuple[pd.DataFrame, tuple[Confusion, ...]]:
    """The biggest confusions of a matrix, and the part of it that is made of their genres.

    Parameters
    ----------
    matrix : DataFrame
    most : int
        Confusions at most.

    Returns
    -------
    DataFrame
        Rows and columns of the genres in these confusions, in their order; all cells off the diagonal that are none of
        them are 0. Where nothing is confused it has all genres.
    tuple of Confusion
        The largest first.
    """
    found = biggest_confusions(matrix, most=most)
    named = {name for pair in found for name in (pair.actual, pair.predicted)}
    genres = [genre for genre in matrix.index if not found or genre in named]
    part = pd.DataFrame(
        np.diag(np.diag(matrix.loc[genres, genres].to_numpy())),
        index=pd.Index(genres, name=matrix.index.name),
        columns=pd.Index(genres, name=matrix.columns.name),
    )
    for pair in found:
        part.loc[pair.actual, pair.predicted] = pair.n
    return part, found


def merge_families(matrix: pd.DataFrame, families: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """The matrix of families: a clip counts as right where the family is.

    Parameters
    ----------
    matrix : DataFrame
    families : mapping of str to sequence of str
        Genres by the name of their family. Genres in none stay by themselves.

    Returns
    -------
    DataFrame
        Families at the place of their first genre.

    Raises
    ------
    RunError
        As `label_of_genres`, or fewer than two families in the end.
    """
    require_matrix(matrix)
    genres = [str(genre) for genre in matrix.index]
    label_of = label_of_genres(genres, families)
    named = [label_of[genre] for genre in genres]
    order = list(dict.fromkeys(named))
    if len(order) < 2:
        raise RunError("All genres are in one family, so that nothing is left to tell apart. Leave at least two.")
    place_of = {family: place for place, family in enumerate(order)}
    places = np.array([place_of[name] for name in named])
    merged = np.zeros((len(order), len(order)), dtype=matrix.to_numpy().dtype)
    np.add.at(merged, (places[:, np.newaxis], places[np.newaxis, :]), matrix.to_numpy())
    names = matrix.index.name, matrix.columns.name
    return pd.DataFrame(merged, index=pd.Index(order, name=names[0]), columns=pd.Index(order, name=names[1]))


@dataclass(frozen=True, eq=False)
class SummedMatrix:
    """The matrices of several runs laid on each other.

    Attributes
    ----------
    matrix : DataFrame
        Verdicts, in the genres' order of the first run.
    n_runs : int
    n_verdicts : int
        All verdicts: a clip that each of five seeds was tested on counts five times.
    n_clips : int
        Different clips. An interval must be made of these, for verdicts on one clip are not independent.
    """

    matrix: pd.DataFrame
    n_runs: int
    n_verdicts: int
    n_clips: int

    @property
    def is_each_clip_once(self) -> bool:
        """Whether no clip was tested twice, as with the folds of one division."""
        return self.n_verdicts == self.n_clips


def sum_matrices(answers: Sequence[Predictions]) -> SummedMatrix:
    """The summed matrix of folds or seeds.

    Raises
    ------
    RunError
        None is given, or their genres differ.
    """
    if not answers:
        raise RunError("There are no runs to sum. Choose at least one.")
    genres = answers[0].genres
    for each in answers[1:]:
        if set(each.genres) != set(genres):
            unlike = sorted(set(each.genres) ^ set(genres))
            raise RunError(f"Only matrices of the same genres can be summed; {', '.join(unlike)} is in some of them.")
    matrices = [confusion_matrix(each).loc[list(genres), list(genres)] for each in answers]
    summed = matrices[0].copy()
    for matrix in matrices[1:]:
        summed += matrix
    clips = set[str]().union(*(each.table["clip"].tolist() for each in answers))
    return SummedMatrix(
        matrix=summed,
        n_runs=len(answers),
        n_verdicts=sum(len(each.table) for each in answers),
        n_clips=len(clips),
    )
