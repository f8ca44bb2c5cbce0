import pytest

from core.clips.collection import Collection
from core.collections.annotations import (
    annotations_path,
    exclude_clips,
    load_exclusions,
    restore_clips,
)
from core.collections.registry import forget_collection, list_collections, load_collection
from core.errors import CollectionError, NewerVersionError
from core.importing.register import rescan_collection


def exclude(collection: Collection, *names: str, reason: str = "too loud") -> None:
    exclude_clips(collection.id, dict.fromkeys(names, reason), all_names=collection.by_name)


def test_excluded_clips_are_left_out_and_can_be_taken_back(tiny_collection: Collection) -> None:
    exclude(tiny_collection, "bass.00003", "hiss.00001")
    left = load_collection(tiny_collection.id)
    assert len(left.clips) == 22
    assert set(tiny_collection.by_name) - set(left.by_name) == {"bass.00003", "hiss.00001"}
    assert left.fingerprint != tiny_collection.fingerprint
    assert load_collection(tiny_collection.id, with_excluded=True) == tiny_collection
    assert load_exclusions(tiny_collection.id)["bass.00003"].reason == "too loud"
    assert next(one.n_clips for one in list_collections() if one.id == tiny_collection.id) == 22
    restore_clips(tiny_collection.id, ["bass.00003", "never excluded"])
    assert len(load_collection(tiny_collection.id).clips) == 23
    restore_clips(tiny_collection.id, ["hiss.00001"])
    assert load_collection(tiny_collection.id).fingerprint == tiny_collection.fingerprint


def test_no_file_is_touched(tiny_collection: Collection) -> None:
    exclude(tiny_collection, "bass.00003")
    path = tiny_collection.clip("bass.00003").path
    assert path is not None
    assert path.stat().st_mtime_ns == tiny_collection.clip("bass.00003").modified_ns


def test_a_rescan_keeps_exclusions_of_clips_that_are_still_there(tiny_collection: Collection) -> None:
    exclude(tiny_collection, "bass.00003", "hiss.00001")
    gone = tiny_collection.clip("hiss.00001").path
    assert gone is not None
    gone.unlink()
    fresh = rescan_collection(tiny_collection.id)
    assert len(fresh.clips) == 22
    assert "bass.00003" not in fresh.by_name
    assert "bass.00003" in load_collection(tiny_collection.id, with_excluded=True).by_name


def test_the_last_clip_stays(tiny_collection: Collection) -> None:
    names = list(tiny_collection.by_name)
    exclude(tiny_collection, *names[1:])
    with pytest.raises(CollectionError, match="At least one clip"):
        exclude(tiny_collection, names[0])
    assert list(load_collection(tiny_collection.id).by_name) == names[:1]


def test_an_unknown_clip_is_refused(tiny_collection: Collection) -> None:
    with pytest.raises(CollectionError, match="no clip 'nothing'"):
        exclude(tiny_collection, "nothing")


DAMAGED_TAG = '{"version": 1, "clips": {"a": {"exclusion": null, "tags": ["a\\n"], "note": ""}}}'


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"version": "2", "clips": {}}', '{"clips": {}}', '{"version": 1, "clips": {"a": 3}}', DAMAGED_TAG],
)
def test_a_damaged_list_is_named(tiny_collection: Collection, content: str) -> None:
    path = annotations_path(tiny_collection.id)
    path.write_text(content)
    with pytest.raises(CollectionError, match=r"excluded clips .* is damaged"):
        load_collection(tiny_collection.id)
    assert len(load_collection(tiny_collection.id, with_excluded=True).clips) == 24
    assert "(damaged)" in next(one.title for one in list_collections() if one.id == tiny_collection.id)


def test_a_newer_list_is_refused_and_kept(tiny_collection: Collection) -> None:
    path = annotations_path(tiny_collection.id)
    content = '{"version": 2, "clips": {"bass.00003": {"stars": 5}}}'
    path.write_text(content)
    with pytest.raises(NewerVersionError, match=r"annotations\.json .* expected version 1, got version 2\. Update"):
        load_collection(tiny_collection.id)
    with pytest.raises(NewerVersionError):
        exclude(tiny_collection, "bass.00003")
    assert path.read_text() == content
    assert "(of a newer version)" in next(one.title for one in list_collections() if one.id == tiny_collection.id)


def test_forgetting_a_collection_forgets_its_exclusions(tiny_collection: Collection) -> None:
    exclude(tiny_collection, "bass.00003")
    forget_collection(tiny_collection.id)
    assert load_exclusions(tiny_collection.id) == {}
