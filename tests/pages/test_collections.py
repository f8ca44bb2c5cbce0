import shutil
from pathlib import Path

import pytest

from core.clips.collection import Collection
from core.clips.passages import Excerpting
from core.collections.registry import list_collections
from core.importing.published import published_collection
from core.importing.readings.spec import GenreFrom
from core.importing.register import import_folder, rescan_collection
from core.jobs.progress import Progress
from tests.pages.apps import chart_rows, checked, labels, metrics, query, run_page, texts


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of collections whose extraction was asked for, in place of processes."""
    asked: list[str] = []
    for module in ("collection.import_form", "shared.feature_gate"):
        monkeypatch.setattr(f"dashboard.{module}.start_extraction", lambda identity, _: asked.append(identity) or "job")
    return asked


def type_path(app: object, path: str, title: str = "") -> object:
    app.text_input(key="import-path").set_value(path)  # type: ignore[attr-defined]
    app.text_input(key="import-title").set_value(title)  # type: ignore[attr-defined]
    next(button for button in app.button if button.label == "Import").click().run()  # type: ignore[attr-defined]
    return app


def test_the_demo_is_listed_and_waits_for_its_button() -> None:
    app = run_page("collections")
    assert app.dataframe[0].value["Collection"].tolist() == ["Demo (synthetic)"]
    assert app.button(key="get-demo").label == "Get the demo collection"


def test_the_roots_are_shown(home: Path) -> None:
    assert f"`{home / 'data'}`" in texts(run_page("collections"))


def test_a_folder_is_imported_shown_and_analysed(tiny_folder: Path, started: list[str]) -> None:
    app = type_path(run_page("collections"), str(tiny_folder), "My three genres")
    collection = next(one for one in list_collections() if one.title == "My three genres")
    assert "Imported My three genres: 24 clips, 3 genres." in texts(checked(app))
    assert query(app)["collection"] == collection.id
    assert metrics(app)["Clips"] == "24"
    assert set(started) == {collection.id}


def test_what_was_there_unchanged_is_not_said_to_be_imported(tiny_folder: Path, started: list[str]) -> None:
    app = type_path(run_page("collections"), "tiny", "Mine")
    type_path(app, "tiny")
    assert "Mine is already there, unchanged: 24 clips, 3 genres." in texts(checked(app))
    (tiny_folder / "bass" / "bass.00000.flac").unlink()
    type_path(app, "tiny")
    assert "Imported Mine: 23 clips, 3 genres." in texts(checked(app))


def test_many_files_are_imported_in_the_background(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Path] = []
    monkeypatch.setattr("core.importing.jobs._MOST_AT_ONCE", 20)
    monkeypatch.setattr(
        "dashboard.collection.import_form.start_import", lambda path, **_: given.append(path) or "unpack-1"
    )
    checked(type_path(run_page("collections"), "tiny"))
    assert given == [tiny_folder]


def test_a_path_relative_to_a_root_will_do(tiny_folder: Path, started: list[str]) -> None:
    app = type_path(run_page("collections"), "tiny")
    assert "Imported tiny: 24 clips" in texts(checked(app))


@pytest.mark.parametrize("path", ["", "/etc", "../../..", "no-such-folder"])
def test_what_may_not_be_imported_is_refused_in_words(path: str, started: list[str]) -> None:
    app = type_path(run_page("collections"), path)
    assert len(checked(app).error) == 1
    assert "folder" in app.error[0].value
    assert started == []


def test_details_are_those_of_the_collection(extracted: Collection) -> None:
    app = run_page("collections", collection=extracted.id)
    assert metrics(app) == {"Clips": "24", "Genres": "3", "Total length": "1 min 00 s"}
    rows = chart_rows(app)
    assert dict(zip(rows["genre"], rows["clips"], strict=True)) == extracted.counts
    written = texts(app)
    assert extracted.fingerprint in written
    assert extracted.licence in written
    assert "Mel spectrogram: 24 of 24 clips" in written
    assert "None: every file was read as a clip." in written


def test_skipped_files_are_listed_with_their_reason(tiny_folder: Path, started: list[str]) -> None:
    (tiny_folder / "bass" / "broken.wav").write_bytes(b"RIFFnonsense")
    (tiny_folder / "hiss" / "empty.flac").touch()
    collection = import_folder(tiny_folder)
    app = run_page("collections", collection=collection.id)
    table = next(frame.value for frame in app.dataframe if "Reason" in frame.value)
    assert dict(zip(table["File"], table["Reason"], strict=True)) == {
        skipped.name: skipped.reason for skipped in collection.skipped
    }
    assert len(table) == 2
    assert [button.proto.label for button in app.get("download_button")] == ["Download as CSV"]


def test_rescan_takes_over_what_changed(own_extracted: Collection, tiny_folder: Path, started: list[str]) -> None:
    app = run_page("collections", collection=own_extracted.id)
    shutil.copy(tiny_folder / "bass" / "bass.00000.flac", tiny_folder / "bass" / "bass.00099.flac")
    (tiny_folder / "hiss" / "hiss.00007.flac").unlink()
    app.button(key="rescan").click().run()
    assert "1 clip added (bass.00099); 1 clip removed (hiss.00007)." in texts(checked(app))
    assert metrics(app)["Clips"] == "24"


def test_forgetting_keeps_the_sound_files(own_extracted: Collection, tiny_folder: Path) -> None:
    app = run_page("collections", collection=own_extracted.id)
    app.button(key="forget").click().run()
    checked(app)
    assert own_extracted.id not in {one.id for one in list_collections()}
    assert app.dataframe[0].value["Collection"].tolist() == ["Demo (synthetic)"]
    assert len(list(tiny_folder.rglob("*.flac"))) == 24


def test_a_link_to_a_forgotten_collection_is_named(extracted: Collection) -> None:
    app = run_page("collections", collection="gone-0000")
    assert "gone-0000" in app.warning[0].value
    assert metrics(app)["Clips"] == "24"


def test_the_choice_is_taken_along_to_another_page(own_extracted: Collection, tiny_folder: Path) -> None:
    second = import_folder(Path(shutil.copytree(tiny_folder, tiny_folder.parent / "z-second")))
    app = run_page("collections")
    assert query(app) == {}
    app.selectbox(key="linked:collection").set_value(second.id).run()
    assert query(checked(app))["collection"] == second.id
    app.switch_page("../pages/train.py").run()
    assert query(checked(app)) == {"collection": second.id}
    # Not where it has no meaning.
    app.switch_page("../pages/compare.py").run()
    assert query(checked(app)) == {}
    app.switch_page("../pages/collections.py").run()
    assert query(checked(app))["collection"] == second.id


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> dict[str, Progress]:
    """Progress of jobs by id, in place of processes."""
    jobs: dict[str, Progress] = {}
    for module in ("collection.sources", "shared.job_progress"):
        monkeypatch.setattr(f"dashboard.{module}.read_progress", jobs.get)
    monkeypatch.setattr(
        "dashboard.collection.sources.start_download",
        lambda identity: jobs.update({f"download-{identity}": Progress(state="running", phase="Downloading")}),
    )
    return jobs


def test_what_can_be_had_is_offered_with_size_and_terms(running: dict[str, Progress]) -> None:
    app = run_page("collections")
    written = texts(app)
    assert [button.label for button in app.button][:3] == [
        "Get the demo collection", "Get GTZAN mini", "Get GTZAN",
    ]  # fmt: skip
    assert "120 MB to download" in written
    assert "1.2 GB to download" in written
    assert written.count("No clear licence; commercial recordings collected for research") == 2


def test_a_download_shows_its_progress_and_can_be_stopped(
    running: dict[str, Progress], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("dashboard.shared.job_progress.request_stop", asked.append)
    app = run_page("collections")
    app.button(key="get-gtzan-mini").click().run()
    running["download-gtzan-mini"] = Progress(
        state="running", phase="Downloading GTZAN mini", done=30, total=120, detail="30 of 120 MB", remaining_s=45
    )
    checked(app.run())
    bar = app.get("progress")[0].proto
    assert bar.value == 25
    assert bar.text.startswith("Downloading GTZAN mini · 30 of 120 MB · about 45 s left")
    app.button(key="stop:download-gtzan-mini").click().run()
    assert asked == ["download-gtzan-mini"]


@pytest.mark.parametrize(
    ("state", "shown"), [("failed", "no connection"), ("interrupted", "no connection"), ("stopped", "is kept")]
)
def test_a_download_that_ended_early_says_why_and_can_go_on(
    running: dict[str, Progress], state: str, shown: str
) -> None:
    running["download-gtzan"] = Progress(state=state, phase="Downloading GTZAN", detail="no connection")  # type: ignore[arg-type]
    app = run_page("collections")
    assert shown in texts(app)
    assert app.button(key="get-gtzan").label == "Continue"
    app.button(key="get-gtzan").click().run()
    assert not running["download-gtzan"].ended
    checked(app)


def test_what_is_here_is_not_offered_again(tiny_folder: Path, running: dict[str, Progress], started: list[str]) -> None:
    import_folder(tiny_folder, provenance=published_collection("gtzan-mini").provenance)
    app = run_page("collections", collection="gtzan-mini")
    assert "get-gtzan-mini" not in {button.key for button in app.button}
    app.button(key="show-gtzan-mini").click().run()
    assert query(checked(app))["collection"] == "gtzan-mini"


def test_an_archive_is_imported_by_its_path(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Path] = []
    monkeypatch.setattr(
        "dashboard.collection.import_form.start_import", lambda path, **_: given.append(path) or "unpack-1"
    )
    (home / "data").mkdir()
    (home / "data" / "set.zip").write_bytes(b"PK")
    checked(type_path(run_page("collections"), "set.zip"))
    assert given == [home / "data" / "set.zip"]


def test_an_archive_is_uploaded_to_a_private_place(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[bytes, str, str, bool]] = []
    chosen: list[GenreFrom | None] = []

    def take(path: Path, *, title: str, uploaded: bool, excerpting: Excerpting, genre_from: GenreFrom | None) -> str:
        assert excerpting == Excerpting()
        given.append((path.read_bytes(), path.name, title, uploaded))
        chosen.append(genre_from)
        return "unpack-1"

    monkeypatch.setattr("dashboard.collection.import_form.start_import", take)
    app = run_page("collections")
    app.selectbox(key="import-upload-genre-from").set_value("tags of the files")
    app.file_uploader(key="import-upload").set_value(("my genres.zip", b"PK content", "application/zip"))
    next(button for button in app.button if button.label == "Upload and import").click().run()
    assert given == [(b"PK content", "my genres.zip", "my genres", True)]
    assert chosen == [GenreFrom(kind="tags")]
    checked(app)


def test_known_facts_are_counted_and_cited(shared: Path, monkeypatch: pytest.MonkeyPatch, started: list[str]) -> None:
    collection = import_folder(shared / "data" / "gtzan_mini")
    written = texts(run_page("collections", collection=collection.id))
    n_known = sum(bool(facts.artist) for facts in collection.facts.values())
    n_artists = len({facts.artist for facts in collection.facts.values()} - {""})
    assert f"Artist known for {n_known} of 80 clips: {n_artists} artists" in written
    for citation in ("Sturm", "Kereliuk", "arXiv:1306.1461"):
        assert citation in written


def test_parts_of_recordings_are_told_when_imported_and_after(tiny_folder: Path, started: list[str]) -> None:
    for genre in ("bass", "hiss", "treble"):
        for n, path in enumerate(sorted((tiny_folder / genre).glob("*.flac"))):
            path.rename(path.with_name(f"{genre}.{n // 2:05d}.{n % 2}.flac"))
    app = type_path(run_page("collections"), "tiny")
    written = texts(checked(app)).replace("\\", "")
    assert "24 clips are parts of 12 recordings, by their names (bass.00000.0, bass.00000.1 …)" in written
    assert "Parts or copies of 12 recordings: clips of the same recording are kept on one side of a split" in written
    assert "Found by the names of the clips." in written
    known = next(frame.value for frame in app.dataframe if "Recording" in frame.value)
    assert known.set_index("Clip").loc["bass.00003.1", "Recording"] == "bass.00003"


def test_facts_of_a_clips_csv_are_shown_here_and_beside_the_player(
    own_extracted: Collection, tiny_folder: Path
) -> None:
    (tiny_folder / "clips.csv").write_text("clip,artist,title,group\nbass.00000,A *B*,Low,g\nbass.00001,,,g\n")
    rescan_collection(own_extracted.id)
    written = texts(run_page("collections", collection=own_extracted.id))
    assert "Artist known for 1 of 24 clips: 1 artist" in written
    assert "1 group of clips with the same recording, 2 clips in all" in written
    assert "clips.csv" in written
    app = run_page("explore", collection=own_extracted.id, clip="bass.00000")
    assert r"A \*B\*" in texts(app)
    assert "bass.00000" in labels(app, "audio")
    table = run_page("explore", collection=own_extracted.id, view="table").dataframe[0].value
    assert list(table.columns[:4]) == ["clip", "genre", "artist", "title"]
    assert table.set_index("clip").loc["bass.00000", "artist"] == "A *B*"
