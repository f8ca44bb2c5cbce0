"""``classify --explain`` and ``--what-if``: the same figures in words and JSON, and refusals."""

import json

import numpy as np
import pytest
import soundfile

from core.explanation.changes import CHANGES
from core.explanation.explain import explain_song
from core.prediction.song import HeardSong, classify_song
from tests.core.cli.test_cli import Cli, cli
from tests.core.conftest import TrainedHome

__all__ = ["cli"]


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "song.wav"
    soundfile.write(path, np.random.default_rng(3).normal(0, 0.1, 44_100).astype(np.float32), 22_050)
    return path


def test_reasons_stand_beside_the_verdict(cli: Cli, trained: TrainedHome, song) -> None:
    given = ("classify", song, "--run", trained.cnn, "--explain", "--share", "0.3", "--what-if", "noise")
    values = cli(*given)
    verdict = classify_song(song, trained.cnn)
    assert values["probabilities"] == dict(zip(verdict.genres, verdict.probabilities, strict=True))
    explanation = values["explanation"]
    assert explanation["genre"] == verdict.genre
    assert explanation["heard"]["share"] == 0.3
    assert explanation["heard"]["before"]["probabilities"] == values["probabilities"]
    by_core = explain_song(HeardSong(song), trained.cnn, share=0.3).to_dict()
    assert explanation == json.loads(json.dumps(by_core))
    assert [point["value"] for point in values["what_if"][0]["points"]][-1] == 60
    _, text, _ = cli.run(*given)
    assert f"Why {verdict.genre}?" in text
    assert "most salient 30 % of the cells" in text
    assert "Noise (dB SNR)" in text


def test_flips_are_told_exactly_where_that_is_asked(cli: Cli, trained: TrainedHome, song) -> None:
    given = ("classify", song, "--run", trained.cnn, "--what-if", "high-cut,loudness")
    rough, exact = cli(*given)["what_if"], cli(*given, "--exact-flips")["what_if"]
    for before, after in zip(rough, exact, strict=True):
        grid = CHANGES[before["change"]].grid
        assert {point["value"] for point in before["points"]} <= {point["value"] for point in after["points"]}
        up = next((flip for flip in after["flips"] if flip["from"] >= after["neutral"]), None)
        down = next((flip for flip in reversed(after["flips"]) if flip["to"] <= after["neutral"]), None)
        for flip in filter(None, (down, up)):
            assert grid.index(flip["to"]) == grid.index(flip["from"]) + 1
    assert sum(len(curve["flips"]) for curve in exact) > 0


def test_what_cannot_be_explained_is_refused_before_anything_is_computed(cli: Cli, trained: TrainedHome, song) -> None:
    def refused(*options: str) -> str:
        return cli.refuse("classify", song, "--run", trained.cnn, *options)

    assert "--share belongs to --explain" in refused("--share", "0.3")
    assert "0.05 to 1, got 2" in refused("--explain", "--share", "2")
    assert "got 'speed'" in refused("--what-if", "speed")
    assert "--exact-flips belongs to --what-if" in refused("--exact-flips")
    assert "got 'polka'" in refused("--explain", "--why", "polka")
    assert "got bass twice" in refused("--explain", "--why", "bass", "--why-not", "bass")
