"""Advice on the command line."""

import json

import pytest

from core.cli.main import main
from core.runs.store import list_runs
from tests.core.conftest import TrainedHome


def test_the_study_s_matrix_is_advised_on(home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["adviser", "--run", "study", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["own_choice"]["rank"] == 6
    assert values["choices"][0]["dropped"] == ["blues", "classical", "rock"]
    assert len(values["drops"]) == len(values["mergers"]) == 9
    assert main(["adviser", "--run", "study"]) == 0
    said = capsys.readouterr().out
    assert all(sentence in said for sentence in values["sentences"])
    assert "Trained anew without them, it was right for 81 % of 140." in said


def test_a_run_is_advised_on_and_bad_wishes_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GENRE_LAB_PRETRAINED")
    run = next(run for run in list_runs() if run.config.name == "Compact CNN")
    assert main(["adviser", "--run", run.id[:6], "--drop", "rock, blues", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["own_choice"]["dropped"] == ["blues", "rock"]
    assert values["own_choice"]["n_choices"] == 45
    assert values["drops"][0]["score"]["n"] == 290
    for wish, said in (
        (["--drop", "rock,punk"], "--drop names punk; expected some of blues"),
        (["--drop", "rock,rock"], "--drop names a genre twice"),
        (["--drop", ","], "--drop names no genre"),
        (["--leave-out", "9"], "Expected 1 to 8 of the 10 genres"),
    ):
        assert main(["adviser", "--run", run.id[:6], *wish]) == 2
        assert said in capsys.readouterr().err


def test_three_genres_leave_one_choice(trained: TrainedHome, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["adviser", "--run", trained.cnn, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["choices"]) == 3
