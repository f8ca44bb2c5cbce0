import numpy as np
import pytest

from core.errors import FeatureError
from core.exploration.maps import neighbour_map, principal_map
from tests.core.exploration.tables import clouds, table_of


@pytest.mark.parametrize("n_dims", [2, 3])
def test_clips_that_are_alike_stay_together(n_dims: int) -> None:
    table = clouds(25, {"a": [0, 0, 0, 0], "b": [9, 9, 0, 0], "c": [0, 9, 9, 9]})
    placed = neighbour_map(table, ["x0", "x1", "x2", "x3"], n_dims=n_dims)
    assert placed.axes == tuple(f"tsne{number}" for number in range(1, n_dims + 1))
    points = placed.points[list(placed.axes)].to_numpy()
    distances = np.linalg.norm(points[:, None] - points[None], axis=2) + np.eye(len(points)) * 1e9
    nearest = placed.points["genre"].to_numpy()[distances.argmin(axis=1)]
    assert (nearest == placed.points["genre"].to_numpy()).mean() > 0.85


def test_the_same_clips_give_the_same_map() -> None:
    table = clouds(10, {"a": [0, 0], "b": [5, 5]})
    one, two = (neighbour_map(table, ["x0", "x1"]) for _ in range(2))
    np.testing.assert_array_equal(one.points[["tsne1", "tsne2"]], two.points[["tsne1", "tsne2"]])


def test_of_many_clips_a_sample_with_every_genre_is_placed() -> None:
    table = clouds(60, {"a": [0, 0], "b": [5, 5]})
    placed = neighbour_map(table, ["x0", "x1"], n_most=40)
    assert placed.is_sample
    assert placed.n_clips == 120
    assert placed.points["genre"].value_counts().to_dict() == {"a": 20, "b": 20}


def test_three_clips_and_constant_features_are_no_obstacle() -> None:
    placed = neighbour_map(table_of(x=[1, 2, 4], y=[3, 1, 2], flat=[5, 5, 5]), ["x", "y", "flat"])
    assert np.isfinite(placed.points[["tsne1", "tsne2"]].to_numpy()).all()
    assert placed.constant == ("flat",)
    assert placed.perplexity < 3


def test_principal_components_in_three_dimensions_continue_those_in_two() -> None:
    table = clouds(20, {"a": [0, 0, 0, 0], "b": [3, 1, 0, 0]})
    features = ["x0", "x1", "x2", "x3"]
    flat, deep = principal_map(table, features), principal_map(table, features, n_dims=3)
    assert deep.axes == ("pc1", "pc2", "pc3")
    np.testing.assert_allclose(deep.points[["pc1", "pc2"]], flat.points[["pc1", "pc2"]])
    assert deep.explained[:2] == flat.explained
    assert deep.explained[2] <= deep.explained[1]
    with pytest.raises(FeatureError, match="At least 4 clips"):
        principal_map(table.head(3), features, n_dims=3)
    with pytest.raises(FeatureError, match="at least three features"):
        principal_map(table, features[:2], n_dims=3)
