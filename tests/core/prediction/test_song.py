"""A song's verdict: means over windows, what is said when it is short, silent or long, and many runs on one song."""

import io
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
import soundfile
import soxr

from core.audio import Sound, read_sounds
from core.clips.collection import Collection
from core.errors import AudioError, RunError
from core.evaluation.calibration import apply_temperature
from core.extraction.extract import extract
from core.extraction.store import open_store
from core.features.base import AudioFrontEnd
from core.features.numeric import NumericFeatures
from core.models.architectures import HybridConfig
from core.models.build import predict_probabilities
from core.prediction import judge as judge_module
from core.prediction import song as song_module
from core.prediction import stretch as stretch_module
from core.prediction.song import HeardSong, SongVerdict, Window, classify_song, classify_song_by, load_model
from core.prediction.windows import window_starts
from core.runs.results import load_predictions, load_temperature
from core.runs.writer import create_run
from tests.conftest import tone
from tests.core.conftest import SMALL_CNN, SMALL_MEL, TrainedHome, small_config
from tests.waiting import LIMIT_S

SR_HZ = 22_050
WINDOW = SMALL_MEL.max_samples  # the clips last 2.5 s, of which the front end looks at 1.9 s
WINDOW_S = WINDOW / SR_HZ


def wav(samples: np.ndarray, sr_hz: int = SR_HZ) -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, samples, sr_hz, format="WAV", subtype="FLOAT")
    return stream.getvalue()


def noise(duration_s: float, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, round(duration_s * SR_HZ)).astype(np.float32)


def test_a_test_clip_gets_the_probabilities_that_the_run_recorded(trained: TrainedHome) -> None:
    """The whole path from file to probability is that of training."""
    predictions = load_predictions(trained.cnn)
    for row in predictions.table.to_dict("records"):
        clip = trained.collection.clip(row["clip"])
        verdict = classify_song(clip.path, trained.cnn)
        assert [window.start_s for window in verdict.windows] == [0]
        recorded = [row[genre] for genre in predictions.genres]
        np.testing.assert_allclose(verdict.probabilities, recorded, atol=1e-6)


def test_the_verdict_is_the_mean_over_the_song(trained: TrainedHome) -> None:
    song = np.concatenate([noise(4.0), tone(3000, duration_s=4.0)])
    verdict = classify_song(wav(song), trained.cnn)
    assert verdict.genres == ("bass", "hiss", "treble")
    assert verdict.duration_s == pytest.approx(8.0)
    starts = [window.start_s for window in verdict.windows]
    np.testing.assert_allclose(starts, np.arange(4) * WINDOW_S, atol=1e-3)
    assert {round(window.end_s - window.start_s, 6) for window in verdict.windows} == {round(WINDOW_S, 6)}
    assert verdict.weights == pytest.approx([0.25] * 4)
    table = np.array([window.probabilities for window in verdict.windows])
    np.testing.assert_allclose(table.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(verdict.probabilities, table.mean(axis=0), atol=1e-9)
    assert sum(verdict.probabilities) == pytest.approx(1, abs=1e-9)
    assert verdict.genre == verdict.genres[int(np.argmax(verdict.probabilities))]
    assert [p for _, p in verdict.ranked] == sorted(verdict.probabilities, reverse=True)
    assert verdict.warning == ""
    nine_s = classify_song(wav(np.concatenate([song, noise(1.0)])), trained.cnn)
    assert nine_s.windows[-1].end_s == pytest.approx(9.0, abs=1e-3)
    assert sum(nine_s.weights) == pytest.approx(1)
    overlapping = [window.probabilities for window in nine_s.windows]
    np.testing.assert_allclose(nine_s.probabilities, nine_s.weights @ np.array(overlapping), atol=1e-6)
    samples = song.astype(np.float32)[: SMALL_MEL.max_samples]
    by_hand = predict_probabilities(load_model(trained.cnn), SMALL_MEL.transform(samples)[0][np.newaxis])
    temperature = load_temperature(trained.cnn)
    assert verdict.temperature == temperature
    np.testing.assert_allclose(table[0], apply_temperature(by_hand, temperature.value)[0], atol=1e-6)


def test_a_file_its_bytes_and_a_kept_model_give_the_same(trained: TrainedHome, tmp_path: Path) -> None:
    content = wav(noise(5.0))
    (tmp_path / "song.wav").write_bytes(content)
    model = load_model(trained.ffnn)
    verdicts = [
        classify_song(tmp_path / "song.wav", trained.ffnn),
        classify_song(content, trained.ffnn),
        classify_song(content, trained.ffnn, model=model),
    ]
    assert verdicts[0] == verdicts[1] == verdicts[2]


def test_stereo_at_another_rate_is_the_same_song(trained: TrainedHome) -> None:
    mono = tone(120, duration_s=4.0)
    stereo = np.stack([tone(120, duration_s=4.0, sr_hz=44_100)] * 2, axis=1)
    first, second = (classify_song(wav(x, sr), trained.cnn) for x, sr in ((mono, SR_HZ), (stereo, 44_100)))
    assert first.genre == second.genre
    assert len(first.windows) == len(second.windows)


def test_a_short_song_is_one_window_and_says_so(trained: TrainedHome) -> None:
    verdict = classify_song(wav(noise(0.6)), trained.cnn)
    assert len(verdict.windows) == 1
    assert verdict.windows[0].end_s == pytest.approx(0.6, abs=1e-3)
    assert "lasts 0.6 s, less than half of the 2 s" in verdict.warning
    assert classify_song(wav(noise(1.5)), trained.cnn).warning == ""


def test_silent_windows_are_left_out_and_counted(trained: TrainedHome) -> None:
    song = np.concatenate([noise(4.0), np.zeros(5 * SR_HZ, dtype=np.float32)])
    verdict = classify_song(wav(song), trained.cnn)
    assert max(window.start_s for window in verdict.windows) < 4.0
    n_all = len(window_starts(len(song), WINDOW))
    assert verdict.warning == f"{n_all - len(verdict.windows)} silent windows were left out."


@pytest.mark.parametrize("samples", [np.zeros(SR_HZ * 5), np.zeros(10)])
def test_nothing_but_silence_has_no_verdict(trained: TrainedHome, samples: np.ndarray) -> None:
    with pytest.raises(AudioError, match="silent"):
        classify_song(wav(samples), trained.cnn)


def test_a_long_song_is_cut_and_says_so(trained: TrainedHome, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(song_module, "MAX_SONG_S", 60.0)
    monkeypatch.setattr(stretch_module, "_AT_ONCE_S", 20.0)
    verdict = classify_song(wav(noise(90.0)), trained.cnn)
    assert 60.0 - WINDOW_S / 4 <= verdict.windows[-1].end_s <= 60.0
    assert verdict.duration_s == pytest.approx(90.0)
    assert "first 1 of 2 minutes" in verdict.warning
    assert len(verdict.windows) > 1


def test_what_is_no_song_or_no_finished_run_is_refused(trained: TrainedHome) -> None:
    with pytest.raises(AudioError):
        classify_song(b"this is no sound", trained.cnn)
    with pytest.raises(AudioError):
        classify_song(Path("missing.wav"), trained.cnn)
    with pytest.raises(RunError, match="no run"):
        classify_song(wav(noise(2.0)), "0" * 32)


@pytest.mark.usefixtures("empty_store")
def test_an_unfinished_run_classifies_nothing(tiny_collection: Collection) -> None:
    run_id = create_run(small_config(tiny_collection), tiny_collection)
    with pytest.raises(RunError, match="has no results"):
        classify_song(wav(noise(2.0)), run_id)


def test_features_of_a_whole_clip_are_those_stored(trained: TrainedHome) -> None:
    clip = trained.collection.clips[0]
    verdict = classify_song(clip.path, trained.ffnn)
    features, _ = open_store(trained.collection, SMALL_MEL).load_one(clip)
    temperature = load_temperature(trained.ffnn)
    direct = apply_temperature(predict_probabilities(load_model(trained.ffnn), features[np.newaxis]), temperature.value)
    np.testing.assert_allclose(verdict.probabilities, direct[0], atol=1e-6)


def test_a_real_song_by_a_toy_model(trained: TrainedHome, shared: Path) -> None:
    verdict = classify_song(shared / "data" / "songs" / "vibe_ace.ogg", trained.cnn)
    assert verdict.duration_s == pytest.approx(61.46, abs=0.01)
    assert sum(verdict.probabilities) == pytest.approx(1, abs=1e-9)
    assert len(verdict.windows) == len(window_starts(round(61.46 * SR_HZ), WINDOW))


@pytest.fixture(scope="session")
def _trained_for_one_song(tmp_path_factory: pytest.TempPathFactory, _trained_once: TrainedHome) -> dict[str, str]:
    """Runs in a copy of the home: two see one spectrogram, one another rate, one numbers beside the spectrogram."""
    from core.queue.launch import train_here

    folder = tmp_path_factory.mktemp("one-song")
    shutil.copytree(_trained_once.folder, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRE_LAB_HOME", str(folder))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        collection = _trained_once.collection
        slow = small_config(collection, front_end=replace(SMALL_MEL, sr_hz=16_000), epochs=1)
        hybrid = small_config(
            collection,
            model=HybridConfig(cnn=SMALL_CNN),
            numeric_front_end=NumericFeatures(sr_hz=16_000, max_duration_s=2.0),
            epochs=1,
        )
        runs = {"home": str(folder), "cnn": _trained_once.cnn, "ffnn": _trained_once.ffnn}
        for name, config in (("slow", slow), ("hybrid", hybrid)):
            extract(collection, list(config.front_ends), n_workers=1)
            runs[name] = train_here(config).id
    return runs


@pytest.fixture
def runs(_trained_for_one_song: dict[str, str], home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("GENRE_LAB_HOME", _trained_for_one_song["home"])
    return {name: run_id for name, run_id in _trained_for_one_song.items() if name != "home"}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Sample rates of each decoding of the song, and front ends that a window went through, as they happen."""
    happened: list[object] = []

    def read(source: object, *, rates_hz: list[int], **part: float) -> dict[int, Sound]:
        happened.append(tuple(dict.fromkeys(rates_hz)))
        return read_sounds(source, rates_hz=rates_hz, **part)  # type: ignore[arg-type]

    monkeypatch.setattr(stretch_module, "read_sounds", read)
    transform = AudioFrontEnd.transform

    def transformed(self: AudioFrontEnd, samples: np.ndarray) -> object:
        happened.append(self)
        return transform(self, samples)

    monkeypatch.setattr(AudioFrontEnd, "transform", transformed)
    return happened


def decodings(counted: list[object]) -> list[object]:
    return [what for what in counted if isinstance(what, tuple)]


SONG = wav(np.concatenate([noise(4.0), np.zeros(4 * SR_HZ, dtype=np.float32), tone(3000, duration_s=4.0)]))


def test_one_song_judged_by_three_runs_at_two_rates_is_decoded_once(
    runs: dict[str, str], counted: list[object]
) -> None:
    chosen = [runs["cnn"], runs["ffnn"], runs["slow"]]
    answers = classify_song_by(SONG, chosen)
    assert decodings(counted) == [(SR_HZ, 16_000)]
    assert list(answers) == chosen
    n_windows = len(window_starts(12 * SR_HZ, WINDOW))
    assert counted.count(SMALL_MEL) == n_windows
    counted.clear()
    for run_id, answer in answers.items():
        assert answer == classify_song(SONG, run_id)
    assert decodings(counted) == [(SR_HZ,), (SR_HZ,), (16_000,)]
    assert counted.count(SMALL_MEL) == 2 * n_windows


def test_a_hybrid_shares_its_spectrogram_and_the_other_rate(runs: dict[str, str], counted: list[object]) -> None:
    song = HeardSong(SONG)
    together = [song.judged_by(runs[name]) for name in ("cnn", "hybrid", "slow")]
    assert decodings(counted) == [(SR_HZ,), (16_000,)]  # no rate was named before
    assert counted.count(SMALL_MEL) == len(window_starts(12 * SR_HZ, WINDOW))
    assert together == [classify_song(SONG, runs[name]) for name in ("cnn", "hybrid", "slow")]


def test_runs_that_judge_at_the_same_time_share_what_they_see(runs: dict[str, str], counted: list[object]) -> None:
    asked = [runs[name] for name in ("cnn", "hybrid", "ffnn", "slow")]
    one_by_one = [classify_song(SONG, run_id) for run_id in asked]
    counted.clear()
    song = HeardSong(SONG, rates_hz=(SR_HZ, 16_000))
    at_once = Barrier(len(asked))

    def judge(run_id: str) -> SongVerdict:
        at_once.wait(LIMIT_S)
        return song.judged_by(run_id)

    with ThreadPoolExecutor(len(asked)) as threads:
        assert list(threads.map(judge, asked)) == one_by_one
    assert len(decodings(counted)) == 1
    assert counted.count(SMALL_MEL) == len(window_starts(12 * SR_HZ, WINDOW))


def test_what_is_too_much_to_keep_is_computed_again(
    runs: dict[str, str], counted: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    n_windows = len(window_starts(4 * SR_HZ, WINDOW))
    content = wav(noise(4.0))
    kept = classify_song_by(content, [runs["cnn"], runs["ffnn"]])
    assert counted.count(SMALL_MEL) == n_windows
    counted.clear()
    one_window = np.zeros(SMALL_MEL.shape, dtype=SMALL_MEL.dtype).nbytes
    monkeypatch.setattr(stretch_module, "_KEPT_BYTES", one_window)
    assert classify_song_by(content, [runs["cnn"], runs["ffnn"]]) == kept
    assert counted.count(SMALL_MEL) == 2 * n_windows - 1


def test_the_failure_of_one_run_is_its_own(runs: dict[str, str]) -> None:
    answers = classify_song_by(SONG, [runs["cnn"], "0" * 32, runs["slow"]])
    assert isinstance(answers["0" * 32], RunError)
    assert answers[runs["cnn"]] == classify_song(SONG, runs["cnn"])
    assert answers[runs["slow"]] == classify_song(SONG, runs["slow"])
    unheard = classify_song_by(b"this is no sound", [runs["cnn"], runs["slow"]])
    assert {type(answer) for answer in unheard.values()} == {AudioError}


def test_a_verdict_as_plain_values_is_the_verdict(trained: TrainedHome) -> None:
    verdict = classify_song(SONG, trained.cnn)
    read = json.loads(json.dumps(verdict.to_dict()))
    assert list(read) == ["genre", "probabilities", "windows", "temperature", "warning", "reliable"]
    assert [part["weight"] for part in read["windows"]] == list(verdict.weights)
    assert read["genre"] == verdict.genre
    assert list(read["probabilities"].items()) == list(zip(verdict.genres, verdict.probabilities, strict=True))
    assert [
        Window(part["start_s"], part["end_s"], tuple(part["probabilities"].values())) for part in read["windows"]
    ] == list(verdict.windows)
    assert "left out" in read["warning"]


def test_a_song_that_lacks_what_the_model_listens_to_is_marked(trained: TrainedHome) -> None:
    low = soxr.resample(noise(8.0), SR_HZ, 8_000)
    at_low, at_high = wav(low, 8_000), wav(soxr.resample(low, 8_000, SR_HZ))
    for content, words in ((at_low, "sample rate is 8,000 Hz, so that nothing above 4,000 Hz"), (at_high, "resampled")):
        verdict = classify_song(content, trained.cnn)
        assert not verdict.reliable
        assert verdict.to_dict()["reliable"] is False
        assert words in verdict.warning
        assert verdict.warning.startswith("Unreliable: ")
    assert classify_song(wav(noise(8.0)), trained.cnn).reliable


def test_a_model_of_clips_at_a_low_rate_misses_nothing_at_that_rate(
    trained: TrainedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    details = judge_module.load_details(trained.cnn)
    assert details["typical_sr_hz"] == SR_HZ
    monkeypatch.setattr(judge_module, "load_details", lambda _: {**details, "typical_sr_hz": 8_000})
    assert classify_song(wav(soxr.resample(noise(8.0), SR_HZ, 8_000), 8_000), trained.cnn).reliable


def test_what_was_odd_in_reading_is_in_the_verdict(trained: TrainedHome) -> None:
    left = noise(8.0)
    verdict = classify_song(wav(np.stack([left, -left], axis=1)), trained.cnn)
    assert "opposite phase" in verdict.warning
    assert verdict.probabilities == classify_song(wav(left), trained.cnn).probabilities
    stream = io.BytesIO()
    soundfile.write(stream, noise(16.0), SR_HZ, format="MP3")
    cut = stream.getvalue()[: len(stream.getvalue()) // 2]
    verdict = classify_song(cut, trained.cnn)
    assert verdict.duration_s == pytest.approx(8.0, abs=1.5)
    assert "what is there was read" in verdict.warning
    assert verdict.windows[-1].end_s <= verdict.duration_s
