"""Which songs folders and lists name."""

from pathlib import Path

import pytest

from core.classifying import finding
from core.classifying.finding import find_songs, read_list
from core.errors import ConfigError


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    return path


@pytest.fixture
def music(tmp_path: Path) -> Path:
    root = tmp_path / "music"
    for name in ("b.mp3", "Artist/Album/2.flac", "Artist/Album/1.MP3", "Artist/cover.jpg", "notes.txt", "README"):
        touch(root / name)
    for hidden in (".hidden.mp3", ".trash/x.mp3", "Artist/._1.mp3"):
        touch(root / hidden)
    outside = touch(tmp_path / "elsewhere" / "far.mp3")
    (root / "far.mp3").symlink_to(outside)
    (root / "same.mp3").symlink_to(root / "b.mp3")
    (root / "loop").symlink_to(root)
    return root


def test_a_folder_is_walked_as_an_import_would(music: Path) -> None:
    found = find_songs([music])
    assert [str(song.relative_to(music)) for song in found.songs] == [
        "b.mp3",
        "same.mp3",
        "Artist/Album/1.MP3",
        "Artist/Album/2.flac",
    ]
    skipped = {Path(entry.name).name: entry.reason for entry in found.skipped}
    assert set(skipped) == {"far.mp3", "loop"}
    assert "outside" in skipped["far.mp3"]
    assert "not follow" in skipped["loop"]
    assert found.others == {".jpg": 1, ".txt": 1, "no extension": 1}
    assert found.others_text == "3 other files are not taken for sound (1 .jpg, 1 .txt, 1 no extension)."


def test_a_song_named_twice_is_one_and_a_file_is_taken_as_it_is(music: Path) -> None:
    found = find_songs([music / "notes.txt", music / "b.mp3", music / "Artist", music, music / "missing.mp3"])
    names = [song.name for song in found.songs]
    assert names == ["notes.txt", "b.mp3", "1.MP3", "2.flac", "same.mp3", "missing.mp3"]
    assert len(set(names)) == len(names)


def test_too_many_are_refused(music: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MAX_FILES", 2)
    with pytest.raises(ConfigError, match="More than 2 songs"):
        find_songs([music])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"#EXTM3U\n#EXTINF:10,A\nb.mp3\n\nArtist/Album/2.flac\n", ["b.mp3", "Artist/Album/2.flac"]),
        ("\ufeffb.mp3\r\nGe\u00e4ndert.mp3\r\n".encode(), ["b.mp3", "Ge\u00e4ndert.mp3"]),
        ("Ge\u00e4ndert.mp3\n".encode("cp1252"), ["Ge\u00e4ndert.mp3"]),
        (b"Artist\\Album\\2.flac\n", ["Artist/Album/2.flac"]),
    ],
)
def test_lists_are_read_from_their_own_folder(music: Path, content: bytes, expected: list[str]) -> None:
    path = music / "list.m3u8"
    path.write_bytes(content)
    assert read_list(path) == [music / name for name in expected]


def test_addresses_in_lists(music: Path) -> None:
    path = music / "list.txt"
    path.write_text(f"file://{music}/a%20b.mp3\n/abs/c.mp3\n")
    assert read_list(path) == [music / "a b.mp3", Path("/abs/c.mp3")]
    path.write_text("https://radio.example/stream\n")
    with pytest.raises(ConfigError, match="not a file on this computer"):
        read_list(path)


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "names no song"), (b"#EXTM3U\n", "names no song"), (b"RIFF\0\0", "is no text")]
)
def test_what_is_no_list_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "list.m3u8"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        read_list(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_list(tmp_path / "missing.txt")
