"""What tags say, in every format; numbers of ID3, several values, damage."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.audio import probe_audio
from core.audio.length import sound_length_s, stated_mpeg_s
from core.importing.readings.genre_words import is_known_genre, without_numbers
from core.importing.readings.tags import NO_TAG, Tags, read_tags, written_genres, year_of
from tests.tagged import DURATION_S, ape_tag, id3v1, id3v2, write_tagged


@pytest.mark.parametrize("extension", [".mp3", ".flac", ".opus", ".m4a", ".wav", ".wv", ".webm", ".caf"])
def test_tags_of_every_format(tmp_path, extension):
    path = write_tagged(
        tmp_path / f"a{extension}", genre="Rock; Pop", artist="Björk", title="T", album="B", date="1999-03-01"
    )
    assert read_tags(path) == Tags(("Rock", "Pop"), "Björk", "T", "B", "1999")


def test_a_name_does_not_say_what_is_in_a_file(tmp_path):
    path = write_tagged(tmp_path / "a.flac", genre="Jazz")
    assert read_tags(path.rename(tmp_path / "a.wav")).genres == ("Jazz",)


@pytest.mark.parametrize(
    ("written", "genres"),
    [
        (b"\x00(17)", ("Rock",)),
        (b"\x0017", ("Rock",)),
        (b"\x00(144)", ("Thrash Metal",)),
        (b"\x00(189)", ("Dubstep",)),
        (b"\x03189\x0017", ("Dubstep", "Rock")),
        (b"\x03(17)\x00(189)", ("Rock", "Dubstep")),
        (b"\x00(200)", ()),
        (b"\x00Dubstep", ("Dubstep",)),
        (b"\x03Dubstep\x00House", ("Dubstep", "House")),
        (b"\x00Dub; House", ("Dub", "House")),
        (b"\x00(17)Rock", ("Rock",)),
        (b"\x03Rock\x00Pop\x00Rock", ("Rock", "Pop")),
        (b"\x01" + "Шансон; Lied".encode("utf-16"), ("Шансон", "Lied")),
        (b"\x00  Trip \t Hop ", ("Trip Hop",)),
        (b"\x00;;", ()),
    ],
)
def test_id3v2_genres(tmp_path, written, genres):
    sound = write_tagged(tmp_path / "plain.mp3").read_bytes()
    path = tmp_path / "tagged.mp3"
    path.write_bytes(id3v2({"TCON": written}, sound))
    assert read_tags(path).genres == genres


def test_id3v1_and_files_without_tags(tmp_path):
    path = write_tagged(tmp_path / "plain.wav")
    assert read_tags(path).genres == ()
    assert read_tags(path).told.reason == NO_TAG
    sound = write_tagged(tmp_path / "a.mp3").read_bytes()
    old = tmp_path / "old.mp3"
    old.write_bytes(id3v1(sound[sound.index(b"\xff\xfb") :], artist="Somebody", genre=8))
    assert read_tags(old) == Tags(("Jazz",), "Somebody", "A title", "An album", "2001")


@pytest.mark.parametrize(("number", "genres"), [(138, "Black Metal"), (139, "Crossover"), (191, "Psybient"), (192, "")])
def test_numbers_of_id3v1(tmp_path, number, genres):
    sound = write_tagged(tmp_path / "a.mp3").read_bytes()
    old = tmp_path / "old.mp3"
    for bare in (sound, sound[sound.index(b"\xff\xfb") :]):
        old.write_bytes(id3v1(bare, artist="Somebody", genre=number))
        assert read_tags(old).genres == ((genres,) if genres else ())


APE = {"Genre": "Jazz\0Blues", "ARTIST": "Zoë", "Title": "T", "Album": "A", "Year": "1959"}


def test_ape_tags_at_the_end_of_an_mp3(tmp_path):
    plain = write_tagged(tmp_path / "plain.mp3").read_bytes()
    assert read_tags(plain + ape_tag(APE), "a.mp3") == Tags(("Jazz", "Blues"), "Zoë", "T", "A", "1959")
    before_another = id3v1(plain + ape_tag(APE), artist="X", genre=255)
    assert read_tags(before_another, "a.mp3") == Tags(("Jazz", "Blues"), "X", "A title", "An album", "2001")
    behind_another = id3v2({"TCON": b"\x00Rock"}, plain + ape_tag(APE))
    assert read_tags(behind_another, "a.mp3") == Tags(("Rock",), "Zoë", "T", "A", "1959")


@pytest.mark.parametrize("damage", [{"n_items": 2**31}, {"size": 2**31}, {"size": 31}, {"size": 2**20}])
def test_ape_tags_that_claim_what_is_not_there(tmp_path, damage):
    content = write_tagged(tmp_path / "plain.mp3").read_bytes() + ape_tag(APE, **damage)
    assert read_tags(content, "a.mp3").genres in ((), ("Jazz", "Blues"))
    cut = content[: len(content) - 40] + content[-32:]
    assert not read_tags(cut, "a.mp3").problem


def test_what_is_no_sound_has_no_tags_and_raises_nothing(tmp_path):
    for name, content in {
        "a.mp3": b"",
        "b.flac": b"fLaC\x84\xff\xff\xff",
        "c.m4a": b"\0\0\0\x08ftyp" * 9,
        "d.wv": b"x",
    }.items():
        (tmp_path / name).write_bytes(content)
        assert read_tags(tmp_path / name).genres == ()
    assert "No such file" in read_tags(tmp_path / "gone.mp3").told.reason


def test_numbers_become_names():
    assert without_numbers("(4)Eurodisco") == ["Eurodisco"]
    assert without_numbers("(51)(39)") == ["Techno-Industrial", "Noise"]
    assert without_numbers("(RX)") == ["Remix"]
    assert without_numbers("255") == []
    assert without_numbers("1980") == ["1980"]
    assert without_numbers("(Live)") == ["(Live)"]
    assert written_genres(["A|B", "a // C", "(17)"]) == ("A", "B", "a", "C", "Rock")
    assert [year_of(text) for text in ("1999-03", "03/1971", "12345", "", "0")] == ["1999", "1971", "", "", ""]
    known = ("hip hop", "hip_hop", "R'n'B", "drum_and_bass", "Old-Time_Historic", "Soul-RnB")
    assert [is_known_genre(text) for text in (*known, "Miles Davis")] == [True, True, True, True, True, True, False]


def test_the_length_of_an_mp3_is_believed_where_all_speaks_for_it(tmp_path):
    path = write_tagged(tmp_path / "a.mp3", genre="Rock")
    content = path.read_bytes()
    with path.open("rb") as stream:
        assert stated_mpeg_s(stream) == pytest.approx(DURATION_S, abs=0.03)
    assert sound_length_s(path) == probe_audio(path).duration_s
    for changed in (content[:-300], content + content, content[:-900] + bytes(900), content[:400]):
        path.write_bytes(changed)
        with path.open("rb") as stream:
            assert stated_mpeg_s(stream) is None
    path.write_bytes(id3v1(content, artist="x", genre=1))
    with path.open("rb") as stream:
        assert stated_mpeg_s(stream) == sound_length_s(path) == probe_audio(path).duration_s


@pytest.mark.parametrize("extension", ["flac", "mp3", "ogg", "wav"])
def test_no_bytes_of_a_stranger_stop_an_import(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a.{extension}"
    with soundfile.SoundFile(path, "w", samplerate=22_050, channels=1) as file:
        file.genre, file.title = "Jazz", "A title"
        file.write(np.zeros(2_000))
    content, rng = path.read_bytes(), np.random.default_rng(0)
    assert read_tags(content, path.name).genres == read_tags(path).genres == ("Jazz",)
    for _ in range(60):
        damaged = np.frombuffer(content, np.uint8).copy()
        places = rng.integers(0, min(300, len(damaged)), 6)
        damaged[places] = rng.integers(0, 256, 6)
        whole = damaged.tobytes()[: rng.integers(1, len(damaged) + 1)]
        assert all(isinstance(genre, str) for genre in read_tags(whole, path.name).genres)
