"""What people say of clips: tags, notes, right genres; what two people say at once; what is no tag, note or genre."""

import threading

import pytest

from core.clips.collection import Collection
from core.collections.annotation_changes import Words, annotate_clips, revise_clip, typed_note, typed_tags
from core.collections.annotations import (
    MAX_DIFFERENT_TAGS,
    Annotation,
    annotations_path,
    exclude_clips,
    load_annotations,
    load_exclusions,
    restore_clips,
)
from core.collections.registry import load_collection
from core.errors import CollectionError
from core.importing.register import rescan_collection


def labels_of(collection: Collection) -> dict[str, str]:
    return {clip.name: clip.genre for clip in collection.clips}


def say(collection: Collection, name: str, **words: object) -> int:
    return annotate_clips(collection.id, {name: Words(**words)}, labels=labels_of(collection))


def test_tags_a_note_and_a_right_genre_stand_beside_an_exclusion(tiny_collection: Collection) -> None:
    exclude_clips(tiny_collection.id, {"bass.00003": "too loud"}, all_names=tiny_collection.by_name)
    assert say(tiny_collection, "bass.00003", tags=("live", "très vieux"), note="Hum at 50 Hz.\nAsk Anna.") == 1
    assert say(tiny_collection, "bass.00003", genre="hiss") == 1
    noted = load_annotations(tiny_collection.id)["bass.00003"]
    assert (noted.tags, noted.note) == (("live", "très vieux"), "Hum at 50 Hz.\nAsk Anna.")
    assert noted.exclusion is not None
    assert noted.exclusion.reason == "too loud"
    assert noted.correction is not None
    assert (noted.correction.genre, noted.correction.label) == ("hiss", "bass")
    assert noted.noted_at is not None
    assert 0 <= noted.correction.corrected_at - noted.noted_at < 60
    assert set(load_exclusions(tiny_collection.id)) == {"bass.00003"}

    restore_clips(tiny_collection.id, ["bass.00003"])
    say(tiny_collection, "bass.00003", tags=(), note="", genre="")
    assert load_annotations(tiny_collection.id) == {}


def test_labels_stay_as_they_are_and_a_rescan_keeps_what_was_said(tiny_collection: Collection) -> None:
    say(tiny_collection, "bass.00003", genre="hiss", tags=("live",))
    assert load_collection(tiny_collection.id) == tiny_collection
    gone = tiny_collection.clip("hiss.00001").path
    assert gone is not None
    gone.unlink()
    rescan_collection(tiny_collection.id)
    assert load_annotations(tiny_collection.id)["bass.00003"].tags == ("live",)


def test_saying_the_same_again_changes_nothing(tiny_collection: Collection) -> None:
    say(tiny_collection, "bass.00003", genre="hiss", tags=("live",), note="x", excluded="faulty")
    before = load_annotations(tiny_collection.id)
    assert say(tiny_collection, "bass.00003", genre="hiss", tags=("live",), note="x", excluded="faulty") == 0
    assert load_annotations(tiny_collection.id) == before


def test_the_label_itself_as_right_genre_takes_a_correction_back(tiny_collection: Collection) -> None:
    say(tiny_collection, "bass.00003", genre="hiss")
    say(tiny_collection, "bass.00003", genre="bass")
    assert load_annotations(tiny_collection.id) == {}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"tags": ("x" * 41,)}, "tag of 1 to 40 characters"),
        ({"tags": ("",)}, "tag of 1 to 40"),
        ({"tags": (" live",)}, "without spaces around it"),
        ({"tags": ("a;b",)}, "“;” in it; got “a;b”"),
        ({"tags": ("a\nb",)}, "on one line.*a␊b"),
        ({"tags": ("\u202elive",)}, "tag of 1 to 40"),
        ({"tags": ("live", "live")}, "each tag once"),
        ({"tags": tuple(map(str, range(21)))}, "at most 20 tags; got 21"),
        ({"note": "x" * 2_001}, "at most 2,000 characters; got 2,001"),
        ({"note": "bell\a"}, "control characters"),
        ({"genre": "x" * 61}, "cannot be the right genre: expected a genre of at most 60 characters, got 61"),
        ({"genre": "a\nb"}, "“a␊b” cannot be the right genre"),
    ],
)
def test_what_is_no_tag_note_or_genre_is_refused_in_words(
    tiny_collection: Collection, words: dict[str, object], message: str
) -> None:
    with pytest.raises(CollectionError, match=message):
        say(tiny_collection, "bass.00003", **words)
    assert load_annotations(tiny_collection.id) == {}


def test_one_bad_clip_of_many_changes_none(tiny_collection: Collection) -> None:
    words = {"bass.00003": Words(tags=("live",)), "hiss.00001": Words(tags=("",))}
    with pytest.raises(CollectionError):
        annotate_clips(tiny_collection.id, words, labels=labels_of(tiny_collection))
    with pytest.raises(CollectionError, match="no clip 'nothing'"):
        say(tiny_collection, "nothing", tags=("live",))
    with pytest.raises(CollectionError, match="At least one clip"):
        annotate_clips(
            tiny_collection.id,
            {name: Words(excluded="all") for name in tiny_collection.by_name},
            labels=labels_of(tiny_collection),
        )
    assert load_annotations(tiny_collection.id) == {}


def test_a_collection_has_so_many_different_tags_at_most(tiny_collection: Collection) -> None:
    names = list(tiny_collection.by_name)
    tags = [f"tag {number}" for number in range(MAX_DIFFERENT_TAGS + 1)]
    words = {name: Words(tags=tuple(tags[20 * place : 20 * place + 20])) for place, name in enumerate(names[:10])}
    annotate_clips(tiny_collection.id, words, labels=labels_of(tiny_collection))
    with pytest.raises(CollectionError, match="at most 200 different tags; with these it would have 201"):
        say(tiny_collection, names[10], tags=(tags[-1],))
    say(tiny_collection, names[10], tags=(tags[0],))
    restore_clips(tiny_collection.id, names)


def test_what_two_people_say_of_one_clip_at_once_is_all_kept(tiny_collection: Collection) -> None:
    labels = labels_of(tiny_collection)
    say(tiny_collection, "bass.00003", tags=("old", "live"))
    seen = load_annotations(tiny_collection.id)["bass.00003"]

    def revise(**words: object) -> None:
        revise_clip(tiny_collection.id, "bass.00003", seen=seen, words=Words(**words), labels=labels)

    revise(tags=("old", "live", "loud"), note="", genre="")
    revise(tags=("live",), note="Hum.", genre="hiss")
    noted = load_annotations(tiny_collection.id)["bass.00003"]
    assert noted.tags == ("live", "loud")
    assert (noted.note, noted.correction and noted.correction.genre) == ("Hum.", "hiss")
    with pytest.raises(CollectionError, match="Somebody else has changed the note since you began; it is now “Hum"):
        revise(note="Hiss.")
    with pytest.raises(CollectionError, match="the right genre since you began; it is now “hiss”"):
        revise(genre="treble")
    revise(note="Hum.", genre="hiss")
    assert load_annotations(tiny_collection.id)["bass.00003"] == noted


def test_many_writers_lose_nothing(tiny_collection: Collection) -> None:
    names = list(tiny_collection.by_name)[:12]

    def tag(name: str) -> None:
        revise_clip(
            tiny_collection.id, name, seen=Annotation(), words=Words(tags=(name,)), labels=labels_of(tiny_collection)
        )

    threads = [threading.Thread(target=tag, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: entry.tags for name, entry in load_annotations(tiny_collection.id).items()} == {
        name: (name,) for name in names
    }


def test_typed_words_are_tidied() -> None:
    assert typed_tags(["live;  Needs   review ;;", "LIVE"], known=["Live"]) == ("Live", "Needs review")
    assert typed_tags(["Ｊazz", "jazz"]) == ("Ｊazz",)
    assert typed_tags(["e\u0301t\u00e9"]) == ("\u00e9t\u00e9",)
    assert typed_note("  a\r\nb\tc\r\n ") == "a\nb c"


def test_a_list_without_corrections_reads_as_it_ever_did(tiny_collection: Collection) -> None:
    annotations_path(tiny_collection.id).write_text(
        '{"version": 1, "clips": {"bass.00003": {"exclusion": null, "tags": ["live"], "note": ""}}}'
    )
    assert load_annotations(tiny_collection.id) == {"bass.00003": Annotation(tags=("live",))}
    exclude_clips(tiny_collection.id, {"hiss.00001": "faulty"}, all_names=tiny_collection.by_name)
    assert '"correction"' not in annotations_path(tiny_collection.id).read_text()


@pytest.mark.parametrize(
    "entry",
    [
        '"correction": {"genre": "", "label": "a", "corrected_at": 1.0}',
        '"correction": {"genre": 3, "label": "a", "corrected_at": 1.0}',
        '"correction": {"genre": "b"}',
        '"noted_at": "yesterday"',
    ],
)
def test_a_damaged_correction_is_named(tiny_collection: Collection, entry: str) -> None:
    annotations_path(tiny_collection.id).write_text(
        f'{{"version": 1, "clips": {{"a": {{"exclusion": null, "tags": [], "note": "", {entry}}}}}}}'
    )
    with pytest.raises(CollectionError, match=r"corrected labels and excluded clips .* is damaged"):
        load_annotations(tiny_collection.id)
