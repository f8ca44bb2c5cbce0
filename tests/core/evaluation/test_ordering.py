from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.cluster.hierarchy import ClusterNode, linkage, to_tree
from scipy.spatial.distance import squareform

from core.evaluation.ordering import biggest_confusions, order_by_similarity, order_leaves


def matrix(rows: list[list[int]], genres: str) -> pd.DataFrame:
    return pd.DataFrame(rows, index=list(genres), columns=list(genres))


def test_genres_taken_for_each_other_stand_side_by_side() -> None:
    # a and c are mixed up, and so are b and d.
    counts = matrix([[6, 0, 4, 0], [0, 7, 0, 3], [4, 0, 6, 0], [0, 3, 0, 7]], "abcd")
    order = order_by_similarity(counts)
    assert sorted(order) == list("abcd")
    assert abs(order.index("a") - order.index("c")) == 1
    assert abs(order.index("b") - order.index("d")) == 1


def test_two_genres_keep_their_order() -> None:
    assert order_by_similarity(matrix([[1, 1], [0, 2]], "ab")) == ("a", "b")


def test_a_genre_without_test_clips_is_ordered_as_well() -> None:
    assert sorted(order_by_similarity(matrix([[2, 0, 0], [0, 0, 0], [1, 0, 1]], "abc"))) == ["a", "b", "c"]


def test_thirty_genres_are_all_there_once() -> None:
    genres = [f"genre {number}" for number in range(30)]
    counts = pd.DataFrame(np.random.default_rng(0).integers(0, 9, (30, 30)), index=genres, columns=genres)
    assert sorted(order_by_similarity(counts)) == sorted(genres)


def all_orders(node: ClusterNode) -> list[list[int]]:
    """Every order of the leaves that turning branches gives."""
    if node.is_leaf():
        return [[node.id]]
    left, right = all_orders(node.left), all_orders(node.right)
    return [pair for a in left for b in right for pair in (a + b, b + a)]


def length(order: list[int], distance: np.ndarray) -> float:
    return float(sum(distance[a, b] for a, b in pairwise(order)))


@pytest.mark.parametrize("n", [2, 3, 5, 8])
def test_no_turning_of_branches_brings_leaves_nearer(n: int) -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        # Few different distances, as confusion matrices have: ties are where scipy's own ordering goes wrong.
        distance = rng.integers(0, 6, (n, n)) / 5 if seed % 2 else rng.uniform(size=(n, n))
        distance = np.triu(distance, 1) + np.triu(distance, 1).T
        tree = linkage(squareform(distance), method="average")
        order = order_leaves(tree, distance)
        possible = all_orders(to_tree(tree))
        assert order in possible
        assert length(order, distance) == pytest.approx(min(length(each, distance) for each in possible))


def test_a_hundred_genres_are_ordered_at_once() -> None:
    distance = np.abs(np.subtract.outer(np.arange(100.0), np.arange(100.0)))
    tree = linkage(squareform(distance), method="average")
    assert order_leaves(tree, distance) in (list(range(100)), list(range(99, -1, -1)))


def test_the_largest_mistakes_come_first_and_the_diagonal_never() -> None:
    counts = matrix([[9, 3, 0], [1, 0, 3], [0, 0, 5]], "abc")
    found = biggest_confusions(counts, most=2)
    # Both have three clips; three of b's four are the larger share.
    assert [(pair.actual, pair.predicted, pair.n, pair.n_actual) for pair in found] == [
        ("b", "c", 3, 4),
        ("a", "b", 3, 12),
    ]
    assert found[0].share == 0.75


def test_perfect_predictions_have_no_confusion() -> None:
    assert biggest_confusions(matrix([[2, 0], [0, 3]], "ab")) == ()
