"""The options for excerpts of ``collections --import``."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.core.cli.test_cli import Cli


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def songs(home: Path) -> Path:
    for name in ("jazz/Naima", "rock/Helter"):
        path = home / "data" / "songs" / f"{name}.wav"
        path.parent.mkdir(parents=True)
        soundfile.write(path, np.random.default_rng(0).normal(0, 0.1, 21 * 8000), 8000)
    return home / "data" / "songs"


def test_an_import_cuts_as_asked_and_the_next_one_keeps_it(cli: Cli, songs: Path) -> None:
    first = cli("collections", "--import", songs, "--excerpts", "3", "--excerpt-from", "start", "--excerpt-length", "6")
    assert (first["n_clips"], first["n_excerpts"]) == (6, 6)
    assert first["excerpting"] == {"where": "start", "n": 3, "length_s": 6}
    again = cli("collections", "--import", songs)
    assert (again["n_clips"], again["unchanged"]) == (6, True)
    whole = cli("collections", "--import", songs, "--excerpt-from", "whole")
    assert (whole["n_clips"], whole["n_excerpts"]) == (2, 0)
    code, out, _ = cli.run("collections", "--import", songs, "--excerpts", "10", "--excerpt-length", "5")
    assert code == 0
    assert "2 of 2 files are longer than 0:10: the clips of each are up to 10 excerpts of 5 s, evenly spread." in out
    assert "8 clips are excerpts of 2 songs, cut at import" in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--excerpts", "11"], "Excerpts of each song: expected 1 to 10, got 11."),
        (["--excerpt-length", "4"], "expected 5 to 600, got 4."),
        (["--excerpt-from", "whole", "--excerpts", "2"], "leave --excerpts and --excerpt-length out"),
        (["--excerpt-from", "end"], "invalid choice: 'end'"),
    ],
)
def test_what_cannot_be_is_refused(cli: Cli, songs: Path, options: list[str], said: str) -> None:
    assert said in cli.refuse("collections", "--import", songs, *options)


def test_the_options_need_sound_to_import(cli: Cli, tmp_path: Path) -> None:
    assert "need --import" in cli.refuse("collections", "--excerpts", "2")
    table = tmp_path / "features.csv"
    table.write_text("clip,genre,a\nx,jazz,1\ny,rock,2\n")
    assert "holds features, not sound" in cli.refuse("collections", "--import", table, "--excerpts", "2")
