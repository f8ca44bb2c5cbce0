import numpy as np
import pandas as pd
import pytest

from core.errors import FeatureError
from core.exploration.outliers import find_outliers, reasons
from tests.core.exploration.tables import clouds

FEATURES = [f"x{place}" for place in range(6)]


def planted(n_per_genre: int, *, seed: int) -> tuple[pd.DataFrame, dict[str, str]]:
    """Three genres far apart, with one clip in each that is far off in one feature; the feature by the clip."""
    centres = {"a": [0.0] * 6, "b": [30.0] * 6, "c": [-30.0, 30, 0, 0, 60, 0]}
    table = clouds(n_per_genre, centres, seed=seed)
    # Features that say nearly the same, and units that differ.
    table["x1"] = table["x0"] + 0.1 * table["x1"]
    table["x2"] *= 1000
    far = {}
    for place, feature in ((2, "x3"), (n_per_genre + 2, "x2"), (2 * n_per_genre + 2, "x5")):
        table.loc[place, feature] += 9 * (1000 if feature == "x2" else 1)
        far[table["clip"].iloc[place]] = feature
    return table, far


@pytest.mark.parametrize("n_per_genre", [8, 20, 100])
def test_planted_outliers_come_first_with_their_reason(n_per_genre: int) -> None:
    for seed in range(4):
        table, far = planted(n_per_genre, seed=seed)
        found = find_outliers(table, FEATURES)
        assert set(found.scores["clip"].head(3)) == set(far)
        assert (found.scores["rank"].head(3) == 1).all()
        for clip, feature in far.items():
            why = reasons(found, clip)[0]
            assert why.feature == feature
            assert why.deviations > 5
            assert why.value - why.median == pytest.approx(9 * (1000 if feature == "x2" else 1), rel=0.5)


def test_an_unusual_combination_is_found_where_no_feature_is_far_off() -> None:
    table, _ = planted(100, seed=0)
    typical = table["x0"].head(100)
    # Alone each value is common; together they contradict each other.
    table.loc[5, ["x0", "x1"]] = [typical.median() + 1.5, typical.median() - 1.5]
    found = find_outliers(table, FEATURES)
    clip = table["clip"].iloc[5]
    assert clip in set(found.scores["clip"].head(8))
    assert all(abs(why.deviations) < 2.5 for why in reasons(found, clip))


def test_it_finds_at_least_as_many_as_the_local_outlier_factor() -> None:
    from sklearn.neighbors import LocalOutlierFactor

    ours = theirs = 0
    for seed in range(5):
        table, far = planted(20, seed=seed)
        ours += len(set(find_outliers(table, FEATURES).scores["clip"].head(3)) & set(far))
        factors = pd.concat(
            pd.Series(
                -LocalOutlierFactor(n_neighbors=10)
                .fit((own[FEATURES] - own[FEATURES].mean()) / own[FEATURES].std())
                .negative_outlier_factor_,
                index=own["clip"],
            )
            for _, own in table.groupby("genre")
        )
        theirs += len(set(factors.nlargest(3).index) & set(far))
    assert ours >= theirs
    assert ours == 15


def test_many_outliers_do_not_hide_each_other() -> None:
    table = clouds(40, {"a": [0.0] * 6})
    table.loc[:7, "x0"] += 12
    found = find_outliers(table, FEATURES)
    assert set(found.scores["clip"].head(8)) == set(table["clip"].head(8))


def test_the_unit_of_a_feature_does_not_matter() -> None:
    table, _ = planted(12, seed=1)
    scaled = table.assign(x4=table["x4"] * 1e-6 + 5)
    one, two = (find_outliers(given, FEATURES).scores.set_index("clip")["score"] for given in (table, scaled))
    np.testing.assert_allclose(one, two.loc[one.index], rtol=1e-6)


def test_half_of_a_genre_scores_at_most_one() -> None:
    scores = find_outliers(clouds(31, {"a": [0.0] * 6, "b": [5.0] * 6}), FEATURES).scores
    assert scores.groupby("genre")["score"].median().tolist() == pytest.approx([1, 1])


def test_small_genres_and_constant_features_are_named_not_scored() -> None:
    table = pd.concat([clouds(10, {"a": [0.0] * 3}), clouds(4, {"few": [0.0] * 3}, seed=1)]).assign(flat=1.0)
    found = find_outliers(table, ["x0", "x1", "x2", "flat"])
    assert found.too_few == ("few",)
    assert found.constant == ("flat",)
    assert set(found.scores["genre"]) == {"a"}


def test_a_feature_that_only_one_clip_leaves_is_a_reason() -> None:
    table = clouds(10, {"a": [0.0, 0.0]}).assign(tempo=[120.0] * 9 + [172.0])
    found = find_outliers(table, ["x0", "x1", "tempo"])
    clip = table["clip"].iloc[9]
    assert found.scores["clip"].iloc[0] == clip
    why = reasons(found, clip)[0]
    assert (why.feature, why.value, why.median) == ("tempo", 172, 120)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (clouds(4, {"a": [0.0], "b": [1.0]}), "at least 5 clips"),
        (clouds(6, {"a": [0.0]}).assign(x0=1.0), "No feature differs"),
    ],
)
def test_what_cannot_be_scored_is_said(table: pd.DataFrame, message: str) -> None:
    with pytest.raises(FeatureError, match=message):
        find_outliers(table, ["x0"])
