import numpy as np
import pandas as pd
import pytest

from core.collections.base import Collection
from core.exploration import correlation_matrix, distribution_by_genre, principal_map
from core.features.extraction import extraction_job_id
from core.features.frontends import NUMERIC_NAMES, MelSpectrogram, NumericFeatures
from core.features.store import FeatureStore
from dashboard import services
from dashboard.widgets.feature_gate import STANDARD
from tests.pages.apps import chart_rows, checked, labels, metrics, query, run_page, texts


def test_without_a_collection_the_demo_is_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    monkeypatch.setattr("core.collections.demo.start_demo", lambda: started.append("demo") or "demo")
    app = run_page("explore")
    assert started == ["demo"]
    assert "The demo collection" in texts(app)
    assert not app.get("vega_lite_chart")


def test_missing_features_are_extracted_by_the_page(
    tiny_collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    monkeypatch.setattr(
        "dashboard.widgets.feature_gate.start_extraction", lambda *given: started.append(given) or "job"
    )
    app = run_page("explore", collection=tiny_collection.id)
    assert started == [(tiny_collection.id, STANDARD)]
    assert "24 of 24 clips have no spectrogram" in texts(app)
    assert extraction_job_id(tiny_collection.id, STANDARD).startswith(f"extract-{tiny_collection.id}")


def test_the_map_shows_what_core_computes_and_plays_the_first_clip(extracted: Collection) -> None:
    app = run_page("explore")
    expected = principal_map(services.feature_table(extracted), NUMERIC_NAMES)
    rows = chart_rows(app)
    assert rows["clip"].tolist() == expected.points["clip"].tolist()
    np.testing.assert_allclose(rows[["pc1", "pc2"]], expected.points[["pc1", "pc2"]])
    assert labels(app, "audio") == ["bass.00000, bass, from tiny"]
    assert f"{100 * sum(expected.explained):.0f} % of the variance" in texts(app)
    assert query(app) == {"collection": extracted.id, "view": "map", "clip": "bass.00000"}


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
    assert labels(app, "audio") == ["hiss.00003, hiss, from tiny"]
    assert query(app)["clip"] == "hiss.00003"


def test_a_deep_link_opens_its_clip_and_view(extracted: Collection) -> None:
    app = run_page("explore", collection=extracted.id, clip="treble.00005", view="spread", feature="mfcc_2")
    assert labels(app, "audio") == ["treble.00005, treble, from tiny"]
    assert app.selectbox(key="linked:feature").value == "mfcc_2"


@pytest.mark.parametrize(
    ("name", "value"), [("collection", "gone-1234"), ("clip", "blues.99999"), ("view", "3d"), ("feature", "loudness")]
)
def test_a_bad_deep_link_is_named_and_the_page_still_works(extracted: Collection, name: str, value: str) -> None:
    query_of_page = {"collection": extracted.id, "view": "spread"} | {name: value}
    app = run_page("explore", **query_of_page)
    assert any(value in warning.value for warning in app.warning)
    assert app.get("vega_lite_chart")
    assert query(app)[name] != value


def test_genres_can_be_left_out(extracted: Collection) -> None:
    app = run_page("explore")
    app.pills[0].set_value(["bass", "hiss"]).run()
    rows = chart_rows(checked(app))
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
    drawn = [chart_rows(checked(app), dataset=number) for number in range(2)]
    boxes = next(rows for rows in drawn if "median" in rows)
    pd.testing.assert_frame_equal(boxes[expected.columns], expected, check_dtype=False)
    assert expected["genre"].tolist()[0] == "bass"
    assert query(app)["feature"] == "zero_crossing_rate"


@pytest.mark.parametrize(("order", "clustered"), [("Similar side by side", True), ("As listed", False)])
def test_the_correlations_are_those_of_core(extracted: Collection, order: str, clustered: bool) -> None:
    app = run_page("explore", view="correlation")
    app.segmented_control(key="correlation-order").set_value(order).run()
    expected = correlation_matrix(services.feature_table(extracted), NUMERIC_NAMES, clustered=clustered)
    np.testing.assert_allclose(chart_rows(checked(app))["correlation"], expected.to_numpy().ravel())


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
    from core.collections.registry import rescan_collection

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
