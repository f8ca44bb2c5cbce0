"""Advice on genres, against trying everything the long way."""

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RunError
from core.evaluation.adviser.choices import lead_interval, rank_choices, rank_matrix_choices
from core.evaluation.adviser.curve import drop_curve, matrix_drop_curve, matrix_merge_curve, merge_curve
from core.evaluation.adviser.scores import redistributed, score_counts
from core.evaluation.adviser.words import choice_sentence, own_choice_sentence, turn_sentence
from core.evaluation.metrics import confusion_matrix
from core.evaluation.paired.agreement import cohen_kappa
from core.evaluation.paired.shared import restrict_genres
from core.evaluation.predictions import Predictions
from core.evaluation.published import STUDY


def drawn(n_genres: int, n: int, seed: int) -> Predictions:
    rng = np.random.default_rng(seed)
    genres = tuple(f"g{place}" for place in range(n_genres))
    actual = np.arange(n) % n_genres
    values = rng.dirichlet(np.ones(n_genres), n)
    values[np.arange(n), actual] += rng.uniform(0, 0.6, n)
    values /= values.sum(axis=1, keepdims=True)
    table = pd.DataFrame({"clip": [f"c{place}" for place in range(n)], "actual": [genres[place] for place in actual]})
    table["predicted"] = [genres[place] for place in values.argmax(axis=1)]
    table[list(genres)] = values
    return Predictions(table, genres)


def kappa_of(predictions: Predictions) -> float:
    kappa = cohen_kappa(confusion_matrix(predictions).to_numpy())
    assert kappa is not None
    return kappa


@settings(max_examples=15)
@given(st.integers(3, 6), st.integers(0, 1000))
def test_each_drop_is_the_one_that_trying_all_finds(n_genres: int, seed: int) -> None:
    predictions = drawn(n_genres, 60, seed)
    steps = drop_curve(predictions)
    assert [len(step.score.genres) for step in steps] == list(range(n_genres, 1, -1))
    assert steps[0].score.kappa == pytest.approx(kappa_of(predictions))
    for before, after in pairwise(steps):
        tried = {
            genre: kappa_of(restrict_genres(predictions, [kept for kept in before.score.genres if kept != genre]))
            for genre in before.score.genres
        }
        assert after.score.kappa == pytest.approx(max(tried.values()))
        assert after.score.kappa == pytest.approx(tried[after.changed[0]])
        part = restrict_genres(predictions, after.score.genres)
        assert after.score.n_correct == (part.table["actual"] == part.table["predicted"]).sum()


def merged(predictions: Predictions, a: str, b: str) -> Predictions:
    name = f"{a} + {b}"
    table = predictions.table.copy()
    table[a] = table[a] + table[b]
    table = table.drop(columns=b).rename(columns={a: name})
    genres = tuple(name if genre == a else genre for genre in predictions.genres if genre != b)
    table["actual"] = table["actual"].replace({a: name, b: name})
    table["predicted"] = [genres[place] for place in table[list(genres)].to_numpy().argmax(axis=1)]
    return Predictions(table, genres)


@settings(max_examples=15)
@given(st.integers(3, 5), st.integers(0, 1000))
def test_each_merger_is_the_one_that_trying_all_finds(n_genres: int, seed: int) -> None:
    now = drawn(n_genres, 60, seed)
    for step in merge_curve(now)[1:]:
        tried = {pair: kappa_of(merged(now, *pair)) for pair in combinations(now.genres, 2)}
        assert step.score.kappa == pytest.approx(max(tried.values()))
        now = merged(now, *step.changed)
        assert step.score.kappa == pytest.approx(kappa_of(now))
        assert set(step.score.genres) == set(now.genres)
        assert step.score.n == 60


def test_many_genres_are_worked_through() -> None:
    predictions = drawn(20, 400, 1)
    for curve in (drop_curve(predictions), merge_curve(predictions)):
        assert [len(step.score.genres) for step in curve] == list(range(20, 1, -1))
    matrix = confusion_matrix(predictions)
    for curve in (matrix_drop_curve(matrix), matrix_merge_curve(matrix)):
        assert [len(step.score.genres) for step in curve] == list(range(20, 1, -1))


def test_a_matrix_alone_is_redistributed_by_hand() -> None:
    # Blues without its three verdicts for jazz: 7 of 17, of 20 clips.
    kept = tuple(genre for genre in STUDY.genres if genre != "jazz")
    table = pd.DataFrame(redistributed(STUDY.matrix, kept), index=kept, columns=kept)
    assert table.loc["blues", "blues"] == pytest.approx(20 * 7 / 17)
    assert table.sum(axis=1).tolist() == pytest.approx([20] * 9)
    nothing_left = pd.DataFrame([[0, 0, 4], [0, 4, 0], [0, 0, 4]], index=list("abc"), columns=list("abc"))
    assert redistributed(nothing_left, ("a", "b")).tolist() == [[0, 4], [0, 4]]


@settings(max_examples=20)
@given(st.integers(3, 6), st.integers(0, 1000))
def test_each_drop_from_a_matrix_is_the_one_that_trying_all_finds(n_genres: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    genres = [f"g{place}" for place in range(n_genres)]
    counts = rng.integers(0, 6, (n_genres, n_genres)) * (rng.random((n_genres, n_genres)) < 0.7)
    counts[:, 0] += 1
    matrix = pd.DataFrame(counts, index=genres, columns=genres)
    steps = matrix_drop_curve(matrix)
    for before, after in pairwise(steps):
        tried = [
            cohen_kappa(redistributed(matrix, tuple(kept for kept in before.score.genres if kept != genre)))
            for genre in before.score.genres
        ]
        assert after.score.kappa == pytest.approx(max(kappa for kappa in tried if kappa is not None), abs=1e-9)


def test_the_study_s_own_choice_is_not_the_best_by_estimate_nor_shown_to_be_worse() -> None:
    ranking = rank_matrix_choices(STUDY.matrix, 3)
    assert len(ranking.choices) == 120
    own = ranking.choice(STUDY.own_choice)
    assert ranking.rank_of(STUDY.own_choice) == 6
    # The estimate is what the training then gave: 81 % of 140.
    assert own.score.accuracy == pytest.approx(0.823, abs=0.001)
    assert own.score.interval[0] < 113 / 140 < own.score.interval[1]
    assert ranking.choices[0].dropped == ("blues", "classical", "rock")
    assert ranking.choices[0].score.accuracy == pytest.approx(0.840, abs=0.001)
    lead = lead_interval(STUDY.matrix, ranking.choices[0], own)
    assert lead[0] < 0 < lead[1]
    assert ranking.best_again is not None
    assert 0.1 < ranking.best_again < 0.4
    text = own_choice_sentence(ranking, STUDY.own_choice, lead=lead)
    assert "blues, reggae and rock is number 6 of 120 choices: the 7 that stay are told apart in 82 %" in text
    assert "do not show that it is really better" in text
    assert choice_sentence(ranking).startswith("Leave out blues, classical and rock: the best of 120 ways")


def test_resampled_kappas_are_those_of_the_definition() -> None:
    from core.evaluation.adviser.choices import _kappas

    counts = STUDY.matrix.to_numpy().astype(float)
    ways = [("jazz",), ("blues", "rock"), ("metal", "pop", "disco")]
    found = _kappas(counts[np.newaxis], STUDY.genres, ways)[0]
    for way, kappa in zip(ways, found, strict=True):
        kept = tuple(genre for genre in STUDY.genres if genre not in way)
        assert kappa == pytest.approx(score_counts(kept, redistributed(STUDY.matrix, kept)).kappa)


def test_all_ways_from_probabilities_are_those_of_the_long_way() -> None:
    predictions = drawn(5, 80, 3)
    ranking = rank_choices(predictions, 2)
    assert len(ranking.choices) == 10
    for choice in ranking.choices:
        part = restrict_genres(predictions, choice.score.genres)
        assert choice.score.kappa == pytest.approx(kappa_of(part))
        assert choice.score.n == len(part.table)
    kappas = [choice.score.kappa for choice in ranking.choices]
    assert kappas == sorted(kappas, reverse=True)
    assert ranking.best_again is None
    assert "number 1" not in own_choice_sentence(ranking, ranking.choices[0].dropped)


def test_a_perfect_run_gains_nothing_and_chance_is_none() -> None:
    genres = ("a", "b", "c")
    perfect = pd.DataFrame(np.eye(3, dtype=int) * 10, index=genres, columns=genres)
    for curve in (matrix_drop_curve(perfect), matrix_merge_curve(perfect)):
        assert all(step.score.kappa == 1.0 for step in curve)
        assert turn_sentence(curve) == "No step makes the genres easier to tell apart than chance alone does."
    guessing = pd.DataFrame(np.full((4, 4), 25), index=list("abcd"), columns=list("abcd"))
    assert all(step.score.kappa == pytest.approx(0) for step in matrix_drop_curve(guessing))
    assert [step.score.chance for step in matrix_drop_curve(guessing)] == pytest.approx([1 / 4, 1 / 3, 1 / 2])


def test_genres_without_clips_take_no_part_and_impossible_wishes_are_refused() -> None:
    predictions = drawn(4, 40, 0)
    part = Predictions(predictions.table[predictions.table["actual"] != "g3"], predictions.genres)
    assert drop_curve(part)[0].score.genres == ("g0", "g1", "g2")
    for n_dropped in (0, 3):
        with pytest.raises(RunError, match="Expected 1 to 2 of the 4 genres"):
            rank_choices(predictions, n_dropped)
    with pytest.raises(RunError, match="at least two have to stay"):
        rank_choices(drawn(2, 10, 0), 1)
    with pytest.raises(RunError, match="Expected 2 different genres"):
        rank_choices(predictions, 2).rank_of(("g0", "g0"))
    with pytest.raises(RunError, match="more than 5,000"):
        rank_choices(drawn(30, 30, 0), 10)
    one = Predictions(predictions.table[predictions.table["actual"] == "g0"], predictions.genres)
    with pytest.raises(RunError, match="there are clips of 1"):
        drop_curve(one)
    with pytest.raises(RunError, match="there are clips of 1"):
        matrix_drop_curve(confusion_matrix(one))
