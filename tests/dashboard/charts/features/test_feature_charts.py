import numpy as np
import pandas as pd
import pytest

from core.exploration import (
    correlation_matrix,
    density_by_genre,
    distribution_by_genre,
    feature_ranking,
    pair_ranking,
    principal_map,
)
from core.features.gtzan_table import TABLE_NAMES
from core.features.numeric import NUMERIC_NAMES
from dashboard.charts.features.clip_map import MAX_POINTS, map_chart, map_figure
from dashboard.charts.features.clip_selection import BRUSHED, CLICKED
from dashboard.charts.features.correlation import MAX_WRITTEN, correlation_chart
from dashboard.charts.features.distributions import MAX_POINTS_PER_GENRE, box_chart, density_chart
from dashboard.charts.features.genre_counts import genre_count_chart
from dashboard.charts.features.pairs import pair_chart
from dashboard.charts.features.ranking import pair_ranking_chart, ranking_chart
from dashboard.charts.style.palette import GTZAN_COLORS
from dashboard.charts.style.saving import picture_bytes
from dashboard.charts.style.theme import DARK
from dashboard.sentences.feature_names import feature_name, format_value


def feature_table(n_per_genre: int, genres: tuple[str, ...] = ("blues", "jazz")) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    names = [f"{genre}.{number:05d}" for genre in genres for number in range(n_per_genre)]
    table = pd.DataFrame(rng.normal(size=(len(names), 16)), columns=list(NUMERIC_NAMES))
    table.insert(0, "clip", names)
    table.insert(1, "genre", np.repeat(genres, n_per_genre))
    return table


def rows_of(chart_json: dict, wanted: str) -> list[dict]:
    """Rows of the dataset that has this column."""
    return next(rows for rows in chart_json["datasets"].values() if rows and wanted in rows[0])


def test_the_map_for_a_file_draws_what_core_computed() -> None:
    table = feature_table(10)
    principal = principal_map(table, NUMERIC_NAMES)
    spec = map_chart(principal, chosen="jazz.00003", theme=DARK).to_dict()
    rows = pd.DataFrame(rows_of(spec, "on")).sort_values("clip", ignore_index=True)
    pd.testing.assert_frame_equal(rows[["clip", "pc1", "pc2"]], principal.points[["clip", "pc1", "pc2"]], rtol=1e-9)
    dots, ring = spec["layer"]
    assert [row["clip"] for row in spec["datasets"][ring["data"]["name"]]] == ["jazz.00003"]
    assert dots["encoding"]["color"]["scale"]["range"] == [GTZAN_COLORS["blues"], GTZAN_COLORS["jazz"]]
    assert dots["encoding"]["shape"]["scale"]["range"][0] == "circle"
    share = f"{100 * principal.explained[0]:.0f} %"
    assert share in dots["encoding"]["x"]["title"]


def test_the_boxes_are_of_all_clips_though_points_are_thinned() -> None:
    table = feature_table(1000)
    summary = distribution_by_genre(table, "mfcc_1")
    spec = box_chart(table, summary, "mfcc_1").to_dict()
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
        points = pd.DataFrame(rows_of(box_chart(table, summary, "mfcc_1", chosen=chosen).to_dict(), "value"))
        assert chosen in set(points["clip"])


def test_few_clips_are_all_drawn() -> None:
    table = feature_table(8)
    spec = box_chart(table, distribution_by_genre(table, "mfcc_1"), "mfcc_1").to_dict()
    assert len(rows_of(spec, "value")) == 16


def test_the_correlation_chart_has_every_pair_and_leaves_constant_features_empty() -> None:
    table = feature_table(10).assign(mfcc_3=1.0)
    matrix = correlation_matrix(table, NUMERIC_NAMES)
    rows = pd.DataFrame(rows_of(correlation_chart(matrix).to_dict(), "correlation"))
    assert len(rows) == 15 * 15
    assert feature_name("mfcc_3").label not in set(rows["feature_a"])
    cell = rows[(rows["feature_a"] == "MFCC 1") & (rows["feature_b"] == "Spectral centroid")]["correlation"].item()
    assert cell == pytest.approx(matrix.loc["mfcc_1", "spectral_centroid"], abs=1e-4)


def test_the_count_chart_keeps_the_counts() -> None:
    rows = rows_of(genre_count_chart({"blues": 3, "zouk": 41}).to_dict(), "clips")
    assert {row["genre"]: row["clips"] for row in rows} == {"blues": 3, "zouk": 41}


@pytest.mark.parametrize("feature", [*NUMERIC_NAMES, *TABLE_NAMES])
def test_every_feature_has_words_and_a_meaning(feature: str) -> None:
    name = feature_name(feature)
    assert "_" not in name.label
    assert name.meaning.endswith(".")
    assert name.unit in name.axis_title


def test_features_of_the_public_tables_are_told_apart() -> None:
    labels = [feature_name(feature).label for feature in TABLE_NAMES]
    assert len(set(labels)) == 57
    assert feature_name("spectral_centroid_var").axis_title == "Spectral centroid, variance (Hz²)"
    assert feature_name("tempo").written(117.45) == "117.5 BPM"
    assert feature_name("my_own column").label == "My own column"
    assert feature_name("").label == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1784.17, "1,784"),
        (0.083045, "0.0830"),
        (-3.672, "−3.67"),
        (0, "0.00"),
        (1.2e-6, "1.2e-06"),
        (-117.45, "−117.5"),
    ],
)
def test_values_have_about_four_digits(value: float, text: str) -> None:
    assert format_value(value) == text


def test_the_map_in_space_has_every_clip_in_its_colour_and_no_markup_of_names() -> None:
    table = feature_table(10, ("blues", "<b>x</b>"))
    figure = map_figure(principal_map(table, NUMERIC_NAMES, n_dims=3), chosen="blues.00002", selected={"blues.00001"})
    data = figure.to_dict()["data"]
    names = [point[0] for trace in data[:-1] for point in trace["customdata"]]
    assert sorted(names) == sorted(table["clip"])
    assert {trace["name"] for trace in data} == {"blues", "&lt;b&gt;x&lt;/b&gt;"}
    assert next(trace for trace in data if trace["name"] == "blues")["marker"]["color"] == GTZAN_COLORS["blues"]
    assert data[-1]["customdata"] == [["blues.00002"]]
    faded = [trace for trace in data if trace["marker"]["opacity"] < 0.2]
    assert sum(len(trace["x"]) for trace in faded) == 19


def test_a_map_in_space_of_very_many_clips_draws_some_of_each_genre_and_the_chosen_one() -> None:
    principal = principal_map(feature_table(3000), NUMERIC_NAMES, n_dims=3)
    *clouds, chosen = map_figure(principal, chosen="jazz.02999").data
    assert {cloud.name for cloud in clouds} == {"blues", "jazz"}
    assert MAX_POINTS <= sum(len(cloud.x) for cloud in clouds) <= MAX_POINTS + 1
    assert chosen.customdata[0][0] == "jazz.02999"


@pytest.mark.parametrize("ridge", [False, True])
def test_densities_are_drawn_as_high_as_core_computed(ridge: bool) -> None:
    table = feature_table(20)
    summary, density = distribution_by_genre(table, "mfcc_1"), density_by_genre(table, "mfcc_1")
    spec = density_chart(table, summary, density, "mfcc_1", ridge=ridge, selected={"blues.00001"}).to_dict()
    shape = pd.DataFrame(rows_of(spec, "density"))
    drawn = shape["bottom"] - shape["top"]
    np.testing.assert_allclose(drawn, shape["height"] * (1.35 if ridge else 0.84))
    assert [row["on"] for row in rows_of(spec, "offset")].count(True) == 1


def test_a_genre_of_two_clips_is_drawn_without_a_density() -> None:
    table = feature_table(2)
    spec = density_chart(
        table, distribution_by_genre(table, "mfcc_1"), density_by_genre(table, "mfcc_1"), "mfcc_1"
    ).to_dict()
    assert len(rows_of(spec, "offset")) == 4


@pytest.mark.parametrize("n_features", [2, 5])
def test_every_pair_of_features_has_its_plot(n_features: int) -> None:
    features = NUMERIC_NAMES[:n_features]
    spec = pair_chart(feature_table(10), features, chosen="jazz.00001").to_dict()
    cells = [cell for row in spec["vconcat"] for cell in row["hconcat"]]
    assert len(cells) == n_features * (n_features - 1) // 2
    views = {one["name"]: one["views"] for one in spec["params"]}
    assert len(views[BRUSHED]) == len(views[CLICKED]) == len(cells)
    assert not set(views[BRUSHED]) & set(views[CLICKED])
    rows = pd.DataFrame(rows_of(spec, "f0")).sort_values("clip")
    np.testing.assert_allclose(rows["f1"], feature_table(10)[features[1]])


def test_many_features_leave_the_figures_to_the_tooltip() -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(30, 57)), columns=list(TABLE_NAMES)).assign(clip="c", genre="g")
    assert len(correlation_chart(correlation_matrix(table, TABLE_NAMES)).to_dict()["layer"]) == 1
    few = TABLE_NAMES[:MAX_WRITTEN]
    assert len(correlation_chart(correlation_matrix(table, few)).to_dict()["layer"]) == 2


def test_bars_are_the_ranking_in_its_order() -> None:
    table = feature_table(10)
    ranking = feature_ranking(table, NUMERIC_NAMES)
    rows = rows_of(ranking_chart(ranking, "mutual_information").to_dict(), "value")
    assert [row["value"] for row in rows] == sorted(ranking["mutual_information"], reverse=True)
    pair = pair_ranking(table, NUMERIC_NAMES, "blues", "jazz")
    rows = rows_of(pair_ranking_chart(pair, "blues", "jazz").to_dict(), "larger")
    assert all((row["larger"] == "blues") == (row["cohens_d"] > 0) for row in rows)


def test_charts_are_saved_as_svg_and_png() -> None:
    chart = map_chart(principal_map(feature_table(5), NUMERIC_NAMES), theme=DARK)
    svg = picture_bytes(chart, "svg", theme=DARK)
    assert svg.startswith(b"<svg")
    assert b"Component 1" in svg
    assert DARK.surface.encode() in svg
    assert picture_bytes(chart, "png").startswith(b"\x89PNG")
    assert picture_bytes(pair_chart(feature_table(5), NUMERIC_NAMES[:3]), "svg").startswith(b"<svg")
