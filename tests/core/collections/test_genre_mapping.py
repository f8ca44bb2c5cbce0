"""What the labels of a collection become, wherever it is loaded."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clips.clip import Clip, ClipFacts
from core.clips.collection import Collection
from core.collections.annotations import exclude_clips, restore_clips
from core.collections.genre_changes import (
    alike,
    mapping_of,
    proposals,
    save_mapping,
    undo_mapping,
    what_labels_become,
)
from core.collections.genre_csv import mapping_csv, read_mapping_csv
from core.collections.genre_mapping import GenreMapping, find_labels, load_mapping, map_genres, mapping_path
from core.collections.registry import forget_collection, list_collections, load_collection, save_collection
from core.errors import CollectionError, NewerVersionError
from core.extraction.extract import extract
from core.extraction.store import FeatureStore
from core.features.numeric import NumericFeatures
from core.importing.register import import_folder, rescan_collection

NAMES = ("Rock", "rock", "Hip-Hop", "hip hop", "HipHop/Rap", "(17)", "R&B", "Other", "Jazz", "Rock; Pop", "Pop, Jazz")


def labelled(*labels: tuple[str, ...] | None, artists: tuple[str, ...] = ()) -> Collection:
    """A collection with these labels, a clip each; None for a clip whose folder says its genre, ``folder``."""
    clips = [
        Clip(f"clip {n:03}", "folder" if own is None else (own or ("?",))[0], Path("/music/x.wav"), 1.0, n, n)
        for n, own in enumerate(labels)
    ]
    return Collection(
        id="labelled",
        title="Labelled",
        kind="folder",
        source="",
        licence="",
        synthetic=False,
        root=Path("/music"),
        clips=tuple(sorted(clips, key=lambda clip: (clip.genre, clip.name))),
        facts={f"clip {n:03}": ClipFacts(artist=artist) for n, artist in enumerate(artists) if artist},
        labels={f"clip {n:03}": own for n, own in enumerate(labels) if own is not None},
    )


def genres(collection: Collection) -> dict[str, str]:
    return {clip.name[-1]: clip.genre for clip in collection.clips}


def test_labels_are_found_with_their_spellings_clips_and_artists() -> None:
    collection = labelled(
        ("Hip-Hop",), ("hip hop",), ("Hip-Hop", "Rock"), ("(17)",), artists=("The Roots", "Roots, The", "Nas", "")
    )
    hiphop, rock = find_labels(collection)
    assert (hiphop.name, hiphop.spellings) == ("Hip-Hop", (("Hip-Hop", 2), ("hip hop", 1)))
    assert (hiphop.n_clips, hiphop.n_artists, hiphop.proposal) == (3, 2, "hiphop")
    assert (rock.name, rock.spellings, rock.n_clips, rock.n_artists) == ("Rock", (("(17)", 1), ("Rock", 1)), 2, 1)


def test_a_bare_number_is_one_of_id3_only_beside_words() -> None:
    assert {label.name: label.proposal for label in find_labels(labelled(("17",), ("Jazz",)))} == {
        "17": "rock",
        "Jazz": "jazz",
    }
    assert [label.proposal for label in find_labels(labelled(("17",), ("3",)))] == [None, None]
    # And a genre that a folder says is one name, whatever it looks like.
    folders = labelled(None, None)
    assert [label.name for label in find_labels(folders)] == ["folder"]


def test_the_rules_of_several_genres_and_of_the_smallest_number() -> None:
    collection = labelled(
        ("Rock",), ("Rock", "Pop"), ("Pop; rock",), ("Hard Rock", "Rock"), ("Other", "Jazz"), ("Other",)
    )
    becomes = (("hard rock", "Rock"), ("Other", ""))
    first = map_genres(collection, GenreMapping(becomes=becomes))
    assert genres(first) == {"0": "Rock", "1": "Rock", "2": "Pop", "3": "Rock", "4": "Jazz"}
    assert [(file.name, file.reason) for file in first.left_out] == [
        ("clip 005", "labelled “Other”, which is left out")
    ]
    alone = map_genres(collection, GenreMapping(becomes=becomes, several="leave out"))
    assert genres(alone) == {"0": "Rock", "3": "Rock", "4": "Jazz"}
    assert alone.left_out[0].reason == "labelled “Rock”, “Pop”, which are several genres (Rock, Pop)"
    large = map_genres(collection, GenreMapping(becomes=becomes, min_clips=2))
    assert large.counts == {"Rock": 3}
    assert large.left_out[0].reason == "Pop has 1 clip, and a genre needs 2"
    assert large.written == {"clip 003": "Hard Rock"}


@given(
    st.lists(st.lists(st.sampled_from(NAMES), max_size=3).map(tuple), min_size=1, max_size=12),
    st.sampled_from(["first", "leave out"]),
    st.integers(1, 4),
    st.dictionaries(st.sampled_from(NAMES[:9]), st.sampled_from(["", "rock", "x"]), max_size=4),
)
def test_each_clip_has_a_genre_or_a_reason_and_keeps_its_key(
    labels: list[tuple[str, ...]], several: str, min_clips: int, becomes: dict[str, str]
) -> None:
    collection = labelled(*labels)
    found = find_labels(collection)
    by_key = {genre_of.key: becomes[genre_of.name] for genre_of in found if genre_of.name in becomes}
    rules = GenreMapping(several=several, min_clips=min_clips)  # type: ignore[arg-type]
    mapping = mapping_of(found, by_key, like=rules)
    mapped = map_genres(collection, mapping)
    assert {clip.name for clip in mapped.clips} | {file.name for file in mapped.left_out} == set(collection.by_name)
    assert len(mapped.clips) + len(mapped.left_out) == len(collection.clips)
    assert all(n >= min_clips for n in mapped.counts.values())
    assert all(clip.key == collection.clip(clip.name).key for clip in mapped.clips)
    assert set(mapped.genres) <= set(what_labels_become(found, mapping).values()) - {""}
    assert all(mapped.genre_as_written(clip) == collection.clip(clip.name).genre for clip in mapped.clips)
    # As a file it says the same.
    text = mapping_csv(found, what_labels_become(found, mapping))
    if found:
        assert mapping_of(found, read_mapping_csv(text.encode(), found).becomes, like=rules) == mapping


def test_a_mapping_shows_wherever_the_collection_is_loaded(tiny_folder: Path) -> None:
    before = import_folder(tiny_folder)
    extract(before, [NumericFeatures()], n_workers=1)
    store = FeatureStore(before.id, NumericFeatures())
    stored = store.load(before.clips)
    mapping = GenreMapping(becomes=(("bass", "tones"), ("treble", "tones"), ("hiss", "noise")))
    after = save_mapping(before.id, mapping, replacing=None)
    assert after.counts == {"noise": 8, "tones": 16} == load_collection(before.id).counts
    assert list_collections()[1].genres == ("noise", "tones")
    assert load_collection(before.id, with_excluded=True) == after
    assert load_collection(before.id, as_written=True) == before
    assert after.fingerprint != before.fingerprint
    assert after.content_key != before.content_key
    # Nothing is extracted anew: the features are those of the clips, whatever their genre is called.
    assert store.missing(after.clips) == []
    names = [clip.name for clip in after.clips]
    assert (store.load(after.clips) == stored[[list(before.by_name).index(name) for name in names]]).all()
    assert undo_mapping(before.id) == before
    assert load_mapping(before.id) is None
    assert undo_mapping(before.id).counts == after.counts
    assert save_mapping(before.id, None, replacing=mapping) == before
    assert undo_mapping(before.id).counts == after.counts


def test_a_mapping_outlives_a_rescan_and_goes_with_the_collection(tiny_folder: Path) -> None:
    before = import_folder(tiny_folder)
    mapping = GenreMapping(becomes=(("bass", "low"), ("hiss", "")))
    after = save_mapping(before.id, mapping, replacing=None)
    assert after.counts == {"low": 8, "treble": 8}
    assert len(after.left_out) == 8
    (tiny_folder / "bass" / "bass.00000.flac").unlink()
    (tiny_folder / "hiss").rename(tiny_folder / "noise")
    rescanned = rescan_collection(before.id)
    assert rescanned.counts == {"low": 7, "noise": 8, "treble": 8}
    assert load_collection(before.id, as_written=True).counts == {"bass": 7, "noise": 8, "treble": 8}
    assert import_folder(tiny_folder) == rescanned
    forget_collection(before.id)
    assert import_folder(tiny_folder).counts == {"bass": 7, "noise": 8, "treble": 8}


def test_what_is_excluded_counts_as_a_clip_of_its_genre(tiny_folder: Path) -> None:
    collection = import_folder(tiny_folder)
    save_mapping(collection.id, GenreMapping(min_clips=8), replacing=None)
    exclude_clips(collection.id, {"bass.00000": "odd"}, all_names=collection.by_name)
    assert load_collection(collection.id).counts == {"bass": 7, "hiss": 8, "treble": 8}
    restore_clips(collection.id, ["bass.00000"])
    assert load_collection(collection.id).counts == {"bass": 8, "hiss": 8, "treble": 8}


def test_labels_of_tags_are_kept_and_mapped(tiny_folder: Path) -> None:
    collection = import_folder(tiny_folder)
    labels = {name: ("Hip-Hop", "Pop") if name.startswith("bass") else ("hip hop",) for name in collection.by_name}
    save_collection(Collection(**{**vars_of(collection), "labels": labels}))
    loaded = load_collection(collection.id)
    found = find_labels(loaded)
    assert [(label.name, label.n_clips) for label in found] == [("hip hop", 24), ("Pop", 8)]
    mapped = save_mapping(collection.id, mapping_of(found, proposals(found), like=None), replacing=None)
    assert mapped.counts == {"hiphop": 24}
    assert mapped.labels == labels
    assert mapped.written["treble.00000"] == "treble"


def vars_of(collection: Collection) -> dict[str, object]:
    return {name: getattr(collection, name) for name in collection.__dataclass_fields__}


def test_what_cannot_be_saved_says_why(tiny_folder: Path) -> None:
    collection = import_folder(tiny_folder)
    with pytest.raises(CollectionError, match=r"would leave no clip of tiny.*a genre needs 9"):
        save_mapping(collection.id, GenreMapping(min_clips=9), replacing=None)
    with pytest.raises(CollectionError, match="Somebody else has changed"):
        save_mapping(collection.id, None, replacing=GenreMapping())
    with pytest.raises(CollectionError, match="at most 60 characters, got 61"):
        GenreMapping(becomes=(("bass", "x" * 61),))
    with pytest.raises(CollectionError, match="“Hip-Hop” is there twice"):
        GenreMapping(becomes=(("Hip-Hop", "a"), ("hip hop", "b")))
    with pytest.raises(CollectionError, match="from 1 on, got 0"):
        GenreMapping(min_clips=0)
    with pytest.raises(CollectionError, match="expected first or leave out, got 'last'"):
        GenreMapping(several="last")  # type: ignore[arg-type]
    assert not mapping_path(collection.id).exists()


def test_a_damaged_or_newer_file_is_named_and_costs_no_other_collection(tiny_folder: Path) -> None:
    collection = import_folder(tiny_folder)
    save_mapping(collection.id, GenreMapping(becomes=(("bass", "low"),)), replacing=None)
    path = mapping_path(collection.id)
    good = path.read_text()
    path.write_text(good[:20])
    with pytest.raises(
        CollectionError, match=r"genres\.json is damaged.*Delete it to have the genres as they are written"
    ):
        load_collection(collection.id)
    assert [summary.ready for summary in list_collections()] == [False, False]
    path.write_text(json.dumps(json.loads(good) | {"version": 2}))
    with pytest.raises(NewerVersionError, match="expected version 1, got version 2"):
        load_collection(collection.id)
    path.unlink()
    assert load_collection(collection.id) == collection


def test_genres_that_differ_in_spelling_are_noticed() -> None:
    assert alike({"Rock": 3, "rock": 2, "jazz": 1}) == (("Rock", "rock"),)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The mapping is empty"),
        (b"name,genre\nRock,rock\n", "columns label and becomes.*got “name, genre”"),
        (b"label,becomes\nRock\nJazz,jazz,x\n,pop\n", "3 lines.*line 2: 1 fields.*line 3: 3 fields.*line 4: no label"),
        (b"label,becomes\nRock,rock\nROCK,pop\n", "line 3: “ROCK” is on line 2 already"),
        (b"label,becomes\nRock," + b"x" * 61, "line 2: expected a genre of at most 60 characters, got 61"),
        (b"label,becomes\nPolka,rock\n", "No label of the mapping is one of this collection"),
        (b'label,becomes\n"Rock"x,rock\n', "Line 2 of the mapping is no CSV"),
        ("label,becomes\nRöck,rock\n".encode("latin-1"), "not UTF-8 text"),
        (b"label,becomes\n" + b"x" * 5_000_001, "larger than 5 MB"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_line_by_line(content: bytes, message: str) -> None:
    with pytest.raises(CollectionError, match=f"(?s){message}"):
        read_mapping_csv(content, find_labels(labelled(("Rock",), ("Jazz",))))


def test_files_of_spreadsheets_are_read() -> None:
    labels = find_labels(labelled(("Rock",), ("=SUM(1)",), ("Jazz",)))
    text = "becomes;clips;label\r\nrock;4;ROCK\r\nLeave out;1;'=SUM(1)\r\n;1;Jazz\r\n'-x;1;Polka\r\n\r\n"
    for content in (text.encode("utf-8-sig"), text.encode("utf-16"), text.replace(";", "\t").encode()):
        read = read_mapping_csv(content, labels)
        assert read.becomes == {"rock": "rock", "=sum(1)": "", "jazz": ""}
        assert read.unknown == ("line 5: “Polka”",)
