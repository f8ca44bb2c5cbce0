import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.exploration import (
    best_features,
    correlation_matrix,
    density_by_genre,
    distribution_by_genre,
    feature_ranking,
    find_outliers,
    pair_ranking,
    principal_map,
)
from core.extraction.extract import extraction_job_id
from core.extraction.store import FeatureStore
from core.features.gtzan_table import GtzanTableFeatures
from core.features.mel import MelSpectrogram
from core.features.numeric import NUMERIC_NAMES, NumericFeatures
from dashboard import services
from dashboard.explore.clips import within
from dashboard.shared.feature_gate import STANDARD
from tests.pages.apps import chart_rows, checked, labels, metrics, query, run_page, texts


def points(app: AppTest, *, column: str = "on") -> pd.DataFrame:
    """Rows of the first chart's dataset that has this column."""
    datasets = app.get("vega_lite_chart")[0].proto.datasets
    tables = (chart_rows(app, dataset=number) for number in range(len(datasets)))
    return next(rows for rows in tables if column in rows)


def test_without_a_collection_the_demo_is_offered_and_not_made_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr("core.importing.demo.start_demo", lambda: started.append("demo") or "demo")
    app = run_page("explore")
    assert started == []
    app.button(key="get-demo").click().run()
    assert started == ["demo"]
    assert "The demo collection" in texts(app)
    assert not app.get("vega_lite_chart")


def test_missing_features_are_extracted_by_the_page(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    monkeypatch.setattr("dashboard.shared.feature_gate.start_extraction", lambda *given: started.append(given) or "job")
    app = run_page("explore", collection=tiny_collection.id)
    assert started == [(tiny_collection.id, STANDARD)]
    assert "Not there yet: **Mel spectrogram**: 24 of 24 clips; **16 numeric features**: 24 of 24 clips." in texts(app)
    assert extraction_job_id(tiny_collection.id, STANDARD).startswith(f"extract-{tiny_collection.id}")


def test_other_features_are_extracted_only_when_asked_for(
    extracted: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    monkeypatch.setattr("dashboard.shared.feature_gate.start_extraction", lambda *given: started.append(given) or "job")
    # As after another collection that came with them.
    app = run_page("explore", collection=extracted.id, features="gtzan57")
    assert not started
    assert "Not there yet: **57 features of the GTZAN tables**: 24 of 24 clips." in texts(app)
    button = next(each for each in app.button if each.label == "Extract them")
    button.click().run()
    assert started == [(extracted.id, (GtzanTableFeatures(),))]


def test_what_another_collection_had_is_no_broken_link(extracted: Collection) -> None:
    app = run_page("explore", collection=extracted.id)
    app.session_state["choice:features"] = "given-table"
    app.query_params["features"] = "given-table"
    app.run()
    assert not app.warning
    assert "features" not in query(app)


def test_the_map_shows_what_core_computes_and_plays_the_first_clip(extracted: Collection) -> None:
    app = run_page("explore")
    expected = principal_map(services.feature_table(extracted), NUMERIC_NAMES)
    rows = points(app)
    assert rows["clip"].tolist() == expected.points["clip"].tolist()
    np.testing.assert_allclose(rows[["pc1", "pc2"]], expected.points[["pc1", "pc2"]])
    assert labels(app, "audio") == ["bass.00000"]
    assert f"{100 * sum(expected.explained):.0f} % of the variance" in texts(app)
    assert query(app) == {}  # the defaults need no word


def test_features_on_the_page_are_those_stored(extracted: Collection) -> None:
    app = run_page("explore", view="table")
    table = app.dataframe[0].value
    stored = FeatureStore(extracted.id, NumericFeatures()).load(extracted.clips)[:, :, 0]
    np.testing.assert_allclose(table[list(NUMERIC_NAMES)], stored, rtol=1e-6)
    assert table["clip"].tolist() == [clip.name for clip in extracted.clips]


def test_choosing_a_clip_plays_it_and_puts_it_into_the_url(extracted: Collection) -> None:
    app = run_page("explore")
    app.selectbox(key="linked:clip").set_value("hiss.00003").run()
    checked(app)
    assert labels(app, "audio") == ["hiss.00003"]
    assert query(app)["clip"] == "hiss.00003"


def test_a_deep_link_opens_its_clip_and_view(extracted: Collection) -> None:
    app = run_page("explore", collection=extracted.id, clip="treble.00005", view="spread", feature="mfcc_2")
    assert labels(app, "audio") == ["treble.00005"]
    assert app.selectbox(key="linked:feature").value == "mfcc_2"


@pytest.mark.parametrize(
    ("name", "value"), [("collection", "gone-1234"), ("clip", "blues.99999"), ("view", "3d"), ("feature", "loudness")]
)
def test_a_bad_deep_link_is_named_and_the_page_still_works(extracted: Collection, name: str, value: str) -> None:
    query_of_page = {"collection": extracted.id, "view": "spread"} | {name: value}
    app = run_page("explore", **query_of_page)
    assert any(value in warning.value for warning in app.warning)
    assert app.get("vega_lite_chart")
    assert query(app).get(name) != value


def test_genres_can_be_left_out(extracted: Collection) -> None:
    app = run_page("explore")
    app.pills[0].set_value(["bass", "hiss"]).run()
    rows = points(checked(app))
    assert set(rows["genre"]) == {"bass", "hiss"}
    expected = principal_map(services.feature_table(extracted, ["bass", "hiss"]), NUMERIC_NAMES)
    np.testing.assert_allclose(rows["pc1"], expected.points["pc1"])


def test_no_genre_at_all_asks_for_one(extracted: Collection) -> None:
    app = run_page("explore")
    app.pills[0].set_value([]).run()
    assert "Choose at least one genre" in texts(checked(app))


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
    app.pills[0].set_value(["bass"]).run()
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
        assert sorted(points(app)["clip"]) == sorted(clip.name for clip in extracted.clips)
        return
    figure = next(json.loads(chart.proto.spec) for chart in app.get("plotly_chart") if "scatter3d" in chart.proto.spec)
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
    np.testing.assert_allclose(points(app)["f0"], table[best[0]])
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


def test_selected_clips_filter_the_tables_of_every_view(extracted: Collection) -> None:
    app = run_page("explore")
    assert "Nothing selected" in texts(app)
    wanted = frozenset({"bass.00001", "hiss.00002"})
    app.session_state[f"explore-selected:{extracted.id}"] = wanted
    app.run()
    assert "2 of 24 clips selected" in texts(checked(app))
    assert set(app.dataframe[1].value["clip"]) == wanted
    rows = points(app)
    assert set(rows.loc[rows["on"], "clip"]) == wanted
    app.segmented_control(key="linked:view").set_value("table").run()
    assert set(checked(app).dataframe[0].value["clip"]) == wanted
    app.segmented_control(key="linked:view").set_value("outliers").run()
    assert set(checked(app).dataframe[0].value["clip"]) == wanted
    app.segmented_control(key="linked:view").set_value("spread").run()
    next(button for button in checked(app).button if button.label == "Clear selection").click().run()
    assert "Nothing selected" in texts(checked(app))


def test_a_box_selects_by_the_fields_of_its_axes() -> None:
    table = pd.DataFrame({"clip": list("abc"), "x": [1.0, 2, 3], "y": [5.0, 5, 9]})
    assert within(table, {"f0": "x", "f1": "y"}, {"f0": [1.5, 3.5], "f1": [6, 4]}) == ["b"]
    assert within(table, {"f0": "x"}, {"f0": [1, 2], "other": [0, 0]}) == ["a", "b"]


@pytest.mark.parametrize(
    "view", ["map", "spread", "pairs", "correlation", "ranking", "outliers", "table", "spectrograms"]
)
def test_one_genre_is_shown_or_explained(extracted: Collection, view: str) -> None:
    app = run_page("explore", view=view)
    app.pills[0].set_value(["bass"]).run()
    assert not checked(app).error
    if view == "ranking":
        assert "at least two genres" in texts(app)


def test_a_table_brought_with_gaps_is_explored_and_says_what_it_left_out(home: Path) -> None:
    from core.importing.features.register import import_feature_path

    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(24, 3)), columns=["loud ness", "$x$[0]", "flat"]).assign(flat=2.0)
    table.insert(0, "filename", [f"clip{number}.wav" for number in range(24)])
    table["label"] = np.repeat(["one", "two"], 12)
    path = home / "mine.csv"
    table.to_csv(path, index=False)
    collection = import_feature_path(path)
    for view in ("map", "spread", "pairs", "correlation", "ranking", "outliers", "table", "counts", "spectrograms"):
        app = run_page("explore", collection=collection.id, view=view)
        assert not app.error, view
    assert "No spectrograms" in texts(app)


@pytest.mark.parametrize("view", ["table", "outliers", "spread", "pairs", "map"])
def test_a_selection_can_be_cleared_wherever_it_is_heeded(extracted: Collection, view: str) -> None:
    app = run_page("explore", view=view)
    app.session_state[f"explore-selected:{extracted.id}"] = frozenset(["bass.00000", "hiss.00001"])
    app.run()
    (clear,) = [button for button in checked(app).button if button.label == "Clear selection"]
    clear.click().run()
    assert not [button for button in checked(app).button if button.label == "Clear selection"]
    assert app.session_state[f"explore-selected:{extracted.id}"] == frozenset()
