import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.exploration import (
    correlation_matrix,
    distribution_by_genre,
    feature_ranking,
    principal_map,
)
from core.extraction.extract import extraction_job_id
from core.extraction.store import FeatureStore
from core.features.gtzan_table import GtzanTableFeatures
from core.features.numeric import NUMERIC_NAMES, NumericFeatures
from dashboard import services
from dashboard.explore.clips import stepped, within
from dashboard.explore.computed import feature_set
from dashboard.explore.legend import after_click
from dashboard.explore.selection import selection_table as selection_table_of
from dashboard.listening.component import around
from dashboard.shared.feature_gate import STANDARD
from tests.pages.apps import chart_rows, checked, labels, metrics, players, query, run_page, texts
from tests.pages.explore_figures import figures, on_map, points, show_only

VIEWS = ("map", "nearest", "spread", "pairs", "correlation", "ranking", "spectrograms", "outliers", "counts", "table")


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
    rows = on_map(app)
    assert rows["clip"].tolist() == sorted(expected.points["clip"])
    placed = expected.points.sort_values("clip")
    np.testing.assert_allclose(rows[["x", "y"]], placed[["pc1", "pc2"]], rtol=1e-5, atol=1e-6)
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
    assert app.get("vega_lite_chart") or app.get("plotly_chart")
    assert query(app).get(name) != value


def test_the_legend_filters_the_map_and_every_other_view(extracted: Collection) -> None:
    app = run_page("explore")
    whole = on_map(app)
    rows = on_map(show_only(app, extracted, "bass", "hiss"))
    # Each clip stays where it was.
    pd.testing.assert_frame_equal(rows, whole[whole["genre"] != "treble"].reset_index(drop=True))
    assert figures(app)[0]["layout"]["xaxis"]["range"] == figures(run_page("explore"))[0]["layout"]["xaxis"]["range"]
    app.segmented_control(key="linked:view").set_value("table").run()
    assert set(checked(app).dataframe[0].value["genre"]) == {"bass", "hiss"}
    app.segmented_control(key="linked:view").set_value("spread").run()
    assert set(points(checked(app), column="median")["genre"]) == {"bass", "hiss"}
    app.segmented_control(key="linked:view").set_value("counts").run()
    assert metrics(checked(app))["Clips"] == "16"


def test_the_map_can_be_computed_from_the_genres_shown(extracted: Collection) -> None:
    app = show_only(run_page("explore"), extracted, "bass", "hiss")
    app.toggle(key="explore-map-alone").set_value(True).run()
    rows = on_map(checked(app))
    expected = principal_map(services.feature_table(extracted, ["bass", "hiss"]), NUMERIC_NAMES).points
    assert set(rows["genre"]) == {"bass", "hiss"}
    np.testing.assert_allclose(rows["x"], expected.sort_values("clip")["pc1"], rtol=1e-5, atol=1e-6)


def test_a_clip_of_a_hidden_genre_stays_in_view_and_its_neighbours_are_those_shown(extracted: Collection) -> None:
    app = run_page("explore", clip="treble.00003")
    show_only(app, extracted, "bass", "hiss")
    assert labels(app, "audio") == ["treble.00003"]
    assert not app.warning
    assert near(app) == (None, "bass.00000")


def test_clicks_on_the_legend_show_one_genre_alone_then_more_or_less_of_them() -> None:
    genres = ("bass", "hiss", "treble")
    assert after_click(genres, genres, "hiss") == ("hiss",)
    assert after_click(genres, ("hiss",), "bass") == ("bass", "hiss")
    assert after_click(genres, ("bass", "hiss"), "bass") == ("hiss",)
    assert after_click(genres, ("hiss",), "hiss") == genres
    assert after_click(genres, ("hiss",), "gone") == ("hiss",)


def near(app: AppTest) -> tuple[str | None, str | None]:
    """What the bar goes to from the clip in view, back and on."""
    (player,) = players(app)
    names = [None, *(track["name"] for track in player["track"]["queue"]), None]
    place = names.index(player["track"]["name"])
    assert player["follows"]
    return names[place - 1], names[place + 1]


def test_the_browser_is_told_of_the_clips_around_the_one_in_view(extracted: Collection) -> None:
    assert list(around(range(1_000), 500)) == list(range(470, 531))
    assert list(around(range(1_000), 3)) == list(range(34))
    assert list(around(["a"], 0)) == ["a"]
    (player,) = players(run_page("explore", clip="hiss.00003"))
    queue = player["track"]["queue"]
    assert [track["name"] for track in queue] == [clip.name for clip in extracted.clips]
    own = next(track for track in queue if track["name"] == "hiss.00003")
    assert own == {name: player["track"][name] for name in own}
    assert len(json.dumps(queue)) < 24 * 400


def test_previous_and_next_go_through_the_selection(extracted: Collection) -> None:
    app = run_page("explore", clip="bass.00001")
    assert near(app) == ("bass.00000", "bass.00002")
    app.session_state[f"explore-selected:{extracted.id}"] = frozenset(["bass.00001", "hiss.00002", "treble.00000"])
    app.run()
    assert near(checked(app)) == (None, "hiss.00002")
    app.button(key="explore-step:Next").click().run()
    assert near(checked(app)) == ("bass.00001", "treble.00000")
    (player,) = players(app)
    assert player["name"] == "hiss.00002"
    assert player["track"]["ask"]  # it plays
    assert "2 of 3" in texts(app)


def test_a_step_from_outside_a_selection_enters_it() -> None:
    assert stepped(["a", "b"], "z", 1) == "a"
    assert stepped(["a", "b"], "z", -1) == "b"
    assert stepped(["a", "b"], "b", 1) is None
    assert stepped([], "z", 1) is None


def test_selected_clips_filter_the_tables_of_every_view(extracted: Collection) -> None:
    app = run_page("explore")
    assert "24 clips in view" in texts(app)
    wanted = frozenset({"bass.00001", "hiss.00002"})
    app.session_state[f"explore-selected:{extracted.id}"] = wanted
    app.run()
    assert "2 of 24 clips selected" in texts(checked(app))
    assert set(app.dataframe[1].value["clip"]) == wanted
    rows = on_map(app)
    assert set(rows.loc[rows["on"], "clip"]) == wanted
    app.segmented_control(key="linked:view").set_value("table").run()
    assert set(checked(app).dataframe[0].value["clip"]) == wanted
    app.segmented_control(key="linked:view").set_value("outliers").run()
    assert set(checked(app).dataframe[0].value["clip"]) == wanted
    app.segmented_control(key="linked:view").set_value("spread").run()
    next(button for button in checked(app).button if button.label == "Clear selection").click().run()
    assert "24 clips in view" in texts(checked(app))


def test_boxes_correlations_ranking_and_counts_are_of_the_clips_selected(extracted: Collection) -> None:
    wanted = [clip.name for clip in extracted.clips if clip.name[-1] in "0123" and clip.genre != "treble"]
    part = services.feature_table(extracted)
    part = part[part["clip"].isin(wanted)]
    app = run_page("explore", view="spread", feature="mfcc_1")
    app.session_state[f"explore-selected:{extracted.id}"] = frozenset(wanted)
    app.run()
    boxes = points(checked(app), column="median")
    expected = distribution_by_genre(part, "mfcc_1")
    pd.testing.assert_frame_equal(boxes[expected.columns], expected, check_dtype=False)
    drawn = points(app)
    assert set(drawn.loc[drawn["on"], "clip"]) == set(wanted)
    app.segmented_control(key="linked:view").set_value("correlation").run()
    matrix = correlation_matrix(part, NUMERIC_NAMES, clustered=True)
    np.testing.assert_allclose(chart_rows(checked(app))["correlation"], matrix.to_numpy().ravel(), atol=1e-4)
    app.segmented_control(key="linked:view").set_value("ranking").run()
    ranking = feature_ranking(part, NUMERIC_NAMES)
    np.testing.assert_allclose(checked(app).dataframe[0].value["f"], ranking["f"])
    app.segmented_control(key="linked:view").set_value("counts").run()
    assert metrics(checked(app))["Clips"] == "8"
    app.segmented_control(key="linked:view").set_value("spectrograms").run()
    assert "mean of 4 clips" in texts(checked(app))


def test_the_selection_is_exported_with_the_features_in_view(extracted: Collection) -> None:
    names = ["bass.00001", "hiss.00002"]
    chosen = feature_set(extracted, extracted.genres, NumericFeatures())
    table = selection_table_of(extracted, chosen, names)
    assert table["clip"].tolist() == names
    stored = services.feature_table(extracted)
    np.testing.assert_array_equal(table["mfcc_3"], stored.loc[stored["clip"].isin(names), "mfcc_3"])
    assert list(selection_table_of(extracted, None, names).columns) == ["clip", "genre"]


def test_a_box_selects_by_the_fields_of_its_axes() -> None:
    table = pd.DataFrame({"clip": list("abc"), "x": [1.0, 2, 3], "y": [5.0, 5, 9]})
    assert within(table, {"f0": "x", "f1": "y"}, {"f0": [1.5, 3.5], "f1": [6, 4]}) == ["b"]
    assert within(table, {"f0": "x"}, {"f0": [1, 2], "other": [0, 0]}) == ["a", "b"]


@pytest.mark.parametrize(
    "view", ["map", "spread", "pairs", "correlation", "ranking", "outliers", "table", "spectrograms"]
)
def test_one_genre_is_shown_or_explained(extracted: Collection, view: str) -> None:
    app = show_only(run_page("explore", view=view), extracted, "bass")
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


@pytest.mark.parametrize("view", VIEWS)
def test_a_selection_can_be_cleared_wherever_it_is_heeded(extracted: Collection, view: str) -> None:
    app = run_page("explore", view=view)
    app.session_state[f"explore-selected:{extracted.id}"] = frozenset(["bass.00000", "hiss.00001"])
    app.run()
    assert "2 of 24 clips selected" in texts(app)
    (clear,) = [button for button in checked(app).button if button.label == "Clear selection"]
    clear.click().run()
    assert not [button for button in checked(app).button if button.label == "Clear selection"]
    assert app.session_state[f"explore-selected:{extracted.id}"] == frozenset()
