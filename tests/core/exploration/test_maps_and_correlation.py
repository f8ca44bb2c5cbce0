import numpy as np
import pandas as pd
import pytest

from core.errors import FeatureError
from core.exploration import correlation_matrix, distribution_by_genre, principal_map, strongest_pairs
from tests.core.exploration.tables import table_of


def test_two_features_that_rise_together_lie_on_one_axis() -> None:
    principal = principal_map(table_of(x=[1, 2, 3, 4], y=[10, 20, 30, 40]), ["x", "y"])
    assert principal.explained == pytest.approx((1, 0))
    np.testing.assert_allclose(principal.loadings["pc1"], np.sqrt([0.5, 0.5]))
    # Standardised, both features of the first clip are -1.5 / 1.118: its place is sqrt(2) times that.
    assert principal.points["pc1"].iloc[0] == pytest.approx(-np.sqrt(2) * 1.5 / np.sqrt(1.25))
    np.testing.assert_allclose(principal.points["pc2"], 0, atol=1e-12)


@pytest.mark.parametrize(("n_clips", "n_features"), [(50, 5), (12, 57), (3_000, 57)])
def test_the_map_is_that_of_scikit_learn(n_clips: int, n_features: int) -> None:
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(0)
    values = rng.normal(size=(n_clips, n_features)) @ rng.normal(size=(n_features, n_features))
    names = [f"f{number}" for number in range(n_features)]
    principal = principal_map(table_of(**dict(zip(names, values.T.tolist(), strict=True))), names)
    reference = PCA(2).fit(StandardScaler().fit_transform(values))
    assert principal.explained == pytest.approx(tuple(reference.explained_variance_ratio_))
    expected = reference.transform(StandardScaler().fit_transform(values))
    np.testing.assert_allclose(np.abs(principal.points[["pc1", "pc2"]]), np.abs(expected), atol=1e-9)


def test_the_unit_of_a_feature_does_not_matter() -> None:
    rng = np.random.default_rng(2)
    x, y, z = rng.normal(size=(3, 20)).tolist()
    metres = principal_map(table_of(x=x, y=y, z=z), ["x", "y", "z"])
    millimetres = principal_map(table_of(x=[1000 * value for value in x], y=y, z=z), ["x", "y", "z"])
    np.testing.assert_allclose(metres.points[["pc1", "pc2"]], millimetres.points[["pc1", "pc2"]], atol=1e-9)


def test_a_constant_feature_is_left_out_and_named() -> None:
    principal = principal_map(table_of(x=[1, 2, 4], y=[3, 1, 2], z=[5, 5, 5]), ["x", "y", "z"])
    assert principal.constant == ("z",)
    assert list(principal.loadings["feature"]) == ["x", "y"]


def test_the_largest_weight_of_an_axis_is_positive() -> None:
    principal = principal_map(table_of(x=[4, 3, 2, 1], y=[1, 5, 2, 4], z=[0, 1, 0, 3]), ["x", "y", "z"])
    for axis in ("pc1", "pc2"):
        weights = principal.loadings[axis]
        assert weights[weights.abs().idxmax()] > 0


@pytest.mark.parametrize(
    ("table", "features", "message"),
    [
        (table_of(x=[1, 2], y=[1, 2]), ["x", "y"], "At least 3 clips"),
        (table_of(x=[1, 1, 1], y=[1, 2, 3]), ["x", "y"], "at least two features"),
        (table_of(x=[1, float("nan"), 1], y=[1, 2, 3]), ["x", "y"], "clip1 is not a number"),
        (table_of(x=[1, 2, 3]), ["x", "tempo"], "no tempo"),
    ],
)
def test_what_cannot_be_mapped_is_said(table: pd.DataFrame, features: list[str], message: str) -> None:
    with pytest.raises(FeatureError, match=message):
        principal_map(table, features)


def test_correlation_is_one_for_the_same_and_minus_one_for_the_opposite() -> None:
    table = table_of(x=[1, 2, 3, 5], same=[2, 4, 6, 10], opposite=[-1, -2, -3, -5], odd=[1, -1, 1, -1])
    matrix = correlation_matrix(table, ["x", "same", "opposite", "odd"])
    assert matrix.loc["x", "same"] == pytest.approx(1)
    assert matrix.loc["x", "opposite"] == pytest.approx(-1)
    assert list(matrix.columns) == ["x", "same", "opposite", "odd"]


def test_clustering_puts_like_features_side_by_side_and_changes_no_figure() -> None:
    rng = np.random.default_rng(3)
    one, two = rng.normal(size=(2, 60))
    noise = rng.normal(scale=0.1, size=(4, 60))
    features = ["a1", "b1", "a2", "b2"]
    values = [one + noise[0], two + noise[1], one + noise[2], -two + noise[3]]
    table = table_of(**{name: value.tolist() for name, value in zip(features, values, strict=True)})
    plain = correlation_matrix(table, features)
    clustered = correlation_matrix(table, features, clustered=True)
    order = list(clustered.columns)
    assert abs(order.index("a1") - order.index("a2")) == 1
    assert abs(order.index("b1") - order.index("b2")) == 1
    assert list(clustered.index) == order
    pd.testing.assert_frame_equal(clustered.loc[features, features], plain)


def test_a_constant_feature_has_no_correlation_and_stands_last() -> None:
    table = table_of(flat=[1, 1, 1, 1], x=[1, 2, 3, 5], y=[4, 3, 3, 1], z=[0, 1, 0, 1])
    matrix = correlation_matrix(table, ["flat", "x", "y", "z"], clustered=True)
    assert matrix.columns[-1] == "flat"
    assert matrix["flat"].isna().all()


def test_spread_by_genre_is_known_by_hand() -> None:
    table = pd.DataFrame(
        {"clip": list("abcdefgh"), "genre": ["low"] * 5 + ["high"] * 3, "x": [0, 1, 2, 3, 4, 10, 20, 60]}
    )
    summary = distribution_by_genre(table, "x").set_index("genre")
    assert list(summary.index) == ["low", "high"]
    low = summary.loc["low"]
    assert (low["n"], low["minimum"], low["q1"], low["median"], low["q3"], low["maximum"]) == (5, 0, 1, 2, 3, 4)
    assert (low["low"], low["high"], low["mean"]) == pytest.approx((0.2, 3.8, 2))
    assert summary.loc["high", "median"] == 20


def test_the_strongest_pairs_come_first_whatever_their_sign() -> None:
    table = table_of(x=[1, 2, 3, 5], opposite=[-1, -2, -3, -5.1], odd=[1, -1, 1, -1], flat=[1, 1, 1, 1])
    pairs = strongest_pairs(correlation_matrix(table, ["odd", "x", "flat", "opposite"]))
    assert pairs[["feature_a", "feature_b"]].iloc[0].tolist() == ["x", "opposite"]
    assert pairs["correlation"].iloc[0] == pytest.approx(-1, abs=1e-3)
    assert len(pairs) == 3
