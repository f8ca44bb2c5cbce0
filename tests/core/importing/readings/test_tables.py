"""Tables as people write them, and which file a cell means."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import CollectionError
from core.importing.readings.by_table import by_audiofolder, by_table
from core.importing.readings.library import Library, clip_names, read_library
from core.importing.readings.matching import FileMatcher
from core.importing.readings.spec import Columns, GenreFrom
from core.importing.readings.tables import parse_table, read_table


def library_of(*sounds: str, root: Path = Path("/nowhere")) -> Library:
    return Library(root, tuple(sorted(sounds)), (), (), {})


def put(root: Path, *sounds: str) -> Library:
    for sound in sounds:
        (root / sound).parent.mkdir(parents=True, exist_ok=True)
        (root / sound).touch()
    return read_library(root)


WORDS = st.text(st.characters(codec="cp1252", exclude_categories=["C"]), min_size=1, max_size=8).filter(
    lambda text: text.strip() == text and text.strip('"')
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_excel_writes_is_read(rows, separator, encoding, newline):
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    lines = [separator.join(["file", "Größe", "genre"]), *(separator.join(map(quoted, row)) for row in rows)]
    table = parse_table(newline.join(lines).encode(encoding), Path("t.csv"))
    assert table.columns == ("file", "Größe", "genre")
    assert table.rows == tuple(map(tuple, rows))
    assert table.separator == separator
    assert table.lines == tuple(range(2, len(rows) + 2))


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_an_error(content):
    with suppress(CollectionError):
        table = parse_table(content, Path("t.csv"))
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_excels_own_line_and_columns_without_names():
    table = parse_table(b'sep=;\r\nfile;;genre;genre\r\n"a\nb";1;x;y\r\n\r\nc;2;z\r\n', Path("t.csv"))
    assert table.columns == ("file", "column 2", "genre", "genre (4)")
    assert table.rows == (("a\nb", "1", "x", "y"), ("c", "2", "z", ""))
    assert (table.lines, table.uneven) == ((3, 6), (6,))


def test_tables_that_are_none_are_refused(tmp_path):
    with pytest.raises(CollectionError, match=r"Save the table as CSV"):
        read_table(tmp_path / "a.xlsx")
    with pytest.raises(CollectionError, match="cannot be read"):
        read_table(tmp_path / "gone.csv")
    for content, said in ((b"", "is empty"), (b"\x00\x01\x02\x03a\x00\x00\x00", "expected|Expected")):
        (tmp_path / "a.csv").write_bytes(content)
        with pytest.raises(CollectionError, match=said):
            read_table(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("cell", "file"),
    [
        ("rock/a.mp3", "rock/a.mp3"),
        ("./rock\\A.MP3", "rock/a.mp3"),
        ("/data/set/rock/a.mp3", "rock/a.mp3"),
        ("rock/a.wav", "rock/a.mp3"),
        ("jazz/a", "jazz/a.mp3"),
        ("a.mp3", ""),
        ("b", "jazz/b.flac"),
        ("2", "000002.mp3"),
        ("2.0", "000002.mp3"),
        ("blues.00000", "blues.00000.wav"),
        ("gone", ""),
        ("", ""),
    ],
)
def test_a_cell_may_be_path_name_stem_or_number(cell, file):
    matcher = FileMatcher(library_of("rock/a.mp3", "jazz/a.mp3", "jazz/b.flac", "000002.mp3", "blues.00000.wav"))
    match = matcher.find(cell)
    assert match.file == file
    assert match.candidates == (("jazz/a.mp3", "rock/a.mp3") if cell == "a.mp3" else ())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.from_regex(r"[ab]{1,2}/[ab]{1,2}\.(mp3|wav)", fullmatch=True), unique=True, max_size=12))
def test_names_of_clips_are_unique_and_paths_find_their_files(sounds):
    assert len(set(clip_names(sounds).values())) == len(sounds)
    matcher = FileMatcher(library_of(*sounds))
    assert [matcher.find(sound).file for sound in sounds] == sounds


def test_everything_of_a_table_that_is_not_used_is_said(tmp_path):
    library = put(tmp_path, "a/01.mp3", "b/01.mp3", "a/02.mp3", "03.mp3", "04.mp3")
    (tmp_path / "labels.csv").write_text(
        "Datei;Stil;Interpret;Split;Jahr\n02;Rock|Pop;Ä;train;1999-01-01\n02;Jazz;;;\n01;Rock;B;test;\n03;;C;holdout;\n99;Rock;;;\n",
        encoding="cp1252",
    )
    reading = by_table(library, GenreFrom(kind="table", table="labels.csv"))
    assert reading.genre_from.columns == Columns(file="Datei", genre="Stil", artist="Interpret", year="Jahr", split="")
    reading = by_table(library, GenreFrom(kind="table", table="labels.csv", columns=Columns(split="Split")))
    assert reading.told["a/02.mp3"].labels == ("Rock", "Pop", "Jazz")
    facts = reading.told["a/02.mp3"].facts
    assert (facts.artist, facts.partition, facts.column("year")) == ("Ä", "train", "1999")
    assert {path: said.reason for path, said in reading.told.items() if said.reason} == {
        "03.mp3": "no genre in its row of labels.csv",
        "04.mp3": "no row of labels.csv names it",
        "a/01.mp3": "labels.csv does not say whether it is this file or another of the same name; give paths in it",
        "b/01.mp3": "labels.csv does not say whether it is this file or another of the same name; give paths in it",
    }
    assert [(note.name, note.reason) for note in reading.notes] == [
        ("labels.csv, line 6", "99 in its column Datei names no sound file in this folder"),
        ("labels.csv, line 4", "01 may be 2 files (a/01.mp3, b/01.mp3); give their paths from the folder"),
        ("labels.csv", "1 file with several rows, whose genres were put together (such as a/02.mp3)"),
        ("labels.csv, line 5", "holdout is no part of a split: expected train, validation or test"),
    ]
    assert (reading.genres, reading.n_several, reading.n_labelled) == ({"Rock": 1}, 1, 1)


def test_columns_are_asked_for_and_asked_about(tmp_path):
    library = put(tmp_path, "a.mp3", "b.mp3")
    (tmp_path / "t.tsv").write_text("one\ttwo\na.mp3\tRock\nb.mp3\tJazz\n")
    unclear = by_table(library, GenreFrom(kind="table", table="t.tsv"))
    assert (unclear.n_labelled, unclear.problem) == (0, "Choose the column for the genre of t.tsv: one, two")
    chosen = by_table(library, GenreFrom(kind="table", table="t.tsv", columns=Columns(genre="2")))
    assert (chosen.genres, chosen.genre_from.columns.file) == ({"Jazz": 1, "Rock": 1}, "one")
    with pytest.raises(CollectionError, match=r"t.tsv has no column 'three'. It has: one, two."):
        by_table(library, GenreFrom(kind="table", table="t.tsv", columns=Columns(genre="three")))
    (tmp_path / "bare.csv").write_text("a.mp3,Rock\nb.mp3,Jazz\n")
    bare = by_table(library, GenreFrom(kind="table", table="bare.csv", columns=Columns(genre="column 2")))
    assert bare.genres == {"Jazz": 1, "Rock": 1}
    assert by_table(library, bare.genre_from).told == bare.told


def test_an_audiofolder_brings_its_parts(tmp_path):
    library = put(tmp_path, "train/a.wav", "train/b.wav", "test/c.wav", "train/metadata.csv", "test/metadata.csv")
    (tmp_path / "train" / "metadata.csv").write_text("file_name,label,artist\na.wav,rock,X\nb.wav,jazz,Y\n")
    (tmp_path / "test" / "metadata.csv").write_text("file_name,label,artist\nc.wav,rock,Z\n")
    reading = by_audiofolder(library, GenreFrom(kind="audiofolder"))
    assert {path: (said.labels, said.facts.partition) for path, said in reading.told.items()} == {
        "train/a.wav": (("rock",), "train"),
        "train/b.wav": (("jazz",), "train"),
        "test/c.wav": (("rock",), "test"),
    }
    assert len(reading.artists) == 3
