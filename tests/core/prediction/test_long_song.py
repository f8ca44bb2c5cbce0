"""A song that is too long to be in memory at once: heard in stretches, each decoded once, and whole in what is said."""

import io
import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from core.audio import Sound, read_sounds
from core.cli.main import main
from core.ears.weights import why_missing
from core.errors import AudioError
from core.explanation.explain import explain_song
from core.prediction import song as song_module
from core.prediction import stretch as stretch_module
from core.prediction.judge import appoint_judge
from core.prediction.song import HeardSong, classify_song, load_model
from tests.conftest import tone
from tests.core.conftest import TrainedHome

SR_HZ = 22_050
SONG_S, STRETCH_S = 25.0, 10.0
CUTS_S = [0.0, 8.0, 17.0, SONG_S]


def wav(samples: np.ndarray) -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, samples, SR_HZ, format="WAV", subtype="FLOAT")
    return stream.getvalue()


def long_song() -> np.ndarray:
    hiss = np.random.default_rng(0).normal(0, 0.1, round(12 * SR_HZ)).astype(np.float32)
    return np.concatenate([hiss, tone(3000, duration_s=SONG_S - 12)]).astype(np.float32)


@pytest.fixture(autouse=True)
def short_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(song_module, "MAX_STRETCH_S", STRETCH_S)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """From which second each decoding began."""
    begun: list[float] = []

    def reading(source: Any, **part: Any) -> dict[int, Sound]:
        begun.append(part["offset_s"])
        return read_sounds(source, **part)

    monkeypatch.setattr(stretch_module, "read_sounds", reading)
    return begun


def test_the_verdict_is_that_of_the_stretches_together(trained: TrainedHome) -> None:
    samples = long_song()
    verdict = classify_song(wav(samples), trained.cnn)
    assert verdict.duration_s == pytest.approx(SONG_S)
    assert not verdict.warning
    expected = []
    for begin_s, end_s in pairwise(CUTS_S):
        alone = classify_song(wav(samples[round(begin_s * SR_HZ) : round(end_s * SR_HZ)]), trained.cnn)
        expected += [
            replace(window, start_s=begin_s + window.start_s, end_s=begin_s + window.end_s) for window in alone.windows
        ]
    assert verdict.windows == tuple(expected)
    rows = np.array([window.probabilities for window in expected])
    np.testing.assert_allclose(verdict.probabilities, np.average(rows, axis=0, weights=verdict.weights), atol=1e-12)


def test_each_stretch_is_decoded_once_for_all_that_go_through_it(trained: TrainedHome, read: list[float]) -> None:
    one_by_one = [classify_song(wav(long_song()), run_id) for run_id in (trained.cnn, trained.ffnn)]
    read.clear()
    song = HeardSong(wav(long_song()), rates_hz=(SR_HZ,))
    models = {run_id: load_model(run_id) for run_id in (trained.cnn, trained.ffnn)}
    steps: list[tuple[int, int]] = []
    judges = [(appoint_judge(run_id), model) for run_id, model in models.items()]
    song.go_through(judges, on_stretch=lambda done, n: steps.append((done, n)))
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert song.n_bytes_to_come == 9 * SR_HZ * 4  # its longest stretch
    assert song.n_bytes == 0
    assert [song.judged_by(run_id, model=model) for run_id, model in models.items()] == one_by_one
    assert read == CUTS_S[:3]
    # Another model is not taken for the one that went through.
    song.judged_by(trained.cnn, model=load_model(trained.cnn))
    assert len(read) == 6


def test_what_is_silent_or_missing_is_left_out_and_said(trained: TrainedHome) -> None:
    samples = long_song()
    samples[round(8 * SR_HZ) : round(17 * SR_HZ)] = 0
    verdict = classify_song(wav(samples), trained.cnn)
    assert "Nothing was heard from 0:08 to 0:17: it is silent." in verdict.warning
    assert not [window for window in verdict.windows if 8 <= window.start_s < 17]
    with pytest.raises(AudioError, match="silent"):
        classify_song(wav(np.zeros_like(samples)), trained.cnn)
    cut_short = wav(long_song())[: -14 * 4 * SR_HZ]
    verdict = classify_song(cut_short, trained.cnn)
    assert "header states" in verdict.warning or verdict.duration_s == pytest.approx(11.0, abs=0.1)
    assert verdict.windows[-1].end_s == pytest.approx(11.0, abs=0.1)


def test_the_beginning_is_drawn_and_explained_and_it_is_said(trained: TrainedHome) -> None:
    song = HeardSong(wav(long_song()))
    assert len(song.samples_at(SR_HZ)) == CUTS_S[1] * SR_HZ
    explained = explain_song(song, trained.cnn)
    assert explained.verdict == classify_song(wav(long_song()[: round(CUTS_S[1] * SR_HZ)]), trained.cnn)
    assert explained.part == "Explained is what the model says of the first 0 of 0 minutes."
    assert explain_song(HeardSong(wav(long_song()[: 5 * SR_HZ])), trained.cnn).part == ""


@pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "-")
def test_the_ears_hear_all_of_it(trained: TrainedHome, read: list[float]) -> None:
    song = HeardSong(wav(long_song()), rates_hz=(SR_HZ, 16_000))
    song.go_through([(appoint_judge(trained.cnn), load_model(trained.cnn))], ears=["msd"])
    heard = song.hearing("msd")
    assert read == CUTS_S[:3]
    assert heard.n_samples == SONG_S * 16_000
    starts_s = np.array(heard.starts) / 16_000
    assert np.all(np.diff(starts_s) > 0)
    assert {cut for cut in CUTS_S[:3] if cut in starts_s} == set(CUTS_S[:3])
    assert len(heard.tags) == len(heard.penultimate) == len(starts_s)


def test_the_command_line_decodes_each_stretch_once_too(
    trained: TrainedHome, read: list[float], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "song.wav"
    path.write_bytes(wav(long_song()))
    report = tmp_path / "report.html"
    asked = ["--run", trained.cnn, "--run", trained.ffnn, "--report", str(report)]
    assert main(["classify", str(path), *asked, "--json"]) == 0
    assert read == [*CUTS_S[:3], 0.0]  # the report draws the beginning
    said = json.loads(capsys.readouterr().out)["runs"]
    for values, run_id in zip(said, (trained.cnn, trained.ffnn), strict=True):
        verdict = classify_song(path, run_id)
        assert values["probabilities"] == dict(zip(verdict.genres, verdict.probabilities, strict=True))
        assert len(values["windows"]) == len(verdict.windows)
