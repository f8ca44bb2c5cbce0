"""Nearest clips: the same as by trying all pairs, and what happens at the edges."""

import numpy as np
import pytest

from core.embeddings.neighbours import NeighbourIndex
from core.errors import FeatureError

RNG = np.random.default_rng(5)
NAMES = [f"clip.{number:03}" for number in range(300)]
VECTORS = RNG.normal(size=(300, 16))
INDEX = NeighbourIndex(NAMES, VECTORS)


def cosine_distances(one: np.ndarray, others: np.ndarray) -> np.ndarray:
    return 1 - others @ one / np.linalg.norm(others, axis=1) / np.linalg.norm(one)


def test_the_nearest_are_those_of_all_pairs() -> None:
    for query in RNG.normal(size=(20, 16)):
        distances = cosine_distances(query, VECTORS)
        found = INDEX.nearest(query, 7)
        assert [one.name for one in found] == [NAMES[place] for place in np.argsort(distances)[:7]]
        np.testing.assert_allclose([one.distance for one in found], np.sort(distances)[:7], atol=1e-5)


def test_scikit_learn_finds_the_same() -> None:
    from sklearn.neighbors import NearestNeighbors

    theirs, places = NearestNeighbors(n_neighbors=6, metric="cosine").fit(VECTORS).kneighbors(VECTORS)
    mine, distances = INDEX.nearest_of_all(5)
    np.testing.assert_array_equal(mine, places[:, 1:])
    np.testing.assert_allclose(distances, theirs[:, 1:], atol=1e-5)


def test_a_clip_is_no_neighbour_of_its_own() -> None:
    found = INDEX.nearest_to("clip.007", 299)
    assert len(found) == 299
    assert "clip.007" not in {one.name for one in found}
    assert INDEX.nearest(VECTORS[7], 1)[0].name == "clip.007"
    assert INDEX.nearest(VECTORS[7], 1)[0].distance == pytest.approx(0.0, abs=1e-6)


def test_loudness_of_an_embedding_does_not_matter() -> None:
    loud, quiet = INDEX.nearest(1_000 * VECTORS[3], 5), INDEX.nearest(VECTORS[3], 5)
    assert [one.name for one in loud] == [one.name for one in quiet]
    assert [one.distance for one in loud] == pytest.approx([one.distance for one in quiet], abs=1e-6)


def test_clips_left_out_make_room_for_others() -> None:
    first, second, third = INDEX.nearest_to("clip.000", 3)
    assert INDEX.nearest_to("clip.000", 2, leave_out={second.name, "no such clip"}) == (first, third)
    assert INDEX.nearest(VECTORS[0], 5, leave_out=NAMES) == ()


def test_equally_near_clips_come_by_name() -> None:
    index = NeighbourIndex(["d", "b", "c", "a"], np.array([[1.0, 0], [1, 0], [1, 0], [0, 1]]))
    assert [one.name for one in index.nearest(np.array([2.0, 0]), 2)] == ["b", "c"]


def test_zeros_are_at_a_right_angle_to_all() -> None:
    index = NeighbourIndex(["a", "b"], np.array([[0.0, 0.0], [-1.0, 0.0]]))
    assert [(one.name, one.distance) for one in index.nearest(np.array([1.0, 0.0]), 2)] == [("a", 1.0), ("b", 2.0)]


def test_clips_of_a_group_are_no_neighbours() -> None:
    groups = [number // 3 for number in range(300)]
    places, distances = INDEX.nearest_of_all(4, groups=groups)
    assert all(groups[other] != groups[place] for place in range(300) for other in places[place])
    assert (np.diff(distances, axis=1) >= 0).all()


def test_many_clips_are_looked_up_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    places, distances = INDEX.nearest_of_all(3)
    monkeypatch.setattr("core.embeddings.neighbours._QUERIES_AT_ONCE", 300 * 7)
    again, further = INDEX.nearest_of_all(3)
    np.testing.assert_array_equal(places, again)
    np.testing.assert_allclose(distances, further, atol=1e-6)


@pytest.mark.parametrize(
    ("search", "says"),
    [
        (lambda: INDEX.nearest(np.ones(15), 3), "Expected 16 finite numbers.*got shape"),
        (lambda: INDEX.nearest(np.full(16, np.nan), 3), "Expected 16 finite numbers"),
        (lambda: INDEX.nearest(np.ones(16), 0), "at least 1, got 0"),
        (lambda: INDEX.nearest_to("nobody", 3), "nobody has no embedding here"),
        (lambda: INDEX.nearest_of_all(300), "expected 1 to 299, got 300"),
        (lambda: NeighbourIndex(["a"], np.ones((2, 3))), "one embedding for each of 1 clips"),
        (lambda: NeighbourIndex(["a"], np.array([[np.inf]])), "finite numbers"),
    ],
)
def test_what_cannot_be_searched_is_refused(search: object, says: str) -> None:
    assert callable(search)
    with pytest.raises(FeatureError, match=says):
        search()
