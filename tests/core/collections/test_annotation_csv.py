"""What people said of clips, out as CSV and back; what is no such file."""

import pytest

from core.clips.collection import Collection
from core.collections.annotation_changes import Words, annotate_clips
from core.collections.annotation_csv import MAX_BYTES, annotations_csv, read_annotations_csv
from core.collections.annotations import annotations_path, load_annotations
from core.errors import CollectionError


def say(collection: Collection, words: dict[str, Words]) -> int:
    return annotate_clips(collection.id, words, labels={clip.name: clip.genre for clip in collection.clips})


def test_all_comes_back_as_it_was(tiny_collection: Collection) -> None:
    words = {
        "bass.00003": Words(tags=("=live", "très vieux"), note='Hum, "50 Hz".\n-Anna', genre="hiss"),
        "hiss.00001": Words(excluded="+noise"),
        "treble.00002": Words(note="'=quoted"),
    }
    say(tiny_collection, words)
    said = load_annotations(tiny_collection.id)
    text = annotations_csv(tiny_collection, said)
    lines = text.split("\r\n")
    assert lines[0] == "clip,label,right_genre,tags,note,excluded,noted_at,corrected_at,excluded_at"
    assert lines[1].startswith('bass.00003,bass,hiss,\'=live; très vieux,"Hum, ""50 Hz"".\n-Anna",,20')
    assert lines[2].startswith("hiss.00001,hiss,,,,'+noise,,,20")

    annotations_path(tiny_collection.id).unlink()
    for content in (text.encode("utf-8-sig"), text.encode("utf-16")):
        read = read_annotations_csv(content, tiny_collection, {})
        assert read.unknown == ()
        say(tiny_collection, read.words)
        again = load_annotations(tiny_collection.id)
        assert annotations_csv(tiny_collection, again)[:60] == text[:60]
        assert {name: (entry.tags, entry.note) for name, entry in again.items()} == {
            name: (entry.tags, entry.note) for name, entry in said.items()
        }
        assert again["bass.00003"].correction.genre == "hiss"
        assert again["hiss.00001"].exclusion.reason == "+noise"
    assert say(tiny_collection, read.words) == 0


def test_only_the_columns_that_are_there_change_anything(tiny_collection: Collection) -> None:
    say(tiny_collection, {"bass.00003": Words(tags=("Live",), note="Hum.", genre="hiss", excluded="faulty")})
    content = "note;TAGS;Clip;stars\n;live; bass.00003 ;5\nnew;;hiss.00001;\n;;polka.1;\n".replace(
        ";live;", ";live | loud;"
    )
    read = read_annotations_csv(
        content.replace(" | ", " & ").encode(), tiny_collection, load_annotations(tiny_collection.id)
    )
    assert read.unknown == ("line 4: “polka.1”",)
    assert say(tiny_collection, read.words) == 2
    said = load_annotations(tiny_collection.id)
    assert (said["bass.00003"].tags, said["bass.00003"].note) == (("live & loud",), "")
    assert said["bass.00003"].correction is not None
    assert said["bass.00003"].exclusion is not None
    assert said["hiss.00001"].note == "new"


def test_tags_of_the_file_are_spelled_as_those_there_are(tiny_collection: Collection) -> None:
    say(tiny_collection, {"bass.00003": Words(tags=("Live",))})
    content = b"clip,tags,excluded\nhiss.00001,LIVE; loud,no\nhiss.00002,Loud,x\n"
    read = read_annotations_csv(content, tiny_collection, load_annotations(tiny_collection.id))
    assert read.words == {
        "hiss.00001": Words(tags=("Live", "loud"), excluded=""),
        "hiss.00002": Words(tags=("loud",), excluded="x"),
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty. Expected the columns clip, label, right_genre"),
        (b"name,tags\na,b\n", "with the column clip in its first line, once; got “name, tags”"),
        (b"clip,label\nbass.00003,bass\n", "at least one of the columns right_genre, tags, note, excluded"),
        (b"clip,tags,tags\nbass.00003,a,b\n", "each once; got “clip, tags, tags”"),
        (b"clip,tags\nbass.00003\n", "1 line of the list of annotations cannot be used: line 2: 1 fields where"),
        (b"clip,tags\nbass.00003," + b"x" * 41 + b"\n", "line 2: Expected a tag of 1 to 40 characters"),
        (b"clip,right_genre\nbass.00003," + b"x" * 61 + b"\n", "line 2: .* cannot be the right genre"),
        (b"clip,note\nbass.00003,a\nbass.00003,b\n", "line 3: “bass.00003” is on line 2 already"),
        (b'clip,note\nbass.00003,"a\n', "Line 2 of the list of annotations is no CSV"),
        (b"clip,note\npolka,a\n", "No clip of the list of annotations is one of tiny, which has “bass.00000”"),
        (b"clip,note\nbass.00003,\xe9\n", "is not UTF-8 text"),
        (b"x" * (MAX_BYTES + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(tiny_collection: Collection, content: bytes, message: str) -> None:
    with pytest.raises(CollectionError, match=message):
        read_annotations_csv(content, tiny_collection, {})
