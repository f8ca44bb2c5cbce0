"""The song that comes as an example: what lies in the repository is what the command makes."""

import io
from pathlib import Path

import numpy as np
import soundfile

from core.cli.main import main
from core.importing.example_song import PART_S, PARTS, example_samples

SONG = Path(__file__).resolve().parents[3] / "dashboard" / "classify" / "example" / "song.ogg"
MOST_BYTES = 300_000


def test_the_song_in_the_repository_is_the_one_that_the_command_makes(tmp_path, capsys):
    assert main(["collections", "--example-song", str(tmp_path / "again.ogg")]) == 0
    assert "classical, then jazz, then metal" in capsys.readouterr().out
    kept, sr_hz = soundfile.read(SONG, dtype="float32")
    made, _ = soundfile.read(io.BytesIO((tmp_path / "again.ogg").read_bytes()), dtype="float32")
    assert SONG.stat().st_size < MOST_BYTES
    assert sr_hz == 22_050
    expected = example_samples()
    assert len(expected) == (len(PARTS) * (PART_S - 1) + 1) * 22_050
    for decoded in (kept, made):
        assert abs(len(decoded) - len(expected)) < 2048
        n = min(len(decoded), len(expected))
        assert np.corrcoef(decoded[:n], expected[:n])[0, 1] > 0.95
    assert 0.1 < np.abs(expected).max() < 1.5
