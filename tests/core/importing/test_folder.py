"""Layouts recognised, and what is skipped and why."""

import pytest
import soundfile

from core.errors import CollectionError
from core.importing.folder import scan_folder
from tests.conftest import tone


def put(path, frequency=440):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, tone(frequency, duration_s=0.2), 22_050)


@pytest.mark.parametrize(
    ("layout", "root"),
    [
        ("genres/{genre}/{genre}.0000{n}.au", "genres"),
        ("genres_original/{genre}/{genre}.0000{n}.wav", "genres_original"),
        ("Data/genres_original/{genre}/{genre}.0000{n}.wav", "Data/genres_original"),
        ("wavfiles/{genre}.0000{n}.wav", "wavfiles"),
        ("{genre}/{genre}.0000{n}.flac", ""),
        ("{genre}.0000{n}.ogg", ""),
    ],
)
def test_layouts(tmp_path, layout, root):
    for genre in ("blues", "jazz"):
        for n in range(2):
            put(tmp_path / layout.format(genre=genre, n=n))
    found, clips, skipped = scan_folder(tmp_path)
    assert found == tmp_path / root
    assert [clip.name for clip in clips] == ["blues.00000", "blues.00001", "jazz.00000", "jazz.00001"]
    assert [clip.genre for clip in clips] == ["blues", "blues", "jazz", "jazz"]
    assert clips[0].duration_s == pytest.approx(0.2, abs=0.03)
    assert skipped == ()


def test_nothing_is_skipped_silently(tmp_path):
    put(tmp_path / "jazz" / "jazz.00000.wav")
    put(tmp_path / "jazz" / "album" / "inner.wav")
    (tmp_path / "jazz" / "jazz.00054.wav").write_bytes(b"RIFF\0\0\0\0 this is the corrupt one")
    (tmp_path / "jazz" / "cover.jpg").write_bytes(b"...")
    (tmp_path / "jazz" / ".DS_Store").write_bytes(b"...")
    (tmp_path / "jazz" / "none.mp3").write_bytes(b"")
    _, clips, skipped = scan_folder(tmp_path)
    assert [clip.name for clip in clips] == ["jazz.00000"]
    reasons = {entry.name: entry.reason for entry in skipped}
    assert set(reasons) == {
        "jazz/jazz.00054.wav", "jazz/cover.jpg", "jazz/.DS_Store", "jazz/none.mp3", "jazz/album",
    }  # fmt: skip
    assert "cannot be read as sound" in reasons["jazz/jazz.00054.wav"]
    assert "not a sound file" in reasons["jazz/cover.jpg"]
    assert "empty" in reasons["jazz/none.mp3"]
    assert "folder inside" in reasons["jazz/album"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    put(tmp_path / "secret.wav")
    put(tmp_path / "set" / "jazz" / "a.wav")
    (tmp_path / "set" / "jazz" / "b.wav").symlink_to(tmp_path / "secret.wav")
    (tmp_path / "set" / "jazz" / "loop").symlink_to(tmp_path / "set")
    _, clips, skipped = scan_folder(tmp_path / "set")
    assert [clip.name for clip in clips] == ["a"]
    assert {entry.name for entry in skipped} == {"jazz/b.wav", "jazz/loop"}


def test_same_names_are_told_apart(tmp_path):
    for path in ("rock/01.wav", "jazz/01.wav", "jazz/02.wav", "rock/x.wav", "rock/x.flac"):
        put(tmp_path / path)
    _, clips, _ = scan_folder(tmp_path)
    assert [clip.name for clip in clips] == ["02", "jazz/01", "rock/01", "rock/x.flac", "rock/x.wav"]


def test_a_flat_file_without_genre_is_reported(tmp_path):
    put(tmp_path / "blues.00000.wav")
    put(tmp_path / "song.wav")
    _, clips, skipped = scan_folder(tmp_path)
    assert len(clips) == 1
    assert "does not begin with a genre" in skipped[0].reason


def test_no_layout_and_no_folder_are_errors(tmp_path):
    with pytest.raises(CollectionError, match="No clips found"):
        scan_folder(tmp_path)
    with pytest.raises(CollectionError, match="not a folder"):
        scan_folder(tmp_path / "missing")
