"""Tags of songs, and whether they say what the verdict does."""

from pathlib import Path

import pytest
import soundfile

from core.classifying.tags import FileTags, compare_tag, read_tags
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
    expected = FileTags("Hip-Hop", "Someone", "A =song")
    assert read_tags(path, str(path)) == expected
    assert read_tags(path.read_bytes(), path.name) == expected


def test_what_cannot_be_read_has_none(tmp_path: Path) -> None:
    path = tmp_path / "x.mp3"
    path.write_bytes(b"ID3\x04\0\0\xff\xff\xff\xff" + bytes(50))
    assert read_tags(path, str(path)) == FileTags()
    assert read_tags(tmp_path / "missing.mp3", "missing.mp3") == FileTags()


GENRES = ("blues", "drum and bass", "hiphop", "jazz", "rock", "M\u00fasica")


@pytest.mark.parametrize(
    ("tag", "verdict", "answer"),
    [
        ("Hip-Hop", "hiphop", "agrees"),
        ("HipHop/Rap", "hiphop", "agrees"),
        ("(7)", "hiphop", "agrees"),
        ("Rock; Jazz", "jazz", "agrees"),
        ("Bebop", "jazz", "agrees"),
        ("Drum & Bass", "drum and bass", "agrees"),
        ("Mu\u0301sica", "M\u00fasica", "agrees"),
        ("Jazz", "blues", "differs"),
        ("Bebop", "blues", "differs"),
        ("Ambient; Jazz", "blues", "differs"),
        ("Ambient", "blues", "unknown genre"),
        ("Musica", "M\u00fasica", "unknown genre"),
        ("Other", "rock", "no tag"),
        (" ; ", "rock", "no tag"),
        ("", "rock", "no tag"),
    ],
)
def test_a_tag_is_compared_with_the_verdict_by_the_stated_synonyms(tag: str, verdict: str, answer: str) -> None:
    assert compare_tag(tag, verdict, GENRES) == answer


def test_a_genre_of_the_model_is_no_synonym_of_another() -> None:
    assert compare_tag("Bebop", "jazz", ("bebop", "jazz")) == "differs"
    assert compare_tag("Bebop", "bebop", ("bebop", "jazz")) == "agrees"
    # Where the model has two genres that the list calls the same, a third name for them is either.
    assert compare_tag("Big Band", "swing", ("bebop", "swing")) == "agrees"
