"""Explore's figures: each view shows what core computes of the clips in view."""

import numpy as np
import pandas as pd
import pytest

from core.clips.collection import Collection
from core.exploration import (
    best_features,
    correlation_matrix,
    density_by_genre,
    distribution_by_genre,
    feature_ranking,
    find_outliers,
    pair_ranking,
)
from core.extraction.store import FeatureStore
from core.features.mel import MelSpectrogram
from core.features.numeric import NUMERIC_NAMES, NumericFeatures
from dashboard import services
from tests.pages.apps import chart_rows, checked, labels, metrics, query, run_page, texts
from tests.pages.explore_figures import figures, on_map, points, show_only


def test_the_spread_is_that_of_core_in_its_order(extracted: Collection) -> None:
    app = run_page("explore", view="spread")
    app.selectbox(key="linked:feature").set_value("zero_crossing_rate").run()
    expected = distribution_by_genre(services.feature_table(extracted), "zero_crossing_rate")
    boxes = points(checked(app), column="median")
    pd.testing.assert_frame_equal(boxes[expected.columns], expected, check_dtype=False)
    assert expected["genre"].tolist()[0] == "bass"
    assert query(app)["feature"] == "zero_crossing_rate"


@pytest.mark.parametrize(("order", "clustered"), [("Similar side by side", True), ("As listed", False)])
def test_the_correlations_are_those_of_core(extracted: Collection, order: str, clustered: bool) -> None:
    app = run_page("explore", view="correlation")
    app.segmented_control(key="correlation-order").set_value(order).run()
    expected = correlation_matrix(services.feature_table(extracted), NUMERIC_NAMES, clustered=clustered)
    np.testing.assert_allclose(chart_rows(checked(app))["correlation"], expected.to_numpy().ravel(), atol=1e-4)


def test_the_counts_and_the_chance_level_are_those_of_the_genres_shown(extracted: Collection) -> None:
    app = run_page("explore", view="counts")
    assert metrics(app)["Chance level"] == "33.3 %"
    assert metrics(app)["Clips"] == "24"
    rows = chart_rows(app)
    assert dict(zip(rows["genre"], rows["clips"], strict=True)) == extracted.counts


def test_one_genre_with_too_few_clips_is_explained_not_crashed(own_extracted: Collection) -> None:
    for clip in own_extracted.clips:
        if clip.genre == "bass" and clip.name != "bass.00000":
            assert clip.path is not None
            clip.path.unlink()
    from core.importing.register import rescan_collection

    rescan_collection(own_extracted.id)
    app = run_page("explore", collection=own_extracted.id)
    show_only(app, own_extracted, "bass")
    app.toggle(key="explore-map-alone").set_value(True).run()
    assert "At least 3 clips" in checked(app).error[0].value


def test_a_clip_that_could_not_be_analysed_is_left_out_and_counted(own_extracted: Collection) -> None:
    clip = own_extracted.clip("hiss.00002")
    for front_end in (MelSpectrogram(), NumericFeatures()):
        with FeatureStore(own_extracted.id, front_end).writer() as writer:
            writer.add_failure(clip, "is silent")
    app = run_page("explore", view="table")
    assert "hiss.00002" not in app.dataframe[0].value["clip"].tolist()
    assert "1 clip could not be analysed" in texts(app)


@pytest.mark.parametrize(("method", "dims"), [("tsne", "2"), ("pca", "3"), ("tsne", "3")])
def test_every_map_shows_every_clip(extracted: Collection, method: str, dims: str) -> None:
    app = run_page("explore", map=method, dims=dims)
    if dims == "2":
        assert on_map(app)["clip"].tolist() == sorted(clip.name for clip in extracted.clips)
        return
    (figure,) = figures(app)
    shown = {point[0] for trace in figure["data"] for point in trace["customdata"]}
    assert shown == {clip.name for clip in extracted.clips}


@pytest.mark.parametrize("shape", ["violin", "ridge"])
def test_densities_are_those_of_core(extracted: Collection, shape: str) -> None:
    app = run_page("explore", view="spread", shape=shape, feature="mfcc_3")
    expected = density_by_genre(services.feature_table(extracted), "mfcc_3")
    drawn = points(app, column="density").sort_values(["genre", "value"], ignore_index=True)
    np.testing.assert_allclose(drawn["density"].astype(float), expected["density"].astype(float))


def test_pairs_begin_with_the_best_features_and_stand_in_the_address(extracted: Collection) -> None:
    app = run_page("explore", view="pairs")
    table = services.feature_table(extracted)
    best = best_features(table, feature_ranking(table, NUMERIC_NAMES))
    assert tuple(app.multiselect[0].value) == best
    np.testing.assert_allclose(points(app).sort_values("clip")["f0"], table.sort_values("clip")[best[0]])
    app.multiselect[0].set_value(["mfcc_1", "mfcc_2"]).run()
    assert query(checked(app))["pairs"] == "mfcc_1|mfcc_2"
    linked = run_page("explore", view="pairs", pairs="mfcc_4|mfcc_5|gone")
    assert linked.multiselect[0].value == ["mfcc_4", "mfcc_5"]


def test_the_ranking_is_that_of_core(extracted: Collection) -> None:
    app = run_page("explore", view="ranking", measure="f")
    expected = feature_ranking(services.feature_table(extracted), NUMERIC_NAMES)
    np.testing.assert_allclose(app.dataframe[0].value["f"], expected["f"])
    assert "not an accuracy" in texts(app)


def test_two_genres_are_ranked_against_each_other(extracted: Collection) -> None:
    app = run_page("explore", view="ranking", scope="two", a="treble", b="bass")
    expected = pair_ranking(services.feature_table(extracted), NUMERIC_NAMES, "treble", "bass")
    np.testing.assert_allclose(app.dataframe[0].value["cohens_d"].astype(float), expected["cohens_d"])
    assert "treble (8 clips) against bass (8 clips)" in texts(app)


def test_outliers_have_a_score_and_a_reason(extracted: Collection) -> None:
    app = run_page("explore", view="outliers")
    expected = find_outliers(services.feature_table(extracted), NUMERIC_NAMES).scores
    table = app.dataframe[0].value
    assert table["clip"].tolist() == expected["clip"].tolist()
    np.testing.assert_allclose(table["score"], expected["score"])
    assert table["reason"].str.contains("its genre").all()
    assert labels(app, "audio")[0].startswith(expected["clip"].iloc[0])


def test_mean_spectrograms_and_their_difference_are_those_of_the_store(extracted: Collection) -> None:
    app = run_page("explore", view="spectrograms", a="bass", b="hiss")
    titles = [chart.proto.alt for chart in app.get("plotly_chart")]
    assert titles == [
        "Mean mel spectrogram of bass",
        "Mean mel spectrogram of hiss",
        "Mean spectrogram of bass minus that of hiss",
    ]
    store = FeatureStore(extracted.id, MelSpectrogram())
    levels = [store.load_one(clip) for clip in extracted.clips if clip.genre == "bass"]
    profile = np.mean([level[:, :n].astype(float).mean(axis=1) for level, n in levels], axis=0)
    rows = chart_rows(app)
    np.testing.assert_allclose(rows.loc[rows["genre"] == "bass", "level"], profile, atol=0.01)
    assert "mean of 8 clips" in texts(app)
