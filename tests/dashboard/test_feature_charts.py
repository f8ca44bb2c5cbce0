import numpy as np
import pandas as pd
import pytest

from core.exploration import correlation_matrix, distribution_by_genre, principal_map
from core.features.frontends import NUMERIC_NAMES
from dashboard.charts.features import (
    CLICKED,
    MAX_POINTS_PER_GENRE,
    correlation_chart,
    distribution_chart,
    genre_count_chart,
    map_chart,
)
from dashboard.charts.theme import DARK
from dashboard.feature_names import feature_name
from dashboard.palette import GTZAN_COLORS


def feature_table(n_per_genre: int, genres: tuple[str, ...] = ("blues", "jazz")) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    names = [f"{genre}.{number:05d}" for genre in genres for number in range(n_per_genre)]
    table = pd.DataFrame(rng.normal(size=(len(names), 16)), columns=list(NUMERIC_NAMES))
    table.insert(0, "clip", names)
    table.insert(1, "genre", np.repeat(genres, n_per_genre))
    return table


def rows_of(chart_json: dict, wanted: str) -> list[dict]:
    """Rows of the dataset that has this column."""
    return next(rows for rows in chart_json["datasets"].values() if wanted in rows[0])


def test_the_map_draws_what_core_computed() -> None:
    table = feature_table(10)
    principal = principal_map(table, NUMERIC_NAMES)
    spec = map_chart(principal, chosen="jazz.00003", theme=DARK).to_dict()
    rows = pd.DataFrame(rows_of(spec, "pc1"))
    pd.testing.assert_frame_equal(rows[["clip", "pc1", "pc2"]], principal.points[["clip", "pc1", "pc2"]], rtol=1e-9)
    dots, ring = spec["layer"]
    assert ring["transform"] == [{"filter": {"param": CLICKED, "empty": False}}]
    assert dots["encoding"]["color"]["scale"]["range"] == [GTZAN_COLORS["blues"], GTZAN_COLORS["jazz"]]
    assert dots["encoding"]["shape"]["scale"]["range"][0] == "circle"
    clicked = next(one for one in spec["params"] if one["name"] == CLICKED)
    assert clicked["select"]["fields"] == ["clip"]
    assert clicked["value"] == [{"clip": "jazz.00003"}]
    share = f"{100 * principal.explained[0]:.0f} %"
    assert share in dots["encoding"]["x"]["title"]


def test_the_boxes_are_of_all_clips_though_points_are_thinned() -> None:
    table = feature_table(1000)
    summary = distribution_by_genre(table, "mfcc_1")
    spec = distribution_chart(table, summary, "mfcc_1").to_dict()
    boxes = rows_of(spec, "median")
    assert [row["n"] for row in boxes] == [1000, 1000]
    points = pd.DataFrame(rows_of(spec, "value"))
    counts = points.groupby("genre").size()
    assert (counts <= MAX_POINTS_PER_GENRE).all()
    assert (counts >= 0.9 * MAX_POINTS_PER_GENRE).all()
    assert points["offset"].between(0, 1).all()


def test_the_chosen_clip_is_drawn_even_where_points_are_thinned() -> None:
    table = feature_table(1000)
    summary = distribution_by_genre(table, "mfcc_1")
    for chosen in ("blues.00001", "jazz.00998"):
        points = pd.DataFrame(rows_of(distribution_chart(table, summary, "mfcc_1", chosen=chosen).to_dict(), "value"))
        assert chosen in set(points["clip"])


def test_few_clips_are_all_drawn() -> None:
    table = feature_table(8)
    spec = distribution_chart(table, distribution_by_genre(table, "mfcc_1"), "mfcc_1").to_dict()
    assert len(rows_of(spec, "value")) == 16


def test_the_correlation_chart_has_every_pair_and_leaves_constant_features_empty() -> None:
    table = feature_table(10).assign(mfcc_3=1.0)
    matrix = correlation_matrix(table, NUMERIC_NAMES)
    rows = pd.DataFrame(rows_of(correlation_chart(matrix).to_dict(), "correlation"))
    assert len(rows) == 15 * 15
    assert feature_name("mfcc_3").label not in set(rows["feature_a"])
    cell = rows[(rows["feature_a"] == "MFCC 1") & (rows["feature_b"] == "Spectral centroid")]["correlation"].item()
    assert cell == pytest.approx(matrix.loc["mfcc_1", "spectral_centroid"])


def test_the_count_chart_keeps_the_counts() -> None:
    rows = rows_of(genre_count_chart({"blues": 3, "zouk": 41}).to_dict(), "clips")
    assert {row["genre"]: row["clips"] for row in rows} == {"blues": 3, "zouk": 41}


@pytest.mark.parametrize("feature", NUMERIC_NAMES)
def test_every_feature_has_words_and_a_meaning(feature: str) -> None:
    name = feature_name(feature)
    assert "_" not in name.label
    assert name.meaning.endswith(".")
    assert name.unit in name.axis_title
