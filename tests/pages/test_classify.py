import gc
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.audio import reading
from core.audio.decoding import Decoder, open_decoder
from core.clips.collection import Collection
from core.ears.weights import why_missing
from core.evaluation.calibration import calibration_text, measure_calibration, temperature_text
from core.evaluation.consensus import Said
from core.extraction.extract import extract
from core.features.mel import MelSpectrogram
from core.models.architectures import FfnnConfig
from core.prediction.song import classify_song
from core.queue.launch import train_here
from core.runs.record import Run
from core.runs.results import load_predictions, load_split, load_temperature
from core.runs.store import get_run
from dashboard import sounds
from dashboard.classify import verdicts as verdicts_module
from dashboard.classify.details import ALONG, FIGURES, MODELS, SEEN
from dashboard.classify.songs import open_song, verdicts_as_dict
from dashboard.classify.upload import SERVED
from dashboard.classify.verdicts import default_runs
from dashboard.sentences.answer import agreement, answer_title
from dashboard.sentences.song import verdict_sentence
from dashboard.sentences.wording import escape_markdown, format_interval, format_percent
from dashboard.services import MEL
from dashboard.tables.song import window_table
from tests.conftest import tone
from tests.pages.apps import charts, checked, labels, metrics, players, query, run_page, texts
from tests.pages.conftest import RunsHome, quick_config


def wav(samples: np.ndarray, format: str = "WAV") -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, samples, 22_050, format=format)
    return stream.getvalue()


SONG = wav(tone(120.0, duration_s=6.0))


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    if not app.file_uploader:
        press(app, "Another song")
    app.file_uploader(key="classify:uploader").upload(name, content, "audio/wav").run()
    return checked(app)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    return checked(app)


def unfold(app: AppTest, *parts: str) -> AppTest:
    """Open parts of the page that are drawn only then."""
    for part in parts:
        app.session_state[part] = True
    return checked(app.run())


def answer(app: AppTest) -> pd.DataFrame:
    """The table of the answer, as it is shown."""
    return app.dataframe[0].value


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
    app = unfold(upload(run_page("classify", runs=f"{wide.id},{narrow.id}"), "hum.wav", SONG), SEEN)
    ranges = [json.loads(chart.proto.spec)["layout"]["yaxis"]["range"] for chart in app.get("plotly_chart")]
    assert ranges == [[-0.5, 127.5], [-0.5, 31.5]]


def test_every_probability_is_what_core_computes(runs_home: RunsHome) -> None:
    app = upload(run_page("classify"), "hum.wav", SONG)
    verdicts = {run_id: classify_song(SONG, run_id) for run_id in (runs_home.cnn, runs_home.ffnn)}
    shown = answer(app)
    assert list(shown.index) == ["Quick CNN", "Quick FFNN", "Mean of 2"]
    for name, verdict in zip(shown.index, verdicts.values(), strict=False):
        row = shown.loc[name]
        assert row["Says"] == verdict.genre
        for genre, probability in zip(verdict.genres, verdict.probabilities, strict=True):
            assert row[genre] == pytest.approx(100 * probability, abs=1e-4)
    mean = shown.loc[["Quick CNN", "Quick FFNN"], ["bass", "hiss", "treble"]].mean()
    assert shown.loc["Mean of 2", ["bass", "hiss", "treble"]].astype(float).to_dict() == pytest.approx(mean.to_dict())
    assert not charts(app)  # what stands behind it is drawn once somebody looks
    app = unfold(app, MODELS, ALONG, SEEN, FIGURES)
    table = app.dataframe[1].value
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


def test_the_answer_is_said_in_words_with_how_sure_it_is(runs_home: RunsHome) -> None:
    app = upload(run_page("classify"), "hum.wav", SONG)
    said = [
        Said(name, dict(zip(verdict.genres, verdict.probabilities, strict=True)))
        for name, verdict in (
            ("Quick CNN", classify_song(SONG, runs_home.cnn)),
            ("Quick FFNN", classify_song(SONG, runs_home.ffnn)),
        )
    ]
    assert app.header[0].value == answer_title(said)
    assert escape_markdown(agreement(said)) in texts(app)
    # Six test clips tell nothing of how sure a verdict is.
    assert answer(app)["Right when as sure"].tolist() == ["too few such test clips"] * 2 + ["–"]


def test_the_player_shows_the_song_and_what_is_said_along_it(runs_home: RunsHome) -> None:
    app = upload(run_page("classify"), "hum.wav", SONG)
    (player,) = players(app)
    assert player["picture"]["alt"] == "Mel spectrogram of hum.wav"
    assert player["duration"] == 6.0
    models = [lane for lane in player["lanes"] if lane["heading"] == "What the models say"]
    assert [lane["label"] for lane in models] == ["Quick CNN", "Quick FFNN"]
    verdict = classify_song(SONG, runs_home.cnn)
    assert models[0]["whole"] == f"{verdict.genre}, {100 * max(verdict.probabilities):.0f} %"
    assert len(models[0]["parts"]) == len(verdict.windows)
    assert models[0]["parts"][0][0] == 0
    assert models[0]["parts"][-1][1] == pytest.approx(verdict.windows[-1].end_s)
    assert models[0]["about"].startswith(f"{verdict.genre} from 0:00 to ")
    tags = [lane for lane in player["lanes"] if lane["heading"] == "What trained ears hear"]
    assert (len(tags) >= 8) == (not why_missing())
    picture, mime = served(app, player["picture"]["address"])
    assert mime == "image/webp"
    with Image.open(io.BytesIO(picture)) as image:
        assert image.size[1] == MEL.n_mels
    assert served(app, player["track"]["address"]) == (SONG, "audio/wav")


def served(app: AppTest, address: str) -> tuple[bytes, str]:
    """What is to be had at the address of one visitor's own."""
    found = {each.address: each for each in app.session_state[SERVED].values()}[address].content()
    assert found is not None
    return found


@pytest.mark.parametrize(("format", "n_decodings"), [("WAV", 1), ("OGG", 1), ("AIFF", 2)])
def test_a_song_is_decoded_once_for_all_models_the_ears_and_the_picture(
    runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch, format: str, n_decodings: int
) -> None:
    decoded: list[object] = []

    @contextmanager
    def counted(source: object) -> Iterator[Decoder]:
        with open_decoder(source) as decoder:  # type: ignore[arg-type]
            blocks = decoder.blocks
            monkeypatch.setattr(
                decoder, "blocks", lambda *given: (decoded.append(source), blocks(*given))[1], raising=False
            )
            yield decoder

    app = run_page("classify")
    monkeypatch.setattr(reading, "open_decoder", counted)
    app = upload(app, f"hum.{format.lower()}", wav(tone(120.0, duration_s=6.0), format))
    app = unfold(app, MODELS, ALONG, SEEN, FIGURES)
    (player,) = players(app)
    served(app, player["picture"]["address"])
    assert len(decoded) == 1
    served(app, player["track"]["address"])
    assert len(decoded) == n_decodings  # for a browser that does not know the format


def test_what_is_served_of_a_song_ends_with_it(runs_home: RunsHome) -> None:
    app = upload(run_page("classify"), "hum.wav", SONG)
    tokens = {each.address.rpartition("/")[2] for each in app.session_state[SERVED].values()}
    assert len(tokens) == 2
    assert tokens <= set(sounds._served.keys())
    press(app, "Remove")
    gc.collect()
    assert not tokens & set(sounds._served.keys())


def test_an_example_comes_with_one_click_and_by_its_address(runs_home: RunsHome) -> None:
    app = press(run_page("classify", runs=runs_home.cnn), "Example song")
    assert labels(app, "audio") == ["Example: classical, jazz, metal"]
    assert query(app)["song"] == "example"
    app = run_page("classify", runs=runs_home.cnn, song="example")
    assert labels(app, "audio") == ["Example: classical, jazz, metal"]


def test_a_recording_is_a_song(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    app = run_page("classify", runs=runs_home.cnn)
    (recorder,) = app.get("audio_input")
    assert recorder.proto.label == "or record one with the microphone"
    assert recorder.proto.sample_rate == 48_000  # the models listen up to half of 22,050 Hz


def test_a_clip_of_a_collection_comes_by_its_address(runs_home: RunsHome) -> None:
    clip = runs_home.collection.clips[0]
    app = run_page("classify", runs=runs_home.cnn, collection=runs_home.collection.id, clip=clip.name)
    assert labels(app, "audio") == [clip.name]
    part = next(part for part, names in load_split(runs_home.cnn).items() if clip.name in names)
    met = {"train": "Quick CNN learnt from it.", "validation": "chose its best epoch by it", "test": "was tested on it"}
    assert met[part] in texts(app)
    assert f"which calls it {clip.genre}." in texts(app)
    assert answer(app).loc["Quick CNN", "Says"] == classify_song(clip.path, runs_home.cnn).genre  # type: ignore[arg-type]
    press(app, "Remove")
    assert not {"clip", "song"} & query(app).keys()
    assert not labels(app, "audio")


def test_any_clip_is_one_click_and_one_by_its_name_a_choice(runs_home: RunsHome) -> None:
    names = {clip.name for clip in runs_home.collection.clips}
    app = press(run_page("classify", runs=runs_home.cnn), "Any clip")
    (first,) = labels(app, "audio")
    assert first in names
    assert query(app)["clip"] == first
    press(app, "Another song")
    app.selectbox(key="classify:clip").select("treble.00003").run()
    assert labels(checked(app), "audio") == ["treble.00003"]
    app = upload(app, "hum.wav", SONG)
    assert (query(app)["song"], query(app).get("clip")) == ("uploaded", None)
    assert labels(app, "audio") == ["hum.wav"]


def test_a_link_to_a_clip_that_is_not_here_is_warned_of(runs_home: RunsHome) -> None:
    app = run_page("classify", runs=runs_home.cnn, collection="nowhere", clip="*x*")
    assert "“\\*x\\*” of the collection “nowhere”" in app.warning[0].value
    assert len(app.file_uploader) == 1


def test_models_that_come_with_genre_lab_answer_before_own_ones(
    runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = get_run(runs_home.cnn)
    assert own.result is not None

    def made(run_id: str, n: int, accuracy: float, **changes: object) -> Run:
        result = replace(own.result, n=n, n_correct=round(n * accuracy))  # type: ignore[type-var]
        return replace(own, id=run_id, result=result, **changes)  # type: ignore[arg-type]

    shipped = made("a" * 32, 100, 0.5, shipped=True)
    better = made("b" * 32, 100, 0.7, shipped=True)
    own_best, own_worse = made("c" * 32, 40, 0.95), made("d" * 32, 30, 0.6)
    few = made("e" * 32, 5, 1.0)
    synthetic = made("f" * 32, 60, 1.0, synthetic=True)
    monkeypatch.setattr(verdicts_module, "run_in_view", lambda runs: None)
    everything = [few, synthetic, own_worse, own_best, shipped, better]
    assert default_runs(everything) == [better.id, shipped.id, own_best.id]
    assert default_runs([few, synthetic, own_worse]) == [own_worse.id, synthetic.id]
    monkeypatch.setattr(verdicts_module, "run_in_view", lambda runs: own_worse)
    assert default_runs(everything) == [better.id, shipped.id, own_best.id, own_worse.id]


def test_one_run_of_the_url_answers_alone(runs_home: RunsHome) -> None:
    app = upload(run_page("classify", runs=runs_home.other_seed), "hum.wav", SONG)
    assert list(answer(app).index) == ["Other seed"]
    assert not app.info


def test_nothing_is_computed_twice_in_a_session(runs_home: RunsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    app = upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG)
    verdict = classify_song(SONG, runs_home.cnn)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("core.prediction.song.HeardSong.judged_by", refuse)
    checked(app.run())
    assert answer(app).loc["Quick CNN", "Says"] == verdict.genre


def test_another_song_replaces_the_first_and_its_results(runs_home: RunsHome) -> None:
    app = upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG)
    second = wav(tone(3000.0, duration_s=6.0))
    app = upload(app, "whistle.wav", second)
    verdict = classify_song(second, runs_home.cnn)
    assert verdict_sentence(verdict) in texts(unfold(app, MODELS))
    assert labels(app, "audio") == ["whistle.wav"]
    assert {key[1] for key in app.session_state["classify:verdicts"]} == {runs_home.cnn}
    assert len(app.session_state["classify:verdicts"]) == 1


def test_removing_the_song_forgets_it(runs_home: RunsHome) -> None:
    app = upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG)
    press(app, "Remove")
    assert "classify:song" not in app.session_state
    assert not labels(app, "audio")
    (uploader,) = app.file_uploader
    assert not uploader.value
    # The same song can be brought again.
    app = upload(app, "hum.wav", SONG)
    assert labels(app, "audio") == ["hum.wav"]


def test_a_song_that_is_gone_is_told_until_there_is_another(runs_home: RunsHome) -> None:
    app = upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG)
    assert query(app)["song"] == "uploaded"
    # A page that is loaded again, or whose server was restarted, comes with this address and an empty session.
    again = run_page("classify", runs=runs_home.cnn, song="uploaded")
    assert "The song that was uploaded here is gone" in again.warning[0].value
    again = upload(again, "hum.wav", SONG)
    assert not again.warning
    press(again, "Remove")
    assert "song" not in query(again)
    assert not again.warning


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("letter.wav", b"This is a letter, not a song.", "letter.wav: The file cannot be read as sound"),
        ("nothing.wav", b"", "nothing.wav: The file cannot be read as sound"),
        ("silence.wav", wav(np.zeros(22_050 * 3, dtype=np.float32)), "silence.wav: The song is silent"),
    ],
)
def test_what_cannot_be_classified_is_explained(runs_home: RunsHome, name: str, content: bytes, said: str) -> None:
    app = upload(run_page("classify", runs=runs_home.cnn), name, content)
    assert said in app.error[0].value
    assert ["Says" in table.value.columns for table in app.dataframe] in ([], [False])  # no answer


def test_before_a_song_it_stands_there_who_answers_and_how_often_each_was_right(runs_home: RunsHome) -> None:
    shown = answer(run_page("classify"))
    assert list(shown.index) == ["Quick CNN", "Quick FFNN"]
    for name, run_id in zip(shown.index, (runs_home.cnn, runs_home.ffnn), strict=True):
        run, row = get_run(run_id), shown.loc[name]
        assert run.result is not None
        table = load_predictions(run_id).table
        right = table["actual"] == table["predicted"]
        assert row["Right"] == format_percent(float(right.mean()))
        assert row["95 % interval"] == format_interval(run.result.interval)
        assert row["Tested on"] == f"{len(table)} clips"
        recalls = right.groupby(table["actual"]).mean()
        assert row["Knows best"].split(" (")[0] in recalls.index[recalls == recalls.max()]
        assert row["Knows worst"].split(" (")[0] in recalls.index[recalls == recalls.min()]
    assert "Who answers" not in texts(upload(run_page("classify"), "hum.wav", SONG))


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
    app = unfold(upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG), MODELS)
    temperature = load_temperature(runs_home.cnn)
    assert temperature is not None
    said = escape_markdown(
        f"{calibration_text(measure_calibration(load_predictions(runs_home.cnn)))} {temperature_text(temperature)}"
    )
    assert said in texts(app)


def test_the_song_is_not_written_to_disk(runs_home: RunsHome) -> None:
    before = {path for path in Path(runs_home.folder).rglob("*") if path.is_file()}
    upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG)
    assert {path for path in Path(runs_home.folder).rglob("*") if path.is_file()} == before


def test_the_song_and_its_results_are_there_after_a_visit_elsewhere(runs_home: RunsHome) -> None:
    app = upload(run_page("classify", runs=runs_home.cnn), "hum.wav", SONG)
    said = answer(app)["Says"].tolist()
    app.switch_page("../pages/compare.py").run()
    app.switch_page("../pages/classify.py").run()
    checked(app)
    assert answer(app)["Says"].tolist() == said
    assert labels(app, "audio") == ["hum.wav"]
