"""Corrected labels: what they come to under mappings, and the collection that has them."""

from core.clips.collection import Collection
from core.collections.annotation_changes import Words, annotate_clips
from core.collections.annotations import exclude_clips, load_annotations
from core.collections.corrections import corrected_labels, corrections_of, find_corrections
from core.collections.genre_changes import save_mapping
from core.collections.genre_mapping import GenreMapping
from core.collections.registry import load_collection


def correct(collection: Collection, **genres: str) -> None:
    words = {f"{name[:-5]}.{name[-5:]}": Words(genre=genre) for name, genre in genres.items()}
    annotate_clips(collection.id, words, labels={clip.name: clip.genre for clip in collection.clips})


def test_the_collection_with_corrected_labels_says_what_was_before(tiny_collection: Collection) -> None:
    correct(tiny_collection, bass00003="hiss", hiss00001="rumble")
    corrected = corrected_labels(corrections_of(tiny_collection))
    assert corrected == (("bass.00003", "hiss"), ("hiss.00001", "rumble"))
    there = load_collection(tiny_collection.id, corrected=corrected)
    assert there.clip("bass.00003").genre == "hiss"
    assert there.corrected == {"bass.00003": "bass", "hiss.00001": "hiss"}
    assert there.genre_as_written(there.clip("bass.00003")) == "bass"
    assert there.genres == ("bass", "hiss", "rumble", "treble")
    assert there.counts == {"bass": 7, "hiss": 8, "rumble": 1, "treble": 8}
    assert [clip.genre for clip in there.clips] == sorted(clip.genre for clip in there.clips)
    assert there.fingerprint != tiny_collection.fingerprint
    assert there.clip("bass.00003").key == tiny_collection.clip("bass.00003").key  # nothing is computed anew
    assert load_collection(tiny_collection.id).fingerprint == tiny_collection.fingerprint


def test_only_corrections_that_concern_the_genres_are_taken(tiny_collection: Collection) -> None:
    correct(tiny_collection, bass00003="hiss", treble00001="rumble")
    corrections = corrections_of(tiny_collection)
    assert corrected_labels(corrections, genres=["hiss", "treble"]) == (
        ("bass.00003", "hiss"),
        ("treble.00001", "rumble"),
    )
    assert corrected_labels(corrections, genres=["bass"]) == (("bass.00003", "hiss"),)
    assert corrected_labels(corrections, genres=["rain"]) == ()


def test_excluded_clips_stay_out(tiny_collection: Collection) -> None:
    correct(tiny_collection, bass00003="hiss")
    exclude_clips(tiny_collection.id, {"bass.00003": "faulty"}, all_names=tiny_collection.by_name)
    there = load_collection(tiny_collection.id, corrected=(("bass.00003", "hiss"),))
    assert "bass.00003" not in there.by_name
    assert there.corrected == {}
    assert there.fingerprint == load_collection(tiny_collection.id).fingerprint


def test_a_right_genre_follows_a_mapping(tiny_collection: Collection) -> None:
    correct(tiny_collection, bass00003="hiss", bass00004="TREBLE", hiss00001="bass")
    mapping = GenreMapping(becomes=(("hiss", "noise"), ("bass", "low"), ("treble", "treble")))
    save_mapping(tiny_collection.id, mapping, replacing=None)
    whole = load_collection(tiny_collection.id, with_excluded=True)
    found = {each.clip: (each.label, each.genre) for each in corrections_of(whole)}
    assert found == {"bass.00003": ("low", "noise"), "bass.00004": ("low", "treble"), "hiss.00001": ("noise", "low")}
    there = load_collection(tiny_collection.id, corrected=corrected_labels(corrections_of(whole)))
    assert there.clip("bass.00003").genre == "noise"
    assert there.genre_as_written(there.clip("bass.00003")) == "bass"


def test_a_correction_with_which_the_label_agrees_by_now_is_settled(tiny_collection: Collection) -> None:
    correct(tiny_collection, bass00003="hiss")
    mapping = GenreMapping(becomes=(("hiss", "low"), ("bass", "low"), ("treble", "high")))
    save_mapping(tiny_collection.id, mapping, replacing=None)
    corrections = corrections_of(load_collection(tiny_collection.id))
    assert [each.is_settled for each in corrections] == [True]
    assert corrected_labels(corrections) == ()


def test_clips_that_are_gone_have_no_correction(tiny_collection: Collection) -> None:
    correct(tiny_collection, bass00003="hiss")
    left = tiny_collection.subset(["hiss", "treble"])
    assert find_corrections(left, load_annotations(tiny_collection.id), None) == ()
