"""Where the genre stands, on the command line: previews, readings, tables, and options that do not fit together."""

import json
from pathlib import Path

import pytest

from core.cli.main import main
from core.collections.registry import list_collections
from tests.tagged import write_tagged


@pytest.fixture
def music(home: Path) -> Path:
    root = home / "data" / "music"
    for artist, genre in {"Anna": "Rock", "Ben": "Jazz; Pop", "Cy": ""}.items():
        for n in (1, 2):
            write_tagged(root / artist / f"{artist}{n}.mp3", artist=artist, **({"genre": genre} if genre else {}))
    return root


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["collections", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_preview_registers_nothing(music: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--import", music, "--preview", "--json")
    values = json.loads(out)
    assert (code, values["n_files"], values["proposed"]) == (0, 6, "tags")
    tags = values["readings"][0]
    assert (tags["genre_from"], tags["genres"], tags["n_artists"]) == ("tags", {"Jazz": 2, "Rock": 2}, 2)
    assert (tags["n_with_genre"], tags["n_with_several"]) == (4, 2)
    assert tags["left_out"] == {"no genre in its tags": 2}
    assert values["readings"][-1]["genre_from"] == "folder:1"
    code, out, _ = run(capsys, "--import", music, "--preview")
    assert "tags: 2 left out: no genre in its tags" in out
    assert [one.id for one in list_collections() if one.ready] == []


def test_genres_from_folders_tags_and_tables(music: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = json.loads(run(capsys, "--import", music, "--genre-from", "folder:1", "--json")[1])
    assert values["counts"] == {"Anna": 2, "Ben": 2, "Cy": 2}
    values = json.loads(run(capsys, "--import", music, "--genre-from", "tags", "--json")[1])
    assert (values["counts"], values["n_artists"]) == ({"Jazz": 2, "Rock": 2}, 2)
    (music / "t.csv").write_bytes("Lied;Art;Wer\r\nCy1;Folk;Zoé\r\nAnna1;Blues;\r\n".encode("utf-16"))
    table = ("--table", music / "t.csv", "--genre-column", "art", "--artist-column", "Wer")
    values = json.loads(run(capsys, "--import", music, "--genre-from", "table", *table, "--json")[1])
    assert (values["counts"], values["genre_from"]["table"]) == ({"Blues": 1, "Folk": 1}, "t.csv")
    assert values["genre_from"]["columns"]["file"] == "Lied"
    code, out, _ = run(capsys, "--import", music)
    assert code == 0
    assert "already there, unchanged" in out
    assert "genres read from table t.csv; 2 artists known" in out


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("file;genre\nx1.mp3;Rock\n", "No column of t.csv names sound files of this folder: file holds “x1.mp3”, the"),
        ("a,b\n1,2\n", "Choose the column for the files of t.csv: a, b. On the command line: --file-column C,"),
        ("file,genre\nAnna1.mp3,\nBen1.mp3, \n", "no genre in its row of t.csv (2 of 6 sound files, such as Anna/"),
        ("file,genre\n", "t.csv has a first line only. Expected a line below it for each file."),
        ('file,genre\n"Anna1.mp3,Rock\nBen1.mp3,Pop\n', "a quotation mark in line 2 is never closed"),
        ("", "t.csv is empty."),
    ],
)
def test_tables_that_give_nothing_are_refused(
    music: Path, capsys: pytest.CaptureFixture[str], table: str, said: str
) -> None:
    (music / "t.csv").write_text(table)
    code, _, err = run(capsys, "--import", music, "--genre-from", "table", "--table", music / "t.csv")
    assert (code, err.count("\n")) == (2, 1)
    assert said in err


def test_what_a_table_says_twice_is_told_before_what_is_not_used(
    music: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (music / "t.csv").write_text("file,genre,genre\nAnna1,Rock,Pop\nAnna1,Jazz,\nCy2.mp3,Jazz,\n")
    (music / "a.csv").write_text("nothing")
    skipped = json.loads(run(capsys, "--import", music, "--table", music / "t.csv", "--json")[1])["skipped"]
    said = [entry["reason"] for entry in skipped if entry["name"] == "t.csv"]
    assert sorted(said) == [
        "1 file with several rows, whose genres were put together (such as Anna/Anna1.mp3)",
        "several columns are called genre; the first was read, genre (3) not",
    ]
    assert skipped[-1]["name"] == "a.csv"


def test_a_folder_without_sound_and_files_without_genres_are_told(
    music: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (music.parent / "empty").mkdir()
    for options in (["--preview"], ["--genre-from", "tags"]):
        _, out, err = run(capsys, "--import", music.parent / "empty", *options)
        assert f"There is no sound file in {music.parent / 'empty'}" in out + err
    (music / "Anna" / "gone.mp3").write_bytes(b"")
    skipped = json.loads(run(capsys, "--import", music / "Anna", "--genre-from", "tags", "--json")[1])["skipped"]
    assert [(entry["name"], "is empty (0 bytes)" in entry["reason"]) for entry in skipped] == [("gone.mp3", True)]
    code, _, err = run(capsys, "--import", music / "Cy", "--genre-from", "tags")
    assert code == 2
    assert "by the tags of the files: no genre in its tags (2 of 2 sound files, such as Cy1.mp3)" in err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--genre-from", "tags"], "need --import PATH"),
        (["--import", "PATH", "--genre-from", "genre"], "Expected folder:1"),
        (["--import", "PATH", "--genre-from", "table"], "--table FILE"),
        (["--import", "PATH", "--genre-from", "tags", "--table", "t.csv"], "need --genre-from table"),
        (["--import", "PATH", "--genre-from", "tags", "--subset", "small"], "is of FMA"),
        (["--import", "PATH", "--table", "gone.csv"], "The table gone.csv cannot be read"),
        (["--import", "PATH", "--genre-from", "fma"], "Put tracks.csv"),
        (["--import", "PATH", "--genre-from", "audiofolder"], "There is no metadata.csv"),
        (["--import", "gone.zip", "--preview"], "--preview needs a folder"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    music: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    code, _, err = run(capsys, *(music if option == "PATH" else option for option in options))
    assert code == 2
    assert said in err
    assert err.count("\n") == 1
