import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import FeatureError
from core.exploration.tables import complete_part, stratified_sample, varying_features
from tests.core.exploration.tables import table_of

NAN = float("nan")


def test_a_whole_table_stays_as_it_is() -> None:
    table = table_of(x=[1, 2, 3], y=[1, 1, 2])
    part = complete_part(table, ["x", "y"])
    assert part.table is table
    assert (part.features, part.incomplete, part.n_without) == (("x", "y"), (), 0)


def test_a_feature_that_many_clips_lack_goes_and_a_clip_that_lacks_one_goes() -> None:
    table = table_of(x=[1.0, NAN, *range(8)], y=[NAN, NAN, NAN, *range(7)], z=list(range(10)))
    part = complete_part(table, ["x", "y", "z"])
    assert (part.features, part.incomplete, part.n_without) == (("x", "z"), ("y",), 1)
    assert part.table["clip"].tolist() == [f"clip{number}" for number in range(10) if number != 1]
    assert part.table.columns.tolist() == ["clip", "genre", "x", "z"]


def test_infinity_is_no_figure_either() -> None:
    assert complete_part(table_of(x=[1, 2, 3, 4, float("inf"), 6]), ["x"]).n_without == 1


def test_rounding_is_no_variation() -> None:
    values = np.array([[0.1 + 0.2, 1e6, 1.0], [0.3, 1e6 + 1, 1.0]])
    assert varying_features(values).tolist() == [False, True, False]


@settings(max_examples=60)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(8, 60), st.integers(0, 3))
def test_a_sample_has_every_genre_its_share_and_no_clip_twice(sizes: list[int], n_most: int, seed: int) -> None:
    genres = pd.Series(np.repeat([f"g{place}" for place in range(len(sizes))], sizes))
    places = stratified_sample(genres, n_most, seed=seed)
    assert len(set(places)) == len(places) == min(n_most, len(genres))
    assert sorted(places) == list(places)
    drawn = genres.iloc[places].value_counts()
    assert set(drawn.index) == set(genres)
    if len(genres) > n_most:
        share = pd.Series(sizes, index=[f"g{place}" for place in range(len(sizes))]) * n_most / len(genres)
        assert (drawn.reindex(share.index) <= share + 1).all()
        assert (places == stratified_sample(genres, n_most, seed=seed)).all()


def test_a_sample_smaller_than_the_number_of_genres_is_refused() -> None:
    with pytest.raises(FeatureError, match="3 genres"):
        stratified_sample(pd.Series(["a", "b", "c", "a"]), 2)
