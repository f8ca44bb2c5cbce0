import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import FeatureError
from core.exploration.ranking import best_features, feature_ranking, pair_ranking
from tests.core.exploration.tables import clouds, table_of


def test_figures_are_known_by_hand() -> None:
    # Genre means 2 and 5 about 3.5: between 6 * 1.5^2 = 13.5; within 2 + 2 = 4; one and four degrees of freedom.
    table = table_of(["a"] * 3 + ["b"] * 3, x=[1, 2, 3, 4, 5, 6])
    ranking = feature_ranking(table, ["x"]).iloc[0]
    assert ranking["f"] == pytest.approx(13.5 / (4 / 4))
    assert ranking["eta_squared"] == pytest.approx(13.5 / 17.5)
    assert ranking["p"] == pytest.approx(0.0213, abs=1e-4)


def test_f_and_p_are_those_of_scikit_learn() -> None:
    from sklearn.feature_selection import f_classif

    table = clouds(15, {"a": [0, 0, 1e6], "b": [1, 0, 1e6], "c": [0, 2, 1e6]})
    features = ["x0", "x1", "x2"]
    ranking = feature_ranking(table, features).set_index("feature").loc[features]
    f, p = f_classif(table[features], table["genre"])
    np.testing.assert_allclose(ranking["f"], f, rtol=1e-3)
    np.testing.assert_allclose(ranking["p"], p, rtol=1e-2)


def test_a_feature_that_tells_all_comes_first_and_a_constant_one_last() -> None:
    table = clouds(40, {"a": [0, 0], "b": [20, 0]}).assign(flat=3.0)
    ranking = feature_ranking(table, ["flat", "x1", "x0"])
    assert ranking["feature"].tolist() == ["x0", "x1", "flat"]
    figures = ranking.set_index("feature")
    # Two genres of the same size are one bit.
    assert figures.loc["x0", "mutual_information"] == pytest.approx(1, abs=0.05)
    assert figures.loc["x1", "mutual_information"] < 0.2
    assert figures.loc["flat"].isna().all()


def test_information_finds_what_means_do_not_show() -> None:
    rng = np.random.default_rng(0)
    inner, outer = rng.normal(0, 0.2, 60), rng.choice([-3, 3], 60) + rng.normal(0, 0.2, 60)
    outer -= outer.mean() - inner.mean()
    table = table_of(["in"] * 60 + ["out"] * 60, x=[*inner, *outer])
    ranking = feature_ranking(table, ["x"]).iloc[0]
    assert ranking["eta_squared"] < 1e-9
    assert ranking["mutual_information"] > 0.8


def test_the_same_figures_every_time_and_of_a_sample() -> None:
    table = clouds(50, {"a": [0, 1], "b": [1, 0]})
    one, two = (feature_ranking(table, ["x0", "x1"], n_most=40) for _ in range(2))
    assert one.equals(two)


@pytest.mark.parametrize(
    ("genres", "message"), [(["a", "a", "a"], "at least two genres"), (["a", "b", "c"], "needs two clips")]
)
def test_what_cannot_be_ranked_is_said(genres: list[str], message: str) -> None:
    with pytest.raises(FeatureError, match=message):
        feature_ranking(table_of(genres, x=[1, 2, 3]), ["x"])


def test_genres_of_one_clip_do_not_stop_the_ranking() -> None:
    ranking = feature_ranking(table_of(["a"] * 5 + ["b"], x=[1, 2, 3, 4, 5, 9]), ["x"])
    assert np.isfinite(ranking[["f", "p", "eta_squared"]].to_numpy(dtype=float)).all()


def test_two_genres_are_known_by_hand() -> None:
    table = table_of(["a"] * 3 + ["b"] * 3, x=[4, 5, 6, 1, 2, 3], y=[1, 2, 3, 1, 2, 3], flat=[1] * 6)
    ranking = pair_ranking(table, ["flat", "y", "x"], "a", "b").set_index("feature")
    assert ranking.index[0] == "x"
    assert ranking.loc["x", "cohens_d"] == pytest.approx(3.0)
    assert ranking.loc["x", "auc"] == 1.0
    assert (ranking.loc["y", "cohens_d"], ranking.loc["y", "auc"]) == (0, 0.5)
    assert ranking.loc["flat", "auc"] == 0.5
    assert np.isnan(ranking.loc["flat", "cohens_d"])
    with pytest.raises(FeatureError, match="two"):
        pair_ranking(table.head(4), ["x"], "a", "b")


@settings(max_examples=40)
@given(st.lists(st.integers(-5, 5), min_size=2, max_size=12), st.lists(st.integers(-5, 5), min_size=2, max_size=12))
def test_the_auc_counts_pairs(one: list[int], two: list[int]) -> None:
    table = table_of(["a"] * len(one) + ["b"] * len(two), x=[float(value) for value in [*one, *two]])
    found = pair_ranking(table, ["x"], "a", "b").iloc[0]
    counted = np.mean([(a > b) + 0.5 * (a == b) for a in one for b in two])
    assert found["auc"] == pytest.approx(counted)
    turned = pair_ranking(table, ["x"], "b", "a").iloc[0]
    assert turned["auc"] == pytest.approx(1 - counted)


def test_the_best_features_do_not_repeat_each_other() -> None:
    table = clouds(50, {"a": [0, 0, 0], "b": [8, 4, 0]})
    table["copy"] = 2 * table["x0"] + 1
    ranking = feature_ranking(table, ["x0", "copy", "x1", "x2"])
    chosen = best_features(table, ranking, n_features=2, max_correlation=0.95)
    assert len({"x0", "copy"} & set(chosen)) == 1
    assert "x1" in chosen
