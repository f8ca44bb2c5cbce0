"""Collections, *Genres*: the table of labels, its edits, saving, and what other pages then show."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.clips.clip import ClipFacts
from core.clips.collection import Collection
from core.collections.genre_changes import save_mapping
from core.collections.genre_mapping import GenreMapping, load_mapping
from core.collections.registry import load_collection, save_collection
from core.importing.register import import_folder, rescan_collection
from core.runs.results import load_predictions
from dashboard.collection.genre_draft import editor_key, min_clips_key, several_key
from tests.pages.apps import chart_rows, checked, labels, metrics, rendered, run_page, texts
from tests.pages.conftest import RunsHome


@pytest.fixture
def tagged(own_extracted: Collection) -> Collection:
    """The tiny collection as if its labels were from tags, in several spellings and with artists and albums."""
    spellings = [("Hip-Hop",), ("hip hop",), ("(7)",), ("Rock; Pop",)]
    written = {name: spellings[n % 4] for n, name in enumerate(own_extracted.by_name)}
    columns = (("album", "Low *End*"), ("year", "1991"))
    facts = {name: ClipFacts(artist=f"Artist {n % 5}", columns=columns) for n, name in enumerate(written)}
    clips = tuple(replace(clip, genre=written[clip.name][0]) for clip in own_extracted.clips)
    ordered = tuple(sorted(clips, key=lambda clip: (clip.genre, clip.name)))
    save_collection(replace(own_extracted, clips=ordered, labels=written, facts=facts))
    return load_collection(own_extracted.id)


def genres_tab(collection: Collection) -> AppTest:
    return run_page("collections", collection=collection.id, tab="Genres")


def edit(app: AppTest, collection: Collection, rows: dict[int, str | None]) -> AppTest:
    draft = app.session_state[f"genres:draft:{collection.id}"]
    edited = {row: {"Becomes": genre} for row, genre in rows.items()}
    app.session_state[editor_key(collection.id, draft)] = {"edited_rows": edited, "added_rows": [], "deleted_rows": []}
    return checked(app.run())


def press(app: AppTest, key: str) -> AppTest:
    return checked(app.button(key=f"genres:{key}").click().run())


def test_labels_are_merged_renamed_and_left_out(tagged: Collection) -> None:
    app = genres_tab(tagged)
    assert tagged.genres == ("(7)", "Hip-Hop", "Rock; Pop", "hip hop")
    assert "**3 labels** in 24 clips · genres as they are written" in texts(app)
    table = app.data_editor[0].value
    assert table["Label"].tolist() == ["Hip-Hop", "Pop", "Rock"]
    assert table["Also written"].tolist() == ["6 × (7), 6 × hip hop", "", ""]
    assert table["Clips"].tolist() == [18, 6, 6]
    assert table["Artists"].tolist() == [5, 5, 5]
    assert table["Proposed"].tolist() == ["hiphop", "pop", "rock"]
    # Bringing the spellings together is already something to save.
    assert metrics(app) == {"Genres": "2", "Clips": "24", "Left out": "0"}
    assert not app.button(key="genres:save").disabled
    app = press(app, "propose")
    assert app.data_editor[0].value["Becomes"].tolist() == ["hiphop", "pop", "rock"]
    assert app.button(key="genres:propose").disabled
    assert chart_rows(app)["genre"].tolist() == ["hiphop", "rock"]
    app = edit(app, tagged, {0: " Beats ", 2: None})
    assert metrics(app)["Genres"] == "2"
    assert chart_rows(app)["genre"].tolist() == ["Beats", "pop"]
    assert load_mapping(tagged.id) is None
    app = press(app, "save")
    assert "Saved: 24 clips of 2 genres, 0 clips left out." in texts(app)
    assert load_collection(tagged.id).counts == {"Beats": 18, "pop": 6}
    assert app.data_editor[0].value["Becomes"].tolist() == ["Beats", "pop", "leave out"]
    assert app.button(key="genres:save").disabled
    app = press(app, "undo")
    assert load_collection(tagged.id) == tagged
    app = press(app, "undo")
    assert load_collection(tagged.id).counts == {"Beats": 18, "pop": 6}
    press(app, "reset")
    assert load_collection(tagged.id) == tagged


def test_rules_decide_on_several_genres_and_small_ones(tagged: Collection) -> None:
    app = genres_tab(tagged)
    app.segmented_control(key=several_key(tagged.id)).set_value("leave out").run()
    assert metrics(checked(app)) == {"Genres": "1", "Clips": "18", "Left out": "6"}
    assert "One genre alone leaves nothing to tell apart." in texts(app)
    app.segmented_control(key=several_key(tagged.id)).set_value("first").run()
    app.number_input(key=min_clips_key(tagged.id)).set_value(7).run()
    assert metrics(checked(app)) == {"Genres": "1", "Clips": "18", "Left out": "6"}
    left_out = next(frame.value for frame in app.dataframe if "Why" in frame.value)
    assert left_out["Why"].tolist() == ["Rock has 6 clips, and a genre needs 7"] * 6
    app.number_input(key=min_clips_key(tagged.id)).set_value(19).run()
    assert "That would leave no clip." in texts(checked(app))
    assert app.button(key="genres:save").disabled
    app = press(app, "discard")
    assert metrics(app) == {"Genres": "2", "Clips": "24", "Left out": "0"}


def test_edits_outlive_another_page_and_a_change_by_somebody_else_is_shown(tagged: Collection) -> None:
    app = edit(genres_tab(tagged), tagged, {0: "Beats"})
    app.switch_page("../pages/gallery.py").run()
    app.query_params["tab"] = "Genres"
    app.switch_page("../pages/collections.py").run()
    assert checked(app).data_editor[0].value["Becomes"].tolist() == ["Beats", "Pop", "Rock"]
    save_mapping(tagged.id, GenreMapping(becomes=(("Rock", "rock"),)), replacing=None)
    assert checked(app.run()).data_editor[0].value["Becomes"].tolist() == ["Hip-Hop", "Pop", "rock"]


def test_genres_that_differ_in_spelling_and_small_genres_are_noticed(tagged: Collection) -> None:
    app = edit(genres_tab(tagged), tagged, {0: "Rock", 2: "rock"})
    assert "Rock and rock are 2 genres. Give them one name" in texts(app)
    app = edit(app, tagged, {0: "x" * 61})
    assert "expected a genre of at most 60 characters, got 61" in texts(app)


def test_a_mapping_from_a_file_fills_in_the_table(tagged: Collection) -> None:
    app = genres_tab(tagged)
    key = f"genres:upload:{tagged.id}"
    content = b"label;becomes\nHIP HOP;*beats*\nPop;leave out\nPolka;folk\n"
    app.file_uploader(key=f"{key}:0").set_value(("my *map*.csv", content, "text/csv")).run()
    assert checked(app).data_editor[0].value["Becomes"].tolist() == ["*beats*", "leave out", "Rock"]
    said = rendered(app.success[0].value)
    assert said.startswith("Filled in 2 labels from my *map*.csv; not saved yet. Not used")
    assert said.endswith("line 4: “Polka”.")
    assert load_mapping(tagged.id) is None
    app.file_uploader(key=f"{key}:1").set_value(("bad.csv", b"label;becomes\nRock\n", "text/csv")).run()
    assert "line 2: 1 fields where the first line has 2" in checked(app).error[0].value
    assert app.data_editor[0].value["Becomes"].tolist() == ["*beats*", "leave out", "Rock"]
    press(app, "save")
    assert load_collection(tagged.id).genres == ("*beats*", "Rock")
    # A mapping by label shows on the tab of details as it is written.
    told = texts(run_page("collections", collection=tagged.id))
    assert "3 labels became 2 genres." in told


def test_six_hundred_folders_are_a_table(tiny_folder: Path) -> None:
    collection = load_collection(import_many(tiny_folder, 600).id)
    app = genres_tab(collection)
    assert len(app.data_editor[0].value) == 600
    assert metrics(app)["Genres"] == "600"
    assert "600 genres" not in "".join(element.value for element in app.error)
    assert "Also written" not in app.data_editor[0].value


def import_many(folder: Path, n: int) -> Collection:
    """A collection of so many genres, a clip each, of which there are no files."""
    tiny = import_folder(folder)
    clips = tuple(replace(tiny.clips[0], name=f"clip {n:03}", genre=f"genre {n:03}") for n in range(n))
    save_collection(replace(tiny, clips=clips))
    return tiny


def test_details_lead_to_the_genres_and_say_what_is_left_out(tagged: Collection) -> None:
    app = run_page("collections", collection=tagged.id)
    assert "1 genre is written in several ways ((7), Hip-Hop, hip hop). They can become one." in texts(app).replace(
        "\\", ""
    )
    app.button(key="open-genres").click().run()
    assert checked(app).data_editor
    save_mapping(tagged.id, GenreMapping(becomes=(("Rock", ""), ("Pop", ""))), replacing=None)
    app = run_page("collections", collection=tagged.id)
    assert "3 labels became 1 genre; 6 clips left out." in texts(app)


def test_a_card_shows_the_label_album_and_year(tagged: Collection) -> None:
    save_mapping(tagged.id, GenreMapping(becomes=(("Rock", "rock"), ("Hip-Hop", "hiphop"))), replacing=None)
    app = run_page("explore", collection=tagged.id, clip="bass.00003")
    assert "Low \\*End\\*, 1991 · labelled Rock; Pop" in texts(app)


@pytest.mark.parametrize("page", ["overview", "collections", "explore", "gallery", "train", "compare"])
def test_pages_outlive_a_mapping_that_leaves_nothing(own_extracted: Collection, page: str) -> None:
    """A rescan may take the only genre that was kept."""
    save_mapping(own_extracted.id, GenreMapping(becomes=(("bass", ""), ("hiss", ""))), replacing=None)
    shutil.rmtree(own_extracted.root / "treble")
    assert rescan_collection(own_extracted.id).clips == ()
    run_page(page, collection=own_extracted.id)
    if page == "collections":
        app = genres_tab(own_extracted)
        assert "That would leave no clip" in texts(app)
        app = edit(app, own_extracted, {0: "bass"})
        press(app, "save")
        assert load_collection(own_extracted.id).counts == {"bass": 8}


@pytest.fixture
def own_runs(runs_home: RunsHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], RunsHome]:
    """A copy of the home with runs."""

    def copy() -> RunsHome:
        folder = tmp_path / "own"
        shutil.copytree(runs_home.folder, folder)
        monkeypatch.setenv("GENRE_LAB_HOME", str(folder))
        return replace(runs_home, folder=folder)

    return copy


def test_runs_from_before_a_mapping_still_open(own_runs: Callable[[], RunsHome]) -> None:
    home = own_runs()
    mapping = GenreMapping(becomes=(("bass", "low"), ("hiss", ""), ("treble", "high")))
    save_mapping(home.collection.id, mapping, replacing=None)
    tested = load_predictions(home.cnn).table
    row = tested[tested["actual"] == "bass"].iloc[0]
    app = run_page("confusion", run=home.cnn, actual=row["actual"], predicted=row["predicted"], hear=row["clip"])
    assert "has changed since this run was trained: a clip may be missing, different, or of another genre" in texts(app)
    assert row["clip"] in labels(app, "audio")
    lost = tested[tested["actual"] == "hiss"].iloc[0]
    app = run_page("confusion", run=home.cnn, actual=lost["actual"], predicted=lost["predicted"])
    assert "The collection leaves this clip out now: see Collections, Genres." in texts(app)
    for page, query in (
        ("train", {"run": home.cnn}),
        ("train", {"reuse": home.cnn}),
        ("train", {"view": "Study", "collection": home.collection.id}),
        ("compare", {"runs": f"{home.cnn},{home.ffnn}"}),
        ("classify", {"runs": home.cnn}),
        ("overview", {}),
    ):
        run_page(page, **query)
    told = texts(run_page("train", reuse=home.cnn))
    assert "has no clips of bass, hiss, treble any more" in told
