"""All ways to leave out so many genres, ranked; and how much of the ranking is chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import RunError
from core.evaluation.adviser.scores import SubsetScore, redistributed, score_counts
from core.evaluation.confusion.matrices import require_matrix
from core.evaluation.paired.agreement import cross_counts
from core.evaluation.paired.resampling import percentile_interval
from core.evaluation.paired.shared import restrict_genres
from core.evaluation.predictions import Predictions

_MOST_VERDICTS = 50_000_000
"""Verdicts made anew for a ranking from predictions: about a second."""
_MOST_CHOICES = 5_000
_N_RESAMPLES = 1_000
_FEWEST_RESAMPLES = 200
_MOST_CELLS = 60_000_000
"""Cells of matrices drawn anew: about a second."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Genres to leave out.

    Attributes
    ----------
    dropped : tuple of str
        In alphabetical order.
    score : SubsetScore
        Of those that stay.
    """

    dropped: tuple[str, ...]
    score: SubsetScore


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """All choices of one size, the best first: by kappa, then by name.

    Attributes
    ----------
    choices : tuple of Choice
    best_again : float or None
        Share of matrices drawn anew in which the best choice is the best again, 0 to 1; None where these are not
        drawn: of predictions, and where there are too many choices and genres.
    basis : str
        What the estimates rest on, in words that go on a sentence.
    """

    choices: tuple[Choice, ...]
    best_again: float | None
    basis: str

    def rank_of(self, dropped: Sequence[str]) -> int:
        """Place of a choice, from 1; `RunError` where it is none of these."""
        wanted = tuple(sorted(dropped))
        for place, choice in enumerate(self.choices):
            if choice.dropped == wanted:
                return place + 1
        raise RunError(
            f"Expected {len(self.choices[0].dropped)} different genres of {', '.join(self._genres)} to leave out, got "
            f"{', '.join(dropped)}."
        )

    def choice(self, dropped: Sequence[str]) -> Choice:
        """A choice by what it leaves out."""
        return self.choices[self.rank_of(dropped) - 1]

    @property
    def _genres(self) -> tuple[str, ...]:
        first = self.choices[0]
        return tuple(sorted((*first.dropped, *first.score.genres)))


def rank_choices(predictions: Predictions, n_dropped: int) -> Ranking:
    """All ways to leave out ``n_dropped`` genres, by the probabilities of the rest.

    Raises
    ------
    RunError
        Fewer than two genres would stay, or there are too many ways for this many clips: the greedy curve then tells.
    """
    tested = set(predictions.table["actual"])
    genres = tuple(genre for genre in predictions.genres if genre in tested)
    ways = _ways(genres, n_dropped)
    if len(ways) * len(predictions.table) * (n_dropped + 1) > _MOST_VERDICTS:
        raise RunError(
            f"There are {len(ways):,} ways to leave out {n_dropped} of {len(genres)} genres, too many for "
            f"{len(predictions.table):,} test clips. Leave out fewer, or follow the greedy curve."
        )
    whole = restrict_genres(predictions, genres) if len(genres) < len(predictions.genres) else predictions
    actual = pd.Categorical(whole.table["actual"], categories=list(genres)).codes.astype(np.intp)
    # One of the first n + 1 genres stays whichever n are left out; of equal probabilities the first comes first.
    values = whole.table[list(genres)].to_numpy(np.float64)
    ranked = np.argsort(-values, axis=1, kind="stable")[:, : n_dropped + 1]
    places = np.arange(len(actual))
    found = []
    for dropped in ways:
        stays = np.array([genre not in dropped for genre in genres])
        said = ranked[places, stays[ranked].argmax(axis=1)]
        kept, inside = np.flatnonzero(stays), stays[actual]
        counts = cross_counts(actual[inside], said[inside], len(genres))[np.ix_(kept, kept)]
        found.append(
            Choice(dropped=tuple(sorted(dropped)), score=score_counts(tuple(genres[place] for place in kept), counts))
        )
    return Ranking(choices=_ranked(found), best_again=None, basis="from the probabilities of the genres that stay")


def rank_matrix_choices(matrix: pd.DataFrame, n_dropped: int, *, seed: int = 0) -> Ranking:
    """All ways to leave out ``n_dropped`` genres where only the matrix is known.

    Raises
    ------
    RunError
        Fewer than two genres would stay, or there are more than 5,000 ways.
    """
    require_matrix(matrix)
    genres = tuple(str(genre) for genre in matrix.index if matrix.loc[genre].sum() > 0)
    ways = _ways(genres, n_dropped)
    found = []
    for dropped in ways:
        kept = tuple(genre for genre in genres if genre not in dropped)
        found.append(Choice(dropped=tuple(sorted(dropped)), score=score_counts(kept, redistributed(matrix, kept))))
    choices = _ranked(found)
    again = None
    n_resamples = min(_N_RESAMPLES, _MOST_CELLS // (len(ways) * len(genres) ** 2))
    if n_resamples >= _FEWEST_RESAMPLES:
        drawn = _drawn_again(matrix.loc[list(genres), list(genres)].to_numpy(), seed, n_resamples)
        kappas = _kappas(drawn, genres, [choice.dropped for choice in choices])
        again = float((kappas[:, 0] >= kappas.max(axis=1)).mean())
    return Ranking(
        choices=choices,
        best_again=again,
        basis="from the matrix alone, as if each verdict for a genre left out were given to the others as the rest of "
        "its row is",
    )


def lead_interval(matrix: pd.DataFrame, first: Choice, second: Choice, *, seed: int = 0) -> tuple[float, float]:
    """95 % interval of what one choice's kappa is above another's, by drawing each row of the matrix anew."""
    genres = tuple(str(genre) for genre in matrix.index if matrix.loc[genre].sum() > 0)
    drawn = _drawn_again(matrix.loc[list(genres), list(genres)].to_numpy(), seed)
    kappas = _kappas(drawn, genres, [first.dropped, second.dropped])
    return percentile_interval(kappas[:, 0] - kappas[:, 1])


def _ways(genres: tuple[str, ...], n_dropped: int) -> list[tuple[str, ...]]:
    if not 1 <= n_dropped <= len(genres) - 2:
        raise RunError(
            f"Expected 1 to {len(genres) - 2} of the {len(genres)} genres with test clips to leave out, so that two "
            f"stay; got {n_dropped}."
            if len(genres) > 2
            else f"Nothing can be left out of {len(genres)} genres: at least two have to stay."
        )
    if (n := comb(len(genres), n_dropped)) > _MOST_CHOICES:
        raise RunError(
            f"There are {n:,} ways to leave out {n_dropped} of {len(genres)} genres, more than {_MOST_CHOICES:,}. "
            "Leave out fewer, or follow the greedy curve."
        )
    return list(combinations(genres, n_dropped))


def _ranked(found: list[Choice]) -> tuple[Choice, ...]:
    def standing(choice: Choice) -> tuple[float, tuple[str, ...]]:
        kappa = choice.score.kappa
        return (2.0 if kappa is None else -kappa, choice.dropped)

    return tuple(sorted(found, key=standing))


def _drawn_again(counts: NDArray[np.integer], seed: int, n_resamples: int = _N_RESAMPLES) -> NDArray[np.float64]:
    """Matrices with as many clips of each genre, drawn from its row, shape (resamples, genres, genres)."""
    rng = np.random.default_rng(seed)
    rows = [rng.multinomial(int(row.sum()), row / row.sum(), size=n_resamples) for row in counts]
    return np.stack(rows, axis=1).astype(np.float64)


def _kappas(
    drawn: NDArray[np.float64], genres: tuple[str, ...], ways: Sequence[tuple[str, ...]]
) -> NDArray[np.float64]:
    """Kappa of each way in each matrix, shape (matrices, ways), as `redistributed` and `cohen_kappa` give it."""
    found = np.empty((len(drawn), len(ways)))
    totals = drawn.sum(axis=2)
    for number, dropped in enumerate(ways):
        kept = [place for place, genre in enumerate(genres) if genre not in dropped]
        part, n = drawn[:, kept][:, :, kept], totals[:, kept]
        left = part.sum(axis=2)
        weight = np.divide(n, left, out=np.zeros_like(left), where=left > 0)
        right = (np.diagonal(part, axis1=1, axis2=2) * weight).sum(axis=1)
        lost = np.where(left > 0, 0.0, n)
        predicted = (part * weight[:, :, np.newaxis]).sum(axis=1)
        predicted += (lost.sum(axis=1, keepdims=True) - lost) / max(1, len(kept) - 1)
        whole = n.sum(axis=1)
        expected = (n * predicted).sum(axis=1) / whole**2
        found[:, number] = (right / whole - expected) / (1 - expected)
    return found
