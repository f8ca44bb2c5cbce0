import shutil
from pathlib import Path

import pytest

from core.collections.base import Collection
from core.collections.registry import import_folder, list_collections
from tests.pages.apps import chart_rows, checked, metrics, query, run_page, texts


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of collections whose extraction was asked for, in place of processes."""
    asked: list[str] = []
    for module in ("collection_import", "feature_gate"):
        monkeypatch.setattr(
            f"dashboard.widgets.{module}.start_extraction", lambda identity, _: asked.append(identity) or "job"
        )
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
    assert "None: every file became a clip." in written


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
    assert "1 clip added, 1 removed, 0 files skipped" in texts(checked(app))
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
    second = import_folder(Path(shutil.copytree(tiny_folder, tiny_folder.parent / "a-second")))
    app = run_page("collections")
    app.selectbox(key="linked:collection").set_value(second.id).run()
    assert query(checked(app))["collection"] == second.id
    app.switch_page("../pages/train.py").run()
    app.switch_page("../pages/collections.py").run()
    assert query(checked(app))["collection"] == second.id
