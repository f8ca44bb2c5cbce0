"""The question where the genre is: what is shown, what can be corrected, and what comes of it."""

from pathlib import Path

import pytest

from core.clips.passages import Excerpting
from core.collections.registry import list_collections, load_collection
from core.importing.readings.spec import GenreFrom, kept_genre_from
from core.importing.register import import_folder
from tests.pages.apps import chart_rows, checked, metrics, run_page, texts
from tests.pages.test_collections import started, type_path
from tests.tagged import write_tagged

__all__ = ["started"]
CHOICE = "reading-choice:1"


@pytest.fixture
def music(home: Path) -> Path:
    root = home / "data" / "music"
    for artist, genre in {"Anna": "Rock", "Ben *": "Pop", "Cy": "Rock; Jazz", "Di": ""}.items():
        for n in (1, 2):
            write_tagged(root / artist / f"{artist[0]}{n}.mp3", artist=artist, **({"genre": genre} if genre else {}))
    (root / "labels.csv").write_bytes(
        "Datei;Sparte;Mood\r\nA1;Ambient;calm\r\nB1;Noise;wild\r\nx;Noise;\r\n".encode("utf-16")
    )
    return root


def test_the_proposed_reading_is_chosen_and_others_can_be(music: Path, started: list[str]) -> None:
    app = checked(type_path(run_page("collections"), "music"))
    written = texts(app)
    assert "8 sound files in" in written
    assert "Proposed: Most files have a genre in their tags" in written
    assert app.radio(key=CHOICE).options[0] == "Tags in the files"
    assert metrics(app) == {"Files with a genre": "6", "Genres": "2", "Artists": "3"}
    rows = chart_rows(app)
    assert dict(zip(rows["genre"], rows["clips"], strict=True)) == {"Rock": 4, "Pop": 2}
    left_out = next(frame.value for frame in app.dataframe if "Why" in frame.value)
    assert left_out.to_numpy().tolist() == [["2 files", "no genre in its tags", "Di/D1.mp3"]]
    assert "2 files with several genres" in written
    assert "renamed, merged and left out afterwards" in written
    assert [one.id for one in list_collections() if one.ready] == []
    app.radio(key=CHOICE).set_value(len(app.radio(key=CHOICE).options) - 1).run()
    assert metrics(checked(app))["Genres"] == "4"
    app.button(key="reading-import").click().run()
    collection = load_collection(next(one.id for one in list_collections() if one.ready))
    assert kept_genre_from(collection.id) == GenreFrom(kind="folder", level=1)
    assert "Genres are read from the folders at level 1." in texts(checked(app))
    assert collection.genres == ("Anna", "Ben *", "Cy", "Di")
    assert set(started) == {collection.id}


def test_columns_of_a_table_are_corrected(music: Path, started: list[str]) -> None:
    app = checked(type_path(run_page("collections"), "music"))
    options = app.radio(key=CHOICE).options
    app.radio(key=CHOICE).set_value(options.index("Table labels.csv")).run()
    assert "Choose the column for the genre of labels.csv" in texts(checked(app))
    assert app.button(key="reading-import").disabled
    app.selectbox(key="reading-column:genre:labels.csv:1").set_value("Sparte").run()
    assert metrics(checked(app)) == {"Files with a genre": "2", "Genres": "2", "Artists": "2"}
    app.button(key="reading-import").click().run()
    collection = load_collection(next(one.id for one in list_collections() if one.ready))
    assert collection.counts == {"Ambient": 1, "Noise": 1}
    assert "labels.csv, line 4" in {entry.name for entry in collection.skipped}


def test_another_table_is_read_by_its_path(music: Path, started: list[str]) -> None:
    (music.parent / "more.tsv").write_text("id\tgenre\nA1\tFolk\nA2\tSoul\n")
    app = checked(type_path(run_page("collections"), "music"))
    for typed, said in (("/etc/passwd", "is not a file under"), ("more.tsv", "")):
        app.text_input(key="reading-table-path:1").set_value(typed)
        next(button for button in app.button if button.label == "Read it").click().run()
        assert said in texts(checked(app))
    assert metrics(app)["Genres"] == "2"
    assert app.radio(key="reading-choice:2").value == len(app.radio(key="reading-choice:2").options) - 1


def test_nothing_is_asked_where_there_is_one_answer(tiny_folder: Path, started: list[str]) -> None:
    app = checked(type_path(run_page("collections"), "tiny"))
    assert "Where is the genre?" not in texts(app)
    assert metrics(app)["Clips"] == "24"


def test_a_question_can_be_dropped(music: Path) -> None:
    app = checked(type_path(run_page("collections"), "music"))
    app.button(key="reading-cancel").click().run()
    assert not [button for button in app.button if button.key == "reading-import"]


def test_a_collection_is_read_from_elsewhere(music: Path, started: list[str]) -> None:
    collection = import_folder(music)
    app = run_page("collections", collection=collection.id)
    assert "**Genres read from** the tags of the files" in texts(app)
    app.button(key="read-genres-anew").click().run()
    choice = app.radio(key=CHOICE)
    choice.set_value(next(n for n, option in enumerate(choice.options) if "level 1" in option)).run()
    app.button(key="reading-import").click().run()
    assert load_collection(collection.id).genres == ("Anna", "Ben *", "Cy", "Di")
    assert "**Genres read from** the folders at level 1" in texts(checked(app))


def test_a_large_folder_is_looked_at_in_part_and_imported_in_the_background(
    music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Excerpting, GenreFrom | None]] = []
    monkeypatch.setattr("core.importing.readings.propose.MOST_LOOKED_AT", 4)
    monkeypatch.setattr("core.importing.jobs._MOST_AT_ONCE", 4)
    monkeypatch.setattr(
        "dashboard.collection.import_form.start_import",
        lambda path, *, title, excerpting, genre_from: asked.append((excerpting, genre_from)) or "unpack-1",
    )
    app = checked(type_path(run_page("collections"), "music"))
    assert "These figures are of 4 files, evenly chosen of 8; the import reads all." in texts(app)
    app.button(key="reading-import").click().run()
    assert asked == [(Excerpting(), GenreFrom(kind="tags"))]
