"""Tags of songs, and whether they say what the verdict does."""

from pathlib import Path

import pytest
import soundfile

from core.classifying.tags import SongTags, read_tags, same_genre
from tests.conftest import tone


def tagged(path: Path, **tags: str) -> Path:
    with soundfile.SoundFile(path, "w", samplerate=22_050, channels=1) as file:
        for name, value in tags.items():
            setattr(file, name, value)
        file.write(tone(200, duration_s=0.5))
    return path


@pytest.mark.parametrize("extension", ["flac", "ogg", "mp3", "wav"])
def test_tags_are_read_of_files_and_of_their_content(tmp_path: Path, extension: str) -> None:
    path = tagged(tmp_path / f"x.{extension}", genre="Hip-Hop", artist="Someone", title="A =song")
    expected = SongTags("Hip-Hop", "Someone", "A =song")
    assert read_tags(path, str(path)) == expected
    assert read_tags(path.read_bytes(), path.name) == expected


def test_what_cannot_be_read_has_none(tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    path.write_bytes(b"ID3\x04\0\0\xff\xff\xff\xff" + bytes(50))
    assert read_tags(path, str(path)) == SongTags()
    assert read_tags(tmp_path / "missing.mp3", "missing.mp3") == SongTags()


@pytest.mark.parametrize(
    ("tag", "genre", "same"),
    [
        ("Hip-Hop", "hiphop", True),
        ("HIP HOP", "Hip-Hop", True),
        ("Rock; Pop", "pop", True),
        ("HipHop/Rap", "hiphop", True),
        ("R&B", "R & B", True),
        ("Drum & Bass", "drum and bass", True),
        ("M\u00fasica", "Mu\u0301sica", True),
        ("Jazz", "blues", False),
        ("Classic Rock", "rock", False),
        ("", "rock", False),
    ],
)
def test_genres_are_compared_but_for_case_accents_and_punctuation(tag: str, genre: str, same: bool) -> None:
    assert same_genre(tag, genre) is same
