"""``classify`` with many songs at the command line."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from core.cli.main import main
from core.settings import REPOSITORY, load_settings
from tests.conftest import tone
from tests.core.classifying.conftest import LightHome
from tests.waiting import until


@pytest.fixture
def music(tmp_path: Path) -> Path:
    root = tmp_path / "music"
    root.mkdir()
    with soundfile.SoundFile(root / "low.flac", "w", samplerate=22_050, channels=1) as file:
        file.genre, file.artist, file.title = "BASS", "=cmd", "Low"
        file.write(tone(110, duration_s=4.0))
    soundfile.write(root / "high.flac", tone(3000, duration_s=4.0), 22_050)
    (root / "bad.mp3").write_bytes(b"no sound")
    (root / "cover.jpg").touch()
    return root


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["classify", *map(str, arguments)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_a_folder_gives_a_table_playlists_and_json(
    light: LightHome, music: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, lists = tmp_path / "t.csv", music / "by genre"
    given = (music, "--run", light.all_genres[:8], "--run", light.two_genres, "--csv", table, "--m3u", lists)
    code, out, _ = run(capsys, *given, "--json")
    said = json.loads(out)
    assert code == 0
    assert (said["n_songs"], said["n_judged"], said["n_failed"], said["stopped"]) == (3, 3, 1, False)
    songs = {Path(song["file"]).name: song for song in said["songs"]}
    assert songs["low.flac"]["tag_and_verdict"] == "agrees"
    assert songs["low.flac"]["verdict"] == "bass"
    by_run = {song["verdict_" + light.two_genres[:6]] for song in (songs["low.flac"], songs["high.flac"])}
    assert by_run <= {"bass", "treble"}
    assert "cannot be read as sound" in songs["bad.mp3"]["error"]
    assert said["others"] == "1 other file is not taken for sound (1 .jpg)."
    assert (lists / "bass.m3u8").read_text() == "#EXTM3U\n#PLAYLIST:bass\n#EXTINF:4,=cmd - Low\n../low.flac\n"
    assert "'=cmd" in table.read_text()
    # A second time nothing is replaced unasked, and nothing is judged for that.
    code, out, err = run(capsys, *given)
    assert (code, out) == (2, "")
    assert "--overwrite" in err
    # Gone on with, nothing is judged again.
    code, out, _ = run(capsys, "--resume", said["job"])
    assert code == 0
    assert "3 of 3 songs judged, 1 of them failed; none anew" in out
    assert "1 of 1 songs with a genre tag" in out


def test_lists_and_single_files_name_songs_too(
    light: LightHome, music: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("#EXTM3U\nmusic/low.flac\nmusic/gone.flac\n")
    code, out, _ = run(capsys, music / "high.flac", playlist, "--run", light.all_genres, "--json")
    songs = {Path(song["file"]).name: song["error"] for song in json.loads(out)["songs"]}
    assert code == 0
    assert set(songs) == {"high.flac", "low.flac", "gone.flac"}
    assert "gone.flac" in songs["gone.flac"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "No song is named"),
        (("{music}",), "No run is named"),
        (("{music}/missing", "{music}", "--run", "{run}"), "missing is not there"),
        (("--list", "{music}/missing.txt", "--run", "{run}"), "cannot be read"),
        (("{music}", "--run", "nothing"), "There is no run"),
        (("{music}", "--run", "{run}", "--run", "{run}"), "named twice"),
        (("{music}", "--run", "{run}", "--csv", "{music}"), "is a folder"),
        (("{music}", "--run", "{run}", "--m3u", "{music}/cover.jpg"), "is a file"),
        (("--resume", "classify-none"), "There is no job"),
        (("{music}", "--resume", "latest"), "--resume goes on"),
        (("{music}", "--run", "{run}", "--explain"), "for one song and one run"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    light: LightHome, music: Path, capsys: pytest.CaptureFixture[str], given: tuple[str, ...], said: str
) -> None:
    before = set(os.listdir(load_settings().jobs_dir)) if load_settings().jobs_dir.is_dir() else set()
    code, out, err = run(capsys, *(text.format(music=music, run=light.all_genres) for text in given))
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert set(os.listdir(load_settings().jobs_dir)) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals")
def test_ctrl_c_ends_in_good_order_and_says_how_to_resume(light: LightHome, music: Path, tmp_path: Path) -> None:
    for number in range(30):
        shutil.copy(music / "low.flac", music / f"{number:02d}.flac")
    table = tmp_path / "t.csv"
    command = [sys.executable, "-m", "core", "classify"]
    process = subprocess.Popen(
        [*command, str(music), "--run", light.all_genres, "--csv", str(table)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stderr is not None
    job_id = process.stderr.readline().partition(":")[0]
    log = load_settings().jobs_dir / job_id / "songs.jsonl"
    until(lambda: log.is_file() and log.read_bytes().count(b"\n") >= 2, explain=lambda: process.poll())
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate()
    assert process.returncode == 130, out
    assert f"stopped; the table not written yet; resume with: python -m core classify --resume {job_id}" in out
    assert not table.exists()
    n_before = log.read_bytes().count(b"\n")
    assert 2 <= n_before < 33
    assert main(["classify", "--resume", "latest"]) == 0
    assert log.read_bytes().count(b"\n") == 33
    assert len(table.read_text().splitlines()) == 34
