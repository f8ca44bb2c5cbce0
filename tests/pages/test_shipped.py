"""A newcomer with no run and no collection sees the models that come with Genre Lab, and can use them."""

import pytest
from streamlit.testing.v1 import AppTest

from core.prediction.song import classify_song
from core.runs.comparing import compare_runs
from core.runs.store import get_run, load_predictions
from dashboard.sentences.comparison import comparison_sentence
from dashboard.sentences.shipped import SHIPPED
from tests.conftest import tone
from tests.pages.apps import chart_rows, checked, metrics, query, run_page, texts
from tests.pages.conftest import ShippedHome
from tests.pages.test_classify import upload, wav


def links(app: AppTest) -> dict[str, bool]:
    """Whether each link is open, by its label."""
    return {link.proto.label: not link.proto.disabled for link in app.get("page_link")}


def test_overview_shows_what_they_are_and_how_good(shipped_home: ShippedHome) -> None:
    app = run_page("overview")
    cnn, ffnn = get_run(shipped_home.cnn), get_run(shipped_home.ffnn)
    assert metrics(app) == {
        f"{run.model_kind} · {run.config.name}": f"{100 * run.result.accuracy:.1f} %"
        for run in (cnn, ffnn)
        if run.result
    }
    written = texts(app)
    assert SHIPPED in written
    assert "2 models come with Genre Lab" in written
    assert cnn.result is not None
    assert cnn.result.protocol in written
    assert f"{cnn.result.n_correct} of n = {cnn.result.n} test clips · 95 % interval" in written
    assert "You have no runs yet" in written
    opened = links(app)
    assert opened["Classify a song"]
    assert opened["Look at the mistakes"]
    assert opened["Compare"]
    assert not opened["Train a network"]


def test_compare_answers_the_question_and_offers_no_deletion(shipped_home: ShippedHome) -> None:
    app = run_page("compare")
    cnn, ffnn = get_run(shipped_home.cnn), get_run(shipped_home.ffnn)
    assert app.info[0].value == comparison_sentence(cnn, ffnn, compare_runs(cnn, ffnn))
    assert set(app.dataframe[0].value["origin"]) == {"Genre Lab"}
    assert SHIPPED in texts(app)
    assert "Delete" not in texts(app)
    assert "whose music and features are not part of Genre Lab" in texts(app)  # instead of Run again
    assert not any(button.label == "Run again" for button in app.button)
    assert len([each for each in app.expander if each.label.startswith("Model card")]) == 2


def test_confusion_works_without_the_music(shipped_home: ShippedHome) -> None:
    app = run_page("confusion", run=shipped_home.ffnn)
    table = load_predictions(shipped_home.ffnn).table
    cell = query(app)
    if "actual" not in cell:  # the cell to start with
        cell = {
            key.split(":")[1]: str(app.selectbox(key=key).value) for key in ("confusion:actual", "confusion:predicted")
        }
    inside = table[(table["actual"] == cell["actual"]) & (table["predicted"] == cell["predicted"])]
    written = texts(app)
    assert not inside.empty
    for name in inside["clip"].head(6):
        assert name in written.replace("\\", "")
    assert "The music is not part of Genre Lab" in written
    assert not app.warning
    assert not app.error
    assert not app.get("audio")
    probabilities = chart_rows(app, 1).set_index("genre")["probability"]
    row = inside.sort_values([cell["predicted"], "clip"], ascending=[False, True]).iloc[0]
    assert probabilities.to_dict() == pytest.approx({genre: row[genre] for genre in probabilities.index})


def test_classify_answers_at_once(shipped_home: ShippedHome) -> None:
    app = run_page("classify")
    assert app.multiselect(key="classify:chosen").value == [shipped_home.cnn, shipped_home.ffnn]
    song = wav(tone(120.0, duration_s=4.0))
    app = upload(app, "hum.wav", song)
    assert not app.error
    verdicts = [metric.value for metric in app.metric if metric.label == "Prediction"]
    assert verdicts == [classify_song(song, run_id).genre for run_id in (shipped_home.cnn, shipped_home.ffnn)]
    assert "Where windows overlap, each is drawn to the middle of the overlap" in texts(app)


def test_train_says_what_to_import(shipped_home: ShippedHome) -> None:
    app = run_page("train", run=shipped_home.cnn)
    checked(app)
    assert "get or import GTZAN on Collections" in texts(app)
    assert not any(button.label in ("Run again", "Resume", "Stop") for button in app.button)
