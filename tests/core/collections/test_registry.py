"""Import, list, load, rescan, forget; and where the browser may look."""

import os
import shutil

import pytest
import soundfile

from core.clips.folders import collection_folder
from core.collections.registry import DEMO_ID, forget_collection, list_collections, load_collection
from core.errors import CollectionError, NewerVersionError
from core.files import write_json
from core.importing.paths import resolve_import_path
from core.importing.register import import_folder, rescan_collection
from tests.conftest import tone


def test_the_demo_is_listed_before_it_is_made():
    (demo,) = list_collections()
    assert (demo.id, demo.ready, demo.synthetic) == (DEMO_ID, False, True)
    assert len(demo.genres) == 10
    with pytest.raises(CollectionError, match="not been made"):
        load_collection(DEMO_ID)


def test_import_is_kept_and_read_back(tiny_folder):
    imported = import_folder(tiny_folder)
    loaded = load_collection(imported.id)
    assert loaded == imported
    assert loaded.counts == {"bass": 8, "hiss": 8, "treble": 8}
    assert loaded.clip("bass.00003").path == tiny_folder / "bass" / "bass.00003.flac"
    listed = list_collections()[1]
    assert (listed.id, listed.n_clips, listed.ready) == (imported.id, 24, True)


def test_the_same_folder_is_the_same_collection(tiny_folder):
    assert import_folder(tiny_folder).id == import_folder(tiny_folder / "..  ".strip() / "tiny").id
    assert len(list_collections()) == 2


def test_gtzan_is_recognised_with_its_licence(shared):
    collection = import_folder(shared / "data" / "gtzan_mini")
    assert len(collection.clips) == 80
    assert collection.title == "gtzan_mini"
    assert "GTZAN" in collection.source
    assert "No clear licence" in collection.licence
    assert not collection.synthetic


def test_rescan_sees_what_was_added_and_removed(tiny_folder):
    before = import_folder(tiny_folder)
    (tiny_folder / "bass" / "bass.00000.flac").unlink()
    soundfile.write(tiny_folder / "bass" / "new.flac", tone(100), 22_050)
    assert load_collection(before.id) == before
    after = rescan_collection(before.id)
    assert {clip.name for clip in after.clips} - {clip.name for clip in before.clips} == {"new"}
    assert {clip.name for clip in before.clips} - {clip.name for clip in after.clips} == {"bass.00000"}
    assert after.fingerprint != before.fingerprint


def test_fingerprint_does_not_depend_on_the_place(home, tiny_template):
    first = import_folder(shutil.copytree(tiny_template, home / "data" / "one"))
    second = import_folder(shutil.copytree(tiny_template, home / "data" / "two"))
    assert first.id != second.id
    assert first.fingerprint == second.fingerprint


def test_forgetting_keeps_the_users_files(tiny_collection, tiny_folder):
    forget_collection(tiny_collection.id)
    assert len(list(tiny_folder.rglob("*.flac"))) == 24
    with pytest.raises(CollectionError, match="no collection"):
        load_collection(tiny_collection.id)


def test_whatever_lies_in_the_folder_of_a_forgotten_collection_is_gone(tiny_collection, home):
    folder = collection_folder(tiny_collection.id)
    assert folder == home / "data" / "collections" / tiny_collection.id
    (folder / "answers").mkdir()
    (folder / "answers" / "of-another-day.bin").write_bytes(b"x")
    (folder / "unheard-of.json").write_text("{}")
    other = home / "data" / "collections" / "other"
    write_json(other / "manifest.json", {})
    forget_collection(tiny_collection.id)
    assert [path.name for path in folder.parent.iterdir()] == ["other"]
    forget_collection(tiny_collection.id)  # nothing happens


def test_what_a_removal_that_was_cut_short_left_is_not_listed_and_goes_with_the_next(tiny_collection, monkeypatch):
    folder = collection_folder(tiny_collection.id)
    with monkeypatch.context() as patch:
        patch.setattr("core.files.shutil.rmtree", lambda *_, **__: None)  # as if killed there
        forget_collection(tiny_collection.id)
    assert len(list(folder.parent.iterdir())) == 1
    assert [summary.id for summary in list_collections()] == ["demo"]
    write_json(folder.parent / "other" / "manifest.json", {})
    forget_collection("other")
    assert list(folder.parent.iterdir()) == []


def test_a_damaged_manifest_is_named_and_does_not_hide_the_others(tiny_collection, home):
    write_json(home / "data" / "collections" / "broken" / "manifest.json", {"version": "x"})
    titles = [summary.title for summary in list_collections()]
    assert "tiny" in titles
    assert "broken (damaged)" in titles
    with pytest.raises(CollectionError, match=r"broken/manifest\.json is damaged \(expected version 1, got 'x'\)"):
        load_collection("broken")


def test_a_newer_manifest_is_refused_in_words_and_kept(tiny_collection, home):
    path = home / "data" / "collections" / "newer" / "manifest.json"
    write_json(path, {"version": 99})
    with pytest.raises(NewerVersionError, match=r"newer Genre Lab: expected version 1, got version 99\. Update"):
        load_collection("newer")
    by_id = {summary.id: summary for summary in list_collections()}
    assert (by_id["newer"].title, by_id["newer"].ready) == ("newer (of a newer version)", False)
    assert "got version 99" in by_id["newer"].problem
    assert by_id[tiny_collection.id].ready


def test_only_configured_roots_can_be_typed(tiny_folder, home, tmp_path, monkeypatch):
    outside = tmp_path / "outside"
    outside.mkdir()
    assert resolve_import_path(str(tiny_folder)) == tiny_folder
    assert resolve_import_path("tiny") == tiny_folder
    (home / "data" / "way-out").symlink_to(outside)
    (home / "data" / "loop").symlink_to("loop")
    for text in (
        str(outside),
        "/etc",
        "../../outside",
        str(home / "data" / ".." / ".."),
        "way-out",
        "",
        "a\0b",
        "nothing",
        "loop",
        "~no-such-user/x",
        "x" * 5_000,
        "x/" * 3_000,
    ):
        with pytest.raises(CollectionError) as caught:
            resolve_import_path(text)
        assert len(str(caught.value)) < 1_000
    monkeypatch.setenv("GENRE_LAB_DATA", f"/nowhere{os.pathsep}{outside}")
    assert resolve_import_path(str(outside)) == outside


@pytest.mark.parametrize("name", ["../demo", "a/b", "", "Demo", "x" * 3 + "\n"])
def test_ids_cannot_leave_the_folder(name):
    with pytest.raises(CollectionError, match="no collection"):
        load_collection(name)


def test_unknown_genres_and_clips_are_named(tiny_collection):
    with pytest.raises(CollectionError, match="no genre polka"):
        tiny_collection.subset(["bass", "polka"])
    with pytest.raises(CollectionError, match="no clip named 'x'"):
        tiny_collection.clip("x")
    assert tiny_collection.subset(["bass"]).counts == {"bass": 8}
