import io
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from streamlit.testing.v1 import AppTest

from core.clips.collection import Collection
from core.ears.weights import why_missing
from core.evaluation.calibration import calibration_text, measure_calibration, temperature_text
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.models.architectures import FfnnConfig
from core.prediction.song import classify_song
from core.queue.launch import train_here
from core.runs.store import get_run, load_predictions, load_temperature
from dashboard.classify.songs import open_song, playable_song, verdicts_as_dict
from dashboard.sentences.song import agreement_sentence, verdict_sentence
from dashboard.sentences.wording import escape_markdown
from dashboard.tables.song import window_table
from tests.conftest import tone
from tests.pages.apps import charts, checked, labels, metrics, query, run_page, texts
from tests.pages.conftest import RunsHome, quick_config


def wav(samples: np.ndarray, format: str = "WAV") -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, samples, 22_050, format=format)
    return stream.getvalue()


SONG = wav(tone(120.0, duration_s=6.0))


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader(key="classify:uploader").upload(name, content, "audio/wav").run()
    return checked(app)


def test_without_runs_the_way_to_training_is_shown() -> None:
    app = run_page("classify")
    assert "No finished run yet" in texts(app)
    assert not app.file_uploader


def test_the_newest_comparable_cnn_and_ffnn_answer_at_first(runs_home: RunsHome) -> None:
    app = run_page("classify")
    assert app.multiselect(key="classify:chosen").value == [runs_home.cnn, runs_home.ffnn]
    assert query(app) == {}  # the default needs no word
    assert len(app.file_uploader) == 1
    assert not metrics(app)


def test_the_song_is_shown_as_each_front_end_sees_it(own_extracted: Collection) -> None:
    model, few_bands = FfnnConfig(units=(4,)), MelSpectrogram(n_mels=32)
    extract(own_extracted, [few_bands], n_workers=1)
    wide = train_here(quick_config(own_extracted, model=model, epochs=1))
    narrow = train_here(quick_config(own_extracted, model=model, epochs=1, front_end=few_bands))
    app = upload(run_page("classify", runs=f"{wide.id},{narrow.id}"), "hum.wav", SONG)
    ranges = [json.loads(chart.proto.spec)["layout"]["yaxis"]["range"] for chart in app.get("plotly_chart")]
    assert ranges == [[-0.5, 127.5], [-0.5, 31.5]]


def test_every_probability_is_what_core_computes(runs_home: RunsHome) -> None:
    app = upload(run_page("classify"), "hum.wav", SONG)
    table = app.dataframe[0].value
    verdicts = {run_id: classify_song(SONG, run_id) for run_id in (runs_home.cnn, runs_home.ffnn)}
    assert len(table.columns) == 2
    for column, (run_id, verdict) in zip(table.columns, verdicts.items(), strict=True):
        assert run_id[:6] in column
        expected = dict(zip(verdict.genres, (100 * value for value in verdict.probabilities), strict=True))
        assert table[column].to_dict() == pytest.approx(expected, abs=1e-4)
        assert table[column].sum() == pytest.approx(100)
        assert verdict_sentence(verdict) in texts(app)
    assert len([metric for metric in app.metric if metric.label == "Prediction"]) == 2
    assert labels(app, "audio") == ["hum.wav"]
    assert len(charts(app)) == (4 if why_missing() else 5)  # the last: what trained ears hear
    assert len(app.get("plotly_chart")) == 1
    assert "It can only predict these genres: bass, hiss, treble." in texts(app)


def test_one_run_of_the_url_answers_alone(runs_home: RunsHome) -> None:
    app = upload(run_page("classify", runs=runs_home.other_seed), "hum.wav", SONG)
    assert app.dataframe[0].value.index.tolist() == ["bass", "treble"]
    assert not app.info


def test_nothing_is_computed_twice_in_a_session(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    app = upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG)
    verdict = classify_song(SONG, runs_home.cnn)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("dashboard.classify.verdicts.HeardSong.judged_by", refuse)
    checked(app.run())
    assert metrics(app)["Prediction"] == verdict.genre


def test_another_song_replaces_the_first_and_its_results(runs_home: RunsHome) -> None:
    app = upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG)
    second = wav(tone(3000.0, duration_s=6.0))
    app = upload(app, "whistle.wav", second)
    verdict = classify_song(second, runs_home.cnn)
    assert verdict_sentence(verdict) in texts(app)
    assert labels(app, "audio") == ["whistle.wav"]
    assert {key[1] for key in app.session_state["classify:verdicts"]} == {runs_home.cnn}
    assert len(app.session_state["classify:verdicts"]) == 1


def test_removing_the_song_forgets_it(runs_home: RunsHome) -> None:
    app = upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG)
    next(button for button in app.button if button.label == "Remove").click().run()
    checked(app)
    assert "classify:song" not in app.session_state
    assert not labels(app, "audio")
    # An uploader of another key, which has no file; the same song can be brought again.
    (uploader,) = app.file_uploader
    assert uploader.key == "classify:uploader:1"
    assert not uploader.value
    checked(uploader.upload("hum.wav", SONG, "audio/wav").run())
    assert labels(app, "audio") == ["hum.wav"]


def test_a_song_that_is_gone_is_told_until_there_is_another(runs_home: RunsHome) -> None:
    app = upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG)
    assert query(app)["song"] == "uploaded"
    # A page that is loaded again, or whose server was restarted, comes with this address and an empty session.
    again = run_page("classify", runs=runs_home.cnn, song="uploaded")
    assert "The song that was uploaded here is gone" in again.warning[0].value
    again = upload(again, "hum.wav", SONG)
    assert not again.warning
    next(button for button in again.button if button.label == "Remove").click().run()
    checked(again)
    assert "song" not in query(again)
    assert not again.warning


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("letter.wav", b"This is a letter, not a song.", "letter.wav: The file cannot be read as sound"),
        ("nothing.wav", b"", "nothing.wav: The file cannot be read as sound"),
        ("silence.wav", wav(np.zeros(22_050 * 3, dtype=np.float32)), "silent"),
    ],
)
def test_what_cannot_be_classified_is_explained(runs_home: RunsHome, name: str, content: bytes, said: str) -> None:
    app = upload(run_page("classify", runs=runs_home.cnn), name, content)
    assert said in app.error[0].value
    assert not metrics(app)


def test_a_link_to_an_unknown_run_is_warned_of(runs_home: RunsHome) -> None:
    app = run_page("classify", runs="nonsense")
    assert "“nonsense”" in app.warning[0].value
    assert app.multiselect(key="classify:chosen").value == [runs_home.cnn, runs_home.ffnn]


def test_exports_hold_every_window_in_full_precision(runs_home: RunsHome) -> None:
    song = open_song("hum.wav", "1", SONG)
    runs = {runs_home.cnn: get_run(runs_home.cnn)}
    verdicts = {runs_home.cnn: classify_song(SONG, runs_home.cnn)}
    table = window_table(runs, verdicts)
    verdict = verdicts[runs_home.cnn]
    assert len(table) == 3 * (1 + len(verdict.windows))
    assert table[table["part"] == "song"]["probability"].tolist() == list(verdict.probabilities)
    assert table.groupby(["part", "start_s"])["probability"].sum().tolist() == pytest.approx(
        [1.0] * (1 + len(verdict.windows))
    )
    calibration = measure_calibration(load_predictions(runs_home.cnn))
    read = json.loads(json.dumps(verdicts_as_dict(song, runs, verdicts, {runs_home.cnn: calibration})))
    assert read["runs"][0]["probabilities"] == dict(zip(verdict.genres, verdict.probabilities, strict=True))
    assert read["runs"][0].keys() == {
        "run", "name", "collection", "synthetic", "genre", "probabilities", "windows", "temperature",
        "warning", "reliable", "calibration",
    }  # fmt: skip
    assert read["duration_s"] == 6.0
    assert read["runs"][0]["calibration"] == json.loads(json.dumps(calibration.to_dict()))
    without = verdicts_as_dict(song, runs, verdicts, {})
    assert without["runs"][0]["calibration"] is None


def test_each_card_says_how_far_its_probabilities_can_be_believed(runs_home: RunsHome) -> None:
    app = upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG)
    temperature = load_temperature(runs_home.cnn)
    assert temperature is not None
    said = escape_markdown(
        f"{calibration_text(measure_calibration(load_predictions(runs_home.cnn)))} {temperature_text(temperature)}"
    )
    assert said in texts(app)


def test_agreement_is_said_only_where_there_is_one(runs_home: RunsHome) -> None:
    verdict = classify_song(SONG, runs_home.cnn)
    assert agreement_sentence({"a": verdict, "b": verdict}) == f"Both runs predict {verdict.genre}."


@pytest.mark.parametrize(("format", "mime"), [("WAV", "audio/wav"), ("FLAC", "audio/flac"), ("AIFF", "audio/wav")])
def test_a_browser_can_play_every_format(format: str, mime: str) -> None:
    content = wav(tone(440.0), format)
    played, played_mime = playable_song(open_song(f"a.{format.lower()}", "1", content))
    assert played_mime == mime
    assert (played == content) == (format != "AIFF")
    assert soundfile.info(io.BytesIO(played)).duration == pytest.approx(2.0)


def test_the_song_is_not_written_to_disk(runs_home: RunsHome) -> None:
    before = {path for path in Path(runs_home.folder).rglob("*") if path.is_file()}
    upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG)
    assert {path for path in Path(runs_home.folder).rglob("*") if path.is_file()} == before


def test_the_song_and_its_results_are_there_after_a_visit_elsewhere(runs_home: RunsHome) -> None:
    app = upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG)
    said = metrics(app)["Prediction"]
    app.switch_page("../pages/compare.py").run()
    app.switch_page("../pages/classify.py").run()
    checked(app)
    assert metrics(app)["Prediction"] == said
    assert labels(app, "audio") == ["hum.wav"]
