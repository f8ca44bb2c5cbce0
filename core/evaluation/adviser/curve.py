"""The greedy curves: from all genres to two, each step the drop or the merger that helps most.

Conventions: a step is the best that can be made from where the last one led; the best set of a size may be another one
(`core.evaluation.adviser.choices` looks at all of a size).
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import RunError
from core.evaluation.adviser.scores import SubsetScore, redistributed, score_counts
from core.evaluation.confusion.matrices import require_matrix
from core.evaluation.paired.agreement import cohen_kappa, cross_counts
from core.evaluation.predictions import Predictions

_ALL_PAIRS_UP_TO = 12
_PAIRS_AT_MOST = 16
"""Of many genres, only the pairs that are confused most are tried."""
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Step:
    """A point of a curve.

    Attributes
    ----------
    changed : tuple of str
        The genre dropped, or the two merged, to get here; empty for all genres.
    score : SubsetScore
        Of the genres that are left.
    """

    changed: tuple[str, ...]
    score: SubsetScore


def drop_curve(predictions: Predictions) -> tuple[Step, ...]:
    """Genres dropped one by one: their clips go, and of the other clips the most probable genre left is taken.

    That is what the run itself would say with the probabilities of the rest brought to a sum of 1; trained without the
    genre, it may say something better.

    Raises
    ------
    RunError
        Fewer than two genres with clips.
    """
    genres, actual, probabilities = _arrays(predictions)
    n_genres = len(genres)
    # A stable sort of the negative keeps the first of equal probabilities first, as argmax does.
    ranked = np.argsort(-probabilities, axis=1, kind="stable").astype(np.int16)
    alive = np.ones(n_genres, dtype=bool)
    first, second = ranked[:, 0].astype(np.intp), ranked[:, 1].astype(np.intp)
    counts = cross_counts(actual, first, n_genres)
    steps = [Step(changed=(), score=score_counts(genres, counts))]
    while alive.sum() > 2:
        dropped = _best_drop(counts, cross_counts(first, second, n_genres), actual, first, second, alive)
        alive[dropped] = False
        kept = actual != dropped
        ranked, actual, first, second = ranked[kept], actual[kept], first[kept], second[kept]
        unsettled = np.flatnonzero((first == dropped) | (second == dropped))
        is_left = alive[ranked[unsettled]]
        places = is_left.argmax(axis=1)
        first[unsettled] = ranked[unsettled, places]
        is_left[np.arange(len(unsettled)), places] = False
        second[unsettled] = ranked[unsettled, is_left.argmax(axis=1)]
        counts = cross_counts(actual, first, n_genres)
        rest = np.flatnonzero(alive)
        score = score_counts(tuple(genres[place] for place in rest), counts[np.ix_(rest, rest)])
        steps.append(Step(changed=(genres[dropped],), score=score))
    return tuple(steps)


def _best_drop(
    counts: NDArray[np.int64],
    passed_on: NDArray[np.int64],
    actual: NDArray[np.intp],
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    alive: NDArray[np.bool_],
) -> int:
    """The genre without which kappa is highest, by what each drop would do to the table: no table is made for it."""
    n_genres = len(alive)
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    # Clips of the genre itself go and are passed on to nobody.
    own = actual == first
    passed_on = passed_on - cross_counts(first[own], second[own], n_genres)
    mended = np.bincount(first[(second == actual) & ~own], minlength=n_genres)
    n = len(actual) - rows
    right = np.trace(counts) - np.diag(counts) + mended
    predicted = columns[np.newaxis, :] - counts + passed_on
    np.fill_diagonal(predicted, 0)
    expected = (predicted * rows[np.newaxis, :]).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, by_chance = right / n, expected / n.astype(np.float64) ** 2
        kappa = (share - by_chance) / (1 - by_chance)
    kappa = np.where(alive & np.isfinite(kappa), kappa, -np.inf)
    return int(kappa.argmax())


def merge_curve(predictions: Predictions) -> tuple[Step, ...]:
    """Genres merged two by two: the probability of a family is the sum of those of its genres.

    Raises
    ------
    RunError
        Fewer than two genres with clips.
    """
    genres, actual, probabilities = _arrays(predictions)
    names: list[tuple[str, ...]] = [(genre,) for genre in genres]
    values = probabilities.T.copy()
    places = np.arange(len(actual))
    first = values.argmax(axis=0)
    counts = cross_counts(actual, first, len(names))
    steps = [Step(changed=(), score=score_counts(genres, counts))]
    while len(names) > 2:
        best: tuple[float, int, int, NDArray[np.intp]] | None = None
        top = values[first, places]
        for a, b in _likely_pairs(counts):
            merged = values[a] + values[b]
            after = np.where((merged > top) | (first == a) | (first == b), a, first)
            kappa = cohen_kappa(_merged_counts(counts, first, after, actual, a, b))
            if kappa is not None and (best is None or kappa > best[0]):
                best = (kappa, a, b, after)
        if best is None:
            break
        _, a, b, after = best
        changed = (" + ".join(names[a]), " + ".join(names[b]))
        values[a] += values[b]
        values = np.delete(values, b, axis=0)
        names[a] += names.pop(b)
        first, actual = (_renumbered(each, a, b) for each in (after, actual))
        counts = cross_counts(actual, first, len(names))
        score = score_counts(tuple(" + ".join(name) for name in names), counts)
        steps.append(Step(changed=changed, score=score))
    return tuple(steps)


def _merged_counts(
    counts: NDArray[np.int64],
    first: NDArray[np.intp],
    after: NDArray[np.intp],
    actual: NDArray[np.intp],
    a: int,
    b: int,
) -> NDArray[np.int64]:
    """The table after ``b`` has become part of ``a``, from the clips that change alone; row and column ``b`` are 0."""
    table = counts.copy()
    moved = np.flatnonzero(after != first)
    np.subtract.at(table, (actual[moved], first[moved]), 1)
    np.add.at(table, (actual[moved], after[moved]), 1)
    table[a] += table[b]
    table[b] = 0
    return table


def _renumbered(places: NDArray[np.intp], a: int, b: int) -> NDArray[np.intp]:
    """Places of genres after ``b`` has become ``a`` and is gone."""
    joined = np.where(places == b, a, places)
    return np.asarray(joined - (joined > b))


def _likely_pairs(counts: NDArray[np.int64] | NDArray[np.float64]) -> list[tuple[int, int]]:
    """Pairs of genres to try, the lower place first."""
    n = len(counts)
    if n <= _ALL_PAIRS_UP_TO:
        return list(combinations(range(n), 2))
    both = np.triu(counts + counts.T, 1)
    order = np.argsort(-both, axis=None, kind="stable")[:_PAIRS_AT_MOST]
    return [(int(place // n), int(place % n)) for place in order if place // n < place % n]


def _arrays(predictions: Predictions) -> tuple[tuple[str, ...], NDArray[np.intp], NDArray[np.float64]]:
    """Genres with clips, and of each clip the place of its genre and the probabilities of these genres."""
    tested = set(predictions.table["actual"])
    genres = tuple(genre for genre in predictions.genres if genre in tested)
    if len(genres) < 2:
        raise RunError(f"Advice needs test clips of at least two genres; there are clips of {len(genres)}.")
    place_of = {genre: place for place, genre in enumerate(genres)}
    actual = np.array(predictions.table["actual"].map(place_of), dtype=np.intp)
    return genres, actual, predictions.table[list(genres)].to_numpy(np.float64)


def matrix_drop_curve(matrix: pd.DataFrame) -> tuple[Step, ...]:
    """`drop_curve` where only the matrix is known (see `core.evaluation.adviser.scores.redistributed`)."""
    genres = _with_clips(matrix)
    counts = redistributed(matrix, genres)
    steps = [Step(changed=(), score=score_counts(genres, counts))]
    while len(genres) > 2:
        dropped = int(_kappas_without_each(counts).argmax())
        changed, genres = genres[dropped], genres[:dropped] + genres[dropped + 1 :]
        counts = redistributed(matrix, genres)
        steps.append(Step(changed=(changed,), score=score_counts(genres, counts)))
    return tuple(steps)


def _kappas_without_each(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kappa after each drop, shape (genres,): of all redistributed tables at once."""
    n_genres, rows = len(counts), counts.sum(axis=1)
    left = rows[np.newaxis, :] - counts.T  # by genre dropped, then by row
    stays = ~np.eye(n_genres, dtype=bool)
    has_left = stays & (left > _ROUNDING)
    weight = np.divide(rows[np.newaxis, :], left, out=np.zeros_like(left), where=has_left)
    lost = np.where(stays & ~has_left, rows[np.newaxis, :], 0.0)
    right = weight @ np.diag(counts)
    predicted = weight @ counts + (lost.sum(axis=1, keepdims=True) - lost) / max(1, n_genres - 2)
    n = rows.sum() - rows
    expected = (predicted * stays) @ rows / n**2
    return np.asarray((right / n - expected) / (1 - expected))


def matrix_merge_curve(matrix: pd.DataFrame) -> tuple[Step, ...]:
    """`merge_curve` where only the matrix is known: verdicts stay, and count as right within the family."""
    names = list(_with_clips(matrix))
    counts = redistributed(matrix, tuple(names))
    steps = [Step(changed=(), score=score_counts(tuple(names), counts))]
    while len(names) > 2:
        tables = {pair: _merged(counts, *pair) for pair in _likely_pairs(counts)}
        a, b = max(tables, key=lambda pair: _kappa(tables[pair]))
        changed, counts = (names[a], names[b]), tables[a, b]
        names[a] = " + ".join(changed)
        names.pop(b)
        steps.append(Step(changed=changed, score=score_counts(tuple(names), counts)))
    return tuple(steps)


def _with_clips(matrix: pd.DataFrame) -> tuple[str, ...]:
    require_matrix(matrix)
    genres = tuple(str(genre) for genre in matrix.index if matrix.loc[genre].sum() > 0)
    if len(genres) < 2:
        raise RunError(f"Advice needs test clips of at least two genres; there are clips of {len(genres)}.")
    return genres


def _merged(counts: NDArray[np.float64], a: int, b: int) -> NDArray[np.float64]:
    table = counts.copy()
    table[a] += table[b]
    table[:, a] += table[:, b]
    return np.delete(np.delete(table, b, axis=0), b, axis=1)


def _kappa(table: NDArray[np.float64]) -> float:
    kappa = cohen_kappa(table)
    return -np.inf if kappa is None else kappa
