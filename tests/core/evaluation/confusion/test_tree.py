"""Family trees of genres, and whether two of them agree."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.cluster.hierarchy import cophenet
from scipy.spatial.distance import squareform
from scipy.stats import pearsonr, spearmanr

from core.errors import FeatureError, RunError
from core.evaluation.confusion.tree import (
    agreement_text,
    confusion_tree,
    embedding_tree,
    feature_tree,
    own_fit,
    tree_agreement,
)
from core.evaluation.permuting import correlate_pairs
from core.evaluation.published import STUDY


def table(counts: list[list[int]], genres: str) -> pd.DataFrame:
    return pd.DataFrame(counts, index=list(genres), columns=list(genres))


PAIRS = table([[6, 4, 0, 0], [4, 6, 0, 0], [0, 0, 7, 3], [0, 0, 3, 7]], "abcd")


def test_genres_taken_for_each_other_are_joined_first() -> None:
    tree = confusion_tree(PAIRS)
    # a and b: 1 - (0.4 + 0.4) / 2; c and d: 1 - 0.3; the two branches at 1.
    assert tree.joins[:, 2].tolist() == pytest.approx([0.6, 0.7, 1.0])
    assert sorted(map(sorted, tree.families(2))) == [["a", "b"], ["c", "d"]]
    assert tree.joining[0, 1] == pytest.approx(0.6)
    assert own_fit(tree) == pytest.approx(1.0)
    assert "average linkage" in tree.basis


def test_the_study_s_tree_shows_reggae_with_hip_hop() -> None:
    tree = confusion_tree(STUDY.matrix)
    assert tree.joining[tree.genres.index("reggae"), tree.genres.index("hiphop")] == pytest.approx(1 - (0.2 + 0.1) / 2)
    assert own_fit(tree) == pytest.approx(cophenet(tree.joins, squareform(tree.distance))[0])
    assert len(tree.order) == 10


def test_a_genre_without_clips_is_left_out_and_two_make_no_tree() -> None:
    assert confusion_tree(table([[2, 1, 0, 0], [1, 2, 0, 0], [0, 0, 3, 0], [0, 0, 0, 0]], "abcd")).genres == (
        "a",
        "b",
        "c",
    )
    with pytest.raises(RunError, match="at least three genres with clips; there are 2"):
        confusion_tree(table([[1, 0], [0, 1]], "ab"))
    with pytest.raises(RunError, match="1 to 4 families"):
        confusion_tree(PAIRS).families(5)


def test_mean_features_and_directions_by_hand() -> None:
    clips = pd.DataFrame(
        {
            "clip": [f"c{number}" for number in range(6)],
            "genre": ["a", "a", "b", "b", "c", "c"],
            "x": [0.0, 0, 1, 1, 5, 5],
            "same": [1.0] * 6,
        }
    )
    tree = feature_tree(clips, ("x", "same"))
    deviation = clips["x"].std(ddof=0)
    assert tree.joins[:, 2].tolist() == pytest.approx([1 / deviation, 4.5 / deviation])
    with pytest.raises(FeatureError, match="No feature differs"):
        feature_tree(clips, ("same",))
    towards = embedding_tree(["a", "b", "b", "c"], np.array([[1.0, 0], [3, 3], [0, 0], [0, -2]]))
    assert towards.distance[0] == pytest.approx([0, 1 - 0.5**0.5, 1])
    with pytest.raises(FeatureError, match="for each of 3 clips"):
        embedding_tree(["a", "b", "c"], np.ones((2, 2)))


def test_a_tree_agrees_with_itself_and_the_order_of_genres_does_not_matter() -> None:
    tree = confusion_tree(STUDY.matrix)
    turned = confusion_tree(STUDY.matrix.loc[sorted(STUDY.genres), sorted(STUDY.genres)])
    found = tree_agreement(tree, turned)
    assert found.value == pytest.approx(1.0)
    assert found.p_value is not None
    assert found.p_value < 0.01
    assert "agree more than chance" in agreement_text(tree, turned, found)
    part = confusion_tree(PAIRS)
    with pytest.raises(RunError, match="in common; there are 0"):
        tree_agreement(tree, part)
    flat = confusion_tree(table(np.eye(4, dtype=int).tolist(), "abcd"))
    nothing = tree_agreement(part, flat)
    assert nothing.value is None
    assert "cannot be said" in agreement_text(part, flat, nothing)


def test_the_permutation_test_goes_through_all_orders_of_few_genres() -> None:
    rng = np.random.default_rng(0)
    first, second = (rng.uniform(size=(5, 5)) for _ in range(2))
    first, second = first + first.T, second + 0.5 * first + second.T
    second = second + second.T
    rows, columns = np.triu_indices(5, 1)
    for by_rank, correlation in ((False, pearsonr), (True, spearmanr)):
        found = correlate_pairs(first, second, by_rank=by_rank)
        value = correlation(first[rows, columns], second[rows, columns])[0]
        assert found.value == pytest.approx(value)
        orders = [np.array(order) for order in permutations(range(5))]
        as_high = [
            correlation(first[rows, columns], second[np.ix_(order, order)][rows, columns])[0] >= value - 1e-9
            for order in orders
        ]
        assert found.p_value == pytest.approx(np.mean(as_high))
        assert (found.is_exact, found.n_permutations) == (True, 120)


@settings(max_examples=30)
@given(hnp.arrays(np.int64, (8, 8), elements=st.integers(0, 4)), st.permutations(range(8)))
def test_rank_correlation_is_scipy_s_and_does_not_depend_on_names(values: np.ndarray, order: list[int]) -> None:
    first, second = values + values.T, np.abs(np.subtract.outer(np.arange(8), np.arange(8)))
    rows, columns = np.triu_indices(8, 1)
    found = correlate_pairs(first, second, by_rank=True, n_permutations=50)
    if found.value is None:
        assert np.ptp(first[rows, columns]) == 0
        return
    assert found.value == pytest.approx(spearmanr(first[rows, columns], second[rows, columns])[0])
    renamed = np.ix_(order, order)
    assert correlate_pairs(first[renamed], second[renamed], by_rank=True, n_permutations=5).value == pytest.approx(
        found.value
    )
    assert not found.is_exact


def test_random_tables_are_seldom_called_alike() -> None:
    rng = np.random.default_rng(1)
    p_values = []
    for _ in range(200):
        first, second = (rng.uniform(size=(8, 8)) for _ in range(2))
        p_values.append(correlate_pairs(first + first.T, second + second.T, n_permutations=199).p_value)
    assert 0.01 <= np.mean(np.array(p_values) <= 0.05) <= 0.1
    with pytest.raises(ValueError, match="three genres or more"):
        correlate_pairs(np.eye(2), np.eye(2))
